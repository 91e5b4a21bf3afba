"""A comparison as one HTML file: no script, no network, nothing beside it is needed."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from loyalty_engine.backtest.charts import Bar, columns, differences, pairs_across, pairs_along
from loyalty_engine.backtest.figures import RULE, WEEK
from loyalty_engine.backtest.job import Comparison
from loyalty_engine.backtest.member_sections import Section, spread_of
from loyalty_engine.backtest.phrases import Phrases
from loyalty_engine.backtest.sections import pairs, rule_name, sections
from loyalty_engine.rulebook.telling.languages import in_language

MOST_RULES: Final = 14

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6675; --line: #d9dee6; --paper: #fff;
  --card: #f5f7fa; --before: #9aa7b8; --after: #1f6feb; --gain: #007f5f; --loss: #d55e00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf1; --soft: #9aa5b4; --line: #364152;
  --paper: #11161f; --card: #1a212d; --before: #6b7788; --after: #5b9bff; --gain: #35b890;
  --loss: #ff9a4d } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 2.4rem 0 .6rem }
p { margin: .3rem 0; color: var(--soft) }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .8rem;
  margin-top: 1.4rem }
.card { background: var(--card); border-radius: .6rem; padding: .9rem 1rem }
.card b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums }
.card span { color: var(--soft); font-size: .85rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { padding: .3rem .7rem .3rem 0; text-align: left; border-bottom: 1px solid var(--line) }
th { font-weight: 600; color: var(--soft) }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.stay { background: var(--card) }
svg { width: 100%; height: auto; display: block }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif }
svg .small { font-size: 11px; fill: var(--soft) } svg .tiny { font-size: 9.5px; fill: var(--soft) }
svg .end { text-anchor: end } svg .middle { text-anchor: middle }
.axis { stroke: var(--line) }
.before { fill: var(--before) } .after { fill: var(--after) } .none { fill: var(--before) }
.gain { fill: var(--gain) } .loss { fill: var(--loss) }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem }
.key.before { background: var(--before) } .key.after { background: var(--after) }
li { margin: .25rem 0 }
tfoot td { font-weight: 600; border-top: 2px solid var(--line) }
td small { display: block; color: var(--soft) }
.about { max-width: 48rem; font-size: .9rem; margin-bottom: .8rem }
@media (max-width: 40rem) { body { padding: 1.2rem .8rem 3rem } h1 { font-size: 1.3rem }
  .cards { grid-template-columns: 1fr 1fr } .card b { font-size: 1.1rem }
  svg { min-width: 34rem } th, td { white-space: nowrap } td small { white-space: normal } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff;
  --card: #f2f2f2; --before: #9aa7b8; --after: #1f6feb; --gain: #007f5f; --loss: #d55e00 }
  body { max-width: none; padding: 0; font-size: 11px; print-color-adjust: exact }
  .scroll { overflow: visible } h2 { break-after: avoid } svg, tr, .card { break-inside: avoid } }
"""


