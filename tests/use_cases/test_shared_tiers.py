"""One tier for a household: it follows from what all of them do, whatever happens in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.tier_state import state_of
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import Address, MemberRecord
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.members.standing import state_at
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from loyalty_engine.use_cases.tiers.review_tier import review_tier
from loyalty_engine.use_cases.tiers.show_tier import show_tier
from tests.shop import Shop, line, read
from tests.use_cases.test_households import add, begin, leave, made, proven, switched
from tests.use_cases.test_races import WAYS, at_once

SHARED = switched(household_wait_days=0, household_tier="shared")


def family(shop: Shop, *members: str) -> list[MemberRecord]:
    with shop.storage.read("shop") as view:
        found = [view.find_member(Address("member", it)) for it in members]
    assert None not in found
    return [it for it in found if it is not None]


def deadlocks(url: str) -> int:
    """How often the database had to break a circle of locks."""
    if not url.startswith("postgresql"):
        return 0
    engine = create_engine(url)
    with engine.connect() as link:
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        found = link.execute(text(counted)).scalar_one()
    engine.dispose()
    return int(found)


def tiers(shop: Shop) -> list[str]:
    return [it.tier.tier for it in family(shop, "ada", "bea")]


def tier(shop: Shop, member: str) -> dict[str, Any]:
    return read(show_tier(shop.engine, shop.caller(), member))


def judged_anew(shop: Shop) -> None:
    """Whoever shares an account stands where a look at all that they ever did puts them."""
    program = shop.rulebook.program
    by_account: dict[int, list[MemberRecord]] = {}
    with shop.storage.read("shop") as view:
        for name in ("ada", "bea", "cid"):
            member = view.find_member(Address("member", name))
            if member is not None and member.id == name:
                by_account.setdefault(member.account, []).append(member)
        for members in by_account.values():
            now = max([shop.now, *(it.last_purchase_at or shop.now for it in members)])
            state = state_of(
                program.tiers,
                min(it.enrolled_at for it in members),
                [it for one in members for it in view.activities(one.number)],
                [it for one in members for it in view.tier_grants(one.number)],
                now,
                program.zone,
            )
            for one in members:
                stored = state_at(view, program, one, now)
                assert (stored.tier, stored.sums, stored.until, stored.due) == (
                    state.tier, state.sums, state.until, state.due,
                )  # fmt: skip
                told = view.standings(one.number)
                if told and (one.tier.due is None or one.tier.due > now):
                    assert told[-1].tier == state.tier
                    since = [it.since for it in told]
                    assert since == sorted(set(since))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("join", "leave", "buy", "late", "back", "merge", "grant", "review")),
        st.sampled_from(("ada", "bea", "cid")),
        st.sampled_from((500, 4_000, 9_000)),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(STEPS)
def test_a_shared_tier_follows_from_what_all_of_them_did(steps: list[tuple[str, str, int]]) -> None:
    shop = made("sqlite://", program=SHARED)
    begin(shop, "ada")
    bought: list[str] = []
    for place, (what, member, price) in enumerate(steps):
        id_ = f"T-{place}"
        try:
            match what:
                case "join":
                    add(shop, member)
                case "leave":
                    leave(shop, member)
                case "buy":
                    shop.buy(id_, [line("1", price)], member)
                    bought.append(id_)
                case "late":
                    at = shop.now - timedelta(hours=30)
                    shop.buy(id_, [line("1", price)], member, occurred_at=at)
                    bought.append(id_)
                case "back" if bought:
                    shop.cancel(bought.pop(len(bought) // 2))
                case "merge":
                    merge_members(shop.engine, shop.fresh(), "ada", member)
                case "grant":
                    until = shop.now + timedelta(days=2)
                    grant = Grant("silver", shop.now, until)
                    grant_tier(shop.engine, shop.fresh(), member, grant, "test", "test")
                case "review":
                    (one,) = family(shop, member)
                    shop.later(days=3)
                    review_tier(shop.engine, "shop", one.number, shop.now)
        except LoyaltyError:
            pass  # refused, and nothing has changed
        judged_anew(shop)
        shop.later(hours=1)
    proven(shop)


def test_what_was_told_before_joining_stays(sqlite_url: str) -> None:
    shop = made(sqlite_url, program=SHARED)
    shop.buy("T-1", [line("1", 20_000)])
    shop.later(days=10)
    begin(shop)
    assert [it["tier"] for it in tier(shop, "bea")["history"]] == ["basic", "silver"]
    assert tier(shop, "ada")["history"][1]["since"] < tier(shop, "bea")["history"][1]["since"]
    # Bea was basic a week ago, when silver was Ada's alone.
    before = shop.now - timedelta(days=7)
    assert shop.buy("T-2", [line("1", 100)], "bea", occurred_at=before)["tier"] == {
        "before": "basic",
        "after": "silver",
    }
    judged_anew(shop)
    proven(shop)


def test_the_others_are_told_of_their_new_tier(sqlite_url: str) -> None:
    shop = made(sqlite_url, program=SHARED)
    begin(shop)
    shop.buy("T-1", [line("1", 20_000)])
    with shop.storage.engine.connect() as link:
        told = link.execute(text("SELECT member FROM outbox WHERE kind = 'tier_changed'")).all()
    (bea,) = family(shop, "bea")
    assert [row[0] for row in told] == [bea.number]
    proven(shop)


@pytest.mark.parametrize(("before", "after"), [("own", "shared"), ("shared", "own")])
def test_the_choice_can_change(sqlite_url: str, before: str, after: str) -> None:
    shop = made(sqlite_url, program=switched(household_wait_days=0, household_tier=before))
    begin(shop)
    shop.buy("T-1", [line("1", 6_000)])
    shop.buy("T-2", [line("1", 6_000)], "bea")
    alone, together = ["basic", "basic"], ["silver", "silver"]
    assert tiers(shop) == (alone if before == "own" else together)
    source = {
        **shop.rulebook.source,
        "program.yaml": switched(household_wait_days=0, household_tier=after),
    }
    shop.later(hours=1)
    shop.shelf.publish("shop", source, "test", shop.now)
    assert tier(shop, "ada")["tier"] == ("silver" if after == "shared" else "basic")
    shop.buy("T-3", [line("1", 100)])
    shop.buy("T-4", [line("1", 100)], "bea")
    assert tiers(shop) == (together if after == "shared" else alone)
    proven(shop)


def test_a_family_that_buys_at_once_stands_in_one_tier(database_url: str) -> None:
    shop = made(database_url, program=SHARED)
    begin(shop, "ada", "bea", "cid")
    told = at_once(lambda i: shop.buy(f"T-{i}", [line("1", 900)], ("ada", "bea", "cid")[i % 3]))
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    assert [it.tier.sums["spend"] for it in family(shop, "ada", "bea", "cid")] == [900 * WAYS] * 3
    judged_anew(shop)

    def act(i: int) -> Any:
        if i == 3:
            return leave(shop, "cid")
        # Cid's own purchases are left alone: who leaves is looked for again, and may wait for it.
        return shop.cancel(f"T-{i}") if i % 2 and i % 3 < 2 else add(shop, "ada")

    told = at_once(act)
    assert not [it for it in told if isinstance(it, LoyaltyError)]
    judged_anew(shop)
    assert deadlocks(database_url) == 0
    assert verify(shop.storage, "shop").findings == ()
    shop.storage.close()
