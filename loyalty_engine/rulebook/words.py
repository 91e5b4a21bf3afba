"""The three kinds of word a rule is made of: condition (when), selector (on), effect (then)."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.needs import NOTHING, Needs
from loyalty_engine.rulebook.regions import Box


@dataclass(frozen=True)
class Near:
    """How far a condition is from holding: at `short_by` more of `what` it does, at less not.

    Or how far an effect is from giving anything.

    `what` is minor (units of money), milli (thousandths of a product), count (purchases), days,
    seconds, or tier: then `towards` names the tiers that would do. `like` is a line of the kind
    that is short, with no more in it than makes it one; without it any product will do.
    """

    short_by: int
    what: str
    like: Line | None = field(default=None, compare=False)
    towards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What the facts say where a condition wants something else, and of which type it is.

    The types are those of arguments. No value: there is none; no type either: nobody is named.
    """

    value: object = None
    kind: object = None


NOBODY = Found()
"""The facts are about a guest, and the condition about a member."""


@dataclass(frozen=True)
class Most:
    """What an effect gives at most for one purchase: points, and minor units off. None: no end.

    `always` tells that it gives a member just so much each time.
    """

    points: int | None = None
    money: int | None = None
    always: bool = False


class Word(ABC):
    """A frozen dataclass in a file of its own; its fields are its arguments.

    `word` is how rule files call it. `says` is its sentence in English with `{field}` places;
    French stands in the catalogue of sentences, or in `says_in` where a plugin brings the word.
    `example` is a value as a rule file writes it, for the reference of words, which makes one up
    where none is given.
    """

    word: ClassVar[str]
    says: ClassVar[str]
    says_in: ClassVar[Mapping[str, str]] = {}
    example: ClassVar[str] = ""

    def check(self, program: Program) -> str | None:
        """What is wrong with the arguments in this programme, beyond their types and names.

        Asked once, when the rule file is read. What is wrong whatever the programme is raised as
        ValueError from `__post_init__`.
        """
        return None


class Condition(Word):
    """Stands under `when`: is about the purchase, the member, the place, the time.

    A word that says anew when it holds says anew what it needs too; what it would inherit is
    true of another word.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _forget(cls, Condition, "holds", "needs", "allows", "near", "found")

    @abstractmethod
    def holds(self, facts: Facts) -> bool:
        """Whether the condition is met; looks at nothing but `facts`."""

    def near(self, facts: Facts) -> Near | None:
        """How far it is from holding, where a distance makes sense."""
        return None

    def found(self, facts: Facts) -> Found | None:
        """What there is instead of what it wants, for an explanation; None where it cannot tell."""
        return None

    def needs(self) -> Needs:
        """What has to be so, at the least, for it to hold; saying nothing is always right.

        Asked once for each rule. It spares large rulebooks to look at the rule for each purchase.
        """
        return NOTHING

    def allows(self) -> Box | None:
        """Where it holds, exactly: there and nowhere else. None where that cannot be told.

        Asked when rules are checked, to find conditions that contradict or repeat one another.
        """
        return None


class Selector(Word):
    """Stands under `on`: says which lines a rule is about. It says what it needs like conditions.

    `names_kinds` marks selectors of lines other than goods, which no rule is about without one.

    A word that selects anew forgets the `needs`, `picks` and `allows` it would inherit.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _forget(cls, Selector, "selects", "needs", "picks", "allows")

    names_kinds: ClassVar[bool] = False

    @abstractmethod
    def selects(self, line: Line) -> bool:
        """Whether the line is one of those the rule is about."""

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        """Those lines `among` some that it selects, by index and in order.

        What `selects` says of each; a word may be quicker where facts sort the lines already.
        """
        lines = facts.purchase.lines
        return [index for index in among if sure(self.selects(lines[index]))]

    def needs(self) -> Needs:
        """What has to be so, at the least, for it to select any line."""
        return NOTHING

    def allows(self) -> Box | None:
        """Which lines it selects, exactly: those within these regions. None where it cannot tell."""
        return None


class Effect(Word):
    """Stands under `then`: says what comes of it, as outcomes from the closed set.

    `multiplies` marks effects that work on what other rules earn, and so come after them. A word
    with outcomes of its own forgets what it would inherit of `most`, `outdoes`, `surely_gives`,
    `line_by_line`, `takes_a_part`, `near`, `found`.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _forget(
            cls,
            Effect,
            "outcomes",
            "most",
            "outdoes",
            "surely_gives",
            "line_by_line",
            "takes_a_part",
            "near",
            "found",
        )

    multiplies: ClassVar[bool] = False

    on_all_that_counts: ClassVar[bool] = False
    """Whether it is about every kind of line that counts in the programme, not about goods alone,
    where its rule names no kind."""

    surely_gives: ClassVar[bool] = False
    """Whether every member gets something of it, whatever is bought."""

    of_own_code: ClassVar[bool] = False
    """Whether it gives what the code of its own voucher is worth, and so stands nowhere else."""

    @property
    def carries(self) -> bool:
        """Whether what is short of a whole step counts with the member's next purchase."""
        return False

    @property
    def line_by_line(self) -> bool:
        """Whether what it gives on a line has nothing to do with its other lines."""
        return False

    @property
    def takes_a_part(self) -> bool:
        """Whether, of a line that costs less, it takes no larger a part; rounding aside."""
        return False

    @abstractmethod
    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        """What the rule gives for the selected `lines`, named by index in the purchase."""

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        """How far it is from giving anything for these lines, where a distance makes sense.

        What is short has to be of a kind that the rule selects: name one of the lines as `like`.
        """
        return None

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        """What there is of what it needs, where that is too little; None where it cannot tell."""
        return None

    def most(self) -> Most:
        """What it gives at most; asked when rules are checked."""
        return Most()

    def outdoes(self, other: "Effect") -> bool:
        """Whether it surely gives as much as `other` on the same lines, and no less on more."""
        return False


def sure(answer: bool) -> bool:
    """A word's answer. Raises TypeError for what only looks like one: None, a number."""
    if answer is True or answer is False:
        return answer
    raise TypeError("a word answers True or False")


def _forget(word: type[Word], base: type[Word], answer: str, *inherited: str) -> None:
    """Where a word has an `answer` of its own, forget what it would inherit beside the former one."""
    for name in inherited:
        if _says_anew(word, answer, name):
            setattr(word, name, getattr(base, name))


def _says_anew(word: type[Word], answer: str, inherited: str) -> bool:
    """Whether a word has an answer of its own, and something that another answer stood behind."""
    answers, inherits = (
        next(place for place, it in enumerate(word.__mro__) if name in vars(it))
        for name in (answer, inherited)
    )
    return answers < inherits
