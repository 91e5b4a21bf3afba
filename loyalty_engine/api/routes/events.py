"""Events that are no purchases: told, shown, explained, taken back; and what surveys say."""

from typing import Any

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.languages import wanted_languages
from loyalty_engine.api.schemas.events import (
    EventBody,
    EventCancelled,
    EventReceipt,
    EventShown,
    SurveyQuery,
    SurveyResults,
)
from loyalty_engine.api.schemas.explanations import EventExplanation, LanguageQuery
from loyalty_engine.api.schemas.returns import CancelBody
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event, explain_event, show_event
from loyalty_engine.use_cases.happenings.record_event import record_event
from loyalty_engine.use_cases.happenings.survey_results import show_survey_results

calls = Calls("events", "What happens beside purchases, and what members answer.")

EVENT = Body(
    EventBody(),
    example={
        "id": "R-77",
        "kind": "review_written",
        "member": "ada",
        "occurred_at": "2026-03-08T09:30:00+01:00",
        "data": {"stars": 5, "sku": "COF-250"},
    },
)
CANCEL = Body(CancelBody(), optional=True, example={"occurred_at": "2026-03-08T11:00:00+01:00"})


@calls.post(
    "/v1/events",
    key=Key.OPTIONAL,
    scope="purchases:write",
    takes=EVENT,
    gives={200: EventReceipt(), 201: EventReceipt()},
    refuses=[409],
)
def post_event(ask: Ask) -> Answer:
    """Record something that is not a purchase, once.

    201 the first time; 200 with the same receipt when the same is sent again; 409 when the id
    stands for something else. Rules about events (`event_is`) decide what it gives.
    """
    return record_event(ask.engine, ask.caller, ask.told)


@calls.get(
    "/v1/events/<id:event>", scope="purchases:read", gives={200: EventShown()}, refuses=[404]
)
def get_event(ask: Ask, event: str) -> Answer:
    """Show an event: its receipt, what it told, whether it stands."""
    return show_event(ask.engine, ask.caller, event)


@calls.get(
    "/v1/events/<id:event>/explanation",
    scope="purchases:read",
    query=LanguageQuery(),
    gives={200: EventExplanation()},
    refuses=[404],
)
def get_event_explanation(ask: Ask, event: str) -> Answer:
    """Explain an event: why each rule about events did or did not apply."""
    languages, rule = wanted_languages(ask), ask.query.get("rule")
    return explain_event(ask.engine, ask.caller, event, languages, rule)


@calls.post(
    "/v1/events/<id:event>/cancel",
    scope="purchases:write",
    takes=CANCEL,
    gives={200: EventCancelled()},
    refuses=[404, 409],
)
def post_event_cancel(ask: Ask, event: str) -> Answer:
    """Take back what an event gave, as with a purchase that is cancelled."""
    at = ask.told.get("occurred_at", ask.caller.now)
    return cancel_event(ask.engine, ask.caller, event, at)


@calls.get(
    "/v1/surveys/<id:survey>/results",
    scope="members:read",
    query=SurveyQuery(),
    gives={200: SurveyResults()},
    refuses=[404],
)
def get_survey_results(ask: Ask, survey: str) -> Answer:
    """Show what members have answered: the mean of each factor by month and segment."""
    asked: dict[str, Any] = ask.query
    return show_survey_results(
        ask.engine, ask.caller, survey, asked.get("since"), asked.get("until"), asked.get("by")
    )
