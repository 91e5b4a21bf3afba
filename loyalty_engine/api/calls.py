"""How a call is declared, once: its path, scope, body, answers and refusals.

    calls = Calls("members", "Members, their balances and their tiers.")

    @calls.get("/v1/members/<id:member>", scope="members:read", gives={200: Member()}, refuses=[404])
    def get_member(ask: Ask, member: str) -> Answer: ...

The documentation goes through flask-smorest as by its own decorators; running goes the short way
of api.running.
"""

from collections.abc import Callable
from functools import update_wrapper
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from loyalty_engine.api.call import Call, Key
from loyalty_engine.api.reading import Body
from loyalty_engine.api.running import Ask, OpenView, View, open_runner, runner
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import KeyHeader
from loyalty_engine.use_cases.calling import Answer

__all__ = ["Answer", "Ask", "Body", "Call", "Calls", "Key"]


class OptionalKey(Shape):
    """The header of a write that may be sent again."""

    key = KeyHeader(
        data_key="Idempotency-Key",
        metadata={"description": "The same for each repetition of one intended effect."},
    )


class RequiredKey(Shape):
    """The header of a write that nothing else would recognise as sent again."""

    key = KeyHeader(
        data_key="Idempotency-Key",
        required=True,
        metadata={"description": "New for each intended effect, the same when repeating it."},
    )


REPLAYED = {
    "Idempotent-Replayed": {
        "description": "true when this is the answer given the first time.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}


class Calls(Blueprint):  # type: ignore[misc]
    """The calls about one kind of thing."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, description=description)
        self.declared: list[Call] = []

    def get(self, rule: str, **how: Any) -> Callable[[View], View]:
        """A call that changes nothing."""
        return self._declare(Call("GET", rule, Key.NONE, **how))

    def put(self, rule: str, **how: Any) -> Callable[[View], View]:
        """A write under an id of the caller's."""
        return self._declare(Call("PUT", rule, Key.OPTIONAL, **how))

    def delete(self, rule: str, **how: Any) -> Callable[[View], View]:
        """Letting go of something by its id, which may be done twice."""
        return self._declare(Call("DELETE", rule, Key.NONE, **how))

    def post(self, rule: str, *, key: Key = Key.REQUIRED, **how: Any) -> Callable[[View], View]:
        """A write without an id in its path, so with an Idempotency-Key unless told otherwise."""
        return self._declare(Call("POST", rule, key, **how))

    def open(
        self, rule: str, *, gives: Schema, media_type: str = "application/json"
    ) -> Callable[[OpenView], OpenView]:
        """A call that needs no key and reads nothing."""

        def declare(view: OpenView) -> OpenView:
            described = self.response(200, gives, content_type=media_type)(view)
            described = self.alt_response(503, HTTPStatus(503).name)(described)
            run = update_wrapper(open_runner(rule, view), self.doc(security=[])(described))
            self.route(rule)(run)
            return view

        return declare

    def _declare(self, call: Call) -> Callable[[View], View]:
        def declare(view: View) -> View:
            self.declared.append(call)
            # What the decorators note on the view they return is copied; that view never runs.
            run = update_wrapper(runner(call, view), self._described(call, view))
            self.route(call.rule, methods=[call.method])(run)
            return view

        return declare

    def _described(self, call: Call, view: View) -> Any:
        described: Any = view
        headers = None if call.key is Key.NONE else REPLAYED
        for status, schema in call.gives.items():
            for media in call.media or ("application/json",):
                described = self.response(
                    status, {} if call.media else schema, content_type=media, headers=headers
                )(described)
        for status in call.refusals:
            described = self.alt_response(status, HTTPStatus(status).name)(described)
        if call.takes is not None:
            described = self.arguments(
                call.takes.shape, required=not call.takes.optional, example=call.takes.example
            )(described)
        if call.query is not None:
            described = self.arguments(call.query, location="query")(described)
        if call.key is not Key.NONE:
            header = RequiredKey() if call.key is Key.REQUIRED else OptionalKey()
            described = self.arguments(header, location="headers")(described)
        return self.doc(security=[{"key": []}], **{"x-scope": call.scope})(described)
