"""Many at once on the same rows: nothing lost, nothing twice, and each waits only for its turn."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from loyalty_engine.domain.errors import InsufficientPoints
from loyalty_engine.ports import Address, CounterKey, Operation, Taken
from loyalty_engine.storage.sql.integrity import Report, verify
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import (
    NOON,
    PROGRAM,
    book,
    cause,
    enrol,
    member,
    operation,
    write,
)

ROOT = Path(__file__).parents[2]


def test_twenty_threads_on_one_account_lose_nothing(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    start = Barrier(20)

    def earn(_: int) -> None:
        start.wait()
        for _ in range(5):
            write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(earn, range(20)))
    with storage.read(PROGRAM) as view:
        found = view.member(7)
        assert found is not None
        assert found.version == view.balances(7)["points"].available == 100
    assert verify(storage, PROGRAM).findings == ()


def test_of_twenty_who_spend_the_last_points_one_succeeds(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    write(storage, lambda it: it.issue("points", 100, cause(), active_from=NOON))
    start = Barrier(20)

    def spend(_: int) -> bool:
        start.wait()
        try:
            write(storage, lambda it: it.spend("points", 100, cause("spend")))
        except InsufficientPoints:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(spend, range(20))) == 1
    assert verify(storage, PROGRAM).findings == ()


def test_twins_have_one_effect_and_one_answer(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    start = Barrier(12)

    def act(number: int) -> Operation | None:
        start.wait()
        with storage.begin(PROGRAM, NOON) as work:
            known = work.open_purchase(Address("member", "member-7"), "T-1", operation()).operation
            if known is not None:
                return known
            it = book(work)
            it.issue("points", 10, cause(), active_from=NOON)
            work.save_book(it)
            work.answer(operation(status=201, answer=f"by {number}".encode()))
            return None

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(act, range(12)))
    known = [it for it in answers if it is not None]
    assert len(known) == 11
    assert len(set(known)) == 1
    assert known[0].answer == f"by {answers.index(None)}".encode()
    with storage.read(PROGRAM) as view:
        assert view.balances(7)["points"].available == 10


def test_one_value_is_one_members(storage: SqlStorage):
    start = Barrier(10)

    def take(number: int) -> bool:
        start.wait()
        try:
            with storage.begin(PROGRAM, NOON) as work:
                work.add_member(member(number))
                work.add_address(Address("identifier:card", "last"), number)
        except Taken:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        taken = list(threads.map(take, range(1, 11)))
    assert sum(taken) == 1
    with storage.read(PROGRAM) as view:
        assert view.members_after() == [taken.index(True) + 1]


def test_a_shared_limit_is_never_overrun(storage: SqlStorage):
    key, start = CounterKey("all", "budget", "2026"), Barrier(10)

    def use(_: int) -> int:
        start.wait()
        granted = 0
        for _ in range(4):
            with storage.begin(PROGRAM, NOON, sure=True) as work:
                left = 25 - work.counters([key])[key]
                if left > 0:
                    work.use(key, 1, 25)
                    granted += 1
        return granted

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(use, range(10))) == 25


def earn_alone(url: str, times: int) -> None:
    storage = SqlStorage(url)
    for _ in range(times):
        write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))
    storage.close()


def test_processes_on_one_account_lose_nothing(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    url = storage.url.render_as_string(hide_password=False)
    fresh = multiprocessing.get_context("spawn")
    workers = [fresh.Process(target=earn_alone, args=(url, 20)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    with storage.read(PROGRAM) as view:
        assert view.balances(7)["points"].available == 80
    assert verify(storage, PROGRAM).findings == ()


def test_a_forked_worker_has_connections_of_its_own(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))

    def child() -> None:
        storage.reset_after_fork()
        for _ in range(20):
            write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))

    forked = multiprocessing.get_context("fork")
    children = [forked.Process(target=child) for _ in range(2)]
    for it in children:
        it.start()
    for _ in range(20):
        write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))
    for it in children:
        it.join()
        assert it.exitcode == 0
    with storage.read(PROGRAM) as view:
        assert view.balances(7)["points"].available == 61
    assert verify(storage, PROGRAM).findings == ()


BUSY = """
    import sys
    from loyalty_engine.ports import Address
    from loyalty_engine.storage.sql.storage import SqlStorage
    from tests.storage.making import NOON, PROGRAM, book, cause, event, purchase

    storage = SqlStorage(sys.argv[1])
    for number in range(100000):
        name = f"{sys.argv[2]}-{number}"
        with storage.begin(PROGRAM, NOON) as work:
            it = book(work)
            it.issue("points", 2, cause(purchase=name), active_from=NOON)
            it.issue("stamps", 1, cause(purchase=name), active_from=NOON)
            work.save_book(it)
            work.add_purchase(purchase(name, visits=0))
            work.add_address(Address("purchase", name), 7)
            work.announce(event(f"purchase_recorded:{name}:1", it.version))
        print(name, flush=True)
"""


def settled(storage: SqlStorage) -> Report:
    """The proof once nothing moves any more: a server may still end what a dead process has sent."""
    before: Report | None = None
    report = verify(storage, PROGRAM)
    while before is None or report.counts != before.counts:
        time.sleep(0.05)
        before, report = report, verify(storage, PROGRAM)
    return report


def test_a_killed_process_leaves_nothing_half_done(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    url = storage.url.render_as_string(hide_password=False)
    acknowledged: list[str] = []
    for life in range(3):
        command = [sys.executable, "-c", textwrap.dedent(BUSY), url, f"life-{life}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as worker:
            assert worker.stdout is not None
            acknowledged += [worker.stdout.readline().strip() for _ in range(10)]
            time.sleep(0.003 * life)
            os.kill(worker.pid, signal.SIGKILL)
            acknowledged += [line.strip() for line in worker.stdout if line.endswith("\n")]
        report = settled(storage)
        assert report.findings == ()
        assert report.counts["entries"] == 2 * report.counts["purchases"]
        assert report.counts["purchases"] >= len(acknowledged)
    with storage.read(PROGRAM) as view:
        assert all(view.purchase(name) is not None for name in acknowledged)
    assert len(acknowledged) >= 30


def test_readers_see_all_of_a_unit_of_work_or_nothing(storage: SqlStorage):
    enrol(storage, member(purchases=0))

    def earn() -> None:
        for number in range(40):
            write(
                storage,
                lambda it, n=number: [
                    it.issue(unit, 1, cause(purchase=f"T-{n}"), active_from=NOON)
                    for unit in ("points", "stamps")
                ],
            )

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(earn)
        seen = 0
        while not writing.done():
            with storage.read(PROGRAM) as view:
                found = view.member(7)
                balances = view.balances(7)
            assert found is not None
            counts = {it.available for it in balances.values()} or {0}
            assert counts == {found.version // 2}
            seen += 1
        writing.result()
    assert seen > 1


@pytest.mark.parametrize("statement", ["UPDATE entries SET amount = 2", "DELETE FROM entries"])
def test_the_database_refuses_to_change_an_entry(storage: SqlStorage, statement: str):
    enrol(storage, member(purchases=0))
    write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))
    engine = sa.create_engine(storage.url, poolclass=sa.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="never changed"):
        connection.execute(sa.text(statement))
