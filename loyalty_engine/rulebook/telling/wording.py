"""How each language writes amounts, numbers, days and lists: all that a sentence is filled with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from fractions import Fraction

from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.domain.money import MILLI

SIGNS: Mapping[str, str] = {"EUR": "€", "GBP": "£", "USD": "$"}
"""Signs that members of any country know; other currencies are named by their code."""

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Language:
    """The habits of one language; `templates` are its sentences by the English ones.

    `counts` are things counted, one and many of each. `elisions` mend what phrases put together.

    `zero_is_plural` is false where all that is less than two takes the singular.
    """

    tag: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    first_of_month: str
    yes: str
    no: str
    conjunctions: Mapping[str, str]
    point: str
    sign_after: bool
    percent: str
    hours: str
    zero_is_plural: bool
    phrases: Mapping[str, str]
    counts: Mapping[str, tuple[str, str]]
    templates: Mapping[str, str] = field(default_factory=dict)
    elisions: Mapping[str, str] = field(default_factory=dict)

    def decimal(self, digits: int, places: int, *, trim: bool = True) -> str:
        """`digits` divided by ten to the `places`, without trailing zeros when they are trimmed."""
        whole, rest = divmod(abs(digits), 10**places)
        tail = f"{rest:0{places}d}" if places else ""
        if trim:
            tail = tail.rstrip("0")
        return f"{'-' * (digits < 0)}{whole}{self.point + tail if tail else ''}"

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units with the sign of its currency: £3.20, 3,20 €, JPY 500."""
        number = self.decimal(minor, decimals_of(currency), trim=False)
        if self.sign_after:
            return f"{number}{NO_BREAK}{SIGNS.get(currency, currency)}"
        return f"{SIGNS.get(currency, currency + NO_BREAK)}{number}"

    def quantity(self, milli: int) -> str:
        """A quantity in thousandths: 3, 0.5."""
        return self.decimal(milli, len(str(MILLI)) - 1)

    def share(self, basis_points: int) -> str:
        """A percentage: 12.5%, 12,5 %."""
        return self.percent.format(self.decimal(basis_points, 2))

    def number(self, exact: Fraction | int) -> str:
        """A whole number or decimal, or a fraction where no decimal is exact."""
        exact = Fraction(exact)
        for places in range(7):
            scaled = exact * 10**places
            if scaled.denominator == 1:
                return self.decimal(scaled.numerator, places)
        return f"{exact.numerator}/{exact.denominator}"

    def day(self, day: date) -> str:
        """A date: 5 March 2026, 1er mars 2026."""
        number = self.first_of_month if day.day == 1 else str(day.day)
        return f"{number} {self.months[day.month - 1]} {day.year}"

    def clock(self, moment: time) -> str:
        """A time of day to the minute, with seconds only where there are any."""
        text = self.hours.format(f"{moment.hour:02d}", f"{moment.minute:02d}")
        return f"{text}:{moment.second:02d}" if moment.second else text

    def counted(self, count: int, what: str) -> str:
        """So many of what is counted: 2 purchases, 1 jour."""
        return f"{self.number(count)} {self.counts[what][self.is_plural(count)]}"

    def duration(self, seconds: int) -> str:
        """A time in hours and minutes, begun minutes whole; less than a minute in seconds."""
        if seconds < 60:
            return self.counted(seconds, "seconds")
        hours, minutes = divmod(-(-seconds // 60), 60)
        parts = ((hours, "hours"), (minutes, "minutes"))
        return " ".join(self.counted(many, what) for many, what in parts if many)

    def phrase(self, key: str, *given: str) -> str:
        """One of the phrases, filled."""
        text = self.phrases[key].format(*given)
        for apart, together in self.elisions.items():
            text = text.replace(apart, together)
        return text

    def is_plural(self, count: Fraction | int) -> bool:
        """Whether so many of a thing take its plural: 0 points but 0 point in French."""
        return count != 1 if self.zero_is_plural else abs(Fraction(count)) >= 2

    def unit(self, name: str, count: Fraction | int | None = None) -> str:
        """A unit of points as members read it: `coffee_stamps` is one coffee stamp."""
        label = name.replace("_", " ")
        singular = count is not None and not self.is_plural(count)
        return label[:-1] if singular and label.endswith("s") else label

    def join(self, parts: Sequence[str], by: str) -> str:
        """A list in words: a, b or c; `by` is the key of a conjunction."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.conjunctions[by]} {parts[-1]}"
