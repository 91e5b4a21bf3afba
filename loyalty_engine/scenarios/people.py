"""The members that a scenario begins with."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.scenarios.baskets import read_identifier
from loyalty_engine.scenarios.form import GivenCard, GivenLot, GivenMember
from loyalty_engine.scenarios.values import (
    UNREAD,
    complete,
    instant_in,
    listed,
    mapped,
    named,
    read_minor,
    read_points,
    read_scalar,
    text_value,
)

PROFILE_KEYS: Final = (
    "enrolled_at", "identifiers", "status", "language", "preferred_channel", "attributes",
    "touchpoint", "signals",
)  # fmt: skip
CARD_KEYS: Final = ("card", "amount", "at")
LOT_KEYS: Final = ("unit", "points", "earned_at", "expires_at")


def profile_of(entries: Entries, program: Program) -> MemberProfile:
    """The profile in a mapping, as far as it can be read."""
    return MemberProfile(
        identifiers=entries.parse("identifiers", listed(read_identifier), None),
        status=entries.read("status", str, None),
        language=entries.read("language", str, None),
        preferred_channel=entries.read("preferred_channel", str, None),
        attributes=entries.parse("attributes", mapped(str, read_scalar), {}),
        enrolled_at=entries.read("enrolled_at", instant_in(program.zone), None),
        touchpoint=entries.read("touchpoint", str, None),
        signals=entries.parse("signals", mapped(str, text_value(str)), {}),
    )


def read_member(node: Node, reader: Reader, program: Program) -> GivenMember | Missing:
    """A member with a tier given by hand and lots of points, where told; every fault is told."""
    before = len(reader.findings.faults)
    keys = ("id", "tier", "lots", "challenges", *PROFILE_KEYS)
    entries = reader.entries(node, "a member", keys, ("id", "enrolled_at"))
    if entries is None:
        return MISREAD
    profile = profile_of(entries, program)
    since = profile.enrolled_at or UNREAD

    def read_lot(node: Node, reader: Reader) -> GivenLot | Missing:
        return _read_lot(node, reader, program, since)

    member = GivenMember(
        id=entries.read("id", str, ""),
        enrolled_at=since,
        profile=profile,
        tier=entries.read("tier", lambda text: one_of(text, program.tiers.rank, "tier"), None),
        lots=entries.parse("lots", listed(read_lot), ()),
        challenges=entries.parse("challenges", listed(_read_name), ()),
    )
    return member if complete(entries, before) else MISREAD


def _read_name(node: Node, reader: Reader) -> str | Missing:
    return reader.value(node, str)


def read_card_in(rulebook: Rulebook) -> Callable[[Node, Reader], GivenCard | Missing]:
    """Reads a gift card: its name, `amount` in minor units, and `at`, when it was sold."""
    zone = rulebook.program.zone

    def read(node: Node, reader: Reader) -> GivenCard | Missing:
        before = len(reader.findings.faults)
        entries = reader.entries(node, "a gift card", CARD_KEYS, CARD_KEYS)
        if entries is None:
            return MISREAD
        card = GivenCard(
            entries.read("card", str, ""),
            entries.read("amount", read_minor, 0),
            entries.read("at", instant_in(zone), UNREAD),
        )
        return card if complete(entries, before) else MISREAD

    return read


def _read_lot(node: Node, reader: Reader, program: Program, since: datetime) -> GivenLot | Missing:
    before = len(reader.findings.faults)
    entries = reader.entries(node, "a lot", LOT_KEYS, ("unit", "points"))
    if entries is None:
        return MISREAD
    read = instant_in(program.zone)
    lot = GivenLot(
        entries.read("unit", named(program.units, "unit"), ""),
        entries.read("points", read_points, 0),
        entries.read("earned_at", read, since),
        entries.read("expires_at", read, None),
    )
    return lot if complete(entries, before) else MISREAD
