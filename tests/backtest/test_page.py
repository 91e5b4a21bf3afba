"""The report as a page: whole in itself, and harmless whatever names the data hold."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from loyalty_engine.backtest.page import page
from loyalty_engine.backtest.sections import phrases_for
from tests.backtest.making import Backtests
from tests.imports.making import PROGRAMME, rows

NASTY = '<b onload="x">'
VOID = {"meta"}
ALONE = {"line", "rect"}


class Reading(HTMLParser):
    """Collects tags and refuses what is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def backtests(tmp_path: Path) -> Backtests:
    made = Backtests(tmp_path)
    made.mapping.write_text(made.mapping.read_text().replace("points: {points: {spent: used}}", ""))
    made.file.write_text(
        rows(f"""
        1,01/03/2026 10:00,ada,{NASTY.replace('"', "'")},cup,3,20.00
        2,02/03/2026 10:00,ben,Lyon,pot,1,30.00
        """)
    )
    made.write("before", PROGRAMME)
    dearer = PROGRAMME["base.yaml"].replace("points: 1", "points: 2")
    made.write("after", {**PROGRAMME, "base.yaml": dearer})
    return made


def test_it_needs_nothing_beside_it(backtests: Backtests):
    compared = backtests.compare("before", "after")
    text = page(compared, phrases_for(compared, None))
    read = Reading()
    read.feed(text)
    assert read.open == []
    names = [tag for tag, _ in read.tags]
    assert names.count("svg") == 4
    assert not {"script", "link", "img", "iframe", "b onload"} & {*names}
    for _, attributes in read.tags:
        assert not {"src", "href", "style", "onload"} & {*attributes}
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text


def test_it_speaks_french(backtests: Backtests):
    compared = backtests.compare("before", "after")
    text = page(compared, phrases_for(compared, "fr"))
    assert '<html lang="fr">' in text
    assert "Simulation sur le passé: Shop Card" in text
    assert "membres gagnants" in text
    assert "1,90\u00a0GBP" in text  # 60 + 100 + 30 points before
