"""`stored_value` of program.yaml: what it declares, and what is refused with the place and figure."""

import pytest

from loyalty_engine.domain.expiry import Expiry, ExpiryKind, RoundUp
from loyalty_engine.domain.stored_value import CardTerms, StoredValue
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.vocabulary import standard_words
from tests.shop import BASE, PROGRAM


def read(declared: str) -> StoredValue | None:
    text = f"{PROGRAM}stored_value: {declared}\n"
    source = {"program.yaml": text, "rules/base.yaml": BASE}
    return parse_rulebook(source, standard_words()).program.stored_value


def faults(declared: str) -> list[str]:
    with pytest.raises(RulebookErrors) as told:
        read(declared)
    return [str(it) for it in told.value.faults]


FIVE = Expiry(ExpiryKind.AFTER, years=5)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("{country: FR, gift_cards: }", StoredValue("FR", CardTerms())),
        ("{country: FR, store_credit: }", StoredValue("FR", None, Expiry())),
        (
            ("{country: US, gift_cards: {valid: 5 years, least: 1.50, most: 500, reloadable: no, "
            "resellable: yes, characters: 16}, store_credit: {valid: 60 months}}"),
            StoredValue(
                "US", CardTerms(FIVE, 150, 50000, False, 16, True), Expiry(ExpiryKind.AFTER, months=60)
            ),
        ),
        (
            "{country: DE, gift_cards: {valid: {after: 3 years, round_up: year}}}",
            StoredValue(
                "DE", CardTerms(Expiry(ExpiryKind.AFTER, years=3, round_up=RoundUp.YEAR))
            ),
        ),
        ("{country: US-NY, gift_cards: {valid: 9 years}}",
         StoredValue("US-NY", CardTerms(Expiry(ExpiryKind.AFTER, years=9)))),
        ("{country: XX, least_validity: none, gift_cards: {valid: 5 years}}",
         StoredValue("XX", CardTerms(FIVE))),
        ("{country: DE, least_validity: 5 years, gift_cards: {valid: 5 years}}",
         StoredValue("DE", CardTerms(FIVE))),
        ("{country: US-TX, gift_cards: {valid: 5 years}}", StoredValue("US-TX", CardTerms(FIVE))),
    ],
)  # fmt: skip
def test_read(declared: str, value: StoredValue):
    assert read(declared) == value


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("{gift_cards: }", "needs 'country'"),
        ("{country: DE}", "say gift_cards, store_credit or both"),
        ("{country: Germany, gift_cards: }", "no country by ISO 3166"),
        ("{country: XX, gift_cards: }", "no shortest validity is kept for XX"),
        ("{country: DE, gift_cards: {valid: 3 years}}",
         ("what is sold on 2024-01-01 would last to 2027-01-01; by the law of DE it lasts to "
         "2027-12-31 at least (BGB §§ 195, 199")),
        ("{country: US, gift_cards: {valid: 59 months}}", "by the law of US it lasts to 2029-01-01"),
        ("{country: US-CA, gift_cards: {valid: 99 years}}", "by the law of US-CA it ends never"),
        ("{country: CA, store_credit: {valid: 99 years}}", "by the law of CA it ends never"),
        ("{country: FR, least_validity: 2 years, gift_cards: {valid: 1 year}}",
         "least_validity of this file"),
        ("{country: FR, gift_cards: {valid: {inactivity: 1 year}}}", "lasts for a time or for ever"),
        ("{country: FR, gift_cards: {least: 10.00, most: 9.99}}", "less than the least"),
        ("{country: FR, gift_cards: {least: 0}}", "an amount above 0"),
        ("{country: FR, gift_cards: {characters: 8}}", "10 to 24 random characters"),
        ("{country: FR, gift_cards: {pin: 4}}", "no key 'pin' in gift_cards"),
    ],
)  # fmt: skip
def test_refused(declared: str, said: str):
    told = faults(declared)
    assert any(said in it for it in told), told
    assert all(it.startswith("program.yaml:") for it in told)
