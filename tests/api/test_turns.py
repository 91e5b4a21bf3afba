"""Connections go to the worker that has the fewest of them."""

from __future__ import annotations

import multiprocessing

import pytest

from loyalty_engine.api import turns
from loyalty_engine.api.turns import MOST_WORKERS, NOBODY, Board, Turn


@pytest.fixture
def board() -> Board:
    return Board()


def places(board: Board, *counts: int) -> list[int]:
    found: list[int] = []
    for count in counts:
        place = board.place_for(found)
        assert place is not None
        board.note(place, count)
        found.append(place)
    return found


def test_the_worker_with_the_fewest_takes_it(board: Board) -> None:
    first, second, third = places(board, 3, 1, 1)
    assert board.is_busier(first, 3)
    assert not board.is_busier(second, 1)
    assert not board.is_busier(third, 1)


def test_workers_that_are_gone_or_going_do_not_count(board: Board) -> None:
    first, second = places(board, 3, 0)
    board.note(second, NOBODY)
    assert not board.is_busier(first, 3)


def test_a_place_is_given_again_once_it_is_free(board: Board) -> None:
    first, second = places(board, 3, 7)
    assert board.place_for([second]) == first
    assert not board.is_busier(second, 0), "a new worker has none, which is no fewer"
    assert board.is_busier(second, 7)


def test_more_workers_than_places_share_nothing(board: Board) -> None:
    assert board.place_for(range(MOST_WORKERS)) is None
    board.note(None, 5)
    assert not board.is_busier(None, 5)


def test_patience_ends(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, _ = places(board, 3, 0)
    turn = Turn(board, busy)
    looks = 0
    while not turn.is_ours(3):
        looks += 1
        assert looks <= turns.PATIENCE / turns.PAUSE
    assert looks, "it was left to the other at first"
    monkeypatch.setattr(turns, "PATIENCE", 3600.0)
    assert not turn.is_ours(3), "with the next one its patience is new"


def test_all_processes_see_the_same(board: Board) -> None:
    first, second = places(board, 0, 0)
    other = multiprocessing.get_context("fork").Process(target=board.note, args=(first, 9))
    other.start()
    other.join()
    assert board.is_busier(first, 9)
    assert not board.is_busier(second, 1)
    assert board.is_busier(second, 10)
