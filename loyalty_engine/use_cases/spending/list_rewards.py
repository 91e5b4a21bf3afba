"""The catalogue of rewards, and what of it one member can take now."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from loyalty_engine.domain.limits import Limit
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, CounterKey, View
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.sentences import sentence
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.points.looking import look_at
from loyalty_engine.use_cases.spending.rewarding import (
    STOCK,
    counted_in,
    eligibility,
    full_up,
    reward_facts,
    short_of,
    standing_reasons,
    texts_of,
)

Counts = Mapping[str, Mapping[CounterKey, tuple[str, Limit]]]


def list_rewards(
    engine: Engine, caller: Caller, language: str | None = None, store: str = ""
) -> Answer:
    """Every reward of the rulebook in force, with what is left of it; in a store, there too."""
    rulebook = engine.rulebooks.current(caller.program)
    program = rulebook.program
    tongue = language or program.languages[0]
    today = local_time(program, caller.now).date()
    counts = {it.id: counted_in(it, None, store, today) for it in rulebook.rewards.values()}
    with engine.storage.read(caller.program) as view:
        used = _used(view, counts)
    rewards = [
        {
            **_described(reward, program, tongue),
            "for": [sentence(it, tongue, program) for it in reward.when],
            "live": reward.live_on(today),
            "stock": _left(counts[reward.id], used),
        }
        for reward in rulebook.rewards.values()
    ]
    return Answer(200, to_json({"rulebook": rulebook.hash, "rewards": rewards}))


def list_member_rewards(
    engine: Engine, caller: Caller, member_id: str, store: str = "", touchpoint: str = ""
) -> Answer:
    """For each reward that is offered today: whether the member can take it, and why not.

    `missing` are the points that are short, by unit; `reasons` what else stands in the way, in
    the member's language. Raises `NotFound`.
    """
    rulebook = engine.rulebooks.current(caller.program)
    program = rulebook.program
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        facts = reward_facts(view, program, member, caller.now, store, touchpoint)
        book = look_at(view, member, caller.now).book
        today = facts.local.date()
        live = _live(rulebook, today)
        counts = {it.id: counted_in(it, member, store, today) for it in live}
        used = _used(view, counts)
    assert facts.member is not None, "rewards are for members"
    language = facts.member.language
    rows = []
    for reward in live:
        reasons = [
            *standing_reasons(member, language),
            *eligibility(program, reward, facts, language),
            *full_up(counts[reward.id], used, language),
        ]
        missing = short_of(reward, book, caller.now)
        rows.append(
            {
                **_described(reward, program, language),
                "available": not reasons and not missing,
                "missing": missing,
                "reasons": reasons,
                "stock": _left(counts[reward.id], used),
            }
        )
    told = {"member": member.id, "rewards": rows, "version": member.version}
    return Answer(200, to_json(told))


def _live(rulebook: Rulebook, today: date) -> Sequence[Reward]:
    return [it for it in rulebook.rewards.values() if it.live_on(today)]


def _used(view: View, counts: Counts) -> Mapping[CounterKey, int]:
    keys = [key for counted in counts.values() for key in counted]
    return view.counters(keys) if keys else {}


def _left(
    counted: Mapping[CounterKey, tuple[str, Limit]], used: Mapping[CounterKey, int]
) -> dict[str, int]:
    """What is left of a stock, over `all` and in the `store`; nothing where there is no end."""
    return {
        str(limit.scope): max(0, limit.ceiling - used.get(key, 0))
        for key, (name, limit) in counted.items()
        if STOCK in name
    }


def _described(reward: Reward, program: Program, language: str) -> dict[str, Any]:
    return {
        "reward": reward.id,
        "kind": reward.kind,
        **texts_of(reward, program, language),
        "price": dict(reward.price),
        "money": reward.money,
        "from": reward.start.isoformat() if reward.start else None,
        "until": reward.end.isoformat() if reward.end else None,
    }
