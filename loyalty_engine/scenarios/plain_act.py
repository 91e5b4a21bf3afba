"""Acts that name things by their ids and may say when: nothing else stands under their word."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.yaml_nodes import Node
from loyalty_engine.scenarios.values import complete, instant_in


@dataclass(frozen=True, slots=True)
class PlainAct:
    """A base for them, see `form.Act`: each field of a subclass is an id, written under its name.

    `called` is what faults call the act.
    """

    called: ClassVar[str]
    at: datetime | None

    @classmethod
    def read(cls, node: Node, reader: Reader, program: Program) -> Self | Missing:
        """The ids, each of them needed; `at` may be left out."""
        before = len(reader.findings.faults)
        at, *names = (field.name for field in fields(cls))
        entries = reader.entries(node, cls.called, (*names, at), names)
        if entries is None:
            return MISREAD
        when = entries.read(at, instant_in(program.zone), None)
        make: Callable[..., Self] = cls
        ids: dict[str, Any] = {name: entries.read(name, str, "") for name in names}
        return make(when, **ids) if complete(entries, before) else MISREAD

    @property
    def when(self) -> datetime | None:
        """When it happens."""
        return self.at
