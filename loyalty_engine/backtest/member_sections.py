"""What a comparison says of members, as headed tables of texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loyalty_engine.backtest.job import Comparison
from loyalty_engine.backtest.joining import LOWER, MIDDLE, OFTEN, OFTEN_REST, TOP, Both, Group
from loyalty_engine.backtest.phrases import Phrases

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading. Columns whose name begins with `>` are figures; where there are
    none, the rows are sentences. `total` adds the rows up; `about` says what the figures are.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    total: Row | None = None
    about: str = ""


def compared(say: Phrases, *first: str) -> Sequence[str]:
    """The headings of both sides and their difference, after others."""
    return (*first, f">{say('Before')}", f">{say('After')}", f">{say('Difference')}")


def costs_compared(say: Phrases) -> Sequence[str]:
    """The headings of what both sides cost, and of the difference."""
    return (*(f">{say('cost')} {say(it)}" for it in ("Before", "After")), f">{say('Difference')}")


def costs(it: Comparison, say: Phrases, before: int, after: int) -> Row:
    """The costs of both sides and their difference."""
    old, new = it.minor(before), it.minor(after)
    return say.amount(old), say.amount(new), say.amount(new - old, signed=True)


def member_sections(it: Comparison, say: Phrases) -> Iterator[Section]:
    """Who is better off and who is worse off, by how much, and the shifts between tiers."""
    everybody, currency = it.joined.everybody, it.program.currency
    same = everybody.members - everybody.better - everybody.worse
    rows = [
        (say(name), say.number(count), say.percent(count, everybody.members))
        for name, count in (
            ("better off", everybody.better), ("worse off", everybody.worse), ("as before", same),
        )
    ]  # fmt: skip
    about = say(
        "Better off is who gets more money off and points together, at their declared value."
        " Guests are not counted."
    )
    columns = ("", f">{say('members')}", f">{say('share')}")
    yield Section(say("Members"), columns, rows, about=about)
    if everybody.better or everybody.worse:
        spread = [
            (name, say.number(count), say.percent(count, everybody.members))
            for name, count in spread_of(it, say)
        ]
        columns = (say("gain or loss of a member"), f">{say('members')}", f">{say('share')}")
        about = say(
            "How many members gain or lose how much in all, in {currency}.", currency=currency
        )
        yield Section(say("Members by gain"), columns, spread, about=about)
    tiers = it.joined.tiers
    names = [tier.name for tier in it.program.tiers.tiers]
    gone = {before for before, _ in tiers} - {*names}
    if len(names) + len(gone) > 1:
        matrix = [
            (before, *(say.number(tiers[before, after]) for after in names))
            for before in [*names, *sorted(gone)]
        ]
        heads = (say("before \\ after"), *(f">{name}" for name in names))
        about = say(
            "How many members stood in which tier before, by row, and stand after, by column."
        )
        yield Section(say("Tiers at the end"), heads, matrix, about=about)


def spread_of(it: Comparison, say: Phrases) -> list[tuple[str, int]]:
    """How many members gain or lose how much, the greatest loss first."""
    edges, spread = it.joined.edges, it.joined.spread
    lower = [0, *edges]
    told = []
    for size in range(len(edges), 0, -1):
        bounds = [say.amount(-it.minor(at)) for at in (edges[size - 1], lower[size - 1])]
        told.append((f"{bounds[0]} … {bounds[1]}", spread[-size]))
    told.append((say.amount(0), spread[0]))
    for size in range(1, len(edges) + 1):
        bounds = [say.amount(it.minor(at)) for at in (lower[size - 1], edges[size - 1])]
        told.append((f"{bounds[0]} … {bounds[1]}", spread[size]))
    return told


def segment_section(it: Comparison, say: Phrases) -> Section:
    """The same by segment: tier, purchases, spend, and what is declared of members."""
    rows: list[Row] = []
    known = [tier.name for tier in it.program.tiers.tiers]
    known += [*(name for _, name in OFTEN), OFTEN_REST, TOP, MIDDLE, LOWER]
    place = {name: number for number, name in enumerate(known)}
    for segment, groups in it.joined.segments.items():
        order = sorted(groups, key=lambda name: (place.get(name, len(place)), name))
        rows += ((f"{say(segment)}: {say(name)}", *_group(it, say, groups[name])) for name in order)
    columns = (
        say("segment"), f">{say('members')}", f">{say('better off')}", f">{say('worse off')}",
        f">{say('sales')}", *costs_compared(say),
    )  # fmt: skip
    about = say(
        "Members only: sales before, and cost in {currency}. Each kind of segment holds every member"
        " once; tiers are those at the end before.",
        currency=it.program.currency,
    )
    return Section(say("Segments"), columns, rows, about=about)


def _group(it: Comparison, say: Phrases, group: Group) -> Row:
    counts = (say.number(each) for each in (group.members, group.better, group.worse))
    return (*counts, say.amount(group.sales), *costs(it, say, group.before, group.after))


def named_section(it: Comparison, say: Phrases, title: str, rows: Sequence[Both]) -> Section:
    """Members by name, with what they gain or lose."""
    told = [
        (
            each.id, say.number(each.times), say.amount(each.sales),
            each.tier_before if each.tier_before == each.tier_after
            else f"{each.tier_before} → {each.tier_after}",
            *costs(it, say, each.before, each.after),
        )
        for each in rows
    ]  # fmt: skip
    columns = (
        say("member"), f">{say('purchases')}", f">{say('sales')}", say("tier"), *costs_compared(say),
    )  # fmt: skip
    return Section(title, columns, told)
