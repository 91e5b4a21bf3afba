"""A real service in a process of its own, for as long as the demo wants it."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from loyalty_engine.cli.serve import CONFIGURATION
from loyalty_engine.cli.shared.errors import CANNOT_START, Stopped
from loyalty_engine.config import Settings

PATIENCE = 60.0
"""Seconds in which the service must be ready."""


@dataclass(slots=True)
class Service:
    """The process, and where it writes."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait(self, invite: Callable[[], None]) -> None:
        """Until it ends, or somebody presses Ctrl-C, which `invite` tells them they may."""
        try:
            invite()
            self.process.wait()
        except KeyboardInterrupt:
            click.echo("\nThe service ends.", err=True)

    def stop(self) -> None:
        """End it and wait until it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)


@contextmanager
def running_service(settings: Settings, host: str, port: int) -> Iterator[Service]:
    """A real service in a process of its own, ready to answer."""
    log = settings.home / "service.log"
    environment = os.environ | {
        "LOYALTY_BIND": f"{host}:{port}",
        "LOYALTY_MIGRATE": "no",
        "LOYALTY_SECRET": settings.secret or secrets.token_hex(16),
    }
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - a command of our own
            [sys.executable, "-m", "gunicorn", "-c", CONFIGURATION],
            env=environment, stdout=written, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    service = Service(process, log)
    try:
        _wait_until_ready(service, host, port)
        yield service
    finally:
        service.stop()


def _wait_until_ready(service: Service, host: str, port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if service.process.poll() is not None:
            break
        if _is_ready(host, port):
            return
        time.sleep(0.1)
    raise Stopped(f"The service does not come up; {service.log} says why.", CANNOT_START)


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_address(settings: Settings) -> tuple[str, int]:
    """Where LOYALTY_BIND says; any free port of this machine where that cannot be had."""
    host, _, port = settings.bind.rpartition(":")
    try:
        return _free(host, int(port))
    except (OSError, ValueError):
        return _free("127.0.0.1", 0)


def _free(host: str, port: int) -> tuple[str, int]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return host, int(probe.getsockname()[1])
