"""Every word as a sentence, in English and in French."""

import re
from dataclasses import dataclass, fields
from datetime import date, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.domain.lanes import Lane
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import Tier, TierScheme
from loyalty_engine.domain.units import Unit
from loyalty_engine.rulebook import nesting
from loyalty_engine.rulebook.rule import Place, Rule
from loyalty_engine.rulebook.telling.catalogue_fr import TEMPLATES
from loyalty_engine.rulebook.telling.saying import PLACE
from loyalty_engine.rulebook.telling.sentences import missing, rule_sentence, sentence, untranslated
from loyalty_engine.rulebook.words import Condition, Near, Word
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.conditions.attribute_is import AttributeIs
from loyalty_engine.vocabulary.conditions.birthday_within import BirthdayWithin
from loyalty_engine.vocabulary.conditions.date_between import DateBetween
from loyalty_engine.vocabulary.conditions.days_since_last_purchase import DaysSinceLastPurchase
from loyalty_engine.vocabulary.conditions.hours_between import HoursBetween
from loyalty_engine.vocabulary.conditions.nth_purchase import NthPurchase
from loyalty_engine.vocabulary.conditions.spends_on import SpendsOn
from loyalty_engine.vocabulary.conditions.spent_at_least import SpentAtLeast
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.conditions.units_at_least import UnitsAtLeast
from loyalty_engine.vocabulary.conditions.weekday_is import WeekdayIs
from loyalty_engine.vocabulary.effects.earn_per_amount import EarnPerAmount
from loyalty_engine.vocabulary.effects.earn_per_unit import EarnPerUnit
from loyalty_engine.vocabulary.effects.earn_points import EarnFixed
from loyalty_engine.vocabulary.effects.multiply_points import Multiply
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from loyalty_engine.vocabulary.effects.show_message import ShowMessage
from loyalty_engine.vocabulary.selectors.category import Category
from loyalty_engine.vocabulary.selectors.not_discounted import NotDiscounted

HOURS = HoursBetween(time(7), time(9, 30))


def program(currency: str = "EUR") -> Program:
    return Program(
        name="test",
        title="Test",
        zone=ZoneInfo("Europe/Paris"),
        currency=currency,
        languages=("en", "fr"),
        units={"points": Unit("points")},
        lanes=(Lane("base"),),
        tiers=TierScheme((Tier("silver", {"en": "Silver", "fr": "Argent"}), Tier("top_tier"))),
    )


