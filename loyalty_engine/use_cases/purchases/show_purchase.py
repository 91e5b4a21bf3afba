"""Show a purchase: its receipt, its state, and what is left of it."""

import msgspec

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.ports import StoredPurchase, View
from loyalty_engine.use_cases.answering import quantity, to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.codes import without_codes
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.idempotency import member_name


def show_purchase(engine: Engine, caller: Caller, id: str) -> Answer:
    """The newest revision's receipt with `state`, `kept` and its returns; raises `NotFound`."""
    with engine.storage.read(caller.program) as view:
        stored = stored_purchase_of(view, id)
        name = member_name(view, stored.member) if stored.account is not None else None
        returns = view.returns(stored.member, id)
    kept = codec.kept_of(stored.kept)
    standing = {
        "state": stored.state,
        "kept": {line: quantity(milli) for line, milli in kept.lines.items()},
        "refunded": kept.refunded - kept.tender_back,
        "points_left": {unit: sum(rules.values()) for unit, rules in kept.points.items()},
        "returns": [msgspec.Raw(with_member(without_codes(it.receipt), name)) for it in returns],
    }
    receipt = without_codes(without_secret(stored.receipt))
    return Answer(200, with_member(receipt[:-1] + b"," + to_json(standing)[1:], name))


def stored_purchase_of(view: View, id: str) -> StoredPurchase:
    """The newest revision of a purchase; raises `NotFound`."""
    stored = view.purchase(id)
    if stored is None:
        raise NotFound(f"no purchase {id!r} is recorded", code="purchase_unknown")
    return stored


def without_secret(receipt: bytes) -> bytes:
    """A receipt without the secret that was printed for a guest, who alone is to have it."""
    if b'"claim":' not in receipt:
        return receipt
    told = msgspec.json.decode(receipt)
    told.pop("claim")
    return to_json(told)
