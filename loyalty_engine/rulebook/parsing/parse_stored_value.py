"""`stored_value` of program.yaml: gift cards and store credit, and the law that they follow."""

import re
from collections.abc import Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from loyalty_engine.domain.codes import FEWEST, MOST
from loyalty_engine.domain.expiry import Expiry, ExpiryKind
from loyalty_engine.domain.stored_value import CardTerms, StoredValue
from loyalty_engine.domain.value_law import ANY, LAWS, Law, too_short
from loyalty_engine.rulebook.parsing.parse_expiry import read_expiry
from loyalty_engine.rulebook.parsing.plain_values import (
    Misread,
    read_integer,
    read_scaled,
    read_truth,
)
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node, ScalarNode

STORED_VALUE_KEYS: Final = ("country", "least_validity", "gift_cards", "store_credit")
GIFT_CARD_KEYS: Final = ("valid", "least", "most", "reloadable", "resellable", "characters")
STORE_CREDIT_KEYS: Final = ("valid",)
SAFE_CHARACTERS: Final = 10
"""With fewer random characters a code that is worth money is guessed too soon."""

_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z", re.ASCII)
_OWN: Final = "least_validity"


def read_stored_value(node: Node, reader: Reader, zone: ZoneInfo) -> StoredValue | None:
    """What the programme declares; a validity below the law's is a fault, with the figure."""
    entries = reader.entries(node, "stored_value", STORED_VALUE_KEYS, ("country",))
    if entries is None:
        return None
    country = entries.read("country", _country, "")
    if not country:
        return None
    if "gift_cards" not in entries and "store_credit" not in entries:
        reader.fault(node, "say gift_cards, store_credit or both; an empty one is as by default")
    law = _law(entries, country)
    of_law = partial(_valid, law=law, country=country, zone=zone)
    return StoredValue(
        country,
        entries.parse("gift_cards", partial(_cards, valid=of_law), None),
        entries.parse("store_credit", partial(_credit, valid=of_law), None),
    )


_Valid = Callable[[Node, Reader], Expiry | Missing | None]


def _country(text: str) -> str:
    if not _COUNTRY.match(text):
        raise Misread(f"'{text[:20]}' is no country by ISO 3166 such as DE, or part of one, US-CA")
    return text


def _law(entries: Entries, country: str) -> Law | None:
    """The programme's own figure; else that of the country's part, or of the country."""
    if _OWN in entries:
        own = entries.parse(_OWN, _least, MISREAD)
        return None if own is MISREAD else Law(own, f"{_OWN} of this file")
    law = LAWS.get(country) or LAWS.get(country[:2])
    if law is None:
        entries.reader.fault(
            entries.value_node("country"),
            f"no shortest validity is kept for {country}; ask counsel, then say '{_OWN}: none' "
            f"or '{_OWN}: 5 years'",
        )
    return law


def _least(node: Node, reader: Reader) -> Expiry | Missing | None:
    if isinstance(node, ScalarNode) and node.text == "none":
        return ANY
    return _plain(node, reader) or MISREAD


def _plain(node: Node, reader: Reader) -> Expiry | Missing | None:
    """A validity: `never`, a time, or a time rounded up."""
    valid = read_expiry(node, reader)
    if isinstance(valid, Expiry) and (
        valid.kind not in (ExpiryKind.NEVER, ExpiryKind.AFTER) or valid.by_tier
    ):
        reader.fault(node, "stored value lasts for a time or for ever: never, 5 years")
        return MISREAD
    return valid


def _valid(
    node: Node, reader: Reader, *, law: Law | None, country: str, zone: ZoneInfo
) -> Expiry | Missing | None:
    valid = _plain(node, reader)
    if isinstance(valid, Expiry) and law is not None and law.least is not None:
        found = too_short(valid, law.least, zone)
        if found is not None:
            until = "ends never" if found.least is None else f"lasts to {found.least} at least"
            reader.fault(
                node,
                f"what is sold on {found.day} would last to {found.ends}; by the law of {country} "
                f"it {until} ({law.source}); change it, or say '{_OWN}' if counsel knows better",
            )
    return valid


def _cards(node: Node, reader: Reader, *, valid: _Valid) -> CardTerms | None:
    if isinstance(node, ScalarNode) and node.is_empty:
        return CardTerms()
    entries = reader.entries(node, "gift_cards", GIFT_CARD_KEYS)
    if entries is None:
        return None
    amount = partial(_amount, decimals=reader.names.decimals)
    terms = CardTerms(
        entries.parse("valid", valid, Expiry()),
        entries.read("least", amount, 1),
        entries.read("most", amount, None),
        entries.read("reloadable", read_truth, True),
        entries.read("characters", _characters, 12),
        entries.read("resellable", read_truth, False),
    )
    if terms.most is not None and terms.most < terms.least:
        reader.fault(entries.value_node("most"), "is less than the least")
    return terms


def _credit(node: Node, reader: Reader, *, valid: _Valid) -> Expiry | None:
    if isinstance(node, ScalarNode) and node.is_empty:
        return Expiry()
    entries = reader.entries(node, "store_credit", STORE_CREDIT_KEYS)
    return None if entries is None else entries.parse("valid", valid, Expiry())


def _amount(text: str, decimals: int | None) -> int:
    amount = read_scaled(text, 2 if decimals is None else decimals, "an amount")
    if not amount:
        raise Misread("an amount above 0")
    return amount


def _characters(text: str) -> int:
    number = read_integer(text)
    if not SAFE_CHARACTERS <= number <= MOST:
        raise Misread(
            f"a code that is worth money has {SAFE_CHARACTERS} to {MOST} random characters; "
            f"with {max(number, FEWEST)} it is guessed too soon" if number < SAFE_CHARACTERS
            else f"a code has at most {MOST} random characters"
        )  # fmt: skip
    return number
