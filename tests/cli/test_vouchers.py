"""`loyalty vouchers generate`: codes that work, arithmetic that refuses, a file that is its owner's."""

from __future__ import annotations

import stat
from pathlib import Path

from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.domain.codes import well_formed
from loyalty_engine.storage.sql.voucher_batches import made_so_far
from tests.cli.conftest import Loyalty

SHORT = """
voucher: short
lane: offers
characters: 6
then: [amount_off: 1.00]
"""


def generate(loyalty: Loyalty, kind: str, count: int, out: Path):
    return loyalty(
        "vouchers", "generate", kind, "-p", "grocer", "--count", str(count), "--out", str(out)
    )


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
