"""Review a member's tier when its period is over: kept, or down as the programme declares."""

from datetime import datetime

from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.events import member_event, settled_event
from loyalty_engine.use_cases.members.standing import review
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.points.renewing import renew_for_tier
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def review_tier(engine: Engine, program_name: str, number: int, now: datetime) -> bool:
    """Work the tier out as of `now`; answers whether it changed."""
    program = engine.rulebooks.current(program_name).program
    changed = False

    def act(work: Work) -> Written:
        nonlocal changed
        changed, written = review_in(engine, work, program, number)
        return written

    write(engine, program_name, now, act)
    return changed


def review_in(engine: Engine, work: Work, program: Program, number: int) -> tuple[bool, Written]:
    """Review within a unit of work, at its instant; whether the tier changed comes first."""
    member = work.member(number)
    if member is None or member.status == "merged":
        return False, Written(Answer(404, b""))
    after = review(work, program, member)
    changed = after.tier.tier != member.tier.tier
    if after != member:
        work.save_member(after)
    if changed:
        work.announce(
            member_event(
                "tier_changed", number, str(engine.new_number()), member.version, work.now,
                {"before": member.tier.tier, "after": after.tier.tier},
            )
        )  # fmt: skip
    book = open_book(work, after, work.now)
    if changed and program.renewing:
        renew_for_tier(work, book, program, after, work.now)
    after = save_account(work, after, book)
    if book.entries:
        tier = after.tier.tier
        work.announce(settled_event(number, book, work.now, (tier, tier)))
    return changed, Written(Answer(200, b""), shown_after(program, after, book))
