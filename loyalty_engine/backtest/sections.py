"""A comparison as headed tables of texts, the same for the terminal and for the page."""

from collections.abc import Iterable, Iterator

from loyalty_engine.backtest.figures import RULE, STORE, WEEK, Figures, Sums
from loyalty_engine.backtest.job import Comparison
from loyalty_engine.backtest.member_sections import (
    Row,
    Section,
    compared,
    costs,
    costs_compared,
    member_sections,
    named_section,
    segment_section,
)
from loyalty_engine.backtest.phrases import Phrases
from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.imports.totals import UnitTotals

MOST_ROWS = 60
"""Rows of a table by rule or store; the others are added up in one."""

CONVERTED = "convert:"

LEAST_WEEKS = 4
"""Of fewer weeks nothing is said of how much they vary."""


def phrases_for(it: Comparison, language: str | None) -> Phrases:
    """The words of a language; of the programme's first one where none is asked for."""
    currency = it.program.currency
    return Phrases(language or it.program.languages[0], currency, decimals_of(currency))


def sections(it: Comparison, say: Phrases) -> Iterator[Section]:
    """All of a comparison."""
    yield _headline(it, say)
    changed = [(str(change),) for change in it.changes]
    same = [(say("Nothing: both are the same rules."),)]
    yield Section(say("What is different"), (), changed or same)
    yield from member_sections(it, say)
    yield _by_rule(it, say)
    yield segment_section(it, say)
    yield _by_key(it, say, STORE, say("Stores"), say("store"))
    yield _by_key(it, say, WEEK, say("Weeks"), say("week from"))
    for title, rows in (
        ("Who gains most", it.joined.winners),
        ("Who loses most", it.joined.losers),
    ):
        if rows:
            yield named_section(it, say, say(title), rows)
    yield Section(say("How it was done"), (), [(text,) for text in _how(it, say)])


# --- everything ------------------------------------------------------------------------------


def _headline(it: Comparison, say: Phrases) -> Section:
    rows: list[Row] = []

    def money(name: str, before: int, after: int) -> None:
        cells = say.money(before), say.money(after), say.money(after - before, signed=True)
        rows.append((say(name), *cells))

    def number(name: str, before: int, after: int) -> None:
        cells = say.number(before), say.number(after), say.number(after - before, signed=True)
        rows.append((name, *cells))

    before, after = it.figures
    totals = before.total, after.total
    money("cost", *(it.minor(sums.cost(it.scale)) for sums in totals))
    money("money off", *(sums.discount for sums in totals))
    money("points at their declared value", *(it.minor(sums.worth) for sums in totals))
    money("sales after discounts", *(sums.sales for sums in totals))
    shares = (say.percent(it.minor(sums.cost(it.scale)), sums.sales, 2) for sums in totals)
    rows.append((say("cost in per cent of sales"), *shares, ""))
    money("owed in points at the end", *(_liability(each) for each in it.figures))
    number(say("purchases"), *(sums.times for sums in totals))
    number(say("returns"), before.returns, after.returns)
    number(say("members"), before.members, after.members)
    for unit in dict.fromkeys([*before.units, *after.units]):
        there = [each.units.get(unit, UnitTotals()) for each in it.figures]
        given = [sums.points.get(unit, 0) for sums in totals]
        for name, pair in (
            ("given by rules", given),
            ("spent", [each.spent for each in there]),
            ("expired", [each.expired for each in there]),
            ("outstanding at the end", [each.outstanding for each in there]),
            ("owed by members", [each.debt for each in there]),
            (
                "had to be brought: these rules gave too few",
                [each.lacking[unit] for each in it.figures],
            ),
        ):
            if any(pair):
                number(f"{unit}: {say(name)}", *pair)
    for code in sorted({*before.refused, *after.refused}):
        number(f"{say('refused')}: {code}", before.refused[code], after.refused[code])
    about = say(
        "Cost is money off and the points that rules gave, at the value that the programme declares,"
        " less what came back. Sales are what was paid for what was kept: where a return loses a"
        " discount that is larger than its refund, nobody is asked to pay, so that sales and money"
        " off need not differ by the same amount."
    )
    return Section(say("What it comes to"), compared(say, ""), rows, about=about)


def _liability(figures: Figures) -> int:
    return sum(each.liability for each in figures.units.values())


# --- rules, stores, weeks --------------------------------------------------------------------


def pairs(it: Comparison, dimension: str) -> dict[str, tuple[Sums, Sums]]:
    """The sums of both sides by key."""
    old, new = (each.sums.get(dimension, {}) for each in it.figures)
    return {key: (old.get(key, Sums()), new.get(key, Sums())) for key in {**old, **new}}


