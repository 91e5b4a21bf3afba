"""`loyalty surveys`: the results of the ready-made surveys, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.opening import caller
from loyalty_engine.domain.requests import EventRequest, MemberProfile
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event
from loyalty_engine.use_cases.happenings.record_event import record_event
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from tests.cli.conftest import Loyalty

TRUST = ("keeps_promises", "knows_the_trade", "says_too_much")
CARE = ("cares_for_members", "puts_things_right", "thinks_of_itself_first")


@pytest.fixture
def answered(loyalty: Loyalty, parts: Parts) -> datetime:
    """Ada, who is vegan, and Ben answer this month; Ada's second answer is taken back."""
    now = parts.clock.now()
    asked = caller(parts, "grocer")
    for member, diet in (("ada", "vegan"), ("ben", None)):
        told = {} if diet is None else {"diet": diet}
        since = now - timedelta(days=90)
        profile = MemberProfile(enrolled_at=since, attributes=told)
        enrol_member(parts.engine, asked, member, profile)

    def tell(id: str, kind: str, member: str, **data: Any) -> None:
        record_event(parts.engine, asked, EventRequest(id, kind, member, now, data))

    # Credibility: Ada (6 + 5 + (8 - 3)) / 3 = 16/3, Ben (7 + 7 + (8 - 1)) / 3 = 7: mean 37/6 = 6.17.
    # Benevolence: Ada (4 + 4 + (8 - 4)) / 3 = 4, Ben (1 + 2 + (8 - 7)) / 3 = 4/3: mean 8/3 = 2.67.
    tell("A", "trust_survey", "ada", **dict(zip(TRUST + CARE, (6, 5, 3, 4, 4, 4), strict=True)))
    tell("B", "trust_survey", "ben", **dict(zip(TRUST + CARE, (7, 7, 1, 1, 2, 7), strict=True)))
    tell("C", "trust_survey", "ada", **dict(zip(TRUST + CARE, (1, 1, 7, 1, 1, 7), strict=True)))
    cancel_event(parts.engine, asked, "C", now)
    # Overall (8 + 7) / 2 = 7.50; only Ada says what she thinks of the prices: 4.
    tell("D", "satisfaction_survey", "ada", overall=8, price=4)
    tell("E", "satisfaction_survey", "ben", overall=7)
    return now


def test_all_surveys_are_shown_as_tables(loyalty: Loyalty, answered: datetime):
    said = loyalty("surveys", "-p", "grocer")
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines() if line]
    month = f"{answered.astimezone(UTC):%Y-%m}"
    assert ["all", "2", "6.17", "2.67"] in lines
    assert [month, "2", "6.17", "2.67"] in lines
    assert "4.00 of 1" in said.out
    assert "7.50" in said.out
    assert said.out.index("(satisfaction_survey)") < said.out.index("(trust_survey)")


def test_results_are_told_apart_by_an_attribute(loyalty: Loyalty, answered: datetime):
    said = loyalty("surveys", "trust_survey", "-p", "grocer", "--by", "diet")
    lines = [line.split()[1:] for line in said.out.splitlines() if line]
    assert ["vegan", "1", "5.33", "4.00"] in lines
    assert ["unknown", "1", "7.00", "1.33"] in lines
    (told,) = loyalty("surveys", "trust_survey", "-p", "grocer", "--by", "tier", "--json").json
    assert [(row["segment"], row["answers"]) for row in told["rows"]] == [("regular", 2)]
    assert told["total"]["factors"]["credibility"] == {"answers": 2, "mean": "6.17"}


def test_days_and_names_are_looked_at(loyalty: Loyalty, answered: datetime):
    tomorrow = f"{answered + timedelta(days=2):%Y-%m-%d}"
    (told,) = loyalty("surveys", "trust_survey", "-p", "grocer", "--from", tomorrow, "--json").json
    assert (told["rows"], told["total"]["answers"]) == ([], 0)
    refused = loyalty("surveys", "review_written", "-p", "grocer")
    assert (refused.code, "review_written" in refused.err) == (1, True)
