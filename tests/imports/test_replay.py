"""A file replayed: every line accounted for, nothing twice, and the same every time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from loyalty_engine.domain.errors import InvalidRequest, NotFound
from loyalty_engine.imports import replay as replaying
from loyalty_engine.imports.job import Outcome
from loyalty_engine.imports.tables import UnusableFile
from loyalty_engine.rulebook.faults import RulebookErrors
from tests.imports.making import MAPPING, PROGRAMME, Shop, rows, text

# ada: 60.00 earns 60 + 100; 40.00 of it comes back: 20 stay, 140 go.
# Then 3.00 of tea, which she never bought more of than one: one comes back, one cannot.
# Somebody without a name buys and brings back; ben brings back what he never bought.
DAY = rows("""
    1,01/03/2026 10:00,ada,Lyon,cup,3,20.00
    1,01/03/2026 10:00,ada,Lyon,POST,1,4.00
    2,02/03/2026 10:00,,Lyon,cup,2,5.00
    3,03/03/2026 10:00,ada,Lyon,tea,1,3.00
    R4,04/03/2026 10:00,ada,Lyon,CUP,-2,20.00
    R4,04/03/2026 10:00,ada,Lyon,tea,-2,3.00
    R5,05/03/2026 10:00,,Lyon,cup,-1,5.00
    R6,06/03/2026 10:00,ben,Lyon,cup,-1,5.00
    A7,06/03/2026 11:00,,Lyon,cup,1,99.00
    """)


def figures(outcome: Outcome) -> dict[str, object]:
    account, points = outcome.account, outcome.totals.units["points"]
    return {
        "recorded": (account.recorded.lines, account.recorded.value),
        "returned": (account.returned.lines, account.returned.value),
        "left out": {
            reason: (it.lines, it.parts, it.value) for reason, it in account.left_out.items()
        },
        "points": (points.issued, points.taken_back, points.spent, points.expired),
        "outstanding": (points.outstanding, points.debt, points.liability),
    }


def test_a_day_worked_out_by_hand(any_shop: Shop):
    outcome = any_shop.replay(DAY)
    assert figures(outcome) == {
        "recorded": (3, 6000 + 1000 + 300),
        "returned": (3, -4000 - 300 - 500),
        "left out": {
            "adjustment, nothing was sold": (1, 0, 9900),
            "postage": (1, 0, 400),
            "came back, more of it than was bought in the file": (0, 1, -300),
            "came back, but no purchase of it is in the file": (1, 0, -500),
        },
        # ada: 60 + 100 + 3; 40 + 100 + 3 go again. What is left, 20, ends a month later.
        "points": (163, 143, 0, 0),
        "outstanding": (20, 0, 20),
    }
    assert outcome.account.ties
    assert outcome.proof.clean
    assert outcome.well
    totals = outcome.totals
    assert (totals.members, totals.tiers) == (2, {"plain": 2})
    assert (totals.purchases, totals.of_guests, totals.returns) == (3, 1, 3)
    assert (totals.paid, totals.refunded) == (7300, 4800)
    assert totals.rules["base"].points == {"points": 63}
    assert (totals.rules["fifty"].points, totals.rules["fifty"].times) == ({"points": 100}, 1)


def test_what_is_left_out_stands_in_the_report(shop: Shop):
    shop.replay(DAY)
    assert shop.left_out == [
        '"adjustment, nothing was sold",,A7,9,2026-03-06T11:00:00+00:00,1,CUP,1,99.00',
        "postage,,1,1,2026-03-01T10:00:00+00:00,2,POST,1,4.00",
        (
            '"came back, more of it than was bought in the file",,R4,5,2026-03-04T10:00:00+00:00,'
            "2,TEA,1,-3.00"
        ),
        (
            '"came back, but no purchase of it is in the file",,R6,8,2026-03-06T10:00:00+00:00,'
            "1,CUP,1,-5.00"
        ),
    ]


def test_replaying_again_changes_nothing(any_shop: Shop):
    first = any_shop.replay(DAY)
    again = any_shop.replay(DAY)
    assert first.counts.there_already == 0
    assert again.counts.there_already == again.counts.purchases + again.counts.returns == 6
    assert again.totals.as_json() == first.totals.as_json()
    assert figures(again) == figures(first)
    assert again.proof.counts == first.proof.counts


def test_twice_into_fresh_databases_gives_the_same_totals(shop: Shop, tmp_path: Path):
    shop.url = f"sqlite:///{tmp_path / 'one.db'}"
    one = shop.replay(DAY)
    shop.url = f"sqlite:///{tmp_path / 'two.db'}"
    assert shop.replay(DAY).totals.as_json() == one.totals.as_json()


def test_the_order_of_rows_does_not_matter(shop: Shop, tmp_path: Path):
    one = shop.replay(DAY)
    head, *body = DAY.splitlines()
    shop.url = f"sqlite:///{tmp_path / 'two.db'}"
    turned = shop.replay("\n".join([head, *reversed(body)]) + "\n")
    assert figures(turned) == figures(one)


def test_a_longer_file_later_adds_what_is_new(shop: Shop):
    shop.replay(DAY, limit=3)
    whole = shop.replay(DAY)
    assert whole.counts.there_already == 3
    assert whole.well
    shop.url = f"sqlite:///{shop.folder / 'fresh.db'}"
    assert shop.replay(DAY).totals.as_json() == whole.totals.as_json()


def test_points_that_time_takes_are_gone_by_the_end_of_the_file(shop: Shop):
    # 20.00 on 1 March: 20 points end on 1 April at 10:00; the file ends on 2 April.
    outcome = shop.replay(
        rows("""
        1,01/03/2026 10:00,ada,Lyon,cup,1,20.00
        2,02/04/2026 10:00,ben,Lyon,cup,1,7.00
        """)
    )
    assert figures(outcome)["points"] == (27, 0, 0, 20)
    assert figures(outcome)["outstanding"] == (7, 0, 7)


def test_tiers_follow_what_was_bought_and_kept(shop: Shop):
    outcome = shop.replay(
        rows("""
        1,01/03/2026 10:00,ada,Lyon,cup,1,100.00
        2,01/03/2026 10:00,ben,Lyon,cup,1,100.00
        R3,02/03/2026 10:00,ben,Lyon,cup,-1,100.00
        """)
    )
    assert outcome.totals.tiers == {"plain": 1, "silver": 1}


# --- points that were spent --------------------------------------------------------------------

SPENDING = MAPPING.replace("  store: shop", "  store: shop") + (
    "points:\n  points: {spent: used, received: got}\n"
)
SPENT = text("""
    receipt,when,card,shop,article,pieces,price,used,got
    1,01/03/2026 10:00,ada,Lyon,cup,1,10.00,300,10
    2,02/03/2026 10:00,ada,Lyon,cup,1,20.00,0,900
    3,03/03/2026 10:00,ada,Lyon,cup,1,20.00,500,0
    4,03/03/2026 10:00,ben,Lyon,cup,1,5.00,0,5
    """)


def test_members_bring_what_they_spend_and_the_file_never_shows_them_earn(shop: Shop):
    shop.mapping.write_text(text(SPENDING))
    outcome = shop.replay(SPENT)
    points = outcome.totals.units["points"]
    # ada spends 300 with nothing there: that much she brings along. By the source's account she
    # then has 910; by these rules 7 (of 10.00, 3.00 paid in points) and 20: 500 lack 473.
    assert points.brought == {
        "opening balance: earned before the file begins": 300,
        "opening balance: earned in the source beyond these rules": 473,
    }
    # 7 + 20 + 15 + 5
    assert (points.issued, points.spent, points.outstanding) == (47, 800, 20)
    it = outcome.agreement["points"]
    assert (it.spent, it.received, it.granted) == (800, 915, 47)
    assert (it.receipts, it.equal) == (4, 1)  # ben's alone
    assert outcome.well
    again = shop.replay(SPENT)
    assert again.totals.as_json() == outcome.totals.as_json()


def test_an_opening_balance_stands_when_a_longer_file_asks_for_another(shop: Shop):
    shop.mapping.write_text(text(SPENDING))
    shop.replay(SPENT, limit=1)
    head, first, *rest = SPENT.splitlines()
    more = "0,01/03/2026 11:00,ada,Lyon,cup,1,20.00,200,0"
    outcome = shop.replay("\n".join([head, first, more, *rest]) + "\n")
    assert outcome.well
    brought = outcome.totals.units["points"].brought
    assert brought["opening balance: earned before the file begins"] == 300


def test_points_of_a_unit_that_the_programme_has_not_are_refused_at_once(shop: Shop):
    shop.mapping.write_text(text(SPENDING.replace("  points: {", "  miles: {")))
    with pytest.raises(InvalidRequest, match="the programme shop has points"):
        shop.replay(SPENT)


# --- what goes wrong ---------------------------------------------------------------------------


def test_what_the_engine_refuses_is_left_out_with_its_code(shop: Shop):
    shop.mapping.write_text(
        text(MAPPING.replace("  store: shop", "  store: shop\n  currency: cur"))
    )
    content = text("""
        receipt,when,card,shop,article,pieces,price,cur
        1,01/03/2026 10:00,ada,Lyon,cup,1,10.00,GBP
        2,01/03/2026 11:00,ada,Lyon,cup,2,10.00,EUR
        R3,01/03/2026 12:00,ada,Lyon,cup,-2,10.00,GBP
        """)
    outcome = shop.replay(content)
    assert figures(outcome)["left out"] == {
        "refused by the engine: currency_differs": (1, 0, 2000),
        "refused by the engine: purchase_unknown": (1, 0, -2000),
    }
    assert outcome.counts.refused == 2
    assert outcome.well  # nothing is lost: it is told


def test_a_purchase_that_is_recorded_with_another_content_is_told(shop: Shop):
    shop.replay(DAY)
    outcome = shop.replay(DAY.replace("tea,1,3.00", "tea,1,4.00"))
    assert "refused by the engine: purchase_exists" in outcome.account.left_out
    assert outcome.account.ties


def test_rules_in_force_are_not_replaced_by_others(shop: Shop):
    shop.replay(DAY)
    changed = PROGRAMME | {"fifty.yaml": PROGRAMME["fifty.yaml"].replace("100", "200")}
    shop.write_programme("shop", changed)
    with pytest.raises(UnusableFile, match="with other rules"):
        shop.replay(DAY)
    assert shop.replay(DAY, program="shop").well  # by name: those in force


def test_nothing_is_written_when_the_rules_or_the_mapping_have_faults(shop: Shop):
    shop.write_programme("shop", {"fifty.yaml": "rule: fifty\n"})
    with pytest.raises(RulebookErrors):
        shop.replay(DAY)
    shop.mapping.write_text("source: shop\n")
    with pytest.raises(RulebookErrors):
        shop.replay(DAY)
    shop.mapping.write_text(text(MAPPING))
    with pytest.raises(NotFound):
        shop.replay(DAY, program="shop")


def test_a_file_without_any_basket_is_told(shop: Shop):
    with pytest.raises(UnusableFile, match="no basket that can be played"):
        shop.replay(rows(""))


# --- stopped on the way ------------------------------------------------------------------------


def many(baskets: int) -> str:
    """Purchases of fifty members, every tenth of which comes back."""
    lines = []
    for number in range(baskets):
        day, minute = divmod(number, 600)
        when = f"{day + 1:02d}/03/2026 {minute // 60 + 8:02d}:{minute % 60:02d}"
        member = f"m{number * 7 % 50}"
        if number % 10 == 9:
            back = number - 5
            lines.append(f"R{number},{when},m{back * 7 % 50},Lyon,A{back % 7},-1,{back % 9 + 1}.50")
        else:
            lines += [
                f"{number},{when},{member},Lyon,A{number % 7},2,{number % 9 + 1}.50",
                f"{number},{when},{member},Lyon,B{number % 5},1,60.00",
            ]
    return rows("") + "\n".join(lines) + "\n"


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from loyalty_engine.imports import replay as replaying
    from loyalty_engine.use_cases.purchases import play_history as playing
    from tests.imports.making import Shop

    left = int(sys.argv[3])
    commit = replaying.play_history

    def dying(engine, caller, happenings):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return commit(engine, caller, happenings)

    replaying.CHUNK = 60
    replaying.play_history = dying
    shop = Shop(Path(sys.argv[1]), sys.argv[2])
    shop.replay_path(Path(sys.argv[1]) / "purchases.csv")
"""


