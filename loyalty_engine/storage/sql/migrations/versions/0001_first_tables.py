"""The first tables, and the triggers that keep the ledger append-only."""

from alembic import op

from loyalty_engine.storage.sql.migrations.first import (
    challenges,
    events,
    families,
    gifts,
    holds,
    ledger,
    people,
    purchases,
    redemptions,
    referrals,
    service,
    stored_value,
    vouchers,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("entries", "value_entries")
REFUSAL = "entries are never changed or removed: add one that corrects"


def upgrade() -> None:
    people.create()
    ledger.create()
    purchases.create()
    holds.create()
    redemptions.create()
    families.create()
    gifts.create()
    events.create()
    referrals.create()
    service.create()
    vouchers.create()
    challenges.create()
    stored_value.create()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
