"""Calendar arithmetic in a programme's time zone: what a month, a day and their ends are."""

from enum import StrEnum


class RoundUp(StrEnum):
    """To the end of what an instant is moved; weeks end with Sunday."""

    NONE = "none"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
