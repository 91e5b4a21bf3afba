"""Gift cards by the thousand: made inactive for a printer, each sold and loaded at a till later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from loyalty_engine.domain.codes import BEYOND, Guessing, grouped, spell_many
from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.stored_value import Purse, PurseKind, PurseState
from loyalty_engine.ports import Event, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.stored_value.purses import card_terms, number_of, shown_number
from loyalty_engine.use_cases.vouchers.generate_vouchers import SPARE


@dataclass(frozen=True, slots=True)
class Printed:
    """A card as its printer is told of it: its `number`, open to all, and its secret `code`."""

    number: int
    code: str
    sealed: str

    @property
    def row(self) -> str:
        """The number, the code for a barcode, and the code in groups for people."""
        return f"{shown_number(self.number)},{self.code},{grouped(self.code)}"


@dataclass(frozen=True, slots=True)
class Press:
    """Makes the cards of one programme; `reason` and `by` are told with them."""

    engine: Engine
    program: Program
    reason: str
    by: str

    def check(self) -> None:
        """Refuse programmes without gift cards, and services without a secret."""
        card_terms(self.program)
        if not self.engine.codes.ready:
            raise Conflict(
                "no codes can be made without a secret: set LOYALTY_SECRET", code="secret_missing"
            )

    def guessing(self, there: int, count: int, keys: int) -> Guessing:
        """How safe the codes are once `count` more are made beside `there`, with so many API keys."""
        tries = self.program.switches.wrong_codes * BEYOND * max(1, keys)
        return Guessing(card_terms(self.program).characters, there + count, tries)

    def fresh(self, count: int, random_bytes: Callable[[int], bytes]) -> list[Printed]:
        """So many new cards, which are nowhere yet."""
        characters = card_terms(self.program).characters
        made: list[str] = []
        while (missing := count - len(made)) > 0:
            random = random_bytes(int(missing * characters * SPARE) + characters)
            made += islice(spell_many(random, characters), missing)
        return self.known(made)

    def known(self, codes: Sequence[str]) -> list[Printed]:
        """The cards of these codes."""
        sealed = [it.hex() for it in self.engine.codes.digests(self.program.name, codes)]
        return [
            Printed(number_of(it), *told) for it, *told in zip(sealed, codes, sealed, strict=True)
        ]

    def put_in(self, work: Work, cards: Sequence[Printed]) -> None:
        """Write cards, inactive, and tell how many by whom and why."""
        made = [
            Purse(
                it.number, PurseKind.GIFT_CARD, self.program.currency, work.now,
                PurseState.INACTIVE, it.sealed,
            )
            for it in cards
        ]  # fmt: skip
        work.add_purses(made)
        told = {"cards": len(made), "reason": self.reason, "by": self.by}
        first = made[0].number
        kind = "gift_cards_made"
        event = Event(first, f"{kind}:{shown_number(first)}", 0, kind, to_json(told), work.now)
        work.announce(event)
