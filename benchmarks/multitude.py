"""Very many members like one: all that the engine has written for a template, copied by SQL.

So the books of each are as true as the template's, and nothing of the engine is measured by filling.
"""

from collections.abc import Callable

from benchmarks.rig import PROGRAM, Rig

CHUNK = 20_000
SPREAD_SECONDS = 86_400
"""What falls due for the template falls due for its copies within so many seconds after it."""

TABLES = (
    "members", "accounts", "addresses", "balances", "lots", "entries", "standings", "purchases",
    "outbox",
)  # fmt: skip
_LONG = ("body", "facts", "decision", "receipt")
_DUE = {"lots": ("expires_at",), "balances": ("next_change_at", "next_expiry_at")}
_OF_ACCOUNT = ("accounts", "balances", "lots", "entries")
_ODD = 7046029254386353131
"""Odd, so that its multiples below a power of two are all different, and look like random."""


def copies(
    rig: Rig, template: str, count: int, mark: str, watch: Callable[[int], object]
) -> list[int]:
    """So many copies of a member, `<mark>-0` and so on; answers their numbers.

    The purchases of the template bear its name in theirs, and long columns are left empty.
    """
    with rig.raw() as raw:
        raw.execute("SET synchronous_commit = off")
        row = raw.execute("SELECT member FROM members WHERE id = $1", (template,)).fetchone()
        assert row is not None
        (member,) = row
        offset = sum(map(ord, mark)) << 40
        written = [
            (table, *_columns(rig, table, template, mark, offset)) for table in TABLES
        ]  # fmt: skip
        for start in range(0, count, CHUNK):
            last = min(start + CHUNK, count) - 1
            for table, names, values in written:
                owner = "account" if table in _OF_ACCOUNT else "member"
                raw.execute(
                    f"INSERT INTO {table} ({names}) SELECT {values} "
                    f"FROM generate_series({start}, {last}) AS n, {table} AS t "
                    f"WHERE t.program = $1 AND t.{owner} = $2",
                    (PROGRAM, member),
                )
            watch(last + 1)
        found = raw.execute(
            f"SELECT {_number('n', offset)} FROM generate_series(0, {count - 1}) AS n"
        ).fetchall()
    return [number for (number,) in found]


def tidy(rig: Rig) -> None:
    """Leave the tables as a database is that has had time."""
    with rig.raw() as raw:
        raw.execute("VACUUM ANALYZE")
        raw.execute("CHECKPOINT")


def _number(n: str, offset: int) -> str:
    return f"(({n} + {offset}) * {_ODD}::numeric % {2**62})::bigint"


def _columns(rig: Rig, table: str, template: str, mark: str, offset: int) -> tuple[str, str]:
    with rig.raw() as raw:
        names = [row[0] for row in raw.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1 "
            "AND table_schema = 'public' ORDER BY ordinal_position", (table,)
        ).fetchall()]  # fmt: skip
    name = f"'{mark}-' || n"
    renamed = f"replace(t.{{}}, '{template}', {name})"
    told = {
        "member": _number("n", offset), "account": _number("n", offset),
        "purchase": renamed.format("purchase"), "event": renamed.format("event"),
        "value": renamed.format("value"), "id": name, "state": "t.state",
    }  # fmt: skip
    if table == "outbox":
        told |= {"state": "'done'", "shown": "1", "claimed_until": "0", "claimed_by": "''"}
    else:
        told |= dict.fromkeys(_LONG, "''::bytea")
    late = f"(n::bigint * 7919 % {SPREAD_SECONDS}) * 1000000"
    told |= {it: f"t.{it} + {late}" for it in _DUE.get(table, ())}
    values = ", ".join(told.get(it, f't."{it}"') for it in names)
    return ", ".join(f'"{it}"' for it in names), values
