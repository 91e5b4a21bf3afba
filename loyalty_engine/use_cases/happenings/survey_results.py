"""What members have answered to a survey, by month and segment."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from loyalty_engine.domain.errors import InvalidRequest, NotFound
from loyalty_engine.domain.happenings import EventKind
from loyalty_engine.domain.money import Rounding, round_to_int
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.survey_results import Answered, Cell, survey_results
from loyalty_engine.ports import View
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.deciding.codec import local_time

FIRST_DAY = date(1970, 1, 1)
HUNDREDTHS = 100
TIER = "tier"


def show_survey_results(
    engine: Engine,
    caller: Caller,
    survey: str,
    since: date | None = None,
    until: date | None = None,
    by: str | None = None,
) -> Answer:
    """Means of each factor for the days from `since` to `until`, by month and segment.

    `by` is `tier` (as it was when the member answered) or a declared attribute (as it is now).
    Raises `NotFound` (no such survey) and `InvalidRequest` (no such attribute).
    """
    program = engine.rulebooks.current(caller.program).program
    kind = program.events.get(survey)
    if kind is None or not kind.factors:
        raise NotFound(f"no kind of event is a survey {survey!r}", code="survey_unknown")
    if by is not None and by != TIER and by not in program.attributes:
        raise InvalidRequest(
            f"results can be told apart by tier or a member attribute, not by {by!r}",
            code="attribute_unknown", pointer="/by",
        )  # fmt: skip
    with engine.storage.read(caller.program) as view:
        cells, total = survey_results(kind, _answers(view, program, kind, since, until, by))
    rows = [
        {"month": month, "segment": segment, **_shown(cells[month, segment], kind)}
        for month, segment in sorted(cells, key=lambda it: (it[0], it[1] or ""))
    ]
    language = program.languages[0]
    title = in_language(kind.title, language, program.languages) if kind.title else survey
    told = {"survey": survey, "title": title, "by": by, "factors": list(kind.factors)}
    return Answer(200, to_json(told | {"rows": rows, "total": _shown(total, kind)}))


def _answers(
    view: View,
    program: Program,
    kind: EventKind,
    since: date | None,
    until: date | None,
    by: str | None,
) -> Iterator[Answered]:
    first = _midnight(program, since or FIRST_DAY)
    last = datetime.max.replace(tzinfo=UTC)
    if until is not None:
        last = _midnight(program, until + timedelta(days=1))
    for event, attributes in view.told_events(kind.name, first, last):
        month = f"{local_time(program, event.occurred_at):%Y-%m}"
        segment = None
        if by == TIER:
            segment = event.tier
        elif by is not None and (value := attributes.get(by)) is not None:
            segment = str(value).lower() if isinstance(value, bool) else str(value)
        yield month, segment, msgspec.json.decode(event.data)


def _midnight(program: Program, day: date) -> datetime:
    return datetime.combine(day, time(), program.zone).astimezone(UTC)


def _shown(cell: Cell, kind: EventKind) -> dict[str, Any]:
    factors = {}
    for name in kind.factors:
        if (mean := cell.factors.get(name)) is not None:
            exact = round_to_int(mean.mean * HUNDREDTHS, Rounding.HALF_UP)
            sign, whole = "-" if exact < 0 else "", abs(exact)
            shown = f"{sign}{whole // HUNDREDTHS}.{whole % HUNDREDTHS:02}"
            factors[name] = {"answers": mean.answers, "mean": shown}
    return {"answers": cell.answers, "factors": factors}
