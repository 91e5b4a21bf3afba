"""Pauses grow, are bounded, differ by event and are always the same for one."""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.delivery.backoff import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    pause_after,
)

KEYS = st.text(max_size=40)


@given(st.integers(1, 10_000), KEYS)
def test_a_pause_lies_between_half_and_all_of_what_has_doubled(attempt: int, key: str):
    whole = min(FIRST_PAUSE * 2 ** min(attempt - 1, 40), LONGEST_PAUSE)
    assert whole / 2 <= pause_after(attempt, key) <= whole
    assert pause_after(attempt, key) == pause_after(attempt, key)


@given(KEYS)
def test_pauses_never_shrink_by_more_than_their_jitter(key: str):
    pauses = [pause_after(attempt, key) for attempt in range(1, 13)]
    assert all(later >= earlier for earlier, later in itertools.pairwise(pauses))


def test_events_that_failed_together_do_not_come_back_together():
    pauses = {pause_after(5, f"event-{number}") for number in range(1000)}
    assert len(pauses) > 990
    assert max(pauses) - min(pauses) > timedelta(seconds=7)


@given(KEYS)
def test_all_tries_span_from_four_to_eight_hours(key: str):
    span = sum((pause_after(n, key) for n in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=4) < span < timedelta(hours=8, minutes=10)