def test_after_a_kill_the_same_command_goes_on(shop: Shop, tmp_path: Path):
    content = many(700)
    whole = shop.replay(content)
    assert whole.well
    shop.url = f"sqlite:///{tmp_path / 'killed.db'}"
    for chunks in (2, 3):
        dead = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(shop.folder), shop.url, str(chunks)],
            cwd=Path(__file__).parents[2], env=os.environ, check=False, capture_output=True,
        )  # fmt: skip
        assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    resumed = shop.replay(content)
    assert 0 < resumed.counts.there_already < resumed.counts.purchases
    assert resumed.totals.as_json() == whole.totals.as_json()
    assert resumed.well


def test_progress_is_told_part_by_part(shop: Shop):
    shop.replay(many(300))
    assert shop.heard.parts == [
        "Reading", "Playing", "Letting time pass", "Summing up", "Verifying",
    ]  # fmt: skip
    assert 300 in shop.heard.steps


def test_chunks_of_any_size_come_to_the_same(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    content = many(120)
    whole = shop.replay(content)
    for size in (1, 7):
        monkeypatch.setattr(replaying, "CHUNK", size)
        shop.url = f"sqlite:///{tmp_path / f'{size}.db'}"
        assert shop.replay(content).totals.as_json() == whole.totals.as_json()
