"""Errors: one shape, the right status, and never a wish to try again what can never work."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from loyalty_engine.api.app import all_calls
from loyalty_engine.api.calls import Call
from loyalty_engine.api.errors import Problem, problem_of
from loyalty_engine.api.refusals import KINDS, kind_of
from loyalty_engine.domain import errors
from loyalty_engine.domain.errors import InvalidRequest, LoyaltyError, TooMany, Unavailable
from loyalty_engine.storage import errors as storage_errors
from tests.api.service import Till, basket, line

ENGINE = Path(errors.__file__).parents[1]
CALLS = [call for calls in all_calls() for call in calls.declared]


def path_of(call: Call) -> str:
    return call.rule.replace("<id:", "").replace("<key:", "").replace(">", "")


def every(kind: type[LoyaltyError]) -> set[type[LoyaltyError]]:
    return {kind} | {below for it in kind.__subclasses__() for below in every(it)}


@pytest.mark.parametrize("kind", sorted(every(LoyaltyError), key=lambda it: it.__name__))
def test_every_refusal_has_a_permanent_status_or_says_when_to_come_again(kind: type[LoyaltyError]):
    problem = problem_of(kind("what is wrong"), writes=True)
    if issubclass(kind, Unavailable):
        assert problem.status == 503
        assert problem.headers["Retry-After"]
    elif issubclass(kind, TooMany):
        assert problem.status == 429
    else:
        assert 400 <= problem.status < 500
        assert problem.status != 429
    assert problem.code == kind.code
    assert problem.effect == "none"


def test_a_refusal_carries_its_figures_place_and_effect():
    error = InvalidRequest("too much", code="too_much", pointer="/points", asked=5, effect="none")
    told = problem_of(error, writes=True).as_json()
    assert told["errors"] == [{"detail": "too much", "pointer": "/points"}]
    assert (told["values"], told["code"]) == ({"asked": 5}, "too_much")
    assert told["type"] == "/problems/invalid_request"  # explained in general terms
    lost = storage_errors.DatabaseUnavailable("gone while committing", effect="unknown")
    assert problem_of(lost, writes=True).effect == "unknown"
    busy = errors.Conflict("a twin is on its way", retry_after=2)
    assert problem_of(busy, writes=True).headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    "fault", [RuntimeError("x"), AssertionError("x"), MemoryError(), OSError()]
)
def test_what_breaks_is_500_and_says_what_is_known_of_the_effect(fault: Exception):
    assert problem_of(fault, writes=True).effect == "unknown"
    assert problem_of(fault, writes=False).effect == "none"
    assert problem_of(fault, writes=True).status == 500


def test_faults_are_not_told_to_strangers(
    app: Flask, till: Till, logged: Callable[[], list[dict[str, Any]]], monkeypatch: Any
):
    def explode(*_: object) -> None:
        raise RuntimeError("ada@example.org has the secret lk_abc")

    monkeypatch.setattr("loyalty_engine.api.routes.members.show_member", explode)
    answer = till.get("/v1/members/ada", headers={"X-Request-Id": "till-7.19"})
    assert answer.status_code == 500
    assert "ada" not in answer.text
    assert answer.json["instance"] == "urn:request:till-7.19"
    entry = next(it for it in logged() if it["event"] == "request_failed")
    assert entry["error"] == "RuntimeError"
    assert any("members.py" in place for place in entry["trace"])
    assert "ada" not in str(entry)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.rule}")
def test_every_call_needs_a_key_the_right_scope_and_a_body_it_can_read(
    app: Flask, parts: Any, call: Call
):
    from tests.api.service import give_key

    path = path_of(call)
    nobody = Till(app, None).send(call.method, path)
    assert (nobody.status_code, nobody.json["code"]) == (401, "key_missing")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = Till(app, "lk_abcd_" + "0" * 64).send(call.method, path)
    assert (wrong.status_code, wrong.json["code"]) == (401, "key_refused")
    others = [scope for scope in ("members:read", "quotes") if scope != call.scope]
    stranger = Till(app, give_key(parts, "shop", *others)).send(call.method, path)
    assert (stranger.status_code, stranger.json["code"]) == (403, "scope_missing")
    assert call.scope in stranger.json["detail"]
    if call.takes is not None:
        till = Till(app, give_key(parts, "shop", call.scope))
        headers = {"Idempotency-Key": "k"}
        broken = till.send(call.method, path, b"{", headers=headers)
        assert (broken.status_code, broken.json["code"]) == (400, "malformed_json")
        listed = till.send(call.method, path, [], headers=headers)
        assert (listed.status_code, listed.json["errors"][0]["pointer"]) == (422, "")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.rule}")
def test_no_call_takes_a_parameter_it_does_not_know(till: Till, call: Call):
    headers = {"Idempotency-Key": "k"}
    answer = till.send(call.method, path_of(call) + "?colour=blue", headers=headers)
    assert answer.status_code == 422
    assert {"detail", "parameter"} == set(answer.json["errors"][0])


@pytest.mark.parametrize("query", ["&&=", "a=1&a=2", "a=%FF"])
def test_no_call_takes_a_query_that_cannot_be_read(till: Till, query: str):
    for call in CALLS:
        headers = {"Idempotency-Key": "k"}
        answer = till.send(call.method, f"{path_of(call)}?{query}", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (400, "malformed_request")


def test_faults_of_parameters_are_told_as_such(till: Till):
    till.enrol()
    for path, parameter, code in (
        ("/v1/rules/budgets?language=tlh", "language", "language_unknown"),
        ("/v1/members/ada/entries?after=x", "after", "cursor_invalid"),
        ("/v1/integrity?after=x", "after", "cursor_invalid"),
        ("/v1/vouchers/x/image", "code", "code_malformed"),
    ):
        answer = till.get(path)
        assert (answer.status_code, answer.json["code"]) == (422, code)
        assert [it["parameter"] for it in answer.json["errors"]] == [parameter]


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v2/members/ada", "/v1/members/", "/v1/members/ada/", "/v1/members//balance",
     "/v1//members/ada", "/v1/members/ada/offers", "/openapi.yaml", "/problems/nothing",
     "/static/x", "/v1/purchases/T-1/returns", "/.env", "/v1/members/ada/balance/x"],
)  # fmt: skip
def test_nothing_else_is_served(till: Till, path: str):
    answer = till.get(path)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_the_service_may_be_mounted_below_a_path(till: Till):
    till.enrol("a%2Fb")
    answer = till.client.get(
        "/v1/members/a%2Fb",
        environ_overrides={"SCRIPT_NAME": "/loyalty", "RAW_URI": "/loyalty/v1/members/a%2Fb"},
        headers={"Authorization": f"Bearer {till.key}"},
    )
    assert answer.json["member"] == "a/b"


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "DELETE", "BREW"])
def test_other_methods_are_refused_and_the_right_ones_named(till: Till, method: str):
    answer = till.send(method, "/v1/members/ada")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT"}


def test_head_answers_as_get_without_the_body(till: Till):
    till.enrol()
    for path in ("/v1/members/ada", "/v1/members/ada/balance", "/healthz"):
        answer = till.client.head(path, headers={"Authorization": f"Bearer {till.key}"})
        assert (answer.status_code, answer.data) == (200, b"")


def test_one_answer_tells_everything_that_is_wrong(till: Till):
    told = basket({"id": "1", "sku": "", "quantity": 0, "unit_price": -1}, currency="eur", colour=1)
    answer = till.put("/v1/purchases/T-1", told)
    assert {it["pointer"] for it in answer.json["errors"]} == {
        "/lines/0/sku",
        "/lines/0/quantity",
        "/lines/0/unit_price",
        "/currency",
        "/colour",
    }


def test_pointers_are_escaped_and_lists_of_faults_end(till: Till):
    answer = till.put("/v1/purchases/T-1", basket(**{"a/b~c": 1}))
    assert answer.json["errors"][0]["pointer"] == "/a~1b~0c"
    till.enrol()
    for name, body in (("spend", {"gold/a~b": 1}), ("attributes", {"gold/a~b": 1})):
        path = "/v1/members/ada" if name == "attributes" else "/v1/purchases/T-1"
        told = {name: body} if name == "attributes" else basket(**{name: body})
        assert till.put(path, told).json["errors"][0]["pointer"] == f"/{name}/gold~1a~0b"
    many = till.put("/v1/purchases/T-1", basket(**{f"x{n}": n for n in range(500)}))
    assert len(many.json["errors"]) == 50
    assert len(many.data) < 20_000


def test_pointers_lead_to_parts_that_are_looked_at_by_themselves(till: Till):
    till.enrol()
    till.buy("T-1", line())
    back = {
        "occurred_at": "2026-03-05T10:10:00+01:00",
        "lines": [{"line": "1", "quantity": 1}],
        "exchange": {"purchase": "T-2", **basket(spend={"gold": 1})},
    }
    refused = till.put("/v1/purchases/T-1/returns/R-1", back)
    assert refused.json["errors"][0]["pointer"] == "/exchange/spend/gold"
    back["exchange"] = {"purchase": "T-2", **basket(member="bob")}
    refused = till.put("/v1/purchases/T-1/returns/R-1", back)
    assert refused.json["errors"][0]["pointer"] == "/exchange/member"
    supposed = basket(suppose={"attributes": {"colour": "blue"}})
    refused = till.send("POST", "/v1/rules/explain", supposed)
    assert refused.json["errors"][0]["pointer"] == "/suppose/attributes/colour"


def codes_in(room: str) -> set[str]:
    """Every literal `code="..."` in a part of the engine."""
    found: set[str] = set()
    for path in (ENGINE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "code":
                found |= {
                    it.value
                    for it in ast.walk(node.value)
                    if isinstance(it, ast.Constant) and isinstance(it.value, str)
                }
    return found


@pytest.mark.parametrize("room", ["use_cases", "plugin_host", "storage", "domain", "api"])
def test_every_code_of_a_refusal_is_explained(room: str):
    states = {f"purchase_{state}" for state in ("recorded", "returned", "cancelled", "claimed")}
    states |= {f"hold_{state}" for state in ("captured", "released", "lapsed")}
    missing = (codes_in(room) - {"purchase_", "hold_"} | states) - set(KINDS)
    assert not missing, f"Say what they mean in api/refusals/: {sorted(missing)}"


def test_every_code_of_the_service_is_explained(till: Till):
    for code, kind in KINDS.items():
        page = till.client.get(f"/problems/{code}")
        assert page.status_code == 200
        assert page.mimetype == "text/html"
        assert kind.title.replace("'", "&#39;") in page.text
        assert kind.title[0].isupper()
        assert not kind.title.endswith(".")
        assert kind.advice.endswith((".", "`."))
        assert f"/problems/{code}" in till.client.get("/problems").text


def test_a_code_of_a_plugins_own_is_explained_in_general_terms():
    assert kind_of("too_young").title == "Too young"
    assert Problem(403, "too_young", "x").as_json()["type"] == "/problems/forbidden"
