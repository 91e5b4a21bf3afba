"""What one rule brings about: discounts, points, messages, products, vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from loyalty_engine.domain.outcomes import (
    AddProduct,
    Message,
    Outcome,
)
from loyalty_engine.rulebook.deciding.decision import Grant, Reduction
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.rule import Rule


@dataclass(slots=True)
class Gain:
    """What one rule would bring about, before and after its limits."""

    match: Match
    outcomes: Sequence[Outcome] = ()
    reduction: Reduction | None = None
    grants: list[Grant] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    added: tuple[AddProduct, ...] = ()
    vouchers: list[str] = field(default_factory=list)
    limit: str | None = None
    refused: bool = False
    broken: bool = False
    desired_discount: int = 0

    @property
    def rule(self) -> Rule:
        """The rule that brings it."""
        return self.match.rule

    @property
    def matters(self) -> bool:
        """Whether its effects had anything to work on, be it for no points in the end."""
        found = self.reduction or self.grants or self.messages or self.added or self.vouchers
        return bool(found or self.limit)

    @property
    def gives(self) -> bool:
        """Whether anything comes of it."""
        return bool(
            (self.reduction and self.reduction.total)
            or any(grant.granted for grant in self.grants)
            or self.messages
            or self.added
            or self.vouchers
        )
