"""`units` of program.yaml: kinds of points with their worth, rounding and what they turn into."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from loyalty_engine.domain.expiry import Expiry, Pending
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.units import Conversion, Paying, RoundingLevel, Shortfall, Unit
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.parse_expiry import read_expiry, read_pending
from loyalty_engine.rulebook.parsing.parse_gifts import read_gifts
from loyalty_engine.rulebook.parsing.plain_values import (
    Misread,
    read_fraction,
    read_integer,
    read_name,
    read_scaled,
)
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node, ScalarNode

UNIT_KEYS: Final = (
    "value",
    "tender",
    "expires",
    "pending",
    "rounding",
    "shortfall",
    "converts",
    "gifts",
)
ROUNDING_KEYS: Final = ("mode", "per")
TENDER_KEYS: Final = ("worth", "at_least", "step", "at_most", "rounding")
CONVERSION_KEYS: Final = ("each", "at_least", "into", "gives")


def read_units(node: Node, reader: Reader) -> dict[str, Unit]:
    """The units that could be read, by name; what is wrong with others is told."""
    entries = reader.entries(node, "units", None)
    if entries is None:
        return {}
    if not entries.nodes:
        reader.fault(node, "at least one unit is needed, such as 'points: {}'")
    units: dict[str, Unit] = {}
    for name, (key, value) in entries.nodes.items():
        if reader.value(key, read_name) is MISREAD:
            continue
        if isinstance(value, ScalarNode) and value.is_empty:
            units[name] = Unit(name)
        elif (unit := entries.parse(name, _UnitReader(name).read, None)) is not None:
            units[name] = unit
    return units


@dataclass(frozen=True, slots=True)
class _UnitReader:
    name: str

    def read(self, node: Node, reader: Reader) -> Unit | None:
        entries = reader.entries(node, "a unit", UNIT_KEYS)
        if entries is None:
            return None
        tender, paying = entries.parse("tender", _tender, (None, Paying()))
        mode, level = entries.parse("rounding", _rounding, (Rounding.DOWN, RoundingLevel.PURCHASE))
        return Unit(
            name=self.name,
            value=_in_minor(entries, "value") or Fraction(0),
            tender=tender,
            paying=paying,
            expiry=entries.parse("expires", read_expiry, Expiry()),
            pending=entries.parse("pending", read_pending, Pending()),
            rounding=mode,
            rounding_level=level,
            shortfall=entries.parse("shortfall", parser_for(Shortfall).read, Shortfall.DEBT),
            converts=entries.parse("converts", self._conversion, None),
            gifts=entries.parse("gifts", read_gifts, None),
        )

    def _conversion(self, node: Node, reader: Reader) -> Conversion | None:
        entries = reader.entries(node, "converts", CONVERSION_KEYS, CONVERSION_KEYS)
        if entries is None:
            return None
        others = [unit for unit in reader.names.units or () if unit != self.name]
        return Conversion(
            each=entries.read("each", _positive, 1),
            at_least=entries.read("at_least", _positive, 1),
            into=entries.read("into", lambda text: one_of(text, others, "other unit"), ""),
            gives=entries.read("gives", _positive, 1),
        )


def _positive(text: str) -> int:
    number = read_integer(text)
    if number < 1:
        raise Misread(f"{number} is less than 1")
    return number


def _in_minor(entries: Entries, key: str) -> Fraction | None:
    """What one point is worth, written in major units, as exact minor units."""
    worth = entries.read(key, _worth, None)
    return None if worth is None else _minor(worth, entries.reader)


def _minor(worth: Fraction, reader: Reader) -> Fraction:
    decimals = reader.names.decimals
    return worth * Fraction(10 ** (2 if decimals is None else decimals))


def _worth(text: str) -> Fraction:
    worth = read_fraction(text)
    if not worth:
        raise Misread("leave it out where a point is worth nothing")
    return worth


def _tender(node: Node, reader: Reader) -> tuple[Fraction | None, Paying] | None:
    """What one point pays; or a mapping that also says from where on and how far points pay."""
    if isinstance(node, ScalarNode):
        worth = reader.value(node, _worth)
        return None if worth is MISREAD else (_minor(worth, reader), Paying())
    entries = reader.entries(node, "tender", TENDER_KEYS, ("worth",))
    if entries is None:
        return None
    step = entries.read("step", _positive, 1)
    paying = Paying(
        at_least=entries.read("at_least", _positive, step),
        step=step,
        at_most=entries.read("at_most", _share, Fraction(1)),
        rounding=entries.parse("rounding", parser_for(Rounding).read, Rounding.DOWN),
    )
    if paying.at_least % paying.step:
        reader.fault(
            node, f"at_least: {paying.at_least} is no whole number of steps of {paying.step}"
        )
    return _in_minor(entries, "worth"), paying


def _share(text: str) -> Fraction:
    share = read_scaled(text.removesuffix("%").rstrip(), 2, "a percentage")
    if not 0 < share <= 100_00:
        raise Misread("write a share above 0% and of at most 100%")
    return Fraction(share, 100_00)


def _rounding(node: Node, reader: Reader) -> tuple[Rounding, RoundingLevel] | None:
    if isinstance(node, ScalarNode):
        mode = parser_for(Rounding).read(node, reader)
        return None if mode is MISREAD else (mode, RoundingLevel.PURCHASE)
    entries = reader.entries(node, "rounding", ROUNDING_KEYS)
    if entries is None:
        return None
    return (
        entries.parse("mode", parser_for(Rounding).read, Rounding.DOWN),
        entries.parse("per", parser_for(RoundingLevel).read, RoundingLevel.PURCHASE),
    )
