"""When the database goes away, blocks or refuses: callers learn whether anything has happened."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa

from loyalty_engine.domain.errors import Unavailable
from loyalty_engine.ports import Address
from loyalty_engine.storage.errors import DatabaseUnavailable, Retry, StorageBug
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.servers import PostgresServer
from tests.storage.making import NOON, PROGRAM, book, cause, enrol, event, member, save, write

SLEEP = Statement(sa.text("SELECT pg_sleep(20)"))
ONE = Statement(sa.text("SELECT 1"))


def earn(storage: SqlStorage) -> None:
    write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))


def earned(storage: SqlStorage) -> int:
    with storage.read(PROGRAM) as view:
        return view.balances(7)["points"].available


def warm(storage: SqlStorage) -> None:
    """Fill the pool with connections that have been used."""
    enrol(storage)
    earn(storage)
    with storage.begin(PROGRAM, NOON) as one, storage.begin(PROGRAM, NOON) as other:
        one.operation("a", "b")
        other.operation("a", "b")


def end_sessions(storage: SqlStorage) -> None:
    """As an administrator would, and wait until they are gone."""
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    engine = sa.create_engine(storage.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(
            sa.text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {mine}")
        )


@pytest.fixture
def impatient(migrated_postgres_url: str) -> Iterator[SqlStorage]:
    """The limits of the server are short here."""
    options = "-c lock_timeout=50 -c deadlock_timeout=20 -c idle_in_transaction_session_timeout=50"
    url = sa.make_url(migrated_postgres_url).update_query_dict({"options": options})
    storage = SqlStorage(url.render_as_string(hide_password=False))
    yield storage
    storage.close()


# --- a connection or server that is gone ---------------------------------------------------


def test_sessions_that_were_ended_are_replaced_unseen(postgres_storage: SqlStorage):
    warm(postgres_storage)
    for _ in range(3):
        end_sessions(postgres_storage)
        earn(postgres_storage)
    end_sessions(postgres_storage)
    assert earned(postgres_storage) == 4


def test_a_restarted_server_is_found_again_unseen(
    postgres_storage: SqlStorage, postgres_server: PostgresServer
):
    warm(postgres_storage)
    postgres_server.restart()
    earn(postgres_storage)
    assert earned(postgres_storage) == 2


def test_a_server_that_is_down_is_said_to_be(
    postgres_storage: SqlStorage, postgres_server: PostgresServer
):
    warm(postgres_storage)
    postgres_server.stop()
    with pytest.raises(Unavailable) as caught:
        earn(postgres_storage)
    assert (caught.value.code, caught.value.values["effect"]) == ("database_unavailable", "none")
    postgres_server.start()
    earn(postgres_storage)
    assert earned(postgres_storage) == 2


def test_a_session_that_ends_halfway_has_done_nothing(postgres_storage: SqlStorage):
    warm(postgres_storage)

    def act(work) -> None:
        it = book(work)
        it.issue("points", 1, cause(), active_from=NOON)
        end_sessions(postgres_storage)
        work.save_book(it)

    with pytest.raises(DatabaseUnavailable) as caught:
        save(postgres_storage, act)
    assert caught.value.values["effect"] == "none"
    assert earned(postgres_storage) == 1


class LosesAnswers:
    """Stands between a client and PostgreSQL; once armed, it lets a COMMIT pass and nothing back."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.armed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                lost = threading.Event()
                for side in ((client, server, lost), (server, client, lost)):
                    threading.Thread(target=self._pass_on, args=side, daemon=True).start()

    def _pass_on(self, come: socket.socket, go: socket.socket, lost: threading.Event) -> None:
        from_client = go.getpeername()[1] == self._port
        with suppress(OSError):
            while data := come.recv(65536):
                if from_client and self.armed.is_set() and b"commit" in data.lower():
                    lost.set()
                if from_client or not lost.is_set():
                    go.sendall(data)
                else:  # the server has answered, so it has committed
                    break
        for it in (come, go):
            with suppress(OSError):
                it.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


def test_when_the_answer_to_a_commit_is_lost_its_effect_is_unknown(
    postgres_storage: SqlStorage, postgres_server: PostgresServer
):
    warm(postgres_storage)
    proxy = LosesAnswers(postgres_server.port)
    url = postgres_storage.url.set(port=proxy.port).render_as_string(hide_password=False)
    behind = SqlStorage(url)
    earn(behind)
    proxy.armed.set()
    with pytest.raises(DatabaseUnavailable) as caught:
        earn(behind)
    assert caught.value.values["effect"] == "unknown"
    proxy.armed.clear()
    earn(behind)
    assert earned(postgres_storage) == 4
    behind.close()
    proxy.close()


