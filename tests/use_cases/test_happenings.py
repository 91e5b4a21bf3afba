"""Events that are no purchases: decided once, limited, taken back, and no visit."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.requests import EventRequest, MemberProfile
from loyalty_engine.storage.sql.integrity.proof import verify
from loyalty_engine.storage.sql.outbox import Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues
from loyalty_engine.use_cases.explanations.explain_purchase import comes_out_the_same
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event, explain_event, show_event
from loyalty_engine.use_cases.happenings.record_event import record_event
from loyalty_engine.use_cases.happenings.survey_results import show_survey_results
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.points.list_entries import list_entries
from tests.shop import BASE, PROGRAM, Shop, line, read

EVENTS = """
events:
  review_written:
    purpose: others read it
    data:
      stars: {type: integer, min: 1, max: 5}
      weight: {type: decimal, min: -1.5, max: 2.5, required: no}
      topic: {type: text, one_of: [goods, staff], required: no}
  trust_survey:
    title: {en: Trust, fr: Confiance}
    purpose: we listen
    data:
      c1: {type: integer, min: 1, max: 7, factor: credibility, required: no}
      c2: {type: integer, min: 1, max: 7, factor: credibility, required: no}
      c3: {type: integer, min: 1, max: 7, factor: credibility, required: no, reversed: yes}
      b1: {type: integer, min: 1, max: 7, factor: benevolence, required: no}
"""
REVIEW = """
rule: review
lane: bonus
when: [event_is: review_written]
then: [earn_points: 20, show_message: Thank you]
limits: [{points: 50, per: member, period: year}]
"""
PRAISE = """
rule: praise
lane: bonus
when: [event_value: {field: stars, at_least: 4}]
then: [earn_points: 5]
"""
VISITS = """
tiers:
  - tier: base
  - tier: seen
    needs: {visits: 1}
