"""A purse while it is being written; see `domain.stored_value` for what it is."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.stored_value import (
    AVAILABLE,
    EXPIRED,
    HELD,
    LOADS,
    MOVED,
    SOLD,
    USED,
    Purse,
    PurseState,
    ValueCause,
    ValueEntry,
)


class PurseBook:
    """A purse while it is being written: what moves, and how it stands then.

    Opening settles it: what has ended by `now` expires, whether a sweeper has run or not.
    """

    def __init__(self, purse: Purse, now: datetime) -> None:
        self.first_version = purse.version
        self.before = purse
        self.purse = purse
        self.now = now
        self.entries: list[ValueEntry] = []
        self.settle()

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return self.purse != self.before

    def settle(self) -> None:
        """Let what has come to its end expire; what is held stays as long as it is."""
        it = self.purse
        if it.available and it.ends_at is not None and it.ends_at <= self.now:
            self._move(AVAILABLE, EXPIRED, it.available, ValueCause("expire"), it.ends_at)

    def load(self, amount: int, source: str, cause: ValueCause, ends_at: datetime | None) -> None:
        """Put value in; what was inactive is active then, and nothing ends sooner for it."""
        if self.purse.state is PurseState.INACTIVE:
            self._set(state=PurseState.ACTIVE)
        fresh = not self.purse.loaded
        self._set(ends_at=ends_at if fresh else later(self.purse.ends_at, ends_at))
        self._move(source, AVAILABLE, amount, cause)

    def unload(self, amount: int, cause: ValueCause, destination: str = SOLD) -> None:
        """Take value out again that was sold, or given; raises `Conflict` when it has been used."""
        if amount > self.purse.available:
            raise Conflict(
                f"the card was sold with {amount} and {self.purse.available} are left of it: "
                "what has been used cannot come back",
                code="card_used", available=self.purse.available,
            )  # fmt: skip
        self._move(AVAILABLE, destination, amount, cause)

    def unsell(self, *, resellable: bool) -> bool:
        """After what a sale had put on it is taken out: a card on which nothing was ever left is to
        be sold again, or is blocked. Whether it is blocked by this.
        """
        if self.purse.loaded or self.purse.state is not PurseState.ACTIVE:
            return False
        if resellable:
            self._set(state=PurseState.INACTIVE, ends_at=None)
        else:
            self.block()
        return not resellable

    def spend(self, amount: int, cause: ValueCause) -> None:
        """Pay; raises `Conflict` where there is less."""
        if amount > self.purse.available:
            raise short(amount, self.purse.available)
        self._move(AVAILABLE, USED, amount, cause)

    def hold(self, amount: int, cause: ValueCause) -> None:
        """Set aside; raises `Conflict` where there is less."""
        if amount > self.purse.available:
            raise short(amount, self.purse.available)
        self._move(AVAILABLE, HELD, amount, cause)

    def capture(self, held: int, amount: int, cause: ValueCause) -> None:
        """Pay `amount` of what a hold has set aside; the rest is free again, or expires."""
        if amount:
            self._move(HELD, USED, amount, cause)
        self.release(held - amount, replace(cause, kind="release"))

    def free(self, amount: int, cause: ValueCause) -> None:
        """Let go of what was set aside for what is done next: it can be used although it has ended.

        Whoever does so settles the purse afterwards.
        """
        self._move(HELD, AVAILABLE, amount, cause)

    def release(self, amount: int, cause: ValueCause) -> None:
        """Let go of what was set aside; what has ended meanwhile expires."""
        if amount:
            self._move(HELD, AVAILABLE, amount, cause)
        self.settle()

    def give_back(self, amount: int, cause: ValueCause, grace_until: datetime) -> None:
        """Give back what a purchase had used; what has ended meanwhile lasts until then."""
        if self.purse.ends_at is not None and self.purse.ends_at <= self.now < grace_until:
            self._set(ends_at=grace_until)
        self._move(USED, AVAILABLE, amount, cause)

    def extend(self, until: datetime | None, cause: ValueCause) -> None:
        """Let the purse end later, never for None; what has expired stands on it again."""
        self._set(ends_at=until)
        if self.purse.expired:
            self._move(EXPIRED, AVAILABLE, self.purse.expired, cause)

    def block(self) -> None:
        """Let nobody use it any more; what stands on it stays."""
        self._set(state=PurseState.BLOCKED)

    def move_to(self, other: "PurseBook", cause: ValueCause) -> int:
        """Move all that is free to another purse, with its end, and block this one."""
        amount = self.purse.available
        self._set(state=PurseState.BLOCKED, replaced_by=other.purse.number)
        if amount:
            self.move_free(other, amount, cause, self.purse.ends_at)
        return amount

    def move_free(
        self, other: "PurseBook", amount: int, cause: ValueCause, ends_at: datetime | None
    ) -> None:
        """Move so much of what is free to another purse, which ends then."""
        other.load(amount, MOVED, cause, ends_at)
        self._move(
            AVAILABLE, MOVED, amount, replace(cause, key=None)
        )  # on its way it may pass twice

    def _move(
        self,
        source: str,
        destination: str,
        amount: int,
        cause: ValueCause,
        at: datetime | None = None,
    ) -> None:
        assert amount > 0, "a move is of something"
        it = self.purse
        change = {AVAILABLE: 0, HELD: 0, EXPIRED: 0}
        for account, signed in ((source, -amount), (destination, amount)):
            if account in change:
                change[account] += signed
        loaded = it.loaded
        loaded += amount if source in LOADS else -amount if destination in LOADS else 0
        version = it.version + 1
        self._set(
            available=it.available + change[AVAILABLE], held=it.held + change[HELD],
            loaded=loaded, expired=it.expired + change[EXPIRED], version=version,
        )  # fmt: skip
        entry = ValueEntry(version, source, destination, amount, cause, at or self.now)
        self.entries.append(entry)

    def _set(self, **changes: object) -> None:
        self.purse = replace(self.purse, **changes)  # type: ignore[arg-type]


def short(wanted: int, there: int) -> Conflict:
    """The refusal to pay more than stands there."""
    return Conflict(
        f"{wanted} are to be paid and {there} can be",
        code="insufficient_value", available=there,
    )  # fmt: skip


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; None is for ever."""
    return None if one is None or other is None else max(one, other)
