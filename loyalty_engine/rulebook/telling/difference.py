"""What is different between two rulebooks, in plain words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from loyalty_engine.rulebook.exclusion import Exclusive
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.segments import Segment
from loyalty_engine.rulebook.telling.languages import LANGUAGES, in_language, language_of
from loyalty_engine.rulebook.telling.limit_sentences import limit_sentence
from loyalty_engine.rulebook.telling.sentences import rule_sentence, sentence


@dataclass(frozen=True, slots=True)
class Change:
    """One rule, or the programme itself, that is otherwise than before.

    `kind` is added, removed, changed, stopped, started or programme; `was` and `says` are its
    sentences before and after, where there are any.
    """

    kind: str
    name: str
    was: str = ""
    says: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "changed" if self.was == self.says:
                return (
                    f"changed {self.name}: in something that its sentence leaves out: {self.says}"
                )
            case "changed":
                return f"changed {self.name}: {self.says}; before: {self.was}"
            case "programme":
                return f"changed the programme: {self.name}"
            case "stopped" | "started":
                return f"{self.kind} {self.name}"
            case _:
                return f"{self.kind} {self.name}: {self.says or self.was}"


def differences(before: Rulebook | None, after: Rulebook) -> tuple[Change, ...]:
    """What `after` has otherwise than `before`, rules by id; nothing when only notes changed."""
    if before is None:
        rules = (Change("added", rule.id, says=_says(rule, after)) for rule in after.rules)
        return (*_of_segments({}, after), *rules, *_of_rewards({}, after))
    return (
        *_of_program(before, after),
        *_of_segments(before.segments, after),
        *_of_stops(before, after),
        *_of_rules(before, after),
        *_of_rewards(before.rewards, after, {*before.stopped} ^ {*after.stopped}),
    )


def _of_program(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    for field in fields(after.program):
        if field.name in ("segments", "vouchers"):  # told by themselves
            continue
        if getattr(before.program, field.name) != getattr(after.program, field.name):
            yield Change("programme", field.name)


def _of_segments(before: Mapping[str, Segment], after: Rulebook) -> Iterator[Change]:
    """Segments added, removed and changed; of the rules that name one nothing more is told."""
    language = after.program.languages[0]
    for name in sorted({*before, *after.segments}):
        old, new = before.get(name), after.segments.get(name)
        if old == new:
            continue
        was, says = (
            "" if it is None else sentence(it.condition, language, after.program)
            for it in (old, new)
        )
        kind = "added" if old is None else "removed" if new is None else "changed"
        yield Change(kind, f"segment {name}", was, says)


def _of_stops(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    for name in sorted({*before.stopped} ^ {*after.stopped}):
        yield Change("stopped" if name in after.stopped else "started", name)


def _of_rules(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    # A rule that was stopped or started is there before and after, and has been told.
    told = {*before.stopped} ^ {*after.stopped}
    for name in sorted({*before.by_id, *after.by_id} - told):
        old, new = before.by_id.get(name), after.by_id.get(name)
        if old is None and new is not None:
            yield Change("added", name, says=_says(new, after))
        elif new is None and old is not None:
            yield Change("removed", name, was=_says(old, before))
        elif old is not None and new is not None and _matter(old) != _matter(new):
            yield Change("changed", name, _says(old, before), _says(new, after))


def _of_rewards(
    before: Mapping[str, Reward], after: Rulebook, told: Collection[str] = ()
) -> Iterator[Change]:
    """Rewards added, removed and changed, wherever they stand in the files."""
    for name in sorted({*before, *after.rewards} - {*told}):
        old, new = before.get(name), after.rewards.get(name)
        was, says = ("" if it is None else _title(it, after) for it in (old, new))
        if old is None or new is None:
            yield Change("added" if old is None else "removed", f"reward {name}", was, says)
        elif replace(old, place=new.place) != new:
            yield Change("changed", f"reward {name}", was, says)


def _title(reward: Reward, rulebook: Rulebook) -> str:
    program = rulebook.program
    price = [f"{points} {unit}" for unit, points in reward.price.items()]
    money = language_of("en").money(reward.money, program.currency) if reward.money else ""
    title = in_language(reward.title, program.languages[0], program.languages)
    return f"{title} for {' and '.join([*price, *filter(None, [money])]) or 'nothing'}"


def _matter(rule: Rule) -> Any:
    """All of a rule that decides or is shown, wherever it stands in the files."""
    names = [it.name for it in fields(rule) if it.name not in {"place", "places"}]
    return [getattr(rule, name) for name in names]


def _says(rule: Rule, rulebook: Rulebook) -> str:
    program = rulebook.program
    extras = [f"lane {rule.lane}"]
    if rule.priority:
        extras.append(f"priority {rule.priority}")
    if rule.start or rule.end:
        extras.append(f"{rule.start or 'always'} to {rule.end or 'further notice'}")
    if rule.campaign:
        extras.append(f"campaign {rule.campaign}")
    language = program.languages[0]
    extras += [limit_sentence(limit, language, program) for limit in rule.limits]
    if rule.exclusive is not Exclusive.NO:
        extras.append(f"alone in its {rule.exclusive}")
    if rule.group:
        extras.append(f"of the group {rule.group}")
    if rule.lowest_price is not None:
        floor = LANGUAGES["en"].money(rule.lowest_price, program.currency)
        extras.append(f"not below {floor} a unit")
    if rule.not_with:
        extras.append(f"not with {', '.join(f'{it.kind} {it.name}' for it in rule.not_with)}")
    return f"{rule_sentence(rule, language, program)} [{', '.join(extras)}]"