"""


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE, REVIEW, PRAISE, program=PROGRAM + EVENTS, tiers=VISITS)
    shop.enrol()
    return shop


def tell(shop: Shop, id: str = "R-1", kind: str = "review_written", **data: Any) -> dict[str, Any]:
    member = data.pop("member", "ada")
    told = EventRequest(id, kind, member, data.pop("at", shop.now), data)
    return read(record_event(shop.engine, shop.caller(), told))


def cancel(shop: Shop, id: str = "R-1") -> dict[str, Any]:
    return read(cancel_event(shop.engine, shop.fresh(), id, shop.now))


def proven(shop: Shop) -> None:
    assert not verify(shop.storage, "shop").findings


def test_a_review_gives_points_once(shop: Shop):
    receipt = tell(shop, stars=5)
    assert receipt["points"] == {"points": {"granted": 25, "pending": 0, "desired": 25}}
    assert (receipt["event"], receipt["kind"]) == ("R-1", "review_written")
    assert [row["text"] for row in receipt["messages"]] == ["Thank you"]
    assert {row["rule"] for row in receipt["rules"]} == {"review", "praise"}
    assert "lines" not in receipt
    assert tell(shop, stars=5) == receipt
    with pytest.raises(Conflict, match="another content"):
        tell(shop, stars=4)
    assert shop.points() == 25
    proven(shop)


def test_it_is_no_visit_and_no_purchase(shop: Shop):
    tell(shop, stars=3)
    shop.later(days=1)
    receipt = shop.buy("T-1", [line("a", 1000)])
    assert receipt["tier"] == {"before": "base", "after": "seen"}
    assert {row["rule"] for row in receipt["rules"]} == {"base"}
    proven(shop)


def test_a_purchase_may_have_the_same_id(shop: Shop):
    tell(shop, "X-1", stars=3)
    shop.buy("X-1", [line("a", 1000)])
    cancel(shop, "X-1")
    assert shop.points() == 10
    proven(shop)


def test_cancelling_takes_back_points_and_gives_back_room(shop: Shop):
    for number in range(3):
        tell(shop, f"R-{number}", stars=1)
    assert shop.points() == 50
    undone = cancel(shop, "R-2")
    assert undone["points_taken"] == {"points": 10}
    assert undone["state"] == "cancelled"
    cancel(shop, "R-0")
    assert shop.points() == 20
    assert tell(shop, "R-4", stars=1)["points"]["points"]["granted"] == 20
    with pytest.raises(Conflict) as refused:
        cancel(shop, "R-0")
    assert refused.value.code == "event_cancelled"
    proven(shop)


def test_points_spent_meanwhile_are_owed(shop: Shop):
    tell(shop, stars=5)
    shop.later(hours=1)
    shop.buy("T-1", [line("a", 25)], spend={"points": 25})
    cancel(shop)
    assert shop.points() == -25
    proven(shop)


def test_it_is_decided_again_to_the_byte_and_explained(shop: Shop):
    tell(shop, stars=3)
    assert comes_out_the_same(shop.engine, shop.caller(), "event R-1")
    told = read(explain_event(shop.engine, shop.caller(), "R-1"))
    assert told["same"]
    assert [(row["rule"], row["status"]) for row in told["rules"]] == [
        ("praise", "not_met"), ("review", "applied"),
    ]  # fmt: skip


def test_it_is_shown_with_what_is_left(shop: Shop):
    tell(shop, stars=3, weight="0.5")
    shown = read(show_event(shop.engine, shop.caller(), "R-1"))
    assert shown["data"] == {"stars": 3, "weight": "0.5"}
    assert (shown["state"], shown["points_left"]) == ("recorded", {"points": 20})
    (entry,) = read(list_entries(shop.engine, shop.caller(), "ada", None, 10))["entries"]
    assert (entry["event"], entry["purchase"]) == ("R-1", None)
    with pytest.raises(NotFound):
        show_event(shop.engine, shop.caller(), "R-2")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"kind": "shouted"}, "event_kind_unknown"),
        ({}, "event_data_invalid"),
        ({"stars": 6}, "event_data_invalid"),
        ({"stars": 0}, "event_data_invalid"),
        ({"stars": "5"}, "event_data_invalid"),
        ({"stars": True}, "event_data_invalid"),
        ({"stars": 5, "weight": "-1.51"}, "event_data_invalid"),
        ({"stars": 5, "topic": "price"}, "event_data_invalid"),
        ({"stars": 5, "name": "Ada"}, "event_data_invalid"),
        ({"stars": 5, "member": "bob"}, "member_unknown"),
        ({"stars": 5, "member": "cid"}, "member_left"),
    ],
)
def test_what_is_not_declared_is_refused(shop: Shop, told: dict[str, Any], code: str):
    shop.enrol("cid")
    enrol_member(shop.engine, shop.caller(), "cid", MemberProfile(status="left"))
    with pytest.raises(InvalidRequest) as refused:
        tell(shop, **told)
    assert refused.value.code == code


@pytest.mark.parametrize("by", [timedelta(minutes=11), timedelta(days=-401)])
def test_it_is_not_too_early_nor_too_late(shop: Shop, by: timedelta):
    with pytest.raises(InvalidRequest):
        tell(shop, stars=5, at=shop.now + by)


def test_a_frozen_members_points_wait(shop: Shop):
    enrol_member(shop.engine, shop.caller(), "ada", MemberProfile(status="frozen"))
    receipt = tell(shop, stars=3)
    assert receipt["points"]["points"] == {"granted": 20, "pending": 20, "desired": 20}
    assert [flag["code"] for flag in receipt["flags"]] == ["member_frozen"]


def survey(shop: Shop, **asked: Any) -> dict[str, Any]:
    return read(show_survey_results(shop.engine, shop.caller(), "trust_survey", **asked))


def test_results_by_month_and_tier_reverse_what_is_worded_negatively(shop: Shop):
    # Ada, base: (6 + 7 + (8 - 2)) / 3 = 19/3; benevolence 5. Bob, seen: (4 + (8 - 7)) / 2 = 2.5.
    # In April Ada once more: 7. In all: (19/3 + 5/2 + 7) / 3 = 5.2777... and 5.
    tell(shop, "S-1", "trust_survey", c1=6, c2=7, c3=2, b1=5)
    shop.enrol("bob")
    shop.buy("T-1", [line("a", 1000)], member="bob")
    shop.later(days=1)
    tell(shop, "S-2", "trust_survey", member="bob", c1=4, c3=7)
    tell(shop, "S-3", "trust_survey", member="bob", c1=1, c2=1, c3=7)
    cancel(shop, "S-3")
    shop.later(days=30)
    tell(shop, "S-4", "trust_survey", c1=7)
    told = survey(shop, by="tier")
    assert told["title"] == "Trust"
    assert told["rows"] == [
        {
            "month": "2026-03", "segment": "base", "answers": 1,
            "factors": {
                "credibility": {"answers": 1, "mean": "6.33"},
                "benevolence": {"answers": 1, "mean": "5.00"},
            },
        },
        {
            "month": "2026-03", "segment": "seen", "answers": 1,
            "factors": {"credibility": {"answers": 1, "mean": "2.50"}},
        },
        {
            "month": "2026-04", "segment": "base", "answers": 1,
            "factors": {"credibility": {"answers": 1, "mean": "7.00"}},
        },
    ]  # fmt: skip
    assert told["total"]["factors"]["credibility"] == {"answers": 3, "mean": "5.28"}
    assert survey(shop, since=date(2026, 4, 1))["total"]["answers"] == 1
    assert survey(shop, until=date(2026, 3, 31))["total"]["answers"] == 2


def test_no_results_of_what_is_no_survey(shop: Shop):
    with pytest.raises(NotFound):
        show_survey_results(shop.engine, shop.caller(), "review_written")
    with pytest.raises(InvalidRequest):
        survey(shop, by="shoe_size")


def test_what_happened_is_announced(shop: Shop):
    tell(shop, stars=5)
    cancel(shop)
    rows = announced(shop)
    assert [kind for kind, _ in rows if kind.startswith("event_")] == [
        "event_recorded", "event_cancelled",
    ]  # fmt: skip
    body = next(body for kind, body in rows if kind == "event_recorded")
    assert (body["event"], body["kind"], body["points"]) == (
        "R-1", "review_written", {"points": 25},
    )  # fmt: skip


def announced(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    now = shop.now + timedelta(days=999)
    for head in Outbox(shop.storage).claim_events("shop", "test", 100, 60, now):
        events = [head, *OutboxQueues(shop.storage).behind(head)]
        found += [(it.kind, json.loads(it.body)) for it in events]
    return found
