"""Tier histories with dates: how real programmes behave, and every choice that was made."""

from datetime import timedelta

import pytest

from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.domain.tier_history import corrected, replay, tier_at
from loyalty_engine.domain.tiers import (
    Activity,
    Down,
    Grace,
    Grant,
    GrantMode,
    Keep,
    Standing,
    Tier,
    TierScheme,
    Why,
    Window,
    WindowKind,
)
from tests.domain.ladders import NEW_YORK, PARIS, ladder, on, spends, told

BEAUTY = TierScheme(ladder(vib=350_00, ruby=1000_00), keep=Keep.END_OF_NEXT_PERIOD)


def history(
    scheme: TierScheme,
    enrolled: str,
    activities: list[Activity],
    now: str,
    *grants: Grant,
) -> list[str]:
    return told(replay(scheme, on(enrolled), activities, grants, on(now), PARIS))


def rolling(months: int = 12, **fields: object) -> TierScheme:
    window = Window(WindowKind.ROLLING, months)
    return TierScheme(ladder(silver=100, gold=200), window=window, **fields)  # type: ignore[arg-type]


def test_status_of_a_calendar_year_lasts_that_year_and_the_next() -> None:
    bought = spends(("2025-03-01", 200_00), ("2025-06-10", 200_00))
    assert history(BEAUTY, "2025-01-05", bought, "2028-05-01") == [
        "2025-01-05 base joined",
        "2025-06-10 vib reached until 2027-01-01",
        "2027-01-01 base lost",
    ]


def test_to_keep_it_the_needs_are_met_again_and_the_sum_starts_from_nothing() -> None:
    first, short, enough = ("2025-06-10", 999_00), ("2026-02-01", 300_00), ("2026-11-01", 50_00)
    assert history(BEAUTY, "2025-01-05", spends(first, short), "2027-02-01")[-1] == (
        "2027-01-01 base lost"
    )
    assert history(BEAUTY, "2025-01-05", spends(first, short, enough), "2028-02-01") == [
        "2025-01-05 base joined",
        "2025-06-10 vib reached until 2027-01-01",
        "2027-01-01 vib kept until 2028-01-01",
        "2028-01-01 base lost",
    ]


def test_a_higher_tier_that_ends_leaves_the_lower_one_that_was_earned() -> None:
    bought = spends(("2025-06-10", 1000_00), ("2026-03-01", 400_00))
    assert history(BEAUTY, "2025-01-05", bought, "2028-02-01") == [
        "2025-01-05 base joined",
        "2025-06-10 ruby reached until 2027-01-01",
        "2027-01-01 vib lost until 2028-01-01",
        "2028-01-01 base lost",
    ]


def test_entry_in_november_counts_until_the_end_of_the_next_calendar_year() -> None:
    last_instant = on("2020-01-01") - timedelta(microseconds=1)
    scheme = TierScheme(ladder(silver=100), keep=Keep.END_OF_NEXT_PERIOD)
    standings = replay(
        scheme, on("2018-11-02"), spends(("2018-11-20", 100)), (), on("2020-06-01"), PARIS
    )
    assert tier_at(standings, last_instant) == "silver"
    assert tier_at(standings, on("2020-01-01")) == "base"


def test_entry_in_a_rolling_window_counts_for_the_length_of_the_window() -> None:
    scheme = rolling(keep=Keep.END_OF_NEXT_PERIOD)
    bought = spends(("2018-12-01", 60), ("2019-03-03", 40))
    assert history(scheme, "2018-11-20", bought, "2020-06-01") == [
        "2018-11-20 base joined",
        "2019-03-03 silver reached until 2020-03-03",
        "2020-03-03 base lost",
    ]


def test_a_rolling_window_kept_only_while_it_suffices() -> None:
    bought = spends(("2018-12-01", 60), ("2019-03-03", 40), ("2019-11-30", 60))
    assert history(rolling(), "2018-11-20", bought[:2], "2020-06-01")[1:] == [
        "2019-03-03 silver reached until 2019-12-01",
        "2019-12-01 base lost",
    ]
    assert history(rolling(), "2018-11-20", bought, "2021-06-01")[1:] == [
        "2019-03-03 silver reached until 2019-12-01",
        "2019-12-01 silver kept until 2020-03-03",
        "2020-03-03 base lost",
    ]


