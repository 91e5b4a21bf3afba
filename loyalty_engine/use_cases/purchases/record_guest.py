"""Record the purchase of a guest: discounts, no points, and the secret by which it is claimed."""

from loyalty_engine.ports import Address, Work
from loyalty_engine.use_cases.answering import with_member
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.deciding.case import Question
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.events import purchase_event
from loyalty_engine.use_cases.points.booking import (
    count_limits,
)
from loyalty_engine.use_cases.purchases.preparing import Prepared
from loyalty_engine.use_cases.purchases.receipt import purchase_receipt
from loyalty_engine.use_cases.purchases.storing import stored_purchase
from loyalty_engine.use_cases.stored_value.cards_in_purchase import NOTHING
from loyalty_engine.use_cases.stored_value.paying_by_value import cards_of, pay, with_cards
from loyalty_engine.use_cases.vouchers.deciding_with_codes import (
    book_codes,
    decide_codes,
    tell_codes,
)
from loyalty_engine.use_cases.writing import Written


def record_guest(
    engine: Engine, work: Work, prepared: Prepared, flags: tuple[Flag, ...]
) -> Written:
    """A guest's purchase: discounts, no points; its receipt bears the secret to claim it."""
    purchase, program = prepared.purchase, prepared.program
    cards = cards_of(work, engine, prepared.caller, program, purchase, None)
    question = Question(prepared.rulebook, purchase, None, None, prepared.plugins)
    decided = decide_codes(work, engine, prepared.caller, question)
    case = decided.case
    flags += pay(work, cards, case)
    issued = book_codes(work, engine, prepared.caller, decided, None)
    number = engine.new_number()
    receipt = purchase_receipt(
        case, program.languages[0], committed=True, pending={}, tier=("", ""), balances={},
        version=0, flags=flags + case.flags,
    )  # fmt: skip
    if issued or purchase.vouchers:
        language = program.languages[0]
        tell_codes(receipt, decided, issued, prepared.caller, language, committed=True)
    receipt["claim"] = {"secret": engine.new_secret(), "days": program.switches.claim_days}
    stored = stored_purchase(
        case, number=number, account=None, fingerprint=prepared.fingerprint, spent={},
        flags=flags + case.flags, receipt=with_cards(receipt, cards, program.languages[0]),
        now=work.now, vouchers=issued, value=cards.paid if cards else NOTHING,
    )  # fmt: skip
    work.add_address(Address("purchase", purchase.id), number)
    work.add_purchase(stored)
    count_limits(work, case)
    work.announce(purchase_event("purchase_recorded", stored, 0, work.now))
    return Written(Answer(201, with_member(stored.receipt, None)))
