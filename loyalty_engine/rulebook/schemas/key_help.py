"""What each key of a programme's files means, as editors show it and docs/programme-files.md says it."""

from collections.abc import Mapping
from typing import Final

PROGRAM: Final[Mapping[str, str]] = {
    "program": "the programme's name, which never changes",
    "title": "what people call it",
    "zone": "the time zone that decides what a day is, such as `Europe/Paris`",
    "currency": (
        "the code of its currency by ISO 4217, such as `EUR`; it decides how many decimals "
        "amounts have"
    ),
    "languages": "the languages it speaks, the first where nothing else says",
    "units": "its kinds of points, see below",
    "lanes": "its steps of stacking in the order they work, see below",
    "campaigns": "budgets that several rules share, see below",
    "attributes": "what may be known of a member, see below; what is not declared is refused",
    "identifiers": (
        "the kinds of number by which a member can be found, beside the member's own id; a mapping "
        "says how each is checked: `any`, `gsrn` (a Global Service Relation Number of GS1), "
        "`check_digit` (of GS1), `mod_37_36` (ISO 7064)"
    ),
    "touchpoints": "where purchases come from",
    "events": "what may happen beside purchases, see below; what is not declared is refused",
    "signals": "what may tell that two accounts are one person's, see below",
    "stored_value": "gift cards and store credit, see below and [gift cards](gift-cards.md)",
    "switches": "choices on which good programmes differ, see below",
}

UNIT: Final[Mapping[str, str]] = {
    "value": (
        'what one point is worth in money, as finance books it and as "best for the member" '
        "compares it: `0.01`"
    ),
    "tender": (
        "what one point pays at the till, alone or as a mapping, see below; left out, points of "
        "this unit are no means of payment"
    ),
    "expires": "how long points last, see below",
    "pending": "how long points wait before they can be spent, see below",
    "rounding": (
        "`down`, `up` or `half_up`; or a mapping with `mode` (one of these, default `down`) "
        "and `per` (`purchase` rounds once for a rule, `line` for each line, `unit` for each "
        "piece; default `purchase`)"
    ),
    "shortfall": (
        "when points to take back are already spent: `debt` is paid by the next earnings, "
        "`zero` stops at an empty balance, `pending_only` touches nothing that can be spent"
    ),
    "converts": (
        "full cards turn into another unit: for `each` so many points, once there are "
        "`at_least` so many, the member gets `gives` points of the unit named by `into`"
    ),
    "gifts": (
        "whether members may give each other points of this unit: `yes`, `no`, or a mapping with "
        "limits, see below"
    ),
}

GIFTS: Final[Mapping[str, str]] = {
    "at_least": "the fewest points of a gift",
    "at_most": "the most points of a gift",
    "given_per_month": "how many points a member gives at most in a calendar month",
    "given_per_year": "how many points a member gives at most in a calendar year",
    "received_per_month": "how many points a member is given at most in a calendar month",
    "received_per_year": "how many points a member is given at most in a calendar year",
    "after_joining": "how long both have to be members before: `30 days`",
    "after_earning": "how long points have to be there before they can be given: `14 days`",
    "ends": (
        "points that were given end when they would have (`kept`), or as if they were earned on "
        "that day (`anew`); then they cannot be given on"
    ),
}

TENDER: Final[Mapping[str, str]] = {
    "worth": "what one point pays: `0.01`",
    "at_least": "how many points have to pay at least, where any do",
    "step": "points pay in whole steps of so many",
    "at_most": "the share of what is due after discounts that points may pay, such as `50%`",
    "rounding": (
        "what points are worth, in the smallest coin of the currency: `down`, `up` or `half_up`"
    ),
}

LANE: Final[Mapping[str, str]] = {
    "stacking": (
        "`all` rules that match take effect, the one that is `best` for the member, the `first` "
        "by priority, the `best_combination` of those that may stand together, or the "
        "`best_per_line`, at most one on each line; written alone as in `base: all`"
    ),
    "multipliers": (
        "several multipliers in the lane `add` (double and triple make four times), "
        "`multiply`, or only the `best` counts"
    ),
}

CAMPAIGN: Final[Mapping[str, str]] = {
    "title": "what people call it",
    "limits": (
        "how much of it there is, as the limits of a rule; `per` may also be `campaign`, for all "
        "its rules together, which is meant where `per` is left out, and may not be `all`"
    ),
}

ATTRIBUTE: Final[Mapping[str, str]] = {
    "type": "`text`, `integer`, `decimal`, `boolean` or `date`",
    "purpose": "why it is kept, in words that a member may read",
    "one_of": "the values it can have",
}

TIERS: Final[Mapping[str, str]] = {
    "tiers": "the tiers, the lowest first; it needs nothing",
    "tier": "a tier's name",
    "title": "what members read",
    "needs": (
        "how much earns it: `spend` in money, `visits` in purchases, `tenure` in days of "
        "membership, or points of a unit by its name; a higher tier that needs nothing is "
        "only given by hand"
    ),
    "benefits": (
        "what members are told that the tier gives, a list of sentences; rules with `tier_is` "
        "do what they say"
    ),
    "needs_all": "whether everything a tier needs must be met, or any one of it is enough",
    "window": (
        "what counts: the `calendar_year`, the year since the `anniversary` of joining, "
        "`{rolling: 12 months}`, `{tier_start: 12 months}` since the tier began, or the whole "
        "`lifetime`"
    ),
    "down": (
        "at the end of a period a member falls `never`, by `one_step`, or `to_earned`, the "
        "tier the period earned"
    ),
    "keep": (
        "a tier lasts to the `end_of_period` in which it was earned, or to the `end_of_next_period`"
    ),
    "grace": "how much longer it goes on: `1 month`, or `{after: 1 month, round_up: quarter}`",
}

RULE: Final[Mapping[str, str]] = {
    "rule": "the rule's id; no two rules of a programme have the same, and it never changes",
    "title": "what members read",
    "lane": "the lane it works in",
    "from": "its first day, or the instant it begins (`2026-03-01 18:30`), in the programme's zone",
    "until": "its last day, the day included, or the instant it is over",
    "repeat": "the days on which it comes again and their hours, see below",
    "priority": "breaks ties in a lane: more comes first, then the smaller id",
    "when": "the conditions; all of them hold",
    "on": "the lines it is about: those that fit all of these",
    "then": "what comes of it",
    "limits": "how much of it there is",
    "exclusive": (
        "whether it stands alone: `lane` when nothing else of its lane, `purchase` when nothing "
        "else at all takes effect beside it, `no` otherwise"
    ),
    "group": "a name that several rules share, so that `not_with` can name them together",
    "not_with": (
        "what it does not stand beside: rules by their ids, `lane` or `group` with a name, as in "
        "`[ten-off, lane bonus, group coupons]`"
    ),
    "lowest_price": "the price of one unit, or kilogram, below which its discounts take nothing",
    "campaign": "the campaign of `program.yaml` whose limits it shares",
}

LIMIT: Final[Mapping[str, str]] = {
    "points": "so many points; one of points, uses, money and liability is needed",
    "uses": "so many times",
    "money": "so much discount, as an amount",
    "liability": (
        "so much of what it costs, as an amount: its points at the `value` of their unit, rounded "
        "up once for a rule and purchase, and its discounts"
    ),
    "per": (
        "for each `purchase`, `member`, `household` (the members who share an account), `code` "
        "(each voucher of the rule that the purchase names) or `store`, or for `all` together"
    ),
    "period": "full again each `day`, `week`, `month` or `year`, or once for `life`",
    "short": "when less is left than the rule would give: `pay_rest` or `refuse`",
}
