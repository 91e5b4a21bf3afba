"""`not_with` of a rule: the rules, lanes and groups that it does not stand beside.

Lanes are checked where they stand. Rules and groups are checked once all files are read, for one
file may name what another one holds.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from loyalty_engine.rulebook.exclusion import Named, NotWith
from loyalty_engine.rulebook.faults import Place, nearest, shown
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Names, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from loyalty_engine.rulebook.rule import Rule

Tell = Callable[[Place, str, str | None], None]

_KINDS = {kind.value: kind for kind in Named}


def read_not_with(node: Node, reader: Reader) -> tuple[NotWith, ...] | Missing:
    """Rules by their ids, `lane NAME` and `group NAME`; one alone or a list."""
    nodes: Sequence[Node] = node.items if isinstance(node, ListNode) else [node]
    if not nodes:
        reader.fault(node, "the list is empty")
        return MISREAD
    found = [_read(each, reader) for each in nodes]
    read = tuple(it for it in found if it is not MISREAD)
    return read if len(read) == len(found) else MISREAD


def _read(node: Node, reader: Reader) -> NotWith | Missing:
    match node:
        case MapNode(entries=[(ScalarNode(text=kind), ScalarNode(text=name))]) if kind in _KINDS:
            meant = name if kind == Named.RULE else f"{kind} {name}"
            reader.fault(node, f"write '{meant}' without a colon", meant)
            return MISREAD
    read = reader.value(node, lambda text: _named(text, reader.names))
    return MISREAD if read is MISREAD else NotWith(*read, reader.place(node))


def _named(text: str, names: Names) -> tuple[Named, str]:
    first, _, rest = text.partition(" ")
    if not rest:
        return Named.RULE, read_name(text)
    if first not in _KINDS:
        said = f"{shown(text)} is neither a rule's id nor 'lane' or 'group' with a name"
        raise Misread(said, nearest(first, _KINDS) and f"{nearest(first, _KINDS)} {rest}")
    kind, name = _KINDS[first], read_name(rest.strip())
    if kind is Named.LANE and names.lanes is not None:
        name = one_of(name, names.lanes, "lane")
    return kind, name


def written_name(tree: Node, key: str) -> str:
    """What a file that may be wrong calls its rule or table; empty where nobody can tell."""
    entries = tree.entries if isinstance(tree, MapNode) else []
    named = [
        node.text for name, node in entries if name.text == key and isinstance(node, ScalarNode)
    ]
    return next(iter(named), "")


def check_not_with(
    rules: Iterable[Rule], names: Names, broken: Collection[str], tell: Tell
) -> None:
    """Tell of every entry that names its own rule, or a rule or group that there is not.

    `broken` are the ids of rules that could not be read: what ends with - begins such ids, and
    nothing at all is any id.
    """
    rules = list(rules)
    entries = [(rule, it) for rule in rules for it in rule.not_with]
    if not entries:
        return
    ids = {rule.id for rule in rules}
    groups = {rule.group for rule in rules if rule.group}
    told: set[Place] = set()
    for rule, it in entries:
        said = _wrong(rule, it, ids, groups, names, broken)
        if said is not None and it.place not in told:
            told.add(it.place)
            tell(it.place, *said)


def _wrong(
    rule: Rule,
    it: NotWith,
    ids: Collection[str],
    groups: Collection[str],
    names: Names,
    broken: Collection[str],
) -> tuple[str, str | None] | None:
    if it.kind is Named.LANE:
        return None
    if it.kind is Named.GROUP:
        if it.name in groups or broken:
            return None
        return f"not_with: no rule is of the group {shown(it.name)}", _like(
            it.name, groups, "group "
        )
    if it.name == rule.id:
        return "not_with: a rule cannot stand apart from itself", None
    if it.name in ids or any(_may_be(it.name, each) for each in broken):
        return None
    for kind, known in (("lane", names.lanes or ()), ("group", groups)):
        if it.name in known:
            said = f"not_with: {shown(it.name)} is a {kind} and no rule"
            return said, f"{kind} {it.name}"
    return f"not_with: no rule {shown(it.name)}", nearest(it.name, ids)


def _like(name: str, known: Collection[str], before: str) -> str | None:
    like = nearest(name, known)
    return like and before + like


def _may_be(name: str, broken: str) -> bool:
    begins = broken in ("", "-") or (broken.endswith("-") and name.startswith(broken))
    return begins or name == broken
