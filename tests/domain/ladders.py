"""Tier schemes and activities for the tests of tiers: written briefly, or drawn at random."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from loyalty_engine.domain.local_time import RoundUp
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
    Window,
    WindowKind,
)

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def on(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """The instant of a local date, with or without a time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def spends(*purchases: tuple[str, int], zone: ZoneInfo = PARIS) -> list[Activity]:
    """Purchases by local date and minor units."""
    return [Activity(on(text, zone), "spend", amount) for text, amount in purchases]


def told(standings: tuple[Standing, ...], zone: ZoneInfo = PARIS) -> list[str]:
    """A history in short: `2026-06-01 gold reached until 2028-01-01`."""
    return [
        f"{_short(it.since, zone)} {it.tier} {it.why}"
        + (f" until {_short(it.until, zone)}" if it.until else "")
        for it in standings
    ]


def _short(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return local.strftime("%Y-%m-%d" if local.hour == local.minute == 0 else "%Y-%m-%dT%H:%M")


def ladder(**needs: int) -> tuple[Tier, ...]:
    """Tiers by what must be spent for them, below them one that needs nothing."""
    steps = (Tier(name, needs={"spend": spend}) for name, spend in needs.items())
    return (Tier("base"), *steps)


# ---- drawn at random: small amounts and few dates, so that much happens at once

ENROLLED = on("2024-02-29T10:00")
_EDGES = [
    on(day + time)
    for day in ("2024-12-31", "2025-01-01", "2025-02-28", "2025-03-30", "2026-01-31", "2026-10-25")
    for time in ("T00:00", "T02:30", "T10:00", "T23:59:59.999")
]
_DAYS = st.integers(-40, 1500)
_TIMES = st.sampled_from([timedelta(), timedelta(hours=13), timedelta(hours=14, minutes=30)])
instants = st.one_of(
    st.builds(lambda days, time: ENROLLED + timedelta(days=days) + time, _DAYS, _TIMES),
    st.builds(lambda days, time: ENROLLED + timedelta(days=days) + time, _DAYS, _TIMES),
    st.sampled_from(_EDGES),
)
later = instants.filter(lambda at: at >= ENROLLED)
moments = st.one_of(later, st.integers(900, 1500).map(lambda it: ENROLLED + timedelta(days=it)))
soon = st.one_of(st.just(timedelta()), st.builds(timedelta, days=st.integers(0, 150)))
MEASURES = ["spend", "spend", "spend", "visits", "status", "else"]
activities = st.builds(Activity, instants, st.sampled_from(MEASURES), st.integers(0, 12))
histories = st.lists(activities, max_size=14)
gains = st.dictionaries(st.sampled_from(MEASURES), st.integers(0, 12), max_size=3)
zones = st.sampled_from([PARIS, NEW_YORK, SAO_PAULO, KATHMANDU])
needs = st.one_of(
    st.builds(lambda spend: {"spend": spend}, st.integers(1, 15)),
    st.dictionaries(st.sampled_from(MEASURES[:5]), st.integers(1, 12), max_size=2),
)
windows = st.builds(Window, st.sampled_from(list(WindowKind)), st.sampled_from([1, 6, 12]))
steady_windows = windows.filter(lambda it: it.kind is not WindowKind.TIER_START)
graces = st.one_of(
    st.just(Grace()),
    st.builds(Grace, st.integers(0, 2), st.integers(0, 20), st.sampled_from(list(RoundUp))),
)


@st.composite
def schemes(
    draw: st.DrawFn, windows: st.SearchStrategy[Window] = windows, tenure: bool = True
) -> TierScheme:
    """Any scheme of up to four tiers."""
    tiers = [Tier("t0")]
    for index in range(draw(st.integers(0, 3))):
        needed = draw(needs)
        if tenure and draw(st.integers(0, 4)) == 0:
            needed["tenure"] = draw(st.sampled_from([1, 100, 366, 700]))
        tiers.append(Tier(f"t{index + 1}", needs=needed))
    return TierScheme(
        tiers=tuple(tiers),
        needs_all=draw(st.booleans()),
        window=draw(windows),
        down=draw(st.sampled_from(list(Down))),
        keep=draw(st.sampled_from(list(Keep))),
        grace=draw(graces),
    )


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    """A grant of a tier that the scheme may or may not have."""
    tier = draw(st.sampled_from(["t0", "t1", "t2", "t3"]))
    until = draw(st.none() | instants)
    return Grant(tier, draw(instants), until, draw(st.sampled_from(list(GrantMode))))
