"""The tables, with every invariant that a database can hold.

Instants are BIGINT microseconds since 1970 in UTC: exact, alike on both databases, and in order.
Every key begins with the programme and a member or account number, so that rows of one member
stay together when the tables are spread over several machines. What must be unique over all
members (a card number, a purchase id) goes through `addresses`, whose key is the value itself.
`info["spread"]` says which kind a table is; a test over the metadata holds them to it.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData()

BY_MEMBER = {"spread": "member"}
BY_VALUE = {"spread": "value"}
REFERENCE = {"spread": "reference"}

SYSTEM_ACCOUNTS = ("issued", "redeemed", "expired", "adjusted", "clawed")
MEMBER_ACCOUNTS = ("pending", "available", "held", "debt")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


addresses = Table(
    "addresses",
    metadata,
    _text("program"),
    _text("kind"),
    _text("value"),
    _number("member"),
    PrimaryKeyConstraint("program", "kind", "value"),
    CheckConstraint("length(value) BETWEEN 1 AND 512", name="address_length"),
    Index("addresses_by_member", "program", "member"),
    info=BY_VALUE,
)
"""Which member a value belongs to. Kinds: member, identifier:<kind>, purchase, reservation."""

members = Table(
    "members",
    metadata,
    _text("program"),
    _number("member"),
    _number("account"),
    _text("id", null=True),
    _text("status"),
    _number("enrolled_at"),
    _text("touchpoint"),
    _text("language"),
    _text("preferred_channel"),
    _text("attributes"),
    _number("recorded_at"),
    _text("tier"),
    _text("tier_state"),
    _number("purchases"),
    _number("last_purchase_at", null=True),
    PrimaryKeyConstraint("program", "member"),
    CheckConstraint(_one_of("status", ("active", "frozen", "left", "erased")), name="status"),
    CheckConstraint("purchases >= 0", name="purchases"),
    info=BY_MEMBER,
)
"""A member, named by a random number; `id` is the caller's, gone after erasure.

