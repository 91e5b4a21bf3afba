"""When points become spendable and when they lapse, with dates from real programmes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.expiry import (
    Bucket,
    Expiry,
    ExpiryKind,
    Pending,
    PendingKind,
    RoundUp,
    activates_at,
    expires_at,
)
from loyalty_engine.domain.local_time import (
    add_calendar,
    add_months,
    end_of,
    local_day,
    start_of_day,
    whole_stretches,
)

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = [PARIS, NEW_YORK, LORD_HOWE, APIA, KATHMANDU, SAO_PAULO, ZoneInfo("Africa/Casablanca")]

instants = st.datetimes(datetime(2008, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(ZONES)
stretches = st.sampled_from(list(RoundUp))


def local(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """The instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def after(**fields: object) -> Expiry:
    return Expiry(kind=ExpiryKind.AFTER, **fields)  # type: ignore[arg-type]


def ends(expiry: Expiry, earned: str, zone: ZoneInfo = PARIS) -> str:
    """When points earned at a local time, spendable at once, lapse: a local time."""
    at = local(earned, zone)
    end = expires_at(expiry, at, at, zone)
    assert end is not None
    assert end.tzinfo is UTC
    return end.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def test_points_last_for_ever_and_can_be_spent_at_once_where_nothing_is_declared() -> None:
    at = local("2026-03-05T10:12")
    assert expires_at(Expiry(), at, at, PARIS) is None
    assert activates_at(Pending(), at, "gold", PARIS) == at


@pytest.mark.parametrize(
    ("expiry", "earned", "end"),
    [
        # a month is a month, whatever its length; the last day stands in for one that is missing
        (after(months=1), "2026-01-25T15:30", "2026-02-25 15:30"),
        (after(months=1), "2026-01-31T15:30", "2026-02-28 15:30"),
        (after(months=1), "2028-01-31T15:30", "2028-02-29 15:30"),
        (after(years=1), "2028-02-29T15:30", "2029-02-28 15:30"),
        (after(years=4), "2028-02-29T15:30", "2032-02-29 15:30"),
        (after(days=30), "2026-01-31T15:30", "2026-03-02 15:30"),
        (after(months=1, days=1), "2026-01-31T15:30", "2026-03-01 15:30"),
        # rounding up comes after
        (after(months=1, round_up=RoundUp.DAY), "2026-01-25T15:30", "2026-02-26 00:00"),
        (after(months=1, round_up=RoundUp.DAY), "2026-01-31T15:30", "2026-03-01 00:00"),
        (after(months=1, round_up=RoundUp.MONTH), "2026-01-25T15:30", "2026-03-01 00:00"),
        (after(round_up=RoundUp.DAY), "2026-01-25T15:30", "2026-01-26 00:00"),
        (after(days=1, round_up=RoundUp.WEEK), "2026-03-07T15:30", "2026-03-09 00:00"),
        (after(days=2, round_up=RoundUp.WEEK), "2026-03-07T15:30", "2026-03-16 00:00"),
        (after(months=1, round_up=RoundUp.QUARTER), "2026-02-10T15:30", "2026-04-01 00:00"),
        (after(months=3, round_up=RoundUp.QUARTER), "2026-11-10T15:30", "2027-04-01 00:00"),
        (after(months=6, round_up=RoundUp.HALF_YEAR), "2026-01-10T15:30", "2027-01-01 00:00"),
        (after(months=1, round_up=RoundUp.HALF_YEAR), "2026-01-10T15:30", "2026-07-01 00:00"),
        (after(years=1, round_up=RoundUp.YEAR), "2026-01-10T15:30", "2028-01-01 00:00"),
        # all points of one day end together, those of its first instant too
        (after(months=1, round_up=RoundUp.DAY), "2026-01-25T00:00", "2026-02-26 00:00"),
    ],
)
def test_a_time_after_earning(expiry: Expiry, earned: str, end: str) -> None:
    assert ends(expiry, earned) == end


def test_stars_of_a_coffee_chain_last_six_months_after_their_calendar_month() -> None:
    six_months = after(months=6, round_up=RoundUp.MONTH)
    assert ends(six_months, "2020-12-15T09:00", NEW_YORK) == "2021-07-01 00:00"


