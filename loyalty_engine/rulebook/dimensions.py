"""The dimensions in which the standard words tell what they need, and in which plugins' may too."""

from collections.abc import Hashable, Iterable, Iterator

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.rulebook.needs import Amount, Needs, OneValue, SeveralValues


def _tags(facts: Facts) -> Iterator[str]:
    """The member's language and what covers it, in lower case: `fr-ca` and `fr`."""
    tag = facts.member.language.lower() if facts.member else ""
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]


def comparable(value: Scalar) -> Hashable:
    """A value as words compare it: a number as its text, a truth as itself."""
    return value if isinstance(value, bool) else str(value)


def _member_attributes(facts: Facts) -> Iterable[Hashable]:
    if facts.member is None:
        return ()
    return ((name, comparable(value)) for name, value in facts.member.attributes.items())


def _line_attributes(facts: Facts) -> Iterable[Hashable]:
    return {
        (name, comparable(value))
        for line in facts.purchase.lines
        for name, value in line.attributes.items()
    }


MEMBER = OneValue("member", lambda facts: facts.member is not None)
"""True for a member, False for a guest."""

TIER = OneValue("tier", lambda facts: facts.member and facts.member.tier)
"""None for a guest."""

PURCHASE_NUMBER = OneValue(
    "purchase number", lambda facts: facts.member and facts.member.purchases + 1
)
"""The how-manieth purchase of the member it is; None for a guest."""

EVENT = OneValue("event", lambda facts: facts.purchase.event.kind if facts.purchase.event else None)
"""The kind of an event that is no purchase; None for a purchase."""

EVENT_FIELD = SeveralValues(
    "event field", lambda facts: facts.purchase.event.data if facts.purchase.event else ()
)
"""The names of the values that an event tells."""

STORE = OneValue("store", lambda facts: facts.purchase.store)
TOUCHPOINT = OneValue("touchpoint", lambda facts: facts.purchase.touchpoint)

DAY = OneValue("day", lambda facts: facts.local.date())
"""In the programme's zone, like the two that follow."""

WEEKDAY = OneValue("weekday", lambda facts: facts.local.weekday())
HOUR = OneValue("hour", lambda facts: facts.local.hour)

LANGUAGE = SeveralValues("language", _tags)
ATTRIBUTE = SeveralValues("attribute", _member_attributes)
"""Pairs of a name and a `comparable` value, like those of lines."""

PAYMENT_METHOD = SeveralValues("payment method", lambda facts: facts.payment_methods)
VOUCHER = SeveralValues("voucher", lambda facts: facts.vouchers)
"""The codes that the purchase names, in lower case."""

CODE = SeveralValues("code", lambda facts: facts.codes)
"""The kinds of voucher of which a code is used."""

CATEGORY = SeveralValues("category", lambda facts: facts.categories)
"""Every category of a line with all its parents."""

SKU = SeveralValues("sku", lambda facts: facts.skus)
BRAND = SeveralValues("brand", lambda facts: facts.brands)
LINE_KIND = SeveralValues("line kind", lambda facts: facts.kinds)
LINE_ATTRIBUTE = SeveralValues("line attribute", _line_attributes)

TOTAL = Amount("total", lambda facts: facts.total)
"""What the lanes before have left of the basket, minor units: the one that moves."""


def about_events(needs: Needs) -> bool:
    """Whether what is needed is there where an event happened, and never where a purchase did."""
    return EVENT in needs or EVENT_FIELD in needs
