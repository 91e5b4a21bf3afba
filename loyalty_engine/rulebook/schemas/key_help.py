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
    "identifiers": "the kinds of number by which a member can be found, beside the member's own id",
    "touchpoints": "where purchases come from",
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
        "by priority, or the `best_combination` of those that may stand together; written alone "
        "as in `base: all`"
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

SWITCHES: Final[Mapping[str, str]] = {
    "lost_discount": (
        "a discount whose condition the kept basket no longer meets after a return is "
        "`deducted` from the refund or `kept`"
    ),
    "overspend": (
        "when more points are to be spent than there are, the request is `refused` or "
        "`reduced` to what there is"
    ),
    "enrol_on_first_purchase": "whether an unknown member's first purchase makes a member",
    "tier_reached_counts_at_once": (
        "whether a tier reached by a purchase counts in that purchase already"
    ),
    "returned_points": (
        "a partial return takes back what the kept lines no longer earn (`recompute`), what the "
        "returned lines earned (`by_line`), or as much of the points as of the money (`by_amount`)"
    ),
    "restored_lots": (
        "points that a return gives back and that have lapsed meanwhile come back with a `grace` "
        "of some days, or with the end `as_it_was`, so that they lapse again at once, or `never`"
    ),
    "restored_lot_grace_days": (
        "how many days points that a return gives back can still be spent when they have "
        "lapsed meanwhile, where `restored_lots` is `grace`"
    ),
    "late_days": "how many days late a purchase may arrive",
    "ahead_minutes": "how many minutes a till's clock may run ahead",
    "claim_days": "how many days after it a guest's purchase can be claimed by a member",
    "unreceipted_days": "how many days back a return without a receipt looks for the purchase",
    "reservation_minutes": "how many minutes a reservation lasts by itself",
    "hold_minutes": "how many minutes a hold lasts that does not say so itself",
    "household_members": "how many members a household has at most",
    "household_wait_days": "how many days lie between two changes of household at least",
    "household_invitation_days": "how many days an invitation into a household stands",
    "household_leaving": "who leaves takes its `own` points along, an `equal_share` or `nothing`",
    "longest_hold_minutes": "how many minutes a hold may last at most",
    "receipt_not_met": "how many rules that did not apply a receipt explains at most",
    "window_end": (
        "a day that a rule names as `until` is its `last_day`, or its midnight is the instant "
        "`first_after` the rule"
    ),
    "percentages": (
        "several percentages on one product are each taken of the `rest` that the ones before "
        "have left, each of the `original` price (what the till says the line costs), or only "
        "the `best` of them counts"
    ),
    "percentage_rounding": (
        "a percentage is rounded half up on the `discount` of the line, down on the whole "
        "`basket` and then spread, or half up on the `price` that results"
    ),
    "extra_cent": (
        "when a discount is spread, the cents left over go by `largest_remainder` (ties to the "
        "first line), to the `first_line`, to the `last_line`, or one each to the units from "
        "the `first_unit` on"
    ),
    "free_unit": (
        "the unit of a multi-buy that is free or costs less is the `cheapest` or the `dearest`"
    ),
    "prices": (
        "whether tills tell prices (`unit_price`, `discount`) with the tax `included` or "
        "`excluded`; excluded, a line's `tax` comes on top of what is due"
    ),
    "basis": (
        "whether minimum amounts, tiers and points look at amounts with the tax "
        "`included` or `excluded`"
    ),
    "shipping_counts": (
        "whether lines of the kind `shipping` count for minimum amounts and tiers, and earn"
    ),
    "gift_cards_count": (
        "whether lines of the kind `gift_card`, gift cards and store credit that are "
        "sold, count for minimum amounts and tiers, and earn; otherwise they earn when "
        "they are used to pay"
    ),
    "paid_with_points_earns": ("whether the part of a purchase that is paid with points earns"),
    "payments_without_points": (
        "the means of payment whose part of a purchase earns nothing, such as "
        "`[gift_card, store_credit]`"
    ),
    "earned_points_pay": (
        "whether points can pay for the purchase that earns them, those that need not wait; "
        "`overspend: reduced` and reservations go by what was there before it"
    ),
    "hand_given_tiers": (
        "what a tier given by hand does where the grant does not say: it is a `floor` until its "
        "end date, it `wins` over what is earned, higher or lower, or it is a floor that is "
        "`ignored_at_review`, at the end of the tier's window"
    ),
    "free_goods": (
        "what `buy_get` gives free must be `in_basket`, or is `added` on top: the receipt names it "
        "under `rewards` and the till adds it at no price"
    ),
    "basket_discounts": (
        "a discount on the whole basket (of a rule without `on`) is `spread` to the lines and so "
        "lowers the points by amount of rules about some of them, or `not_spread` for those rules"
    ),
    "lowest_price_percent": (
        "no rule takes a line below so many per cent of its price before any discount, from 0 to 100"
    ),
    "lowest_price_attribute": (
        "the attribute of a line that says the price of one unit, a whole number in minor units, "
        "below which no rule takes it; or `none`"
    ),
    "cancelled_code": (
        "when a purchase is cancelled, the use of its codes is `given_back` or `stays_used`"
    ),
    "wrong_codes": "how many wrong codes may be tried through one key in an hour",
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
