"""Households: who is to belong to one, and what it has."""

from typing import Any

from marshmallow.fields import Dict, List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Whole
from loyalty_engine.api.schemas.receipts import BalanceShown


class WhoBody(Shape):
    """The member that it is about."""

    member = Id(required=True)

    def make(self, known: dict[str, Any]) -> str:
        return str(known["member"])


class InvitationBody(Shape):
    """Who is asked to join, and by whom of the household."""

    member = Id(required=True)
    by = Id(required=True, metadata={"description": "A member of the household."})

    def make(self, known: dict[str, Any]) -> tuple[str, str]:
        return known["by"], known["member"]


class Relative(Shape):
    """One who belongs to the household; `contributed` is what is left of what it brought in."""

    member = String(required=True, allow_none=True)
    tier = String(required=True)
    contributed = Dict(String(), Whole(1), required=True)


class Invited(Shape):
    """One who may join the household."""

    member = String(required=True, allow_none=True)
    by = String(required=True, allow_none=True)
    expires_at = Instant(required=True)


class Household(Shape):
    """A household: its members, who may join it, and what they have together."""

    household = String(required=True)
    members = List(Nested(Relative), required=True)
    invitations = List(Nested(Invited), required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
