"""What a unit of work promises: all or nothing, few round trips, and reads that see its writes."""

import pytest

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Address, CounterKey, Opening, Taken, Work
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import (
    NOON,
    PROGRAM,
    cause,
    enrol,
    event,
    member,
    operation,
    purchase,
    save,
)


def record_one(storage: SqlStorage, id: str = "T-1") -> None:
    with storage.begin(PROGRAM, NOON) as work:
        it = operation(f"key-{id}", status=201, resource=f"purchase/{id}/1")
        opening = work.open_purchase(Address("identifier:card", "card-7"), id, it)
        assert opening.member is not None
        assert opening.purchase is None
        ledger = book_of(work, opening)
        ledger.issue("points", 19, cause(purchase=id), active_from=NOON)
        ledger.issue("points", 50, cause(purchase=id, rule="bonus"), active_from=NOON)
        ledger.issue("stamps", 1, cause(purchase=id), active_from=NOON)
        work.add_address(Address("purchase", id), 7)
        work.add_purchase(purchase(id))
        work.save_book(ledger)
        work.save_member(opening.member)
        work.announce(event(f"recorded/{id}", ledger.version))


def book_of(work: Work, opening: Opening) -> AccountBook:
    it = opening.member
    assert it is not None
    return AccountBook(
        it.account, it.version, opening.balances, lambda: work.open_lots(it.account), NOON
    )


def test_a_limit_that_is_locked_is_not_asked_for_again(storage: SqlStorage):
    keys = [CounterKey("all", "spring", "", part, 16) for part in (3, 9, 3)]
    with storage.begin(PROGRAM, NOON, sure=True) as work:
        storage.tally.statements = 0
        for used, key in enumerate(keys):
            assert work.counters([key]) == {key: used}
            work.use(key, 1, 1600)
        assert storage.tally.statements == 16 + 1, "made and locked once, all slices"
        work.use(keys[0], -1, 1600)
        assert work.counters([keys[1]]) == {keys[1]: 2}
    with storage.begin(PROGRAM, NOON) as work:
        assert work.counters([keys[1]]) == {keys[1]: 2}
        storage.tally.statements = 0
        work.use(keys[1], 1500, 1600)
        assert storage.tally.statements == 1, "those that are there are not made again"
        assert work.counters([keys[0]]) == {keys[0]: 1502}


def test_a_purchase_takes_twelve_statements_in_two_round_trips(storage: SqlStorage):
    enrol(storage)
    storage.tally.statements = storage.tally.trips = 0
    record_one(storage)
    assert (storage.tally.statements, storage.tally.trips) == (12, 2)
    with storage.read(PROGRAM) as view:
        opening = view.open_purchase(Address("member", "member-7"), "T-1")
    assert opening.member is not None
    assert opening.member.version == 3
    assert opening.balances["points"].available == 69
    assert opening.balances["stamps"].available == 1
    assert opening.purchase == purchase()


def test_an_exception_undoes_everything(storage: SqlStorage):
    enrol(storage)

    def act(work: Work) -> None:
        work.add_purchase(purchase())
        work.add_address(Address("purchase", "T-1"), 7)
        assert work.purchase("T-1") == purchase()
        work.announce(event())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save(storage, act)
    with storage.read(PROGRAM) as view:
        assert view.purchase("T-1") is None


def test_a_taken_address_undoes_everything(storage: SqlStorage):
    enrol(storage)

    def act(work: Work) -> None:
        work.add_member(member(8))
        work.add_address(Address("identifier:card", "card-7"), 8)

    with pytest.raises(Taken) as caught:
        save(storage, act)
    assert (caught.value.kind, caught.value.value) == ("identifier:card", "card-7")
    with storage.read(PROGRAM) as view:
        assert view.member(8) is None
        found = view.find_member(Address("identifier:card", "card-7"))
        assert found is not None
        assert found.number == 7


def test_nothing_done_is_nothing_sent(storage: SqlStorage):
    storage.tally.trips = 0
    with storage.begin(PROGRAM, NOON):
        pass
    with storage.read(PROGRAM):
        pass
    assert storage.tally.trips == 0
