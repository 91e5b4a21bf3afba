"""Answers of the engine under the keys that `expect` uses.

The value under `""` is what a mapping is compared as where a single value is expected.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from loyalty_engine.scenarios.stage import Stage

RECEIPT_KEYS = (
    "points", "desired", "pending", "gross", "discount", "net", "paid_with_points", "rules",
    "lines", "messages", "flags", "late", "tier", "balance", "rewards", "vouchers", "codes",
    "codes_refused", "challenges", "cards", "cards_sold",
)  # fmt: skip
RETURN_KEYS = (
    "state", "refund", "due", "refunded", "points_taken", "points_given", "points_returned",
    "lines", "tier", "balance", "rewards_back", "codes_given_back", "vouchers_withdrawn",
    "challenges", "cards_back",
)  # fmt: skip

EVENT_KEYS = (
    "points", "desired", "pending", "rules", "messages", "flags", "late", "vouchers", "tier",
    "balance", "challenges",
)  # fmt: skip
HOUSEHOLD_KEYS = ("members", "tiers", "contributed", "invited", "balance")
LASTING_KEYS = ("points", "until", "balance")
EVENT_BACK_KEYS = ("state", "points_taken", "points_given", "tier", "balance", "challenges")


def receipt(body: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """The receipt of a purchase. Rules that are not on it are not in force on that day."""
    return event(body, stage) | {
        **body["totals"],
        "lines": {line["id"]: line for line in body["lines"]},
        "rewards": products(body["rewards"]),
        "codes": [row["voucher"] for row in body.get("codes", ())],
        "codes_refused": [row.get("reason", row["code"]) for row in body["refused"]],
        "cards": [{"": row["pays"], **row} for row in body.get("cards", ())],
        "cards_sold": [{"": row["amount"], **row} for row in body.get("cards_sold", ())],
    }


def event(body: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """The receipt of an event, and what a purchase's has in common with it."""
    units = body["points"]
    rules: dict[str, Any] = {rule.id: {"": "not_live"} for rule in stage.rulebook.rules}
    for row in body["rules"]:
        points = row.get("points", {})
        rules[row["rule"]] = {"": row["status"], "discount": 0} | row | {"points": points}
    return {
        "points": {unit: it["granted"] for unit, it in units.items()},
        "desired": {unit: it["desired"] for unit, it in units.items()},
        "pending": {unit: it["pending"] for unit, it in units.items()},
        "rules": rules,
        "messages": {row["rule"]: row["text"] for row in body["messages"]},
        "flags": [row["code"] for row in body.get("flags", ())],
        "late": body.get("late", False),
        "tier": tier(body["tier"]),
        "balance": balance(body["balance"]),
        "vouchers": [row["voucher"] for row in body["vouchers"]],
        "challenges": challenges(body.get("challenges", ())),
    }


def undone(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a return or a cancellation."""
    shown = {key: body[key] for key in RETURN_KEYS if key in body}
    return shown | {
        "codes_given_back": body.get("codes_given_back", []),
        "vouchers_withdrawn": body.get("vouchers_withdrawn", []),
        "cards_back": [{"": row["amount"], **row} for row in body.get("cards_back", ())],
        "lines": {line["id"]: line | {"": line["refund"]} for line in body["lines"]},
        "tier": tier(body["tier"]),
        "balance": balance(body["balance"]),
        "rewards_back": products(body.get("rewards_back", ())),
        "challenges": challenges(body.get("challenges", ())),
    }


def challenges(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Cards by their challenge, those that have ended by challenge and period.

    Alone, one is its progress. Of goals that gave or lost something the rounds are told.
    """
    found = {}
    for row in rows:
        name = row["challenge"] if row.get("state") != "ended" else _ended(row)
        told = {"": row["progress"], **row}
        for key in ("completed", "withdrawn", "owed", "refused"):
            told[key] = [it["round"] for it in row.get(key, ())]
        if "streak" in row:
            told["streak"] = {"": row["streak"]["length"], **row["streak"]}
        found[name] = told
    return found


def _ended(row: Mapping[str, Any]) -> str:
    return f"{row['challenge']} {row['period']}"


def products(rewards: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Products given on top, by sku; a rule's are told together."""
    return {row["sku"]: {"": row["quantity"], **row} for row in rewards if "sku" in row}


def tier(told: Mapping[str, str]) -> dict[str, str]:
    """The tier before and after; alone, it is the one after."""
    return {"": told["after"], **told}


def balance(told: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Balances by unit; alone, one is what can be spent."""
    return {unit: {"": it["available"], **it} for unit, it in told.items()}


def household(body: Mapping[str, Any]) -> dict[str, Any]:
    """A household: who belongs to it, what each has put in and is left, what there is."""
    people = body["members"]
    return {
        "members": sorted(it["member"] for it in people),
        "tiers": {it["member"]: it["tier"] for it in people},
        "contributed": {it["member"]: it["contributed"] for it in people},
        "invited": sorted(it["member"] for it in body["invitations"]),
        "balance": balance(body["balance"]),
    }


def lasting(body: Mapping[str, Any]) -> dict[str, Any]:
    """Points of which somebody has set the end: how many, their end, the balance with them."""
    points = {body["unit"]: body["points"]}
    return {"points": points, "until": body["until"], "balance": balance(body["balance"])}


def gift(body: Mapping[str, Any]) -> dict[str, Any]:
    """A gift; each of its lots is compared as its points where a number is expected."""
    lots = [{"": it["points"], **it} for it in body["lots"]]
    return {**body, "lots": lots, "balance": balance(body.get("balance", {}))}
