"""A plugin that fails again and again is left alone for a while, then asked once."""

from __future__ import annotations

from loyalty_engine.plugin_host.circuit import FAILURES, PAUSE, Circuit


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def opened(seconds: Seconds) -> Circuit:
    circuit = Circuit(seconds)
    assert [circuit.failed() for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    return circuit


def test_failures_with_an_answer_between_them_open_nothing():
    circuit = Circuit(Seconds())
    for _ in range(3 * FAILURES):
        circuit.failed()
        circuit.succeeded()
        assert circuit.allows()


def test_five_in_a_row_open_it_for_the_pause():
    seconds = Seconds()
    circuit = opened(seconds)
    assert not circuit.allows()
    seconds.now += PAUSE - 0.1
    assert not circuit.allows()


def test_after_the_pause_one_asks_for_all():
    seconds = Seconds()
    circuit = opened(seconds)
    seconds.now += PAUSE
    assert [circuit.allows() for _ in range(3)] == [True, False, False]


def test_an_answer_closes_it_and_a_failure_opens_it_again():
    seconds = Seconds()
    circuit = opened(seconds)
    seconds.now += PAUSE
    assert circuit.allows()
    assert not circuit.failed()
    assert not circuit.allows()
    seconds.now += PAUSE
    assert circuit.allows()
    circuit.succeeded()
    assert circuit.allows()
    assert circuit.allows()


def test_one_whose_trial_never_ends_is_tried_again():
    seconds = Seconds()
    circuit = opened(seconds)
    for _ in range(3):
        seconds.now += PAUSE
        assert [circuit.allows(), circuit.allows()] == [True, False]
