"""The `repeat` of a rule: a recurrence rule of iCalendar, and the hours on its days."""

import re
from datetime import date, timedelta
from typing import Final

from loyalty_engine.rulebook.calendar_values import read_length
from loyalty_engine.rulebook.faults import nearest, shown
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_time
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node, ScalarNode
from loyalty_engine.rulebook.recurrence import Frequency, Recurrence
from loyalty_engine.rulebook.repeating import MIDNIGHT, WHOLE_DAY, Repeating

REPEAT_KEYS: Final = ("days", "at", "lasts")
LONGEST: Final = timedelta(days=31)
MOST_TEXT: Final = 500
OPENING: Final = date(2000, 1, 1)
"""From when periods are counted where a rule has no `from`."""

_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)\Z")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}\Z")
_PARTS: Final = {
    "BYMONTH": ("months", 1, 12, False),
    "BYMONTHDAY": ("days", 1, 31, True),
    "BYYEARDAY": ("days_of_year", 1, 366, True),
    "BYWEEKNO": ("weeks", 1, 53, True),
    "BYSETPOS": ("positions", 1, 366, True),
    "BYEASTER": ("easter", 0, 250, True),
}
_OTHERS: Final = ("FREQ", "INTERVAL", "BYDAY", "WKST")
_REFUSED: Final = {
    "COUNT": "write the last day as until, beside repeat",
    "UNTIL": "write the last day as until, beside repeat",
    "BYHOUR": "write the hours as at and lasts, beside days",
    "BYMINUTE": "write the hours as at and lasts, beside days",
    "BYSECOND": "write the hours as at and lasts, beside days",
}


def read_repeat(node: Node, reader: Reader, start: date | None) -> Repeating | Missing:
    """When a rule comes again: `FREQ=WEEKLY;BYDAY=SA`, or a mapping with `days`, `at`, `lasts`."""
    before = len(reader.findings.faults)

    def read(text: str) -> Recurrence:
        return read_recurrence(text, start)

    if not isinstance(node, MapNode):
        alone = reader.value(node, read)
        if alone is MISREAD or not isinstance(node, ScalarNode):
            return MISREAD
        return Repeating(node.text, alone)
    entries = reader.entries(node, "repeat", REPEAT_KEYS, ("days",))
    if entries is None:
        return MISREAD
    days: Recurrence | None = entries.read("days", read, None)
    at = entries.read("at", read_time, MIDNIGHT)
    lasts = entries.read("lasts", _lasts, WHOLE_DAY)
    if "at" in entries and "lasts" not in entries:
        reader.fault(entries.value_node("at"), "repeat.at: say how long it lasts as well")
    if days is None or len(reader.findings.faults) > before:
        return MISREAD
    told = entries.value_node("days")
    return Repeating(told.text if isinstance(told, ScalarNode) else "", days, at, lasts)


def _lasts(text: str) -> timedelta:
    length = read_length(text, "days", "hours", "minutes")
    lasts = timedelta(days=length.days, hours=length.hours, minutes=length.minutes)
    if not timedelta() < lasts <= LONGEST:
        raise Misread(f"{shown(text)} is not from 1 minute to {LONGEST.days} days")
    return lasts


def read_recurrence(text: str, start: date | None) -> Recurrence:
    """A recurrence rule, counted from `start`. Raises Misread."""
    if len(text) > MOST_TEXT:
        raise Misread(f"a recurrence rule has at most {MOST_TEXT} characters")
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, is_there, value = part.partition("=")
        if not is_there or not value:
            raise Misread(f"{shown(part)} is not a part such as BYDAY=SA of FREQ=WEEKLY;BYDAY=SA")
        if name in _REFUSED:
            raise Misread(f"{name} has no place here: {_REFUSED[name]}")
        if name not in (*_OTHERS, *_PARTS):
            raise Misread(f"no part {shown(name)}", nearest(name, (*_OTHERS, *_PARTS)))
        if name in parts:
            raise Misread(f"{name} stands twice")
        parts[name] = value
    return _made(parts, start)


