"""The service under gunicorn: several processes, broken HTTP, requests that hang, and its end."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from loyalty_engine.bootstrap import bootstrap
from tests.api.service import give_key, settings_for
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds until something that should come is given up; the machine may be busy."""

HANGING = """
import threading

def app(environ, start_response):
    if environ["PATH_INFO"] == "/hang":
        threading.Event().wait()
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""

SMUGGLED = (
    b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
)


class Server:
    """A gunicorn of this test's own."""

    def __init__(self, *arguments: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = folder / "gunicorn.log"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOYALTY_")}
        environment |= {"LOYALTY_BIND": f"127.0.0.1:{self.port}", "PYTHONPATH": str(ROOT)}
        environment |= {f"LOYALTY_{name.upper()}": value for name, value in settings.items()}
        environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
        bind = [] if settings else ["-b", f"127.0.0.1:{self.port}"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("gunicorn"), *arguments, *bind],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()

    def answers(self, path: str) -> bool:
        try:
            status, _, _ = self.ask("GET", path)
        except (OSError, http.client.HTTPException):
            return False
        return bool(status == 200)

    def say(self, request: bytes, *, end: bool = False) -> bytes:
        """Bytes to the socket, perhaps the last ones ever, and all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as wire:
            wire.sendall(request)
            if end:
                wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65536), b""))

    def close(self) -> None:
        family = [self.process, *psutil.Process(self.process.pid).children(recursive=True)] if (
            self.process.poll() is None
        ) else []  # fmt: skip
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                member.kill()
        self.process.wait()


def wait_until(what: Callable[[], bool], server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The service as `loyalty serve` runs it: two processes, an embedded database."""
    server = Server(
        "-c",
        "python:loyalty_engine.api.gunicorn_conf",
        folder=tmp_path,
        home=str(tmp_path),
        rules=str(ROOT / "rules"),
        workers="2",
    )
    wait_until(lambda: server.answers("/readyz"), server)
    yield server
    server.close()


def test_the_service_runs_in_several_processes(server: Server, tmp_path: Path):
    key = give_key(bootstrap(settings_for(tmp_path)), "grocer")
    headers = {"Authorization": f"Bearer {key}", "Content_Type": "application/json"}
    for number in range(20):
        status, _, _ = server.ask("PUT", f"/v1/members/m{number}", b"{}", **headers)
        assert status == 201
        assert server.answers("/healthz")
    page = server.ask("GET", "/metrics")[2].decode()
    counted = [it for it in page.splitlines() if "requests_total" in it and "members" in it]
    assert [float(it.split()[-1]) for it in counted] == [20.0]
    status, told, body = server.ask("GET", "/v1/members/m1/balance", **headers)
    assert (status, json.loads(body)["member"]) == (200, "m1")
    assert told["Connection"] == "keep-alive"
    entries = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert sum(it["event"] == "request" for it in entries) >= 40


def test_what_is_no_http_is_answered_as_a_problem(server: Server):
    for request, status in (
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n", 400),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 60 + b"\r\n", 431),
        (SMUGGLED, 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nSCRIPT_NAME: /y\r\nConnection: close\r\n\r\n", 404),
    ):
        head, _, body = server.say(request).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), head
        assert b"application/problem+json" in head
        assert json.loads(body)["code"] in ("malformed_request", "not_found")


def test_a_broken_upload_is_the_callers_fault(server: Server, tmp_path: Path):
    key = give_key(bootstrap(settings_for(tmp_path)), "grocer")
    head = (
        f"PUT /v1/members/a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        "Connection: close\r\n\r\n"
    ).encode()
    answer = server.say(head + b"zz\r\n{}\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert server.say(head + b"2\r\n{}\r\n0\r\n\r\n").startswith(b"HTTP/1.1 201 ")
    whole = head.replace(b"Transfer-Encoding: chunked", b"Content-Length: 9")
    answer = server.say(whole + b"{}", end=True)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"ended after 2 of 9 bytes" in answer
    long = b"100001\r\n{" + b" " * 0xFFFFF + b"}\r\n0\r\n\r\n"
    just = b"100000\r\n{" + b" " * 0xFFFFE + b"}\r\n0\r\n\r\n"
    assert server.say(head + just).startswith(b"HTTP/1.1 200 ")
    assert server.say(head + long).startswith(b"HTTP/1.1 413 ")
    then = b"100000\r\n{" + b" " * 0xFFFFE + b"}\r\n2\r\n{}\r\n0\r\n\r\n"
    assert server.say(head + then).startswith(b"HTTP/1.1 413 ")


def test_a_stopped_service_ends_with_its_workers(server: Server):
    master = psutil.Process(server.process.pid)
    wait_until(lambda: len(master.children()) == 2, server)
    workers = master.children()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    assert psutil.wait_procs(workers, PATIENCE)[1] == []


def test_workers_end_when_their_master_is_killed(server: Server):
    workers = psutil.Process(server.process.pid).children(recursive=True)
    server.process.kill()
    assert psutil.wait_procs(workers, PATIENCE)[1] == []


def test_requests_that_hang_do_not_take_the_service_down(tmp_path: Path):
    (tmp_path / "hanging.py").write_text(HANGING)
    server = Server(
        *("-k", "loyalty_engine.api.gunicorn_worker.WatchedWorker", "--no-control-socket"),
        *("-w", "1", "--threads", "2", "--timeout", "2", "--graceful-timeout", "1"),
        "hanging:app",
        folder=tmp_path,
    )
    try:
        wait_until(lambda: server.answers("/"), server)
        first = psutil.Process(server.process.pid).children()[0]
        stuck = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2)]
        for wire in stuck:
            wire.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: not first.is_running(), server)
        wait_until(lambda: server.answers("/"), server)
        for wire in stuck:
            wire.close()
    finally:
        server.close()


def test_whoever_sends_slowly_is_not_waited_for_and_ends_no_worker(tmp_path: Path):
    """Callers that hold every thread: with half a head, half a body, half a chunk."""
    (tmp_path / "hanging.py").write_text(HANGING)
    server = Server(
        *("-k", "loyalty_engine.api.gunicorn_worker.WatchedWorker", "--no-control-socket"),
        *("-w", "1", "--threads", "3", "--timeout", "4", "--graceful-timeout", "1"),
        "hanging:app",
        folder=tmp_path,
    )
    put = b"PUT / HTTP/1.1\r\nHost: x\r\n"
    try:
        wait_until(lambda: server.answers("/"), server)
        first = psutil.Process(server.process.pid).children()
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
        slow[0].sendall(put[:-2])
        slow[1].sendall(put + b"Content-Length: 9\r\n\r\n{}")
        slow[2].sendall(put + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{}")
        assert server.ask("GET", "/")[0] == 200
        assert psutil.Process(server.process.pid).children() == first
        for wire in slow:
            wire.settimeout(PATIENCE)
            assert b"HTTP/1.1 500" not in wire.recv(65536)
            wire.close()
    finally:
        server.close()
