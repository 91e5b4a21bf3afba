"""One transaction on its way to the database: reads answer at once, writes wait and go together.

Every exchange is a round trip. The first one also begins the transaction and the last one commits
it, so that a write with one group of reads takes two.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from loyalty_engine.storage.errors import StorageBug
from loyalty_engine.storage.sql.statements import Statement, Values

Row = tuple[Any, ...]
Sent = tuple[Statement, Values]


class Answer(NamedTuple):
    """The rows of a question, and how many rows a write has touched."""

    rows: Sequence[Row]
    touched: int


@dataclass(slots=True)
class Tally:
    """What went over the wire. `texts` holds each round trip as pairs of SQL text and values,
    when `keeps_texts`: for benchmarks that send the same without the engine.
    """

    statements: int = 0
    trips: int = 0
    keeps_texts: bool = False
    texts: list[list[tuple[str, Values]]] = field(default_factory=list)


class Wire(ABC):
    """A transaction. Subclasses know how to exchange messages with their database.

    `BEGIN` and `COMMIT` are part of the first and the last exchange and are not counted.
    """

    def __init__(self, database: str, tally: Tally) -> None:
        self.database = database
        self.tally = tally
        self.told = 0
        self._queue: list[Sent] = []
        self._expected: list[int | None] = []
        self._checked_before_commit = False
        self._failed = False

    def ask(self, *questions: Sent) -> list[Answer]:
        """Send what waits and these questions in one round trip; answers only the questions'."""
        return self._exchange(list(questions), commit=False)[-len(questions) :]

    def tell(
        self,
        statement: Statement,
        values: Values,
        *,
        touches: int | None = None,
        wait: bool = False,
    ) -> None:
        """Let a write wait for the next round trip.

        Another number of rows than `touches` is a bug; with `wait` it is found before the commit,
        at the price of a round trip more.
        """
        self.told += 1
        self._queue.append((statement, values))
        self._expected.append(touches)
        self._checked_before_commit |= wait

    def ask_and_commit(self, *questions: Sent) -> list[Answer]:
        """Send what waits and these questions, and commit, in one round trip."""
        return self._exchange(list(questions), commit=True)[-len(questions) :]

    def commit(self) -> None:
        """Send what waits and commit, in one round trip; nothing at all if nothing was sent."""
        if self._checked_before_commit:
            self._exchange([], commit=False)
        if self._queue or self.begun:
            self._exchange([], commit=True)

    def _exchange(self, questions: list[Sent], *, commit: bool) -> list[Answer]:
        assert not self._failed, "a unit of work that was refused can only be left"
        batch, self._queue = self._queue + questions, []
        expected, self._expected = self._expected, []
        self._checked_before_commit = False
        tally = self.tally
        tally.statements += len(batch)
        tally.trips += 1
        if tally.keeps_texts:
            tally.texts.append([self._text(*sent) for sent in batch])
        self._failed = True
        answers = self._send(batch, commit=commit)
        self._failed = False
        for sent, answer, touches in zip(batch, answers, expected, strict=False):
            if touches is not None and answer.touched != touches:
                raise StorageBug(
                    f"{answer.touched} rows instead of {touches} by {sent[0].form(self.database).sql}"
                )
        return answers

    def _text(self, statement: Statement, values: Values) -> tuple[str, Values]:
        form = statement.form(self.database)
        return form.sql, tuple(form.arrange(values))

    @property
    @abstractmethod
    def begun(self) -> bool:
        """Whether the database knows of this transaction."""

    @abstractmethod
    def _send(self, batch: Sequence[Sent], *, commit: bool) -> list[Answer]:
        """One round trip. Raises the errors of `storage.errors`, or what the statement says."""

    def end(self) -> None:
        """Leave in good order: what was only read needs no answer any more."""
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Undo what is not committed and give the connection back."""
