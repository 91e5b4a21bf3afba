"""Cancel a redemption: points to their lots, stock, limits and status are as before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import MemberRecord, Redemption, View, Work
from loyalty_engine.use_cases.answering import shown, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.codes import without_codes
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.standing import review
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.points.looking import look_at
from loyalty_engine.use_cases.purchases.reserving import Counted
from loyalty_engine.use_cases.returns.changing import give_back_tender
from loyalty_engine.use_cases.returns.restoring import restored_until, that_come_back
from loyalty_engine.use_cases.vouchers.voucher_issuing import withdraw_voucher
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write

_spent = msgspec.json.Decoder(dict[str, list[tuple[int, int]]])
_counted = msgspec.json.Decoder(list[Counted])


def cancel_redemption(engine: Engine, caller: Caller, id: str) -> Answer:
    """Give all of a redemption back (200, also when that was done before).

    Raises `NotFound`, and `Conflict` where the voucher that it gave has been used.
    The money beside the points is the caller's to give back. Points whose lots have ended come
    back for as long as the programme's grace.
    """
    program = engine.rulebooks.current(caller.program).program
    engine.hooks.guard(caller.program, "cancel_redemption", None, False)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        redemption = known_redemption(work, id)
        member = work.member(redemption.member)
        assert member is not None, "a redemption's member is never removed"
        book = open_book(work, member, work.now)
        after, was_taken = member, redemption.state == "taken"
        if was_taken:
            _take_back_voucher(engine, caller.program, work, redemption)
            after = _give_back(work, program, redemption, member, book)
            redemption = replace(redemption, state="cancelled", cancelled_at=work.now)
            work.save_redemption(redemption)
        after = save_account(work, after, book)
        if after.tier != member.tier:
            work.save_member(after)
        if was_taken:
            _announce(work, redemption, member, after, book)
        answer = Answer(200, to_json(redemption_body(redemption, after, book)))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer, shown_after(program, after, book))

    return write(engine, caller.program, caller.now, act)


def show_redemption(engine: Engine, caller: Caller, id: str) -> Answer:
    """A redemption as it is now, without the code that it gave; raises `NotFound`."""
    with engine.storage.read(caller.program) as view:
        redemption = known_redemption(view, id)
        member = view.member(redemption.member)
        assert member is not None, "a redemption's member is never removed"
        book = look_at(view, member, caller.now).book
    body = redemption_body(redemption, member, book) | {"version": book.first_version}
    return Answer(200, without_codes(to_json(body)))


def known_redemption(view: View, id: str) -> Redemption:
    """The redemption with this id; raises `NotFound`."""
    redemption = view.redemption(id)
    if redemption is None:
        raise NotFound(f"there is no redemption {id!r}", code="redemption_unknown")
    return redemption


def _take_back_voucher(engine: Engine, program: str, work: Work, redemption: Redemption) -> None:
    """Withdraw the code that the reward gave; raises `Conflict` where it has been used."""
    gave: Mapping[str, Any] = msgspec.json.decode(redemption.gave)
    code = gave.get("code")
    if code is None:
        return
    seed, characters, gcn = code["seed"], code["characters"], code.get("gcn", "")
    if not withdraw_voucher(engine, work, program, seed, characters, gcn):
        raise Conflict(
            f"the voucher of redemption {redemption.id!r} has been used; nothing is given back",
            code="redemption_used",
        )


def _give_back(
    work: Work, program: Program, redemption: Redemption, member: MemberRecord, book: AccountBook
) -> MemberRecord:
    cause = Cause("unredeem", member.number, work.now, reason=f"reward {redemption.reward}")
    grace = restored_until(program, work.now)
    spent = _spent.decode(redemption.spent)
    if redemption.account == book.account:
        numbers = [number for portions in spent.values() for number, _ in portions]
        book.bring(work.lots_numbered(member.account, numbers))
    for unit, portions in sorted(spent.items()):
        back = that_come_back(work, book, program, portions, redemption.account)
        give_back_tender(work, book, unit, back, redemption.account, cause, grace)
    book.settle()
    convert_full_cards(book, program, member.number, None)
    for it in _counted.decode(redemption.counted):
        work.use(it.key, -it.amount, it.ceiling)
    gave: Mapping[str, Any] = msgspec.json.decode(redemption.gave)
    if "tier" not in gave:
        return member
    ended = Grant(gave["tier"], redemption.taken_at, work.now)
    reason, by = f"reward {redemption.reward}", f"redemption {redemption.id}, cancelled"
    work.add_tier_grant(member.number, ended, reason, by)
    return review(work, program, member)


def _announce(
    work: Work,
    redemption: Redemption,
    member: MemberRecord,
    after: MemberRecord,
    book: AccountBook,
) -> None:
    told = {
        "redemption": redemption.id,
        "reward": redemption.reward,
        "kind": redemption.kind,
        "money": redemption.money,
        "tier": {"before": member.tier.tier, "after": after.tier.tier},
    }
    name = redemption.id
    work.announce(
        member_event("redemption_cancelled", member.number, name, book.version, work.now, told)
    )


def redemption_body(
    redemption: Redemption, member: MemberRecord, book: AccountBook
) -> dict[str, Any]:
    """A redemption as it is answered later, with the balance as it is then."""
    spent = _spent.decode(redemption.spent)
    return {
        "member": member.id,
        "redemption": redemption.id,
        "reward": redemption.reward,
        "kind": redemption.kind,
        "state": redemption.state,
        "taken_at": redemption.taken_at,
        "points": {unit: sum(it[1] for it in portions) for unit, portions in spent.items()},
        "money": redemption.money,
        "gave": msgspec.json.decode(redemption.gave),
        "balance": {name: shown(it) for name, it in sorted(book.balances.items())},
        "version": book.version,
        "rulebook": redemption.rulebook,
    }
