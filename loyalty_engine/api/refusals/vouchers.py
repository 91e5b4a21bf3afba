"""Vouchers and their codes, and the pictures of codes."""

from loyalty_engine.api.refusals.kind import Kind

REFUSALS = {
    "voucher_not_applicable": Kind(
        "The voucher cannot be used here",
        "Take it off, or use another. Keys with the scope vouchers:details are told why.",
    ),
    "too_many_wrong_codes": Kind(
        "Too many wrong codes were tried",
        "Wait as long as Retry-After says, or name the member; a purchase is recorded without it.",
    ),
    "voucher_unknown": Kind(
        "The programme has no such voucher in force",
        "`detail` names it; a file under vouchers/ declares it.",
    ),
    "voucher_shared": Kind(
        "The codes of this voucher are known to many", "Give out one of them, or another voucher."
    ),
    "secret_missing": Kind(
        "No codes can be made without a secret",
        "Set LOYALTY_SECRET, the same for all processes; docs/settings.md explains it.",
    ),
    "worth_missing": Kind(
        "The voucher leaves it to each code what it is worth", "Say what this one is worth."
    ),
    "worth_of_no_use": Kind(
        "The voucher's codes all give the same", "Leave the worth out, or write `worth_off`."
    ),
    "code_malformed": Kind(
        "This cannot be a code", "Codes are 4 to 32 letters from A to Z and digits."
    ),
    "no_gs1_number": Kind(
        "This is no number of GS1's", "Leave `content` out to have the text itself drawn."
    ),
    "image_impossible": Kind(
        "This kind of picture cannot carry the text",
        "Take another `kind`: qr carries any, ean13 thirteen digits with their check digit.",
    ),
}
