"""Rules of a table that are called by their row, and whose limits are counted by that name."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.deciding.limits import counted
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground

NAME: Final = "numbered-rows"


def check(ground: Ground) -> Iterator[Finding]:
    """Find tables to which a row cannot be added without giving others a new start."""
    told: set[str] = set()
    for rule in ground.rules:
        place = rule.place
        numbered = place.file.endswith(".csv") and rule.id.endswith(f"-{place.line}")
        if (
            numbered
            and place.file not in told
            and (any(counted(rule, ground.program)) or _carries(rule.then))
        ):
            told.add(place.file)
            text = (
                "limits are counted by a rule's id, and the ids of this table are numbers of rows: "
                "add a column 'id', so that a row put in between changes nothing for the others"
            )
            yield Finding(NAME, Level.WARNING, place, text)


def _carries(effects: tuple[object, ...]) -> bool:
    return any(getattr(effect, "carries", False) for effect in effects)
