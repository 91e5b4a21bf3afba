"""docs/vouchers.md tells every key and every reason, and its examples work."""

import re
from pathlib import Path

from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.parsing.parse_voucher import OWN_KEYS
from loyalty_engine.rulebook.schemas.voucher_help import VOUCHER
from loyalty_engine.use_cases.vouchers import presenting, settling_codes
from loyalty_engine.vocabulary import standard_words

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "vouchers.md").read_text("utf-8")
PROGRAM = """
program: corner
title: Corner
zone: Europe/London
currency: GBP
languages: [en, fr]
units: {points: {}}
lanes: [offers, bonus]
"""


def test_every_key_has_a_row_that_says_what_editors_say():
    for key in ("voucher", *OWN_KEYS, "then"):
        assert f"| `{key}` | {VOUCHER[key]} |" in PAGE


def test_every_reason_is_told():
    text = "".join(Path(it.__file__).read_text("utf-8") for it in (presenting, settling_codes))
    known = {*presenting.WRONG, presenting.BARRED}
    pattern = r'(?:return|reason =|Refused\(place,|Refused\(code\.place,) "([a-z_]+)"'
    known |= set(re.findall(pattern, text))
    told = set(re.findall(r"`([a-z_]+)`", PAGE.split("| reason |")[1].split("##")[0]))
    assert known <= told, known - told


def test_the_examples_are_vouchers_and_rules():
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    names = [
        "vouchers/five-off.yaml", "vouchers/apology.yaml", "vouchers/coupon.yaml",
        "vouchers/friends.yaml", "friends-evening.yaml", "big-shop.yaml",
    ]  # fmt: skip
    source = {"program.yaml": PROGRAM} | dict(zip(names, blocks, strict=True))
    rulebook = parse_rulebook(source, standard_words())
    own = {name: frozenset({name}) for name in ("apology", "five-off", "spring-coupon")}
    assert set(rulebook.voucher_kinds) == {*own, "friends"}
    assert rulebook.asking == {**own, "friends": frozenset({"friends-evening"})}