def _made(parts: dict[str, str], start: date | None) -> Recurrence:
    if "FREQ" not in parts:
        raise Misread("FREQ is missing, as in FREQ=WEEKLY;BYDAY=SA")
    if parts["FREQ"] not in set(Frequency):
        text = f"FREQ={parts['FREQ']} is none of {', '.join(Frequency)}"
        raise Misread(text, nearest(parts["FREQ"], list(Frequency)))
    frequency = Frequency(parts["FREQ"])
    interval = _numbers("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000, below=False)[0]
    if interval > 1 and start is None:
        raise Misread("INTERVAL counts from the rule's first day; give the rule a from")
    lists = {
        field: _numbers(name, parts[name], least, most, below=below)
        for name, (field, least, most, below) in _PARTS.items()
        if name in parts
    }
    weekdays = _weekdays(parts.get("BYDAY", ""), frequency)
    if parts.get("WKST", "MO") not in _WEEKDAYS:
        raise Misread(f"WKST={parts['WKST']} is none of {', '.join(_WEEKDAYS)}")
    _check(parts, frequency)
    anchor = start or OPENING
    if not weekdays and not {"days", "days_of_year", "weeks", "easter"} & lists.keys():
        if frequency is Frequency.WEEKLY:
            weekdays = ((0, anchor.weekday()),)
        elif frequency is not Frequency.DAILY:
            lists["days"] = (anchor.day,)
            if frequency is Frequency.YEARLY:
                lists.setdefault("months", (anchor.month,))
        if start is None and frequency is not Frequency.DAILY:
            raise Misread("which day is meant? Add BYDAY or BYMONTHDAY, or give the rule a from")
    return Recurrence(
        frequency, anchor, interval, weekdays=weekdays,
        week_start=_WEEKDAYS.index(parts.get("WKST", "MO")), **lists,
    )  # fmt: skip


def _check(parts: dict[str, str], frequency: Frequency) -> None:
    if "BYWEEKNO" in parts and (
        frequency is not Frequency.YEARLY or parts.get("WKST") not in {None, "MO"}
    ):
        raise Misread("BYWEEKNO goes with FREQ=YEARLY, and with weeks that begin on Monday")
    if "BYSETPOS" in parts and not any(
        name.startswith("BY") for name in parts.keys() - {"BYSETPOS"}
    ):
        raise Misread("BYSETPOS needs another part beginning with BY to choose from")


def _numbers(name: str, text: str, least: int, most: int, *, below: bool) -> tuple[int, ...]:
    found = []
    for part in text.split(","):
        number = int(part) if _NUMBER.match(part) else None
        if number is None or not least <= (abs(number) if below else number) <= most:
            ends = f"{least} to {most}" + (f" or -{most} to -{max(1, least)}" if below else "")
            raise Misread(f"{name}: {shown(part)} is not a number from {ends}")
        found.append(number)
    return tuple(sorted(set(found)))


def _weekdays(text: str, frequency: Frequency) -> tuple[tuple[int, int], ...]:
    found = []
    for part in text.split(",") if text else ():
        matched = _WEEKDAY.match(part)
        if matched is None:
            raise Misread(f"BYDAY: {shown(part)} is not a weekday such as SA or 1SA")
        ordinal = int(matched[1] or 0)
        if matched[1] and (not ordinal or abs(ordinal) > 53):
            raise Misread(f"BYDAY: there is no {shown(part)}")
        if ordinal and frequency not in {Frequency.MONTHLY, Frequency.YEARLY}:
            raise Misread(f"BYDAY: {shown(part)} goes with FREQ=MONTHLY or FREQ=YEARLY")
        found.append((ordinal, _WEEKDAYS.index(matched[2])))
    return tuple(found)
