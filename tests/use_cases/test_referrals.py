"""Members bring friends: who came by whom, what qualifies, both rewarded, all of it taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.domain.codes import LETTERS, check_character, well_formed
from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.requests import EventRequest, MemberProfile
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event
from loyalty_engine.use_cases.happenings.record_event import record_event
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.referrals.claim_referral import claim_referral, invite_friends
from loyalty_engine.use_cases.referrals.forget_signals import forget_signals, long_gone
from loyalty_engine.use_cases.referrals.review_referral import Review, review_referral
from loyalty_engine.use_cases.referrals.settle_referral import reward_ids, settle_referral
from loyalty_engine.use_cases.referrals.show_referrals import list_held, show_referrals
from tests.shop import BASE, PROGRAM, Shop, line, read

SIGNALS = """
signals:
  email: {compared: email, purpose: one welcome for each person, keep_days: 100}
  device: {purpose: one welcome for each household, most: 3}
  address: {purpose: one welcome for each household}
attributes:
  joined_before: {type: boolean, purpose: one welcome for each person}
events:
  profile_completed: {purpose: to greet by name}
"""
FRIENDS = """
referral: friends
qualifies: {purchase_from: 20.00}
waits: 30 days
claim_within: 14 days
invitation: 60 days
same: {device: held, address: refused}
referrer:
  rule: friend-brought
  lane: bonus
  then: [earn_points: 500]
  limits: [{uses: 2, per: member, period: month}]
friend:
  rule: friend-came
  lane: bonus
  then: [earn_points: 300]
