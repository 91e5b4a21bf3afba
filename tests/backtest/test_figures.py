"""What a comparison says, with figures that can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_engine.backtest.as_json import as_json
from loyalty_engine.backtest.sections import phrases_for, sections
from loyalty_engine.imports.tables import UnusableFile
from tests.backtest.making import Backtests, made_rows
from tests.imports.making import PROGRAMME, rows, text

# Under the usual rules a point for each pound, and 100 from 50.00 on; points are worth a penny.
# Ada: 60.00 = 160 points and 20.00 = 20; ben 30.00 = 30; a guest nothing.
PAST = rows("""
    1,01/03/2026 10:00,ada,Lyon,cup,3,20.00
    2,02/03/2026 10:00,ben,Lyon,pot,1,30.00
    3,03/03/2026 10:00,,Nice,cup,1,20.00
    4,12/03/2026 10:00,ada,Nice,cup,1,20.00
    """)

# From 30.00 on instead: ben gains 100. And ten per cent off cups: ada pays 72.00 of 80.00 and has
# 54 + 100 + 18 points; the guest pays 18.00.
CHANGED = {
    **PROGRAMME,
    "program.yaml": PROGRAMME["program.yaml"].replace("[{points", "[{offers: best}, {points"),
    "fifty.yaml": PROGRAMME["fifty.yaml"].replace("50.00", "30.00"),
    "cups.yaml": """
        rule: cups
        lane: offers
        on: [sku: CUP]
        then: [percentage_off: 10]
        """,
}


@pytest.fixture
def backtests(tmp_path: Path) -> Backtests:
    made = Backtests(tmp_path)
    made.mapping.write_text(made.mapping.read_text().replace("points: {points: {spent: used}}", ""))
    made.file.write_text(PAST)
    made.write("before", PROGRAMME)
    made.write("after", CHANGED)
    return made


def test_cost_points_and_liability_of_both(backtests: Backtests):
    told = as_json(backtests.compare("before", "after"))
    before, after = told["total"]["before"], told["total"]["after"]
    assert (before["cost"], before["discount"], before["points"]) == (210, 0, {"points": 210})
    assert (after["cost"], after["discount"]) == (1302, 1000)  # 8.00 of ada's, 2.00 of the guest's
    assert after["points"] == {"points": 302}  # 172 + 130
    assert (before["sales"], after["sales"]) == (13000, 12000)
    assert (before["liability"], after["liability"]) == (210, 302)
    assert (before["times"], before["members"]) == (4, 2)
    assert told["changes"][0].startswith("changed the programme: lanes")
    assert any(it.startswith("added cups") for it in told["changes"])


def test_who_is_better_off_and_by_how_much(backtests: Backtests):
    told = as_json(backtests.compare("before", "after"))
    # ada: 8.00 + 1.72 against 1.80; ben 1.30 against 0.30.
    assert told["members"] == {
        "members": 2, "better": 2, "worse": 0, "sales": 11000, "before": 210, "after": 1102,
    }  # fmt: skip
    assert [(it["member"], it["before"], it["after"]) for it in told["winners"]] == [
        ("ada", 180, 972), ("ben", 30, 130),
    ]  # fmt: skip
    assert told["losers"] == []
    assert sum(told["spread"]["members"].values()) == 2
    back = as_json(backtests.compare("after", "before", top=1))
    assert (back["members"]["better"], back["members"]["worse"]) == (0, 2)
    assert [it["member"] for it in back["losers"]] == ["ada"]


def test_by_rule_store_and_week(backtests: Backtests):
    told = as_json(backtests.compare("before", "after"))
    fifty = told["rules"]["fifty"]
    assert (fifty["before"]["times"], fifty["after"]["times"]) == (1, 2)
    assert (fifty["before"]["cost"], fifty["after"]["cost"]) == (100, 200)
    assert told["rules"]["cups"]["before"]["times"] == 0
    assert told["rules"]["cups"]["after"]["discount"] == 1000
    assert told["stores"]["Nice"]["after"]["sales"] == 3600
    assert list(told["weeks"]) == ["2026-02-23", "2026-03-02", "2026-03-09"]
    assert sum(it["after"]["cost"] for it in told["weeks"].values()) == 1302
    assert sum(it["after"]["cost"] for it in told["stores"].values()) == 1302


def test_tiers_shift(backtests: Backtests):
    usual = dict(PROGRAMME)
    usual["tiers.yaml"] = usual["tiers.yaml"].replace("100.00", "75.00")
    backtests.write("easier", usual)
    told = as_json(backtests.compare("before", "easier"))
    assert told["tiers"] == [
        {"before": "plain", "after": "plain", "members": 1},
        {"before": "plain", "after": "silver", "members": 1},
    ]


def test_only_what_happens_from_the_day_on_counts(backtests: Backtests):
    since = datetime(2026, 3, 2, tzinfo=UTC)
    told = as_json(backtests.compare("before", "after", since=since))
    assert (told["total"]["before"]["cost"], told["total"]["before"]["times"]) == (50, 3)
    # ada's first purchase went by the old rules on both sides: 160 points, no discount.
    assert told["total"]["after"]["discount"] == 400
    assert told["total"]["after"]["points"] == {"points": 148}
    assert told["total"]["after"]["liability"] == 308


def test_what_is_after_the_last_day_is_left_out(backtests: Backtests):
    told = as_json(backtests.compare("before", "after", until=datetime(2026, 3, 3, tzinfo=UTC)))
    assert told["total"]["before"]["times"] == 2


def test_points_that_were_spent_and_never_given_are_told(tmp_path: Path):
    made = Backtests(tmp_path)
    made.write("before", PROGRAMME)
    poor = {**PROGRAMME, "base.yaml": PROGRAMME["base.yaml"].replace("points: 1", "points: 0.5")}
    made.write("poor", poor)
    made.file.write_text(
        text("""
        receipt,when,card,shop,article,pieces,price,used
        1,01/03/2026 10:00,ada,Lyon,cup,1,40.00,0
        2,02/03/2026 10:00,ada,Lyon,cup,1,40.00,30
        """)
    )
    # 30 are the opening balance, by the file's own account; both sides have them.
    told = as_json(made.compare("before", "poor"))
    assert told["total"]["before"]["lacking"] == told["total"]["after"]["lacking"] == {}
    assert told["total"]["before"]["units"]["points"].spent == 30


def test_the_same_past_comes_to_the_same_whoever_plays_it(tmp_path: Path, backtests: Backtests):
    made = Backtests(tmp_path)
    made.file.write_text(made_rows(120))
    one, two = (as_json(made.compare("before", "after", workers=it)) for it in (1, 3))
    assert one == two


def test_two_currencies_cannot_be_compared(backtests: Backtests):
    other = PROGRAMME["program.yaml"].replace("GBP", "EUR")
    backtests.write("euro", {**PROGRAMME, "program.yaml": other})
    with pytest.raises(UnusableFile, match="currencies"):
        backtests.compare("before", "euro")


@pytest.mark.parametrize(("language", "title", "cost"), [
    ("en", "What it comes to", "13.02 GBP"), ("fr-FR", "Bilan", "13,02\u00a0GBP"),
])  # fmt: skip
def test_it_is_told_in_two_languages(backtests: Backtests, language: str, title: str, cost: str):
    compared = backtests.compare("before", "after")
    first, *others = sections(compared, phrases_for(compared, language))
    assert first.title == title
    assert first.rows[0][2] == cost
    for section in (first, *others):
        assert {len(row) for row in section.rows} <= {max(1, len(section.columns))}


@pytest.mark.parametrize("most", [60, 1])
def test_the_rows_of_a_table_come_to_its_total(
    backtests: Backtests, monkeypatch: pytest.MonkeyPatch, most: int
):
    """Those that are too many for a table of their own are added up, and not left out."""
    monkeypatch.setattr("loyalty_engine.backtest.sections.MOST_ROWS", most)
    compared = backtests.compare("before", "after")
    with_total = [it for it in sections(compared, phrases_for(compared, "en")) if it.total]
    assert [it.title for it in with_total] == ["Rules", "Stores", "Weeks"]
    for section in with_total:
        assert section.total is not None
        assert len(section.rows) == most + 1 or most > 1 or section.title == "Weeks"
        costs = [sum(Decimal(row[place]) for row in section.rows) for place in (-3, -2, -1)]
        assert costs == [Decimal(cell) for cell in section.total[-3:]]
