"""What each key of a voucher file means, as editors show it and docs/vouchers.md says it."""

from collections.abc import Mapping
from typing import Final

VOUCHER: Final[Mapping[str, str]] = {
    "voucher": "the voucher's name, which is its rule's id as well; it never changes",
    "codes": (
        "`single` for codes of single use, which the service makes, or the codes that many know"
    ),
    "characters": "how many random characters a code of single use has, beside its check character",
    "gcn": "a Global Coupon Number, which codes of single use then begin with: random digits follow",
    "worth": (
        "what a code is worth unless the one who makes it says something else; `worth_off` takes it off"
    ),
    "valid": "how long a code can be used from the day on which it was made, as in `30 days`",
    "transferable": "whether a code that was given to a member may be used by anybody",
    "per_purchase": "how many of its codes one purchase can use",
    "then": "what a code gives; without it, codes only unlock rules that ask by `code_used`",
}
