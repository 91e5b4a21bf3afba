"""Cards of challenges move with what is kept of purchases: goals reached give, goals lost take back.

A card is the sum of the steps that its purchases and events keep. What stands of its prizes follows
from that sum, so neither the order of purchases nor the way they come back ever matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from loyalty_engine.domain.challenges import NO_STEP, Step, Tally, breaks_on, reached, runs
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Card, CardPrize, Work
from loyalty_engine.rulebook.challenges import Challenge, Owner
from loyalty_engine.use_cases.challenges.challenge_prizes import Acting, prizes_of
from loyalty_engine.use_cases.challenges.challenge_steps import Counting, Place, Steps, place_of
from loyalty_engine.use_cases.challenges.prizing import Prizing
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.households.family import book_of, tell_family
from loyalty_engine.use_cases.returns.earning_account import earner

STANDS = ("given", "owed", "refused")
"""States of a prize for which no other one is given."""


@dataclass(frozen=True, slots=True)
class CardMove:
    """A card before and after; `prizes` are those given, withdrawn or owed on the way, `paid`
    those that were owed and are no more.
    """

    challenge: Challenge
    before: Card
    after: Card
    prizes: tuple[CardPrize, ...] = ()
    paid: tuple[CardPrize, ...] = ()


@dataclass(slots=True)
class Moving:
    """Cards on their way in one unit of work; `books` are the accounts at hand, by number.

    Prizes are given where it is `giving`, and taken back where it is `taking`.
    """

    acting: Acting
    work: Work
    books: dict[int, AccountBook]
    giving: bool = True
    taking: bool = True
    moves: list[CardMove] = field(default_factory=list)
    prizing: Prizing = field(init=False)

    def __post_init__(self) -> None:
        self.prizing = Prizing(self.acting, self.work)

    @property
    def tiers(self) -> bool:
        """Whether a tier was given or ended, so that the member has to be reviewed."""
        return bool(self.prizing.tiers)

    def move(self, before: Steps, after: Steps, counting: Counting) -> None:
        """Let cards follow from what was counted to what is."""
        for text in sorted(before.keys() | after.keys()):
            was, now = before.get(text, NO_STEP), after.get(text, NO_STEP)
            challenge = self.acting.rulebook.challenges.get(place_of(text).challenge)
            if was != now and challenge is not None:
                self._one(challenge, place_of(text), was, now, counting)

    def _one(
        self, challenge: Challenge, place: Place, was: Step, now: Step, counting: Counting
    ) -> None:
        card = counting.cards.cards.get((place.owner, place.period, place.challenge))
        window = counting.windows.get(place.text)
        if card is None:
            since, until = (window.since, window.until) if window else (None, None)
            card = Card(place.owner, place.period, place.challenge, since, until)
        elif window is not None:
            card = replace(card, since=window.since, until=window.until)
        self.settle(challenge, card, card.tally.moved(was, now))

    def settle(self, challenge: Challenge, card: Card, tally: Tally) -> None:
        """Give what is due by the new tally. What no longer is, is taken back where steps went."""
        due = last_first(reached(challenge.scheme, tally))
        given = card.given if len(card.given) == len(due) else padded(card.given, len(due))
        prizes: tuple[CardPrize, ...] = ()
        paid: tuple[CardPrize, ...] = ()
        if due != given:
            given, prizes, paid = self._prizes(challenge, card, due)
        after = replace(card, tally=tally, given=given)
        after = replace(
            after, next_at=next_at(challenge, after, self.acting.program, self.work.now)
        )
        self.moves.append(CardMove(challenge, card, after, prizes, paid))

    def _prizes(
        self, challenge: Challenge, card: Card, due: Sequence[int]
    ) -> tuple[tuple[int, ...], tuple[CardPrize, ...], tuple[CardPrize, ...]]:
        """How often each goal's prize stands now, and the prizes that have changed."""
        book = self._book(challenge, card)
        known = prizes_of(self.work, card)
        changed: list[CardPrize] = []
        paid: list[CardPrize] = []
        stand = list(due)
        for goal in (*range(1, len(due)), 0):
            mine = {number: it for (of, number), it in known.items() if of == goal}
            now = self._goal(challenge, card, book, goal, mine, due[goal])
            stand[goal] = sum(it.state in STANDS for it in now.values())
            for number, it in now.items():
                was = mine.get(number)
                if was is not None and was.state == "owed" and it.state == "given":
                    paid.append(it)
                elif was != it:
                    changed.append(it)
        return tuple(stand), tuple(changed), tuple(paid)

    def _goal(
        self,
        challenge: Challenge,
        card: Card,
        book: AccountBook,
        goal: int,
        known: Mapping[int, CardPrize],
        due: int,
    ) -> dict[int, CardPrize]:
        """The prizes of one goal, by round, once as many stand as are due, as far as can be."""
        now = dict(known)
        standing = [number for number in sorted(now) if now[number].state in STANDS]
        for number in reversed(standing) if self.taking else ():
            if len(standing) <= due:
                break
            now[number] = self.prizing.withdraw(now[number], book)
            if now[number].state == "withdrawn":
                standing.remove(number)
        gone = [number for number in sorted(now) if now[number].state == "withdrawn"]
        for number in gone[: max(0, due - len(standing))] if self.giving else ():
            now[number] = self.prizing.give_again(challenge, now[number], book)
            standing.append(number)
        while len(standing) < due and self.giving:
            number = max(now, default=0) + 1
            new = new_prize(self.acting, card, goal, number, self.work.now)
            now[number] = self.prizing.give(challenge, new, book)
            standing.append(number)
        for number in sorted(now):
            owed = [n for n in standing if now[n].state == "owed"]
            if len(owed) > max(0, len(standing) - due) and now[number].state == "owed":
                now[number] = self.prizing.owe_no_more(now[number])
        return now

    def _book(self, challenge: Challenge, card: Card) -> AccountBook:
        """The account that gets the points: the household's where the card is."""
        member = self.acting.member
        account = member.account
        if challenge.owner is Owner.HOUSEHOLD:
            # What a member got before it joined a household has come along with it.
            account = earner(self.work, member, card.owner)
        if account not in self.books:
            self.books[account] = book_of(self.work, account, self.work.now)
        return self.books[account]

    def save(self) -> None:
        """Write cards and prizes, count limits, tell of prizes; books are saved by others."""
        if not self.moves:
            return
        self.prizing.limits.count(self.work)
        self.work.save_cards([it.after for it in self.moves])
        for move in self.moves:
            self.work.save_card_prizes((*move.prizes, *move.paid))
            for prize in move.prizes:
                self._tell(prize)

    def save_books(self, besides: int) -> None:
        """Write the accounts at hand, one of which is saved by somebody else."""
        for account, book in self.books.items():
            if account != besides and book.entries:
                self.work.save_book(book)
                tell_family(self.work, book, self.acting.member.number)

    def _tell(self, prize: CardPrize) -> None:
        kind = "challenge_completed" if prize.state == "given" else f"challenge_{prize.state}"
        member, now = self.acting.member.number, self.work.now
        name = f"{prize.challenge}:{self.acting.engine.new_number()}"
        version = self.books[self.acting.member.account].version
        told = {
            "challenge": prize.challenge, "period": prize.period, "goal": prize.goal,
            "round": prize.round, "purchase": self.acting.purchase, "late": prize.late,
        }  # fmt: skip
        self.work.announce(member_event(kind, member, name, version, now, told))


