"""Explanations for people: a table of rules, and what came near."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.markup import escape

from loyalty_engine.cli.shared.telling import console, table

_COLOURS = {"applied": "green", "capped": "yellow", "overshadowed": "yellow", "error": "red"}


_FRENCH: Mapping[str, str] = {
    "wanted: {}": "voulu :    {}",
    "actual: {}": "constaté : {}",
    "at:     {}": "où :       {}",
    "limited: {}": "limité : {}",
    "nearest": "au plus près",
    "from {} until {}": "du {} au {}",
    "always": "toujours",
    "further notice": "nouvel ordre",
    "stands behind {}": "s'efface devant {}",
    "; {} were left, {} are now": " ; il en restait {}, il en reste {}",
    "Decided again, it does not come out as it is stored.":
        "Décidé de nouveau, le résultat n'est pas celui qui est enregistré.",
}  # fmt: skip


def tell_reasons(told: Mapping[str, Any]) -> None:
    """Every rule with its status and why, then the near misses; in the language they are told in."""
    french = str(told.get("language", "")).partition("-")[0] == "fr"

    def say(text: str, *given: object) -> str:
        return (_FRENCH[text] if french else text).format(*given)

    out = console()
    if told.get("same") is False:
        out.print(f"[bold red]{say('Decided again, it does not come out as it is stored.')}[/]")
    shown = table(("rule", "status", "why"), ())
    for row in told["rules"]:
        status = row["status"]
        lines = list(_why(row, say))
        colour = _COLOURS.get(status, "default")
        shown.add_row(escape(row["rule"]), f"[{colour}]{status}[/]", escape("\n".join(lines)))
    out.print(shown)
    if told["nearest"]:
        out.print(f"\n{say('nearest')}")
    for it in told["nearest"]:
        out.print(f"  {escape(it['rule'])}: {escape(it['says'])}", soft_wrap=True)


def _why(row: Mapping[str, Any], say: Callable[..., str]) -> Iterator[str]:
    if row["status"] == "not_live":
        end = row.get("until", say("further notice"))
        yield say("from {} until {}", row.get("from", say("always")), end)
    if "gives" in row:
        yield row["gives"]
    if "by" in row:
        yield say("stands behind {}", row["by"])
    if limited := row.get("limited"):
        yield f"{limited.get('says', row['limit'])}{_left(limited, say)}"
    if failed := row.get("failed"):
        yield say("wanted: {}", failed["wanted"])
        if "actual" in failed:
            yield say("actual: {}", failed["actual"])
        yield say("at:     {}", failed["at"])
    elif "missing" in row:
        yield row["missing"]
    would = row.get("would", {})
    if says := would.get("says"):
        yield says
    if limited := would.get("limited"):
        yield say("limited: {}", limited["says"])
    yield from _conditions(row.get("conditions", ()), 0)


def _left(limited: Mapping[str, Any], say: Callable[..., str]) -> str:
    if "before" not in limited:
        return ""
    return say("; {} were left, {} are now", f"{limited['before']:,}", f"{limited['left']:,}")


def _conditions(judged: Sequence[Mapping[str, Any]], depth: int) -> Iterator[str]:
    for it in judged:
        mark = {True: "+", False: "-", None: "!"}[it["holds"]]
        actual = f" ({it['actual']})" if "actual" in it else ""
        yield f"{'  ' * depth}{mark} {it['says']}{actual}"
        yield from _conditions(it.get("parts", ()), depth + 1)
