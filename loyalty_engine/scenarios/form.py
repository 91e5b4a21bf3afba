"""What a scenario is: members to begin with, steps one after the other, what each should come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.parsing.reading import Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.use_cases.calling import Answer


class Act(Protocol):
    """One kind of step. A frozen dataclass in a file of its own under `acts`, found by its `word`.

    `shows` are the keys that `expect` may hold, those of `told`; None where they are the
    programme's units of points.
    """

    word: ClassVar[str]
    shows: ClassVar[tuple[str, ...] | None]

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """The act as written under its word; every fault is told, then MISREAD."""
        ...

    @property
    def when(self) -> datetime | None:
        """When it happens by its own words; the clock of the scenario stands there or later."""
        ...

    def do(self, stage: Stage) -> Answer:
        """Ask the engine. Raises what the engine refuses."""
        ...

    def told(self, body: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What the engine answered, under the keys that `expect` uses.

        A mapping with a value under `""` may also be compared as that value alone.
        """
        ...


@dataclass(frozen=True, slots=True)
class Expected:
    """A value that is expected, and where it is written."""

    place: Place
    value: "Scalar | tuple[Expected, ...] | Mapping[str, Expected] | None"


@dataclass(frozen=True, slots=True)
class Step:
    """An act, at `at` where the step says so, and what is expected of it."""

    place: Place
    act: Act
    at: datetime | None = None
    expect: Expected | None = None


@dataclass(frozen=True, slots=True)
class GivenLot:
    """Points that a member has to begin with."""

    unit: str
    points: int
    earned_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GivenMember:
    """A member to begin with; `enrolled_at` is always set. It takes part in `challenges`."""

    id: str
    enrolled_at: datetime
    profile: MemberProfile
    tier: str | None = None
    lots: tuple[GivenLot, ...] = ()
    challenges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenCard:
    """A gift card to begin with, by the name that the scenario gives it; minor units."""

    name: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Scenario:
    """One example. `facts` stand in for what plugins would gather, by plugin."""

    name: str
    place: Place
    members: tuple[GivenMember, ...]
    steps: tuple[Step, ...]
    facts: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    cards: tuple[GivenCard, ...] = ()
