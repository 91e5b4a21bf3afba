"""What each key of a reward file means, as editors show it and docs/programme-files.md says it."""

from collections.abc import Mapping
from typing import Final

REWARD: Final[Mapping[str, str]] = {
    "reward": "the reward's id; no two rewards of a programme have the same, and it never changes",
    "kind": (
        "`money_off`, `goods`, `service`, `information` (early access too), `status` or "
        "`recognition`"
    ),
    "title": "what members read",
    "text": "more about it",
    "picture": "where its picture is, in one language or each",
    "price": "points by unit, and `money` where something is paid beside them",
    "when": "who may take it, where and when: conditions as in rules; all of them hold",
    "from": "its first day, in the programme's zone",
    "until": "its last day, the day included",
    "stock": "how many there are; or a mapping with `all` and `per_store`",
    "limits": "how often it may be taken, as limits of rules in `uses`",
    "cost": "what one costs the retailer, for finance; members never see it",
    "tier": "the tier that a reward of the kind `status` gives",
    "lasts": "for how long it gives it: `3 months`, that day's end included",
    "voucher": (
        "the voucher of which `money_off`, `goods` or `service` gives a code: the name of a file "
        "under `vouchers/`, of codes for single use"
    ),
    "message": "what the member reads once it has taken it; `information` and `recognition` need it",
}
