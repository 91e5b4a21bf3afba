"""Households: joined, used together and left; no point is lost or made on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.errors import Conflict, LoyaltyError, NotFound
from loyalty_engine.domain.requests import HoldRequest
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.households.join_household import (
    accept,
    add_to_household,
    invite,
    open_household,
)
from loyalty_engine.use_cases.households.leave_household import leave_household, show_household
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.points.refresh_balance import refresh_balance
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.points.show_balance import show_balance
from loyalty_engine.use_cases.spending.place_hold import place_hold
from tests.shop import BASE, PROGRAM, Shop, line, read
from tests.use_cases.test_races import WAYS, at_once

LASTS = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 3 months")
CAPPED = """
rule: capped
lane: bonus
then: [earn_points: 100]
limits: [{points: 150, per: household}]
"""
TIERS = """
tiers:
  - {tier: basic}
  - {tier: silver, needs: {spend: 100.00}}
window: calendar_year
"""


def switched(**switches: object) -> str:
    told = ", ".join(f"{name}: {value}" for name, value in switches.items())
    return LASTS + f"switches: {{{told}}}\n"


def made(url: str, *rules: str, program: str = switched(household_wait_days=0)) -> Shop:
    storage = SqlStorage(url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BASE, *rules, program=program, tiers=TIERS, storage=storage)
    for member in ("ada", "bea", "cid"):
        shop.enrol(member)
    return shop


def proven(shop: Shop) -> None:
    assert verify(shop.storage, "shop").findings == ()
    shop.storage.close()


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    shop = made(database_url)
    yield shop
    proven(shop)


def begin(shop: Shop, *members: str) -> None:
    first, *others = members or ("ada", "bea")
    open_household(shop.engine, shop.caller(), "smith", first)
    for other in others:
        add(shop, other)


def add(shop: Shop, member: str) -> dict[str, Any]:
    return read(add_to_household(shop.engine, shop.fresh(), "smith", member))


def leave(shop: Shop, member: str) -> dict[str, Any]:
    return read(leave_household(shop.engine, shop.fresh(), "smith", member))


def household(shop: Shop) -> dict[str, Any]:
    return read(show_household(shop.engine, shop.caller(), "smith"))


def account(shop: Shop, member: str) -> int:
    with shop.storage.read("shop") as view:
        found = view.find_member(Address("member", member))
        assert found is not None
        return found.account


def ends(shop: Shop, member: str) -> list[tuple[int, Any, str | None]]:
    with shop.storage.read("shop") as view:
        lots = view.open_lots(account(shop, member))
        return sorted((it.remaining, it.expires_at, it.purchase) for it in lots)


def test_all_is_brought_along_and_spent_together(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    shop.buy("T-2", [line("1", 500)], "bea")
    lots = ends(shop, "ada") + ends(shop, "bea")
    begin(shop)
    assert shop.points() == shop.points(member="bea") == 15
    assert ends(shop, "bea") == sorted(lots)
    shop.buy("T-3", [line("1", 12)], "bea", spend={"points": 12})
    told = {it["member"]: it["contributed"] for it in household(shop)["members"]}
    assert sum(it.get("points", 0) for it in told.values()) == 3
    assert set(told) == {"ada", "bea"}
    assert shop.points() == 3


def number(shop: Shop, member: str) -> int:
    with shop.storage.read("shop") as view:
        return view.whose(Address("member", member)) or 0


def test_joining_takes_an_invitation_that_stands(shop: Shop) -> None:
    begin(shop, "ada")
    with pytest.raises(Conflict, match="invitation"):
        accept(shop.engine, shop.fresh(), "smith", "bea")
    asked = read(invite(shop.engine, shop.fresh(), "smith", "ada", "bea"))
    assert [(it["member"], it["by"]) for it in asked["invitations"]] == [("bea", "ada")]
    shop.later(days=15)
    with pytest.raises(Conflict, match="invitation"):
        accept(shop.engine, shop.fresh(), "smith", "bea")
    read(invite(shop.engine, shop.fresh(), "smith", "ada", "bea"))
    joined = read(accept(shop.engine, shop.fresh(), "smith", "bea"))
    assert ({it["member"] for it in joined["members"]}, joined["invitations"]) == (
        {"ada", "bea"},
        [],
    )
    with pytest.raises(Conflict, match="does not belong"):
        invite(shop.engine, shop.fresh(), "smith", "cid", "cid")
    with pytest.raises(NotFound):
        invite(shop.engine, shop.fresh(), "jones", "ada", "cid")


def test_size_and_changes_are_limited(database_url: str) -> None:
    shop = made(database_url, program=switched(household_members=2, household_wait_days=10))
    begin(shop)
    with pytest.raises(Conflict, match="at most 2"):
        add(shop, "cid")
    leave(shop, "bea")
    with pytest.raises(Conflict, match="10 days"):
        add(shop, "bea")
    shop.later(days=10)
    add(shop, "bea")
    with pytest.raises(Conflict, match="another household"):
        open_household(shop.engine, shop.caller(), "jones", "bea")
    proven(shop)


@pytest.mark.parametrize(
    ("rule", "goes", "stays"), [("own", 20, 10), ("equal_share", 15, 15), ("nothing", 0, 30)]
)
def test_who_leaves_takes_what_the_programme_declares(
    sqlite_url: str, rule: str, goes: int, stays: int
) -> None:
    shop = made(sqlite_url, program=switched(household_leaving=rule, household_wait_days=0))
    begin(shop)
    shop.buy("T-1", [line("1", 1000)])
    shop.buy("T-2", [line("1", 2000)], "bea")
    (_, end, _) = ends(shop, "bea")[0]
    assert leave(shop, "bea")["balance"]["points"]["available"] == goes
    assert (shop.points(member="bea"), shop.points()) == (goes, stays)
    assert all(it[1] == end for it in ends(shop, "bea"))
    leave(shop, "ada")
    assert shop.points() == stays
    proven(shop)


@pytest.mark.parametrize("rule", ["own", "equal_share", "nothing"])
def test_what_was_earned_together_is_taken_back_from_the_household(
    sqlite_url: str, rule: str
) -> None:
    shop = made(sqlite_url, program=switched(household_leaving=rule, household_wait_days=0))
    begin(shop)
    shop.buy("T-1", [line("1", 1000)])
    shop.buy("T-2", [line("1", 2000)], "bea")
    leave(shop, "bea")
    shop.cancel("T-2")
    assert shop.points() + shop.points(member="bea") == 10
    assert shop.points(member="bea") <= 5
    proven(shop)


def test_points_that_paid_in_the_household_come_back_to_it(shop: Shop) -> None:
    begin(shop)
    shop.buy("T-1", [line("1", 10_000)])
    shop.buy("T-2", [line("1", 80)], "bea", spend={"points": 80})
    leave(shop, "bea")
    shop.cancel("T-2")
    assert (shop.points(), shop.points(member="bea")) == (100, 0)


def test_points_that_paid_before_come_back_with_their_dates(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 10_000)])
    before = ends(shop, "ada")
    shop.buy("T-2", [line("1", 100)], spend={"points": 100})
    begin(shop)
    shop.cancel("T-2")
    assert [(it[0], it[1]) for it in ends(shop, "bea")] == [(it[0], it[1]) for it in before]


def test_tiers_stay_each_members_own(shop: Shop) -> None:
    begin(shop)
    shop.buy("T-1", [line("1", 20_000)])
    assert (shop.balance()["tier"], shop.balance("bea")["tier"]) == ("silver", "basic")


def test_limits_of_a_household_are_shared(database_url: str) -> None:
    shop = made(database_url, CAPPED)
    begin(shop)
    shop.buy("T-1", [line("1", 0)])
    shop.buy("T-2", [line("1", 0)], "bea")
    shop.buy("T-3", [line("1", 0)], "cid")
    assert (shop.points(), shop.points(member="cid")) == (150, 100)
    proven(shop)


def test_jobs_settle_what_a_household_has(shop: Shop) -> None:
    begin(shop)
    shop.buy("T-1", [line("1", 1000)], "bea")
    shop.later(days=100)
    with shop.storage.read("shop") as view:
        (due,) = view.accounts_due(shop.now)
    assert settle_account(shop.engine, "shop", due, shop.now) == 1
    assert shop.points() == 0


def test_what_is_kept_for_look_ups_is_renewed_for_everybody(shop: Shop) -> None:
    begin(shop)
    shop.buy("T-1", [line("1", 1000)])
    assert refresh_balance(shop.engine, "shop", number(shop, "ada"), shop.now)
    shown = shop.board.shown
    assert shown["ada"][0] == shown["bea"][0]
    assert b'"available":10' in shown["bea"][1]


def test_versions_never_go_down(shop: Shop) -> None:
    seen: dict[str, int] = {}

    def look() -> None:
        for member in ("ada", "bea", "cid"):
            version = shop.balance(member)["version"]
            assert version >= seen.get(member, 0)
            seen[member] = version

    for step in range(5):
        shop.buy(f"T-{step}", [line("1", 100)], "bea")
    look()
    begin(shop)
    look()
    shop.buy("T-6", [line("1", 100)])
    leave(shop, "ada")
    look()
    leave(shop, "bea")
    look()


def test_the_balance_of_before_is_that_of_the_account_of_then(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    alone = shop.now
    shop.later(days=1)
    begin(shop)
    shop.buy("T-2", [line("1", 500)], "bea")
    together = shop.now
    shop.later(days=1)
    leave(shop, "bea")

    def then(member: str, at: Any) -> int:
        told = read(show_balance(shop.engine, shop.caller(), member, at))
        return int(told["units"]["points"]["available"])

    assert [then("ada", alone), then("bea", alone)] == [10, 0]
    assert [then("ada", together), then("bea", together)] == [15, 15]
    assert [then("ada", shop.now), then("bea", shop.now)] == [10, 5]


def test_nobody_leaves_with_points_set_aside(shop: Shop) -> None:
    shop.adjust(50, member="bea")
    place_hold(shop.engine, shop.caller(), HoldRequest("H-1", "bea", "points", 30))
    begin(shop)
    assert household(shop)["balance"]["points"]["available"] == 20
    with pytest.raises(Conflict, match="set aside"):
        leave(shop, "bea")
    shop.later(hours=1)
    shop.buy("T-1", [line("1", 50)], spend={"points": 50})
    leave(shop, "bea")


def test_joining_buying_and_leaving_at_once(shop: Shop) -> None:
    begin(shop, "ada")

    def act(i: int) -> Any:
        if i == 5:
            return add(shop, "bea")
        if i == 11:
            return add(shop, "cid")
        return shop.buy(f"T-{i}", [line("1", 1000)], ("ada", "bea", "cid")[i % 3])

    told = at_once(act)
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert shop.points() == shop.points(member="bea") == shop.points(member="cid")
    assert shop.points() == 10 * (WAYS - 2)
    told = at_once(
        lambda i: leave(shop, ("ada", "bea", "cid")[i]) if i < 3 else shop.cancel(f"T-{i}"), 5
    )
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert sum(shop.points(member=it) for it in ("ada", "bea", "cid")) == 10 * (WAYS - 4)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("join", "leave", "buy", "spend", "back", "merge")),
        st.sampled_from(("ada", "bea", "cid")),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(STEPS, st.sampled_from(("own", "equal_share", "nothing")))
def test_any_life_of_households_keeps_the_sum(steps: list[tuple[str, str]], rule: str) -> None:
    shop = made("sqlite://", program=switched(household_leaving=rule, household_wait_days=0))
    begin(shop, "ada")
    given_, spent, bought = 0, {}, []
    for place, (what, member) in enumerate(steps):
        id_ = f"T-{place}"
        try:
            match what:
                case "join":
                    add(shop, member)
                case "leave":
                    leave(shop, member)
                case "buy":
                    shop.buy(id_, [line("1", 1000)], member)
                    given_ += 10
                    bought.append(id_)
                case "spend":
                    shop.buy(id_, [line("1", 4)], member, spend={"points": 4})
                    spent[id_] = 4
                    bought.append(id_)
                case "back" if bought:
                    last = bought.pop(len(bought) // 2)
                    shop.cancel(last)
                    given_ -= 0 if last in spent else 10
                    spent.pop(last, None)
                case "merge":
                    merge_members(shop.engine, shop.fresh(), "ada", member)
        except LoyaltyError:
            pass  # refused, and nothing has changed: the proof and the sums tell
        shop.later(hours=1)
    with shop.storage.read("shop") as view:
        accounts = {account(shop, it) for it in ("ada", "bea", "cid")}
        shared = view.whose(Address("household", "smith"))
        assert shared is not None
        sums = [view.balances(it).get("points") for it in {*accounts, shared}]
    there = sum(it.available + it.pending - it.debt for it in sums if it is not None)
    assert there == given_ - sum(spent.values())
    proven(shop)
