"""Rule files and baskets of a made-up retailer, as many as wanted and the same at every run.

A few everyday rules take effect on each purchase, as in any programme; all others are campaigns
for some products, stores, days and members, and none of them matches the `quiet_for` baskets. So
the same number of rules matches whatever the number of rules is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.purchase import Line, Payment, Purchase
from loyalty_engine.rulebook.deciding.match import match_every
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 8, 15, 25, tzinfo=UTC)

PROGRAM = """
program: bench
title: Bench
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units:
  points: {value: 0.01, tender: 0.01}
touchpoints: [till, self_checkout, web, app]
attributes:
  segment: {type: text, purpose: offers that suit}
lanes:
  - offers: all
  - basket: best
  - points: all
  - bonus: all
switches: {receipt_not_met: 20}
"""

TIERS = """
window: calendar_year
tiers:
  - {tier: bronze, title: Bronze}
  - {tier: silver, title: Silver, needs: {spend: 500.00}}
  - {tier: gold, title: Gold, needs: {spend: 1500.00}}
  - {tier: platinum, title: Platinum, needs: {spend: 4000.00}}
"""

STORES = tuple(f"S{number:03}" for number in range(1, 201))
TOUCHPOINTS = ("till", "self_checkout", "web", "app")
TIER_NAMES = ("bronze", "silver", "gold", "platinum")
SEGMENTS = tuple(f"segment-{number}" for number in range(1, 21))
BRANDS = tuple(f"Brand {number}" for number in range(1, 301))
METHODS = ("card", "cash", "voucher", "wallet", "instalments")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CATEGORIES = tuple(
    f"dep{first}/aisle{second}/shelf{third}"
    for first in range(1, 13)
    for second in range(1, 9)
    for third in range(1, 7)
)

Word = tuple[str, Any]
"""A word with its arguments as they stand in a rule file."""


@dataclass(frozen=True)
class Draft:
    """A rule before it is written down."""

    name: str
    lane: str
    then: tuple[Word, ...]
    when: tuple[Word, ...] = ()
    on: tuple[Word, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The rule file. JSON is YAML too, but people write blocks, so blocks are read here."""
        lines = [f"# {self.name}: why it is there, who asked for it and who pays for it."]
        lines += [f"rule: {self.name}", f"title: {self.name.capitalize()}", f"lane: {self.lane}"]
        lines += [f"{key}: {_flow(value)}" for key, value in self.more.items() if key != "limits"]
        for key in ("when", "on", "then"):
            if words := getattr(self, key):
                lines += [f"{key}:", *(f"  - {_word(*word)}" for word in words)]
        if limits := self.more.get("limits"):
            lines += ["limits:", *(f"  - {_flow(limit)}" for limit in limits)]
        return "\n".join([*lines, ""])


def _word(name: str, args: Any) -> str:
    return name if args is None else f"{name}: {_flow(args)}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple) and value and isinstance(value[0], tuple):
        return "[" + ", ".join(_word(*word) for word in value) + "]"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) and ":" not in value else json.dumps(value)


# --- products and baskets ------------------------------------------------------------------------


@cache
def catalogue() -> tuple[tuple[str, str, str, int], ...]:
    """5,000 products: sku, category, brand, price in minor units."""
    random = Random("catalogue")
    return tuple(
        (
            f"P{number:05}",
            random.choice(CATEGORIES),
            random.choice(BRANDS),
            random.randint(49, 4999),
        )
        for number in range(5000)
    )


def basket(lines: int, seed: int = 1) -> Facts:
    """The facts of a member's purchase with so many lines."""
    random = Random(f"basket {lines} {seed}")
    bought = tuple(
        Line(str(number), sku, random.choice((1000, 1000, 2000)), price, category, brand)
        for number, (sku, category, brand, price) in enumerate(random.choices(catalogue(), k=lines))
    )
    nets = tuple(line.net for line in bought)
    purchase = Purchase(
        f"T-{lines}-{seed}",
        NOW,
        "EUR",
        bought,
        member="ada",
        store=random.choice(STORES),
        touchpoint="till",
        payments=(Payment("card", sum(nets)),),
    )
    member = MemberFacts(
        tier=random.choice(TIER_NAMES[:3]),
        enrolled_on=date(2024, 2, 29),
        language="en",
        attributes={"segment": random.choice(SEGMENTS)},
        purchases=17,
        last_purchase_on=date(2026, 10, 1),
    )
    return Facts(purchase, NOW.astimezone(ZONE), member, nets=nets)