def test_a_rolling_entry_is_renewed_by_what_earns_it_and_not_by_the_review() -> None:
    window = Window(WindowKind.ROLLING)
    scheme = TierScheme(ladder(silver=100), window=window, keep=Keep.END_OF_NEXT_PERIOD)
    bought = spends(("2025-01-10", 100), ("2025-06-01", 100))
    assert history(scheme, "2025-01-01", bought, "2027-12-01")[1:] == [
        "2025-01-10 silver reached until 2026-01-10",
        "2026-01-10 silver kept until 2026-06-01",
        "2026-06-01 base lost",
    ]


def test_a_rolling_window_falls_to_what_it_still_holds() -> None:
    bought = spends(("2025-01-10", 120), ("2025-06-10", 100))
    assert history(rolling(), "2025-01-01", bought, "2026-12-01")[2:] == [
        "2025-06-10 gold reached until 2026-01-10",
        "2026-01-10 silver lost until 2026-06-10",
        "2026-06-10 base lost",
    ]


def test_an_activity_of_29_february_falls_out_on_the_28th() -> None:
    bought = spends(("2028-02-29T12:00", 100))
    assert history(rolling(), "2028-01-01", bought, "2029-06-01")[1:] == [
        "2028-02-29T12:00 silver reached until 2029-02-28T12:00",
        "2029-02-28T12:00 base lost",
    ]


@pytest.mark.parametrize(
    ("grace", "lost_on"),
    [
        (Grace(), "2026-07-20"),
        (Grace(months=1), "2026-08-20"),  # the last day is 19 August
        (Grace(months=1, round_up=RoundUp.MONTH), "2026-09-01"),  # the last day is 31 August
        (Grace(round_up=RoundUp.MONTH), "2026-08-01"),
        (Grace(days=10), "2026-07-30"),
        (Grace(months=1, round_up=RoundUp.YEAR), "2027-01-01"),
    ],
)
def test_grace_goes_on_after_the_end_in_whole_days_rounded_up(grace: Grace, lost_on: str) -> None:
    scheme = TierScheme(ladder(gold=250), window=Window(WindowKind.ANNIVERSARY), grace=grace)
    bought = spends(("2025-08-01", 250))
    assert history(scheme, "2025-07-20", bought, "2027-02-01")[1:] == [
        f"2025-08-01 gold reached until {lost_on}",
        f"{lost_on} base lost",
    ]


def test_grace_leads_from_december_to_the_end_of_january() -> None:
    for round_up in (RoundUp.NONE, RoundUp.MONTH):
        scheme = TierScheme(ladder(gold=250), grace=Grace(months=1, round_up=round_up))
        assert history(scheme, "2025-01-01", spends(("2025-05-05", 250)), "2026-06-01")[1:] == [
            "2025-05-05 gold reached until 2026-02-01",
            "2026-02-01 base lost",
        ]


def test_what_is_earned_during_the_grace_keeps_the_tier_without_a_gap() -> None:
    scheme = TierScheme(ladder(gold=250), grace=Grace(months=1))
    bought = spends(("2025-05-05", 250), ("2026-01-20", 250))
    assert history(scheme, "2025-01-01", bought, "2026-06-01")[1:] == [
        "2025-05-05 gold reached until 2026-02-01",
        "2026-02-01 gold kept until 2027-02-01",
    ]


def test_a_tier_of_a_year_ends_with_the_year_unless_declared_otherwise() -> None:
    scheme = TierScheme(ladder(gold=100))
    assert history(scheme, "2025-01-01", spends(("2025-05-05", 500)), "2026-06-01")[1:] == [
        "2025-05-05 gold reached until 2026-01-01",
        "2026-01-01 base lost",
    ]


def test_soft_landing_goes_down_one_step_a_period() -> None:
    scheme = TierScheme(
        ladder(silver=100, gold=200, platinum=300),
        down=Down.ONE_STEP,
        keep=Keep.END_OF_NEXT_PERIOD,
    )
    bought = spends(("2025-05-05", 300))
    assert history(scheme, "2025-01-01", bought, "2030-06-01")[1:] == [
        "2025-05-05 platinum reached until 2027-01-01",
        "2027-01-01 gold lost until 2028-01-01",
        "2028-01-01 silver lost until 2029-01-01",
        "2029-01-01 base lost",
    ]
    again = spends(("2027-06-01", 200))
    assert history(scheme, "2025-01-01", bought + again, "2030-06-01")[2:4] == [
        "2027-01-01 gold lost until 2028-01-01",
        "2028-01-01 gold kept until 2029-01-01",
    ]


