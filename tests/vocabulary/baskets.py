"""Baskets and facts in a line or two; money in minor units, quantities in units."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.domain.purchase import Line, LineKind, Payment, Purchase, Scalar
from loyalty_engine.rulebook.words import Effect

PARIS = ZoneInfo("Europe/Paris")


def line(
    price: int,
    quantity: int | str = 1,
    category: str = "",
    *,
    sku: str = "any",
    brand: str = "",
    discount: int = 0,
    attributes: Mapping[str, Scalar] | None = None,
    kind: LineKind = LineKind.GOODS,
) -> Line:
    milli = int(Fraction(Decimal(quantity)) * 1000)
    return Line(
        "", sku, milli, price, category, brand, discount, attributes=attributes or {}, kind=kind
    )


def ada(**known: object) -> MemberFacts:
    facts = {"tier": "silver", "enrolled_on": date(2025, 3, 5), "language": "en"} | known
    return MemberFacts(**facts)  # type: ignore[arg-type]


def facts(
    *lines: Line,
    at: str = "2026-03-05T10:12:00+01:00",
    member: MemberFacts | None = None,
    zone: ZoneInfo = PARIS,
    store: str = "",
    touchpoint: str = "",
    paid: tuple[str, ...] = (),
    vouchers: tuple[str, ...] = (),
    tender: int = 0,
    nets: tuple[int, ...] | None = None,
) -> Facts:
    """Facts about a basket at an instant; `nets` are the lines' own unless they are given."""
    instant = datetime.fromisoformat(at)
    purchase = Purchase(
        id="P-1",
        occurred_at=instant.astimezone(UTC),
        currency="EUR",
        lines=lines,
        store=store,
        touchpoint=touchpoint,
        payments=tuple(Payment(method, 1) for method in paid),
        vouchers=vouchers,
    )
    return Facts(
        purchase=purchase,
        local=instant.astimezone(zone),
        member=member,
        tender=tender,
        nets=tuple(each.net for each in lines) if nets is None else nets,
    )


def outcomes(effect: Effect, given: Facts, on: tuple[int, ...] | None = None) -> list[Outcome]:
    """What an effect gives for the lines `on`, all of them when nothing is said."""
    return list(effect.outcomes(given, range(len(given.purchase.lines)) if on is None else on))


def taken_off(effect: Effect, given: Facts, on: tuple[int, ...] | None = None) -> dict[int, int]:
    """The discount by line of an effect that gives at most one."""
    found = outcomes(effect, given, on)
    if not found:
        return {}
    (discount,) = found
    assert isinstance(discount, Discount)
    return dict(discount.by_line)