# --- rules ---------------------------------------------------------------------------------------

EVERYDAY = (
    Draft("everyday-base", "points", (("earn_per_amount", {"points": 1, "per": "1.00"}),)),
    Draft(
        "everyday-members",
        "points",
        (("multiply_points", "1.5"),),
        when=(("tier_is", ["bronze", "silver", "gold"]), ("touchpoint_is", ["till", "app"])),
    ),
    Draft(
        "everyday-visit",
        "bonus",
        (("earn_points", 5),),
        when=(("spent_at_least", "0.10"),),
        more={"limits": [{"uses": 1, "per": "member", "period": "day"}]},
    ),
    Draft(
        "everyday-card",
        "bonus",
        (("earn_points", 2),),
        when=(("paid_with", ["card", "wallet"]), ("language_is", "en")),
    ),
    Draft("everyday-word", "bonus", (("show_message", "Thank you"),), when=(("is_member", None),)),
    Draft(
        "everyday-afternoon",
        "points",
        (("multiply_points", "1.1"),),
        when=(("hours_between", {"from": "14:00", "until": "19:00"}), ("spent_at_least", "0.20")),
    ),
    Draft(
        "everyday-again",
        "bonus",
        (("earn_points", 3),),
        when=(("weekday_is", ["mon", "tue", "wed", "thu"]), ("touchpoint_is", ["till", "web"])),
    ),
    Draft(
        "everyday-groceries",
        "offers",
        (("percentage_off", {"percent": 1, "at_most": "0.50"}),),
        when=(("tier_is", ["bronze", "silver", "gold"]),),
        on=(("none", [("category", ["tobacco", "lottery", "fuel"])]),),
    ),
    Draft(
        "everyday-basket",
        "basket",
        (("amount_off", "0.10"),),
        when=(("spent_at_least", "0.30"), ("is_member", None)),
    ),
    Draft(
        "everyday-products",
        "bonus",
        (("earn_per_unit", {"points": 1}),),
        on=(("none", [("sku", ["BAG-SMALL", "BAG-LARGE"])]),),
    ),
)


def drafts(rules: int, quiet_for: Sequence[Facts], everyday: int = 5) -> list[Draft]:
    """So many rules: some everyday ones, and campaigns of which none matches the given baskets."""
    found = list(EVERYDAY[:everyday])
    random = Random("campaigns")
    number = 0
    while len(found) < rules:
        more = [_campaign(random, number + offset) for offset in range(rules + 50)]
        number += len(more)
        matched = _matched(read(more), quiet_for)
        found += [draft for draft in more if draft.name not in matched]
    return found[:rules]


def source_of(rules: Sequence[Draft]) -> dict[str, str]:
    """The files of a programme with these rules."""
    files = {f"rules/{draft.lane}/{draft.name}.yaml": draft.text for draft in rules}
    return {"program.yaml": PROGRAM, "tiers.yaml": TIERS, **files}


def read(rules: Sequence[Draft]) -> Rulebook:
    """The rulebook of these rules."""
    return parse_rulebook(source_of(rules), standard_words())


def _matched(rulebook: Rulebook, baskets: Sequence[Facts]) -> set[str]:
    return {
        match.rule.id
        for facts in baskets
        for lane in rulebook.by_lane
        for match in match_every(rulebook, lane, facts)[0]
    }


