"""`loyalty keys`, `member`, `tier` and `verify`: what support and an operator do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from loyalty_engine.api.keys import Keys
from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.opening import caller
from loyalty_engine.domain.purchase import Identifier, Line, Purchase
from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.storage.sql.keys import ApiKeys
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from tests.cli.conftest import Loyalty


def client_of(parts: Parts, key: str) -> object:
    keys = Keys(ApiKeys(parts.storage).find_key, parts.clock.now, parts.clock.monotonic)
    return keys.client(f"Bearer {key}")


def change(parts: Parts, sql: str) -> None:
    with parts.storage.engine.connect() as connection:
        assert connection.execute(text(sql)).rowcount > 0


@pytest.fixture
def ada(parts: Parts) -> str:
    """A member of the grocer's with one purchase of 12.25, yesterday."""
    asks = caller(parts, "grocer")
    at = asks.now - timedelta(days=1)
    profile = MemberProfile(
        identifiers=(Identifier("card", "4711"),), enrolled_at=at, attributes={"diet": "vegan"}
    )
    enrol_member(parts.engine, asks, "ada", profile)
    lines = (Line("1", "RICE", 5000, 245, category="grocery/rice"),)
    record_purchase(parts.engine, asks, Purchase("T-1", at, "GBP", lines, member="ada"))
    return "ada"


def test_a_key_is_shown_once_and_works(loyalty: Loyalty, parts: Parts):
    said = loyalty("keys", "create", "-p", "grocer", "--label", "till 4")
    assert said.code == 0
    assert re.fullmatch(r"lk_[0-9a-f]{16}_[0-9a-f]{64}\n", said.out), "nothing else on stdout"
    client = client_of(parts, said.out.strip())
    assert client is not None
    assert client.program == "grocer"
    assert client.may("purchases:write")
    assert not client.may("adjust")

    listed = loyalty("keys", "list")
    assert "till 4" in listed.out
    assert said.out.strip()[20:] not in listed.out, "the secret is nowhere to be found"


def test_scopes_and_an_end_can_be_named(loyalty: Loyalty, parts: Parts):
    made = loyalty(
        "keys", "create", "-p", "fashion", "-s", "adjust", "-s", "rules:read",
        "--until", "2020-01-01", "--json",
    ).json  # fmt: skip
    assert made["scopes"] == ["adjust", "rules:read"]
    assert client_of(parts, made["key"]) is None, "its time is over"
    assert "expired" in loyalty("keys", "list", "-p", "fashion").out


def test_a_revoked_key_is_refused(loyalty: Loyalty, parts: Parts):
    made = loyalty("keys", "create", "-p", "grocer", "--json").json
    assert client_of(parts, made["key"]) is not None
    assert loyalty("keys", "revoke", made["id"]).code == 0
    assert client_of(parts, made["key"]) is None
    (row,) = loyalty("keys", "list", "--json").json
    assert row["revoked_at"] is not None
    missing = loyalty("keys", "revoke", "0000")
    assert missing.code == 1
    assert "no key" in missing.err


def test_a_member_is_shown_by_id_and_by_card(loyalty: Loyalty, ada: str):
    by_id = loyalty("member", "show", "-p", "grocer", ada)
    assert by_id.code == 0
    for piece in ("ada", "card 4711", "diet: vegan", "Tier regular", "welcome", "base-points"):
        assert piece in by_id.out
    assert loyalty("member", "show", "-p", "grocer", "card:4711").out == by_id.out

    told = loyalty("member", "show", "-p", "grocer", ada, "--json", "--entries", "1").json
    assert told["balance"]["points"]["available"] == 112
    assert len(told["entries"]) == 1

    nobody = loyalty("member", "show", "-p", "grocer", "zoe")
    assert nobody.code == 1
    assert "member_unknown" in nobody.err


def test_a_tier_is_given_by_hand(loyalty: Loyalty, ada: str):
    words = ("--reason", "a wedding", "--by", "marie")
    said = loyalty("tier", "grant", "-p", "grocer", ada, "gold", "--until", "2099-12-31", *words)
    assert said.code == 0, said.err
    assert "ada stands in gold now" in said.out
    shown = loyalty("member", "show", "-p", "grocer", ada).out
    assert "Tier gold since" in shown
    assert "to 2099-12-31" in shown, "the last day on the shop's clocks"
    assert "missing to keep gold: spend £3,587.75" in shown
    standing = loyalty("member", "show", "-p", "grocer", ada, "--json").json["standing"]
    assert standing["until"] == "2100-01-01T00:00:00Z", "the day named is the last"
    unknown = loyalty("tier", "grant", "-p", "grocer", ada, "golden", *words)
    assert unknown.code == 1
    assert "there is no tier 'golden'" in unknown.err


def test_books_that_agree_are_clean(loyalty: Loyalty, ada: str):
    said = loyalty("verify", "--decisions")
    assert said.code == 0
    assert "grocer: clean" in said.out
    assert "1 decisions" in said.out
    row = next(line.split() for line in said.out.splitlines() if line.startswith("points"))
    assert row == ["points", "112", "0", "0", "0", "0", "112"]


def test_a_balance_that_is_not_the_ledgers_is_found(loyalty: Loyalty, parts: Parts, ada: str):
    change(parts, "UPDATE balances SET available = available + 1")
    said = loyalty("verify", "-p", "grocer")
    assert said.code == 1
    assert "grocer: " in said.out
    assert "findings" in said.out
    told = loyalty("verify", "--json").json
    clean = {report["program"]: report["clean"] for report in told}
    assert clean == {"fashion": True, "grocer": False}


def test_a_decision_that_comes_out_otherwise_is_found(loyalty: Loyalty, parts: Parts, ada: str):
    change(
        parts,
        "UPDATE purchases SET decision = CAST(replace(CAST(decision AS TEXT), '12', '13') AS BLOB)",
    )
    assert loyalty("verify", "-p", "grocer").code == 0, "the books do not know"
    said = loyalty("verify", "-p", "grocer", "--decisions")
    assert said.code == 1
    assert "same_decision" in said.out
    assert "purchase T-1, revision 1" in said.out


def test_nothing_to_prove_is_clean(loyalty: Loyalty, home: Path):
    said = loyalty("verify")
    assert said.code == 0
    assert (home / "home/loyalty.db").is_file(), "the embedded database made itself"
