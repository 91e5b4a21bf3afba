"""How a request to a declared call runs: key, query, ids, body, use case, answer; in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, request
from flask.globals import request_ctx

from loyalty_engine.api.allowance import Allowance, told
from loyalty_engine.api.call import Call
from loyalty_engine.api.errors import Refused
from loyalty_engine.api.keys import Client
from loyalty_engine.api.paths import read_path
from loyalty_engine.api.reading import read_idempotency_key, read_query
from loyalty_engine.api.service import Service, service
from loyalty_engine.domain.errors import LoyaltyError, Unavailable
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.idempotency import answered_before

View = Callable[..., Answer]
OpenView = Callable[[Service], Response]
Environ = dict[str, Any]

LEFT = "loyalty.left"
"""Set once the request is counted against what its key may make: the header that tells of it."""


class _Page(msgspec.Struct):
    """The part of a list's body that is looked at here."""

    next: str | None = None


_page = msgspec.json.Decoder(_Page).decode


@dataclass(slots=True)
class Ask:
    """One request, read and allowed. `headers` go out with the answer."""

    service: Service
    caller: Caller
    told: Any = None
    query: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        """What the use cases work with."""
        return self.service.engine

    def link_next(self, answer: Answer, path: str, limit: int) -> None:
        """Name the page after this one, as its body does by a cursor in `next`."""
        cursor = _page(answer.body).next
        if cursor is not None:
            query = urlencode({"after": cursor, "limit": limit})
            self.headers["Link"] = f'<{path}?{query}>; rel="next"'


def runner(call: Call, view: View) -> Callable[..., Response]:
    """What Flask calls for a request to `call`."""
    name = f"{call.method} {call.route}"
    takes, query, scope, key = call.takes, call.query, call.scope, call.key.value
    route = call.route

    def run(**ids: str) -> Response:
        here = service()
        asking = request_ctx.request  # once: each use of the proxy `request` costs
        environ = asking.environ
        environ["loyalty.route"] = route
        client = allowed(here, environ, scope)
        repeats = read_key(key, environ)
        asked = read_query(query, asking.query_string)
        names = read_path(ids) if ids else []
        body = None if takes is None else takes.read(asking, here.settings)
        print_of = b"" if repeats is None else fingerprint([name, names, body])
        now, detailed = here.clock.now(), client.may("vouchers:details")
        caller = Caller(client.program, client.id, now, repeats, print_of, detailed)
        ask = Ask(here, caller, body, asked)
        try:
            answer = view(ask, *names)
        except LoyaltyError as refusal:
            before = (
                None if isinstance(refusal, Unavailable) else answered_before(here.engine, caller)
            )
            if before is None:
                raise
            answer = before
        return respond(answer, ask.headers)

    return run


def open_runner(route: str, view: OpenView) -> Callable[[], Response]:
    """What Flask calls for a request that needs no key."""

    def run() -> Response:
        request.environ["loyalty.route"] = route
        read_query(None, request.query_string)
        return view(service())

    return run


def allowed(here: Service, environ: Environ, scope: str) -> Client:
    """Who asks, if the key is right and may do this. Raises Refused."""
    header = environ.get("HTTP_AUTHORIZATION")
    if header is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="loyalty"'}
        raise Refused(401, "key_missing", "No API key was sent.", headers=challenge)
    client = here.keys.client(header)
    if client is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="loyalty", error="invalid_token"'}
        raise Refused(401, "key_refused", "The API key is not valid.", headers=challenge)
    environ["loyalty.program"] = client.program
    if here.allowance is not None and LEFT not in environ:
        count(here.allowance, environ, client)
    if not client.may(scope):
        raise Refused(403, "scope_missing", f"The API key does not have the scope {scope}.")
    return client


def count(allowance: Allowance, environ: Environ, client: Client) -> None:
    """Count a request against what its key may make. Raises Refused when that is too many."""
    taken = allowance.take(client.id)
    environ[LEFT] = told(taken)
    if not taken.allowed:
        detail = f"This key may make {allowance.rate} requests a second."
        wait = {"Retry-After": str(taken.wait)}
        raise Refused(429, "too_many_requests", detail, headers=wait)


def read_key(need: str, environ: Environ) -> str | None:
    """The Idempotency-Key. Raises Refused when it is missing where it must be there."""
    if need == "none":
        return None
    told = read_idempotency_key(environ.get("HTTP_IDEMPOTENCY_KEY"))
    if told is None and need == "required":
        detail = "Nothing in this request tells a repetition from a second wish; name a key."
        raise Refused(400, "idempotency_key_required", detail)
    return told


def respond(answer: Answer, headers: Mapping[str, str]) -> Response:
    """An answer of a use case as a response."""
    response = Response(answer.body, answer.status, headers, mimetype=answer.media_type)
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response
