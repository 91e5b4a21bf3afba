"""What has not changed since another rulebook is taken from it, and nothing comes out otherwise."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.stopped import with_stopped
from loyalty_engine.vocabulary import standard_words

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units:
  points: {value: 0.01, tender: 0.01}
lanes: [offers, base]
"""
OTHER_PROGRAM = PROGRAM.replace("currency: EUR", "currency: JPY")
TIERS = "window: calendar_year\ntiers:\n  - {tier: blue, title: Blue}\n"


def rule(name: str, amount: str = "1.50", more: str = "") -> str:
    return f"rule: {name}\nlane: base\nwhen:\n  - spent_at_least: {amount}\n{more}then:\n  - earn_points: 5\n"


TABLE = "table: brand\nlane: base\nthen:\n  - earn_points: 3\n"
ROWS = "id,on brand\nalpha,Alpha\nbeta,Beta\n"
SEGMENT = "segment: some\nwhen:\n  - language_is: en\n"
VISIT = "event: store_visit\npurpose: to count\n"
VOUCHER = "voucher: five\ntitle: Five off\nlane: offers\nthen:\n  - amount_off: 5.00\n"
PLACES: Mapping[str, tuple[str | None, ...]] = {
    "program.yaml": (PROGRAM, OTHER_PROGRAM, "program: shop\n"),
    "tiers.yaml": (TIERS, None, TIERS.replace("blue", "red")),
    "rules/a.yaml": (rule("a"), rule("a", "2.50"), None, rule("c"), "rule: [", rule("b"), TABLE),
    "rules/b.yaml": (
        rule("b"),
        None,
        rule("b", more="  - tier_is: blue\n"),
        rule("b", more="  - code_used: five\n"),
        rule("b", more="  - segment_is: some\n"),
        rule("b", more="  - event_is: store_visit\n"),
    ),
    "rules/brand.yaml": (TABLE, None, TABLE.replace("3", "4"), rule("brand")),
    "rules/brand.csv": (ROWS, None, ROWS + "gamma,Gamma\n", ROWS + "alpha,Alpha\n"),
    "segments/some.yaml": (SEGMENT, None, SEGMENT.replace("is: en", "is: fr")),
    "events/visit.yaml": (VISIT, None, VISIT.replace("store_visit", "review")),
    "vouchers/five.yaml": (VOUCHER, None, VOUCHER.replace("5.00", "6.00")),
}
"""What can stand in each file; the first is without fault."""

STOPPED = ((), ("a",), ("brand-alpha",), ("five", "b"))
WORDS = standard_words()


def read(source: Mapping[str, str], like: Any = None) -> Any:
    """The rulebook, or the faults."""
    try:
        return parse_rulebook(source, WORDS, like=like)
    except RulebookErrors as errors:
        return errors.faults


def source_of(chosen: Mapping[str, str | None], stopped: tuple[str, ...] = ()) -> dict[str, str]:
    return with_stopped({name: it for name, it in chosen.items() if it is not None}, stopped)


ALL_WELL = source_of({name: texts[0] for name, texts in PLACES.items()})

programmes = st.builds(
    source_of,
    st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in PLACES.items()}),
    st.sampled_from(STOPPED),
)


@given(programmes, programmes)
def test_it_makes_no_difference_what_was_there_before(
    before: dict[str, str], after: dict[str, str]
):
    like = read(before)
    assert read(after, None if isinstance(like, tuple) else like) == read(after)


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("stopped", STOPPED)
def test_each_change_by_itself_makes_no_difference(name: str, stopped: tuple[str, ...]):
    for text in PLACES[name]:
        changed = source_of({**ALL_WELL, name: text})
        like = read(with_stopped(ALL_WELL, stopped))
        assert read(changed, like) == read(changed)


def test_the_start_is_without_fault():
    assert len(read(ALL_WELL).rules) == 5


@pytest.mark.parametrize("stopped", STOPPED[:2])
def test_only_what_has_changed_is_read_again(stopped: tuple[str, ...]):
    before = read(with_stopped(ALL_WELL, stopped))
    after = read(ALL_WELL | {"rules/b.yaml": rule("b", "9.99")}, before)
    same = {it.id for it in after.rules if it is before.by_id.get(it.id)}
    assert same == ({"a", "brand-alpha", "brand-beta"} if not stopped else set())


def test_rules_are_read_again_where_what_they_name_has_changed():
    before = read(ALL_WELL)
    for file in ("program.yaml", "tiers.yaml", "vouchers/five.yaml", "segments/some.yaml"):
        after = read(ALL_WELL | {file: ALL_WELL[file] + "\n"}, before)
        assert not [it for it in after.rules if it is before.by_id[it.id]]
