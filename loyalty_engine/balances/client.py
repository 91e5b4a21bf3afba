"""From a URL to connections that give up soon and never try twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import unquote, urlsplit

from redis.backoff import NoBackoff
from redis.connection import Connection, parse_url
from redis.retry import Retry
from redis.sentinel import Sentinel

TIMEOUT = 0.05
"""Seconds for connecting, and for each answer. The URL's query may set others."""

# The library's defaults retry for seconds, and greet a new connection with four round trips.
# Answers look the same in RESP2, which needs no greeting.
_DEFAULTS: dict[str, Any] = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
_FIXED: dict[str, Any] = {
    "decode_responses": False,
    "driver_info": None,
    "health_check_interval": 0,
    "protocol": 2,
    "retry": Retry(NoBackoff(), 0),
    "retry_on_error": [],
}
_POOL_ONLY = ("max_connections", "timeout")

NO_CLUSTER = (
    "Redis Cluster is not supported for balances: each shard can refuse writes by itself, so each"
    " would need a heartbeat of its own. Use one Redis, or redis+sentinel:// for a standby."
)


class Wire(Protocol):
    """The part of the library's Connection that is used."""

    def connect(self) -> None: ...

    def send_packed_command(self, command: list[bytes], check_health: bool = True) -> None: ...

    def read_response(self) -> Any: ...

    def disconnect(self) -> None: ...


Connect = Callable[[], Wire]
"""Makes a connection that is not open yet."""


def connector(url: str) -> Connect:
    """How to connect to `redis://`, `rediss://`, `unix://` or, for a master that Sentinel names,
    `redis+sentinel://[user:password@]host:port,host:port/service[/database]`.

    ValueError for anything else; the message never repeats the URL, which may hold a password.
    """
    scheme = url.partition(":")[0]
    if scheme == "redis+cluster":
        raise ValueError(NO_CLUSTER)
    try:
        return _through_sentinel(url) if scheme == "redis+sentinel" else _direct(url)
    except (ValueError, TypeError):
        raise ValueError("this is not a Redis URL: redis://[user:password@]host:port/0") from None


def _direct(url: str) -> Connect:
    asked = parse_url(url)  # type: ignore[no-untyped-call]
    for option in _POOL_ONLY:
        asked.pop(option, None)
    kind: type[Connection] = asked.pop("connection_class", Connection)
    settings = {**_DEFAULTS, **asked, **_FIXED}
    kind(**settings)  # an option that does not exist is refused now, not at the first look-up
    return lambda: cast("Wire", kind(**settings))


def _through_sentinel(url: str) -> Connect:
    parts = urlsplit(url)
    account, _, hosts = parts.netloc.rpartition("@")
    user, _, password = account.partition(":")
    service, _, database = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError("the path names the service")
    sentinels = [_address(host) for host in hosts.split(",")]
    settings = {**_DEFAULTS, **_FIXED, "db": int(database or 0)}
    if account:
        settings |= {"username": unquote(user) or None, "password": unquote(password)}
    watch = Sentinel(sentinels, sentinel_kwargs={**_DEFAULTS, **_FIXED})  # type: ignore[no-untyped-call]
    pool = watch.master_for(unquote(service), **settings).connection_pool  # type: ignore[no-untyped-call]
    return lambda: cast("Wire", pool.connection_class(**pool.connection_kwargs))


def _address(host: str) -> tuple[str, int]:
    name, _, port = host.rpartition(":")
    return (name.strip("[]"), int(port)) if name else (host, 26379)
