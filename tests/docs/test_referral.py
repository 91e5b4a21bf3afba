"""The words, keys and states of docs/referral.md are those of the engine."""

from pathlib import Path

from loyalty_engine.rulebook.schemas.referral_help import REFERRAL, SIGNAL
from loyalty_engine.use_cases.referrals.qualifying import JOINED, REFUSED, REWARDED, WAITING
from loyalty_engine.use_cases.referrals.referral_doubts import SAYS
from tests.rulebook.test_schemas import rows
from tests.shop import PROGRAM, Shop
from tests.use_cases.test_referrals import code, join, settle

TEXT = (Path(__file__).parents[2] / "docs" / "referral.md").read_text()


def block(mark: str) -> str:
    """The text of the example below a mark."""
    return TEXT[TEXT.index(f"<!-- {mark} -->") :].split("```")[1].removeprefix("yaml\n")


def table(heading: str) -> dict[str, str]:
    """First and second cells of the table with these headings."""
    found = {}
    for line in TEXT[TEXT.index(f"| {heading} |") :].splitlines()[2:]:
        if not line.startswith("|"):
            break
        first, second = line.strip("|").split(" | ")[:2]
        found[first.strip(" `")] = second.strip(" |")
    return found


def test_the_example_goes_as_it_is_told():
    shop = Shop(program=PROGRAM + block("signals"), referral=block("referral"))
    shop.enrol()
    assert join(shop, "bob", code(shop), device="d") == JOINED
    assert settle(shop) == JOINED
    assert [rule.id for rule in shop.rulebook.rules] == ["friend-brought", "friend-came"]


def test_keys_states_and_reasons_are_told():
    assert table("key") == dict(REFERRAL)
    assert list(table("state")) == [JOINED, WAITING, REWARDED, REFUSED]
    told = set(table("reason"))
    assert told == {"ring", "same", "chain", "siblings", "known_before", "too_many"}
    assert told < set(SAYS)
    assert rows("### signals") == dict(SIGNAL)
