"""The vouchers of a member, with the codes that the service can tell again."""

from datetime import datetime

from loyalty_engine.domain.codes import CHARACTERS
from loyalty_engine.ports import Address, Voucher
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.show_member import known

MOST = 200
"""So many of a member's vouchers are told, the newest."""


def show_vouchers(engine: Engine, caller: Caller, member_id: str) -> Answer:
    """What the member was given, newest first (200); raises `NotFound`."""
    rulebook = engine.rulebooks.current(caller.program)
    languages = rulebook.program.languages
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        stored = view.vouchers_of(member.number, MOST)
    language = member.language or languages[0]
    rows = []
    for it in stored:
        kind = rulebook.voucher_kinds.get(it.kind)
        code = None
        if it.seed is not None and engine.codes.ready:
            code = _code(engine, caller.program, it, kind)
        rows.append(
            {
                "voucher": it.kind,
                "title": in_language(kind.title, language, languages) if kind else "",
                "code": code,
                "worth": it.worth,
                "state": _state(it, caller.now),
                "given_at": it.given_at,
                "ends_at": it.ends_at,
                "purchase": it.purchase,
                "rule": it.rule,
                "transferable": kind.transferable if kind else True,
            }
        )
    return Answer(200, to_json({"member": member.id, "vouchers": rows}))


def _state(it: Voucher, now: datetime) -> str:
    if it.uses >= it.most:
        return "used"
    if it.withdrawn:
        return "withdrawn"
    return "ended" if it.ends_at is not None and it.ends_at <= now else "open"


def _code(engine: Engine, program: str, it: Voucher, kind: VoucherKind | None) -> str | None:
    """The code, if it is the one that is kept: with another secret, or of another
    length, another one would come out.
    """
    assert it.seed is not None, "asked for codes that the service has made for somebody"
    characters, gcn = (kind.characters, kind.gcn) if kind else (CHARACTERS, "")
    code = engine.codes.code_of(program, it.seed, characters, gcn)
    return code if engine.codes.digest(program, code) == it.code else None
