"""Gift cards and store credit."""

from loyalty_engine.api.refusals.kind import Kind

_DECLARE = "Declare them under `stored_value` in program.yaml."

REFUSALS = {
    "gift_cards_undeclared": Kind("The programme has no gift cards", _DECLARE),
    "store_credit_undeclared": Kind("The programme has no store credit", _DECLARE),
    "card_not_usable": Kind(
        "The gift card cannot be used",
        "Take another means of payment. Keys with the scope vouchers:details are told why.",
    ),
    "card_unknown": Kind("There is no such gift card", "Check how the service has called it."),
    "insufficient_value": Kind(
        "Less stands there than is to be paid",
        "Let it pay `values.available`, and the rest be paid otherwise; a quote tells before.",
    ),
    "card_amount": Kind(
        "The programme's cards do not take this amount",
        "`values.least` and `values.most` say what they take.",
    ),
    "card_not_reloadable": Kind(
        "The programme's cards are loaded once", "Sell another card, or declare `reloadable: yes`."
    ),
    "card_twice": Kind(
        "A gift card stands there twice", "Name each card once; one that is sold cannot pay."
    ),
    "card_line": Kind(
        "This line cannot sell a gift card",
        "Let it be of the kind `gift_card`, one piece, a line for each card.",
    ),
    "card_method": Kind(
        "A gift card is named in a payment of another method", "Use the method `gift_card`."
    ),
    "card_used": Kind(
        "The gift card that was sold has been used",
        "What was used cannot be given back; `values.available` is what is left on it.",
    ),
}
