"""What holds for every tier scheme and every history, against a plain definition where there is one."""

import itertools
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.local_time import add_months
from loyalty_engine.domain.tier_history import replay, tier_at
from loyalty_engine.domain.tier_state import advance, progress, standings_and_state, state_of
from loyalty_engine.domain.tier_windows import FOREVER, lasts_until, window_at
from loyalty_engine.domain.tiers import (
    TENURE,
    Activity,
    Down,
    Grace,
    Grant,
    GrantMode,
    Keep,
    TierScheme,
    Why,
    Window,
    WindowKind,
)
from tests.domain.ladders import (
    ENROLLED,
    activities,
    gains,
    grants,
    histories,
    instants,
    later,
    moments,
    schemes,
    soon,
    steady_windows,
    zones,
)

some_grants = st.lists(grants(), max_size=3)
few_grants = st.one_of(st.just([]), some_grants)


@given(schemes(), histories, some_grants, moments, zones, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(
    scheme: TierScheme,
    history: list[Activity],
    given: list[Grant],
    now: datetime,
    zone: ZoneInfo,
    shuffle: random.Random,
) -> None:
    in_order = sorted(history, key=lambda it: it.at)
    shuffle.shuffle(history)
    expected = replay(scheme, ENROLLED, in_order, given, now, zone)
    shuffle.shuffle(given)
    assert replay(scheme, ENROLLED, history, given, now, zone) == expected


@given(schemes(), histories, activities, some_grants, moments, zones)
def test_what_is_returned_in_full_leaves_no_trace(
    scheme: TierScheme,
    history: list[Activity],
    bought: Activity,
    given: list[Grant],
    now: datetime,
    zone: ZoneInfo,
) -> None:
    returned = [*history, Activity(bought.at, bought.measure, 0)]
    assert replay(scheme, ENROLLED, returned, given, now, zone) == replay(
        scheme, ENROLLED, history, given, now, zone
    )
    assert state_of(scheme, ENROLLED, returned, given, now, zone) == state_of(
        scheme, ENROLLED, history, given, now, zone
    )


@given(schemes(), histories, some_grants, moments, moments, zones)
def test_time_adds_to_the_history_and_does_not_rewrite_it(
    scheme: TierScheme,
    history: list[Activity],
    given: list[Grant],
    one: datetime,
    other: datetime,
    zone: ZoneInfo,
) -> None:
    first, last = sorted((one, other))
    before = replay(scheme, ENROLLED, history, given, first, zone)
    after = replay(scheme, ENROLLED, history, given, last, zone)
    assert after[: len(before)] == before
    assert all(it.since > first for it in after[len(before) :])


@given(schemes(), histories, some_grants, moments, zones)
def test_a_history_is_well_formed(
    scheme: TierScheme, history: list[Activity], given: list[Grant], now: datetime, zone: ZoneInfo
) -> None:
    standings = replay(scheme, ENROLLED, history, given, now, zone)
    sinces = [it.since for it in standings]
    assert sinces == sorted(set(sinces))
    assert sinces[0] == ENROLLED
    for standing in standings:
        assert standing.until is None or standing.since < standing.until
    for before, after in itertools.pairwise(standings):
        rise = scheme.rank[after.tier] - scheme.rank[before.tier]
        match after.why:
            case Why.REACHED:
                assert rise > 0
            case Why.LOST:
                assert rise < 0
            case Why.KEPT:
                assert rise == 0
            case why:
                assert why is Why.GRANTED
        if rise < 0 and not given:
            assert before.until is not None
            assert after.since >= before.until


@settings(max_examples=300)
@given(schemes(steady_windows), histories, activities, some_grants, moments, zones)
def test_more_activity_never_means_a_lower_tier(
    scheme: TierScheme,
    history: list[Activity],
    more: Activity,
    given: list[Grant],
    now: datetime,
    zone: ZoneInfo,
) -> None:
    without = replay(scheme, ENROLLED, history, given, now, zone)
    having = replay(scheme, ENROLLED, [*history, more], given, now, zone)
    for at in {it.since for it in (*without, *having)}:
        assert scheme.rank[tier_at(having, at)] >= scheme.rank[tier_at(without, at)]


@given(schemes(), histories, moments, zones)
def test_nothing_goes_down_where_nothing_may(
    scheme: TierScheme, history: list[Activity], now: datetime, zone: ZoneInfo
) -> None:
    stays = TierScheme(scheme.tiers, scheme.needs_all, scheme.window, Down.NEVER, scheme.keep)
    standings = replay(stays, ENROLLED, history, (), now, zone)
    ranks = [scheme.rank[it.tier] for it in standings]
    assert ranks == sorted(set(ranks))


@given(schemes(), histories, moments, zones)
def test_one_step_at_a_time_never_lies_below_what_is_earned(
    scheme: TierScheme, history: list[Activity], now: datetime, zone: ZoneInfo
) -> None:
    def under(down: Down) -> TierScheme:
        return TierScheme(scheme.tiers, scheme.needs_all, steady, down, scheme.keep, scheme.grace)

    steady = scheme.window if scheme.window.kind is not WindowKind.TIER_START else Window()
    soft = replay(under(Down.ONE_STEP), ENROLLED, history, (), now, zone)
    hard = replay(under(Down.TO_EARNED), ENROLLED, history, (), now, zone)
    for at in {it.since for it in (*soft, *hard)}:
        assert scheme.rank[tier_at(soft, at)] >= scheme.rank[tier_at(hard, at)]
    for before, after in itertools.pairwise(soft):
        assert scheme.rank[after.tier] >= scheme.rank[before.tier] - 1


def in_window(
    scheme: TierScheme, history: list[Activity], at: datetime, zone: ZoneInfo
) -> dict[str, int]:
    """What counts at `at`, for windows that nothing moves."""
    kind, months = scheme.window.kind, scheme.window.months
    start, end = window_at(scheme, ENROLLED, at, zone)
    from_enrolment = kind in {WindowKind.ANNIVERSARY, WindowKind.LIFETIME}
    sums: dict[str, int] = {}
    for it in history:
        since = ENROLLED if from_enrolment and it.at < ENROLLED else it.at
        counts = since >= start
        if kind is WindowKind.ROLLING:
            counts = add_months(it.at, months, zone) > at
        if counts and it.at <= at < end:
            sums[it.measure] = sums.get(it.measure, 0) + it.amount
    return sums


def plainly(scheme: TierScheme, history: list[Activity], at: datetime, zone: ZoneInfo) -> int:
    """The rank at `at` by the definition, for down `to_earned` and windows that nothing moves:
    the highest tier that the window holds, or that some earlier instant earned for long enough.
    """
    if scheme.window.kind is WindowKind.ROLLING and scheme.keep is Keep.END_OF_PERIOD:
        return scheme.earned(in_window(scheme, history, at, zone))
    best = 0
    counted = [it for it in history if it.amount and it.measure in scheme.measures]
    for then in {ENROLLED, *(it.at for it in counted if it.at >= ENROLLED)}:
        window_until = window_at(scheme, ENROLLED, then, zone)[1]
        if then <= at < lasts_until(scheme, ENROLLED, then, window_until, zone):
            best = max(best, scheme.earned(in_window(scheme, history, then, zone)))
    return best


@settings(max_examples=300)
@given(schemes(steady_windows, tenure=False), histories, moments, zones, st.booleans())
def test_the_tier_is_the_highest_that_was_earned_for_long_enough(
    drawn: TierScheme, history: list[Activity], now: datetime, zone: ZoneInfo, grace: bool
) -> None:
    while_enough = drawn.window.kind is WindowKind.ROLLING and drawn.keep is Keep.END_OF_PERIOD
    scheme = TierScheme(
        drawn.tiers,
        drawn.needs_all,
        drawn.window,
        Down.TO_EARNED,
        drawn.keep,
        drawn.grace if grace and not while_enough else Grace(),
    )
    standings = replay(scheme, ENROLLED, history, (), now, zone)
    for at in {now, *(it.since for it in standings), *(it.at for it in history)}:
        if ENROLLED <= at <= now:
            assert scheme.rank[tier_at(standings, at)] == plainly(scheme, history, at, zone)


@given(schemes(), histories, some_grants, moments, zones)
def test_the_state_is_that_of_the_history(
    scheme: TierScheme, history: list[Activity], given: list[Grant], now: datetime, zone: ZoneInfo
) -> None:
    standings = replay(scheme, ENROLLED, history, given, now, zone)
    state = state_of(scheme, ENROLLED, history, given, now, zone)
    both = standings_and_state(scheme, ENROLLED, history, given, now, zone)
    assert both == (standings, state)
    assert state.tier == standings[-1].tier
    assert state.since <= standings[-1].since
    assert tier_at(standings, state.since) == state.tier
    assert state.until is None or state.until > now
    if standings[-1].until is not None and not given:
        assert state.until is None or state.until >= standings[-1].until
    assert state.sums.keys() == scheme.measures
    assert min(state.sums.values(), default=0) >= 0


@settings(max_examples=300)
@given(schemes(), histories, some_grants, moments, soon, zones)
def test_a_state_holds_until_it_is_due(
    scheme: TierScheme,
    history: list[Activity],
    given: list[Grant],
    now: datetime,
    wait: timedelta,
    zone: ZoneInfo,
) -> None:
    known = [it for it in history if it.at <= now]
    state = state_of(scheme, ENROLLED, known, given, now, zone)
    next_look = now + wait
    if state.due is not None:
        assert state.due > now
        next_look = min(next_look, state.due - timedelta(microseconds=1))
    later_on = state_of(scheme, ENROLLED, known, given, next_look, zone)
    rolling = scheme.window.kind is WindowKind.ROLLING
    assert later_on.window_from >= state.window_from
    if not rolling:
        assert later_on == state
    assert (later_on.tier, later_on.since, later_on.until, later_on.sums, later_on.due) == (
        state.tier,
        state.since,
        state.until,
        state.sums,
        state.due,
    )


@settings(max_examples=400)
@given(schemes(), histories, few_grants, moments, st.integers(-20, 150), gains, zones)
def test_whatever_the_fast_path_answers_the_replay_answers_too(
    scheme: TierScheme,
    history: list[Activity],
    given: list[Grant],
    now: datetime,
    days: int,
    gained: dict[str, int],
    zone: ZoneInfo,
) -> None:
    at = now + timedelta(days=days)
    known = [it for it in history if it.at <= now]
    state = state_of(scheme, ENROLLED, known, given, now, zone)
    fast = advance(scheme, state, at, gained, zone)
    if fast is None:
        return
    more = [Activity(at, measure, amount) for measure, amount in gained.items()]
    assert fast == state_of(scheme, ENROLLED, [*known, *more], given, max(now, at), zone)


@settings(max_examples=300)
@given(schemes(steady_windows), st.lists(st.tuples(later, gains), max_size=8), zones)
def test_purchase_after_purchase_the_fast_path_agrees_with_the_replay(
    scheme: TierScheme, purchases: list[tuple[datetime, dict[str, int]]], zone: ZoneInfo
) -> None:
    known: list[Activity] = []
    state = state_of(scheme, ENROLLED, (), (), ENROLLED, zone)
    for at, gained in sorted(purchases, key=lambda it: it[0]):
        known += [Activity(at, measure, amount) for measure, amount in gained.items()]
        replayed = state_of(scheme, ENROLLED, known, (), at, zone)
        fast = advance(scheme, state, at, gained, zone)
        if fast is None:
            ended = state.due is not None and at >= state.due
            assert ended or scheme.window.kind is WindowKind.ROLLING or at == state.since
        else:
            assert fast == replayed
        state = replayed


@given(schemes(), histories, moments, zones, st.sampled_from([*Down]))
def test_what_is_missing_suffices(
    drawn: TierScheme, history: list[Activity], now: datetime, zone: ZoneInfo, down: Down
) -> None:
    scheme = TierScheme(drawn.tiers, drawn.needs_all, drawn.window, down, drawn.keep, drawn.grace)
    known = [it for it in history if it.at <= now]
    state = state_of(scheme, ENROLLED, known, (), now, zone)
    shown = progress(scheme, state, now, zone)
    assert (shown.tier, shown.since, shown.until) == (state.tier, state.since, state.until)
    if shown.next_tier is None or TENURE in shown.missing:
        return
    assert shown.missing, "a tier that is earned is not the next one"
    if scheme.needs_all:
        bought = [Activity(now, measure, amount) for measure, amount in shown.missing.items()]
        short = [*bought[:-1], Activity(now, bought[-1].measure, bought[-1].amount - 1)]
    else:
        measure, amount = next(iter(shown.missing.items()))
        bought, short = [Activity(now, measure, amount)], [Activity(now, measure, amount - 1)]
    target = scheme.rank[shown.next_tier]
    if scheme.window.kind is WindowKind.TIER_START and now in {state.last_at, state.window_from}:
        return  # what happens at one instant happens together, so the window has yet to begin
    reached = state_of(scheme, ENROLLED, [*known, *bought], (), now, zone)
    assert scheme.rank[reached.tier] >= target
    missed = state_of(scheme, ENROLLED, [*known, *short], (), now, zone)
    assert scheme.rank[missed.tier] != target


@given(schemes(), histories, st.lists(grants(), min_size=1, max_size=3), moments, zones)
def test_floors_never_lower_a_tier_and_those_that_won_are_in_force(
    scheme: TierScheme, history: list[Activity], given: list[Grant], now: datetime, zone: ZoneInfo
) -> None:
    earned = replay(scheme, ENROLLED, history, (), now, zone)
    floors = [it for it in given if it.mode is not GrantMode.WINS]
    raised = replay(scheme, ENROLLED, history, floors, now, zone)
    for at in {it.since for it in (*earned, *raised)}:
        assert scheme.rank[tier_at(raised, at)] >= scheme.rank[tier_at(earned, at)]
    decided = replay(scheme, ENROLLED, history, given, now, zone)
    winning = [
        it
        for it in given
        if it.mode is GrantMode.WINS
        and it.tier in scheme.rank
        and it.from_at <= now
        and (it.until is None or now < it.until)
    ]
    if winning:
        assert tier_at(decided, now) in {it.tier for it in winning}


@given(schemes(steady_windows), instants, zones)
def test_every_instant_lies_in_one_window(scheme: TierScheme, at: datetime, zone: ZoneInfo) -> None:
    kind = scheme.window.kind
    start, end = window_at(scheme, ENROLLED, at, zone)
    if kind in {WindowKind.CALENDAR_YEAR, WindowKind.ANNIVERSARY}:
        assert start <= at < end
        assert window_at(scheme, ENROLLED, end, zone)[0] == end
        assert window_at(scheme, ENROLLED, start, zone) == (start, end)
    else:
        assert end == FOREVER