def test_twelve_months_to_the_end_of_the_month() -> None:
    twelve = after(months=12, round_up=RoundUp.MONTH)
    assert ends(twelve, "2020-07-06T09:00", NEW_YORK) == "2021-08-01 00:00"


def test_fuel_points_last_until_the_end_of_the_next_month() -> None:
    fuel = after(months=1, round_up=RoundUp.MONTH)
    assert ends(fuel, "2026-01-31T23:59", NEW_YORK) == "2026-03-01 00:00"
    assert ends(fuel, "2026-02-01T00:00", NEW_YORK) == "2026-04-01 00:00"


def test_euros_of_a_calendar_year_last_until_the_end_of_february() -> None:
    fund = Expiry(kind=ExpiryKind.ON_DATE, month=2, day=29)
    assert ends(fund, "2026-01-01T00:00") == "2027-03-01 00:00"
    assert ends(fund, "2026-12-31T23:59:59.999") == "2027-03-01 00:00"
    assert ends(fund, "2027-01-01T00:00") == "2028-03-01 00:00"
    assert ends(fund, "2027-06-01T00:00") == "2028-03-01 00:00"


BUCKETS = Expiry(
    kind=ExpiryKind.MONTH_BUCKETS, buckets=(Bucket(1, 10, 1, 31, 1), Bucket(11, 12, 1, 31, 2))
)


@pytest.mark.parametrize(
    ("earned", "end"),
    [
        ("2026-01-01T00:00", "2027-02-01 00:00"),
        ("2026-10-31T23:59:59", "2027-02-01 00:00"),
        ("2026-11-01T00:00", "2028-02-01 00:00"),
        ("2026-12-31T23:59:59", "2028-02-01 00:00"),
    ],
)
def test_two_windows_by_the_month_of_earning(earned: str, end: str) -> None:
    assert ends(BUCKETS, earned) == end


def test_buckets_go_by_when_points_were_earned_not_by_when_they_became_active() -> None:
    earned, active = local("2026-10-20T10:00"), local("2026-11-20T10:00")
    assert expires_at(BUCKETS, earned, active, PARIS) == local("2027-02-01T00:00")


def test_a_fiscal_year_is_two_buckets() -> None:
    fiscal = Expiry(
        kind=ExpiryKind.MONTH_BUCKETS, buckets=(Bucket(1, 1, 1, 31, 0), Bucket(2, 12, 1, 31, 1))
    )
    assert ends(fiscal, "2026-02-01T00:00") == "2027-02-01 00:00"
    assert ends(fiscal, "2027-01-31T23:59") == "2027-02-01 00:00"


def test_points_that_become_active_after_their_date_get_the_next_one() -> None:
    fund = Expiry(kind=ExpiryKind.ON_DATE, month=2, day=29)
    earned = local("2026-12-30T10:00")
    assert expires_at(fund, earned, local("2027-02-28T23:59"), PARIS) == local("2027-03-01T00:00")
    assert expires_at(fund, earned, local("2027-03-01T00:00"), PARIS) == local("2028-03-01T00:00")


def test_validity_runs_from_activation() -> None:
    earned, active = local("2026-01-10T10:00"), local("2026-02-09T10:00")
    assert expires_at(after(months=12), earned, active, PARIS) == local("2027-02-09T10:00")


def test_pending_days_may_differ_by_tier() -> None:
    pending = Pending(kind=PendingKind.AFTER, days=28, by_tier={"vip": 7})
    at = local("2026-03-05T10:12")
    assert activates_at(pending, at, "vip", PARIS) == local("2026-03-12T10:12")
    assert activates_at(pending, at, "classic", PARIS) == local("2026-04-02T10:12")


def test_pending_days_keep_the_local_time_and_hours_are_counted() -> None:
    at = local("2027-03-27T12:00")  # the clocks go forward in the night to come
    days = Pending(kind=PendingKind.AFTER, days=1)
    hours = Pending(kind=PendingKind.AFTER, hours=24)
    assert activates_at(days, at, "", PARIS) == local("2027-03-28T12:00")
    assert activates_at(hours, at, "", PARIS) == local("2027-03-28T13:00")


