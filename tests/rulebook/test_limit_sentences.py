"""Limits as receipts say them, in English and French."""

import pytest

from loyalty_engine.rulebook.telling.limit_sentences import named_limit_sentence
from tests.shop import PROGRAM, Shop

CAMPAIGNS = """
campaigns:
  spring:
    title: {en: Spring, fr: Printemps}
    limits: [{liability: 5000.00}, {uses: 1, per: household, period: week}]
"""
RULE = """
rule: gift
lane: bonus
when: [voucher_is: X]
then: [earn_points: 5]
campaign: spring
limits:
  - {points: 100, per: code, period: month}
  - {money: 12.50, per: store, period: day}
  - {uses: 2, per: purchase}
  - {points: 1, per: all, period: year}
"""


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("gift/points/code/month", "at most 100 points for each voucher a month",
         "au plus 100 points par bon par mois"),
        ("gift/money/store/day", "at most €12.50 for each store a day",
         "au plus 12,50\N{NO-BREAK SPACE}€ par magasin par jour"),
        ("gift/uses/purchase/life", "at most 2 times for each purchase", "au plus 2 fois par achat"),
        ("gift/points/all/year", "at most 1 point for all together a year",
         "au plus 1 point pour tous ensemble par an"),
        ("campaign:spring/liability/campaign/life",
         "at most €5000.00 in cost for the campaign “Spring”",
         "au plus 5000,00\N{NO-BREAK SPACE}€ de coût pour la campagne « Printemps »"),
        ("campaign:spring/uses/household/week", "at most 1 time for each household a week",
         "au plus 1 fois par foyer par semaine"),
    ],
)  # fmt: skip
def test_a_limit_is_told_in_both_languages(name: str, english: str, french: str):
    shop = Shop(RULE, program=PROGRAM + CAMPAIGNS)
    assert named_limit_sentence(name, "en", shop.rulebook) == english
    assert named_limit_sentence(name, "fr", shop.rulebook) == french
