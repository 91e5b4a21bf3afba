"""The OpenAPI document is valid, complete and true, and so are its pages for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from loyalty_engine.api.app import all_calls, create_app
from loyalty_engine.api.calls import Call
from loyalty_engine.api.reading import Body
from loyalty_engine.api.values import MOST_QUANTITY
from loyalty_engine.clock import StoppedClock
from tests.api.service import NOW, Till, give_key, line, open_parts, settings_for

CALLS = [call for calls in all_calls() for call in calls.declared]


@pytest.fixture
def document(till: Till) -> dict[str, Any]:
    answer = till.client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    told: dict[str, Any] = json.loads(answer.data)
    return told


def test_the_document_is_valid(document: dict[str, Any]):
    validate(document)
    assert document["openapi"] == "3.1.0"


def test_every_call_is_in_the_document_with_its_scope_and_errors(document: dict[str, Any]):
    for call in CALLS:
        told = document["paths"][call.route][call.method.lower()]
        assert told["x-scope"] == call.scope
        assert told["security"] == [{"key": []}]
        assert told["summary"]
        assert set(told["responses"]) >= {str(status) for status in (*call.gives, *call.refusals)}
    for path in ("/healthz", "/readyz", "/metrics"):
        assert document["paths"][path]["get"]["security"] == []


def test_errors_are_documented_as_problems(document: dict[str, Any]):
    for name, response in document["components"]["responses"].items():
        assert list(response["content"]) == ["application/problem+json"], name
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}


def test_objects_say_what_they_are_and_refuse_what_they_do_not_know(document: dict[str, Any]):
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        assert schema["additionalProperties"] is False, name


def bounds_in(schema: Any, document: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, int]]:
    """Every upper bound of a number that a schema reaches, with the object it stands in."""
    if isinstance(schema, list):
        for each in schema:
            yield from bounds_in(each, document, seen)
    elif isinstance(schema, dict):
        name = schema.get("$ref", "").removeprefix("#/components/schemas/")
        if name and name not in seen:
            seen.add(name)
            yield from bounds_in(document["components"]["schemas"][name], document, seen)
        for key, each in schema.items():
            if key == "maximum":
                yield str(schema), each
            yield from bounds_in(each, document, seen)


def test_answers_may_tell_more_than_one_request_may_ask_for(document: dict[str, Any]):
    """Balances, receipts and what else adds up goes as far as JSON is exact."""
    for call in CALLS:
        told = document["paths"][call.route][call.method.lower()]["responses"]
        for status in map(str, call.gives):
            for where, most in bounds_in(told[status].get("content"), document, set()):
                assert most in (2**53 - 1, 599, 299, MOST_QUANTITY), (call.route, where)


def test_the_examples_are_taken(till: Till):
    for call in CALLS:
        if call.takes is not None:
            call.takes.load(json.dumps(call.takes.example).encode())


def test_an_example_that_is_wrong_would_be_noticed():
    body = next(call.takes for call in CALLS if isinstance(call.takes, Body))
    with pytest.raises(Exception, match="Unknown field"):
        body.load(json.dumps({**body.example, "colour": "blue"}).encode())


@pytest.mark.parametrize("path", ["/docs", "/problems", "/problems/conflict"])
def test_pages_need_nothing_from_elsewhere(till: Till, path: str):
    page = till.client.get(path)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "script" not in page.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert till.client.get("/style.css").mimetype == "text/css"


def test_the_page_of_calls_names_each_call_and_object(till: Till, document: dict[str, Any]):
    page = till.client.get("/docs").text
    for call in CALLS:
        assert f"<b>{call.method}</b> {call.route}" in page
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))


load_all_checks()
LEFT_OUT = {
    # What the document forbids is refused; what it allows may still be refused for reasons that it
    # cannot say: an unknown member, another currency, a format character in an id.
    "positive_data_acceptance",
    # A member is enrolled by PUT, and whatever id is asked for may have been enrolled before.
    "ensure_resource_availability",
    "use_after_free",
}
CHECKED = [it for it in CHECKS.get_all() if it.__name__ not in LEFT_OUT]


@pytest.fixture(scope="module")
def busy_till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """A till of a shop in which all these requests leave what they leave."""
    parts = open_parts(settings_for(tmp_path_factory.mktemp("shop")), StoppedClock(NOW))
    till = Till(create_app(parts), give_key(parts))
    till.enrol("ada", identifiers=[{"kind": "card", "value": "1"}])
    till.buy("T-1", line("1"))
    yield till
    parts.storage.close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.route}")
def test_what_the_document_allows_or_forbids_is_answered_as_it_says(
    busy_till: Till, call: Call, mode: GenerationMode
):
    """Requests made from the document, right ones and wrong ones."""
    served = schemathesis.openapi.from_wsgi("/openapi.json", busy_till.app)
    operation = served[call.route][call.method]

    @settings(
        max_examples=10,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        headers = {"Authorization": f"Bearer {busy_till.key}"}
        case.call_and_validate(headers=headers, checks=CHECKED)

    try:
        send()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing can be wrong with such a request