def new_prize(it: Acting, card: Card, goal: int, number: int, now: datetime) -> CardPrize:
    """What reaching a goal once more is to give."""
    return CardPrize(
        card.owner, card.period, card.challenge, goal, number, "given", it.member.number,
        it.purchase, it.at, now, it.rulebook.hash, late=it.late or is_over(card, now),
    )  # fmt: skip


def is_over(card: Card, now: datetime) -> bool:
    """Whether a card's time, or its streak, is over."""
    return any(at is not None and at <= now for at in (card.until, card.next_at))


def next_at(challenge: Challenge, card: Card, program: Program, now: datetime) -> datetime | None:
    """When a card changes by itself: its streak breaks, its time ends. None where that is told."""
    if card.closed_at is not None:
        return None
    if challenge.scheme.count.in_a_row and (found := runs(challenge.scheme, card.tally)):
        breaks = start_of_day(breaks_on(challenge.scheme, found[-1]), program.zone)
        if now < breaks and (card.until is None or breaks < card.until):
            return breaks
    return card.until


def last_first(times: Sequence[int]) -> tuple[int, ...]:
    """The goals' numbers as they are kept: that of the last goal is 0."""
    return (times[-1], *times[:-1])


def padded(given: tuple[int, ...], goals: int) -> tuple[int, ...]:
    """What stands where a goal was added or taken out since."""
    return (*given, *(0,) * goals)[:goals]
