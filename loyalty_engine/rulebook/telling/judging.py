"""Why a rule does not match, to the word: which part of which group stands in the way, how far.

What holds is asked of the very words that decide: an explanation has no opinion of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import partial

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.deciding.word_answers import (
    WordFailed,
    lines_about,
    nearness,
    selected_lines,
    what_is_found,
)
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.nesting import All, Any, Group, None_
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Condition, Found, Near, Selector, Word, sure

ORDER = ("minor", "milli", "count", "seconds", "days", "tier")
"""What is nearer than what, where parts of a group measure different things."""


OF_BASKETS = ("minor", "milli")
"""What a basket is short of."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition, where it stands, whether it holds (None: the word broke), and its parts."""

    word: Condition
    place: Place
    holds: bool | None
    parts: tuple["Judged", ...] = ()


@dataclass(frozen=True, slots=True)
class Blame:
    """What stands in a rule's way: a condition or selector, its place, what there is instead.

    Or the effect that has too little to give anything. `near` is how far it is from it. `alone`
    tells that everything else holds.
    """

    word: Word
    place: Place
    found: Found | None = None
    near: Near | None = None
    alone: bool = False


def judge(condition: Condition, place: Place, facts: Facts) -> Judged:
    """A condition and all its parts, each asked by itself; groups follow from their parts."""
    if not isinstance(condition, Group):
        return Judged(condition, place, _holds(condition, facts))
    places = condition.places or (place,) * len(condition.parts)
    parts = tuple(judge(part, at, facts) for part, at in zip(condition.parts, places, strict=True))
    return Judged(condition, place, _together(condition, [part.holds for part in parts]), parts)


def judge_rule(rule: Rule, facts: Facts) -> tuple[Judged, ...]:
    """All conditions of a rule, each with its place."""
    return tuple(judge(word, rule.place_of(word), facts) for word in rule.when)


def blame(rule: Rule, facts: Facts, program: Program) -> Blame | None:
    """The first thing that stands in the rule's way; None where all conditions hold."""
    judged = judge_rule(rule, facts)
    failing = [it for it in judged if it.holds is not True]
    if failing:
        culprit = _culprit(failing[0], facts, program)
        return replace(culprit, alone=len(failing) == 1)
    selector = _selecting_nothing(rule, facts)
    return None if selector is None else Blame(selector, rule.place_of(selector), alone=True)


def too_little(rule: Rule, facts: Facts) -> Blame | None:
    """The effect of a rule that matches to which least is missing, where one says what is."""
    try:
        lines = selected_lines(rule, facts)
    except WordFailed:
        return None
    short = []
    for effect in rule.then:
        about = lines_about(rule, effect, facts, lines)
        near = nearness(partial(effect.near, facts, about))
        if near is not None and (near.what not in OF_BASKETS or near.short_by < 1):
            near = None
        if near is not None and near.what == "minor" and not rule.on:
            near = replace(near, like=None)  # any product will do, one without an offer of its own
        found = what_is_found(partial(effect.found, facts, about))
        if near or found:
            short.append(Blame(effect, rule.place_of(effect), found, near, alone=near is not None))
    return min((it for it in short if it.near), key=_distance, default=next(iter(short), None))


def moved(facts: Facts, near: Near, by: int | None = None) -> Facts:
    """The facts as if `by` more of what is short were there, all of it unless told."""
    by = near.short_by if by is None else by
    if near.what in OF_BASKETS:
        return _with_line(facts, near, by)
    if near.what in ("days", "seconds"):
        if near.what == "days":
            local = facts.local + timedelta(days=by)  # the same time on the clocks
        else:
            later = facts.local.astimezone(UTC) + timedelta(seconds=by)
            local = later.astimezone(facts.local.tzinfo)
        purchase = replace(facts.purchase, occurred_at=local.astimezone(UTC))
        return replace(facts, purchase=purchase, local=local)
    assert facts.member is not None, "only members are short of purchases or tiers"
    if near.what == "tier":
        return replace(facts, member=replace(facts.member, tier=near.towards[0]))
    return replace(facts, member=replace(facts.member, purchases=facts.member.purchases + by))


def _with_line(facts: Facts, near: Near, by: int) -> Facts:
    """The basket with one more line, of the product that is short or of none in particular."""
    like = near.like or Line("", "", 0, 0)
    milli, price = by, like.unit_price
    if near.what == "minor":
        # More money and not one more product, which could complete a set and be the free one.
        milli, price = 1, by * MILLI
    line = replace(
        like, id="+", quantity_milli=milli, unit_price=price, discount=0, tax=0, applied=()
    )
    lines = (*facts.purchase.lines, line)
    nets = (*facts.nets, line.net) if facts.nets else ()
    return replace(facts, purchase=replace(facts.purchase, lines=lines), nets=nets)


def _holds(condition: Condition, facts: Facts) -> bool | None:
    try:
        return sure(condition.holds(facts))
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin's word may raise anything
        return None


def _together(group: Group, answers: list[bool | None]) -> bool | None:
    """What a group comes to: the first part that settles it does, as when it is decided."""
    settles = isinstance(group, Any | None_)
    for answer in answers:
        if answer is None:
            return None
        if answer is settles:
            return isinstance(group, Any)
    return not isinstance(group, Any)


def _culprit(judged: Judged, facts: Facts, program: Program) -> Blame:
    """The part that stands in the way: of `any` the nearest, of the others the first."""
    if isinstance(judged.word, All):
        failing = [it for it in judged.parts if it.holds is not True]
        inner = _culprit(failing[0], facts, program)
        return inner if len(failing) == 1 else replace(inner, near=None)
    if isinstance(judged.word, Any):
        near = [it for part in judged.parts if (it := _culprit(part, facts, program)).near]
        return min(near, key=_distance, default=Blame(judged.word, judged.place))
    if isinstance(judged.word, None_):
        standing = next(part for part in judged.parts if part.holds is not False)
        return Blame(
            judged.word, standing.place, what_is_found(partial(standing.word.found, facts))
        )
    found = what_is_found(partial(judged.word.found, facts))
    return Blame(judged.word, judged.place, found, _near(judged.word, facts, program))


def _distance(blamed: Blame) -> tuple[int, int]:
    near = blamed.near
    assert near is not None
    return ORDER.index(near.what), near.short_by


def _near(word: Condition, facts: Facts, program: Program) -> Near | None:
    """How far a word is from holding; of tiers the next one above the member's."""
    near = nearness(partial(word.near, facts))
    if near is None or near.what not in ORDER or near.short_by < 1:
        return None
    if near.what != "tier":
        return near
    rank = program.tiers.rank
    here = rank.get(facts.member.tier, 0) if facts.member else 0
    above = sorted((rank[it] - here, it) for it in near.towards if rank.get(it, 0) > here)
    return replace(near, short_by=above[0][0], towards=(above[0][1],)) if above else None


def _selecting_nothing(rule: Rule, facts: Facts) -> Selector | None:
    """The first selector that leaves no line."""
    for selector, picked in _narrowed(rule, facts):
        if not picked:
            return selector
    return None


def _narrowed(rule: Rule, facts: Facts) -> Iterator[tuple[Selector, tuple[int, ...]]]:
    picked = tuple(range(len(facts.purchase.lines)))
    for selector in rule.on:
        try:
            picked = tuple(selector.picks(facts, picked))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - see above
            return
        yield selector, picked
