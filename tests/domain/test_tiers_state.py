"""Where a member stands, the short way from purchase to purchase, and what is shown as missing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from loyalty_engine.domain.tier_state import advance, progress, state_of
from loyalty_engine.domain.tiers import (
    Activity,
    Down,
    Grace,
    Grant,
    GrantMode,
    Keep,
    Progress,
    State,
    Tier,
    TierScheme,
    Window,
    WindowKind,
)
from tests.domain.ladders import ENROLLED, PARIS, ladder, on, spends

BEAUTY = TierScheme(ladder(vib=350_00, ruby=1000_00), keep=Keep.END_OF_NEXT_PERIOD)
JOINED = on("2025-01-05")


def state(
    scheme: TierScheme, now: str, *purchases: tuple[str, int], given: Grant | None = None
) -> State:
    grants = (given,) if given else ()
    return state_of(scheme, JOINED, spends(*purchases), grants, on(now), PARIS)


def step(scheme: TierScheme, before: State, at: str, spend: int) -> State | None:
    return advance(scheme, before, on(at), {"spend": spend, "visits": 1}, PARIS)


def test_a_new_member_stands_at_the_foot_of_the_ladder() -> None:
    assert state(BEAUTY, "2025-01-05") == State(
        tier="base",
        since=JOINED,
        until=None,
        window_from=on("2025-01-01"),
        sums={"spend": 0},
        last_at=JOINED,
        enrolled_at=JOINED,
        window_until=on("2026-01-01"),
        due=on("2026-01-01"),
        granted=False,
    )


def test_a_purchase_adds_to_the_sums_and_a_tier_is_reached_at_once() -> None:
    joined = state(BEAUTY, "2025-01-05")
    first = step(BEAUTY, joined, "2025-03-01", 349_99)
    assert first == replace(joined, sums={"spend": 349_99}, last_at=on("2025-03-01"))
    second = step(BEAUTY, first, "2025-06-10", 1)
    assert second == replace(
        first,
        tier="vib",
        since=on("2025-06-10"),
        until=on("2027-01-01"),
        sums={"spend": 350_00},
        last_at=on("2025-06-10"),
    )


def test_a_tier_met_again_lasts_longer_from_that_moment_on() -> None:
    before = state(BEAUTY, "2026-03-01", ("2025-06-10", 400_00), ("2026-02-01", 300_00))
    assert before.until == on("2027-01-01")
    after = step(BEAUTY, before, "2026-11-01", 50_00)
    assert after is not None
    assert (after.tier, after.since, after.until) == ("vib", on("2025-06-10"), on("2028-01-01"))
    assert after.due == on("2027-01-01"), "the window ends before the tier does"


def test_what_is_no_measure_of_the_scheme_changes_nothing() -> None:
    before = state(BEAUTY, "2025-03-01")
    assert advance(BEAUTY, before, on("2025-04-01"), {"visits": 1, "spend": 0}, PARIS) is before
    assert advance(BEAUTY, before, on("2025-04-01"), {}, PARIS) is before


def test_a_programme_without_tiers_never_needs_a_replay() -> None:
    scheme = TierScheme(window=Window(WindowKind.LIFETIME))
    before = state_of(scheme, JOINED, (), (), JOINED, PARIS)
    assert (before.tier, before.due) == ("", None)
    assert step(scheme, before, "2035-04-01", 10) is before
    assert progress(scheme, before, on("2035-04-01"), PARIS).next_tier is None


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2025-05-31", "it comes late"),
        ("2026-01-01", "the period is over"),
        ("2027-06-01", "the tier has ended"),
    ],
)
def test_only_a_replay_can_tell(at: str, why: str) -> None:
    before = state(BEAUTY, "2025-07-01", ("2025-06-01", 400_00))
    assert step(BEAUTY, before, at, 10) is None, why
    assert step(BEAUTY, before, "2025-12-31T23:59", 10) is not None


def test_what_belongs_to_the_period_before_is_late() -> None:
    new_year = state(BEAUTY, "2026-02-01", ("2025-11-01", 10))
    assert step(BEAUTY, new_year, "2025-12-01", 10) is None
    assert step(BEAUTY, new_year, "2026-01-01", 10) is not None


def test_what_happened_before_the_last_fall_is_late() -> None:
    scheme = TierScheme(ladder(vib=350_00), grace=Grace(months=1))
    fallen = state(scheme, "2026-02-10", ("2025-11-01", 400_00))
    assert (fallen.tier, fallen.since) == ("base", on("2026-02-01"))
    assert step(scheme, fallen, "2026-01-15", 400_00) is None


def test_at_the_instant_of_a_fall_only_a_replay_can_tell() -> None:
    fallen = state(BEAUTY, "2027-01-01", ("2025-06-01", 400_00))
    assert fallen.tier == "base"
    assert step(BEAUTY, fallen, "2027-01-01", 400_00) is None
    bought = ("2025-06-01", 400_00), ("2027-01-01", 400_00)
    assert state(BEAUTY, "2027-01-01", *bought).since == on("2025-06-01")


def test_rolling_windows_grants_and_another_scheme_need_a_replay() -> None:
    rolling = TierScheme(ladder(vib=350_00), window=Window(WindowKind.ROLLING))
    assert step(rolling, state(rolling, "2025-03-01"), "2025-04-01", 10) is None
    for start, end, needed in (
        ("2025-02-01", "2025-05-01", True),
        ("2025-06-01", "2025-07-01", True),
        ("2025-02-01", "2025-02-15", False),
    ):
        grant = Grant("vib", on(start), on(end), GrantMode.FLOOR)
        given = state(BEAUTY, "2025-03-01", given=grant)
        assert given.granted is needed
        assert (step(BEAUTY, given, "2025-04-01", 10) is None) is needed
    other = TierScheme((Tier("base"), Tier("vib", needs={"visits": 3})))
    assert step(other, state(BEAUTY, "2025-03-01"), "2025-04-01", 10) is None
    renamed = TierScheme((Tier("member"), Tier("vib", needs={"spend": 350_00})))
    assert step(renamed, state(BEAUTY, "2025-03-01"), "2025-04-01", 10) is None


def test_a_window_since_tier_start_begins_anew() -> None:
    scheme = TierScheme(ladder(silver=100, gold=200), window=Window(WindowKind.TIER_START, 6))
    before = state(scheme, "2025-03-01", ("2025-02-01", 90))
    after = step(scheme, before, "2025-04-15T12:00", 50)
    assert after is not None
    assert (after.tier, after.sums) == ("silver", {"spend": 0})
    assert (after.window_from, after.window_until) == (
        on("2025-04-15T12:00"),
        on("2025-10-15T12:00"),
    )
    assert after.due == after.until == after.window_until
    assert step(scheme, after, "2025-04-15T12:00", 10) is None, "both happened together"
    assert step(scheme, state(scheme, "2025-01-05"), "2025-01-05", 10) is None, "perhaps another"
    kept = step(scheme, after, "2025-05-15", 100)
    assert kept is not None
    assert (kept.tier, kept.until, kept.sums) == ("silver", after.until, {"spend": 100})


def test_a_leap_day_enrolment_finds_its_next_anniversary() -> None:
    scheme = TierScheme(
        ladder(gold=100), window=Window(WindowKind.ANNIVERSARY), keep=Keep.END_OF_NEXT_PERIOD
    )
    before = state_of(scheme, ENROLLED, (), (), on("2026-06-01"), PARIS)
    assert before.window_until == on("2027-02-28")
    after = step(scheme, before, "2026-07-01", 100)
    assert after is not None
    assert after.until == on("2028-02-29")


def test_length_of_membership_is_due_on_its_day() -> None:
    scheme = TierScheme((Tier("base"), Tier("friend", needs={"tenure": 30, "spend": 10})))
    before = state(scheme, "2025-01-10")
    assert before.due == on("2025-02-04")
    assert before.sums == {"spend": 0}, "the length of membership is no sum"
    rich = step(scheme, before, "2025-01-12", 10)
    assert rich is not None
    assert (rich.tier, rich.due) == ("base", on("2025-02-04"))
    assert state(scheme, "2025-02-04", ("2025-01-12", 10)).tier == "friend"
    shown = progress(scheme, before, on("2025-01-15T12:00"), PARIS)
    assert shown.missing == {"tenure": 20, "spend": 10}


def test_progress_tells_what_is_missing_to_climb_and_to_keep() -> None:
    reached = state(BEAUTY, "2025-07-01", ("2025-06-10", 400_00))
    assert progress(BEAUTY, reached, on("2025-07-01"), PARIS) == Progress(
        tier="vib",
        since=on("2025-06-10"),
        until=on("2027-01-01"),
        next_tier="ruby",
        missing={"spend": 600_00},
        keep_missing={},
        period_from=on("2025-01-01"),
        period_until=on("2026-01-01"),
    )
    next_year = state(BEAUTY, "2026-07-01", ("2025-06-10", 400_00), ("2026-02-01", 100_00))
    shown = progress(BEAUTY, next_year, on("2026-07-01"), PARIS)
    assert (shown.missing, shown.keep_missing) == ({"spend": 900_00}, {"spend": 250_00})
    top = state(BEAUTY, "2025-07-01", ("2025-06-10", 2000_00))
    shown = progress(BEAUTY, top, on("2025-07-01"), PARIS)
    assert (shown.next_tier, shown.missing, shown.keep_missing) == (None, {}, {})


def test_progress_names_each_measure_where_any_would_do_and_skips_tiers_given_by_hand() -> None:
    scheme = TierScheme(
        (
            Tier("base"),
            Tier("friend"),
            Tier("gold", needs={"spend": 100, "visits": 3}),
        ),
        needs_all=False,
    )
    bought = [Activity(on("2025-05-05"), "visits", 1), Activity(on("2025-05-05"), "spend", 60)]
    now = on("2025-06-01")
    shown = progress(scheme, state_of(scheme, JOINED, bought, (), now, PARIS), now, PARIS)
    assert (shown.next_tier, shown.missing) == ("gold", {"spend": 40, "visits": 2})
    more = [*bought, Activity(on("2025-05-06"), "spend", 40)]
    shown = progress(scheme, state_of(scheme, JOINED, more, (), now, PARIS), now, PARIS)
    assert (shown.tier, shown.keep_missing) == ("gold", {})


def test_a_tier_that_cannot_be_lost_asks_for_nothing() -> None:
    scheme = TierScheme(ladder(vib=350_00), down=Down.NEVER)
    old = state(scheme, "2030-07-01", ("2025-06-10", 400_00))
    shown = progress(scheme, old, on("2030-07-01"), PARIS)
    assert (shown.tier, shown.until, shown.keep_missing) == ("vib", None, {})


def test_progress_refuses_a_state_that_no_longer_holds() -> None:
    stale = state(BEAUTY, "2025-07-01", ("2025-06-10", 400_00))
    with pytest.raises(AssertionError):
        progress(BEAUTY, stale, on("2026-01-01"), PARIS)


def test_a_rolling_state_is_due_when_the_oldest_activity_falls_out() -> None:
    scheme = TierScheme(ladder(silver=100), window=Window(WindowKind.ROLLING, 12))
    bought = ("2025-02-01", 60), ("2025-03-01", 60), ("2025-04-01", 60)
    held = state(scheme, "2025-05-01", *bought)
    assert (held.tier, held.until, held.due) == ("silver", on("2026-03-01"), on("2026-02-01"))
    assert held.window_from == on("2024-05-01")
    thinner = state(scheme, "2026-02-01", *bought)
    assert (thinner.tier, thinner.sums, thinner.due) == (
        "silver",
        {"spend": 120},
        on("2026-03-01"),
    )
    assert thinner.since == on("2025-03-01")


def test_a_rolling_state_in_its_grace_tells_when_that_ends() -> None:
    window = Window(WindowKind.ROLLING, 12)
    scheme = TierScheme(ladder(silver=100), window=window, grace=Grace(months=1))
    bought = ("2025-02-01", 60), ("2025-03-01", 60)
    for now, sum_left in (("2025-12-01", 120), ("2026-02-15", 60)):
        held = state(scheme, now, *bought)
        assert (held.tier, held.until) == ("silver", on("2026-03-01"))
        assert held.sums == {"spend": sum_left}
    assert state(scheme, "2026-03-01", *bought).tier == "base"


def test_a_grant_shows_in_the_state_and_makes_it_due_when_it_begins_and_ends() -> None:
    grant = Grant("ruby", on("2025-03-01"), on("2025-09-01"), GrantMode.FLOOR)
    before = state(BEAUTY, "2025-02-01", given=grant)
    assert (before.tier, before.due) == ("base", on("2025-03-01"))
    during = state(BEAUTY, "2025-04-01", ("2025-03-15", 400_00), given=grant)
    assert (during.tier, during.since, during.until) == (
        "ruby",
        on("2025-03-01"),
        on("2025-09-01"),
    )
    assert during.due == on("2025-09-01")
    after = state(BEAUTY, "2025-09-01", ("2025-03-15", 400_00), given=grant)
    assert (after.tier, after.since, after.until) == ("vib", on("2025-09-01"), on("2027-01-01"))


def test_an_activity_later_than_now_does_not_count_yet() -> None:
    now: datetime = on("2025-06-10") - timedelta(microseconds=1)
    ahead = state_of(BEAUTY, JOINED, spends(("2025-06-10", 400_00)), (), now, PARIS)
    assert (ahead.tier, ahead.sums) == ("base", {"spend": 0})