def test_soft_landing_in_a_rolling_window_lasts_the_length_of_the_window_in_whole_days() -> None:
    bought = spends(("2025-05-05T15:00", 200))
    assert history(rolling(down=Down.ONE_STEP), "2025-01-01", bought, "2028-06-01")[1:] == [
        "2025-05-05T15:00 gold reached until 2026-05-05T15:00",
        "2026-05-05T15:00 silver lost until 2027-05-06",
        "2027-05-06 base lost",
    ]


@pytest.mark.parametrize("kind", list(WindowKind))
def test_where_nothing_goes_down_a_tier_has_no_end(kind: WindowKind) -> None:
    scheme = TierScheme(ladder(silver=100, gold=200), window=Window(kind), down=Down.NEVER)
    bought = spends(("2025-05-05", 100), ("2029-05-05", 200))
    assert history(scheme, "2025-01-01", bought, "2040-06-01")[1:] == [
        "2025-05-05 silver reached",
        "2029-05-05 gold reached",
    ]


def test_a_lifetime_sum_never_ends() -> None:
    scheme = TierScheme(ladder(silver=100, gold=200), window=Window(WindowKind.LIFETIME))
    bought = spends(("2025-05-05", 100), ("2029-05-05", 100))
    assert history(scheme, "2025-01-01", bought, "2040-06-01")[1:] == [
        "2025-05-05 silver reached",
        "2029-05-05 gold reached",
    ]


def test_one_purchase_may_climb_several_tiers() -> None:
    scheme = TierScheme(ladder(silver=100, gold=200, platinum=300))
    assert history(scheme, "2025-01-01", spends(("2025-05-05", 300)), "2025-06-01") == [
        "2025-01-01 base joined",
        "2025-05-05 platinum reached until 2026-01-01",
    ]


def test_years_of_membership_begin_with_the_day_of_enrolment_and_clamp() -> None:
    scheme = TierScheme(ladder(gold=100), window=Window(WindowKind.ANNIVERSARY))
    bought = spends(
        ("2025-02-27T23:59", 50), ("2025-02-28T00:00", 99), ("2026-02-27", 1), ("2028-02-28", 100)
    )
    assert history(scheme, "2024-02-29T17:00", bought, "2029-06-01") == [
        "2024-02-29T17:00 base joined",
        "2026-02-27 gold reached until 2026-02-28",
        "2026-02-28 base lost",
        "2028-02-28 gold reached until 2028-02-29",
        "2028-02-29 base lost",
    ]


def test_the_last_instant_of_the_year_belongs_to_it_in_the_zone_of_the_programme() -> None:
    scheme = TierScheme(ladder(gold=100))
    late = on("2025-12-31T23:59:59.999", NEW_YORK)
    assert late > on("2026-01-01")
    bought = [Activity(on("2025-05-05"), "spend", 60), Activity(late, "spend", 40)]
    at_home = replay(scheme, on("2025-01-01"), bought, (), on("2026-03-01"), NEW_YORK)
    assert told(at_home, NEW_YORK)[-2:] == [
        "2025-12-31T23:59 gold reached until 2026-01-01",
        "2026-01-01 base lost",
    ]
    assert len(replay(scheme, on("2025-01-01"), bought, (), on("2026-03-01"), PARIS)) == 1


def since_start(**fields: object) -> TierScheme:
    window = Window(WindowKind.TIER_START, 12)
    return TierScheme(ladder(silver=100, gold=200), window=window, **fields)  # type: ignore[arg-type]


def test_a_window_since_tier_start_begins_again_when_a_tier_is_reached_or_kept() -> None:
    bought = spends(("2025-03-01", 100), ("2025-09-01", 150), ("2026-08-01", 120))
    assert history(since_start(), "2025-01-01", bought, "2028-06-01") == [
        "2025-01-01 base joined",
        "2025-03-01 silver reached until 2026-03-01",
        "2026-03-01 silver kept until 2027-03-01",
        "2027-03-01 silver kept until 2028-03-01",
        "2028-03-01 base lost",
    ]


def test_a_window_since_tier_start_gives_the_tier_that_it_earned_at_its_end() -> None:
    bought = spends(("2025-03-01", 200), ("2025-09-01", 150))
    assert history(since_start(), "2025-01-01", bought, "2028-06-01")[1:] == [
        "2025-03-01 gold reached until 2026-03-01",
        "2026-03-01 silver lost until 2027-03-01",
        "2027-03-01 base lost",
    ]


