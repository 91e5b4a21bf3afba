"""docs/challenges.md tells every key, and its examples are challenges that do what it says."""

import re
from pathlib import Path

from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.parsing.parse_challenge import CHALLENGE_KEYS
from loyalty_engine.rulebook.schemas.challenge_help import CHALLENGE
from loyalty_engine.vocabulary import standard_words
from tests.shop import PROGRAM, Shop, line

PAGE = (Path(__file__).parents[2] / "docs" / "challenges.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_every_key_has_a_row_that_says_what_editors_say() -> None:
    assert set(CHALLENGE) == {*CHALLENGE_KEYS, "goal"}
    for key, says in CHALLENGE.items():
        assert f"| `{key}` | {says} |" in PAGE, key


def test_the_examples_are_challenges() -> None:
    source = {"program.yaml": PROGRAM}
    source |= {f"challenges/{number}.yaml": text for number, text in enumerate(EXAMPLES)}
    rulebook = parse_rulebook(source, standard_words())
    assert set(rulebook.challenges) == {"coffee-card", "cheeses", "every-week"}


def test_the_card_of_the_first_example_fills_as_it_says() -> None:
    shop = Shop(challenges=EXAMPLES[:1])
    shop.enrol()
    shop.buy("T-1", [line("1", 300, 8, category="drinks/coffee")])
    row = shop.buy("T-2", [line("1", 300, 15, category="drinks/coffee")])["challenges"][0]
    assert (len(row["completed"]), row["progress"]) == (2, 3)
