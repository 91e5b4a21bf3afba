"""What every request passes before and after Flask; and the balance look-up, which ends here.

A balance that Redis holds needs a key check, one GET and the bytes: what Flask would add (routing,
contexts, response objects) costs more than all of that. Whatever is not such a hit goes on to
Flask, where the same call is declared and documented as any other.
"""

import re
from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import Any

import structlog

from loyalty_engine.api.errors import Refused
from loyalty_engine.api.paths import keep_slashes
from loyalty_engine.api.running import LEFT, count
from loyalty_engine.api.service import Service

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

MISSED = "loyalty.missed"
"""Set where Redis was asked for the balance already."""
BALANCE = "/v1/members/{member}/balance"
UNMATCHED = "unmatched"
SECURITY: Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]
_START, _END = "/v1/members/", "/balance"
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}


class Front:
    """The outermost part of the application."""

    def __init__(self, app: App, service: Service) -> None:
        self._app = app
        self._balances = service.balances
        self._keys = service.keys
        self._allowance = service.allowance
        self._now = service.clock.monotonic
        self._metrics = service.metrics
        self._log = structlog.get_logger("loyalty.requests")
        self._logs = service.settings.log_requests

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = self._now()
        name = _request_id(environ)
        body = self._hit(environ)
        if body is not None:
            headers = [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                *SECURITY,
                ("X-Request-Id", name),
                *self._left(environ),
            ]
            start_response("200 OK", headers)
            self._note(environ, 200, began)
            return [body]
        return self._through(environ, start_response, began, name)

    def _hit(self, environ: Environ) -> bytes | None:
        """The balance asked for, when the key is known and Redis has it."""
        path: str = environ["PATH_INFO"]
        if not path.endswith(_END) or environ["REQUEST_METHOD"] != "GET":
            return None
        if not path.startswith(_START) or environ.get("QUERY_STRING") or not path.isascii():
            return None
        member = path[len(_START) : -len(_END)]
        client = self._keys.known_client(environ.get("HTTP_AUTHORIZATION", ""))
        if "/" in member or client is None or not client.may("members:read"):
            return None
        if self._allowance is not None:
            try:
                count(self._allowance, environ, client)
            except Refused:
                del environ[LEFT]  # what answers such a request is not a hit
                return None
        found = self._balances.get(client.program, member)
        if found is None:
            environ[MISSED] = True
            return None
        environ["loyalty.route"] = BALANCE
        environ["loyalty.program"] = client.program
        return found.body

    def _through(
        self, environ: Environ, start_response: Callable[..., Any], began: float, name: str
    ) -> Iterable[bytes]:
        environ["loyalty.request_id"] = name
        keep_slashes(environ)
        status = 500

        def start(line: str, headers: Headers, *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            told = {header.lower() for header, _ in headers}
            headers = [*headers, *(it for it in SECURITY if it[0].lower() not in told)]
            headers += self._left(environ)
            return start_response(line, [*headers, ("X-Request-Id", name)], *rest)

        try:
            return self._app(environ, start)
        finally:
            self._note(environ, status, began)

    def _left(self, environ: Environ) -> Headers:
        """How much more the key may ask, where that is limited."""
        if self._allowance is None or LEFT not in environ:
            return []
        return [("RateLimit-Policy", self._allowance.policy), ("RateLimit", environ[LEFT])]

    def _note(self, environ: Environ, status: int, began: float) -> None:
        route = environ.get("loyalty.route", UNMATCHED)
        method = environ["REQUEST_METHOD"]
        if method not in _METHODS:
            method = "other"
        ended = self._now()
        self._metrics.note(route, method, status, began, ended)
        if not self._logs:
            return
        event = {
            "route": route,
            "method": method,
            "status": status,
            "ms": round((ended - began) * 1000, 3),
            "program": environ.get("loyalty.program"),
            "request": environ["loyalty.request_id"],
        }
        if "loyalty.code" in environ:
            event["code"] = environ["loyalty.code"]
        self._log.info("request", **event)


def _request_id(environ: Environ) -> str:
    """The caller's own name for the request if it is a decent one, else a new one."""
    told = environ.get("HTTP_X_REQUEST_ID")
    name: str = told if told and _REQUEST_ID.fullmatch(told) else token_hex(8)
    environ["loyalty.request_id"] = name
    return name
