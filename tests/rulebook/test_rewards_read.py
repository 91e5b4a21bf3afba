"""Reward files: read whole, or every fault told at once with its place."""

from fractions import Fraction

import pytest

from loyalty_engine.domain.limits import Limit, Measure, Period, Scope
from loyalty_engine.rulebook.calendar_values import Length
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rewards import Reward, RewardKind
from loyalty_engine.rulebook.stopped import with_stopped
from loyalty_engine.rulebook.telling.difference import differences
from loyalty_engine.vocabulary import standard_words

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units: {points: {value: 0.01}, stamps: {}}
lanes: base
"""
TIERS = "tiers:\n  - tier: base\n  - tier: gold\n"
WHOLE = """\
reward: season
kind: status
title: {en: Gold, fr: Or}
text: All of it
picture: https://shop.example/gold.png
price: {points: 100, stamps: 2, money: 2.50}
when: [tier_is: base]
from: 2026-03-01
until: 2026-03-31
stock: {all: 50, per_store: 5}
limits: [{uses: 2, per: member, period: month}]
cost: 4
tier: gold
lasts: 1 year 3 months
message: {en: Well done, fr: Bravo}
"""


def parse(*rewards: str, **more: str) -> dict[str, Reward]:
    source = {"program.yaml": PROGRAM, "tiers.yaml": TIERS, **more}
    source |= {f"rewards/{number}.yaml": text for number, text in enumerate(rewards)}
    return dict(parse_rulebook(source, standard_words()).rewards)


def faults(*rewards: str) -> list[str]:
    with pytest.raises(RulebookErrors) as told:
        parse(*rewards)
    return [str(fault) for fault in told.value.faults]


def test_everything_a_reward_says_is_read():
    it = parse(WHOLE)["season"]
    assert (it.kind, it.price, it.money, it.cost) == (
        RewardKind.STATUS, {"points": 100, "stamps": 2}, 250, 400,
    )  # fmt: skip
    assert it.limits == {
        "reward:season/stock/all": Limit(Measure.USES, 50, Scope.ALL, Period.LIFE),
        "reward:season/stock/store": Limit(Measure.USES, 5, Scope.STORE, Period.LIFE),
        "reward:season/member/month": Limit(Measure.USES, 2, Scope.MEMBER, Period.MONTH),
    }
    assert (it.tier, it.lasts) == ("gold", Length(years=1, months=3))
    assert (it.title["fr"], it.message["fr"], it.text) == ("Or", "Bravo", {"en": "All of it"})
    assert str(it.place) == "rewards/0.yaml:1:1"
    assert [type(word).word for word in it.when] == ["tier_is"]


def test_most_of_it_may_be_left_out():
    it = parse("reward: mug\nkind: goods\ntitle: A mug\n")["mug"]
    assert (it.price, it.money, it.when, it.limits, it.tier) == ({}, 0, (), {}, "")
    assert it.start is None
    assert Fraction(it.cost) == 0


def test_a_stock_may_be_one_number():
    it = parse("reward: mug\nkind: goods\ntitle: A mug\nstock: 12\n")["mug"]
    assert [(name, limit.ceiling) for name, limit in it.limits.items()] == [
        ("reward:mug/stock/all", 12)
    ]


def test_every_fault_of_a_reward_is_told_at_once():
    text = """\
