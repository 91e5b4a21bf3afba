"""Regions of paths in a tree, and of baskets that hold any number of values."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Under:
    """One path at or below one of `inside` (None: anywhere) and not at or below one of `outside`.

    `sign` divides the parts of a path; `absent` adds the case that there is none.
    """

    inside: frozenset[str] | None
    outside: frozenset[str] = frozenset()
    absent: bool = False
    sign: str = "/"

    @property
    def is_empty(self) -> bool:
        return (
            not self.absent
            and self.inside is not None
            and all(_covers(self.outside, path, self.sign) for path in self.inside)
        )

    @property
    def is_certain(self) -> bool:
        """Whether there is a path at all."""
        return not self.absent

    def but(self) -> "Under | None":
        """All that lies outside, where that is one region."""
        if self.inside is not None and not self.outside:
            return Under(None, self.inside, not self.absent, self.sign)
        if self.inside is None and self.outside:
            return Under(self.outside, frozenset(), not self.absent, self.sign)
        return None

    def meet(self, other: "Under") -> "Under":
        """What lies in both."""
        if self.inside is None or other.inside is None:
            inside = other.inside if self.inside is None else self.inside
        else:
            inside = frozenset(
                path
                for ours, theirs in ((self.inside, other.inside), (other.inside, self.inside))
                for path in ours
                if _covers(theirs, path, self.sign)
            )
        outside = self.outside | other.outside
        return Under(inside, outside, self.absent and other.absent, self.sign)

    def within(self, other: "Under") -> bool:
        """Whether all of it surely lies in the other."""
        if self.is_empty:
            return True
        if self.absent and not other.absent:
            return False
        if any(not self._misses(path) for path in other.outside):
            return False
        if other.inside is None:
            return True
        return self.inside is not None and all(
            _covers(other.inside, path, self.sign) or _covers(self.outside, path, self.sign)
            for path in self.inside
        )

    def _misses(self, path: str) -> bool:
        """Whether nothing of it lies at or below `path`."""
        return (
            Under(self.inside, self.outside, sign=self.sign)
            .meet(Under(frozenset({path}), sign=self.sign))
            .is_empty
        )


@dataclass(frozen=True, slots=True)
class Holding:
    """Any number of values: at least one of each set in `some`, and none of `none`.

    With a `sign`, a path also counts for all the paths it lies below.
    """

    some: tuple[frozenset[Hashable], ...] = ()
    none: frozenset[Hashable] = frozenset()
    sign: str = ""

    @property
    def is_empty(self) -> bool:
        return any(all(self._is_barred(value) for value in values) for values in self.some)

    is_certain = False
    """Whether there is a value: baskets may hold nothing of a kind."""

    def but(self) -> "Holding | None":
        """All that lies outside, where that is one region."""
        if len(self.some) == 1 and not self.none:
            return Holding(none=self.some[0], sign=self.sign)
        if not self.some and self.none:
            return Holding((self.none,), sign=self.sign)
        return None

    def meet(self, other: "Holding") -> "Holding":
        """What lies in both."""
        some = tuple(dict.fromkeys((*self.some, *other.some)))
        return Holding(some, self.none | other.none, self.sign)

    def within(self, other: "Holding") -> bool:
        """Whether all of it surely lies in the other."""
        return all(
            any(
                all(_above(value, wanted, self.sign) or self._is_barred(value) for value in values)
                for values in self.some
            )
            for wanted in other.some
        ) and all(self._is_barred(value) for value in other.none)

    def _is_barred(self, value: Hashable) -> bool:
        return _above(value, self.none, self.sign)


def _covers(paths: Iterable[str], path: str, sign: str) -> bool:
    return any(path == each or path.startswith(each + sign) for each in paths)


def _above(value: Hashable, values: frozenset[Hashable], sign: str) -> bool:
    """Whether a value, or with a sign a path above it, is one of `values`."""
    if value in values:
        return True
    return (
        bool(sign)
        and isinstance(value, str)
        and any(isinstance(each, str) and value.startswith(each + sign) for each in values)
    )
