"""Rules that carry their remainder: one running sum for each way of counting, whatever is edited."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.shop import PROGRAM, Shop, line

UNITS = PROGRAM.replace(
    "  points: {value: 0.01, tender: 0.01}\n",
    "  points: {value: 0.01, tender: 0.01}\n  stamps: {}\n",
)
OPENED_WITH = 10_000

Version = tuple[int, int, str, int]
"""Points for each so many minor units, of a unit, and points beside them for the purchase."""

versions = st.tuples(
    st.integers(1, 3),
    st.sampled_from([300, 500, 700, 1000]),
    st.sampled_from(["points", "stamps"]),
    st.sampled_from([0, 5]),
)


def rule(version: Version, *, least: str = "") -> str:
    points, per, unit, beside = version
    when = f"when: [spent_at_least: {least}]\n" if least else ""
    more = f"  - earn_points: {beside}\n" if beside else ""
    step = f"{per // 100}.{per % 100:02}"
    return (
        f"rule: carried\nlane: base\n{when}then:\n"
        f"  - earn_per_amount: {{points: {points}, per: {step}, unit: {unit}, carry: yes}}\n{more}"
    )


@dataclass
class Model:
    """What the rules promise: whole steps of what is kept, for each way of counting."""

    version: Version
    kept: dict[str, tuple[Version, int, int]] = field(default_factory=dict)

    def points(self, unit: str) -> int:
        sums: dict[tuple[int, int], int] = {}
        beside = 0
        for (points, per, of, more), pieces, price in self.kept.values():
            if of == unit:
                sums[points, per] = sums.get((points, per), 0) + pieces * price
            if unit == "points" and pieces:
                beside += more
        whole = sum(total // per * points for (points, per), total in sums.items())
        return whole + beside + (OPENED_WITH if unit == "points" else 0)


def opened(version: Version) -> Shop:
    shop = Shop(rule(version), program=UNITS)
    shop.enrol()
    shop.adjust(OPENED_WITH)
    shop.adjust(OPENED_WITH, "stamps")
    return shop


def edit(shop: Shop, text: str, program: str = UNITS) -> None:
    source = {"program.yaml": program, "rules/0.yaml": text}
    shop.rulebook = shop.shelf.publish("shop", source, "test", shop.now)


steps = st.one_of(
    st.tuples(st.just("edit"), versions),
    st.tuples(st.just("edit back")),
    st.tuples(st.just("buy"), st.integers(1, 1500), st.integers(1, 3)),
    st.tuples(st.just("return"), st.integers(0, 9), st.integers(1, 3)),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("correct"), st.integers(0, 9), st.integers(1, 1500)),
)
TENS, FIVES = (1, 1000, "points", 0), (1, 500, "points", 0)


@settings(max_examples=60)
@given(versions, st.lists(steps, max_size=9))
@example(TENS, [("buy", 700, 1), ("edit", FIVES), ("buy", 300, 1), ("edit back",), ("buy", 300, 1)])
@example(FIVES, [("buy", 700, 1), ("edit", TENS), ("buy", 700, 1), ("return", 0, 1)])
@example((1, 500, "points", 5), [("buy", 700, 1), ("return", 0, 1)])
@example(FIVES, [("buy", 700, 1), ("edit", (1, 500, "stamps", 0)), ("buy", 700, 1)])
def test_what_is_given_is_whole_steps_of_what_is_kept_under_each_version(
    first: Version, done: list[Any]
) -> None:
    shop, model = opened(first), Model(first)
    when: dict[str, datetime] = {}
    revision = 1
    for number, (act, *args) in enumerate(done):
        shop.later(minutes=1)
        whole = [it for it, (_, pieces, _) in model.kept.items() if pieces]
        if act in ("edit", "edit back"):
            model.version = args[0] if args else first
            edit(shop, rule(model.version))
        elif act == "buy":
            price, pieces = args
            shop.buy(f"T-{number}", [line("a", price, pieces)])
            model.kept[f"T-{number}"] = model.version, pieces, price
            when[f"T-{number}"] = shop.now
        elif whole:
            name = whole[args[0] % len(whole)]
            version, pieces, price = model.kept[name]
            if act == "return":
                back = min(args[1], pieces)
                shop.back(name, f"R-{number}", a=1000 * back)
                model.kept[name] = version, pieces - back, price
            elif act == "cancel":
                shop.cancel(name)
                model.kept[name] = version, 0, price
            elif shop.purchase(name)["state"] == "recorded":
                revision += 1
                again = [line("a", args[1], pieces)]
                shop.buy(name, again, revision=revision, occurred_at=when[name])
                model.kept[name] = version, pieces, args[1]
        assert shop.points() == model.points("points")
        assert shop.points("stamps") == model.points("stamps") + OPENED_WITH


def test_a_correction_that_meets_a_rule_for_the_first_time_adds_to_its_sum() -> None:
    shop = Shop(rule(TENS, least="5.00"), program=UNITS)
    shop.enrol()
    shop.buy("T-1", [line("a", 900)])
    shop.buy("T-2", [line("a", 100)])
    shop.buy("T-2", [line("a", 600)], revision=2)

    assert shop.points() == 1

    shop.buy("T-3", [line("a", 500)])

    assert shop.points() == 2


def test_the_same_effect_twice_adds_to_one_sum() -> None:
    twice = rule(TENS) + rule(TENS).splitlines()[-1] + "\n"
    shop = Shop(twice, program=UNITS)
    shop.enrol()
    shop.buy("T-1", [line("a", 700)])

    assert shop.points() == 1

    shop.buy("T-2", [line("a", 700)])

    assert shop.points() == 2

    shop.back("T-1", "R-1", a=1000)

    assert shop.points() == 1


def test_values_by_date_count_each_for_itself() -> None:
    dated = "rule: carried\nlane: base\nthen: [earn_per_amount: {points: 1, carry: yes, "
    dated += "per: {2026-01-01: 5.00, 2026-03-03: 10.00}}]\n"
    shop = Shop(dated, program=UNITS)
    shop.enrol()
    shop.buy("T-1", [line("a", 900)])
    shop.later(days=1)
    shop.buy("T-2", [line("a", 900)])
    shop.buy("T-3", [line("a", 100)])

    assert shop.points() == 1 + 1


def test_amounts_with_and_without_tax_are_not_added_up() -> None:
    shop = opened(TENS)
    shop.buy("T-1", [line("a", 700)])
    shop.later(minutes=1)
    edit(shop, rule(TENS), UNITS + "switches:\n  basis: excluded\n")
    shop.buy("T-2", [line("a", 840, tax=140)])

    assert shop.points() == OPENED_WITH

    shop.buy("T-3", [line("a", 360, tax=60)])

    assert shop.points() == OPENED_WITH + 1
