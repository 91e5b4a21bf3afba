"""A rule and a rulebook: all that a programme says, parsed, checked and hashed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from loyalty_engine.domain.limits import Limit, NamedLimits, Scope
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.codes_named import codes_in
from loyalty_engine.rulebook.dimensions import CODE, about_events
from loyalty_engine.rulebook.exclusion import Exclusive, Named, NotWith
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.index import Index
from loyalty_engine.rulebook.needs import Needs, all_of, needs_together
from loyalty_engine.rulebook.nesting import names_kinds, place_within
from loyalty_engine.rulebook.referral import ReferralScheme
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.segments import Segment
from loyalty_engine.rulebook.stopped import stopped_in
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.rulebook.words import Condition, Effect, Selector, Word


@dataclass(frozen=True, slots=True)
class Places:
    """Where the words of a rule stand, in the order of its `when`, `on` and `then`."""

    when: tuple[Place, ...] = ()
    on: tuple[Place, ...] = ()
    then: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One dated sentence. `start` is the first and `end` the last day, in the programme's zone.

    `place` is where its file names the rule, `places` where its words stand. Its discounts leave
    `lowest_price` (minor units) of the price of a unit. With `per_code` a voucher's own rule takes
    effect once for each of its codes that is used.
    """

    id: str
    title: Mapping[str, str]
    lane: str
    when: tuple[Condition, ...]
    on: tuple[Selector, ...]
    then: tuple[Effect, ...]
    place: Place
    start: date | None = None
    end: date | None = None
    priority: int = 0
    limits: tuple[Limit, ...] = ()
    places: Places = field(default_factory=Places)
    exclusive: Exclusive = Exclusive.NO
    group: str = ""
    not_with: tuple[NotWith, ...] = ()
    lowest_price: int | None = None
    campaign: str = ""
    per_code: bool = False

    def live_on(self, day: date) -> bool:
        """Whether `day` lies within the rule's dates, both named days included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    @cached_property
    def multiplies(self) -> bool:
        """Whether it works on what other rules earn, and so comes after them."""
        return any(effect.multiplies for effect in self.then)

    @cached_property
    def of_events(self) -> bool:
        """Whether it is about events and so never about a purchase."""
        return about_events(needs_together(self.when))

    @property
    def sets_apart(self) -> bool:
        """Whether there are rules that it does not stand beside."""
        return self.exclusive is not Exclusive.NO or bool(self.not_with)

    def stands_beside(self, other: "Rule") -> bool:
        """Whether both may take effect in one purchase."""
        return not (self.bars(other) or other.bars(self))

    def bars(self, other: "Rule") -> bool:
        """Whether this rule says that it does not stand beside another."""
        if self.exclusive is Exclusive.PURCHASE:
            return True
        if self.exclusive is Exclusive.LANE and self.lane == other.lane:
            return True
        return bool(self.not_with) and not self.barred.isdisjoint(other.called)

    @cached_property
    def barred(self) -> frozenset[tuple[Named, str]]:
        """What it names as not to stand beside."""
        return frozenset((it.kind, it.name) for it in self.not_with)

    @cached_property
    def called(self) -> tuple[tuple[Named, str], ...]:
        """All that others may name it by."""
        return (Named.RULE, self.id), (Named.LANE, self.lane), (Named.GROUP, self.group)

    @cached_property
    def names_kinds(self) -> bool:
        """Whether it says which kinds of line it is about; otherwise it is about goods."""
        return any(map(names_kinds, self.on))

    @cached_property
    def named_limits(self) -> NamedLimits:
        """Its own limits with the names under which their use is counted."""
        return tuple((limit.name(self.id), limit) for limit in self.limits)

    def place_of(self, word: Word) -> Place:
        """Where one of the rule's words stands, those within `all`, `any` and `none` included."""
        told = self.places
        for words, places in ((self.when, told.when), (self.on, told.on), (self.then, told.then)):
            if found := place_within(word, words, places):
                return found
        return self.place


def _needs_of(rule: Rule) -> Needs:
    """What a rule needs; while that is at hand it is noted whether it is about events."""
    when = needs_together(rule.when)
    vars(rule).setdefault("of_events", about_events(when))
    return all_of((when, needs_together(rule.on))) if rule.on else when


def limits_of(rule: Rule, program: Program) -> NamedLimits:
    """All limits that a rule is under: its own, then those of its campaign."""
    if not rule.campaign:
        return rule.named_limits
    return rule.named_limits + program.campaigns[rule.campaign].named_limits


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
                    meant = codes_in(rule.when) | self._shared_by(rule)
                    found[name] = found.get(name, frozenset()) | meant
        return found

    def _shared_by(self, rule: Rule) -> frozenset[str]:
        """The codes that many know of the vouchers that a rule needs; in lower case."""
        need = needs_together(rule.when).get(CODE)
        kinds = need if isinstance(need, frozenset) else ()
        found = (self.voucher_kinds[str(it)].shared for it in kinds if it in self.voucher_kinds)
        return frozenset(code.casefold() for codes in found for code in codes)

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
