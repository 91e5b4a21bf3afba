"""One file under `vouchers/`: what its codes give, to whom, and how often."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from loyalty_engine.domain.codes import CHARACTERS, FEWEST, MOST, normal, shareable
from loyalty_engine.domain.gs1 import COUPON, COUPON_DIGITS, MOST_SERIAL, is_coupon
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.calendar_values import Length, read_length
from loyalty_engine.rulebook.faults import Findings, nearest, shown
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.parse_rule import RULE_KEYS, parse_rule
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from loyalty_engine.rulebook.rule import Places, Rule
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.rulebook.words import Condition

FOLDER: Final = "vouchers/"
NAMED_BY: Final = "voucher"
OWN_KEYS: Final = (
    "codes",
    "characters",
    "gcn",
    "worth",
    "valid",
    "transferable",
    "per_purchase",
)
VOUCHER_KEYS: Final = (NAMED_BY, *RULE_KEYS[1:], *OWN_KEYS)
ONLY_WITH_THEN: Final = ("lane", "priority", "on", "when", "limits")
MOST_PER_PURCHASE: Final = 20
MOST_SHARED: Final = 100
ASKS: Final = "code_used"
"""The word by which a voucher's own rule asks for its codes, as any other rule may."""


Tree = tuple[Findings, Node | None]


