"""Challenges through the front door: shown, entered and left, told on receipts."""

from __future__ import annotations

from tests.api.service import NOW, Till, basket, line

PATH = "/v1/members/ada/challenges"
ENTRY = f"{PATH}/two/entry"


def test_a_challenge_is_entered_worked_at_and_left(till: Till) -> None:
    till.enrol()
    (row,) = till.get(PATH).json["challenges"]
    assert (row["challenge"], row["state"], row["entered"]) == ("two", "not_entered", False)
    entered = till.put(ENTRY, None)
    assert (entered.status_code, entered.json["state"]) == (200, "open")
    assert till.put(ENTRY, None).json["entered"]
    body = basket(line("1", 500), occurred_at=NOW.isoformat())
    told = till.put("/v1/purchases/T-1", body).json["challenges"][0]
    assert (told["progress"], told["left"], told["says"]) == (1, 1, "1 more product: 10 points")
    quoted = till.post("/v1/quotes", body).json["challenges"][0]
    assert (quoted["done"], quoted["completed"][0]["points"]) == (True, {"points": 10})
    french = till.get(f"{PATH}?language=fr").json["challenges"][0]
    assert french["says"] == "encore 1 article\u00a0: 10 points"
    why = till.get("/v1/purchases/T-1/explanation").json["challenges"][0]
    assert (why["status"], why["counted"]) == ("counted", 1)
    till.put("/v1/purchases/T-2", body)
    assert till.get(PATH).json["challenges"][0]["prizes"][0]["state"] == "given"
    back = till.post("/v1/purchases/T-2/cancel").json["challenges"][0]
    assert (back["added"], back["withdrawn"][0]["round"]) == (-1, 1)
    left = till.send("DELETE", ENTRY)
    assert (left.status_code, left.json["entered"]) == (200, False)


def test_what_cannot_be_entered_is_refused(till: Till) -> None:
    till.enrol()
    assert till.get("/v1/members/nobody/challenges").status_code == 404
    other = till.put(f"{PATH}/other/entry", None)
    assert (other.status_code, other.json["code"]) == (404, "challenge_unknown")