def page(it: Comparison, say: Phrases) -> str:
    """The whole file. It may be opened from a disk or served under a strict policy."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    title = f"{say('Backtest')}: {it.program.title}"
    body = "\n".join(_body(it, say, title))
    return (
        f'<!doctype html>\n<html lang="{say.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _body(it: Comparison, say: Phrases, title: str) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>"
    for side, name, kind in zip(("Before", "After"), it.names, ("before", "after"), strict=True):
        yield f'<p><span class="key {kind}"></span> {escape(say(side))}: {escape(name)}</p>'
    yield f"<p>{escape(_size(it, say))}</p>"
    yield from _cards(it, say)
    charts = {say("Members by gain"): _gains, say("Rules"): _rules, say("Weeks"): _weeks}
    for section in sections(it, say):
        yield f"<h2>{escape(section.title)}</h2>"
        if section.about:
            yield f'<p class="about">{escape(section.about)}</p>'
        if section.title in charts:
            yield f'<div class="scroll">{charts[section.title](it, say)}</div>'
        titles = _titles(it, say) if section.title == say("Rules") else {}
        yield _table(section, titles, matrix=section.title == say("Tiers at the end"))


def _size(it: Comparison, say: Phrases) -> str:
    """How much was played, of when."""
    first, last = (at.astimezone(it.program.zone).date().isoformat() for at in (it.first, it.last))
    figures = it.figures[1]
    return say(
        "{purchases} purchases and {returns} returns of {members} members, {first} to {last}",
        purchases=say.number(figures.total.times), returns=say.number(figures.returns),
        members=say.number(figures.members), first=first, last=last,
    )  # fmt: skip


def _titles(it: Comparison, say: Phrases) -> Mapping[str, str]:
    """What members read of rules, by their names."""
    languages = it.program.languages
    return {
        name: in_language(texts, say.language, languages)
        for name, texts in it.titles.items()
        if texts
    }


def _cards(it: Comparison, say: Phrases) -> Iterator[str]:
    costs = [it.minor(each.total.cost(it.scale)) for each in it.figures]
    owed = [sum(unit.liability for unit in each.units.values()) for each in it.figures]
    everybody = it.joined.everybody
    yield '<div class="cards">'
    for name, (before, after) in (("cost", costs), ("owed in points at the end", owed)):
        change = say.money(after - before, signed=True)
        yield _card(say(name), change, f"{say.money(before)} → {say.money(after)}")
    for name, count in (
        ("members better off", everybody.better), ("members worse off", everybody.worse),
    ):  # fmt: skip
        share = say.percent(count, everybody.members)
        yield _card(say(name), say.number(count), share)
    yield "</div>"


def _card(name: str, value: str, more: str) -> str:
    name, value, more = map(escape, (name, value, more))
    return f'<div class="card"><span>{name}</span><b>{value}</b><span>{more}</span></div>'


# --- charts ----------------------------------------------------------------------------------


def _names(say: Phrases) -> tuple[str, str]:
    return say("Before"), say("After")


def _gains(it: Comparison, say: Phrases) -> str:
    spread = spread_of(it, say)
    bars = [Bar(name, 0, count, ("", say.number(count))) for name, count in spread]
    axes = f"{say('gain or loss of a member')}, {it.program.currency}", say("members")
    return columns(say("Members by gain"), bars, len(it.joined.edges), axes)


def _rules(it: Comparison, say: Phrases) -> str:
    bars = _bars(it, say, RULE)
    bars.sort(key=lambda bar: (-abs(bar.after - bar.before), -max(bar.before, bar.after)))
    shown = [
        Bar(rule_name(bar.label, say), bar.before, bar.after, bar.said) for bar in bars[:MOST_RULES]
    ]
    return pairs_across(say("Cost by rule"), shown, _names(say)) if shown else ""


def _weeks(it: Comparison, say: Phrases) -> str:
    bars = sorted(_bars(it, say, WEEK), key=lambda bar: bar.label)
    if not bars:
        return ""
    week, changed = say("week from"), say("Difference by week")
    names = f"{say('cost')}: {' / '.join(_names(say))}"
    by_week = pairs_along(say("Cost by week"), bars, _names(say), (week, names))
    changes = [
        Bar(it.label, it.before, it.after, ("", say.money(it.after - it.before, signed=True)))
        for it in bars
    ]
    return f"{by_week}{differences(changed, changes, (week, changed))}"


def _bars(it: Comparison, say: Phrases, dimension: str) -> list[Bar]:
    found = []
    for name, (old, new) in pairs(it, dimension).items():
        before, after = it.minor(old.cost(it.scale)), it.minor(new.cost(it.scale))
        found.append(Bar(name, before, after, (say.money(before), say.money(after))))
    return found


# --- tables ----------------------------------------------------------------------------------


def _table(section: Section, titles: Mapping[str, str], *, matrix: bool) -> str:
    """A table; `titles` say more of what the first cells name."""
    if not section.columns:
        items = "".join(f"<li>{escape(text)}</li>" for (text,) in section.rows)
        return f"<ul>{items}</ul>"
    figures = [name.startswith(">") for name in section.columns]
    head = "".join(
        f'<th scope="col"{_class(["figure"] if figure else [])}>{escape(name.removeprefix(">"))}</th>'
        for name, figure in zip(section.columns, figures, strict=True)
    )
    rows = "".join(
        f"<tr>{_cells(row, figures, number if matrix else None, titles.get(row[0]))}</tr>"
        for number, row in enumerate(section.rows)
    )
    foot = f"<tfoot><tr>{_cells(section.total, figures)}</tr></tfoot>" if section.total else ""
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{foot}'
        "</table></div>"
    )


def _cells(
    row: Sequence[str], figures: Sequence[bool], same: int | None = None, title: str | None = None
) -> str:
    """The cells of a row; in a matrix the one where both sides are the same is set apart."""
    cells = []
    for place, (text, figure) in enumerate(zip(row, figures, strict=True)):
        kinds = ["figure"] if figure else []
        if same is not None and place == same + 1:
            kinds.append("stay")
        more = f"<small>{escape(title)}</small>" if title and not place else ""
        cells.append(f"<td{_class(kinds)}>{escape(text)}{more}</td>")
    return "".join(cells)


def _class(kinds: Sequence[str]) -> str:
    return f' class="{" ".join(kinds)}"' if kinds else ""