`tier_state` is JSON: what counts in the tier window in force (see domain.tiers.State).
"""

accounts = Table(
    "accounts",
    metadata,
    _text("program"),
    _number("account"),
    _number("version"),
    PrimaryKeyConstraint("program", "account"),
    CheckConstraint("version >= 0", name="version"),
    info=BY_MEMBER,
)
"""One row to lock for each spendable account; `version` counts its entries without gaps."""

balances = Table(
    "balances",
    metadata,
    _text("program"),
    _number("account"),
    _text("unit"),
    _number("available"),
    _number("pending"),
    _number("held"),
    _number("debt"),
    _number("next_change_at", null=True),
    _number("next_expiry_at", null=True),
    _number("next_expiry_points"),
    PrimaryKeyConstraint("program", "account", "unit"),
    CheckConstraint("available >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0", name="signs"),
    CheckConstraint("debt = 0 OR (available = 0 AND pending = 0)", name="debt_only_when_empty"),
    CheckConstraint("next_expiry_points >= 0", name="next_expiry"),
    info=BY_MEMBER,
)
"""Sums over the lots; a cache beside the ledger that `verify` checks against it."""

lots = Table(
    "lots",
    metadata,
    _text("program"),
    _number("account"),
    _number("lot"),
    _text("unit"),
    _number("granted"),
    _number("remaining"),
    _number("held"),
    _number("clawed"),
    _number("active_from", null=True),
    _number("expires_at", null=True),
    Column("pending", Integer, nullable=False),
    _text("waits_for", null=True),
    _text("purchase", null=True),
    _text("rule", null=True),
    _number("member"),
    PrimaryKeyConstraint("program", "account", "lot"),
    CheckConstraint("granted > 0", name="granted"),
    CheckConstraint("remaining BETWEEN 0 AND granted", name="remaining"),
    CheckConstraint("held BETWEEN 0 AND remaining", name="held"),
    CheckConstraint("clawed BETWEEN 0 AND granted - remaining", name="clawed"),
    CheckConstraint("pending IN (0, 1)", name="pending_flag"),
    CheckConstraint("pending = 0 OR held = 0", name="pending_is_not_held"),
    info=BY_MEMBER,
)
"""What one earning put in and what is left of it; numbered by the version that opened it."""

Index(
    "lots_open",
    lots.c.program,
    lots.c.account,
    lots.c.unit,
    postgresql_where=lots.c.remaining > 0,
    sqlite_where=lots.c.remaining > 0,
)
Index("lots_of_purchase", lots.c.program, lots.c.account, lots.c.purchase)

entries = Table(
    "entries",
    metadata,
    _text("program"),
    _number("account"),
    _number("version"),
    _text("unit"),
    _text("source"),
    _text("destination"),
    _number("amount"),
    _number("lot", null=True),
    _text("kind"),
    _text("purchase", null=True),
    _text("rule", null=True),
    _text("reason", null=True),
    _text("by", null=True),
    _number("member"),
    _number("at"),
    _number("recorded_at"),
    PrimaryKeyConstraint("program", "account", "version"),
    CheckConstraint("version > 0", name="version"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("source <> destination", name="moves"),
    CheckConstraint(_one_of("source", SYSTEM_ACCOUNTS + MEMBER_ACCOUNTS), name="source"),
    CheckConstraint(_one_of("destination", SYSTEM_ACCOUNTS + MEMBER_ACCOUNTS), name="destination"),
    CheckConstraint(
        f"{_one_of('source', MEMBER_ACCOUNTS)} OR {_one_of('destination', MEMBER_ACCOUNTS)}",
        name="touches_the_member",
    ),
    info=BY_MEMBER,
)
"""The ledger: each row moves a positive amount from one account to another. Never changed."""

purchases = Table(
    "purchases",
    metadata,
    _text("program"),
    _number("member"),
    _text("purchase"),
    _number("revision"),
    _number("account", null=True),
    _text("state"),
    _number("occurred_at"),
    _number("recorded_at"),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("kept", LargeBinary, nullable=False),
    _text("rulebook"),
    _number("spend"),
    _number("visits"),
    _text("measures"),
    _number("paid"),
    _number("refunded"),
    PrimaryKeyConstraint("program", "member", "purchase", "revision"),
    CheckConstraint(
        _one_of(
            "state",
            ("recorded", "partly_returned", "returned", "cancelled", "superseded", "claimed"),
        ),
        name="state",
    ),
    CheckConstraint("revision > 0", name="revision"),
    CheckConstraint("visits IN (0, 1)", name="visits"),
    CheckConstraint("refunded BETWEEN 0 AND paid", name="refunded"),
    Index("purchases_in_time", "program", "member", "occurred_at"),
    info=BY_MEMBER,
)
"""A purchase with what it was decided on. A guest's has a random number and no account.