def test_nobody_waits_for_ever_for_a_silent_server(
    postgres_storage: SqlStorage, postgres_server: PostgresServer
):
    warm(postgres_storage)
    with postgres_storage.wire(writes=True, patience=0.2) as wire:
        wire.ask((ONE, ()))
        postgres_server.pause()
        with pytest.raises(DatabaseUnavailable, match="not answered in time"):
            wire.ask((ONE, ()))
    postgres_server.resume()
    earn(postgres_storage)
    assert earned(postgres_storage) == 2


def test_an_interrupted_exchange_costs_its_connection_only(postgres_storage: SqlStorage):
    warm(postgres_storage)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    with pytest.raises(KeyboardInterrupt), postgres_storage.wire(writes=True) as wire:
        wire.ask((SLEEP, ()))
    signal.signal(signal.SIGALRM, before)
    for _ in range(3):
        earn(postgres_storage)
    assert earned(postgres_storage) == 4


# --- locks and limits ----------------------------------------------------------------------


@contextmanager
def locked_by_another(storage: SqlStorage) -> Iterator[None]:
    url = storage.url.difference_update_query(["options"])
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM accounts FOR UPDATE"))
        yield
        connection.rollback()


def test_a_lock_that_is_not_given_back_is_not_waited_for(impatient: SqlStorage):
    warm(impatient)
    with locked_by_another(impatient), pytest.raises(DatabaseUnavailable) as caught:
        earn(impatient)
    assert caught.value.values["effect"] == "none"
    earn(impatient)
    assert earned(impatient) == 2


def test_of_two_that_wait_for_each_other_one_is_told_to_try_again(postgres_storage: SqlStorage):
    quick = postgres_storage.url.update_query_dict({"options": "-c deadlock_timeout=20"})
    storage = SqlStorage(quick.render_as_string(hide_password=False))
    enrol(storage)
    enrol(storage, member(8))
    met = threading.Barrier(2)
    outcomes: list[str] = []

    def act(first: int, second: int) -> None:
        try:
            with storage.begin(PROGRAM, NOON) as work:
                work.member(first)
                met.wait()
                work.member(second)
            outcomes.append("done")
        except Retry as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=act, args=pair) for pair in ((7, 8), (8, 7))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "serialization"]
    storage.close()


def test_a_unit_of_work_that_dawdles_is_ended_and_has_done_nothing(impatient: SqlStorage):
    warm(impatient)

    def act(work) -> None:
        it = book(work)
        it.issue("points", 1, cause(), active_from=NOON)
        time.sleep(0.5)
        work.save_book(it)

    with pytest.raises(DatabaseUnavailable) as caught:
        save(impatient, act)
    assert caught.value.values["effect"] == "none"
    assert earned(impatient) == 1


SHOWN = Statement(
    sa.text(
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
        "current_setting('idle_in_transaction_session_timeout'), "
        "(SELECT count(*) FROM pg_prepared_statements)"
    )
)


def test_the_server_has_limits_for_every_session(postgres_storage: SqlStorage):
    with postgres_storage.wire(writes=False) as wire:
        assert wire.ask((SHOWN, ()))[0].rows[0][:3] == ("3s", "2s", "5s")
    with postgres_storage.wire(writes=False, patience=60.0) as wire:
        assert wire.ask((SHOWN, ()))[0].rows[0][:3] == ("1min", "2s", "5s")
    with postgres_storage.wire(writes=False) as wire:
        assert wire.ask((SHOWN, ()))[0].rows[0][:3] == ("3s", "2s", "5s")


def test_behind_a_pooler_nothing_stays_with_the_session(migrated_postgres_url: str):
    storage = SqlStorage(migrated_postgres_url, pooler="pgbouncer", pool_size=1)
    warm(storage)
    for _ in range(10):
        earn(storage)
    with storage.wire(writes=False) as wire:
        assert wire.ask((SHOWN, ()))[0].rows == [("3s", "2s", "5s", 0)]
    connection = storage.engine.raw_connection()
    link = connection.info["link"]
    assert link.alive()
    connection.close()
    engine = sa.create_engine(storage.url, poolclass=sa.NullPool)
    with engine.connect() as fresh:
        assert fresh.execute(sa.text("SHOW statement_timeout")).scalar() == "0"
    assert earned(storage) == 11
    storage.close()


