"""The reference of all words, in Markdown: what each means, takes, reads like and gives."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from types import NoneType
from typing import Any, Final, get_args, get_origin

from loyalty_engine.rulebook import arguments
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE, TIERS_FILE, parse_rulebook
from loyalty_engine.rulebook.parsing.parse_words import Section, vocabulary_of
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.shapes import Argument, shape_of
from loyalty_engine.rulebook.telling.languages import LANGUAGES
from loyalty_engine.rulebook.telling.sentences import sentence
from loyalty_engine.rulebook.telling.word_examples import (
    BASE,
    BASKET,
    PROGRAM,
    SEGMENT,
    TIERS,
    VOUCHER,
    example_rule,
    facts,
    review,
)
from loyalty_engine.rulebook.words import Word

_HEAD: Final = """\
# Words

Every word that a rule can be made of, with its arguments and an example. This page is generated
from the words themselves by `loyalty rules words --standard`; without `--standard` the words of
your plugins are told too. [programme-files.md](programme-files.md) says how rules
and values are written.

## The shop of the examples

```yaml
{program}```

```yaml
{tiers}```

One rule is always there, a voucher whose codes only unlock rules, and each example is one more:

```yaml
{base}```

```yaml
# vouchers/spring.yaml
{voucher}```

```yaml
# segments/vegans.yaml
{segment}```

{basket}"""
_SECTIONS: Final = {
    "when": "Under `when`: conditions",
    "on": "Under `on`: which lines",
    "then": "Under `then`: what comes of it",
}
_GROUPS: Final = """\
`all`, `any` and `none` hold further words: all of them, at least one of them, none of them.
"""
_TAKES: Final[Mapping[Any, str]] = {
    str: "a text",
    int: "a whole number",
    bool: "yes or no",
    Fraction: "a number, such as `1.5`",
    date: "a date, such as `2026-03-01`",
    time: "a time of day, such as `18:30`",
    arguments.Minor: "an amount, such as `50.00`",
    arguments.Milli: "a quantity, such as `3` or `0.5`",
    arguments.Percent: "a percentage, such as `12.5`",
    arguments.Weekday: "a weekday, `mon` to `sun`",
    arguments.TierName: "a tier",
    arguments.UnitName: "a unit of points",
    arguments.AttributeName: "a member attribute",
    arguments.TouchpointName: "a touchpoint",
    arguments.VoucherName: "a voucher",
    arguments.EventName: "a kind of event",
    arguments.SegmentName: "a segment",
    arguments.CategoryPath: "a category",
    arguments.Sku: "a sku",
    arguments.BrandName: "a brand",
    arguments.Text: "a text, or one for each language",
}


def reference(words: Iterable[type[Word]]) -> str:
    """The whole page."""
    words = tuple(words)
    vocabulary = vocabulary_of(words)
    parts = [
        _HEAD.format(
            program=PROGRAM, tiers=TIERS, base=BASE, voucher=VOUCHER, segment=SEGMENT, basket=BASKET
        )
    ]
    sections: tuple[Section[Any], ...] = (vocabulary.when, vocabulary.on, vocabulary.then)
    for section in sections:
        parts.append(f"## {_SECTIONS[section.key]}\n")
        if section.groups:
            parts.append(_GROUPS)
        parts += [entry(section.words[name], words) for name in sorted(section.words)]
    return "\n".join(parts)


def entry(word: type[Word], words: Iterable[type[Word]]) -> str:
    """What the page says of one word."""
    rulebook = example_book(word, words)
    rule = rulebook.by_id["example"]
    said = next(it for it in (*rule.when, *rule.on, *rule.then) if isinstance(it, word))
    lines = [f"### {word.word}", "", inspect.cleandoc(word.__doc__ or ""), ""]
    lines += [*_arguments(word), ""] if shape_of(_any(word)).arguments else []
    lines += ["```yaml", example_rule(word).rstrip(), "```", ""]
    for language in LANGUAGES:
        lines.append(f"- {language}: {sentence(said, language, rulebook.program)}")
    what = "review" if rulebook.by_id["example"].of_events else "basket"
    return "\n".join([*lines, f"- With the {what} above {outcome(rulebook)}.", ""])


def example_book(word: type[Word], words: Iterable[type[Word]]) -> Rulebook:
    """The shop's rulebook with the word's example in it. Raises RulebookErrors."""
    source = {
        PROGRAM_FILE: PROGRAM,
        TIERS_FILE: TIERS,
        "base.yaml": BASE,
        "vouchers/spring.yaml": VOUCHER,
        "segments/vegans.yaml": SEGMENT,
        "example.yaml": example_rule(word),
    }
    return parse_rulebook(source, words)


def outcome(rulebook: Rulebook) -> str:
    """What the example brings about for the basket, or for the review, in words."""
    decision = decide(rulebook, review() if rulebook.by_id["example"].of_events else facts())
    (verdict,) = (it for it in decision.verdicts if it.rule == "example")
    if verdict.status != "applied":
        return "it does not apply" if verdict.status == "not_met" else f"it is {verdict.status}"
    given = [f"{points} {unit}" for unit, points in verdict.granted.items() if points]
    if verdict.discount:
        given.append(f"{LANGUAGES['en'].money(verdict.discount, 'EUR')} off")
    given += ["a voucher" for rule, _ in decision.vouchers if rule == "example"]
    given += ["a message" for rule, _ in decision.messages if rule == "example"]
    return f"it applies and gives {LANGUAGES['en'].join(given, 'and') or 'nothing more'}"


def _arguments(word: type[Word]) -> Iterator[str]:
    yield "| argument | takes | default |"
    yield "|---|---|---|"
    shape = shape_of(_any(word))
    for argument in shape.arguments.values():
        default = "needed" if argument.required else _default(argument)
        yield f"| `{argument.key}` | {_takes(argument)} | {default} |"


def _takes(argument: Argument) -> str:
    hint, several = argument.hint, False
    while inner := [it for it in get_args(hint) if it not in {NoneType, ...}]:
        several = several or get_origin(hint) is tuple
        hint = inner[0]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return ", ".join(f"`{option}`" for option in hint)
    told = _TAKES.get(hint, "a value")
    return f"{told}, or a list of them" if several else told


def _default(argument: Argument) -> str:
    value = argument.default
    if value is None or value == ():
        return "none"
    if argument.hint is arguments.Milli:
        return f"`{LANGUAGES['en'].quantity(value)}`"
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    return f"`{value}`"


def _any(word: type[Word]) -> Any:
    return word
