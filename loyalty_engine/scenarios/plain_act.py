"""Acts that name things by their ids and may say when: nothing else stands under their word."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.scenarios.values import complete, instant_in


@dataclass(frozen=True, slots=True)
class PlainAct:
    """A base for them, see `form.Act`: each field of a subclass is an id, written under its name.

    `called` is what faults call the act, `instant` the word of when it happens.
    """

    called: ClassVar[str]
    instant: ClassVar[str] = "at"
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """The ids and the instant; the ids are needed."""
        return cls._read(node, reader, program, ())

    @classmethod
    def _read(
        cls, node: Node, reader: Reader, program: Program, needed: tuple[str, ...]
    ) -> Self | Missing:
        before = len(reader.findings.faults)
        _, *names = (field.name for field in fields(cls))
        entries = reader.entries(node, cls.called, (*names, cls.instant), (*names, *needed))
        if entries is None:
            return MISREAD
        when = entries.read(cls.instant, instant_in(program.zone), None)
        make: Callable[..., Self] = cls
        ids: dict[str, Any] = {name: entries.read(name, str, "") for name in names}
        return make(when, **ids) if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it happens."""
        return self.at


@dataclass(frozen=True, slots=True)
class DatedAct(PlainAct):
    """A plain act that happened at an instant of its own, `occurred_at`, which is needed."""

    instant: ClassVar[str] = "occurred_at"

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """The ids and the instant, all of them needed."""
        return cls._read(node, reader, program, (cls.instant,))

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        assert self.at is not None, "an act without its instant is not read"
        return self.at
