"""tiers.yaml: the ladder, what each step needs, and how a tier is kept and lost."""

from collections.abc import Callable
from typing import Final

from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.domain.tiers import (
    SPEND,
    TENURE,
    VISITS,
    Down,
    Grace,
    Keep,
    Tier,
    TierScheme,
    Window,
    WindowKind,
)
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.calendar_values import Length, read_length
from loyalty_engine.rulebook.faults import shown
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, MapNode, Node, ScalarNode

TIERS_KEYS: Final = ("tiers", "needs_all", "window", "down", "keep", "grace")
TIER_KEYS: Final = ("tier", "title", "needs", "benefits")
GRACE_KEYS: Final = ("after", "round_up")


def tier_names(tree: Node | None) -> tuple[str, ...]:
    """The names of the tiers as they are written, so that rules can be checked in any case."""
    if not isinstance(tree, MapNode):
        return ()
    lists = [value for key, value in tree.entries if key.text == "tiers"]
    items = [item for node in lists if isinstance(node, ListNode) for item in node.items]
    entries = [entry for item in items if isinstance(item, MapNode) for entry in item.entries]
    return tuple(
        value.text for key, value in entries if key.text == "tier" and isinstance(value, ScalarNode)
    )


def parse_tiers(tree: Node, reader: Reader) -> TierScheme:
    """The scheme as far as it can be read; what is wrong is told."""
    entries = reader.entries(tree, "tiers.yaml", TIERS_KEYS, ("tiers",))
    if entries is None:
        return TierScheme()
    tiers = entries.parse("tiers", _tiers, ())
    needs_all = entries.parse("needs_all", parser_for(bool).read, True)
    window = entries.parse("window", _window, Window())
    down = entries.parse("down", parser_for(Down).read, Down.TO_EARNED)
    keep = entries.parse("keep", parser_for(Keep).read, Keep.END_OF_PERIOD)
    grace = entries.parse("grace", _grace, Grace())
    if reader.findings.faults:
        return TierScheme()
    return TierScheme(tiers, needs_all, window, down, keep, grace)


def _tiers(node: Node, reader: Reader) -> tuple[Tier, ...]:
    if not isinstance(node, ListNode) or not node.items:
        reader.fault(node, "a list of tiers is needed here, the lowest first")
        return ()
    tiers: list[Tier] = []
    for item in node.items:
        tier = _tier(item, reader)
        if tier is None:
            continue
        if tier.name in (each.name for each in tiers):
            reader.fault(item, f"tier {shown(tier.name)} stands twice")
        elif tier.needs and not tiers:
            reader.fault(item, f"the lowest tier, {shown(tier.name)}, needs nothing")
        tiers.append(tier)
    return tuple(tiers)


def _tier(node: Node, reader: Reader) -> Tier | None:
    entries = reader.entries(node, "a tier", TIER_KEYS, ("tier",))
    if entries is None:
        return None
    titles: dict[str, str] = entries.parse("title", read_sentence, {})
    needs: dict[str, int] = entries.parse("needs", _needs, {})
    benefits: tuple[dict[str, str], ...] = entries.parse("benefits", _benefits, ())
    name = entries.read("tier", read_name, None)
    return None if name is None else Tier(name, titles, needs, benefits)


def _benefits(node: Node, reader: Reader) -> tuple[dict[str, str], ...] | Missing:
    """Sentences, each in one language or by language."""
    nodes = node.items if isinstance(node, ListNode) else [node]
    read = [reader.under(reader.path, each, read_sentence) for each in nodes]
    good = tuple(it for it in read if isinstance(it, dict))
    return good if len(good) == len(nodes) else MISREAD


def _needs(node: Node, reader: Reader) -> dict[str, int] | None:
    """Measures with their amounts: money for spend, days for tenure, points for a unit."""
    units = reader.names.units
    known = None if units is None else (SPEND, VISITS, TENURE, *units)
    entries = reader.entries(node, "needs", known)
    if entries is None:
        return None
    found = {
        measure: entries.parse(measure, _amount_of(measure), None) for measure in entries.nodes
    }
    return {measure: amount for measure, amount in found.items() if amount is not None}


def _amount_of(measure: str) -> Callable[[Node, Reader], int | Missing]:
    parser = parser_for(Minor if measure == SPEND else int)

    def read(node: Node, reader: Reader) -> int | Missing:
        amount: int | Missing = parser.read(node, reader)
        if amount is not MISREAD and amount < 1:
            raise Misread("what a tier needs is more than 0")
        return amount

    return read


def _window(node: Node, reader: Reader) -> Window | Missing | None:
    """A kind of window, or `rolling` and `tier_start` with their length."""
    if not isinstance(node, MapNode):
        kind = parser_for(WindowKind).read(node, reader)
        return MISREAD if kind is MISREAD else Window(kind)
    with_length = (WindowKind.ROLLING, WindowKind.TIER_START)
    entries = reader.entries(node, "window", with_length)
    if entries is None:
        return None
    kinds = [kind for kind in with_length if kind in entries]
    if len(kinds) != 1:
        reader.fault(node, "a window is either 'rolling' or 'tier_start' with its length")
        return None
    months = entries.read(kinds[0], _whole_months, None)
    return None if months is None else Window(kinds[0], months)


def _grace(node: Node, reader: Reader) -> Grace | Missing | None:
    if isinstance(node, ScalarNode):
        return reader.value(node, lambda text: _graced(_length(text), RoundUp.NONE))
    entries = reader.entries(node, "grace", GRACE_KEYS)
    if entries is None:
        return None
    after = entries.read("after", _length, Length())
    return _graced(after, entries.parse("round_up", parser_for(RoundUp).read, RoundUp.NONE))


def _graced(length: Length, round_up: RoundUp) -> Grace:
    return Grace(length.all_months, length.days, round_up)


def _length(text: str) -> Length:
    return read_length(text, "days", "weeks", "months", "years")


def _whole_months(text: str) -> int:
    months = read_length(text, "months", "years").all_months
    if months < 1:
        raise Misread("a window has at least one month")
    return months
