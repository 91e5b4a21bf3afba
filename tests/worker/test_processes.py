"""Workers as an operator runs them: real processes that are stopped, killed and run side by side."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event, Thread

import pytest

from loyalty_engine.storage.sql.outbox import Outbox
from loyalty_engine.worker import run_worker
from tests.servers import PostgresServer
from tests.shop import line
from tests.worker.conftest import Counter, Site, eventually

JOURNAL = """
import json, os, time
JOURNAL = {path!r}

@hookimpl
def handle_event(event, body, id):
    {before}
    told = {{"id": id, "event": event, "member": body["member"], "version": body["version"]}}
    journal = os.open(JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(journal, json.dumps(told).encode() + b"\\n")
    os.close(journal)
    {after}
"""


def journal_plugin(site: Site, folder: Path, before: str = "", after: str = "") -> Path:
    """A reaction that keeps a journal, and what it does besides; where the journal is."""
    path = folder / "journal.jsonl"
    site.write_plugin("journal", JOURNAL.format(path=str(path), before=before, after=after))
    return path


def read(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    return [json.loads(text) for text in path.read_text().splitlines()]


def waiting(counter: Counter) -> int:
    return Outbox(counter.storage).backlog("shop").waiting


def test_a_worker_tells_what_happens_and_ends_when_asked(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = journal_plugin(site, tmp_path)
    counter = Counter(site.parts(monkeypatch))
    worker = site.start_worker()
    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    assert eventually(lambda: len(read(path)) == 2)
    assert [told["event"] for told in read(path)] == ["member_enrolled", "purchase_recorded"]
    assert {told["member"] for told in read(path)} == {"ada"}
    worker.send_signal(signal.SIGTERM)
    output, _ = worker.communicate(timeout=30)
    assert (worker.returncode, output) == (0, b"ended\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_hanging_reaction_does_not_keep_a_worker_from_ending(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
):
    site.write_plugin(
        "hangs",
        f"""
        import time
        from pathlib import Path
        @hookimpl
        def handle_event(event):
            Path({str(tmp_path / "hanging")!r}).touch()
            time.sleep(600)
        """,
    )
    counter = Counter(site.parts(monkeypatch))
    counter.enrol()
    worker = site.start_worker()
    assert eventually((tmp_path / "hanging").exists)
    worker.send_signal(number)
    worker.communicate(timeout=30)
    assert worker.returncode == 0


def test_a_worker_killed_after_telling_tells_again_with_the_same_id(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    hold = 'while os.path.exists(JOURNAL + ".hold"): time.sleep(0.01)'
    path = journal_plugin(site, tmp_path, after=hold)
    path.with_name("journal.jsonl.hold").touch()
    counter = Counter(site.parts(monkeypatch))
    counter.enrol()
    worker = site.start_worker()
    assert eventually(lambda: len(read(path)) == 1)
    worker.kill()
    worker.communicate()
    path.with_name("journal.jsonl.hold").unlink()
    site.shift(3600)
    site.start_worker()
    assert eventually(lambda: waiting(counter) == 0)
    first, again = read(path)
    assert first == again


def test_a_reaction_that_ends_its_worker_holds_up_no_other_member_for_ever(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = journal_plugin(site, tmp_path, before='if body["member"] == "bea": os._exit(9)')
    counter = Counter(site.parts(monkeypatch))
    for name in ("ada", "bea", "cleo"):
        counter.enrol(name)
    told: set[object] = set()
    for death in range(1, 20):  # another order each time, so two or three do as a rule
        worker = site.start_worker()
        assert eventually(
            lambda process=worker: process.poll() == 9 or len(read(path)) >= 2  # type: ignore[misc]
        )
        told = {it["member"] for it in read(path)}
        if told == {"ada", "cleo"}:
            break
        site.shift(death * 3600)
    assert told == {"ada", "cleo"}


def test_two_workers_tell_everything_once_or_more_and_in_order(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = journal_plugin(site, tmp_path)
    counter = Counter(site.parts(monkeypatch))
    names = [f"m{number}" for number in range(6)]
    for name in names:
        counter.enrol(name)
    workers = [site.start_worker(), site.start_worker()]
    for number in range(5):
        for name in names:
            counter.buy(f"T-{name}-{number}", [line("1", 1000)], name)
    workers[0].kill()
    site.start_worker()
    site.shift(3600)
    assert eventually(lambda: waiting(counter) == 0)
    for name in names:
        versions = [told["version"] for told in read(path) if told["member"] == name]
        first_told = list(dict.fromkeys(versions))
        assert first_told == sorted(first_told)
        assert len(first_told) == 6


def test_once_does_what_is_due_and_returns(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = journal_plugin(site, tmp_path)
    parts = site.parts(monkeypatch)
    counter = Counter(parts)
    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    site.shift(15 * 24 * 3600)
    run_worker(parts, once=True)
    assert [told["event"] for told in read(path)] == [
        "member_enrolled",
        "purchase_recorded",
        "account_settled",
    ]
    assert waiting(counter) == 0


def test_a_worker_outlives_its_database(
    tmp_path: Path,
    postgres_server: PostgresServer,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
):
    site = Site(tmp_path, postgres_url)
    path = journal_plugin(site, tmp_path)
    parts = site.parts(monkeypatch)
    counter = Counter(parts)
    counter.enrol()
    worker = site.start_worker()
    try:
        assert eventually(lambda: len(read(path)) == 1)
        postgres_server.restart()
        assert eventually(lambda: _bought(counter))
        assert eventually(lambda: len(read(path)) == 2)
        assert worker.poll() is None
    finally:
        site.close()


def _bought(counter: Counter) -> bool:
    try:
        counter.buy("T-1", [line("1", 1000)])
    except Exception:  # noqa: BLE001 - the database is on its way back
        return False
    return True


def test_logs_name_nobody(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    site.write_plugin(
        "odd",
        """
        @hookimpl
        def handle_event(event, body):
            raise ValueError(f"cannot reach {body['member']}")
        """,
    )
    counter = Counter(site.parts(monkeypatch))
    counter.enrol("ada-lovelace")
    worker = site.start_worker()
    assert eventually(lambda: "ValueError at odd.py" in site.log.read_text())
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert "lovelace" not in site.log.read_text()


def test_many_workers_in_one_process_stop_together(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = journal_plugin(site, tmp_path)
    parts, stop = site.parts(monkeypatch), Event()
    threads = [Thread(target=run_worker, args=(parts, False, stop)) for _ in range(2)]
    for thread in threads:
        thread.start()
    counter = Counter(parts)
    counter.enrol()
    assert eventually(lambda: len(read(path)) == 1)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)


def test_kept_balances_are_put_right_and_vouched_for(
    redis_site: Site, monkeypatch: pytest.MonkeyPatch
):
    with_redis = redis_site.parts(monkeypatch)
    redis_site.environment["LOYALTY_REDIS_URL"] = ""
    behind_its_back = Counter(redis_site.parts(monkeypatch))
    behind_its_back.enrol()
    behind_its_back.buy("T-1", [line("1", 1000)])
    assert with_redis.balances.get("shop", "ada") is None
    run_worker(with_redis, once=True)
    assert eventually(lambda: with_redis.balances.get("shop", "ada"))
    kept = with_redis.balances.get("shop", "ada")
    assert kept is not None
    shown = json.loads(kept.body)
    assert shown["units"]["points"]["pending"] == 10
    assert kept.version == shown["version"] == behind_its_back.balance()["version"]


def test_a_worker_beats_until_it_ends(redis_site: Site, monkeypatch: pytest.MonkeyPatch):
    parts = redis_site.parts(monkeypatch)
    counter = Counter(parts)
    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    assert parts.balances.get("shop", "ada") is None  # nobody vouches for what is there
    worker = redis_site.start_worker()
    assert eventually(lambda: parts.balances.get("shop", "ada"))
    worker.kill()
    assert eventually(lambda: parts.balances.get("shop", "ada") is None)
