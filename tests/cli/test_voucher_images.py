"""`loyalty vouchers image`: pictures that a scanner reads, for print."""

from __future__ import annotations

import stat
from io import StringIO
from pathlib import Path

import pytest

from tests.barcodes.reading import read, text_of
from tests.cli.conftest import Loyalty

CODE = "7QM2XKD4FHTRB"


@pytest.mark.parametrize("name", ["code.svg", "code.png"])
def test_a_code_is_drawn_into_a_new_file(loyalty: Loyalty, home: Path, name: str):
    said = loyalty(
        "vouchers", "image", CODE, "--out", str(home / name), "--kind", "code128", "--scale", "3"
    )
    assert said.code == 0, said.err
    assert text_of((home / name).read_bytes()) == CODE
    assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    again = loyalty("vouchers", "image", CODE, "--out", str(home / name))
    assert again.code == 1  # never over an old file


def test_a_coupon_number_is_drawn_as_gs1_wants_it(loyalty: Loyalty, home: Path):
    out = home / "code.png"
    gcn = "95011010209174711"
    said = loyalty("vouchers", "image", gcn, "--out", str(out), "--content", "gs1")
    assert said.code == 0, said.err
    assert read(out.read_bytes()).text == f"(255){gcn}"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ((CODE, "--out", "code.jpg"), "neither in .svg nor in .png"),
        ((CODE, "--out", "code.png", "--content", "link"), "no such number of GS1's"),
        ((CODE, "--out", "code.png", "--kind", "ean13"), "ean13 carries thirteen digits"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    loyalty: Loyalty, home: Path, told: tuple[str, ...], wrong: str
):
    said = loyalty("vouchers", "image", *told)
    assert said.code == 1
    assert wrong in said.err
    assert CODE not in said.err


def test_a_code_from_standard_input_stands_in_no_history(
    loyalty: Loyalty, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin", StringIO(f"{CODE}\n"))
    assert loyalty("vouchers", "image", "-", "--out", str(home / "code.png")).code == 0
    assert text_of((home / "code.png").read_bytes()) == CODE
