"""Whatever happens to a purse, its sums follow from its entries and nothing is below zero."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import (
    AVAILABLE,
    EXPIRED,
    GIVEN,
    HELD,
    LOADS,
    SOLD,
    Purse,
    PurseKind,
    PurseState,
    ValueCause,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CAUSE = ValueCause("test")
CARD = Purse(1, PurseKind.GIFT_CARD, "EUR", NOON, PurseState.INACTIVE, "00" * 16)
AMOUNTS = st.integers(1, 60)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["load", "give", "unload", "spend", "hold", "capture", "release", "back",
                         "later", "extend"]),
        AMOUNTS,
    ),
    max_size=30,
)  # fmt: skip


def sums(book: PurseBook) -> dict[str, int]:
    """What the entries come to."""
    found = {AVAILABLE: 0, HELD: 0, EXPIRED: 0, "loaded": 0}
    for entry in book.entries:
        for account, sign in ((entry.source, -1), (entry.destination, 1)):
            if account in found:
                found[account] += sign * entry.amount
            elif account in LOADS:
                found["loaded"] -= sign * entry.amount
    return found


@given(DEEDS)
def test_sums_follow_from_entries_whatever_happens(deeds: list[tuple[str, int]]):
    book, used = PurseBook(CARD, NOON), 0
    for deed, amount in deeds:
        before = book.purse
        try:
            if deed in ("load", "give"):
                source = SOLD if deed == "load" else GIVEN
                book.load(amount, source, CAUSE, book.now + 10 * DAY)
            elif deed == "unload":
                book.unload(amount, CAUSE)
            elif deed == "spend":
                book.spend(amount, CAUSE)
                used += amount
            elif deed == "hold":
                book.hold(amount, CAUSE)
            elif deed == "capture" and before.held:
                taken = min(amount, before.held)
                book.capture(before.held, taken, CAUSE)
                used += taken
            elif deed == "release":
                book.release(before.held, CAUSE)
            elif deed == "back" and used:
                book.give_back(min(amount, used), CAUSE, book.now + DAY)
                used -= min(amount, used)
            elif deed == "later":
                book.now += timedelta(days=amount / 10)
                book.settle()
            elif deed == "extend":
                book.extend(book.now + 20 * DAY, CAUSE)
        except Conflict:
            assert book.purse == before, "what is refused changes nothing"
        it = book.purse
        told = {AVAILABLE: it.available, HELD: it.held, EXPIRED: it.expired, "loaded": it.loaded}
        assert told == sums(book)
        assert min(told.values()) >= 0
        assert it.loaded == it.available + it.held + it.expired + used
        assert it.version == len(book.entries)


def test_what_is_held_before_the_end_pays_after_it_and_the_rest_expires():
    book = PurseBook(CARD, NOON)
    book.load(100, SOLD, CAUSE, NOON + DAY)
    book.hold(60, CAUSE)
    book = PurseBook(book.purse, NOON + DAY)
    assert (book.purse.available, book.purse.held, book.purse.expired) == (0, 60, 40)
    book.capture(60, 25, CAUSE)
    assert (book.purse.available, book.purse.held, book.purse.expired) == (0, 0, 75)


def test_a_load_never_lets_a_card_end_sooner():
    book = PurseBook(CARD, NOON)
    book.load(1, SOLD, CAUSE, NOON + 9 * DAY)
    book.load(1, SOLD, CAUSE, NOON + 5 * DAY)
    assert book.purse.ends_at == NOON + 9 * DAY
    book.load(1, SOLD, CAUSE, None)
    book.load(1, SOLD, CAUSE, NOON + 5 * DAY)
    assert book.purse.ends_at is None


def test_value_moves_to_another_card_and_nothing_is_made_up():
    old, new = PurseBook(CARD, NOON), PurseBook(CARD, NOON)
    old.load(100, SOLD, CAUSE, NOON + DAY)
    old.spend(30, CAUSE)
    assert old.move_to(new, CAUSE) == 70
    assert (old.purse.loaded, new.purse.loaded) == (30, 70)
    assert (old.purse.state, new.purse.state) == (PurseState.BLOCKED, PurseState.ACTIVE)
    assert new.purse.ends_at == NOON + DAY


def test_what_has_been_used_cannot_be_taken_off_again():
    book = PurseBook(CARD, NOON)
    book.load(100, SOLD, CAUSE, None)
    book.spend(1, CAUSE)
    with pytest.raises(Conflict, match="99 are left"):
        book.unload(100, CAUSE)
