"""A property that is found out once for each object, at the first question."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class lazily(Generic[T]):  # noqa: N801 - a decorator, beside `property`
    """As `functools.cached_property`, which takes a lock for each answer before Python 3.12.

    For values that everybody would find alike: two threads that ask at once may both find out.
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self.find = find
        self.name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, found: None, kind: type[Any]) -> Self: ...
    @overload
    def __get__(self, found: object, kind: type[Any]) -> T: ...
    def __get__(self, found: object | None, kind: type[Any]) -> Self | T:
        if found is None:
            return self
        value = found.__dict__[self.name] = self.find(found)
        return value
