"""docs/fraud.md names every attack that is played, and every test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "fraud.md").read_text()
SCENARIOS = ROOT / "tests" / "programmes" / "fraud" / "scenarios"


def test_the_table_and_the_scenarios_are_the_same():
    table = TEXT[TEXT.index("## Attacks") : TEXT.index("The tests are scenarios")]
    told = re.findall(r"\| `([a-z-]+)` \|\n", table)
    assert sorted(told) == sorted(it.stem for it in SCENARIOS.glob("*.yaml"))


def test_every_race_is_there():
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", TEXT)
    assert len(named) > 10
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text()