"""
TIERS = """
window: lifetime
tiers: [{tier: basic}, {tier: gold, needs: {spend: 50.00}}]
"""


def a_shop(friends: str = FRIENDS, program: str = PROGRAM + SIGNALS, **more: Any) -> Shop:
    shop = Shop(BASE, program=program, referral=friends, **more)
    shop.enrol("ada", signals={"email": "ada@example.org", "device": "d-ada", "address": "x"})
    return shop


@pytest.fixture
def shop() -> Shop:
    return a_shop()


def code(shop: Shop, member: str = "ada") -> str:
    return str(read(invite_friends(shop.engine, shop.fresh(), member))["code"])


def join(shop: Shop, member: str, by: str, **signals: str) -> str:
    profile = MemberProfile(referred_by=by, signals=signals)
    answer = read(enrol_member(shop.engine, shop.caller(), member, profile))
    return str(answer["referral"]["state"])


def claim(shop: Shop, member: str, by: str, **signals: str) -> str:
    return str(read(claim_referral(shop.engine, shop.fresh(), member, by, signals))["state"])


def number(shop: Shop, member: str) -> int:
    with shop.storage.read("shop") as view:
        found = view.whose(Address("member", member))
    assert found is not None
    return found


def kept(shop: Shop, member: str = "bob") -> tuple[str, bool, str]:
    with shop.storage.read("shop") as view:
        found = view.referral(number(shop, member))
    assert found is not None
    return found.state, found.held, found.reason


def settle(shop: Shop, member: str = "bob") -> str:
    answer = settle_referral(shop.engine, "shop", number(shop, member), shop.now)
    return str(read(answer)["state"])


def proven(shop: Shop) -> None:
    assert not verify(shop.storage, "shop").findings


def test_both_are_rewarded_after_the_return_window(shop: Shop):
    assert join(shop, "bob", code(shop)) == "joined"
    assert kept(shop) == ("joined", False, "")
    shop.buy("T-0", [line("1", 1999)], "bob")
    assert kept(shop)[0] == "joined"
    shop.buy("T-1", [line("1", 2000)], "bob")
    assert kept(shop)[0] == "waiting"
    shop.later(days=29, hours=22)  # an hour of the spring's is lost
    assert settle(shop) == "waiting"
    assert shop.points(member="ada") == 0
    shop.later(hours=2)
    assert settle(shop) == "rewarded"
    assert settle(shop) == "rewarded"  # once more changes nothing
    assert shop.points(member="ada") == 500
    assert shop.points(member="bob") == 19 + 20 + 300
    proven(shop)


def test_a_return_in_the_window_takes_qualification_back(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=10)
    shop.back("T-1", "R-1", **{"1": 1000})
    assert kept(shop)[0] == "joined"
    shop.later(days=60)
    assert settle(shop) == "joined"
    shop.buy("T-2", [line("1", 2500)], "bob")
    assert kept(shop)[0] == "waiting"  # another purchase may qualify
    shop.cancel("T-2")
    assert kept(shop)[0] == "joined"


def test_a_return_after_the_reward_takes_it_back_from_both(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    assert settle(shop) == "rewarded"
    shop.buy("S-1", [line("1", 300)], "ada", spend={"points": 300})
    shop.cancel("T-1")
    assert kept(shop)[0] == "taking_back"
    assert settle(shop) == "joined"
    assert shop.points(member="bob") == 0
    assert shop.points(member="ada") == -300  # spent already: owed
    proven(shop)
    shop.buy("T-2", [line("1", 2500)], "bob")
    shop.later(days=31)
    assert settle(shop) == "rewarded"  # once more, after its own time
    assert shop.points(member="ada") == 200
    proven(shop)


def test_a_partial_return_matters_only_where_too_little_is_kept(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("a", 2000), line("b", 500)], "bob")
    shop.later(days=31)
    assert settle(shop) == "rewarded"
    shop.back("T-1", "R-1", b=1000)
    assert kept(shop)[0] == "rewarded"
    shop.back("T-1", "R-2", a=1000)
    assert kept(shop)[0] == "taking_back"


def test_a_correction_is_followed(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.buy("T-1", [line("1", 1500)], "bob", revision=2)
    assert kept(shop)[0] == "joined"
    shop.buy("T-1", [line("1", 2500)], "bob", revision=3)
    assert kept(shop)[0] == "waiting"


def test_an_event_may_qualify_and_its_end_undoes_it():
    shop = a_shop(FRIENDS.replace("{purchase_from: 20.00}", "{event: profile_completed}"))
    join(shop, "bob", code(shop))
    told = EventRequest("E-1", "profile_completed", "bob", shop.now)
    record_event(shop.engine, shop.fresh(), told)
    assert kept(shop)[0] == "waiting"
    shop.later(days=31)
    assert settle(shop) == "rewarded"
    cancel_event(shop.engine, shop.fresh(), "E-1", shop.now)
    assert settle(shop) == "joined"
    assert (shop.points(member="ada"), shop.points(member="bob")) == (0, 0)
    proven(shop)


def test_joining_alone_may_qualify():
    shop = a_shop(FRIENDS.replace("{purchase_from: 20.00}", "enrolment"))
    assert join(shop, "bob", code(shop)) == "joined"
    shop.later(days=31)
    assert settle(shop) == "rewarded"


def test_the_third_purchase_may_be_the_one():
    shop = a_shop(FRIENDS.replace("20.00", "5.00, nth: 3"))
    join(shop, "bob", code(shop))
    for number_ in range(3):
        assert kept(shop)[0] == "joined"
        shop.buy(f"T-{number_}", [line("1", 500)], "bob")
    assert kept(shop)[0] == "waiting"


def test_a_limit_cuts_what_the_referrer_gets_and_not_the_friend(shop: Shop):
    for name in ("bob", "eve", "joe"):
        join(shop, name, code(shop))
        shop.buy(f"T-{name}", [line("1", 2000)], name)
    shop.later(days=31)
    assert [settle(shop, name) for name in ("bob", "eve", "joe")] == ["rewarded"] * 3
    assert shop.points(member="ada") == 1000
    assert shop.points(member="joe") == 20 + 300


def test_the_answer_to_every_wrong_claim_is_the_same(shop: Shop):
    mine = code(shop)
    assert claim(shop, "ada", mine) == "refused"  # one's own
    shop.enrol("old")
    assert claim(shop, "old", mine) == "refused"  # enrolled too long ago
    shop.enrol("new", enrolled_at=shop.now)
    assert claim(shop, "new", "22222222222XX") == "refused"
    assert claim(shop, "new", mine[:-1]) == "refused"
    shop.buy("T-1", [line("1", 100)], "new")
    assert claim(shop, "new", mine) == "refused"  # has bought already
    with shop.storage.read("shop") as view:
        assert view.referrals_by(number(shop, "ada")) == []
    shop.later(days=61)
    shop.enrol("late", enrolled_at=shop.now)
    assert claim(shop, "late", mine) == "refused"  # the invitation has ended
    code(shop)
    assert claim(shop, "late", mine) == "joined"  # good again, and still the same code
    assert claim(shop, "late", mine) == "joined"


def test_codes_cannot_be_guessed_for_ever(shop: Shop):
    mine = code(shop)
    shop.enrol("new", enrolled_at=shop.now)
    for _ in range(10):
        assert claim(shop, "new", _wrong(mine)) == "refused"
    assert claim(shop, "new", mine) == "refused"
    shop.later(hours=1)
    assert claim(shop, "new", mine) == "joined"


def _wrong(code_: str) -> str:
    """Well formed, and nobody's."""
    for letter in LETTERS:
        text = letter + code_[1:-1]
        if letter != code_[0] and well_formed(text + check_character(text)):
            return text + check_character(text)
    raise AssertionError("one of thirty letters does")


