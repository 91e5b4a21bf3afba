"""A rulebook: all that a programme says, parsed, checked and hashed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from loyalty_engine.domain.limits import Limit, Scope
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.codes_named import codes_in
from loyalty_engine.rulebook.dimensions import CODE, about_events
from loyalty_engine.rulebook.index import Index
from loyalty_engine.rulebook.needs import Needs, all_of, needs_together
from loyalty_engine.rulebook.referral import ReferralScheme
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rule import Rule, limits_of
from loyalty_engine.rulebook.segments import Segment
from loyalty_engine.rulebook.stopped import stopped_in
from loyalty_engine.rulebook.vouchers import VoucherKind


@dataclass(frozen=True)
class Rulebook:
    """All rules in force at once. `hash` is SHA-256 over `source`, which parses to this again."""

    program: Program
    rules: tuple[Rule, ...]
    hash: str
    source: Mapping[str, str]
    rewards: Mapping[str, Reward] = field(default_factory=dict)
    voucher_kinds: Mapping[str, VoucherKind] = field(default_factory=dict)
    referral: ReferralScheme | None = None
    segments: Mapping[str, Segment] = field(default_factory=dict)
    challenges: Mapping[str, Challenge] = field(default_factory=dict)

    def prepared(self, pause: Callable[[], None]) -> "Rulebook":
        """This one, with all worked out that its first decision would otherwise wait for."""
        vars(self).setdefault("index", self._index(pause))
        _ = self.by_id, self.limits, self.carrying, self.spans, self.sets_apart, self.of_events
        return self

    @property
    def stopped(self) -> tuple[str, ...]:
        """The ids of rules that somebody has stopped; they are not among `rules`."""
        return stopped_in(self.source)

    @cached_property
    def sayings(self) -> dict[tuple[str, int, str], bytes]:
        """What has been said of its rules, for whoever has to say the same again."""
        return {}

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules by their id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def limits(self) -> Mapping[str, Limit]:
        """Every limit by the name under which its use is counted."""
        return {name: limit for rule in self.rules for name, limit in limits_of(rule, self.program)}

    @cached_property
    def vouchers(self) -> frozenset[str]:
        """Every code that a rule names, in lower case: no purchase may name another."""
        return frozenset(code for rule in self.rules for code in codes_in(rule.when))

    @cached_property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """The codes that each limit per code counts, in lower case; none named means every one."""
        found: dict[str, frozenset[str]] = {}
        for rule in self.rules:
            for name, limit in limits_of(rule, self.program):
                if limit.scope is Scope.CODE:
                    found[name] = found.get(name, frozenset()) | self.codes_of(rule)
        return found

    def codes_of(self, rule: Rule) -> frozenset[str]:
        """The codes that a rule asks for: those it names, and those that many know of the vouchers
        that it needs; in lower case.
        """
        need = needs_together(rule.when).get(CODE)
        kinds = need if isinstance(need, frozenset) else ()
        found = (self.voucher_kinds[str(it)].shared for it in kinds if it in self.voucher_kinds)
        return codes_in(rule.when) | {code.casefold() for codes in found for code in codes}

    @cached_property
    def sets_apart(self) -> bool:
        """Whether some rule does not stand beside every other."""
        return any(rule.sets_apart for rule in self.rules)

    @cached_property
    def shared_codes(self) -> Mapping[str, str]:
        """The kind of voucher of each code that many know."""
        return {code: kind.id for kind in self.voucher_kinds.values() for code in kind.shared}

    @cached_property
    def asking(self) -> Mapping[str, frozenset[str]]:
        """By kind of voucher, the rules that need one of its codes, its own among them."""
        found: dict[str, set[str]] = {}
        for rule in self.rules if self.voucher_kinds else ():
            need = needs_together(rule.when).get(CODE)
            for kind in need if isinstance(need, frozenset) else ():
                found.setdefault(str(kind), set()).add(rule.id)
        return {kind: frozenset(rules) for kind, rules in found.items()}

    @cached_property
    def carrying(self) -> tuple[str, ...]:
        """The ids of rules whose remainder counts with the member's next purchase."""
        return tuple(rule.id for rule in self.rules if any(it.carries for it in rule.then))

    @cached_property
    def by_lane(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules of each lane in the order of the published tie-break: priority, then id."""
        lanes: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules, key=lambda rule: (-rule.priority, rule.id)):
            lanes.setdefault(rule.lane, []).append(rule)
        return {lane: tuple(rules) for lane, rules in lanes.items()}

    @cached_property
    def index(self) -> Index:
        """The rules by what they need; the first rule of each lane has its highest position."""
        return self._index(lambda: None)

    def _index(self, pause: Callable[[], None]) -> Index:
        rules = [rule for lane in self.by_lane.values() for rule in reversed(lane)]
        return Index(map(_needs_of, rules), [(rule.start, rule.end) for rule in rules], pause)

    @cached_property
    def of_events(self) -> int:
        """The rules about events as a set, by their positions in the index."""
        rules = [rule for lane in self.by_lane.values() for rule in reversed(lane)]
        return sum(1 << place for place, rule in enumerate(rules) if rule.of_events)

    @cached_property
    def spans(self) -> Mapping[str, range]:
        """The positions of each lane's rules in the index."""
        found: dict[str, range] = {}
        stop = 0
        for lane, rules in self.by_lane.items():
            found[lane] = range(stop, stop := stop + len(rules))
        return found


def _needs_of(rule: Rule) -> Needs:
    """What a rule needs; while that is at hand it is noted whether it is about events."""
    when = needs_together(rule.when)
    vars(rule).setdefault("of_events", about_events(when))
    return all_of((when, needs_together(rule.on))) if rule.on else when
