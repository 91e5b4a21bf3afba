"""Rewards: the catalogue, what a member can take, and what was taken."""

from typing import Any

from marshmallow.fields import Boolean, Dict, List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Whole, money
from loyalty_engine.api.schemas.receipts import BalanceShown
from loyalty_engine.domain.requests import Take
from loyalty_engine.rulebook.rewards import RewardKind

KINDS = [kind.value for kind in RewardKind]


class CatalogueQuery(Shape):
    """In which language, and for which store."""

    language = Name(metadata={"description": "A BCP 47 tag; the programme's first unless told."})
    store = Name(metadata={"description": "Whose stock is told beside that of all."})


class MemberRewardsQuery(Shape):
    """Where the member is, as far as rewards ask for it."""

    store = Name()
    touchpoint = Name()


class RewardShown(Shape):
    """A reward as it is offered. What it does not have is left out."""

    reward = String(required=True)
    kind = String(required=True, metadata={"enum": KINDS})
    title = String(required=True)
    text = String()
    picture = String()
    price = Dict(String(), Whole(1), required=True, metadata={"description": "Points by unit."})
    money = Whole(0, required=True, metadata={"description": "Paid beside, in minor units."})
    start = String(data_key="from", required=True, allow_none=True)
    end = String(data_key="until", required=True, allow_none=True)
    stock = Dict(
        String(), Whole(0), required=True,
        metadata={"description": "What is left over `all` and in the `store`, where that ends."},
    )  # fmt: skip


class CatalogueReward(RewardShown):
    """A reward of the catalogue; `for` says in sentences who may take it."""

    may_take = List(String(), data_key="for", required=True)
    live = Boolean(required=True)


class Catalogue(Shape):
    """All rewards of the rulebook in force."""

    rulebook = String(required=True)
    rewards = List(Nested(CatalogueReward), required=True)


class Hindrance(Shape):
    """Something that stands between a member and a reward."""

    code = String(required=True)
    says = String(required=True)


class MemberReward(RewardShown):
    """A reward offered today; `missing` are the points that are short, by unit."""

    available = Boolean(required=True)
    missing = Dict(String(), Whole(1), required=True)
    reasons = List(Nested(Hindrance), required=True)


class MemberRewards(Shape):
    """What a member can take now, and what is missing of the rest."""

    member = String(required=True, allow_none=True)
    rewards = List(Nested(MemberReward), required=True)
    version = Whole(0, required=True)


class RedemptionBody(Shape):
    """A reward that a member takes."""

    member = Id(required=True)
    reward = Id(required=True)
    store = Name()
    touchpoint = Name()
    paid = money(metadata={"description": "The money beside the points, as the reward asks."})

    def make(self, known: dict[str, Any]) -> Take:
        return Take("", **known)


class RedemptionShown(Shape):
    """A reward taken: what it cost, what it gave, and the balance with it."""

    member = String(required=True, allow_none=True)
    redemption = String(required=True)
    reward = String(required=True)
    kind = String(required=True, metadata={"enum": KINDS})
    title = String()
    text = String()
    picture = String()
    state = String(required=True, metadata={"enum": ["taken", "cancelled"]})
    taken_at = Instant(required=True)
    points = Dict(String(), Whole(1), required=True)
    money = Whole(0, required=True)
    gave = Dict(required=True, metadata={"description": "What it brought at once."})
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
    rulebook = String(required=True)
