"""What words let the facts be, gathered in one box: a region in each dimension."""

from collections.abc import Hashable
from datetime import date
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.dimensions import (
    CATEGORY,
    DAY,
    LANGUAGE,
    MEMBER,
    PURCHASE_NUMBER,
    TIER,
    WEEKDAY,
)
from loyalty_engine.rulebook.needs import Dimension, Needs, SeveralValues
from loyalty_engine.rulebook.reasoning.cases import Case, Told
from loyalty_engine.rulebook.regions import (
    AWAY,
    EVERYWHERE,
    HOURS_OF_A_DAY,
    MEMBER_FOR,
    MINUTE,
    MINUTES,
    SPOKEN,
    Box,
    Region,
    at_least,
    met,
    numbers,
    one_of,
)
from loyalty_engine.rulebook.regions_of_paths import Holding, Under
from loyalty_engine.rulebook.regions_of_values import Among, Spans

DAYS_OF_A_WEEK: Final = 7

_OF_MEMBERS: Final = (TIER, PURCHASE_NUMBER, MEMBER_FOR, SPOKEN)
"""What every member has and no guest."""

_SIGNS: Final = {CATEGORY: "/", LANGUAGE: "-"}

_Growing = dict[Hashable, Region]


def everything(program: Program, first: date | None = None, last: date | None = None) -> Box:
    """All that facts can be in a programme, from the first to the last day."""
    begin = 1 if first is None else first.toordinal()
    end = None if last is None else last.toordinal() + 1
    return {
        MEMBER: one_of({True, False}),
        TIER: one_of({None, *program.tiers.rank}),
        PURCHASE_NUMBER: Spans(((1, None),), absent=True),
        DAY: Spans(((begin, end),)),
        WEEKDAY: numbers(range(DAYS_OF_A_WEEK)),
        MINUTE: Spans(((0, HOURS_OF_A_DAY * MINUTES),)),
    }


def narrowed(box: Box, more: Box) -> Box | None:
    """What lies in both; None where nothing does."""
    merged: _Growing = {**box}
    for dimension, region in more.items():
        merged[dimension] = met(merged[dimension], region) if dimension in merged else region
        if merged[dimension].is_empty:
            return None
    return merged


def holding_in(box: Box, case: Case) -> Box | None:
    """The part of a box in which conditions hold or do not; None where they never do."""
    found: Box | None = box
    for word, holds in case:
        for more in (region_of(word, holds), needed(word) if holds else EVERYWHERE):
            found = None if found is None else narrowed(found, more)
    return None if found is None else _follow_up(found)


def selected_in(box: Box, case: Case) -> Box | None:
    """The part of a line's box in which selectors select or do not; None where they never do."""
    found: Box | None = box
    for word, holds in case:
        found = None if found is None else narrowed(found, region_of(word, holds))
    return found


def region_of(word: Told, holds: bool) -> Box:
    """Where a word holds or does not, as far as one box can tell."""
    box = exactly(word)
    if box is None:
        return EVERYWHERE
    if holds:
        return box
    if len(box) != 1:
        return EVERYWHERE
    ((dimension, region),) = box.items()
    outside = region.but()
    return EVERYWHERE if outside is None else {dimension: outside}


def exactly(word: Told) -> Box | None:
    """Where a word holds and nowhere else; a plugin's word that breaks tells nothing."""
    try:
        return word.allows()
    except Exception:  # noqa: BLE001 - a plugin's word may raise anything
        return None


def needed(word: Told) -> Box:
    """What a word needs of the purchase, as regions."""
    try:
        needs: Needs = word.needs()
    except Exception:  # noqa: BLE001 - a plugin's word may raise anything
        return EVERYWHERE
    return {dimension: _region(dimension, need) for dimension, need in needs.items()}


def _region(dimension: Dimension, need: frozenset[Hashable] | int) -> Region:
    if isinstance(need, int):
        return at_least(need)
    if isinstance(dimension, SeveralValues):
        return Holding((need,), sign=_SIGNS.get(dimension, ""))
    days = [it.toordinal() for it in need if isinstance(it, date)]
    if need and len(days) == len(need):
        return numbers(days)
    whole = [it for it in need if isinstance(it, int) and not isinstance(it, bool)]
    return numbers(whole) if need and len(whole) == len(need) else Among(need)


# --- what follows in one dimension from another --------------------------------------------------


def _follow_up(box: Box) -> Box | None:
    found: Box | None = box
    for follows in (_about_members, _about_purchases, _about_days):
        more = follows(box)
        found = None if found is None or more is None else narrowed(found, more)
        if found is None:
            return None
        box = found
    return found


def _about_members(box: Box) -> Box | None:
    """Guests have no tier and no purchases; members always have."""
    of_members = {*_OF_MEMBERS, AWAY, *(key for key in box if _is_attribute(key))}
    certain = any(box[key].is_certain for key in of_members if key in box)
    member = box[MEMBER]
    if not (certain or (isinstance(member, Among) and member.within(one_of({True})))):
        return EVERYWHERE
    more: _Growing = {MEMBER: one_of({True}), TIER: Among(frozenset({None}), others=True)}
    for key in _OF_MEMBERS:
        region = box.get(key)
        if isinstance(region, Spans):
            more[key] = Spans(region.spans, step=region.step)
        elif isinstance(region, Under):
            more[key] = Under(region.inside, region.outside, sign=region.sign)
    return more


def _about_purchases(box: Box) -> Box:
    """Who has been away has bought before, and who buys for the first time has not."""
    if AWAY in box and box[AWAY].is_certain:
        return {PURCHASE_NUMBER: at_least(2)}
    number = box[PURCHASE_NUMBER]
    if isinstance(number, Spans) and number.is_certain and number.within(numbers({1})):
        return {AWAY: Spans((), absent=True)}
    return EVERYWHERE


def _about_days(box: Box) -> Box | None:
    """A few days have only some days of the week; None where no day fits."""
    days, weekdays = box[DAY], box[WEEKDAY]
    if not isinstance(days, Spans) or not isinstance(weekdays, Spans):
        return EVERYWHERE
    spans = []
    for begin, end in days.spans:
        if end is None or end - begin >= DAYS_OF_A_WEEK:
            spans.append((begin, end))
            continue
        fitting = (day for day in range(begin, end) if _has(weekdays, _weekday(day)))
        spans += [(day, day + 1) for day in fitting]
    if not spans:
        return None
    if any(end is None or end - begin >= DAYS_OF_A_WEEK for begin, end in spans):
        return {DAY: Spans(tuple(spans))}
    return {DAY: Spans(tuple(spans)), WEEKDAY: numbers(_weekday(day) for day, _ in spans)}


def _is_attribute(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[:1] == ("attribute",)


def _has(spans: Spans, number: int) -> bool:
    return any(begin <= number and (end is None or number < end) for begin, end in spans.spans)


def _weekday(ordinal: int) -> int:
    return date.fromordinal(ordinal).weekday()
