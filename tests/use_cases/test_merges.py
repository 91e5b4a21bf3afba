"""Two members who turn out to be one: nothing of either is lost, nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.domain.errors import Conflict, InvalidRequest, LoyaltyError, NotFound
from loyalty_engine.domain.requests import Capture, HoldRequest, Identifier
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.members.show_member import show_member
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.points.list_entries import list_entries
from loyalty_engine.use_cases.points.refresh_balance import refresh_balance
from loyalty_engine.use_cases.spending.close_hold import capture_hold
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.use_cases.tiers.show_tier import show_tier
from tests.shop import BASE, PROGRAM, Shop, line, read
from tests.storage.test_integrity import tamper
from tests.use_cases.test_races import WAYS, at_once
from tests.use_cases.test_rewards import MUG, give_up, take
from tests.use_cases.test_vouchers import FIVE, NEXT_TIME

LASTS = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 3 months")
TIERS = """
tiers:
  - {tier: basic}
  - {tier: silver, needs: {spend: 100.00}}
window: calendar_year
"""
CAPPED = """
rule: welcome
lane: bonus
then: [earn_points: 100]
limits: [{points: 150, per: member}]
"""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BASE, program=LASTS, tiers=TIERS, storage=storage)
    shop.enrol()
    shop.enrol("bea", identifiers=(Identifier("card", "4711"),))
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def merge(shop: Shop, into: str = "ada", other: str = "bea", key: str | None = None) -> Any:
    caller = shop.caller(key) if key else shop.fresh()
    return read(merge_members(shop.engine, caller, into, other))


def lots(shop: Shop, member: str = "ada") -> list[tuple[int, Any, str | None]]:
    with shop.storage.read("shop") as view:
        found = view.find_member(Address("member", member))
        assert found is not None
        return [(it.remaining, it.expires_at, it.purchase) for it in view.open_lots(found.account)]


def test_lots_keep_their_dates_and_what_they_come_from(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)], "bea")
    before = lots(shop, "bea")
    shop.later(days=10)
    shop.buy("T-2", [line("1", 500)])
    mine = lots(shop)
    assert merge(shop)["balance"]["points"]["available"] == 15
    assert sorted(lots(shop), key=str) == sorted(before + mine, key=str)


def test_the_other_id_and_identifiers_answer_as_the_one_who_stays(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)], "bea")
    merge(shop)
    assert shop.balance("bea")["member"] == "ada"
    card = read(show_member(shop.engine, shop.caller(), Address("identifier:card", "4711")))
    assert card["member"] == "ada"
    assert shop.buy("T-2", [line("1", 300)], "bea")["member"] == "ada"
    assert shop.points() == 13
    assert shop.purchase("T-1")["member"] == "ada"


def test_a_purchase_of_before_is_repeated_returned_and_corrected_afterwards(shop: Shop) -> None:
    basket = shop.basket("T-1", [line("1", 1000, 2)], "bea")
    first = read(shop.record(basket))
    merge(shop)
    again = shop.record(basket)
    assert (again.status, read(again)) == (200, first | {"member": "ada"})
    assert shop.back("T-1", "R-1", **{"1": 1000})["points_taken"] == {"points": 10}
    assert shop.points() == 10
    shop.cancel("T-1")
    assert shop.points() == 0


def test_points_that_paid_come_back_with_their_dates(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 10_000)], "bea")
    ((_, ends, _),) = lots(shop, "bea")
    shop.buy("T-2", [line("1", 80)], "bea", spend={"points": 80})
    shop.buy("T-3", [line("1", 20)], "bea", spend={"points": 20})
    shop.adjust(7)
    merge(shop)
    shop.cancel("T-2")
    assert [(it[0], it[1]) for it in lots(shop) if it[2]] == [(80, ends)]
    shop.record(shop.basket("T-3", [line("1", 20)], "bea", spend={"points": 5}, revision=2))
    assert shop.points() == 102
    assert all(it[1] == ends for it in lots(shop) if it[2])


def test_debt_is_paid_from_what_the_other_has(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)], "bea")
    shop.adjust(-10, member="bea")
    shop.cancel("T-1")
    assert shop.points(member="bea") == -10
    shop.adjust(4)
    merge(shop)
    assert shop.balance()["units"]["points"]["debt"] == 6
    shop.adjust(10)
    assert shop.points() == 4


def test_the_tier_is_judged_over_both_histories(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 6000)], "bea")
    shop.later(days=1)
    shop.buy("T-2", [line("1", 6000)])
    assert merge(shop)["tier"] == "silver"
    told = read(show_tier(shop.engine, shop.caller(), "bea"))
    assert (told["member"], told["counted"]["spend"]) == ("ada", 12_000)
    shop.cancel("T-1")
    assert read(show_tier(shop.engine, shop.caller(), "ada"))["tier"] == "basic"


def test_limits_add_up_and_are_given_back(database_url: str) -> None:
    storage = SqlStorage(database_url)
    storage.create_schema()
    shop = Shop(CAPPED, storage=storage)
    for member in ("ada", "bea"):
        shop.enrol(member)
        shop.buy(f"T-{member}", [line("1", 100)], member)
    merge(shop)
    assert shop.buy("T-3", [line("1", 100)])["points"].get("points", {}).get("granted", 0) == 0
    assert verify(storage, "shop").findings == ()
    shop.cancel("T-bea")
    assert shop.buy("T-4", [line("1", 100)])["points"]["points"]["granted"] == 50
    assert verify(storage, "shop").findings == ()
    storage.close()


def test_holds_and_reservations_go_on(shop: Shop) -> None:
    shop.adjust(100, member="bea")
    shop.adjust(5)
    place_hold(shop.engine, shop.caller(), HoldRequest("H-1", "bea", "points", 30))
    basket = shop.basket("T-1", [line("1", 1000)], "bea", spend={"points": 20})
    promised = shop.quote(basket, reserve=True)["reservation"]
    merge(shop)
    figures = shop.balance()["units"]["points"]
    assert (figures["available"], figures["held"]) == (55, 50)
    assert verify(shop.storage, "shop").findings == ()
    capture_hold(shop.engine, shop.caller(), "H-1", Capture(10))
    bought = shop.basket(
        "T-1", [line("1", 1000)], "bea", spend={"points": 20}, reservation=promised
    )
    assert read(shop.record(bought))["member"] == "ada"
    figures = shop.balance()["units"]["points"]
    assert (figures["available"], figures["held"]) == (105 - 10 - 20 + 9, 0)


def test_what_was_kept_for_look_ups_under_the_other_id_goes(shop: Shop) -> None:
    for _ in range(5):
        shop.adjust(10, member="bea")
        shop.adjust(-10, member="bea")
    before = shop.balance("bea")["version"]
    with shop.storage.read("shop") as view:
        number = view.whose(Address("member", "bea"))
    assert number is not None
    merge(shop)
    assert refresh_balance(shop.engine, "shop", number, shop.now)
    assert shop.board.shown["bea"][1] == b""
    assert shop.board.shown["bea"][0] >= before
    assert shop.balance()["version"] >= before


def test_once_more_changes_nothing(shop: Shop) -> None:
    shop.adjust(10, member="bea")
    first = merge(shop, key="once")
    version = shop.balance()["version"]
    assert merge(shop, key="once") == merge(shop) == first
    assert shop.balance()["version"] == version


@pytest.mark.parametrize(
    ("into", "other", "code"),
    [
        ("ada", "ada", "merge_with_itself"),
        ("ada", "nobody", "member_unknown"),
        ("nobody", "bea", "member_unknown"),
        ("bea", "ada", "merge_circle"),
        ("cid", "frozen", "member_frozen"),
        ("frozen", "cid", "member_frozen"),
        ("left", "cid", "member_left"),
    ],
)
def test_what_cannot_be_merged_is_refused(shop: Shop, into: str, other: str, code: str) -> None:
    merge(shop)
    for member, status in (("cid", "active"), ("frozen", "frozen"), ("left", "left")):
        shop.enrol(member)
        shop.enrol(member, status=status)
    with pytest.raises((Conflict, InvalidRequest, NotFound)) as refused:
        merge(shop, into, other)
    assert refused.value.code == code


def test_a_chain_leads_to_the_last(shop: Shop) -> None:
    shop.enrol("cid")
    for member in ("ada", "bea", "cid"):
        shop.buy(f"T-{member}", [line("1", 1000)], member)
    merge(shop, "bea", "ada")
    merge(shop, "cid", "bea")
    assert [shop.balance(it)["member"] for it in ("ada", "bea", "cid")] == ["cid"] * 3
    assert shop.points(member="cid") == 30
    with pytest.raises(Conflict) as refused:
        merge(shop, "ada", "cid")
    assert refused.value.code == "merge_circle"


def test_merges_and_purchases_of_both_at_once(shop: Shop) -> None:
    shop.enrol("cid")

    def act(number: int) -> Any:
        if number == 7:
            return merge(shop, "ada", "bea")
        if number == 13:
            return merge(shop, "bea", "cid")
        if number == 17:
            return merge(shop, "cid", "ada")
        return shop.buy(f"T-{number}", [line("1", 1000)], ("ada", "bea", "cid")[number % 3])

    told = at_once(act)
    bought = [it for number, it in enumerate(told) if number not in (7, 13, 17)]
    assert not [it for it in bought if isinstance(it, LoyaltyError)]
    who = {shop.balance(it)["member"] for it in ("ada", "bea", "cid")}
    assert sum(shop.points(member=it) for it in who) == 10 * len(bought)
    for number in range(WAYS):
        if number not in (7, 13, 17):
            shop.cancel(f"T-{number}")
    assert sum(shop.points(member=it) for it in who) == 0


def test_one_merge_sent_twenty_times_happens_once(shop: Shop) -> None:
    shop.adjust(10, member="bea")
    told = at_once(lambda i: merge(shop) if i % 2 else shop.buy(f"T-{i}", [line("1", 100)], "bea"))
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert shop.points() == 10 + WAYS // 2
    entries = read(list_entries(shop.engine, shop.caller(), "ada", None, 1000))["entries"]
    assert sum(it["points"] for it in entries if it["kind"] == "merge") in range(10, 21)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM transfers",
        "UPDATE transfers SET from_version = from_version + 1",
        "UPDATE transfers SET version = version + 100",
    ],
)
def test_half_a_transfer_is_found(sqlite_url: str, statement: str) -> None:
    storage = SqlStorage(sqlite_url)
    storage.create_schema()
    shop = Shop(BASE, storage=storage)
    shop.enrol()
    shop.enrol("bea")
    shop.adjust(10, member="bea")
    merge(shop)
    assert verify(shop.storage, "shop").findings == ()
    tamper(shop.storage, statement)
    assert {it.check for it in verify(shop.storage, "shop").findings} == {"transfer_twins"}
    storage.close()


def test_rewards_taken_count_and_come_back(sqlite_url: str) -> None:
    storage = SqlStorage(sqlite_url)
    storage.create_schema()
    shop = Shop(BASE, rewards=[MUG], storage=storage)
    for member in ("ada", "bea"):
        shop.enrol(member)
        shop.adjust(200, member=member)
        take(shop, "mug", f"D-{member}", member=member, store=member)
    merge(shop)
    assert verify(storage, "shop").findings == ()
    with pytest.raises(Conflict):
        take(shop, "mug", "D-3")
    assert give_up(shop, "D-bea")["member"] == "ada"
    assert shop.points() == 300
    take(shop, "mug", "D-4")
    assert verify(storage, "shop").findings == ()
    storage.close()


def test_vouchers_follow(database_url: str) -> None:
    storage = SqlStorage(database_url)
    storage.create_schema()
    shop = Shop(BASE, FIVE, NEXT_TIME, storage=storage)
    shop.enrol()
    shop.enrol("bea")
    shop.buy("T-1", [line("1", 6000)], "bea")
    merge(shop)
    with storage.read("shop") as view:
        number = view.whose(Address("member", "ada"))
        assert number is not None
        assert [it.purchase for it in view.vouchers_of(number, 9)] == ["T-1"]
    shop.cancel("T-1")
    assert verify(storage, "shop").findings == ()
    storage.close()


def test_points_that_waited_with_either_wait_with_the_one_who_stays() -> None:
    shop = Shop(BASE, program=PROGRAM + "switches: {redemption_wait_hours: 24}\n")
    shop.enrol()
    shop.enrol("bea", identifiers=(Identifier("card", "4711"),))
    shop.adjust(100, member="bea")
    shop.enrol("bea", identifiers=(Identifier("card", "4712"),))
    merge(shop)
    asked = HoldRequest("H-1", "ada", "points", 100)
    with pytest.raises(Conflict) as refusal:
        place_hold(shop.engine, shop.fresh(), asked)
    assert refusal.value.code == "redemption_waits"
    shop.later(hours=24)
    assert read(place_hold(shop.engine, shop.fresh(), asked))["state"] == "open"