def test_statements_are_prepared_once_and_not_without_end(
    postgres_storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("loyalty_engine.storage.sql.postgres_link.MOST_PREPARED", 6)
    warm(postgres_storage)
    for _ in range(5):
        earn(postgres_storage)
    with postgres_storage.wire(writes=False) as wire:
        assert wire.ask((SHOWN, ()))[0].rows[0][3] <= 6
    assert earned(postgres_storage) == 6


# --- what is our own fault -----------------------------------------------------------------


def test_what_should_never_have_been_sent_is_a_bug_and_leaves_no_trace(storage: SqlStorage):
    enrol(storage)

    def act(work) -> None:
        work.announce(event("e1"))
        work.add_member(member(8, status="asleep"))

    with pytest.raises(StorageBug):
        save(storage, act)
    with storage.read(PROGRAM) as view:
        assert view.members_after() == [7]
    save(storage, lambda work: work.announce(event("e1")))


def test_text_is_never_cut_short(postgres_storage: SqlStorage):
    with pytest.raises(StorageBug, match="22021"):
        save(postgres_storage, lambda work: work.add_address(Address("a", "left\0right"), 7))


def test_a_refused_unit_of_work_can_only_be_left(storage: SqlStorage):
    enrol(storage)

    def act(work) -> None:
        work.add_member(member(7))
        with suppress(StorageBug):
            work.member(7)
        work.member(7)

    with pytest.raises(AssertionError, match="can only be left"):
        save(storage, act)


# --- SQLite --------------------------------------------------------------------------------


def test_a_database_that_another_process_keeps_is_busy(sqlite_storage: SqlStorage):
    enrol(sqlite_storage)
    hasty = SqlStorage(f"{sqlite_storage.url}?timeout=0.05")
    with sqlite_storage.begin(PROGRAM, NOON) as work:
        work.member(7)
        with pytest.raises(DatabaseUnavailable) as caught:
            earn(hasty)
    assert caught.value.values["effect"] == "none"
    earn(hasty)
    hasty.close()


def test_a_full_disk_undoes_the_unit_of_work(sqlite_url: str):
    storage = SqlStorage(sqlite_url)
    storage.create_schema()
    enrol(storage)
    earn(storage)
    storage.close()

    def fill_up(connection: object, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    full = SqlStorage(sqlite_url)
    sa.event.listen(full.engine, "connect", fill_up)
    with pytest.raises(DatabaseUnavailable) as caught:
        save(full, lambda work: [work.announce(event(f"e{n}", body=bytes(9000))) for n in range(9)])
    assert caught.value.values["effect"] == "none"
    full.close()
    assert earned(storage) == 1
    save(storage, lambda work: work.announce(event("e0")))
    storage.close()


def test_sqlite_syncs_each_commit_to_disk(sqlite_storage: SqlStorage):
    with sqlite_storage.engine.connect() as connection:
        shown = {
            name: connection.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert shown == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000,
    }  # fmt: skip


def test_a_database_in_memory_is_shared_by_threads_in_turn():
    storage = SqlStorage("sqlite://")
    storage.create_schema()
    enrol(storage)
    threads = [threading.Thread(target=earn, args=(storage,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert earned(storage) == 8
    storage.close()


# --- settings ------------------------------------------------------------------------------


def test_only_known_databases_and_poolers_are_taken():
    with pytest.raises(ValueError, match="mysql is not supported"):
        SqlStorage("mysql://root@localhost/loyalty")
    with pytest.raises(ValueError, match="'odyssey' is not known"):
        SqlStorage("postgresql://localhost/loyalty", pooler="odyssey")


def test_a_database_that_cannot_be_reached_is_unavailable():
    storage = SqlStorage("postgresql://postgres@127.0.0.1:1/loyalty")
    with pytest.raises(DatabaseUnavailable), storage.read(PROGRAM) as view:
        view.member(7)
    storage = SqlStorage("sqlite:////nowhere/at/all.db")
    with pytest.raises(DatabaseUnavailable), storage.read(PROGRAM) as view:
        view.member(7)
