"""From whatever went wrong to an RFC 9457 problem: which status, which code, which effect.

A permanent error is never 5xx or 429, so that nobody repeats it for ever; an error that a
repetition may cure is never 4xx but 429. 4xx means that nothing was changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from loyalty_engine.api.refusals import KINDS, kind_of
from loyalty_engine.domain.errors import LoyaltyError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "1"
LONGEST_DETAIL = 1000
MOST_ERRORS = 50

# What werkzeug finds wrong before any code of ours runs.
_BY_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}

_GENERAL = {403: "forbidden", 404: "not_found", 409: "conflict", 503: "unavailable"}

log = structlog.get_logger(__name__)
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `pointer` is a JSON pointer, or `parameter` names part of a query."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def as_json(self) -> dict[str, str]:
        place = {"pointer": self.pointer, "parameter": self.parameter}
        return {"detail": self.detail} | {key: it for key, it in place.items() if it is not None}


class Refused(Exception):
    """A refusal at the edge, before the engine is asked: nothing was changed."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is answered; `values` are the figures behind `detail`, for programs."""

    status: int
    code: str
    detail: str
    effect: str = "none"
    faults: Sequence[Fault] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def _explained(self) -> str:
        """The code that is explained at /problems; for a code of a plugin's, a general one."""
        return self.code if self.code in KINDS else _GENERAL.get(self.status, "invalid_request")

    def as_json(self, instance: str | None = None) -> dict[str, Any]:
        told: dict[str, Any] = {
            "type": f"/problems/{self._explained}",
            "title": kind_of(self.code).title,
            "status": self.status,
            "detail": self.detail[:LONGEST_DETAIL],
            "code": self.code,
            "effect": self.effect,
            "errors": [fault.as_json() for fault in self.faults[:MOST_ERRORS]],
        }
        if self.values:
            told["values"] = {name: _plain(value) for name, value in self.values.items()}
        if instance:
            told["instance"] = f"urn:request:{instance}"
        return told

    def response(self, instance: str | None = None) -> Response:
        answer = Response(encode(self.as_json(instance)), self.status, mimetype=MEDIA_TYPE)
        answer.headers.update(self.headers)
        return answer


def _plain(value: object) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


def problem_of(error: Exception, *, writes: bool) -> Problem:
    """What to answer to an error in a request that `writes` or only reads."""
    if isinstance(error, Refused):
        return Problem(
            error.status, error.code, error.detail, faults=error.faults, headers=error.headers
        )
    if isinstance(error, LoyaltyError):
        return _refusal(error)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return _http(error)
    detail = "The request was not finished because of a fault on our side."
    return Problem(500, "internal_error", detail, effect="unknown" if writes else "none")


def _refusal(error: LoyaltyError) -> Problem:
    values = dict(error.values)
    effect = str(values.pop("effect", "none"))
    wait = values.pop("retry_after", RETRY_AFTER if error.status == 503 else None)
    faults = [] if error.pointer is None else [Fault(error.detail, error.pointer)]
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return Problem(error.status, error.code, error.detail, effect, faults, values, headers)


def _http(error: HTTPException) -> Problem:
    status = error.code or 400
    kept = {"Allow", "Retry-After", "WWW-Authenticate", "Location"}
    headers = {name: value for name, value in error.get_response().headers if name in kept}
    detail = {
        404: "Nothing is served at this address.",
        405: f"This address does not take {request.method}.",
        413: "The body is larger than this call takes.",
    }.get(status, error.description or HTTPStatus(status).phrase)
    return Problem(status, _BY_STATUS.get(status, "malformed_request"), detail, headers=headers)


def placed(problem: Problem, parameters: Collection[str]) -> Problem:
    """The problem with faults at parameters of the path and the query told as such.

    The engine knows what it was asked and not how: it points to a name in any case.
    """
    faults = [
        Fault(it.detail, parameter=it.pointer[1:])
        if it.pointer and it.pointer[1:] in parameters
        else it
        for it in problem.faults
    ]
    return replace(problem, faults=faults)


def answer_problems(app: Flask) -> None:
    """Answer every error of the application with a problem."""

    def handle(error: Exception) -> Response:
        problem = problem_of(error, writes=request.method not in {"GET", "HEAD", "OPTIONS"})
        problem = placed(problem, {*request.args, *(request.view_args or ())})
        environ = request.environ
        if problem.status >= 500:
            # The traceback may quote what a member sent; the log is told where, not what.
            log.error("request_failed", error=type(error).__name__, exc_info=error)
        environ["loyalty.code"] = problem.code
        return problem.response(environ.get("loyalty.request_id"))

    app.register_error_handler(Exception, handle)
