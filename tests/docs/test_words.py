"""docs/words.md is what the words say of themselves, and every example in it decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.telling.word_examples import example_rule, facts, review
from loyalty_engine.rulebook.telling.word_reference import entry, example_book, reference
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word
from loyalty_engine.vocabulary import standard_words

PAGE = Path(__file__).parents[2] / "docs" / "words.md"
WORDS = standard_words()
EVERY = pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)


def test_the_page_is_the_one_generated():
    renew = "run `loyalty rules words --standard > docs/words.md` and commit it"
    assert PAGE.read_text("utf-8") == reference(WORDS), renew


@EVERY
def test_an_example_stands_on_the_page_and_decides(word: type[Word]):
    book = example_book(word, WORDS)
    assert f"```yaml\n{example_rule(word)}```" in PAGE.read_text("utf-8")
    of_events = book.by_id["example"].of_events
    decision = decide(book, review() if of_events else facts())
    verdicts = {it.rule: it.status for it in decision.verdicts}
    assert of_events or verdicts["base"] == "applied"
    assert verdicts["example"] in {"applied", "not_met"}


def test_most_examples_apply():
    applied = re.findall(r"With the (?:basket|review) above it applies", PAGE.read_text("utf-8"))
    assert len(applied) >= 0.8 * len(WORDS)


@EVERY
def test_an_entry_reads_like_prose(word: type[Word]):
    text = entry(word, WORDS)
    assert len(text.splitlines()[2]) > 20, "the word's docstring says what it is for"
    assert not re.search(
        r"\bNone\b|Fraction\(|`_|\w_`|\{\w+\}", text.replace(example_rule(word), "")
    )


def test_the_page_as_it_stands_is_a_programme():
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    rest = ["vouchers/spring.yaml", "segments/vegans.yaml"]
    names = ["program.yaml", "tiers.yaml", "base.yaml", *rest]
    for example in blocks[5:]:
        source = dict(zip(names, blocks[:5], strict=True)) | {"example.yaml": example}
        assert set(parse_rulebook(source, WORDS).by_id) == {"base", "example"}
    assert len(blocks) == 5 + len(WORDS)


def test_a_word_may_bring_its_own_example():
    @dataclass(frozen=True)
    class Own(Condition):
        """Holds in a test, where the example is its own."""

        word = "own"
        says = "it is a test"
        example = "[1, 2]"
        numbers: tuple[int, ...] = ()

        def holds(self, facts: object) -> bool:
            return True

    text = entry(Own, [*WORDS, Own])
    assert "  - own: [1, 2]\n" in text
    assert "it applies and gives 5 points" in text


def test_words_are_told_by_their_kind():
    page = PAGE.read_text("utf-8")
    order = [page.index(f"\n## Under `{key}`") for key in ("when", "on", "then")]
    assert order == sorted(order)
    for word in WORDS:
        section = 0 if issubclass(word, Condition) else 1 if issubclass(word, Selector) else 2
        assert section < 2 or issubclass(word, Effect)
        place = page.index(f"\n### {word.word}\n", order[section])
        assert place < (order[section + 1] if section < 2 else len(page))
