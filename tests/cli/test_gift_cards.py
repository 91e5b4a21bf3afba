"""`loyalty gift-cards make`: cards that a till can sell, a file that is its owner's, broken runs."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from loyalty_engine.cli.shared import making_cards
from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.domain.codes import well_formed
from loyalty_engine.domain.stored_value import PurseState
from loyalty_engine.use_cases.stored_value.make_gift_cards import Press, Printed
from tests.cli.conftest import Loyalty

DECLARED = "stored_value: {country: GB, gift_cards: }\n"


@pytest.fixture
def out(home: Path, loyalty: Loyalty) -> Path:
    """Where the cards go, in a home whose grocer sells gift cards."""
    program = home / "rules" / "grocer" / "program.yaml"
    program.write_text(f"{program.read_text()}\n{DECLARED}")
    assert loyalty("rules", "publish", "--by", "me").code == 0
    return home / "cards.csv"


def make(loyalty: Loyalty, count: int, out: Path, *more: str):
    words = ("gift-cards", "make", "-p", "grocer", "--count", str(count), "--out", str(out))
    return loyalty(*words, "--reason", "spring", "--by", "anne", *more)


def in_database(cards: list[list[str]]) -> dict[int, PurseState]:
    with opened() as parts, parts.storage.read("grocer") as view:
        found = view.purses(int(card, 16) for card, *_ in cards)
        assert {it.available for it in found.values()} <= {0}
        return {number: it.state for number, it in found.items()}


def rows(out: Path) -> list[list[str]]:
    head, *cards = out.read_text().splitlines()
    assert head == "card,code,printed"
    return [it.split(",") for it in cards]


def test_cards_are_made_inactive_and_known_by_their_hashes(
    loyalty: Loyalty, home: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(making_cards, "BLOCK", 200)
    said = make(loyalty, 450, out)
    assert said.code == 0, said.err
    assert "450 of 442,867,500,000,000,000 codes of 12 characters" in said.err
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    cards = rows(out)
    assert len({code for _, code, _ in cards}) == 450
    assert all(well_formed(code) for _, code, _ in cards)
    assert all(printed.replace("-", "") == code for _, code, printed in cards)
    assert list(in_database(cards).values()) == [PurseState.INACTIVE] * 450
    assert cards[0][1].encode() not in (home / "home" / "loyalty.db").read_bytes()
    again = make(loyalty, 450, out)
    assert (again.code, "cannot be made" in again.err) == (1, True)  # never over an old file
    with closing(sqlite3.connect(home / "home" / "loyalty.db")) as database:
        told = database.execute("SELECT body FROM outbox WHERE kind = 'gift_cards_made'").fetchall()
    assert sorted(json.loads(body)["cards"] for (body,) in told) == [50, 200, 200]
    assert json.loads(told[0][0]).items() >= {"reason": "spring", "by": "anne"}.items()
    assert loyalty("verify", "-p", "grocer").code == 0


def test_a_run_that_broke_off_is_gone_on_with(
    loyalty: Loyalty, out: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(making_cards, "BLOCK", 10)
    blocks = iter(range(3))
    put_in = Press.put_in

    def broken(self: Press, work: object, cards: list[Printed]) -> None:
        put_in(self, work, cards)  # type: ignore[arg-type]
        if next(blocks) == 2:
            raise OSError("the disk is full")

    monkeypatch.setattr(Press, "put_in", broken)
    said = make(loyalty, 45, out)
    assert said.code == 1
    assert "The first 20 cards of the file are good; then: the disk is full" in said.err
    assert "--resume" in said.err
    assert len(in_database(rows(out))) == 20
    first = rows(out)
    with out.open("a") as file:
        file.write("3f0c6a51b2d9")  # half a row, as a killed process leaves it
    monkeypatch.setattr(Press, "put_in", put_in)
    said = make(loyalty, 45, out, "--resume")
    assert (said.code, said.err.startswith("45 of 442,867")) == (0, True)  # none is counted twice
    assert rows(out)[:30] == first
    assert len(in_database(rows(out))) == 45
    written = out.read_bytes()
    assert make(loyalty, 45, out, "--resume").code == 0  # once more changes nothing
    assert out.read_bytes() == written


def test_only_a_file_of_this_programmes_cards_is_gone_on_with(loyalty: Loyalty, out: Path):
    missing = make(loyalty, 5, out, "--resume")
    assert (missing.code, "cannot be gone on with" in missing.err) == (1, True)
    out.write_text("something else\n")
    other = make(loyalty, 5, out, "--resume")
    assert (other.code, "no file of gift cards" in other.err) == (1, True)
    out.write_text("card,code,printed\n3f0c6a51b2d94e07,7QM2XKD4FHTRB,7QM2-XKD4-FHTR-B\n")
    wrong = make(loyalty, 5, out, "--resume")
    assert (wrong.code, "Line 2 of the file is no card of grocer's" in wrong.err) == (1, True)
    out.unlink()
    assert make(loyalty, 5, out).code == 0
    fewer = make(loyalty, 4, out, "--resume")
    assert (fewer.code, "5 cards in the file, and 4 wanted" in fewer.err) == (1, True)


def test_programmes_without_cards_make_none(loyalty: Loyalty, home: Path):
    loyalty("rules", "publish", "--by", "me")
    said = make(loyalty, 1, home / "cards.csv")
    assert (said.code, "gift_cards_undeclared" in said.err) == (1, True)
    assert not (home / "cards.csv").exists()
