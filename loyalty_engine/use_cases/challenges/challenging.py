"""Challenges in the flow of a purchase: what it counts, what it gives, what its receipt tells.

A purchase in a programme without challenges, or that counts for none, asks and writes nothing here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loyalty_engine.domain.challenges import NO_STEP, Step
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Card, Cards, MemberRecord, View, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.challenges.challenge_cards import CardMove, Moving
from loyalty_engine.use_cases.challenges.challenge_prizes import Acting
from loyalty_engine.use_cases.challenges.challenge_steps import (
    NO_STEPS,
    NOTHING,
    Counting,
    Steps,
    count_steps,
    place_of,
    steps_kept,
)
from loyalty_engine.use_cases.challenges.challenge_supposed import supposed_moves
from loyalty_engine.use_cases.challenges.challenge_told import moves_told, progress_event
from loyalty_engine.use_cases.deciding.case import Case
from loyalty_engine.use_cases.households.family import book_of
from loyalty_engine.use_cases.members.standing import activities_of, is_late, review
from loyalty_engine.use_cases.returns.changing import Change


@dataclass(frozen=True, slots=True)
class Challenged:
    """What a purchase counts for challenges, and the cards that it has moved."""

    counting: Counting = NOTHING
    moving: Moving | None = None

    @property
    def steps(self) -> Mapping[str, Step]:
        """What is to be kept with the purchase."""
        return self.counting.steps

    @property
    def more(self) -> Mapping[str, Any] | None:
        """What the purchase's event tells of it."""
        return {"challenges": progress_event(self.moving.moves)} if self.moving else None

    def reviewed(
        self, work: Work, member: MemberRecord, case: Case, gains: Mapping[str, int]
    ) -> MemberRecord:
        """The member once a tier that a challenge gave counts; `gains` are not stored yet."""
        if self.moving is None or not self.moving.tiers:
            return member
        own = activities_of(case.facts.purchase.occurred_at, gains)
        return review(work, case.rulebook.program, member, own)

    def tell(self, receipt: dict[str, Any], case: Case, language: str) -> None:
        """Put into a receipt what has become of challenges."""
        if self.moving is not None:
            moves, at = self.moving.moves, self.moving.work.now
            receipt["challenges"] = moves_told(case.rulebook, moves, language, at)

    def save(self, book: AccountBook) -> None:
        """Write cards and prizes; `book` is saved by somebody else."""
        if self.moving is not None:
            self.moving.save()
            self.moving.save_books(book.account)


UNCHALLENGED = Challenged()


def challenge(
    work: Work, engine: Engine, name: str, case: Case, member: MemberRecord, book: AccountBook
) -> Challenged:
    """Let a purchase that has just been decided move the cards of its member."""
    counting = counted(work, case, member)
    if not counting.steps:
        return UNCHALLENGED
    moving = Moving(_acting(engine, name, case, member), work, {book.account: book}, taking=False)
    moving.move({}, counting.steps, counting)
    return Challenged(counting, moving)


def counted(
    view: View, case: Case, member: MemberRecord | None, stood: Steps = NO_STEPS
) -> Counting:
    """What a decided purchase of a member counts as a whole; `stood`: see `count_steps`."""
    rulebook = case.rulebook
    if not rulebook.challenges or member is None:
        return NOTHING
    facts = case.facts.with_nets(case.decision.nets, rulebook.program)
    return count_steps(view, rulebook, facts, member, stood)


def challenge_anew(
    work: Work,
    engine: Engine,
    name: str,
    case: Case,
    member: MemberRecord,
    book: AccountBook,
    change: Change,
) -> tuple[Challenged, Change]:
    """Let cards follow a purchase that is decided anew: a correction, a claim. The change with
    what is kept counts then.
    """
    before = change.before.steps
    counting = counted(work, case, member, before)
    if not counting.steps and not before:
        return UNCHALLENGED, change
    facts = case.facts
    after = steps_kept(case.rulebook, facts, change.after, counting.steps)
    gone = {text: NO_STEP for text in before if text not in after}
    acting = _acting(engine, name, case, member)
    known = known_cards(work, acting, before)
    cards = Cards({**known.cards.cards, **counting.cards.cards})
    moving = Moving(acting, work, {book.account: book})
    moving.move(before, after | gone, replace(counting, cards=cards))
    kept = replace(change.after, steps=after)
    return Challenged(replace(counting, steps=after), moving), replace(change, after=kept)


def _acting(engine: Engine, name: str, case: Case, member: MemberRecord) -> Acting:
    purchase = case.facts.purchase
    return Acting(
        engine, name, case.rulebook, member, purchase.id, purchase.occurred_at, purchase.store,
        is_late(member, purchase.occurred_at),
    )  # fmt: skip


def take_steps(
    work: Work, acting: Acting, books: list[AccountBook], before: Kept, after: Kept
) -> Sequence[CardMove]:
    """Let the cards follow that a purchase counted on, once less of it is kept.

    `books` are at hand and saved by somebody else; those that are needed besides are added.
    """
    if before.steps == after.steps:
        return ()
    at_hand = {book.account: book for book in books}
    had = set(at_hand)
    counting = known_cards(work, acting, before.steps)
    moving = Moving(acting, work, at_hand, giving=False)
    if acting.member.account not in at_hand:
        at_hand[acting.member.account] = book_of(work, acting.member.account, work.now)
    moving.move(before.steps, after.steps, counting)
    moving.save()
    books += [book for account, book in moving.books.items() if account not in had]
    return moving.moves


def known_cards(work: Work, acting: Acting, steps: Mapping[str, Step]) -> Counting:
    """The cards on which something stands, those of a household that was left among them."""
    mine = (acting.member.account, acting.member.number)
    cards: dict[tuple[int, str, str], Card] = {}
    for owner in sorted({place_of(text).owner for text in steps}):
        if owner not in mine:
            work.account_version(owner)  # locks it
        cards |= {(it.owner, it.period, it.challenge): it for it in work.cards_of(owner)}
    return Counting(cards=Cards(cards))


def tell_supposed(
    view: View,
    engine: Engine,
    caller: Caller,
    receipt: dict[str, Any],
    case: Case,
    member: MemberRecord,
) -> None:
    """Put into a quote what the purchase would do to challenges; nothing is given or booked."""
    counting = counted(view, case, member)
    moves = supposed_moves(
        view, _acting(engine, caller.program, case, member), counting, caller.now
    )
    if moves:
        language = member.language or case.rulebook.program.languages[0]
        receipt["challenges"] = moves_told(
            case.rulebook, moves, language, caller.now, committed=False
        )
