"""Where a purchase counts what it uses of limits: whose counters they are, and in which period."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from zlib import crc32

from loyalty_engine.domain.limits import Limit, Scope
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import CounterKey, MemberRecord, StoredPurchase
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.deciding.limits import period_name
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.deciding.codec import local_time

GUESTS = "guests"
"""Who shares what is limited for each member or household, and names neither."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Whose limits a purchase uses, in which store, on which day and with which vouchers."""

    purchase: str
    member: int | None
    account: int | None
    store: str
    day: date
    vouchers: tuple[str, ...]

    def keys(self, rulebook: Rulebook, name: str, limit: Limit) -> tuple[CounterKey, ...]:
        """Where the use of a limit is counted; with several vouchers in as many places."""
        period, slices = period_name(limit.period, self.day), limit.slices
        part = crc32(self.purchase.encode()) % slices if slices > 1 else 0
        return tuple(
            CounterKey(owner, name, period, part, slices)
            for owner in self._owners(rulebook, name, limit)
        )

    def _owners(self, rulebook: Rulebook, name: str, limit: Limit) -> list[str]:
        match limit.scope:
            case Scope.MEMBER:
                return [GUESTS if self.member is None else f"member:{self.member}"]
            case Scope.HOUSEHOLD:
                return [GUESTS if self.account is None else f"account:{self.account}"]
            case Scope.STORE:
                return [f"store:{self.store}"]
            case Scope.CODE:
                meant = rulebook.codes[name]
                given = {code.casefold() for code in self.vouchers}
                return [code_owner(code) for code in sorted(given & meant if meant else given)]
        return ["all"]


def code_owner(code: str) -> str:
    """Whose counter counts the use of a voucher: by a hash, so that no code is ever given away."""
    return f"code:{hashlib.sha256(code.casefold().encode()).hexdigest()[:32]}"


def counting(program: Program, purchase: Purchase, member: MemberRecord | None) -> Counting:
    """Where a purchase of `member`, None for a guest, counts what it uses of limits."""
    return Counting(
        purchase.id,
        member.number if member else None,
        member.account if member else None,
        purchase.store,
        local_time(program, purchase.occurred_at).date(),
        purchase.vouchers,
    )


def place_of(program: Program, purchase: Purchase, stored: StoredPurchase) -> Counting:
    """Where a stored purchase counts."""
    known = counting(program, purchase, None)
    if stored.account is None:
        return known
    return replace(known, purchase=stored.purchase, member=stored.member, account=stored.account)


def room_left(
    engine: Engine, program: str, rulebook: Rulebook, place: Counting
) -> Callable[[Collection[str], date], dict[str, int]]:
    """What is left of limits now, of what a purchase would use on a day; read when asked for."""

    def room(names: Collection[str], day: date) -> dict[str, int]:
        then = replace(place, day=day)
        keys = {it: then.keys(rulebook, it, rulebook.limits[it]) for it in names}
        with engine.storage.read(program) as view:
            used = view.counters(in_order({key for those in keys.values() for key in those}))
        ceilings = {it: rulebook.limits[it].ceiling for it in names}
        return {
            it: max(0, min((ceilings[it] - used[key] for key in keys[it]), default=ceilings[it]))
            for it in names
        }

    return room


def counted_alike(
    rulebook: Rulebook, was: Counting, now: Counting, amounts: Mapping[str, int]
) -> dict[str, int]:
    """Of `amounts` by limit, those that are counted in the same places before and after."""
    return {
        name: amount
        for name, amount in amounts.items()
        if (limit := rulebook.limits.get(name))
        and was.keys(rulebook, name, limit) == now.keys(rulebook, name, limit)
    }


def in_order(keys: Iterable[CounterKey]) -> list[CounterKey]:
    """Counters in the one order in which they are locked, so that no two purchases deadlock."""
    return sorted(keys, key=lambda key: (key.owner, key.counter, key.period))


def key_text(key: CounterKey) -> str:
    """A counter's place as it is kept with a purchase. Whose it is stands last: any text may."""
    return f"{key.counter}|{key.period}|{key.slice}|{key.owner}"


def key_of(text: str) -> CounterKey:
    """The counter of a kept place."""
    counter, period, part, owner = text.split("|", 3)
    return CounterKey(owner, counter, period, int(part))


def with_places(rulebook: Rulebook, kept: Kept, place: Counting) -> Kept:
    """What is kept of a purchase, with where it counts what it still uses of limits."""
    if not kept.used:
        return kept
    counted: dict[str, int] = {}
    for name, amount in kept.used.items():
        limit = rulebook.limits.get(name)
        if amount and limit is not None:
            for key in place.keys(rulebook, name, limit):
                counted[key_text(key)] = amount
    return replace(kept, counted=counted)
