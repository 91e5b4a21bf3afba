"""When the windows of a tier scheme begin and end, and how long what is earned in them lasts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import (
    RoundUp,
    add_months,
    local_day,
    months_later,
    start_of_day,
    whole_stretches,
)
from loyalty_engine.domain.tiers import Down, Keep, TierScheme, WindowKind

FOREVER = datetime.max.replace(tzinfo=UTC)
"""Later than any instant: the end of what does not end."""


def window_at(
    scheme: TierScheme, enrolled_at: datetime, moment: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """The window that `moment` falls into: its first instant and the first one after it.

    Years of membership begin with the local day of enrolment, 29 February clamped. A rolling
    window is the stretch of so many months up to `moment` and has no end of its own. The first
    window since tier start begins with enrolment; where later ones begin depends on what was
    reached, so the climb keeps them.
    """
    months = scheme.window.months
    match scheme.window.kind:
        case WindowKind.CALENDAR_YEAR:
            year = local_day(moment, zone).year
            return start_of_day(date(year, 1, 1), zone), start_of_day(date(year + 1, 1, 1), zone)
        case WindowKind.ANNIVERSARY:
            joined, today = local_day(enrolled_at, zone), local_day(moment, zone)
            years = today.year - joined.year
            years -= months_later(joined, 12 * years) > today
            first, following = (months_later(joined, 12 * y) for y in (years, years + 1))
            return start_of_day(first, zone), start_of_day(following, zone)
        case WindowKind.TIER_START:
            return enrolled_at, add_months(enrolled_at, months, zone)
        case WindowKind.ROLLING:
            return add_months(moment, -months, zone), FOREVER
        case WindowKind.LIFETIME:
            return enrolled_at, FOREVER


def with_grace(scheme: TierScheme, end: datetime, zone: ZoneInfo) -> datetime:
    """When a tier that ends at `end` is really lost: whole days later, or at once."""
    grace = scheme.grace
    if not grace or end == FOREVER:
        return end
    return whole_stretches(end, grace.months, grace.days, grace.round_up, zone)


def lasts_until(
    scheme: TierScheme, enrolled_at: datetime, at: datetime, window_until: datetime, zone: ZoneInfo
) -> datetime:
    """How long a tier lasts that is earned at `at`, in the window that ends at `window_until`.

    - `never` down, `lifetime`: for ever.
    - `calendar_year`, `anniversary`: until the end of the window, or of the next one.
    - `tier_start`: earning begins a window of so many months at `at`; until its end, or the end
      of the next one.
    - `rolling`: as long as the window suffices (the climb watches that), or kept until the end
      of the next period: so many months from the activity that earned it.
    """
    months = scheme.window.months
    following = scheme.keep is Keep.END_OF_NEXT_PERIOD
    if scheme.down is Down.NEVER or scheme.window.kind is WindowKind.LIFETIME:
        return FOREVER
    if scheme.window.kind is WindowKind.TIER_START:
        end = add_months(at, 2 * months if following else months, zone)
    elif scheme.window.kind is WindowKind.ROLLING:
        end = add_months(at, months, zone)
    elif following:
        end = window_at(scheme, enrolled_at, window_until, zone)[1]
    else:
        end = window_until
    return with_grace(scheme, end, zone)


def landing_until(
    scheme: TierScheme, at: datetime, window_until: datetime, zone: ZoneInfo
) -> datetime:
    """How long the tier one step down lasts after a fall at `at`: one period, and the grace."""
    if scheme.window.kind is WindowKind.ROLLING:
        end = whole_stretches(at, scheme.window.months, 0, RoundUp.NONE, zone)
    else:
        end = window_until
    return with_grace(scheme, end, zone)


def tenure(enrolled_at: datetime, moment: datetime, zone: ZoneInfo) -> int:
    """Whole days of membership: the local days from enrolment to `moment`."""
    return (local_day(moment, zone) - local_day(enrolled_at, zone)).days


def tenure_reached(enrolled_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The first instant with so many days of membership."""
    return start_of_day(local_day(enrolled_at, zone) + timedelta(days=days), zone)