def test_only_members_of_named_tiers_who_are_active_bring_friends():
    shop = a_shop(FRIENDS + "tiers: [gold]\n", tiers=TIERS)
    with pytest.raises(Conflict, match="may not bring friends"):
        code(shop)
    shop.buy("T-1", [line("1", 9000)])
    mine = code(shop)
    shop.enrol("ada", status="frozen")
    shop.enrol("new", enrolled_at=shop.now)
    assert claim(shop, "new", mine) == "refused"
    shop.enrol("ada", status="active")
    assert claim(shop, "new", mine) == "joined"


def test_nobody_else_tells_or_cancels_the_events_of_rewards(shop: Shop):
    told = EventRequest("E-1", "referral_made", "ada", shop.now, {"nth": 1})
    with pytest.raises(InvalidRequest, match="engine alone"):
        record_event(shop.engine, shop.fresh(), told)
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    settle(shop)
    with shop.storage.read("shop") as view:
        found = view.referral(number(shop, "bob"))
    assert found is not None
    for event in reward_ids(found):
        with pytest.raises(Conflict, match="goes back when"):
            cancel_event(shop.engine, shop.fresh(), event, shop.now)


def test_what_is_held_waits_for_a_decision(shop: Shop):
    assert join(shop, "bob", code(shop), device="d-ada") == "joined"  # nobody is told of doubts
    assert kept(shop) == ("joined", True, "same:device")
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    assert settle(shop) == "waiting"
    assert shop.points(member="ada") == 0
    (held,) = read(list_held(shop.engine, shop.caller(), None, 10))["referrals"]
    assert (held["member"], held["referrer"]) == ("bob", "ada")
    assert held["says"] == "seen with the same device as the referrer"
    review(shop, "bob", "release")
    assert settle(shop) == "rewarded"
    assert shop.points(member="ada") == 500
    review(shop, "bob", "refuse")
    assert settle(shop) == "refused"
    assert (shop.points(member="ada"), shop.points(member="bob")) == (0, 25)
    proven(shop)


def review(shop: Shop, member: str, decision: str) -> None:
    review_referral(shop.engine, shop.fresh(), member, Review(decision, "looked at", "sam"))


def test_members_see_what_concerns_them_and_no_more(shop: Shop):
    mine = code(shop)
    join(shop, "bob", mine, device="d-ada")
    shop.later(minutes=1)
    join(shop, "dup", mine, address="x")  # refused
    seen = read(show_referrals(shop.engine, shop.caller(), "ada"))
    assert seen["invitation"]["code"] == mine
    assert [it["state"] for it in seen["friends"]] == ["joined", "refused"]
    assert set(seen["friends"][0]) == {"state", "joined_at", "due_at", "rewarded_at"}
    assert read(show_referrals(shop.engine, shop.caller(), "bob"))["mine"]["state"] == "joined"
    assert read(show_referrals(shop.engine, shop.caller(), "dup"))["mine"] is None


