"""Where a member stands: tier, how long, what is missing to climb or to keep it, history."""

from datetime import datetime

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tier_state import progress
from loyalty_engine.ports import Address
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.use_cases.answering import instant, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import state_at


def show_tier(engine: Engine, caller: Caller, member_id: str) -> Answer:
    """Standing and progress; `spend` is in minor units, `tenure` in days."""
    program = engine.rulebooks.current(caller.program).program
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        state = state_at(view, program, member, caller.now)
        history = view.standings(member.number)
    now = progress(program.tiers, state, caller.now, program.zone)
    return Answer(
        200,
        to_json(
            {
                "member": member.id,
                "tier": now.tier,
                "title": _title(program, now.tier, member.language),
                "benefits": _benefits(program, now.tier, member.language),
                "since": instant(now.since),
                "until": _or_null(now.until),
                "next_tier": now.next_tier,
                "next_benefits": _benefits(program, now.next_tier, member.language),
                "missing": dict(now.missing),
                "keep_missing": dict(now.keep_missing),
                "counted": dict(state.sums),
                "period_from": instant(now.period_from),
                "period_until": _or_null(now.period_until),
                "history": [
                    {
                        "tier": it.tier,
                        "since": instant(it.since),
                        "until": _or_null(it.until),
                        "why": str(it.why),
                    }
                    for it in history
                ],
            }
        ),
    )


def _title(program: Program, name: str, language: str) -> str:
    tier = program.tiers.ladder[program.tiers.rank[name]]
    return in_language(tier.titles, language, program.languages) or name


def _benefits(program: Program, name: str | None, language: str) -> list[str]:
    if name is None:
        return []
    tier = program.tiers.ladder[program.tiers.rank[name]]
    return [in_language(it, language, program.languages) for it in tier.benefits]


def _or_null(at: datetime | None) -> str | None:
    return None if at is None else instant(at)
