"""A recurrence rule as people say it: a Sunday, the first Saturday of the month, Easter Monday."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from loyalty_engine.rulebook.recurrence import Frequency, Recurrence
from loyalty_engine.rulebook.telling.wording import Language


@dataclass(frozen=True, slots=True)
class _Said:
    """How a language says recurrences; places are filled by number."""

    weekday: str
    places: Mapping[int, str]
    place: Callable[[int], str]
    of_month: str
    of_year: str
    day_of_month: str
    last_of_month: str
    from_last_of_month: str
    day_of_year: str
    from_last_of_year: str
    week: str
    in_month: str
    date: str
    any_day: str
    every: Mapping[Frequency, str]
    easter: Mapping[int, str]
    after_easter: str
    position: str


def _th(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


_ENGLISH: Final = _Said(
    weekday="a {}",
    places={1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"},
    place=lambda at: _th(at) if at > 0 else f"{_th(-at)} last",
    of_month="the {} {} of the month", of_year="the {} {} of the year",
    day_of_month="day {} of the month", last_of_month="the last day of the month",
    from_last_of_month="the {} day of the month", day_of_year="day {} of the year",
    from_last_of_year="the {} day of the year",
    week="week {}", in_month="{} in {}", date="{} {}", any_day="a day",
    every={
        Frequency.DAILY: "{}, every {} days", Frequency.WEEKLY: "{}, every {} weeks",
        Frequency.MONTHLY: "{}, every {} months", Frequency.YEARLY: "{}, every {} years",
    },
    easter={0: "Easter Sunday", 1: "Easter Monday", 39: "Ascension Day", 50: "Whit Monday"},
    after_easter="{} days after Easter Sunday",
    position="the {} one of these: {}",
)  # fmt: skip

_FRENCH: Final = _Said(
    weekday="un {}",
    places={
        1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième", 5: "cinquième", -1: "dernier",
    },
    place=lambda at: f"{at}e" if at > 0 else f"{-at}e dernier",
    of_month="le {} {} du mois", of_year="le {} {} de l'année",
    day_of_month="le {} du mois", last_of_month="le dernier jour du mois",
    from_last_of_month="le {} jour du mois", day_of_year="le jour {} de l'année",
    from_last_of_year="le {} jour de l'année",
    week="la semaine {}", in_month="{} en {}", date="le {} {}", any_day="un jour",
    every={
        Frequency.DAILY: "{}, tous les {} jours", Frequency.WEEKLY: "{}, toutes les {} semaines",
        Frequency.MONTHLY: "{}, tous les {} mois", Frequency.YEARLY: "{}, tous les {} ans",
    },
    easter={
        0: "le dimanche de Pâques", 1: "le lundi de Pâques", 39: "l'Ascension",
        50: "le lundi de Pentecôte",
    },
    after_easter="{} jours après le dimanche de Pâques",
    position="le {} parmi : {}",
)  # fmt: skip

_SAID: Final = {"en": _ENGLISH, "fr": _FRENCH}


def recurrence_in_words(it: Recurrence, language: Language) -> str:
    """The days of a recurrence. What it asks for together is told one after the other."""
    say = _SAID.get(language.tag, _ENGLISH)
    parts = [
        language.join(each, "or")
        for each in (
            _weekdays(it, language, say),
            [_day(number, say) for number in it.days],
            [_of_year(number, say) for number in it.days_of_year],
            [say.week.format(number) for number in it.weeks],
            [say.easter.get(at, say.after_easter.format(at)) for at in it.easter],
        )
        if each
    ]
    told = ", ".join(parts) or say.any_day
    if len(it.months) == 1 and it.days and min(it.days) > 0 and not it.weekdays:
        month = language.months[it.months[0] - 1]
        told = language.join([_date(day, month, language, say) for day in it.days], "or")
    elif it.months:
        months = [language.months[month - 1] for month in it.months]
        told = say.in_month.format(told, language.join(months, "or"))
    if it.positions:
        places = language.join([_place(at, say) for at in it.positions], "or")
        told = say.position.format(places, told)
    return told if it.interval == 1 else say.every[it.frequency].format(told, it.interval)


def _weekdays(it: Recurrence, language: Language, say: _Said) -> Sequence[str]:
    whole = say.of_month if it.frequency is Frequency.MONTHLY or it.months else say.of_year
    return [
        whole.format(_place(at, say), language.weekdays[day])
        if at
        else say.weekday.format(language.weekdays[day])
        for at, day in it.weekdays
    ]


def _date(day: int, month: str, language: Language, say: _Said) -> str:
    return say.date.format(language.first_of_month if day == 1 else day, month)


def _day(number: int, say: _Said) -> str:
    if number > 0:
        return say.day_of_month.format(number)
    return say.last_of_month if number == -1 else say.from_last_of_month.format(_place(number, say))


def _of_year(number: int, say: _Said) -> str:
    if number > 0:
        return say.day_of_year.format(number)
    return say.from_last_of_year.format(_place(number, say))


def _place(at: int, say: _Said) -> str:
    return say.places.get(at) or say.place(at)
