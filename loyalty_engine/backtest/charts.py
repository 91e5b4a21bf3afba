"""Small charts as SVG: drawn here, so that a page needs no script, no library and no network.

Values are whole numbers (minor units, members); texts come ready to be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 720
LABEL: Final = 190
ROW: Final = 34
HEIGHT: Final = 240
LEFT: Final = 96
FOOT: Final = 48
ABOVE: Final = 20
HEAD: Final = 12
MOST_LABELS: Final = 13
LONGEST: Final = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled place with the values of before and after, and what they are in words."""

    label: str
    before: int
    after: int
    said: tuple[str, str]


def pairs_across(title: str, bars: Sequence[Bar], names: tuple[str, str]) -> str:
    """Two bars side by side for each label, one under the other; for names that are long."""
    low = min(0, *(min(it.before, it.after) for it in bars))
    high = max(1, *(max(it.before, it.after) for it in bars))
    room = WIDTH - LABEL - 110
    height = ROW * len(bars) + 2 * HEAD
    parts = []
    for place, it in enumerate(bars):
        top = HEAD + place * ROW
        parts.append(_text(LABEL - 8, top + 17, _short(it.label), "end"))
        for row, (value, kind) in enumerate(((it.before, "before"), (it.after, "after"))):
            start, end = (_scaled(at, low, high, room) for at in sorted((0, value)))
            told = f"{it.label}, {names[row]}: {it.said[row]}"
            box = _box(LABEL + start, top + 3 + 12 * row, max(end - start, 1), 11, kind, told)
            parts += [box, _text(LABEL + end + 6, top + 12 + 12 * row, it.said[row], "start small")]
    return _svg(title, height, parts)


def pairs_along(
    title: str, bars: Sequence[Bar], names: tuple[str, str], axes: tuple[str, str]
) -> str:
    """Two columns for each label, one beside the other; for what goes on in time.

    `axes` are what goes along and what goes up.
    """
    high = max(1, *(max(it.before, it.after) for it in bars))
    low = min(0, *(min(it.before, it.after) for it in bars))
    step = (WIDTH - LEFT) / len(bars)
    wide = max(1.0, min(22.0, step * 0.38))
    parts = _ground(low, high, bars)
    for place, it in enumerate(bars):
        middle = LEFT + (place + 0.5) * step
        for row, (value, kind) in enumerate(((it.before, "before"), (it.after, "after"))):
            told = f"{it.label}, {names[row]}: {it.said[row]}"
            parts.append(_column(middle + (row - 1) * wide, wide, value, low, high, kind, told))
        if place % (len(bars) // MOST_LABELS + 1) == 0:
            parts.append(_text(middle, HEAD + HEIGHT + 18, _short(it.label), "middle small"))
    return _svg(title, HEAD + HEIGHT + FOOT, [*parts, *_axes(axes)], above=ABOVE)


def differences(title: str, bars: Sequence[Bar], axes: tuple[str, str]) -> str:
    """A column for each label, up from zero where `after` is more than `before`, else down.

    What they are in words is the difference, as the second text of each bar.
    """
    changes = [it.after - it.before for it in bars]
    low, high = min(0, *changes), max(0, *changes)
    high += low == high
    step = (WIDTH - LEFT) / len(bars)
    wide = max(1.0, min(44.0, step * 0.76))
    said = {0: "0"} | {value: it.said[1] for value, it in zip(changes, bars, strict=True)}
    parts = _lines(low, high, {at: said.get(at, "") for at in (low, 0, high)})
    for place, (value, it) in enumerate(zip(changes, bars, strict=True)):
        middle = LEFT + (place + 0.5) * step
        kind, told = "loss" if value > 0 else "gain", f"{it.label}: {it.said[1]}"
        start, end = (_scaled(at, low, high, HEIGHT) for at in sorted((0, value)))
        left, top = middle - wide / 2, HEAD + HEIGHT - end
        parts.append(_box(left, top, wide, end - start, kind, told))
        if place % (len(bars) // MOST_LABELS + 1) == 0:
            parts.append(_text(middle, HEAD + HEIGHT + 18, _short(it.label), "middle small"))
    return _svg(title, HEAD + HEIGHT + FOOT, [*parts, *_axes(axes)], above=ABOVE)


def columns(title: str, bars: Sequence[Bar], middle: int, axes: tuple[str, str]) -> str:
    """A column for each label, of `after`; those before `middle` are losses, those behind gains."""
    high = max(1, *(it.after for it in bars))
    step = (WIDTH - LEFT) / len(bars)
    parts = _ground(0, high, bars)
    for place, it in enumerate(bars):
        kind = "none" if place == middle else "loss" if place < middle else "gain"
        left, told = LEFT + place * step + 3, f"{it.label}: {it.said[1]}"
        parts.append(_column(left, step - 6, it.after, 0, high, kind, told))
        top = HEAD + HEIGHT - _scaled(it.after, 0, high, HEIGHT) - 5
        if it.after:
            parts.append(_text(left + step / 2 - 3, top, it.said[1], "middle small"))
    for place, it in enumerate(bars):
        first, _, last = it.label.partition(" … ")
        at = LEFT + (place + 0.5) * step
        for row, text in enumerate((first, last)):
            parts.append(_text(at, HEAD + HEIGHT + 16 + 12 * row, text, "middle tiny"))
    return _svg(title, HEAD + HEIGHT + FOOT, [*parts, *_axes(axes)], above=ABOVE)


# --- pieces ----------------------------------------------------------------------------------


def _ground(low: int, high: int, bars: Sequence[Bar]) -> list[str]:
    """The line of zero and that of the highest value, with what they are."""
    said = max((value, text) for it in bars for value, text in zip(
        (it.before, it.after), it.said, strict=True))[1]  # fmt: skip
    return _lines(low, high, {0: "0", high: said})


def _lines(low: int, high: int, values: Mapping[int, str]) -> list[str]:
    """Lines across at some values, with what they are in words."""
    parts = []
    for value, text in values.items():
        at = HEAD + HEIGHT - _scaled(value, low, high, HEIGHT)
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(_text(LEFT - 6, at + 4, text, "end small"))
    return parts


def _axes(names: tuple[str, str]) -> list[str]:
    """What goes along, at the end of the lower axis, and what goes up, above the other one."""
    along, up = names
    return [
        _text(WIDTH, HEAD + HEIGHT + 40, along, "end small"),
        _text(0, HEAD - 16, up, "small"),
    ]


def _column(left: float, wide: float, value: int, low: int, high: int, kind: str, told: str) -> str:
    start, end = (_scaled(at, low, high, HEIGHT) for at in sorted((0, value)))
    return _box(left, HEAD + HEIGHT - end, wide, end - start, kind, told)


def _scaled(value: int, low: int, high: int, room: int) -> float:
    """Where a value lies between two others, in `room` points; only drawings round like this."""
    return (value - low) * room / (high - low)


def _box(left: float, top: float, wide: float, high: float, kind: str, told: str) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}"><title>{escape(told)}</title></rect>'
    )


def _text(left: float, top: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{left:.1f}" y="{top:.1f}">{escape(text)}</text>'


def _svg(title: str, height: int, parts: Sequence[str], above: int = 0) -> str:
    return (
        f'<svg role="img" viewBox="0 {-above} {WIDTH} {height + above}" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