def test_with_the_next_period_a_tier_since_its_start_lasts_twice_as_long() -> None:
    scheme = since_start(keep=Keep.END_OF_NEXT_PERIOD)
    bought = spends(("2025-03-01", 100), ("2026-04-01", 100))
    assert history(scheme, "2025-01-01", bought, "2030-06-01")[1:] == [
        "2025-03-01 silver reached until 2027-03-01",
        "2027-03-01 silver kept until 2029-03-01",
        "2029-03-01 base lost",
    ]


def test_since_tier_start_an_earlier_activity_can_cost_a_later_tier() -> None:
    """Windows that move with what was reached cannot keep that promise of the other kinds."""
    bought = spends(("2025-04-01", 90), ("2025-06-01", 110))
    earlier = spends(("2025-05-01", 10))
    standings = replay(since_start(), on("2025-01-01"), bought, (), on("2025-07-01"), PARIS)
    more = replay(since_start(), on("2025-01-01"), bought + earlier, (), on("2025-07-01"), PARIS)
    assert tier_at(standings, on("2025-06-01")) == "gold"
    assert tier_at(more, on("2025-06-01")) == "silver"


def test_all_measures_or_any() -> None:
    tiers = (Tier("base"), Tier("gold", needs={"spend": 100, "visits": 3}))
    bought = [Activity(on("2025-05-05"), "spend", 100)]
    three = [Activity(on(f"2025-06-0{day}"), "visits", 1) for day in (1, 2, 3)]
    everything, anything = TierScheme(tiers), TierScheme(tiers, needs_all=False)
    assert history(everything, "2025-01-01", bought + three, "2025-12-01")[1:] == [
        "2025-06-03 gold reached until 2026-01-01"
    ]
    assert history(anything, "2025-01-01", bought + three, "2025-12-01")[1:] == [
        "2025-05-05 gold reached until 2026-01-01"
    ]


def test_length_of_membership_counts_from_the_local_day_of_enrolment_and_stays() -> None:
    tiers = (Tier("base"), Tier("friend", needs={"tenure": 365}))
    assert history(TierScheme(tiers), "2025-03-05T17:00", [], "2040-01-01") == [
        "2025-03-05T17:00 base joined",
        "2026-03-05 friend reached",
    ]


def test_length_of_membership_beside_a_sum_completes_it_on_its_day() -> None:
    tiers = (Tier("base"), Tier("gold", needs={"tenure": 100, "spend": 50}))
    bought = spends(("2025-01-10", 50))
    assert history(TierScheme(tiers), "2025-01-01", bought, "2026-06-01")[1:] == [
        "2025-04-11 gold reached until 2026-01-01",
        "2026-01-01 base lost",
    ]
    window = Window(WindowKind.ROLLING, 12)
    for keep, end in ((Keep.END_OF_PERIOD, "2026-01-10"), (Keep.END_OF_NEXT_PERIOD, "2026-04-11")):
        scheme = TierScheme(tiers, window=window, keep=keep)
        assert history(scheme, "2025-01-01", bought, "2026-06-01")[1:] == [
            f"2025-04-11 gold reached until {end}",
            f"{end} base lost",
        ]


def test_a_tier_that_length_of_membership_will_carry_on_has_no_end() -> None:
    tiers = (Tier("base"), Tier("gold", needs={"tenure": 300, "spend": 100}))
    scheme = TierScheme(tiers, needs_all=False, window=Window(WindowKind.ROLLING))
    assert history(scheme, "2025-01-01", spends(("2025-03-01", 100)), "2030-06-01")[1:] == [
        "2025-03-01 gold reached"
    ]


def test_length_of_membership_does_not_lower_a_tier_that_never_goes_down() -> None:
    tiers = (Tier("base"), Tier("friend", needs={"tenure": 500}), Tier("gold", needs={"spend": 9}))
    scheme = TierScheme(tiers, window=Window(WindowKind.ROLLING), down=Down.NEVER)
    assert history(scheme, "2025-01-01", spends(("2025-03-01", 9)), "2030-06-01")[1:] == [
        "2025-03-01 gold reached"
    ]