def plain(text: str) -> str:
    """Without the spaces that may not be broken, which nobody can see here."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("word", "english", "french"),
    [
        (
            TierIs(("silver", "top_tier")),
            "the member's tier is Silver or top tier",
            "le membre a le statut Argent ou top tier",
        ),
        (SpentAtLeast(5000), "the basket comes to €50.00 or more", "le panier atteint 50,00 €"),
        (
            SpendsOn(2050, category=("a/b", "c", "d"), brand=("Moka",)),
            "€20.50 or more is spent on a/b, c or d on Moka",
            "les achats du rayon a/b, c ou d de la marque Moka atteignent 20,50 €",
        ),
        (UnitsAtLeast(500), "0.5 or more is bought", "la quantité atteint 0,5"),
        (WeekdayIs((5, 6)), "the day is Saturday or Sunday", "le jour est samedi ou dimanche"),
        (
            HoursBetween(time(7), time(9, 30)),
            "the time is from 07:00 until 09:30",
            "il est entre 07h00 et 09h30",
        ),
        (
            DateBetween(date(2026, 3, 1), date(2026, 12, 24)),
            "the date is from 1 March 2026 to 24 December 2026",
            "la date va du 1er mars 2026 au 24 décembre 2026",
        ),
        (BirthdayWithin(), "it is the member's birthday", "c'est l'anniversaire du membre"),
        (
            BirthdayWithin(1, 7),
            "it is the member's birthday or at most 1 day before it or at most 7 days after it",
            "c'est l'anniversaire du membre ou au plus 1 jour avant ou au plus 7 jours après",
        ),
        (
            DaysSinceLastPurchase(1),
            "the last purchase was 1 day ago or more",
            "le dernier achat date d'au moins 1 jour",
        ),
        (
            AttributeIs("plan", ("plus",)),
            "the member's plan is plus",
            "l'attribut plan du membre est plus",
        ),
        (EarnFixed(1), "1 point", "1 point"),
        (EarnFixed(100, "coffee_stamps"), "100 coffee stamps", "100 coffee stamps"),
        (
            EarnPerAmount(Fraction(1, 10), 100),
            "0.1 points for each €1.00",
            "0,1 point par tranche de 1,00 €",
        ),
        (
            EarnPerAmount(Fraction(2), 1000, carry=True),
            "2 points for each €10.00, the rest is carried over",
            "2 points par tranche de 10,00 €, l'excédent est reporté",
        ),
        (EarnPerUnit(Fraction(1)), "1 point for each product", "1 point par produit"),
        (
            EarnPerUnit(Fraction(1), 2000),
            "1 point for each 2 products",
            "1 point par tranche de 2 produits",
        ),
        (Multiply(Fraction(3, 2)), "points count 1.5 times", "les points comptent 1,5 fois"),
        (Multiply(Fraction(4, 3)), "points count 4/3 times", "les points comptent 4/3 fois"),
        (PercentageOff(1250), "12.5% off", "12,5 % de remise"),
        (
            PercentageOff(1000, 500),
            "10% off, at most €5.00",
            "10 % de remise, au plus 5,00 €",
        ),
        (
            ShowMessage('{"en": "Well done", "fr": "Bravo"}'),
            "the message “Well done”",
            "le message « Bravo »",
        ),
    ],
)
def test_a_word_reads_as_a_sentence(word: Word, english: str, french: str):
    assert plain(sentence(word, "en", program())) == english
    assert plain(sentence(word, "fr", program())) == french


@pytest.mark.parametrize(
    ("currency", "english", "french"),
    [
        ("GBP", "£1234.50", "1234,50 £"),
        ("JPY", "JPY 123450", "123450 JPY"),
        ("TND", "TND 123.450", "123,450 TND"),
    ],
)
def test_money_has_the_decimals_of_its_currency(currency: str, english: str, french: str):
    word = SpentAtLeast(123450)
    assert english in plain(sentence(word, "en", program(currency)))
    assert french in plain(sentence(word, "fr", program(currency)))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("fr-CA", "1 point par produit"), ("FR", "1 point par produit"), ("de", "1 point for each")],
)
def test_a_region_reads_its_language_and_a_strange_language_reads_english(tag: str, expected: str):
    assert sentence(EarnPerUnit(Fraction(1)), tag, program()).startswith(expected)


@pytest.mark.parametrize(
    ("word", "near", "english", "french"),
    [
        (SpentAtLeast(5000), Near(320, "minor"), "(€3.20 more)", "(encore 3,20 €)"),
        (UnitsAtLeast(3000), Near(1500, "milli"), "(1.5 more)", "(encore 1,5)"),
        (NthPurchase(5), Near(2, "count"), "(2 purchases later)", "(2 achats plus tard)"),
        (WeekdayIs((5,)), Near(1, "days"), "(in 1 day)", "(dans 1 jour)"),
        (HOURS, Near(7200, "seconds"), "(in 2 hours)", "(dans 2 heures)"),
        (HOURS, Near(5341, "seconds"), "(in 1 hour 30 minutes)", "(dans 1 heure 30 minutes)"),
        (HOURS, Near(59, "seconds"), "(in 59 seconds)", "(dans 59 secondes)"),
        (
            TierIs(("silver", "top_tier")),
            Near(2, "tier", towards=("silver",)),
            "(with Silver)",
            "(avec le statut Argent)",
        ),
        (NotDiscounted(), None, "not marked down", "non démarqués"),
    ],
)
def test_what_is_missing_says_how_much(word: Word, near: Near | None, english: str, french: str):
    assert plain(missing(word, "en", program(), near)).endswith(english)
    assert plain(missing(word, "fr", program(), near)).endswith(french)


def test_a_rule_reads_aloud():
    rule = Rule(
        id="silver-weekends",
        title={"en": "Silver weekends", "fr": "Week-ends Argent"},
        lane="base",
        when=(TierIs(("silver",)), WeekdayIs((5, 6))),
        on=(Category(("dairy",)),),
        then=(Multiply(Fraction(2)), EarnFixed(5)),
        place=Place("earn/silver.yaml", 1, 1),
    )
    assert rule_sentence(rule, "en", program()) == (
        "Silver weekends: when the member's tier is Silver and the day is Saturday or Sunday, "
        "on dairy, points count 2 times and 5 points"
    )
    assert plain(rule_sentence(rule, "fr", program())) == (
        "Week-ends Argent : quand le membre a le statut Argent et le jour est samedi ou dimanche, "
        "sur le rayon dairy, les points comptent 2 fois et 5 points"
    )


def test_a_rule_without_title_is_called_by_its_id():
    rule = Rule("coffee-week", {}, "base", (), (), (EarnFixed(5),), Place("a.yaml", 1, 1))
    assert rule_sentence(rule, "en", program()) == "Coffee week: 5 points"


def test_no_standard_word_lacks_its_french_sentence():
    assert untranslated(standard_words(), "fr") == []


GROUPS: tuple[type[Word], ...] = (
    nesting.All, nesting.Any, nesting.None_, nesting.LineAll, nesting.LineAny, nesting.LineNone,
)  # fmt: skip


def test_no_french_sentence_is_left_of_a_word_that_is_gone():
    assert set(TEMPLATES) == {word.says for word in (*standard_words(), *GROUPS)}


def test_groups_of_words_read_aloud():
    weekend, lot = WeekdayIs((5, 6)), SpentAtLeast(5000)
    known = nesting.None_((TierIs(("silver",)), nesting.All((weekend, lot))))
    assert plain(sentence(nesting.Any((weekend, lot)), "en", program())) == (
        "(the day is Saturday or Sunday or the basket comes to €50.00 or more)"
    )
    assert plain(sentence(known, "fr", program())) == (
        "rien de ce qui suit (le membre a le statut Argent"
        " ou (le jour est samedi ou dimanche et le panier atteint 50,00 €))"
    )


@pytest.mark.parametrize("word", [*standard_words(), *GROUPS], ids=lambda word: word.word)
def test_templates_name_fields_of_their_word_and_nothing_else(word: type[Word]):
    names = {each.name for each in fields(word)}  # type: ignore[arg-type]
    for template in (word.says, TEMPLATES[word.says]):
        places = list(PLACE.finditer(template))
        assert len(places) == template.count("{") == template.count("}"), template
        assert {place["name"] for place in places} <= names
        assert re.sub(r"\[[^\[\]]*\]", "", template).count("[") == 0


@pytest.mark.parametrize("word", [*standard_words(), *GROUPS], ids=lambda word: word.word)
def test_both_languages_tell_the_same_fields(word: type[Word]):
    english, french = (
        sorted({place["name"] for place in PLACE.finditer(template)})
        for template in (word.says, TEMPLATES[word.says])
    )
    assert english == french


@dataclass(frozen=True)
class FullMoon(Condition):
    """A word that a plugin brings, with its French in tow."""

    word = "full_moon"
    says = "the moon is full over {place} {place.secret}"
    says_in = {"fr": "la lune est pleine à {place}"}  # noqa: RUF012
    place: str

    def holds(self, facts) -> bool:
        return bool(facts)


def test_a_plugins_word_brings_its_own_french():
    assert sentence(FullMoon("Lyon"), "fr", program()) == "la lune est pleine à Lyon"
    assert untranslated([FullMoon], "fr") == []


def test_a_template_reaches_into_nothing():
    said = sentence(FullMoon("Lyon {word} [x]"), "en", program())
    assert said == "the moon is full over Lyon {word} [x] {place.secret}"
