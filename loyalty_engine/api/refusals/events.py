"""Events that are no purchase, and surveys."""

from loyalty_engine.api.refusals.kind import DECLARED, OTHER_ID, Kind

REFUSALS = {
    "event_kind_unknown": Kind(
        "The programme has no such kind of event",
        DECLARED,
    ),
    "event_data_invalid": Kind(
        "The event tells something that its kind does not allow",
        "`detail` says what the kind declares in program.yaml.",
    ),
    "event_exists": Kind("The event id stands for something else already", OTHER_ID),
    "event_unknown": Kind("There is no such event", "Look the id up; ids are compared exactly."),
    "event_cancelled": Kind("The event was cancelled", OTHER_ID),
    "event_cancelled_before": Kind(
        "An event cannot be cancelled before it happened",
        "Send the cancellation's own instant, or leave `occurred_at` out.",
    ),
    "survey_unknown": Kind(
        "No kind of event is a survey of this name",
        "A survey is a kind of event of which a value has a `factor` in program.yaml.",
    ),
}