def test_points_that_wait_for_an_event_have_no_date() -> None:
    pending = Pending(kind=PendingKind.ON_EVENT)
    assert activates_at(pending, local("2026-03-05T10:12"), "gold", PARIS) is None


@pytest.mark.parametrize(
    ("zone", "earned", "end"),
    [
        # 02:30 is skipped on 28 March 2027 and comes twice on 31 October
        (PARIS, "2027-02-28T02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (PARIS, "2027-09-30T02:30", datetime(2027, 10, 30, 0, 30, tzinfo=UTC)),
        (PARIS, "2027-10-01T02:30", datetime(2027, 11, 1, 1, 30, tzinfo=UTC)),
        (PARIS, "2027-08-31T02:30", datetime(2027, 9, 30, 0, 30, tzinfo=UTC)),
        # clocks that move by half an hour: 02:15 is skipped on 3 October 2027
        (LORD_HOWE, "2027-09-03T02:15", datetime(2027, 10, 2, 15, 45, tzinfo=UTC)),
        # Samoa skipped the whole of 30 December 2011
        (APIA, "2011-11-30T10:00", datetime(2011, 12, 30, 20, 0, tzinfo=UTC)),
        (KATHMANDU, "2027-01-31T23:50", datetime(2027, 2, 28, 18, 5, tzinfo=UTC)),
    ],
)
def test_one_month_over_a_clock_change(zone: ZoneInfo, earned: str, end: datetime) -> None:
    at = local(earned, zone)
    assert expires_at(after(months=1), at, at, zone) == end


def test_a_doubled_local_time_is_taken_the_first_time() -> None:
    at = local("2027-09-30T02:30")
    end = add_calendar(at, 1, 1, PARIS)  # 31 October, 02:30
    assert end == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert add_calendar(second, 0, 0, PARIS) == second


@pytest.mark.parametrize(
    ("zone", "named", "first_after"),
    [
        (PARIS, date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (PARIS, date(2027, 10, 31), datetime(2027, 10, 31, 23, tzinfo=UTC)),
        # midnight itself is skipped: 4 November 2018 begins at 01:00 in Brazil
        (SAO_PAULO, date(2018, 11, 3), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # and the hour before midnight comes twice on 17 February 2018
        (SAO_PAULO, date(2018, 2, 17), datetime(2018, 2, 18, 3, tzinfo=UTC)),
        (APIA, date(2011, 12, 29), datetime(2011, 12, 30, 10, tzinfo=UTC)),
        (KATHMANDU, date(2027, 3, 28), datetime(2027, 3, 28, 18, 15, tzinfo=UTC)),
    ],
)
def test_the_day_named_is_the_last_day(zone: ZoneInfo, named: date, first_after: datetime) -> None:
    expiry = Expiry(kind=ExpiryKind.ON_DATE, month=named.month, day=named.day, years_ahead=0)
    at = start_of_day(named, zone)
    assert expires_at(expiry, at, at, zone) == first_after


@given(instants, st.integers(0, 40), st.integers(0, 90), stretches, zones)
def test_points_last_longer_for_longer_declared_times_and_never_end_before_they_begin(
    at: datetime, months: int, days: int, stretch: RoundUp, zone: ZoneInfo
) -> None:
    end = expires_at(after(months=months, days=days + 1, round_up=stretch), at, at, zone)
    longer = expires_at(after(months=months + 1, days=days + 1, round_up=stretch), at, at, zone)
    assert end is not None
    assert longer is not None
    assert at < end <= longer
    assert end < longer or stretch is not RoundUp.NONE


@given(instants, instants, st.integers(0, 40), stretches, zones)
def test_with_whole_days_what_is_earned_later_never_ends_earlier(
    one: datetime, other: datetime, months: int, stretch: RoundUp, zone: ZoneInfo
) -> None:
    expiry = after(months=months, round_up=RoundUp.DAY if stretch is RoundUp.NONE else stretch)
    first, last = sorted((one, other))
    end, later = (expires_at(expiry, at, at, zone) for at in (first, last))
    assert end is not None
    assert later is not None
    assert end <= later


@given(instants, zones, stretches)
def test_the_end_of_a_stretch_lies_after_what_it_holds_and_starts_a_day(
    at: datetime, zone: ZoneInfo, stretch: RoundUp
) -> None:
    end = end_of(at, stretch, zone)
    if stretch is RoundUp.NONE:
        assert end == at
        return
    assert at < end
    assert end == start_of_day(local_day(end, zone), zone)
    assert local_day(end - timedelta(microseconds=1), zone) < local_day(end, zone)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 30), zones)
def test_months_lead_there_and_back_wherever_the_month_has_the_day(
    day: date, months: int, zone: ZoneInfo
) -> None:
    noon = start_of_day(day, zone) + timedelta(hours=12)
    there = local_day(add_months(noon, months, zone), zone)
    back = local_day(add_months(add_months(noon, months, zone), -months, zone), zone)
    assert (there.year - day.year) * 12 + there.month - day.month == months
    if there.day == day.day:
        assert back == day
    else:
        assert there.day < day.day
        assert (there + timedelta(days=1)).day == 1


@given(instants, instants, st.integers(0, 30), st.integers(0, 60), stretches, zones)
def test_whole_stretches_keep_the_order_of_ends(
    one: datetime, other: datetime, months: int, days: int, stretch: RoundUp, zone: ZoneInfo
) -> None:
    first, last = sorted((one, other))
    end = whole_stretches(first, months, days, stretch, zone)
    assert first <= end <= whole_stretches(last, months, days, stretch, zone)


def test_a_stretch_that_has_just_ended_is_not_rounded_up_to_the_next() -> None:
    new_year = local("2027-01-01T00:00")
    assert whole_stretches(new_year, 0, 0, RoundUp.MONTH, PARIS) == new_year
    assert whole_stretches(new_year, 1, 0, RoundUp.MONTH, PARIS) == local("2027-02-01T00:00")
    assert whole_stretches(new_year, 1, 1, RoundUp.MONTH, PARIS) == local("2027-03-01T00:00")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": ExpiryKind.AFTER}, "after how many"),
        ({"kind": ExpiryKind.AFTER, "months": -1}, "negative"),
        ({"kind": ExpiryKind.AFTER, "years": 2, "months": -1}, "negative"),
        ({"kind": ExpiryKind.AFTER, "years": 101}, "at most 100 years"),
        ({"kind": ExpiryKind.AFTER, "days": 40_000}, "at most 100 years"),
        ({"kind": ExpiryKind.ON_DATE, "month": 13}, "month from 1 to 12"),
        ({"kind": ExpiryKind.ON_DATE, "month": 2, "day": 30}, "month 2 has no day 30"),
        ({"kind": ExpiryKind.ON_DATE, "month": 4, "day": 31}, "month 4 has no day 31"),
        ({"kind": ExpiryKind.ON_DATE, "years_ahead": -1}, "from 0 to 100 years"),
        ({"kind": ExpiryKind.MONTH_BUCKETS}, "each month"),
        (
            {"kind": ExpiryKind.MONTH_BUCKETS, "buckets": (Bucket(1, 11, 1, 31, 1),)},
            "each month",
        ),
        (
            {
                "kind": ExpiryKind.MONTH_BUCKETS,
                "buckets": (Bucket(1, 11, 1, 31, 1), Bucket(11, 12, 1, 31, 1)),
            },
            "each month",
        ),
    ],
)
def test_an_expiry_that_cannot_be_meant_is_refused(fields: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Expiry(**fields)  # type: ignore[arg-type]


def test_a_bucket_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="to the same or a later one"):
        Bucket(11, 2, 1, 31, 1)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": PendingKind.AFTER, "days": -1}, "negative"),
        ({"kind": PendingKind.AFTER, "hours": -1}, "negative"),
        ({"kind": PendingKind.AFTER, "by_tier": {"gold": -1}}, "negative"),
        ({"days": 3}, "pending 'after' a time only"),
        ({"kind": PendingKind.ON_EVENT, "by_tier": {"gold": 3}}, "pending 'after' a time only"),
    ],
)
def test_a_pending_that_cannot_be_meant_is_refused(fields: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Pending(**fields)  # type: ignore[arg-type]
