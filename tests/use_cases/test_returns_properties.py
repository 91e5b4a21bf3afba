"""Returns depend on what is kept alone: any split, any order, any basket, any rules."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.errors import InsufficientPoints, InvalidRequest
from loyalty_engine.domain.switches import ReturnedPoints
from loyalty_engine.use_cases.deciding.codec import kept_of
from loyalty_engine.use_cases.deciding.counting import key_of, key_text
from tests.shop import BASE, PROGRAM, Shop, line

RULES = {
    "base": BASE,
    "per-ten": "rule: per-ten\nlane: base\nthen: [earn_per_amount: {points: 1, per: 10.00}]\n",
    "bonus": (
        "rule: bonus\nlane: bonus\nwhen: [spent_at_least: 50.00]\nthen: [earn_points: 100]\n"
    ),
    "double": ("rule: double\nlane: bonus\non: [category: dairy]\nthen: [multiply_points: 2]\n"),
    "triple": "rule: triple\nlane: bonus\nthen: [multiply_points: 3]\n",
    "per-unit": "rule: per-unit\nlane: bonus\nthen: [earn_per_unit: {points: 0.5}]\n",
    "carried": (
        "rule: carried\nlane: base\nthen: [earn_per_amount: {points: 1, per: 7.00, carry: true}]\n"
    ),
    "ten-off": (
        "rule: ten-off\nlane: discounts\nwhen: [spent_at_least: 60.00]\nthen: [amount_off: 10.00]\n"
    ),
    "five-off": "rule: five-off\nlane: discounts\nthen: [amount_off: 5.00]\n",
    "percent": (
        "rule: percent\nlane: discounts\non: [category: dairy]\n"
        "then: [percentage_off: {percent: 12.5, at_most: 7.77}]\n"
    ),
    "sets": "rule: sets\nlane: discounts\nthen: [pay_for: {take: 3, pay: 2}]\n",
    "capped": (
        "rule: capped\nlane: bonus\nthen: [earn_points: 40]\nlimits: [{points: 25, per: member}]\n"
    ),
    "within": (
        "rule: within\nlane: bonus\nthen: [earn_per_amount: {points: 3, per: 1.00}]\n"
        "limits: [{liability: 0.50, per: all}, {uses: 3, per: member}]\n"
    ),
    "alone": "rule: alone\nlane: discounts\nexclusive: lane\nwhen: [spent_at_least: 70.00]\n"
    "then: [amount_off: 8.00]\n",
    "unearned": "rule: unearned\nlane: discounts\nnot_with: [lane base, lane best]\n"
    "when: [spent_at_least: 90.00]\nthen: [amount_off: 2.00]\n",
    "apart": "rule: apart\nlane: bonus\nexclusive: lane\nwhen: [none: [spent_at_least: 40.00]]\n"
    "then: [earn_points: 7]\n",
    "deal-ten": "rule: deal-ten\nlane: deals\ngroup: a\nnot_with: [group a]\n"
    "then: [percentage_off: 10]\n",
    "deal-four": "rule: deal-four\nlane: deals\ngroup: a\nwhen: [spent_at_least: 50.00]\nthen: [amount_off: 4.00]\n",
    "deal-points": "rule: deal-points\nlane: deals\ngroup: a\nnot_with: [group a]\n"
    "then: [earn_per_amount: {points: 5, per: 1.00}]\n",
    "deal-sets": "rule: deal-sets\nlane: deals\nthen: [pay_for: {take: 2, pay: 1}]\n",
    "deal-double": "rule: deal-double\nlane: deals\ngroup: a\nthen: [multiply_points: 2]\n",
    "each-ten": "rule: each-ten\nlane: each\non: [category: dairy]\nthen: [percentage_off: 10]\n",
    "each-four": "rule: each-four\nlane: each\nthen: [amount_off: 4.00]\n",
    "each-sets": "rule: each-sets\nlane: each\nthen: [pay_for: {take: 2, pay: 1}]\n",
    "each-points": "rule: each-points\nlane: each\nthen: [earn_per_amount: {points: 3, per: 1.00}]\n",
    "each-carried": "rule: each-carried\nlane: each\n"
    "then: [earn_per_amount: {points: 1, per: 6.00, carry: true}]\n",
    "best-one": "rule: best-one\nlane: best\nwhen: [spent_at_least: 30.00]\n"
    "then: [earn_points: 30]\n",
    "best-two": "rule: best-two\nlane: best\nthen: [earn_per_amount: {points: 1, per: 2.00}]\n",
}
LANES = PROGRAM.replace(
    "  - bonus: all\n",
    "  - bonus: all\n  - best: best\n  - deals: best_combination\n  - each: best_per_line\n",
)
TIERS = """
window: calendar_year
tiers:
  - tier: regular
  - tier: silver
    needs: {spend: 80.00}
