"""The test bench itself: servers start, come back after a kill, freeze, and never outlive us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
import sqlalchemy as sa

from tests.servers import PostgresServer, RedisServer


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


def test_each_test_has_an_empty_database(database_url: str):
    rows(database_url, "CREATE TABLE kept (points INTEGER)")
    rows(database_url, "INSERT INTO kept VALUES (7)")
    assert rows(database_url, "SELECT points FROM kept") == [(7,)]


def test_a_database_can_be_a_copy_of_a_prepared_one(postgres_server: PostgresServer):
    prepared = postgres_server.create_database()
    rows(prepared, "CREATE TABLE kept (points INTEGER)")
    copy = postgres_server.create_database(template=prepared)
    assert rows(copy, "SELECT count(*) FROM kept") == [(0,)]
    for url in (copy, prepared):
        postgres_server.drop_database(url)


@pytest.mark.postgres
def test_postgres_comes_back_after_a_kill_with_what_it_promised():
    with PostgresServer(durable=True) as server:
        url = server.create_database()
        rows(url, "CREATE TABLE kept (points INTEGER)")
        rows(url, "INSERT INTO kept VALUES (7)")
        server.kill()
        with pytest.raises(sa.exc.OperationalError):
            rows(url, "SELECT 1")
        server.start()
        assert rows(url, "SELECT points FROM kept") == [(7,)]
        server.restart()
        assert rows(url, "SELECT points FROM kept") == [(7,)]
    assert not server.folder.exists()


def test_a_paused_postgres_answers_nobody_until_it_is_resumed(postgres_server: PostgresServer):
    parts = {"host": "127.0.0.1", "port": postgres_server.port, "user": "postgres"}
    with psycopg.connect(**parts, autocommit=True) as connection:
        postgres_server.pause()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**parts, connect_timeout=2)
        postgres_server.resume()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_redis_starts_empty_each_time(redis_url: str):
    client = redis.Redis.from_url(redis_url)
    assert client.dbsize() == 0
    client.set("left", "behind")


def test_redis_starts_empty_again(redis_url: str):
    assert redis.Redis.from_url(redis_url).dbsize() == 0


def test_redis_comes_back_after_a_kill_and_has_forgotten(redis_server: RedisServer):
    client = redis.Redis.from_url(redis_server.url, retry=None)
    client.set("a", "1")
    redis_server.kill()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.start()
    assert client.get("a") is None


def test_a_paused_redis_is_silent_and_then_goes_on(redis_server: RedisServer):
    client = redis.Redis.from_url(redis_server.url, socket_timeout=0.2, retry=None)
    client.set("a", "1")
    redis_server.pause()
    with pytest.raises(redis.TimeoutError):
        client.get("a")
    redis_server.resume()
    assert client.get("a") == b"1"


@pytest.mark.parametrize("kind", ["PostgresServer", "RedisServer"])
def test_a_server_does_not_outlive_a_killed_owner(kind: str):
    script = (
        f"import time; from tests.servers import {kind}; s = {kind}(); s.start();"
        "print(s.pid, s.folder, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        pid, folder = owner.stdout.readline().decode().split()
        assert psutil.pid_exists(int(pid))
        os.kill(owner.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while (psutil.pid_exists(int(pid)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()