def test_what_happens_later_does_not_show_in_what_was_promised_before() -> None:
    """One month after 31 January at 10:00 comes before one month after 30 January at 15:00."""
    bought = spends(("2026-01-30T15:00", 100), ("2026-01-31T10:00", 100))
    assert history(rolling(1), "2026-01-01", bought, "2026-04-01")[1:] == [
        "2026-01-30T15:00 silver reached until 2026-02-28T15:00",
        "2026-01-31T10:00 gold reached until 2026-02-28T10:00",
        "2026-02-28T10:00 silver lost until 2026-02-28T15:00",
        "2026-02-28T15:00 base lost",
    ]


def test_what_was_bought_before_enrolment_counts_when_it_is_claimed() -> None:
    guest = spends(("2025-12-30", 60), ("2026-01-02", 100))
    assert history(TierScheme(ladder(gold=100)), "2026-01-05", guest, "2026-02-01") == [
        "2026-01-05 gold joined until 2027-01-01"
    ]
    edge = spends(("2026-01-01T00:00", 100))
    assert history(TierScheme(ladder(gold=100)), "2026-01-05", edge, "2026-02-01") == [
        "2026-01-05 gold joined until 2027-01-01"
    ]
    calendar = spends(("2025-12-30", 60), ("2026-01-02", 40))
    assert history(TierScheme(ladder(gold=100)), "2026-01-05", calendar, "2026-02-01") == [
        "2026-01-05 base joined"
    ]
    for kind, end in (
        (WindowKind.ANNIVERSARY, "2027-01-05"),
        (WindowKind.TIER_START, "2027-01-05"),
        (WindowKind.ROLLING, "2026-12-30"),
    ):
        scheme = TierScheme(ladder(gold=100), window=Window(kind))
        assert history(scheme, "2026-01-05", calendar, "2026-02-01") == [
            f"2026-01-05 gold joined until {end}"
        ]


def test_a_programme_without_tiers_has_one_without_a_name() -> None:
    standings = replay(
        TierScheme(), on("2025-01-01"), spends(("2025-05-05", 9)), (), on("2030-01-01"), PARIS
    )
    assert standings == (Standing("", on("2025-01-01"), None, Why.JOINED),)


def test_a_late_purchase_re_opens_its_period() -> None:
    scheme = TierScheme(ladder(gold=100), keep=Keep.END_OF_NEXT_PERIOD)
    known = spends(("2025-10-01", 60))
    late = spends(("2025-12-31T23:00", 40))
    assert history(scheme, "2025-01-01", known, "2026-01-02") == ["2025-01-01 base joined"]
    assert history(scheme, "2025-01-01", known + late, "2026-01-02") == [
        "2025-01-01 base joined",
        "2025-12-31T23:00 gold reached until 2027-01-01",
    ]


def test_a_return_corrects_the_period_of_its_purchase_at_once() -> None:
    scheme = TierScheme(ladder(gold=100), keep=Keep.END_OF_NEXT_PERIOD)
    now = on("2026-03-01T12:00")
    before = replay(scheme, on("2025-01-01"), spends(("2025-10-01", 100)), (), now, PARIS)
    after = replay(scheme, on("2025-01-01"), spends(("2025-10-01", 99)), (), now, PARIS)
    assert tier_at(before, now) == "gold"
    assert corrected(before, after, now) == Standing("base", now, None, Why.CORRECTED)
    assert corrected(before, before, now) is None


def granted(mode: GrantMode, tier: str = "gold", until: str | None = "2026-09-01") -> Grant:
    return Grant(tier, on("2026-03-01"), on(until) if until else None, mode)


def test_a_tier_given_by_hand_is_a_floor_until_its_end() -> None:
    scheme = TierScheme(ladder(silver=100, gold=200, platinum=300))
    bought = spends(("2026-02-01", 100), ("2026-05-01", 200))
    assert history(scheme, "2026-01-01", bought[:1], "2026-12-01", granted(GrantMode.FLOOR))[
        1:
    ] == [
        "2026-02-01 silver reached until 2027-01-01",
        "2026-03-01 gold granted until 2026-09-01",
        "2026-09-01 silver lost until 2027-01-01",
    ]
    assert history(scheme, "2026-01-01", bought, "2026-12-01", granted(GrantMode.FLOOR))[3:] == [
        "2026-05-01 platinum reached until 2027-01-01"
    ]


def test_a_floor_outlives_what_was_earned() -> None:
    scheme = TierScheme(ladder(gold=200))
    grant = granted(GrantMode.FLOOR, until="2027-03-01")
    assert history(scheme, "2026-01-01", spends(("2026-02-01", 200)), "2027-12-01", grant)[1:] == [
        "2026-02-01 gold reached until 2027-01-01",
        "2026-03-01 gold kept until 2027-03-01",
        "2027-03-01 base lost",
    ]


