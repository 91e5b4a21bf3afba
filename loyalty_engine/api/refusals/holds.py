"""Holds and reservations of points."""

from loyalty_engine.api.refusals.kind import OTHER_ID, Kind

REFUSALS = {
    "reservation_unknown": Kind(
        "There is no such reservation for this", "Quote again with `reserve`, or leave it out."
    ),
    "reservation_used": Kind("A purchase has used the reservation", "Quote again with `reserve`."),
    "hold_unknown": Kind("There is no such hold for this", "Check the id, or place a hold first."),
    "hold_exists": Kind("The hold id stands for something else already", OTHER_ID),
    "hold_captured": Kind(
        "The hold was captured", "Its points are spent; for more place another one."
    ),
    "hold_released": Kind("The hold was released", "Place another one under an id of its own."),
    "hold_lapsed": Kind(
        "The hold has lapsed: its points are free again",
        "Place another one under an id of its own, or let the purchase spend without a hold.",
    ),
    "hold_too_long": Kind(
        "A hold does not last that long",
        "The programme's switch `longest_hold_minutes` says how long it may.",
    ),
    "hold_without_spend": Kind(
        "A hold is named, and no points that it pays",
        "Say in `spend` how many points pay; the rest of the hold is let go.",
    ),
    "hold_unit_differs": Kind(
        "The hold is of another unit than the points to be spent",
        "Name the hold's unit in `spend`, or leave the hold out.",
    ),
    "hold_in_reservation": Kind(
        "A reservation holds its points itself", "Leave `hold` out, or quote without `reserve`."
    ),
    "capture_above_hold": Kind(
        "More is to be captured than is held", "Capture at most `values.held`."
    ),
}
