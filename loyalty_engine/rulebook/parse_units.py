"""`units` of program.yaml: kinds of points with their worth, rounding and what they turn into."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from loyalty_engine.domain.expiry import Expiry, Pending
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.program import Conversion, RoundingLevel, Shortfall, Unit
from loyalty_engine.rulebook.argument_parsers import parser_for
from loyalty_engine.rulebook.parse_expiry import read_expiry, read_pending
from loyalty_engine.rulebook.plain_values import Misread, read_fraction, read_integer, read_name
from loyalty_engine.rulebook.reading import MISREAD, Entries, Reader, one_of
from loyalty_engine.rulebook.yaml_nodes import Node, ScalarNode

UNIT_KEYS: Final = (
    "value",
    "tender",
    "expires",
    "pending",
    "rounding",
    "shortfall",
    "converts",
)
ROUNDING_KEYS: Final = ("mode", "per")
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
        mode, level = entries.parse("rounding", _rounding, (Rounding.DOWN, RoundingLevel.PURCHASE))
        return Unit(
            name=self.name,
            value=_in_minor(entries, "value") or Fraction(0),
            tender=_in_minor(entries, "tender"),
            expiry=entries.parse("expires", read_expiry, Expiry()),
            pending=entries.parse("pending", read_pending, Pending()),
            rounding=mode,
            rounding_level=level,
            shortfall=entries.parse("shortfall", parser_for(Shortfall).read, Shortfall.DEBT),
            converts=entries.parse("converts", self._conversion, None),
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
    decimals = entries.reader.names.decimals
    return None if worth is None else worth * 10 ** (2 if decimals is None else decimals)


def _worth(text: str) -> Fraction:
    worth = read_fraction(text)
    if not worth:
        raise Misread("leave it out where a point is worth nothing")
    return worth


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
