"""from, until and repeat of a rule: what is read, what is refused, and where."""

from datetime import date, datetime

import pytest

from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.repeating import Repeating
from loyalty_engine.rulebook.telling.sentences import rule_sentence
from loyalty_engine.rulebook.windows import Window
from loyalty_engine.vocabulary import standard_words
from tests.rulebook.sample_words import SHOP, faults

RULE = "rule: r\nlane: base\nthen: [earn_points: 5]\n"


def parsed(text: str):
    book = parse_rulebook({**SHOP, "r.yaml": RULE + text}, standard_words())
    return book, book.by_id["r"]


def test_times_narrow_the_first_and_the_last_day():
    book, rule = parsed("from: 2026-03-01 18:30\nuntil: 2026-03-31T00:00\n")
    assert (rule.start, rule.end) == (date(2026, 3, 1), date(2026, 3, 30))
    (window,) = rule.when
    assert window == Window(datetime(2026, 3, 1, 18, 30), datetime(2026, 3, 31))
    assert rule.place_of(window).line == 4
    assert "it is 1 March 2026 18:30 or later before 31 March 2026 00:00" in rule_sentence(
        rule, "en", book.program
    )
    assert "on est au plus tôt le 1er mars 2026" in rule_sentence(rule, "fr", book.program)


def test_days_alone_cost_no_condition():
    _, rule = parsed("from: 2026-03-01\nuntil: 2026-03-31\n")
    assert rule.when == ()
    assert (rule.start, rule.end) == (date(2026, 3, 1), date(2026, 3, 31))


def test_repeat_stands_before_the_conditions():
    book, rule = parsed(
        'repeat: {days: "FREQ=WEEKLY;BYDAY=SA", at: "20:00", lasts: 90 minutes}\nwhen: [store_is: A]\n'
    )
    assert [type(it) for it in rule.when][:1] == [Repeating]
    assert rule.place_of(rule.when[0]).line == 4
    assert "it is a Saturday from 20:00 for 1 hour 30 minutes" in rule_sentence(
        rule, "en", book.program
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from: 2026-03-01 25:00\n", "r.yaml:4:7: from: there is no time 25:00"),
        ("from: 2026-03-01 18h30\n", "r.yaml:4:7: from: '18h30' is not a time such as 18:30"),
        ("from: 2026-03-01 18:00\nuntil: 2026-03-01 18:00\n", "lies before from"),
        ("repeat: FREQ=WEEKLY;BYDAY=SB\n", "r.yaml:4:9: BYDAY: 'SB' is not a weekday"),
        ("repeat: {days: FREQ=DAILY, at: 20:00}\n", "say how long it lasts"),
        ("repeat: {days: FREQ=DAILY, lasts: 40 days}\n", "not from 1 minute to 31 days"),
        ("repeat: [FREQ=DAILY]\n", "r.yaml:4:9"),
        ("repeat: {at: 20:00}\n", "days"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, told: str):
    found = faults(r=RULE + text)
    assert any(told in fault for fault in found), found
