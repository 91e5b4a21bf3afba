import threading

from loyalty_engine.balances.breaker import Breaker


class Hands:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def opened(clock: Hands) -> Breaker:
    breaker = Breaker(clock)
    assert [breaker.failed() for _ in range(5)] == [False] * 4 + [True]
    return breaker


def test_five_failures_in_a_row_open_it() -> None:
    breaker = Breaker(Hands())
    for _ in range(4):
        breaker.failed()
    assert breaker.succeeded() is False
    for _ in range(4):
        breaker.failed()
        assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    assert breaker.is_open


def test_one_may_try_after_a_second() -> None:
    clock = Hands()
    breaker = opened(clock)
    clock.at += 0.999
    assert not breaker.allows()
    clock.at += 0.001
    assert breaker.allows()
    assert not breaker.allows()


def test_a_try_that_succeeds_closes_it() -> None:
    clock = Hands()
    breaker = opened(clock)
    clock.at += 1
    assert breaker.allows()
    assert breaker.succeeded() is True
    assert breaker.allows()
    assert not breaker.failed()
    assert breaker.allows()


def test_a_try_that_fails_keeps_it_open_for_another_second() -> None:
    clock = Hands()
    breaker = opened(clock)
    clock.at += 1
    assert breaker.allows()
    assert breaker.failed() is False
    clock.at += 0.9
    assert not breaker.allows()
    clock.at += 0.1
    assert breaker.allows()


def test_a_try_that_never_reports_blocks_nobody() -> None:
    clock = Hands()
    breaker = opened(clock)
    clock.at += 1
    assert breaker.allows()
    clock.at += 1
    assert breaker.allows()


def test_of_many_threads_one_may_try() -> None:
    clock = Hands()
    breaker = opened(clock)
    clock.at += 1
    start = threading.Barrier(20)
    allowed: list[bool] = []

    def ask() -> None:
        start.wait()
        allowed.append(breaker.allows())

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 1


def test_reset_is_as_at_start() -> None:
    breaker = opened(Hands())
    breaker.reset()
    assert breaker.allows()
    assert not breaker.is_open
