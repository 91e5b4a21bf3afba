"""Very many rows are written at once, whatever is in them, and read back as they were."""

import pytest
from sqlalchemy import text

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Address, Signal
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.bulk import MOST, array_text
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import DAY, NOON, PROGRAM, book, cause, enrol, event, member, write

ODD = (
    "", " ", "NULL", "null", "{}", "{a,b}", "a,b", '"', '""', "\\", "\\\\", '\\"', "'", "%s $1 ?",
    "line\nend\ttab", "é 🛒 \u2028", None,
)  # fmt: skip
MANY = 60


@pytest.mark.parametrize("count", [MANY, MOST + MANY], ids=["one statement", "two statements"])
def test_what_is_written_together_is_read_as_it_was(storage: SqlStorage, count: int) -> None:
    enrol(storage, member(purchases=0, last_purchase_at=None))
    made: list[object] = []

    def earn(it: AccountBook) -> None:
        for number in range(count):
            odd = ODD[number % len(ODD)]
            why = cause(rule=odd, reason=odd, purchase=None if number % 3 else odd)
            ends = None if number % 2 else NOON + (number + 1) * DAY
            it.issue("points", number + 1, why, active_from=NOON, expires_at=ends)
        it.spend("points", it.balance("points").available - 1, cause("spend"))
        made[:] = it.entries

    write(storage, earn)
    with storage.read(PROGRAM) as view:
        assert [entry for entry, _ in view.entries(7, limit=3 * count)] == made
        assert book(view).balance("points").available == 1
        assert len(view.open_lots(7)) == 1
    assert [it.check for it in verify(storage, PROGRAM).findings] == []


@pytest.mark.parametrize("count", [3, MANY])
def test_the_events_of_many_members_are_told_as_they_are(storage: SqlStorage, count: int) -> None:
    bodies = {number: bytes(range(number, 256)) for number in range(count)}
    with storage.begin_page(PROGRAM, NOON, []) as page:
        for number, body in bodies.items():
            page.announce(event(f"e{number}", member=number, body=body))
    rows = storage.ask((Statement(text("SELECT member, body FROM outbox")), ()))
    assert {number: bytes(body) for number, body in rows} == bodies


def test_an_account_that_has_moved_on_refuses_many_rows_as_well(storage: SqlStorage) -> None:
    enrol(storage)
    with storage.read(PROGRAM) as view:
        late = book(view)
    write(storage, lambda it: it.issue("points", 5, cause(), active_from=NOON))
    for _ in range(MANY):
        late.issue("points", 1, cause(), active_from=NOON)
    with pytest.raises(Retry), storage.begin(PROGRAM, NOON) as work:
        work.save_book(late)
    with storage.read(PROGRAM) as view:
        found = view.find_member(Address("member", "member-7"))
        assert found is not None
        assert found.version == 1


def test_equal_values_are_a_list_like_any_other() -> None:
    assert array_text(["a", "a"]) == '{"a","a"}'
    assert array_text([None, None]) == "{NULL,NULL}"
    assert array_text([1, None, -2]) == "{1,NULL,-2}"


def test_some_rows_with_bytes_are_read_as_they_were(storage: SqlStorage) -> None:
    """A member who is seen with an e-mail address and a telephone at once."""
    seen = [
        Signal(kind, value * 16, 7, NOON) for kind, value in (("device", "f1"), ("email", "5c"))
    ]
    with storage.begin(PROGRAM, NOON) as work:
        work.save_signals(seen)
    with storage.read(PROGRAM) as view:
        assert sorted(view.signals(7), key=lambda it: it.kind) == seen