"""

ways = st.sampled_from([str(way) for way in ReturnedPoints])

lines = st.lists(
    st.tuples(
        st.integers(0, 4000), st.integers(1, 4), st.sampled_from(["dairy", "things", "dairy/milk"])
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[Any], list[dict[str, int]], int, int]:
    """Rules, a basket, returns of single units in some order, points spent, points of before."""
    rules = draw(st.lists(st.sampled_from(sorted(RULES)), min_size=1, max_size=9, unique=True))
    basket = draw(lines)
    units = [str(i) for i, (_, quantity, _) in enumerate(basket) for _ in range(quantity)]
    order = draw(st.permutations(units))
    coming = list(order[: draw(st.integers(1, len(order)))])
    parts: list[dict[str, int]] = []
    while coming:
        size = draw(st.integers(1, len(coming)))
        part: dict[str, int] = {}
        for unit in coming[:size]:
            part[unit] = part.get(unit, 0) + 1000
        parts.append(part)
        coming = coming[size:]
    gross = sum(price * quantity for price, quantity, _ in basket)
    spent = draw(st.integers(0, gross // 4))
    return rules, basket, parts, spent, draw(st.integers(0, 200))


def spent_and_opening(spent: int, opening: int) -> int:
    """The points that a member has before the purchase; the unit cannot be adjusted by nothing."""
    return spent + opening + 1


def shop_with(
    rules: list[str], basket: list[Any], spent: int, opening: int, way: str = "recompute"
) -> Shop:
    program = f"{LANES}switches:\n  returned_points: {way}\n"
    shop = Shop(*(RULES[rule] for rule in rules), program=program, tiers=TIERS)
    shop.enrol()
    shop.adjust(spent_and_opening(spent, opening))
    lines = [line(str(i), price, n, category) for i, (price, n, category) in enumerate(basket)]
    paid = shop.quote(shop.basket("T", lines))["totals"]["net"]
    spend = {"points": min(spent, paid)}
    shop.buy("T", lines, spend=spend if spend["points"] else {})
    return shop


def state(shop: Shop) -> dict[str, Any]:
    """All that returns may move."""
    purchase = shop.purchase("T")
    with shop.storage.read("shop") as view:
        member = view.member(view.purchase("T").member)
        stored = view.purchase("T")
        carries = dict(view.carries(member.number, ["carried"]))
        standings = view.standings(member.number)
        kept = kept_of(stored.kept)
        counted = kept.counted
        counters = view.counters([key_of(place) for place in counted])
    assert {key_text(key): used for key, used in counters.items()} == counted
    if shop.rulebook.program.switches.returned_points is not ReturnedPoints.RECOMPUTE:
        left = kept.points.get("points", {}).get("capped", 0)
        assert left == kept.used.get("capped/points/member/life", 0)
    figures = {k: v for k, v in shop.balance().items() if k not in ("version", "as_of")}
    # The next expiry is told by lots; these never expire.
    return {
        "balance": figures,
        "refunded": purchase["refunded"],
        "left": purchase["points_left"],
        "kept": purchase["kept"],
        "counts": (stored.spend, stored.visits, dict(stored.measures)),
        "carries": carries,
        "tier": [(it.tier, it.since) for it in standings],
        "counted": {key_of(place).counter: used for place, used in counted.items()},
    }


LOSES_AT_LAST = (
    ["base", "best-one", "sets", "ten-off"],
    [(3372, 4, "dairy/milk"), (16, 2, "dairy/milk"), (154, 2, "dairy/milk")],
    [{"0": 1000}, {"1": 1000, "2": 2000, "0": 1000}, {"1": 1000}],
    217,
    0,
)
"""The last return loses more of a discount than it brings: less has come back than before it."""

HALF_OF_THE_LIMIT = (["base", "capped"], [(3688, 2, "things")], [{"0": 1000}], 0, 15)
"""What is kept would earn as much within the limit as before; half of it is taken back."""


@settings(max_examples=120)
@given(cases(), ways)
@example(LOSES_AT_LAST, "recompute")
@example(LOSES_AT_LAST, "by_amount")
@example(HALF_OF_THE_LIMIT, "by_amount")
def test_the_split_and_order_of_returns_make_no_difference(case: Any, way: str) -> None:
    rules, basket, parts, spent, opening = case
    split = shop_with(rules, basket, spent, opening, way)
    for number, part in enumerate(parts):
        split.back("T", f"R-{number}", **part)
    whole: dict[str, int] = {}
    for part in parts:
        for unit, milli in part.items():
            whole[unit] = whole.get(unit, 0) + milli
    at_once = shop_with(rules, basket, spent, opening, way)
    at_once.back("T", "R", **whole)

    assert state(at_once) == state(split)
    if split.purchase("T")["kept"]:
        split.cancel("T")
    assert split.points() == spent_and_opening(spent, opening), "undone in full, all is back"


@settings(max_examples=80)
@given(cases(), ways)
def test_a_purchase_returned_in_full_has_never_been(case: Any, way: str) -> None:
    rules, basket, _, spent, opening = case
    shop = shop_with(rules, basket, spent, opening, way)
    before = shop.points() - sum(shop.purchase("T")["points_left"].values())
    for i, (_, quantity, _) in enumerate(basket):
        shop.back("T", f"R-{i}", **{str(i): quantity * 1000})

    assert spent + opening + 1 == shop.points() >= before
    told = shop.purchase("T")
    paid_in_money = told["totals"]["net"] - told["totals"]["paid_with_points"]
    assert paid_in_money == told["refunded"]
    assert told["kept"] == {}
    assert [n for n in told["points_left"].values() if n] == []
    assert state(shop)["counted"] == {}


@settings(max_examples=60)
@given(cases())
def test_a_quote_changes_nothing_and_tells_what_recording_gives(case: Any) -> None:
    rules, basket, _, _, _ = case
    shop = Shop(*(RULES[rule] for rule in rules), program=LANES, tiers=TIERS)
    shop.enrol()
    lines = [line(str(i), price, n, category) for i, (price, n, category) in enumerate(basket)]
    before = shop.balance()
    quoted = shop.quote(shop.basket("T", lines))

    assert before == shop.balance()

    recorded = shop.buy("T", lines)
    for figure in ("points", "lines", "rules", "totals", "tier", "balance"):
        assert quoted[figure] == recorded[figure]


@settings(max_examples=60)
@given(cases(), ways)
def test_never_more_is_left_than_was_granted_nor_refunded_than_was_paid(
    case: Any, way: str
) -> None:
    rules, basket, parts, spent, opening = case
    shop = shop_with([it for it in rules if it != "carried"], basket, spent, opening, way)
    granted = {unit: row["granted"] for unit, row in shop.purchase("T")["points"].items()}
    net = shop.purchase("T")["totals"]["net"]
    for number, part in enumerate(parts):
        shop.back("T", f"R-{number}", **part)
        told = shop.purchase("T")
        assert all(n <= granted.get(unit, 0) for unit, n in told["points_left"].items())
        assert 0 <= told["refunded"] <= net


@settings(max_examples=60)
@given(cases(), ways)
@example((["base"], [(4000, 2, "things")], [{"0": 1000}], 40, 3), "recompute")
def test_what_a_purchase_paid_with_its_own_points_comes_back_whole(case: Any, way: str) -> None:
    rules, basket, parts, spent, _ = case
    own = f"{LANES}switches:\n  returned_points: {way}\n  earned_points_pay: yes\n"
    lines = [line(str(i), price, n, category) for i, (price, n, category) in enumerate(basket)]
    states = []
    for split in (True, False):
        shop = Shop(*(RULES[rule] for rule in rules), program=own, tiers=TIERS)
        shop.enrol()
        shop.adjust(1)
        paid = shop.quote(shop.basket("T", lines))["totals"]["net"]
        try:
            shop.buy("T", lines, spend={"points": min(spent, paid) or 1})
        except (InsufficientPoints, InvalidRequest):
            return  # it does not earn that much, or costs nothing
        whole: dict[str, int] = {}
        for number, part in enumerate(parts):
            if split:
                shop.back("T", f"R-{number}", **part)
            for unit, milli in part.items():
                whole[unit] = whole.get(unit, 0) + milli
        if not split:
            shop.back("T", "R", **whole)
        states.append(state(shop))
        if shop.purchase("T")["kept"]:
            shop.cancel("T")
        assert shop.points() == 1
    assert states[0] == states[1]
