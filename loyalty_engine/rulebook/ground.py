"""What a check looks at: the rulebook, the day, the catalogue, and what was found out already."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.assortment import Assortment
from loyalty_engine.rulebook.dated import Dated
from loyalty_engine.rulebook.faults import Findings, Place
from loyalty_engine.rulebook.nesting import Group, LineGroup
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    read_nodes,
)
from loyalty_engine.rulebook.reasoning.situations import Situation, situations
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Condition, Effect, Word


@dataclass(frozen=True)
class Ground:
    """Asked of every check; `today` is in the programme's zone."""

    rulebook: Rulebook
    today: date
    assortment: Assortment | None = None
    _situations: dict[str, list[Situation]] = field(default_factory=dict, repr=False)
    _trees: dict[str, Node | None] = field(default_factory=dict, repr=False)

    @property
    def program(self) -> Program:
        """The programme."""
        return self.rulebook.program

    @property
    def rules(self) -> Sequence[Rule]:
        """All rules, those that are over and those that have not begun too."""
        return self.rulebook.rules

    def situations(self, rule: Rule) -> list[Situation]:
        """The situations in which a rule of the rulebook applies; none where it never does."""
        if rule.id not in self._situations:
            self._situations[rule.id] = situations(self.program, rule)
        return self._situations[rule.id]

    def is_over(self, rule: Rule) -> bool:
        """Whether the last day of a rule has passed."""
        return rule.end is not None and rule.end < self.today

    def place(self, *path: str, file: str = PROGRAM_FILE) -> Place:
        """Where something stands in a file, by its keys or by the names in its lists."""
        if file not in self._trees:
            text = self.rulebook.source.get(file, "")
            self._trees[file] = read_nodes(text, Findings(file))
        node = self._trees[file]
        found = Place(file, 1, 1)
        for name in path:
            step = None if node is None else _step(node, name)
            if step is None:
                break
            found = Place(file, step[0].line, step[0].column)
            node = step[1]
        return found


def _step(node: Node, name: str) -> tuple[Node, Node] | None:
    """The entry of that name: a key, an item, or an item that bears the name in its first entry."""
    if isinstance(node, MapNode):
        return next(((key, value) for key, value in node.entries if key.text == name), None)
    for item in node.items if isinstance(node, ListNode) else ():
        if isinstance(item, ScalarNode) and item.text == name:
            return item, item
        if isinstance(item, MapNode):
            for key, value in item.entries:
                if key.text == name:
                    return key, value
                if isinstance(value, ScalarNode) and value.text == name:
                    return value, item
    return None


def plain_words(rule: Rule) -> Iterator[Word]:
    """All words of a rule, those within `all`, `any` and `none` in the place of these."""
    for word in (*rule.when, *rule.on, *rule.then):
        yield from _plain(word)


def words_within(rule: Rule) -> Iterator[Word]:
    """All words of a rule with those within `all`, `any` and `none`; dated ones as they stand."""
    yield from _within((*rule.when, *rule.on, *rule.then))


def conditions_within(when: Iterable[Condition]) -> Iterator[Word]:
    """All conditions of a list with those within others, dated ones and theirs among them."""
    for word in _within(when):
        yield word
        if isinstance(word, Dated):
            yield from word.parts


def _within(words: Iterable[Word]) -> Iterator[Word]:
    waiting = list(words)
    while waiting:
        word = waiting.pop()
        yield word
        if isinstance(word, Group | LineGroup):
            waiting += word.parts


def _plain(word: Word) -> Iterator[Word]:
    if isinstance(word, Group | LineGroup | Dated):
        for part in word.parts:
            yield from _plain(part)
    else:
        yield word


def line_of(place: Place, beside: Place) -> str:
    """Where something stands, as told in a finding about another place."""
    return f"line {place.line}" if place.file == beside.file else f"{place.file}:{place.line}"


def brings(rule: Rule) -> Sequence[Effect]:
    """The effects of a rule that give something of their own."""
    return [effect for effect in rule.then if not effect.multiplies]
