"""`all`, `any` and `none` mean what they say, and a group is as near as its parts let it be."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.nesting import All, Any, LineAll, LineAny, LineNone, None_
from loyalty_engine.rulebook.words import Condition, Near, Selector

NO_FACTS: Facts = None  # type: ignore[assignment]
NO_LINE: Line = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Told(Condition):
    """Holds as it is told, or is so far from it."""

    word = "told"
    says = ""
    answer: bool
    distance: Near | None = None

    def holds(self, facts: Facts) -> bool:
        return self.answer

    def near(self, facts: Facts) -> Near | None:
        return None if self.answer else self.distance


@dataclass(frozen=True)
class Picks(Selector):
    word = "picks"
    says = ""
    answer: bool

    def selects(self, line: Line) -> bool:
        return self.answer


YES, NO = Told(True), Told(False)
CLOSE, FAR = Told(False, Near(20, "minor")), Told(False, Near(320, "minor"))
UNITS = Told(False, Near(1000, "milli"))


@given(st.lists(st.booleans(), min_size=1))
def test_groups_hold_as_their_words_say(answers: list[bool]):
    conditions = tuple(map(Told, answers))
    assert All(conditions).holds(NO_FACTS) == all(answers)
    assert Any(conditions).holds(NO_FACTS) == any(answers)
    assert None_(conditions).holds(NO_FACTS) == (not any(answers))
    selectors = tuple(map(Picks, answers))
    assert LineAll(selectors).selects(NO_LINE) == all(answers)
    assert LineAny(selectors).selects(NO_LINE) == any(answers)
    assert LineNone(selectors).selects(NO_LINE) == (not any(answers))


@pytest.mark.parametrize(
    ("group", "near"),
    [
        (All((YES, FAR)), Near(320, "minor")),
        (All((CLOSE, FAR)), None),
        (All((YES, NO)), None),
        (All((YES,)), None),
        (Any((FAR, CLOSE, NO)), Near(20, "minor")),
        (Any((NO, UNITS, CLOSE)), Near(1000, "milli")),
        (Any((NO, NO)), None),
        (Any((YES, CLOSE)), None),
        (None_((YES,)), None),
        (Any((All((YES, CLOSE)), FAR)), Near(20, "minor")),
    ],
)
def test_how_near_a_group_is(group: Condition, near: Near | None):
    assert group.near(NO_FACTS) == near