def test_a_friend_who_has_left_is_worth_nothing(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    shop.enrol("bob", status="left")
    assert settle(shop) == "refused"
    assert kept(shop)[2] == "friend_left"
    assert shop.points(member="ada") == 0
    proven(shop)


def test_a_referrer_who_has_left_gets_nothing_and_the_friend_its_own(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    shop.enrol("ada", status="left")
    assert settle(shop) == "rewarded"
    assert shop.points(member="bob") == 325
    proven(shop)


def test_two_who_turn_out_to_be_one_have_brought_nobody(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    settle(shop)
    merge_members(shop.engine, shop.fresh(), "ada", "bob")
    assert shop.points(member="ada") == 25
    proven(shop)


def test_friends_stay_with_the_one_who_stays(shop: Shop):
    shop.enrol("ada2")
    old = code(shop, "ada2")
    join(shop, "bob", old)
    shop.buy("T-1", [line("1", 2500)], "bob")
    merge_members(shop.engine, shop.fresh(), "ada", "ada2")
    shop.later(days=31)
    assert settle(shop) == "rewarded"
    assert shop.points(member="ada") == 500
    assert join(shop, "eve", old) == "joined"
    shop.enrol("bob2")
    merge_members(shop.engine, shop.fresh(), "bob2", "bob")
    shop.cancel("T-1")
    assert settle(shop, "bob2") == "joined"
    assert (shop.points(member="ada"), shop.points(member="bob2")) == (0, 0)
    proven(shop)


def shown(shop: Shop, member: str = "ada") -> Any:
    return read(show_referrals(shop.engine, shop.caller(), member))["invitation"]


def test_a_code_that_was_sent_to_friends_goes_on_to_work_for_the_one_who_stays(shop: Shop):
    shop.enrol("ada2")
    old = code(shop, "ada2")
    merge_members(shop.engine, shop.fresh(), "ada", "ada2")
    merge_members(shop.engine, shop.fresh(), "ada", "ada2")  # once more changes nothing
    own = shown(shop)
    assert (own["code"] == old, own["state"]) == (False, "invited")
    assert (join(shop, "bob", old), join(shop, "eve", own["code"])) == ("joined", "joined")
    friends = read(show_referrals(shop.engine, shop.caller(), "ada"))["friends"]
    assert len(friends) == 2
    assert claim(shop, "ada", old) == "refused"  # nobody brings itself
    proven(shop)
    # And on, when that one turns out to be somebody else.
    shop.enrol("cid")
    merge_members(shop.engine, shop.fresh(), "cid", "ada")
    assert join(shop, "dan", old) == "joined"
    proven(shop)


def test_of_two_invitations_the_longer_one_holds(shop: Shop):
    shop.enrol("ada2")
    own = code(shop)
    shop.later(days=30)
    old = code(shop, "ada2")
    merge_members(shop.engine, shop.fresh(), "ada", "ada2")
    shop.later(days=45)
    assert [join(shop, f"friend-{n}", it) for n, it in enumerate((own, old))] == ["joined"] * 2
    shop.later(days=15)
    assert (join(shop, "late", old), shown(shop)["state"]) == ("refused", "ended")
    proven(shop)


def test_a_purchase_of_somebody_else_costs_no_statement(shop: Shop):
    shop.enrol("joe")
    shop.buy("T-0", [line("1", 2500)], "joe")
    before = shop.storage.tally.statements
    shop.buy("T-1", [line("1", 2500)], "joe")
    plain = shop.storage.tally.statements - before
    other = Shop(BASE)
    other.enrol("joe")
    other.buy("T-0", [line("1", 2500)], "joe")
    before = other.storage.tally.statements
    other.buy("T-1", [line("1", 2500)], "joe")
    assert plain == other.storage.tally.statements - before


def test_signals_outlive_who_has_left_and_are_forgotten_in_time(shop: Shop):
    shop.enrol("ada", status="left")
    shop.enrol("new", enrolled_at=shop.now, signals={"email": "a.d.a+x@example.org"})
    assert shop.enrol("new")["attributes"] == {"joined_before": True}
    with pytest.raises(InvalidRequest, match="engine alone"):
        shop.enrol("new", attributes={"joined_before": None})
    shop.later(days=101)
    with shop.storage.read("shop") as view:
        (gone,) = long_gone(shop.engine, view, shop.now, -1, 10)
    forget_signals(shop.engine, "shop", gone, shop.now)
    shop.enrol("later", enrolled_at=shop.now, signals={"email": "new@example.org"})
    with shop.storage.read("shop") as view:
        assert [it.kind for it in view.signals(gone)] == ["address", "device"]  # two years
        assert long_gone(shop.engine, view, shop.now, -1, 10) == []


def test_who_comes_back_is_remembered_again(shop: Shop):
    shop.enrol("ada", status="left")
    shop.later(days=50)
    shop.enrol("ada", status="active")
    shop.later(days=101)
    with shop.storage.read("shop") as view:
        assert long_gone(shop.engine, view, shop.now, -1, 10) == []


def test_what_two_were_seen_with_is_the_ones_after_a_merge(shop: Shop):
    shop.enrol("eve", signals={"email": "eve@example.org"})
    merge_members(shop.engine, shop.fresh(), "ada", "eve")
    with shop.storage.read("shop") as view:
        kinds = [it.kind for it in view.signals(number(shop, "ada"))]
    assert kinds == ["address", "device", "email", "email"]
    assert join(shop, "bob", code(shop), email="e.v.e@example.org") == "refused"


def test_two_who_were_both_rewarded_are_not_merged_unseen(shop: Shop):
    shop.enrol("eve")
    mine, hers = code(shop), code(shop, "eve")
    for name, by in (("bob", mine), ("bob2", hers)):
        join(shop, name, by)
        shop.buy(f"T-{name}", [line("1", 2500)], name)
    shop.later(days=31)
    assert settle(shop, "bob") == settle(shop, "bob2") == "rewarded"
    with pytest.raises(Conflict, match="refuse one"):
        merge_members(shop.engine, shop.fresh(), "bob", "bob2")
    review(shop, "bob2", "refuse")
    assert settle(shop, "bob2") == "refused"
    merge_members(shop.engine, shop.fresh(), "bob", "bob2")
    assert (shop.points(member="ada"), shop.points(member="eve")) == (500, 0)
    shop.cancel("T-bob")
    assert settle(shop, "bob") == "rewarded"  # what the other has bought is its own now
    shop.cancel("T-bob2")
    assert settle(shop, "bob") == "joined"
    proven(shop)


def test_a_purchase_of_the_day_of_the_claim_counts_although_it_came_before(shop: Shop):
    shop.enrol("bob", enrolled_at=shop.now)
    assert claim(shop, "bob", code(shop)) == "joined"
    shop.buy("T-1", [line("1", 2500)], "bob", occurred_at=shop.now - timedelta(minutes=9))
    assert kept(shop)[0] == "waiting"


def test_friends_of_one_household_are_rewarded_on_one_account(shop: Shop):
    join(shop, "bob", code(shop))
    open_household(shop.engine, shop.fresh(), "home", "ada")
    add_to_household(shop.engine, shop.fresh(), "home", "bob")
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    assert settle(shop) == "rewarded"
    assert shop.points(member="ada") == 25 + 500 + 300
    shop.cancel("T-1")
    assert settle(shop) == "joined"
    assert shop.points(member="ada") == 0
    proven(shop)


def test_a_stopped_rule_lets_its_referrals_wait(shop: Shop):
    join(shop, "bob", code(shop))
    shop.buy("T-1", [line("1", 2500)], "bob")
    shop.later(days=31)
    source = dict(shop.rulebook.source)
    shop.shelf.publish("shop", source, "test", shop.now, stopped=["friend-brought"])
    assert settle(shop) == "waiting"
    shop.shelf.publish("shop", source, "test", shop.now, stopped=[])
    assert settle(shop) == "rewarded"
    proven(shop)


def test_who_is_erased_is_rewarded_for_nothing_and_stays_remembered(shop: Shop):
    """What erasure leaves: a number without a name, and signals by their keyed hashes."""
    mine = code(shop)
    join(shop, "bob", mine)
    join(shop, "eve", mine, email="eve@example.org")
    for name in ("bob", "eve"):
        shop.buy(f"T-{name}", [line("1", 2500)], name)
    ada, eve = number(shop, "ada"), number(shop, "eve")
    shop.later(days=31)
    for name in ("ada", "eve"):
        shop.enrol(name, status="left")
    with shop.storage.begin("shop", shop.now) as work:
        for it in (ada, eve):
            member = work.member(it)
            assert member is not None
            work.remove_address(Address("member", str(member.id)))
            work.save_member(replace(member, id=None, status="erased", attributes={}))
    assert settle(shop) == "rewarded"
    assert shop.points(member="bob") == 325
    assert read(settle_referral(shop.engine, "shop", eve, shop.now))["state"] == "refused"
    shop.enrol("eve", enrolled_at=shop.now, signals={"email": "E.ve@example.org"})
    assert shop.enrol("eve")["attributes"] == {"joined_before": True}
    proven(shop)
