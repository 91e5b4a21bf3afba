"""One file under `rewards/`: what it costs in points, who may take it, how much there is, what it brings."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from loyalty_engine.domain.limits import Limit, Measure, Period, Scope
from loyalty_engine.rulebook.arguments import Minor, TierName, VoucherName
from loyalty_engine.rulebook.calendar_values import Length, read_length
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.parsing.parse_limits import read_limits
from loyalty_engine.rulebook.parsing.parse_rule import dates_of, with_times, words_of
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node, ScalarNode
from loyalty_engine.rulebook.rewards import Reward, RewardKind
from loyalty_engine.rulebook.vouchers import VoucherKind

FOLDER: Final = "rewards/"
REWARD_KEY: Final = "reward"
REWARD_KEYS: Final = (
    REWARD_KEY,
    "kind",
    "title",
    "text",
    "picture",
    "price",
    "when",
    "from",
    "until",
    "stock",
    "limits",
    "cost",
    "tier",
    "lasts",
    "voucher",
    "message",
)
STOCK_KEYS: Final = ("all", "per_store")
MONEY: Final = "money"
LARGEST: Final = 10**12
SHARED_BY: Final = (Scope.MEMBER, Scope.HOUSEHOLD, Scope.STORE, Scope.ALL)
"""Who shares a limit of a reward; it is no purchase, and uses no code."""

WITH_VOUCHER: Final = (RewardKind.MONEY_OFF, RewardKind.GOODS, RewardKind.SERVICE)
"""The kinds that a voucher can stand for until it is used."""

_NEEDS: Final = {
    RewardKind.STATUS: ("tier", "lasts"),
    RewardKind.INFORMATION: ("message",),
    RewardKind.RECOGNITION: ("message",),
}


class RewardFiles:
    """All reward files of a programme: `found` are the rewards by name, as they are added."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.found: dict[str, Reward] = {}
        self._vocabulary = vocabulary

    def add(self, tree: Node, reader: Reader) -> None:
        """Add what a file says."""
        made = parse_reward(tree, self._vocabulary, reader)
        if made is None:
            return
        twin = self.found.setdefault(made.id, made)
        if twin is not made:
            reader.fault(tree, f"the reward '{made.id}' stands already in {twin.place}")

    def lost(self, kinds: Mapping[str, VoucherKind]) -> Iterator[tuple[Place, str, str | None]]:
        """Where a reward gives a code that many know; there is no other that may be meant."""
        for it in self.found.values():
            kind = kinds.get(it.voucher)
            if kind is not None and kind.shared:
                told = f"voucher: many know the codes of '{kind.id}'; a reward gives one of its own"
                yield it.place, told, None

    def without(self, names: Iterable[str]) -> dict[str, Reward]:
        """All but those that somebody has stopped, by name."""
        stopped = set(names)
        return {name: it for name, it in sorted(self.found.items()) if name not in stopped}


def parse_reward(tree: Node, vocabulary: Vocabulary, reader: Reader) -> Reward | None:
    """The reward of one file, or None when anything is wrong with it."""
    before = len(reader.findings.faults)
    entries = reader.entries(tree, "a reward", REWARD_KEYS, (REWARD_KEY, "kind", "title"))
    if entries is None:
        return None
    name = entries.read(REWARD_KEY, read_name, "")
    kind = entries.parse("kind", parser_for(RewardKind).read, None)
    price, money = entries.parse("price", _price, ({}, 0))
    start, end, window = dates_of(entries)
    when, _ = with_times(entries, start, window, words_of(entries, vocabulary.when))
    limits = _limits(entries, name)
    reward = Reward(
        name, kind or RewardKind.GOODS,
        title=entries.parse("title", read_sentence, {}),
        place=reader.place(entries.nodes[REWARD_KEY][0] if REWARD_KEY in entries else tree),
        price=price, money=money, when=when, start=start, end=end, limits=limits,
        cost=entries.parse("cost", parser_for(Minor).read, 0),
        text=entries.parse("text", read_sentence, {}),
        picture=entries.parse("picture", read_sentence, {}),
        message=entries.parse("message", read_sentence, {}),
        tier=entries.parse("tier", parser_for(TierName).read, ""),
        lasts=entries.read("lasts", _length, None),
        voucher=entries.parse("voucher", parser_for(VoucherName).read, ""),
    )  # fmt: skip
    if kind is not None:
        _check_kind(entries, kind)
    return reward if len(reader.findings.faults) == before else None


def _check_kind(entries: Entries, kind: RewardKind) -> None:
    """What a kind needs is there, and nothing that would be of no use."""
    for key in _NEEDS.get(kind, ()):
        if key not in entries:
            entries.reader.fault(entries.node, f"a reward of the kind {kind} needs '{key}'")
    if kind not in WITH_VOUCHER and "voucher" in entries:
        among = ", ".join(WITH_VOUCHER)
        fault = f"voucher: only a reward of the kind {among} gives one"
        entries.reader.fault(entries.nodes["voucher"][0], fault)
    if kind is not RewardKind.STATUS:
        for key in ("tier", "lasts"):
            if key in entries:
                fault = f"{key}: only a reward of the kind status gives a tier"
                entries.reader.fault(entries.nodes[key][0], fault)


def _price(node: Node, reader: Reader) -> tuple[dict[str, int], int] | None:
    """Points by unit, and money beside them."""
    entries = reader.entries(node, "price", None)
    if entries is None:
        return None
    price: dict[str, int] = {}
    for unit, (key, _) in entries.nodes.items():
        if unit == MONEY:
            continue
        if reader.names.units is not None:
            known = partial(one_of, known=(*reader.names.units, MONEY), what="unit of points")
            if reader.value(key, known) is MISREAD:
                continue
        price[unit] = entries.read(unit, _positive, 1)
    return price, entries.parse(MONEY, parser_for(Minor).read, 0)


def _limits(entries: Entries, name: str) -> dict[str, Limit]:
    """All that is counted when it is taken, by the name under which it is counted."""
    found: dict[str, Limit] = entries.parse("stock", partial(_stock, name=name), {})
    limits: tuple[Limit, ...] = entries.parse("limits", _uses, ())
    return found | {f"reward:{name}/{it.scope}/{it.period}": it for it in limits}


def _uses(node: Node, reader: Reader) -> tuple[Limit, ...] | Missing:
    limits = read_limits(node, reader)
    if any(it.measure is not Measure.USES or it.scope not in SHARED_BY for it in limits):
        among = ", ".join(SHARED_BY)
        reader.fault(node, f"a reward is limited in uses, and per one of {among}")
        return MISREAD
    return limits


def _stock(node: Node, reader: Reader, name: str) -> dict[str, Limit] | None:
    """So many over all, or a mapping with so many over all and in each store."""
    if isinstance(node, ScalarNode):
        number = reader.value(node, _positive)
        return None if number is MISREAD else {f"reward:{name}/stock/all": _left(number, Scope.ALL)}
    entries = reader.entries(node, "stock", STOCK_KEYS)
    if entries is None:
        return None
    return {
        f"reward:{name}/stock/{scope}": _left(entries.read(key, _positive, 1), scope)
        for key, scope in (("all", Scope.ALL), ("per_store", Scope.STORE))
        if key in entries
    }


def _left(number: int, scope: Scope) -> Limit:
    return Limit(Measure.USES, number, scope, Period.LIFE)


def _positive(text: str) -> int:
    number = read_integer(text)
    if not 1 <= number <= LARGEST:
        raise Misread(f"{number} is not from 1 to {LARGEST}")
    return number


def _length(text: str) -> Length:
    return read_length(text, "days", "weeks", "months", "years")
