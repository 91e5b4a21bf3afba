"""What each switch of a programme means, for editors: the words of docs/programme-files.md."""

from collections.abc import Mapping
from typing import Final

SWITCHES: Final[Mapping[str, str]] = {
    "lost_discount": (
        "a discount whose condition the kept basket no longer meets after a return is "
        "`deducted` from the refund or `kept`, whether the engine decided it, a reservation "
        "promised it or the till gave it"
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
    "household_tier": (
        "members of a household each have their `own` tier, or a `shared` one that follows from "
        "what all of them do together"
    ),
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
    "redemption_wait_hours": (
        "for so many hours after a member's identifiers have changed its points, its store credit "
        "and the vouchers that only it can use cannot go; 0 is no wait"
    ),
    "dormant_months": (
        "after so many months without a purchase points go only once the member has proved who it "
        "is; 0 asks for no proof"
    ),
    "sales_a_day": (
        "more purchases of one member on one day are flagged `many_sales` on their receipts; 0 is "
        "no alarm"
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
