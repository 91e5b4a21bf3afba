"""An explanation as JSON, in the language of whoever reads it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest, NotFound
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.decision import Decision, Verdict
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.deciding.word_answers import what_is_found
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.arguments_shown import arguments_of, plain
from loyalty_engine.rulebook.telling.explain import Explained, conditions_of, explain
from loyalty_engine.rulebook.telling.judging import ORDER, Blame, Judged
from loyalty_engine.rulebook.telling.languages import LANGUAGES
from loyalty_engine.rulebook.telling.limit_sentences import named_limit_sentence
from loyalty_engine.rulebook.telling.near_misses import Room, Would
from loyalty_engine.rulebook.telling.reasons import found_in_words, gives, near_miss
from loyalty_engine.rulebook.telling.sentences import distance, missing, rule_title, sentence
from loyalty_engine.use_cases.purchases.receipt import told_of


def language_for(program: Program, wanted: Sequence[str], members: str | None) -> str:
    """The first language wanted that can be spoken; else the member's, else the programme's first.

    Languages that can be spoken are those of the programme and those that sentences are in.
    """
    for tag in wanted:
        if is_spoken(program, tag):
            return tag
    return members or program.languages[0]


def is_spoken(program: Program, tag: str) -> bool:
    """Whether anything can be said in a language."""
    base = tag.partition("-")[0].lower()
    return base in LANGUAGES or any(
        it.partition("-")[0].lower() == base for it in program.languages
    )


def refuse_unspoken(program: Program, language: str | None) -> None:
    """Refuse a language in which nothing can be said."""
    if language is not None and not is_spoken(program, language):
        raise InvalidRequest(
            f"nothing is said in {language!r} here; the programme knows "
            f"{', '.join(program.languages)}",
            code="language_unknown", pointer="/language",
        )  # fmt: skip


def explanation(
    rulebook: Rulebook,
    facts: Facts,
    settled: Settled | None,
    languages: Sequence[str],
    rule: str | None,
    room: Room | None = None,
) -> dict[str, Any]:
    """Every rule, or one with all its conditions, and the near misses that would give something.

    `room` tells what is left of limits that the decision did not touch; without it they are full.
    Raises `NotFound` for a rule that is not in the rulebook.
    """
    if rule is not None and rule not in rulebook.by_id:
        raise NotFound(f"no rule {rule!r} is in this rulebook", code="rule_unknown")
    member = facts.member.language if facts.member else None
    language = language_for(rulebook.program, languages, member)
    explained = explain(rulebook, facts, settled, rule, room)
    told = [_row(rulebook, facts, explained.decision, it, language) for it in explained.rules]
    if rule is not None:
        judged, then = conditions_of(rulebook, rulebook.by_id[rule], facts, settled)
        told[0]["conditions"] = [_condition(it, then, language, rulebook.program) for it in judged]
    answer: dict[str, Any] = {"language": language, "rules": told, "nearest": _nearest(told)}
    if explained.decision.bounded:
        answer["bounded"] = dict(explained.decision.bounded)
    return answer


def _condition(judged: Judged, facts: Facts, language: str, program: Program) -> dict[str, Any]:
    """A condition, whether it holds, and its parts where it is a group."""
    row: dict[str, Any] = {
        "word": judged.word.word,
        "says": sentence(judged.word, language, program),
        "holds": judged.holds,
        "at": str(judged.place),
    }
    if found := what_is_found(lambda: judged.word.found(facts)):
        row["actual"] = found_in_words(found, language, program)
    if judged.parts:
        row["parts"] = [_condition(it, facts, language, program) for it in judged.parts]
    return row


def _row(
    rulebook: Rulebook, facts: Facts, decision: Decision, it: Explained, language: str
) -> dict[str, Any]:
    rule, program, verdict = it.rule, rulebook.program, it.verdict
    row: dict[str, Any] = {"rule": rule.id, "lane": rule.lane, "at": str(rule.place)}
    if verdict is None:
        row |= {"status": "not_live", "says": rule_title(rule, language, program)}
        if rule.start:
            row["from"] = rule.start.isoformat()
        if rule.end:
            row["until"] = rule.end.isoformat()
        return row
    told = told_of(rulebook, verdict, language)
    row |= {"says": rule_title(rule, language, program), **told}
    if given := gives(verdict, language, program):
        row["gives"] = given
    if it.blame:
        row["failed"] = _failed(it.blame, language, program)
    if it.would and it.blame:
        row["would"] = _would(rulebook, it.blame, it.would, language)
    if verdict.by and verdict.by in rulebook.by_id:
        row["by_title"] = rule_title(rulebook.by_id[verdict.by], language, program)
    if verdict.limit:
        row["limited"] = _limited(rulebook, facts, decision, verdict, language)
    return row


def _failed(blamed: Blame, language: str, program: Program) -> dict[str, Any]:
    row: dict[str, Any] = {
        "word": blamed.word.word,
        "wanted": missing(blamed.word, language, program, blamed.near),
        "arguments": arguments_of(blamed.word),
        "at": str(blamed.place),
    }
    if blamed.found is not None:
        row["actual"] = found_in_words(blamed.found, language, program)
        row["found"] = plain(blamed.found.value)
    if near := blamed.near:
        row["near"] = {"short_by": near.short_by, "what": near.what}
        row["near"]["says"] = distance(near, language, program)
    return row


def _would(rulebook: Rulebook, blamed: Blame, would: Would, language: str) -> dict[str, Any]:
    verdict, program = would.verdict, rulebook.program
    row: dict[str, Any] = {
        "status": verdict.status,
        "points": {unit: points for unit, points in verdict.granted.items() if points},
        "discount": verdict.discount,
    }
    if verdict.by:
        row["by"] = verdict.by
    if verdict.limit:
        row["limit"] = verdict.limit
        row["limited"] = {"says": named_limit_sentence(verdict.limit, language, rulebook)}
    if would.near:
        row["short_by"], row["what"] = would.near.short_by, would.near.what
    if said := near_miss(blamed.word, would, language, program):
        row["says"] = said
    return row


def _limited(
    rulebook: Rulebook, facts: Facts, decision: Decision, verdict: Verdict, language: str
) -> dict[str, Any]:
    """The limit that cut a rule, what was left of it before, and what is left of it now."""
    name = verdict.limit or ""
    row: dict[str, Any] = {}
    if limit := rulebook.limits.get(name):
        row["says"] = named_limit_sentence(name, language, rulebook)
        row["ceiling"] = limit.ceiling
    before = facts.headroom.get(name)
    if before is not None:
        row |= {"before": before, "left": max(0, before - decision.used.get(name, 0))}
    return row


def _nearest(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The near misses that would give something, as sentences: what is nearest comes first."""
    near = [it for it in told if "says" in it.get("would", {}) and "what" in it["would"]]
    near.sort(key=lambda it: (ORDER.index(it["would"]["what"]), it["would"]["short_by"]))
    return [{"rule": it["rule"], "says": it["would"]["says"]} for it in near]
