"""What is done with a purchase before any lock is held: checks, and what plugins know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from loyalty_engine.domain.changing import changed
from loyalty_engine.domain.errors import InvalidRequest, LoyaltyError
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.ports import Address
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.purchases.checks import check_purchase
from loyalty_engine.use_cases.stored_value.finding_cards import sealed


@dataclass(frozen=True, slots=True)
class Prepared:
    """A purchase checked and ready to be decided under the rulebook of its day.

    `refusal` is what speaks against it. What was recorded before is answered all the same when it
    is sent again, whatever plugins or the rules say by now.
    """

    caller: Caller
    rulebook: Rulebook
    purchase: Purchase
    plugins: Mapping[str, Mapping[str, Scalar]]
    who: Address | None
    refusal: LoyaltyError | None = None

    @property
    def fingerprint(self) -> bytes:
        """By which a repetition is told from another purchase under the same id."""
        return fingerprint(self.purchase)

    @property
    def program(self) -> Program:
        """The programme."""
        return self.rulebook.program

    def check(self) -> None:
        """Raise what speaks against it, once it is known to be new."""
        if self.refusal is not None:
            raise self.refusal


def prepare(engine: Engine, caller: Caller, purchase: Purchase, action: str) -> Prepared:
    """Check the purchase against its programme and ask the plugins."""
    rulebook = engine.rulebooks.at(caller.program, purchase.occurred_at)
    if purchase.vouchers:
        purchase = seal(engine, caller.program, rulebook, purchase)
    if purchase.names_cards:
        purchase = seal_cards(engine, caller.program, purchase)
    plugins: Mapping[str, Mapping[str, Scalar]] = {}
    refusal = None
    try:
        check_purchase(rulebook, purchase, caller.now)
        plugins = engine.hooks.gather_facts(caller.program, purchase)
        spends = bool(purchase.spend) or purchase.names_cards
        engine.hooks.guard(caller.program, action, purchase, spends)
    except LoyaltyError as error:
        refusal = error
    return Prepared(caller, rulebook, purchase, plugins, address_of(purchase), refusal)


def seal(engine: Engine, program: str, rulebook: Rulebook, purchase: Purchase) -> Purchase:
    """The purchase with its codes as they may be kept; those that rules name are no secret."""
    shared = rulebook.shared_codes
    codes = tuple(
        text if text.casefold() in rulebook.vouchers else engine.codes.sealed(program, text, shared)
        for text in purchase.vouchers
    )
    return changed(purchase, vouchers=codes)


def seal_cards(engine: Engine, program: str, purchase: Purchase) -> Purchase:
    """The purchase with its gift cards as they may be kept."""

    def each(code: str) -> str:
        return sealed(engine, program, code) if code else code

    return replace(
        purchase,
        payments=tuple(replace(it, card=each(it.card)) for it in purchase.payments),
        lines=tuple(replace(it, card=each(it.card)) if it.card else it for it in purchase.lines),
    )


def no_points_of_guests(purchase: Purchase) -> None:
    """Refuse points as tender in the purchase of a member who has left: nobody would pay them."""
    if any(purchase.spend.values()):
        raise InvalidRequest(
            "points are spent, but the member has left; take another means of payment",
            code="member_missing", pointer="/spend",
        )  # fmt: skip


def address_of(purchase: Purchase) -> Address | None:
    """Where the member of a purchase is found; None for a guest."""
    if purchase.member is not None:
        return Address("member", purchase.member)
    if purchase.identifier is not None:
        return Address(f"identifier:{purchase.identifier.kind}", purchase.identifier.value)
    return None