class VoucherFiles:
    """All voucher files of a programme: `found` are the kinds, by name, as they are added."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.trees: dict[str, Tree] = {}
        self.found: dict[str, VoucherKind] = {}
        self._vocabulary = vocabulary

    def names(self, source: Iterable[str], read: Callable[[str], Tree]) -> set[str]:
        """The names of all vouchers, as rules may use them; each file is read once."""
        for file in source:
            if file.startswith(FOLDER) and not file.endswith(".csv"):
                self.trees[file] = read(file)
        return {name for _, tree in self.trees.values() if (name := voucher_name(tree))}

    def add(self, tree: Node, reader: Reader) -> Rule | None:
        """Add what a file says; answers the rule of what its codes give by themselves."""
        parsed = parse_voucher(tree, self._vocabulary, reader)
        if parsed is None:
            return None
        kind, rule = parsed
        for other in self.found.values():
            for code in (it for it in kind.shared if it in other.shared):
                reader.fault(tree, f"the code {code} stands already in the voucher '{other.id}'")
            if other.id == kind.id and rule is None:
                reader.fault(tree, f"the voucher '{kind.id}' stands there already")
        self.found[kind.id] = kind
        return rule

    def drop(self, names: Iterable[str]) -> None:
        """Leave out those that somebody has stopped."""
        for name in names:
            self.found.pop(name, None)


def voucher_name(tree: Node | None) -> str | None:
    """The name of a voucher file as it is written, so that rules can be checked in any case."""
    if not isinstance(tree, MapNode):
        return None
    found = (value for key, value in tree.entries if key.text == NAMED_BY)
    return next((it.text for it in found if isinstance(it, ScalarNode)), None)


def parse_voucher(
    tree: Node, vocabulary: Vocabulary, reader: Reader
) -> tuple[VoucherKind, Rule | None] | None:
    """The kind and the rule of its codes, or None when anything is wrong with the file."""
    before = len(reader.findings.faults)
    rule = parse_rule(tree, vocabulary, reader, named_by=NAMED_BY, whole=False, beside=OWN_KEYS)
    if not isinstance(tree, MapNode):
        return None
    entries = Entries(reader, tree, {key.text: (key, value) for key, value in tree.entries})
    gives = _gives(entries)
    shared = entries.parse("codes", _codes, ())
    gcn = entries.read("gcn", _coupon, "")
    most = MOST_SERIAL if gcn else MOST
    characters = entries.read("characters", _between(FEWEST, most), CHARACTERS)
    worth: int | None = entries.parse("worth", parser_for(Minor).read, None)
    valid = entries.read("valid", _length, None)
    transferable = entries.parse("transferable", parser_for(bool).read, True)
    per_purchase = entries.read("per_purchase", _between(1, MOST_PER_PURCHASE), 1)
    if shared:
        for key in OWN_KEYS[1:]:
            if key in entries:
                fault = f"{key}: codes that many know are as they are; leave it out"
                reader.fault(entries.nodes[key][0], fault)
    of_worth = rule is not None and any(it.of_own_code for it in rule.then)
    _check_worth(entries, of_worth, bool(shared), worth)
    if rule is not None and gives and not rule.lane:
        reader.fault(tree, "a voucher that gives something needs 'lane'")
    if rule is None or len(reader.findings.faults) > before:
        return None
    kind = VoucherKind(
        rule.id, rule.title, rule.start, rule.end, shared, characters, valid, transferable,
        per_purchase, gcn, of_worth, worth, rule.place,
    )  # fmt: skip
    return kind, _asking(rule, vocabulary, per_purchase > 1) if gives else None


def _gives(entries: Entries) -> bool:
    """Whether the codes give something by themselves; what is then of no use is told."""
    if "then" in entries:
        return True
    for key in ONLY_WITH_THEN:
        if key in entries:
            fault = f"{key}: is about what the codes give, and there is no 'then'"
            entries.reader.fault(entries.nodes[key][0], fault)
    return False


def _check_worth(entries: Entries, of_worth: bool, shared: bool, worth: int | None) -> None:
    """Tell of a worth that nothing takes off, and of codes that cannot have one each."""
    if "worth" in entries and not of_worth and not shared:
        told = "worth: nothing takes it off; write worth_off under 'then'"
        entries.reader.fault(entries.nodes["worth"][0], told)
    if worth is not None and worth <= 0:
        entries.reader.fault(entries.nodes["worth"][0], "worth: must be more than 0")
    if of_worth and shared:
        told = "worth_off: codes that many know are worth what the file says; write amount_off"
        entries.reader.fault(entries.nodes["then"][0], told)


def _asking(rule: Rule, vocabulary: Vocabulary, per_code: bool) -> Rule:
    """The rule of a voucher: it asks for one of its codes before all else."""
    kinds: Mapping[str, type[Condition]] = vocabulary.when.words
    asks = kinds[ASKS](any_of=(rule.id,))  # type: ignore[call-arg]
    places = Places((rule.place, *rule.places.when), rule.places.on, rule.places.then)
    return replace(rule, when=(asks, *rule.when), places=places, per_code=per_code)


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = read_integer(text)
        if not least <= number <= most:
            raise Misread(f"{number} is not from {least} to {most}")
        return number

    return read


def _coupon(text: str) -> str:
    if len(text) == COUPON_DIGITS and is_coupon(text):
        return text
    raise Misread(
        f"{shown(text)} is no Global Coupon Number: twelve digits and their check digit,"
        f" not beginning with {COUPON}"
    )


def _length(text: str) -> Length:
    return read_length(text, "days", "weeks", "months", "years")


def _codes(node: Node, reader: Reader) -> tuple[str, ...] | Missing:
    """Codes that many know, in their normal form; none for codes of single use."""
    if isinstance(node, ScalarNode) and node.text == "single":
        return ()
    nodes = node.items if isinstance(node, ListNode) else [node]
    if not nodes or len(nodes) > MOST_SHARED:
        reader.fault(node, f"from 1 to {MOST_SHARED} codes, or single for codes of single use")
        return MISREAD
    found: dict[str, None] = {}
    for each in nodes:
        code = reader.value(each, _shared)
        if code in found:
            reader.fault(each, f"the code {shown(str(code))} stands there twice")
        elif code is not MISREAD:
            found[code] = None
    return tuple(found)


def _shared(text: str) -> str:
    code = normal(text)
    if shareable(code):
        return code
    like = nearest(text, ("single",))
    raise Misread(
        f"{shown(text)} is not a code that many can know: 4 to 32 letters from A to Z and digits",
        like,
    )
