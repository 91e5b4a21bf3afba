import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from loyalty_engine.balances.single_flight import SingleFlight


class Database:
    """Answers when the test opens the gate, and counts how often it was read."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.reads = 0
        self.fault: BaseException | None = None

    def read(self) -> int:
        self.reads += 1
        self.entered.set()
        assert self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        return self.reads


def waiting(flights: SingleFlight[int], database: Database, ask: Callable[[], int]) -> list[object]:
    """Fifty threads asking for the same, released together; each one's answer or fault."""
    started = threading.Semaphore(0)

    def one() -> object:
        started.release()
        try:
            return ask()
        except LookupError as fault:
            return fault

    with ThreadPoolExecutor(50) as pool:
        answers = [pool.submit(one)]
        assert database.entered.wait(10)
        answers += [pool.submit(one) for _ in range(49)]
        for _ in range(50):
            assert started.acquire(timeout=10)
        threading.Event().wait(0.05)  # the last ones are now between their start and their wait
        database.gate.set()
        return [answer.result(10) for answer in answers]


def test_fifty_threads_make_one_read() -> None:
    flights, database = SingleFlight[int](), Database()
    assert waiting(flights, database, lambda: flights.do("ada", database.read)) == [1] * 50
    assert database.reads == 1


def test_the_next_one_reads_anew() -> None:
    flights, database = SingleFlight[int](), Database()
    database.gate.set()
    assert [flights.do("ada", database.read) for _ in range(3)] == [1, 2, 3]


def test_other_keys_do_not_wait() -> None:
    flights, database = SingleFlight[int](), Database()
    slow = threading.Thread(target=lambda: flights.do("ada", database.read))
    slow.start()
    assert database.entered.wait(10)
    assert flights.do("bob", lambda: 7) == 7
    database.gate.set()
    slow.join()


def test_a_fault_reaches_all_who_waited_and_nobody_after() -> None:
    flights, database = SingleFlight[int](), Database()
    database.fault = LookupError("the database is away")
    answers = waiting(flights, database, lambda: flights.do("ada", database.read))
    assert all(answer is database.fault for answer in answers)
    assert database.reads == 1
    assert flights.do("ada", lambda: 8) == 8


def test_who_waits_for_a_thread_that_was_stopped_reads_for_itself() -> None:
    flights, database = SingleFlight[int](), Database()
    database.fault = SystemExit()

    def stopped() -> None:
        with contextlib.suppress(SystemExit):
            flights.do(1, database.read)

    first = threading.Thread(target=stopped)
    first.start()
    assert database.entered.wait(10)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(flights.do, 1, lambda: 9)
        database.gate.set()
        assert second.result(10) == 9
    first.join()


def test_patience_ends() -> None:
    flights, database = SingleFlight[int](patience=0.01), Database()
    first = threading.Thread(target=lambda: flights.do(1, database.read))
    first.start()
    assert database.entered.wait(10)
    assert flights.do(1, lambda: 9) == 9
    database.gate.set()
    first.join()


def test_none_is_an_answer() -> None:
    flights: SingleFlight[int | None] = SingleFlight()
    assert flights.do("nobody", lambda: None) is None
