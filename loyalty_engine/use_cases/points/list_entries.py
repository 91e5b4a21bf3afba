"""A member's movements with their reasons, page by page."""

from typing import Any

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.happenings import EVENT_ID
from loyalty_engine.domain.ledger import Entry
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.gifts.gift_limits import BY_GIFT
from loyalty_engine.use_cases.gifts.gift_sentences import GIFTS, gift_sentence, is_givers
from loyalty_engine.use_cases.members.show_member import known


def list_entries(
    engine: Engine, caller: Caller, member_id: str, after: str | None, limit: int
) -> Answer:
    """Entries in the order of versions; `next` is the cursor of the next page, or null."""
    start = _cursor(after)
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        found = view.entries(member.account, start, limit + 1)
    page = found[:limit]
    language = member.language or engine.rulebooks.current(caller.program).program.languages[0]
    rows = [_row(entry, language) | {"recorded_at": instant(recorded)} for entry, recorded in page]
    following = str(page[-1][0].version) if len(found) > limit else None
    return Answer(200, to_json({"member": member.id, "entries": rows, "next": following}))


def _cursor(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise InvalidRequest(
            "this cursor is none of ours; follow the link of the page before",
            code="cursor_invalid", pointer="/after",
        )  # fmt: skip
    return int(after)


def _row(entry: Entry, language: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "version": entry.version,
        "unit": entry.unit,
        "from": entry.source,
        "to": entry.destination,
        "points": entry.amount,
        "kind": entry.kind,
        "at": instant(entry.at),
        "lot": entry.lot,
        "purchase": entry.purchase,
        "rule": entry.rule,
    }
    if entry.purchase is not None and entry.purchase.startswith(EVENT_ID):
        row["purchase"] = None
        row["event"] = entry.purchase.removeprefix(EVENT_ID)
    by_gift = (entry.rule or "").startswith(BY_GIFT)
    if by_gift:
        row["rule"] = None
        row["gift"] = (entry.rule or "").removeprefix(BY_GIFT)
        if not is_givers(entry):  # what somebody else has bought is nobody else's to see
            row["purchase"] = None
    if by_gift and entry.kind in GIFTS:
        row["reason"] = gift_sentence(entry, language)
    elif entry.reason:
        row["reason"] = entry.reason
    if entry.by:
        row["by"] = entry.by
    return row
