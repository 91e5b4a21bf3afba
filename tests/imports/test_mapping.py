"""A mapping file is read whole, and every fault in it is told with its place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from loyalty_engine.imports.mapping import (
    Anonymous,
    AttributeType,
    Clean,
    Column,
    Finer,
    Kind,
    Layout,
    Negative,
    Price,
    Zero,
)
from loyalty_engine.imports.read_mapping import read_mapping
from loyalty_engine.rulebook.faults import RulebookErrors
from tests.imports.making import mapping, text

ROOT = Path(__file__).parents[2]


def faults(lines: str) -> list[str]:
    with pytest.raises(RulebookErrors) as refused:
        read_mapping(text(lines), "mapping.yaml")
    return [str(fault) for fault in refused.value.faults]


def test_a_mapping_says_what_is_where():
    found = mapping("""
        source: till-export
        program: shop
        layout: baskets
        zone: Europe/Paris
        time_format: "%d.%m.%Y"
        amounts: {written: minor, finer: down, decimal_mark: ","}
        csv: {delimiter: tab, encoding: cp1252}
        basket:
          id: {column: nr, clean: whole}
          at: when
          currency: {value: EUR}
          kind: {column: type, sale: [S, X], return: R}
        lines:
          in: items
          sku: {column: art, clean: [whole, upper]}
          quantity: n
          unit_price: price
          zero_quantity: one
          category: {by_sku: {food/fruit: "1*"}, otherwise: food}
          attributes: {organic: {column: bio, type: boolean}}
        points:
          points: {spent: used, received: got, for_one: 10}
        returns: {negative_in_sale: left_out, anonymous: any_store, same_price_only: [M, "9*"]}
        leave_out:
          - {reason: postage, sku: P*, kind: return, price: zero, member: none}
        """)
    assert (found.source, found.program, found.layout) == ("till-export", "shop", Layout.BASKETS)
    assert (found.finer, found.decimal_mark, found.delimiter) == (Finer.DOWN, ",", "\t")
    assert (found.encoding, found.zone.key) == ("cp1252", "Europe/Paris")
    assert found.basket.id == Column("nr", clean=(Clean.WHOLE,))
    assert found.basket.currency == Column(value="EUR")
    assert found.lines.category.by_sku == {"food/fruit": ("1*",)}
    assert found.lines.zero_quantity is Zero.ONE
    assert found.lines.attributes[0].type is AttributeType.BOOLEAN
    assert found.points[0].for_one == Fraction(10)
    assert found.negative_in_sale is Negative.LEFT_OUT
    assert found.anonymous is Anonymous.ANY_STORE
    assert found.same_price_only == ("M", "9*")
    assert (found.leave_out[0].kind, found.leave_out[0].price) == (Kind.RETURN, Price.ZERO)


@pytest.mark.parametrize(
    ("said", "kind"), [("S", Kind.SALE), ("R", Kind.RETURN), ("C536379", None), ("", None)]
)
def test_kinds_are_told_by_patterns(said: str, kind: Kind | None):
    found = mapping("""
        source: till
        layout: lines
        zone: UTC
        basket: {id: a, at: b, kind: {column: type, sale: [S, X], return: "R*"}}
        lines: {sku: s, quantity: n, unit_price: p}
        """)
    assert found.basket.kind.kind_of(said) is kind


def test_what_is_neither_return_nor_adjustment_is_a_sale_where_sales_are_not_described():
    assert mapping().basket.kind.kind_of("536365") is Kind.SALE
    assert mapping().basket.kind.kind_of("R536365") is Kind.RETURN


def test_every_fault_is_told_at_once_with_its_place():
    assert faults("""
        source: Till Export
        layout: basket
        zone: Europe/Lodnon
        amounts: {writtenn: major}
        basket: {id: nr, at: {columln: when}}
        lines: {sku: art, quantity: n}
        leave_out: [{reason: all of it}]
        """) == [
        (
            "mapping.yaml:1:9: source: 'Till Export' is not a name: small letters, digits and single "
            "- or _ between them. Did you mean 'till-export'?"
        ),
        "mapping.yaml:2:9: layout: 'basket' is none of baskets, lines. Did you mean 'baskets'?",
        "mapping.yaml:3:7: zone: no time zone 'Europe/Lodnon'. Did you mean 'Europe/London'?",
        "mapping.yaml:4:11: no key 'writtenn' in amounts. Did you mean 'written'?",
        "mapping.yaml:5:23: basket.at: no key 'columln' in a column. Did you mean 'column'?",
        "mapping.yaml:6:8: lines: this needs 'unit_price' and 'in'",
        (
            "mapping.yaml:7:13: leave_out: everything would be left out; say kind, sku, price or "
            "member"
        ),
    ]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("", "mapping.yaml:1:1: the file is empty"),
        ("- a", "mapping.yaml:1:1: a mapping is written as a mapping, 'key: value'"),
        ("a: [", "mapping.yaml:"),
    ],
)
def test_what_is_no_mapping_at_all_is_told(lines: str, fault: str):
    with pytest.raises(RulebookErrors) as refused:
        read_mapping(lines, "mapping.yaml")
    assert str(refused.value).startswith(fault)


def test_a_shared_total_must_be_there():
    assert (
        "needs the basket's 'total'"
        in faults("""
        source: till
        layout: lines
        zone: UTC
        basket: {id: a, at: b}
        lines: {sku: s, quantity: n, unit_price: share_of_total}
        """)[0]
    )


def test_a_column_is_a_name_or_a_value():
    told = faults("""
        source: till
        layout: lines
        zone: UTC
        basket: {id: {clean: upper}, at: b, store: {column: c, value: Lyon}}
        lines: {sku: s, quantity: n, unit_price: p}
        """)
    assert [it.partition(" ")[2] for it in told] == [
        "basket.id: needs either 'column' or 'value'",
        "basket.store: needs either 'column' or 'value'",
    ]


@pytest.mark.parametrize("path", sorted(ROOT.glob("benchmarks/replay/*/mapping.yaml")), ids=str)
def test_the_mappings_of_the_project_have_no_faults(path: Path):
    assert read_mapping(path.read_text(), path.name).source


def test_the_project_has_mappings():
    assert len(list(ROOT.glob("benchmarks/replay/*/mapping.yaml"))) >= 2