reward: Mug
kind: good
title: {fr: Tasse}
price: {piints: 1, stamps: 0, money: 1.234}
when: [tier_is: golden]
from: 2026-04-01
until: 2026-03-31
stock: {all: 0, per_shop: 3}
limits: [{points: 5, per: purchase}]
cost: -1
tier: glod
lasts: 3 hours
colour: blue
"""
    assert [it.removeprefix("rewards/0.yaml:") for it in faults(text)] == [
        "1:9: reward: 'Mug' is not a name: small letters, digits and single - or _ between them. Did you mean 'mug'?",
        "2:7: kind: 'good' is none of money_off, goods, service, information, status, recognition. Did you mean 'goods'?",
        "3:8: title: a text by language needs 'en'",
        "4:9: price: no unit of points 'piints'. Did you mean 'points'?",
        "4:28: price.stamps: 0 is not from 1 to 1000000000000",
        "4:38: price.money: '1.234' has 3 decimals; an amount in EUR has at most 2",
        "5:17: tier_is: no tier 'golden'. Did you mean 'gold'?",
        "7:8: until: 2026-03-31 lies before from, 2026-04-01",
        "8:14: stock.all: 0 is not from 1 to 1000000000000",
        "8:17: stock: no key 'per_shop' in stock. Did you mean 'per_store'?",
        "9:9: limits: a reward is limited in uses, and per one of member, household, store, all",
        "10:7: cost: '-1' is negative",
        "11:7: tier: no tier 'glod'. Did you mean 'gold'?",
        "12:8: lasts: '3 hours' is not a length in days, weeks, months or years",
        "13:1: no key 'colour' in a reward; it has reward, kind, title, text, picture, price, when, from, until, stock, limits, cost, tier, lasts, voucher, message",
    ]


def test_each_kind_needs_what_it_gives():
    assert faults("reward: a\nkind: status\ntitle: A\n") == [
        "rewards/0.yaml:1:1: a reward of the kind status needs 'lasts'",
        "rewards/0.yaml:1:1: a reward of the kind status needs 'tier'",
    ]
    assert faults(
        "reward: a\nkind: recognition\ntitle: A\n", "reward: b\nkind: goods\ntitle: B\ntier: gold\n"
    ) == [
        "rewards/0.yaml:1:1: a reward of the kind recognition needs 'message'",
        "rewards/1.yaml:4:1: tier: only a reward of the kind status gives a tier",
    ]


def test_a_reward_gives_a_voucher_of_single_use_that_there_is():
    off = "reward: off\nkind: money_off\ntitle: Off\nvoucher: five\n"
    single, shared = "voucher: five\n", "voucher: five\ncodes: [SPRING]\n"
    assert parse(off, **{"vouchers/five.yaml": single})["off"].voucher == "five"
    for more, fault in (
        ({"vouchers/five.yaml": shared}, "rewards/0.yaml:1:1: voucher: many know the codes of"),
        ({"vouchers/fife.yaml": "voucher: fife\n"}, "rewards/0.yaml:4:10: voucher: no voucher"),
    ):
        with pytest.raises(RulebookErrors) as told:
            parse(off, **more)
        assert [str(it).startswith(fault) for it in told.value.faults] == [True], told.value
    assert faults(off.replace("money_off", "service").replace("service", "recognition")) == [
        "rewards/0.yaml:1:1: a reward of the kind recognition needs 'message'",
        "rewards/0.yaml:4:1: voucher: only a reward of the kind money_off, goods, service gives one",
        "rewards/0.yaml:4:10: voucher: no voucher 'five' (none is declared)",
    ]


def test_no_two_rewards_have_the_same_name():
    mug = "reward: mug\nkind: goods\ntitle: A mug\n"
    assert faults(mug, mug) == [
        "rewards/1.yaml:1:1: the reward 'mug' stands already in rewards/0.yaml:1:1"
    ]


def test_a_reward_that_is_no_mapping_and_one_elsewhere_are_told():
    assert len(faults("[1, 2]")) == 1
    assert len(faults("reward: mug\n")) == 1


def test_what_changes_in_rewards_is_told():
    mug = "reward: mug\nkind: goods\ntitle: A mug\nprice: {points: 10, money: 2.50}\n"
    source = {"program.yaml": PROGRAM, "rewards/mug.yaml": mug}
    before = parse_rulebook(source, standard_words())
    assert [str(it) for it in differences(None, before)] == [
        "added reward mug: A mug for 10 points and €2.50"
    ]
    moved = {"program.yaml": PROGRAM, "rewards/goods/mug.yaml": "\n" + mug}
    assert differences(before, parse_rulebook(moved, standard_words())) == ()
    dearer = source | {"rewards/mug.yaml": mug.replace("10", "20")}
    assert [str(it) for it in differences(before, parse_rulebook(dearer, standard_words()))] == [
        "changed reward mug: A mug for 20 points and €2.50; before: A mug for 10 points and €2.50"
    ]
    stopped = parse_rulebook(with_stopped(source, ["mug"]), standard_words())
    assert (dict(stopped.rewards), stopped.stopped) == ({}, ("mug",))
    assert [str(it) for it in differences(before, stopped)] == ["stopped mug"]
    gone = parse_rulebook({"program.yaml": PROGRAM}, standard_words())
    assert [it.kind for it in differences(before, gone)] == ["removed"]
