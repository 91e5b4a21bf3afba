"""English: the sentences themselves stand on the words, here is all that goes into them."""

from loyalty_engine.rulebook.wording import Language

ENGLISH = Language(
    tag="en",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    first_of_month="1",
    yes="yes",
    no="no",
    conjunctions={"and": "and", "or": "or"},
    point=".",
    sign_after=False,
    percent="{}%",
    hours="{}:{}",
    zero_is_plural=True,
    phrases={
        "when": "when {}",
        "on": "on {}",
        "minor": "{} more",
        "milli": "{} more",
        "count": "{} more to go",
        "rule": "{}: {}",
    },
)
