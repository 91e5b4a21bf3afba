"""Recurrence rules mean what python-dateutil says they mean; what cannot be meant is refused."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_engine.rulebook.parsing.parse_repeat import read_recurrence
from loyalty_engine.rulebook.parsing.plain_values import Misread
from loyalty_engine.rulebook.telling.catalogue_en import ENGLISH
from loyalty_engine.rulebook.telling.catalogue_fr import FRENCH
from loyalty_engine.rulebook.telling.recurrence_in_words import recurrence_in_words

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def some(values: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(values.map(str), min_size=1, max_size=most, unique=True).map(",".join)


def signed(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most) | st.integers(-most, -max(1, least))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": frequency}
    ordinals = frequency in ("MONTHLY", "YEARLY") and draw(st.booleans())
    numbers = signed(1, 5).map(str) if ordinals else st.just("")
    choices = {
        "INTERVAL": st.integers(1, 4).map(str),
        "BYMONTH": some(st.integers(1, 12)),
        "BYMONTHDAY": some(signed(1, 31)),
        "BYDAY": some(st.builds(str.__add__, numbers, st.sampled_from(DAYS))),
        "BYYEARDAY": some(signed(1, 366)),
        "BYEASTER": some(st.integers(-50, 60), 2),
    }
    if frequency == "YEARLY":
        choices["BYWEEKNO"] = some(signed(1, 53))
    if frequency == "WEEKLY":
        choices["WKST"] = st.sampled_from(DAYS)
    for name in draw(st.lists(st.sampled_from(sorted(choices)), max_size=3, unique=True)):
        parts[name] = draw(choices[name])
    if any(name.startswith("BY") for name in parts) and draw(st.booleans()):
        parts["BYSETPOS"] = draw(some(signed(1, 4), 2))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=150, deadline=None)
@given(rules(), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_the_days_are_those_of_dateutil(text: str, start: date):
    # Where it chooses by position dateutil leaves out what lies before the start in the first week.
    assume("BYSETPOS" not in text or "FREQ=WEEKLY" not in text)
    # A week that lies in two years is dateutil's in both: RFC 5545 does not say.
    assume("BYWEEKNO" not in text or "BYSETPOS" not in text)
    recurrence = read_recurrence(text, start)
    # Where no day is left dateutil goes on to the year 9999 before it says so.
    assume(any(recurrence.covers(start + timedelta(days=n)) for n in range(801, 1600)))
    stop = start + timedelta(days=800)
    limit = datetime.combine(stop, datetime.min.time())
    rule = rrulestr(
        f"{text};UNTIL={limit:%Y%m%dT%H%M%S}", dtstart=datetime.combine(start, datetime.min.time())
    )
    theirs = {each.date() for each in rule}
    ours = {day for n in range(801) if recurrence.covers(day := start + timedelta(days=n))}
    assert ours == theirs
    assert not recurrence.covers(start - timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FREQ=HOURLY", "FREQ=HOURLY is none of DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("BYDAY=SA", "FREQ is missing"),
        ("every saturday", "not a part such as BYDAY=SA"),
        ("FREQ=DAILY;COUNT=5", "COUNT has no place here: write the last day as until"),
        ("FREQ=DAILY;BYHOUR=5", "write the hours as at and lasts"),
        ("FREQ=DAILY;BYDAYS=SA", "no part 'BYDAYS'"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"),
        ("FREQ=DAILY;INTERVAL=0", "'0' is not a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=2", "give the rule a from"),
        ("FREQ=MONTHLY", "which day is meant?"),
        ("FREQ=WEEKLY;BYDAY=1SA", "goes with FREQ=MONTHLY or FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYDAY=XX", "not a weekday such as SA"),
        ("FREQ=MONTHLY;BYDAY=0SA", "there is no '0SA'"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "'32' is not a number from 1 to 31 or -31 to -1"),
        ("FREQ=MONTHLY;BYWEEKNO=3", "BYWEEKNO goes with FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYSETPOS=1", "needs another part"),
        ("FREQ=WEEKLY;BYDAY=SA;WKST=XX", "WKST=XX is none of MO"),
        ("FREQ=DAILY;" * 50, "at most 500 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, told: str):
    with pytest.raises(Misread) as refused:
        read_recurrence(text, None)
    assert told in refused.value.text


def test_days_that_never_come_take_no_time_to_deny():
    never = read_recurrence("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", None)
    assert not any(never.covers(date(2026, 1, 1) + timedelta(days=n)) for n in range(3000))


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("FREQ=WEEKLY;BYDAY=SU", "a Sunday", "un dimanche"),
        ("FREQ=WEEKLY;BYDAY=SA,SU;BYMONTH=6,7", "a Saturday or a Sunday in June or July",
         "un samedi ou un dimanche en juin ou juillet"),
        ("FREQ=WEEKLY;INTERVAL=2", "a Friday, every 2 weeks", "un vendredi, toutes les 2 semaines"),
        ("FREQ=MONTHLY;BYDAY=1SA,-1SA",
         "the first Saturday of the month or the last Saturday of the month",
         "le premier samedi du mois ou le dernier samedi du mois"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "the last day of the month or day 15 of the month",
         "le dernier jour du mois ou le 15 du mois"),
        ("FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1,14", "1 July or 14 July",
         "le 1er juillet ou le 14 juillet"),
        ("FREQ=YEARLY;BYEASTER=1", "Easter Monday", "le lundi de Pâques"),
        ("FREQ=YEARLY;BYEASTER=2", "2 days after Easter Sunday",
         "2 jours après le dimanche de Pâques"),
        ("FREQ=YEARLY;BYDAY=22MO", "the 22nd Monday of the year", "le 22e lundi de l'année"),
        ("FREQ=YEARLY;BYYEARDAY=-2", "the 2nd last day of the year",
         "le 2e dernier jour de l'année"),
        ("FREQ=YEARLY;BYWEEKNO=20", "week 20", "la semaine 20"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "the last one of these: a Monday or a Tuesday",
         "le dernier parmi : un lundi ou un mardi"),
        ("FREQ=DAILY;INTERVAL=3", "a day, every 3 days", "un jour, tous les 3 jours"),
    ],
)  # fmt: skip
def test_people_read_it_in_words(text: str, english: str, french: str):
    recurrence = read_recurrence(text, date(2026, 3, 6))
    assert recurrence_in_words(recurrence, ENGLISH) == english
    assert recurrence_in_words(recurrence, FRENCH) == french