`body`, `facts`, `decision` and `receipt` are JSON and do not change; `kept` (JSON) says what is
left of it: quantities by line, points by unit and rule, discounts. `spend`, `visits`, `measures`
are what it counts for tiers now.
"""

returns = Table(
    "returns",
    metadata,
    _text("program"),
    _number("member"),
    _text("purchase"),
    _text("return"),
    _number("revision"),
    _number("occurred_at"),
    _number("recorded_at"),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    PrimaryKeyConstraint("program", "member", "purchase", "return"),
    info=BY_MEMBER,
)
"""What came back, as told and as answered."""

standings = Table(
    "standings",
    metadata,
    _text("program"),
    _number("member"),
    _number("since"),
    _text("tier"),
    _number("until", null=True),
    _text("why"),
    PrimaryKeyConstraint("program", "member", "since"),
    info=BY_MEMBER,
)
"""The tiers a member has stood in, as they follow from what counts; rebuilt when that changes."""

tier_grants = Table(
    "tier_grants",
    metadata,
    _text("program"),
    _number("member"),
    _number("from_at"),
    _text("tier"),
    _number("until", null=True),
    _text("mode"),
    _text("reason"),
    _text("by"),
    PrimaryKeyConstraint("program", "member", "from_at"),
    CheckConstraint(_one_of("mode", ("floor", "wins", "ignored_at_review")), name="mode"),
    info=BY_MEMBER,
)
"""Tiers given by hand."""

counters = Table(
    "counters",
    metadata,
    _text("program"),
    _text("owner"),
    _text("counter"),
    _text("period"),
    _number("used"),
    _number("ceiling"),
    PrimaryKeyConstraint("program", "owner", "counter", "period"),
    CheckConstraint("used >= 0", name="not_negative"),
    CheckConstraint("used <= ceiling", name="never_overrun"),
    info={"spread": "owner"},
)
"""How much of a limit is used; `owner` is `member:<number>`, `store:<id>` or `all`."""

carries = Table(
    "carries",
    metadata,
    _text("program"),
    _number("member"),
    _text("rule"),
    _number("basis"),
    _number("given"),
    PrimaryKeyConstraint("program", "member", "rule"),
    CheckConstraint("basis >= 0", name="basis"),
    info=BY_MEMBER,
)
"""Running sums of rules whose remainder counts with the next purchase."""

reservations = Table(
    "reservations",
    metadata,
    _text("program"),
    _number("member"),
    _text("reservation"),
    _text("state"),
    _number("expires_at"),
    Column("body", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    Column("held", LargeBinary, nullable=False),
    PrimaryKeyConstraint("program", "member", "reservation"),
    CheckConstraint(_one_of("state", ("open", "used", "released", "lapsed")), name="state"),
    info=BY_MEMBER,
)
"""A quote that holds what it promised (limits, points) until it is used, released or lapses."""

Index(
    "reservations_open",
    reservations.c.program,
    reservations.c.member,
    reservations.c.expires_at,
    postgresql_where=reservations.c.state == "open",
    sqlite_where=reservations.c.state == "open",
)

operations = Table(
    "operations",
    metadata,
    _text("program"),
    _text("client"),
    _text("key"),
    Column("fingerprint", LargeBinary, nullable=False),
    _number("at"),
    _number("status"),
    _text("resource"),
    Column("answer", LargeBinary, nullable=True),
    PrimaryKeyConstraint("program", "client", "key"),
    CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_length"),
    Index("operations_by_age", "program", "at"),
    info=BY_VALUE,
)
"""Writes by their Idempotency-Key: the answer itself, or the resource that holds it."""

outbox = Table(
    "outbox",
    metadata,
    _text("program"),
    _number("member"),
    _text("event"),
    _number("version"),
    _text("kind"),
    Column("body", LargeBinary, nullable=False),
    _number("at"),
    _number("due_at"),
    _number("claimed_until"),
    _text("claimed_by"),
    _number("attempts"),
    _text("state"),
    _text("done_by"),
    PrimaryKeyConstraint("program", "member", "event"),
    CheckConstraint(_one_of("state", ("waiting", "done", "parked")), name="state"),
    info=BY_MEMBER,
)
"""What happened, for those who react to it; written in the transaction it tells of.

`done_by` (JSON list) names the reactions that have taken it, so a retry calls only the others.
"""

Index(
    "outbox_waiting",
    outbox.c.program,
    outbox.c.member,
    outbox.c.version,
    postgresql_where=outbox.c.state == "waiting",
    sqlite_where=outbox.c.state == "waiting",
)

rulebooks = Table(
    "rulebooks",
    metadata,
    _text("program"),
    _text("hash"),
    Column("source", LargeBinary, nullable=False),
    _number("recorded_at"),
    PrimaryKeyConstraint("program", "hash"),
    info=REFERENCE,
)
"""Every rulebook that ever decided, whole (JSON of file name to text)."""

rulebook_periods = Table(
    "rulebook_periods",
    metadata,
    _text("program"),
    _number("live_from"),
    _text("hash"),
    _text("by"),
    PrimaryKeyConstraint("program", "live_from"),
    info=REFERENCE,
)
"""From when on which rulebook was in force."""

api_keys = Table(
    "api_keys",
    metadata,
    _text("program"),
    _text("key"),
    Column("secret_hash", LargeBinary, nullable=False),
    _text("scopes"),
    _text("label"),
    _number("created_at"),
    _number("expires_at", null=True),
    _number("revoked_at", null=True),
    PrimaryKeyConstraint("program", "key"),
    info=REFERENCE,
)
"""Keys of callers: only the SHA-256 of the secret is kept."""

leases = Table(
    "leases",
    metadata,
    _text("program"),
    _text("job"),
    _text("holder"),
    _number("until"),
    _number("last_run_at", null=True),
    _text("progress"),
    PrimaryKeyConstraint("program", "job"),
    info=REFERENCE,
)
"""Which worker does which job until when."""
