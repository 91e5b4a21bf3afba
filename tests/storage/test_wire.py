"""What goes over the wire: plain values whole, statements compiled once, few round trips."""

import sqlite3
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.tiers import Why
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.inserts import LARGEST_GROUP, Rows
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import carries, operations, signals
from tests.storage.making import NOON, PROGRAM, enrol, member, operation, purchase, save

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
numbers = st.integers(-(2**63), 2**63 - 1)
once = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@once
@given(st.binary(max_size=300), words, numbers, st.booleans())
def test_every_value_comes_back_as_it_went(
    storage: SqlStorage, blob: bytes, word: str, number: int, empty: bool
):
    it = operation(
        "k", fingerprint=blob, resource=word, status=number, answer=None if empty else blob
    )
    save(storage, lambda work: (work.remember(operation("k")), work.answer(it)))
    with storage.read(PROGRAM) as view:
        assert view.operation("till-1", "k") == replace(it, fingerprint=b"\xfe\x00")
    with storage.wire(writes=True) as wire:
        echo = Statement(
            sa.select(sa.literal_column("1"), operations.c.resource)
            .where(operations.c.status == var("n"), operations.c.resource == var("w")),
            "n", "w",
        )  # fmt: skip
        assert wire.ask((echo, (number, word)))[0].rows == [(1, word)]


def test_bytes_come_back_as_they_went_from_every_row(storage: SqlStorage):
    blobs = [b"\x00\xff", rb"\x4142", rb'{"says":"\"\\u00e9\""}', b"\xce(", b""]
    rows = [(PROGRAM, "device", blob, 1, number, None) for number, blob in enumerate(blobs)]
    storage.write(*Rows(signals).batches(rows))
    asked = Statement(sa.select(signals.c.value).order_by(signals.c.since))
    assert [bytes(row[0]) for row in storage.ask((asked, ()))] == blobs


def test_a_kind_of_text_goes_as_text(storage: SqlStorage):
    storage.write(*Rows(carries).batches([(PROGRAM, 7, Why.JOINED, "", 1, True)]))
    with storage.read(PROGRAM) as view:
        assert view.carries(7, ["joined"]) == {"joined/": Carry(1, 1)}


def test_much_can_be_sent_and_answered_at_once(postgres_storage: SqlStorage):
    echo = Statement(sa.select(sa.cast(var("x"), sa.Text)), "x")
    texts = [chr(65 + n) * 1_000_000 for n in range(24)]
    with postgres_storage.wire(writes=False) as wire:
        answers = wire.ask(*[(echo, (text,)) for text in texts])
    assert [answer.rows[0][0] for answer in answers] == texts


@pytest.mark.parametrize("count", [1, 2, LARGEST_GROUP, LARGEST_GROUP + 1, 3 * LARGEST_GROUP + 7])
def test_rows_are_written_in_groups_whatever_their_number(storage: SqlStorage, count: int):
    rows = Rows(carries)
    batches = rows.batches([(PROGRAM, 7, f"rule-{n}", "points", n, -n) for n in range(count)])
    assert len(batches) == -(-count // LARGEST_GROUP)
    assert {batch[0] for batch in rows.batches([(PROGRAM, 8, "x", "", 1, 1)])} <= {rows._of(1)}
    storage.write(*batches)
    with storage.read(PROGRAM) as view:
        found = view.carries(7, [f"rule-{n}" for n in range(count)])
    assert found == {f"rule-{n}/points": Carry(n, -n) for n in range(count)}


def test_a_statement_names_all_its_values_or_is_refused():
    with pytest.raises(AssertionError, match="p_member"):
        Statement(sa.select(carries.c.rule).where(carries.c.member == var("p_member"))).form(
            "sqlite"
        )
    with pytest.raises(AssertionError, match="other"):
        Statement(sa.select(carries.c.rule), "other").form("postgresql")


def test_constants_stand_in_the_text(storage: SqlStorage):
    statement = Statement(sa.select(const("it's"), const(-7)))
    assert storage.ask((statement, ())) == [("it's", -7)]
    assert "'it''s', -7" in " ".join(statement.form(storage.database).sql.split())


def play(url: sa.URL, trips: list) -> list[list[tuple]]:
    """Send the recorded texts by the driver alone, as a benchmark does."""
    answers: list[list[tuple]] = []
    if url.get_backend_name() == "sqlite":
        lite = sqlite3.connect(str(url.database), isolation_level=None)
        for trip in trips:
            answers += [lite.execute(text, values).fetchall() for text, values in trip]
        lite.close()
        return answers
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        for trip in trips:
            for text, values in trip:
                cursor = connection.execute(text, values)
                answers.append(cursor.fetchall() if cursor.description else [])
    return answers


def test_what_was_sent_can_be_sent_again_without_the_engine(storage: SqlStorage):
    record = enrol(storage)
    storage.tally.keeps_texts = True
    with storage.begin(PROGRAM, NOON) as work:
        opening = work.open_purchase(Address("member", "member-7"), "T-1", operation())
        work.add_purchase(purchase())
        work.add_address(Address("purchase", "T-1"), 7)
        assert opening.member == record
    trips, storage.tally.texts = storage.tally.texts, []
    storage.tally.keeps_texts = False
    assert [len(trip) for trip in trips] == [4, 2]
    engine = sa.create_engine(storage.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table in ("operations", "purchases"):
            connection.execute(sa.text(f"DELETE FROM {table}"))
        connection.execute(sa.text("DELETE FROM addresses WHERE kind = 'purchase'"))
    answers = play(storage.url, trips)
    assert answers[1][0][:3] == (7, 7, "member-7")
    assert answers[2:] == [[], [], [], []]
    with storage.read(PROGRAM) as view:
        assert view.purchase("T-1") == purchase()


def test_reading_and_writing_count_their_round_trips(storage: SqlStorage):
    enrol(storage)
    storage.tally.statements = storage.tally.trips = 0
    with storage.begin(PROGRAM, NOON) as work:
        work.member(7)  # 1
        work.save_member(member())
        work.balances(7)  # 2, with the write before it
        work.save_member(member())  # 3, with the commit
    assert (storage.tally.statements, storage.tally.trips) == (4, 3)
    with storage.read(PROGRAM) as view:
        view.member(7)
    assert storage.tally.trips == 4