def test_a_floor_that_ends_before_what_was_earned_is_not_felt() -> None:
    scheme = TierScheme(ladder(gold=200))
    bought = spends(("2026-02-01", 200))
    grant = granted(GrantMode.FLOOR)
    assert history(scheme, "2026-01-01", bought, "2026-12-01", grant) == history(
        scheme, "2026-01-01", bought, "2026-12-01"
    )


def test_a_tier_given_by_hand_may_win_over_a_higher_one() -> None:
    scheme = TierScheme(ladder(silver=100, gold=200))
    grant = granted(GrantMode.WINS, "silver")
    assert history(scheme, "2026-01-01", spends(("2026-02-01", 200)), "2026-12-01", grant)[1:] == [
        "2026-02-01 gold reached until 2027-01-01",
        "2026-03-01 silver granted until 2026-09-01",
        "2026-09-01 gold reached until 2027-01-01",
    ]


def test_of_two_that_win_the_newer_does() -> None:
    scheme = TierScheme(ladder(silver=100, gold=200))
    newer = Grant("silver", on("2026-04-01"), on("2026-05-01"), GrantMode.WINS)
    grants = (newer, granted(GrantMode.WINS, until=None))
    assert history(scheme, "2026-01-01", [], "2026-12-01", *grants)[1:] == [
        "2026-03-01 gold granted",
        "2026-04-01 silver granted until 2026-05-01",
        "2026-05-01 gold granted",
    ]


@pytest.mark.parametrize(
    ("kind", "review"),
    [
        (WindowKind.CALENDAR_YEAR, "2027-01-01"),
        (WindowKind.ANNIVERSARY, "2026-07-01"),
        (WindowKind.ROLLING, "2027-03-01"),
        (WindowKind.TIER_START, "2027-03-01"),
    ],
)
def test_a_tier_given_by_hand_may_be_ignored_at_the_next_review(
    kind: WindowKind, review: str
) -> None:
    scheme = TierScheme(ladder(gold=200), window=Window(kind))
    grant = granted(GrantMode.IGNORED_AT_REVIEW, until="2028-01-01")
    assert history(scheme, "2025-07-01", [], "2029-12-01", grant)[1:] == [
        f"2026-03-01 gold granted until {review}",
        f"{review} base lost",
    ]


def test_a_tier_that_needs_nothing_is_given_by_hand_only() -> None:
    scheme = TierScheme((*ladder(gold=100), Tier("black")))
    assert history(scheme, "2026-01-01", spends(("2026-02-01", 900)), "2026-12-01")[1:] == [
        "2026-02-01 gold reached until 2027-01-01"
    ]
    assert history(scheme, "2026-01-01", [], "2026-12-01", granted(GrantMode.FLOOR, "black"))[
        1:
    ] == [
        "2026-03-01 black granted until 2026-09-01",
        "2026-09-01 base lost",
    ]


def test_a_grant_before_enrolment_counts_from_enrolment_and_an_unknown_tier_not_at_all() -> None:
    scheme = TierScheme(ladder(gold=100))
    early = Grant("gold", on("2025-12-01"), None)
    unknown = Grant("diamond", on("2026-02-01"), None)
    assert history(scheme, "2026-01-01", [], "2026-12-01", early, unknown) == [
        "2026-01-01 gold granted"
    ]


def test_before_enrolment_the_tier_is_the_one_joined_with() -> None:
    standings = replay(
        TierScheme(ladder(gold=1)), on("2026-01-01"), (), (), on("2026-02-01"), PARIS
    )
    assert tier_at(standings, on("2025-06-01")) == "base"


@pytest.mark.parametrize(
    ("tiers", "says"),
    [
        ((Tier("a", needs={"spend": 1}),), "lowest tier, a, must need nothing"),
        ((Tier("a"), Tier("a", needs={"spend": 1})), "same name"),
        ((Tier("a"), Tier("b", needs={"spend": 0})), "tier b needs must be 1 or more"),
    ],
)
def test_a_ladder_that_cannot_be_meant_is_refused(tiers: tuple[Tier, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        TierScheme(tiers)


def test_windows_and_graces_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="window has from 1 to 1200 months"):
        Window(WindowKind.ROLLING, 0)
    with pytest.raises(ValueError, match="grace has from 0"):
        Grace(months=-1)
