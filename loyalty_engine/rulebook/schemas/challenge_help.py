"""What each key of a challenge file means, as editors show it and docs/challenges.md says it."""

from collections.abc import Mapping
from typing import Final

CHALLENGE: Final[Mapping[str, str]] = {
    "challenge": "the challenge's id; no two of a programme have the same, and it never changes",
    "title": "what members read",
    "text": "more about it",
    "count": (
        "what moves it on: `purchases`, `units`, `spend`, `events`, different `categories`, "
        "`brands`, `products`, `stores` or `visit_days`, or `days_in_a_row`, `weeks_in_a_row`, "
        "`months_in_a_row`"
    ),
    "one": "what one of it is called: `coffee`",
    "many": "what several are called: `coffees`",
    "goal": "how much of it fills the card",
    "goals": "several goals, rising, in place of `goal`: each `at` so much, with what it gives",
    "then": "what reaching the goal gives: words that need no basket",
    "tier": "a tier that it gives",
    "lasts": "for how long it gives the tier: `30 days`, that day's end included",
    "reward": "a reward of the catalogue that it gives for nothing",
    "rounds": "how often the card can be filled: `once`, a number, or `again` and again",
    "overflow": "what goes beyond a full card is `carried` to the next one, or `dropped`",
    "forgiven": "how many days, weeks or months a streak can miss in each round",
    "when": "which purchases count: conditions as in rules; all of them hold",
    "on": "which of their lines count: selectors as in rules",
    "for": "which members take part: conditions as in rules; all of them hold",
    "from": "its first day, in the programme's zone",
    "until": "its last day, the day included",
    "repeat": "on which days it counts, as in rules",
    "each": "a new card each `week`, `month`, `quarter` or `year`; one for `life`",
    "within": "how long after joining it can be done, as in `30 days`",
    "opt_in": "whether members take part of their own accord only",
    "owner": "whose card it is: the `member`'s own, or its `household`'s",
    "limits": "how much of it is given, in `uses` or `points`, as limits of rules",
}