def _campaign(random: Random, number: int) -> Draft:
    on = _products(random)
    when = [_CONDITIONS[kind](random) for kind in _kinds(random, 2)]
    if random.random() < 0.10:
        when.append(("any", [_CONDITIONS[kind](random) for kind in _kinds(random, 2)]))
    if random.random() < 0.10:
        when.append(("none", [_CONDITIONS[random.choice(("store", "weekday", "tier"))](random)]))
    lane, then = random.choice(_EFFECTS)
    more: dict[str, Any] = {"priority": random.choice((0, 0, 0, 10, 20))}
    if random.random() < 0.4:
        more |= {"from": "2026-01-01", "until": f"2026-12-{random.randint(1, 31):02}"}
    if random.random() < 0.2:
        more["limits"] = [{"uses": random.randint(1, 5), "per": "member", "period": "month"}]
    return Draft(f"campaign-{number:06}", lane, (then,), tuple(when), on, more)


def _kinds(random: Random, at_least: int) -> list[str]:
    """Which conditions a rule has, each kind once, in the order people tend to write them."""
    drawn = [kind for kind, share in _SHARES.items() if random.random() < share]
    while len(drawn) < at_least:
        drawn = sorted({*drawn, random.choice(list(_SHARES))})
    return drawn[:5]


def _products(random: Random) -> tuple[Word, ...]:
    kind = random.random()
    if kind < 0.50:
        return (("category", [_category(random) for _ in range(random.choice((1, 1, 2, 3)))]),)
    if kind < 0.75:
        return (("sku", _some(random, [sku for sku, *_ in catalogue()], 8)),)
    if kind < 0.90:
        return (("brand", _some(random, BRANDS, 3)),)
    return ()


def _category(random: Random) -> str:
    path = random.choice(CATEGORIES)
    return path if random.random() < 0.6 else path.rpartition("/")[0]


def _some(random: Random, names: Sequence[str], most: int) -> list[str]:
    return random.sample(names, random.randint(1, most))


def _amount(random: Random) -> str:
    return f"{random.choice((5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200))}.00"


def _hours(random: Random) -> dict[str, str]:
    start = random.randint(6, 18)
    return {"from": f"{start:02}:00", "until": f"{start + random.randint(2, 4):02}:30"}


_SHARES = {
    "store": 0.55,
    "tier": 0.45,
    "segment": 0.40,
    "weekday": 0.35,
    "total": 0.40,
    "touchpoint": 0.20,
    "hours": 0.15,
    "spend": 0.13,
    "paid": 0.10,
    "visits": 0.05,
    "language": 0.05,
}
_CONDITIONS: dict[str, Any] = {
    "tier": lambda it: ("tier_is", _some(it, TIER_NAMES, 2)),
    "store": lambda it: ("store_is", _some(it, STORES, 12)),
    "touchpoint": lambda it: ("touchpoint_is", _some(it, TOUCHPOINTS, 2)),
    "segment": lambda it: ("attribute_is", {"name": "segment", "any_of": _some(it, SEGMENTS, 3)}),
    "weekday": lambda it: ("weekday_is", _some(it, WEEKDAYS, 3)),
    "hours": lambda it: ("hours_between", _hours(it)),
    "total": lambda it: ("spent_at_least", _amount(it)),
    "paid": lambda it: ("paid_with", _some(it, METHODS, 2)),
    "language": lambda it: ("language_is", it.choice(("en", "fr"))),
    "spend": lambda it: ("spends_on", {"category": _category(it), "at_least": _amount(it)}),
    "visits": lambda it: ("nth_purchase", it.randint(1, 50)),
}
_EFFECTS: tuple[tuple[str, Word], ...] = (
    ("offers", ("percentage_off", 10)),
    ("offers", ("amount_off_each", "0.50")),
    ("offers", ("pay_for", {"take": 3, "pay": 2})),
    ("basket", ("amount_off", "5.00")),
    ("points", ("multiply_points", 2)),
    ("points", ("earn_per_unit", {"points": 5})),
    ("bonus", ("earn_points", 100)),
    ("bonus", ("show_message", {"en": "Good to see you", "fr": "Ravis de vous voir"})),
)