def _by_rule(it: Comparison, say: Phrases) -> Section:
    found = pairs(it, RULE)

    def size(name: str) -> tuple[int, str]:
        return -max(each.cost(it.scale) for each in found[name]), name

    rows: list[Row] = []
    order = sorted(found, key=size)
    rows += ((rule_name(name, say), *_rule(it, say, *found[name])) for name in order[:MOST_ROWS])
    if rest := order[MOST_ROWS:]:
        others = _added(found[name] for name in rest)
        rows.append((say("others"), *_rule(it, say, *others)))
    times = (f">{say('times')} {say(name)}" for name in ("Before", "After"))
    about = say("Cost of each rule in {currency}, the dearest first.", currency=it.program.currency)
    total = say("total"), "", "", *_cost_of(it, say, *_added(found.values()))
    return Section(say("Rules"), (say("rule"), *times, *costs_compared(say)), rows, total, about)


def _added(several: Iterable[tuple[Sums, Sums]]) -> tuple[Sums, Sums]:
    """The sums of both sides over some keys."""
    sums = Sums(), Sums()
    for pair in several:
        for side, each in zip(sums, pair, strict=True):
            side.add(each)
    return sums


def _cost_of(it: Comparison, say: Phrases, before: Sums, after: Sums) -> Row:
    return costs(it, say, before.cost(it.scale), after.cost(it.scale))


def rule_name(name: str, say: Phrases) -> str:
    """A rule by its id; conversions are named by what is converted."""
    if name.startswith(CONVERTED):
        return f"{name.removeprefix(CONVERTED)}: {say('turned into others')}"
    return name


def _rule(it: Comparison, say: Phrases, before: Sums, after: Sums) -> Row:
    return (say.number(before.times), say.number(after.times), *_cost_of(it, say, before, after))


def _by_key(it: Comparison, say: Phrases, dimension: str, title: str, column: str) -> Section:
    found = pairs(it, dimension)
    order = sorted(found)
    if dimension == STORE:
        order.sort(key=lambda name: (-max(each.sales for each in found[name]), name))
    shown = order if dimension == WEEK else order[:MOST_ROWS]
    rows = [_place(it, say, name or say("none"), *found[name]) for name in shown]
    if rest := order[len(shown) :]:
        rows.append(_place(it, say, say("others"), *_added(found[name] for name in rest)))
    total = _place(it, say, say("total"), *_added(found.values()))
    sales = (f">{say('sales')} {say(name)}" for name in ("Before", "After"))
    columns = (column, f">{say('purchases')}", *sales, *costs_compared(say))
    return Section(title, columns, rows, total, _about_places(it, say, dimension))


def _place(it: Comparison, say: Phrases, name: str, before: Sums, after: Sums) -> Row:
    counts = say.number(after.times), say.amount(before.sales), say.amount(after.sales)
    return (name, *counts, *_cost_of(it, say, before, after))


def _about_places(it: Comparison, say: Phrases, dimension: str) -> str:
    """What the figures by store or week are, and how much the difference varies by week."""
    currency = it.program.currency
    about = say(
        "Sales and cost in {currency}; what came back is taken off where and when it was bought.",
        currency=currency,
    )
    if dimension != WEEK:
        return about
    changes = [
        it.minor(after.cost(it.scale)) - it.minor(before.cost(it.scale))
        for before, after in pairs(it, WEEK).values()
    ]
    if len(changes) < LEAST_WEEKS:
        return about
    middle = sorted(changes)[len(changes) // 2]
    told = say(
        "The difference of a week lies between {least} and {most}, in the middle at {middle}.",
        least=say.money(min(changes), signed=True), most=say.money(max(changes), signed=True),
        middle=say.money(middle, signed=True),
    )  # fmt: skip
    return f"{about} {told}"


# --- how it was done -------------------------------------------------------------------------


def _how(it: Comparison, say: Phrases) -> Iterator[str]:
    zone = it.program.zone
    days = (at.astimezone(zone).date().isoformat() for at in (it.first, it.last))
    yield say("Purchases from {first} to {last}.", first=next(days), last=next(days))
    if it.since is not None:
        since = f"{it.since.astimezone(zone):%Y-%m-%d %H:%M}"
        yield say(
            "Up to {since} the rules of before hold on both sides, and nothing is counted.",
            since=since,
        )
    yield say(
        "Cost is money off and the points that rules gave, at the value that the programme declares,"
        " less what came back."
    )
    yield say(
        "Members are taken to buy as they did: nobody knows from the past who would have come for a"
        " better offer, or stayed away from a worse one."
    )
    if it.plan.in_time:
        shared = "Everybody was played in the order of time, for these limits are shared:"
        yield f"{say(shared)} {', '.join(it.plan.shared)}"
    else:
        yield say("Every member was played apart from the others: no limit is shared.")
    if it.account is None:
        yield say("The purchases are those that the engine itself has recorded.")
    else:
        reasons = it.account.left_out
        left_out = ", ".join(
            f"{reason}: {say.number(tally.lines)}" for reason, tally in sorted(reasons.items())
        )
        yield say(
            "{lines} lines of the file were read, {played} played; left out: {left_out}.",
            lines=say.number(it.account.read.lines),
            played=say.number(it.account.recorded.lines + it.account.returned.lines),
            left_out=left_out or say("nothing"),
        )
