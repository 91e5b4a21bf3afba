"""`loyalty vouchers generate`: codes that work, arithmetic that refuses, a file that is its owner's."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.domain.codes import well_formed
from loyalty_engine.storage.sql import voucher_batches
from loyalty_engine.storage.sql.voucher_batches import made_so_far
from tests.cli.conftest import Loyalty

SHORT = """
voucher: short
lane: offers
characters: 6
then: [amount_off: 1.00]
"""


def generate(loyalty: Loyalty, kind: str, count: int, out: Path, *more: str):
    words = ("vouchers", "generate", kind, "-p", "grocer", "--count", str(count))
    return loyalty(*words, "--out", str(out), *more)


def test_codes_are_made_once_and_known_by_their_hashes(loyalty: Loyalty, home: Path):
    loyalty("rules", "publish", "--by", "me")
    out = home / "codes.txt"
    said = generate(loyalty, "five-off", 12_345, out)
    assert said.code == 0, said.err
    assert "12,345 of 442,867,500,000,000,000 codes of 12 characters" in said.err
    codes = out.read_text().split()
    assert len(set(codes)) == 12_345
    assert all(map(well_formed, codes))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with opened() as parts:
        assert made_so_far(parts.storage, "grocer") == {"five-off": 12_345}
        digest = parts.engine.codes.digest("grocer", codes[-1])
        with parts.storage.read("grocer") as view:
            assert view.vouchers([digest])[digest].kind == "five-off"
        kept = (home / "home" / "loyalty.db").read_bytes()
    assert codes[0].encode() not in kept
    assert generate(loyalty, "five-off", 1, out).code == 1  # never over an old file


def test_a_code_that_is_too_short_for_so_many_is_refused(loyalty: Loyalty, home: Path):
    (home / "rules" / "grocer" / "vouchers" / "short.yaml").write_text(SHORT)
    loyalty("rules", "publish", "--by", "me")
    said = generate(loyalty, "short", 1000, home / "codes.txt")
    assert said.code == 1
    # 30 ** 6 * 5 / 6 codes of six characters: 1000 of them are one in 607,500
    assert (
        "1,000 of 607,500,000 codes of 6 characters: a guess hits one time in 607,500" in said.err
    )
    assert "give the voucher characters: 9" in said.err
    assert not (home / "codes.txt").exists()


def test_codes_that_many_know_are_not_made(loyalty: Loyalty, home: Path):
    loyalty("rules", "publish", "--by", "me")
    said = generate(loyalty, "coffee-on-us", 1, home / "codes.txt")
    assert said.code != 0
    assert "known to many" in said.err


GIFT = """
voucher: gift
lane: offers
then: [worth_off]
"""
COUPON = """
voucher: coupon
lane: offers
gcn: 9501101020917
then: [amount_off: 1.00]
"""


def test_codes_are_made_with_a_worth_of_their_own(loyalty: Loyalty, home: Path):
    (home / "rules" / "grocer" / "vouchers" / "gift.yaml").write_text(GIFT)
    loyalty("rules", "publish", "--by", "me")
    words = ("vouchers", "generate", "gift", "-p", "grocer", "--count", "5", "--out")
    out = home / "codes.txt"
    missing = loyalty(*words, str(out))
    assert missing.code != 0
    assert "say what a code of 'gift' is worth" in missing.err
    for worth, wrong in (
        ("7.505", "has 3 decimals"),
        ("0", "more than 0"),
        ("-1", "negative"),
        ("much", "not a number"),
    ):
        said = loyalty(*words, str(out), f"--worth={worth}")
        assert said.code == 1
        assert wrong in said.err
    assert not out.exists()
    said = loyalty(*words, str(out), "--worth", "7.50")
    assert said.code == 0, said.err
    with opened() as parts:
        digests = [parts.engine.codes.digest("grocer", it) for it in out.read_text().split()]
        with parts.storage.read("grocer") as view:
            assert {it.worth for it in view.vouchers(digests).values()} == {750}
    refused = generate(loyalty, "five-off", 1, home / "more.txt", "--worth", "7.50")
    assert "only worth_off asks for a worth" in refused.err


def test_coupons_of_gs1_are_made_as_few_as_twelve_digits_let_through(loyalty: Loyalty, home: Path):
    (home / "rules" / "grocer" / "vouchers" / "coupon.yaml").write_text(COUPON)
    loyalty("rules", "publish", "--by", "me")
    out = home / "codes.txt"
    many = generate(loyalty, "coupon", 1_000_000, out)
    assert many.code == 1
    assert "1,000,000 of 1,000,000,000,000 codes of 12 digits" in many.err
    assert "make fewer" in many.err
    said = generate(loyalty, "coupon", 100, out)
    assert said.code == 0, said.err
    codes = out.read_text().split()
    assert {(it[:13], len(it), it.isdecimal()) for it in codes} == {("9501101020917", 25, True)}


def test_a_block_that_cannot_be_written_says_how_many_are_good(
    loyalty: Loyalty, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("loyalty_engine.cli.shared.making_codes.BLOCK", 10)
    loyalty("rules", "publish", "--by", "me")
    blocks = iter(range(3))
    insert = voucher_batches._write

    def write(*told: Any) -> None:
        if next(blocks) == 2:
            raise OSError("the disk is full")
        insert(*told)

    monkeypatch.setattr(voucher_batches, "_write", write)
    said = generate(loyalty, "five-off", 45, home / "codes.txt")
    assert said.code == 1
    assert "The first 20 codes of the file are good; then: the disk is full" in said.err
    with opened() as parts:
        assert made_so_far(parts.storage, "grocer") == {"five-off": 20}
        codes = (home / "codes.txt").read_text().split()
        digests = [parts.engine.codes.digest("grocer", it) for it in codes]
        with parts.storage.read("grocer") as view:
            assert set(view.vouchers(digests)) == set(digests[:20])
