"""The tables, with every invariant that a database can hold.

Instants are BIGINT microseconds since 1970 in UTC: exact, alike on both databases, and in order.
Every key begins with the programme and a member or account number, so that rows of one member
stay together when the tables are spread over several machines. What must be unique over all
members (a card number, a purchase id) goes through `addresses`, whose key is the value itself.
`info["spread"]` says which kind a table is; a test over the metadata holds them to it.
"""

from loyalty_engine.storage.sql.tables import append_only
from loyalty_engine.storage.sql.tables.challenges import (
    challenge_cards,
    challenge_entries,
    challenge_prizes,
)
from loyalty_engine.storage.sql.tables.events import events
from loyalty_engine.storage.sql.tables.families import (
    households,
    invitations,
    memberships,
    merges,
    transfers,
)
from loyalty_engine.storage.sql.tables.gifts import gifts
from loyalty_engine.storage.sql.tables.holds import holds
from loyalty_engine.storage.sql.tables.ledger import accounts, balances, entries, lots
from loyalty_engine.storage.sql.tables.parts import metadata
from loyalty_engine.storage.sql.tables.people import addresses, members, standings, tier_grants
from loyalty_engine.storage.sql.tables.purchases import (
    carries,
    counters,
    purchases,
    reservations,
    returns,
)
from loyalty_engine.storage.sql.tables.redemptions import redemptions
from loyalty_engine.storage.sql.tables.referrals import referral_codes, referrals, signals
from loyalty_engine.storage.sql.tables.service import (
    api_keys,
    leases,
    operations,
    outbox,
    rulebook_periods,
    rulebooks,
)
from loyalty_engine.storage.sql.tables.stored_value import (
    purses,
    value_entries,
    value_holds,
    value_notes,
)
from loyalty_engine.storage.sql.tables.vouchers import (
    failures,
    voucher_batches,
    voucher_uses,
    vouchers,
)

__all__ = [
    "accounts",
    "addresses",
    "api_keys",
    "append_only",
    "balances",
    "carries",
    "challenge_cards",
    "challenge_entries",
    "challenge_prizes",
    "counters",
    "entries",
    "events",
    "failures",
    "gifts",
    "holds",
    "households",
    "invitations",
    "leases",
    "lots",
    "members",
    "memberships",
    "merges",
    "metadata",
    "operations",
    "outbox",
    "purchases",
    "purses",
    "redemptions",
    "referral_codes",
    "referrals",
    "reservations",
    "returns",
    "rulebook_periods",
    "rulebooks",
    "signals",
    "standings",
    "tier_grants",
    "transfers",
    "value_entries",
    "value_holds",
    "value_notes",
    "voucher_batches",
    "voucher_uses",
    "vouchers",
]
