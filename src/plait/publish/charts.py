"""Charts as SVG: bars, lines over time, and parts of a whole. What is withheld is a gap with a word in it, never drawn.

Plain SVG, because a chart library took 80 ms a chart and these take less than one. Shapes and words carry the meaning,
never colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from math import inf
from textwrap import wrap
from typing import NamedTuple

from plait.publish.figures import Cell
from plait.publish.wording import Said

WIDTH = 440
_ROW = 46
_LINE = 17
_LETTERS = 56  # of a label that fit on a line
_BAR = 18
_ROOM = 120  # kept right of the longest bar for its number
_TOP = 26
_PLOT = 170
_RANGED = "Hatching runs from the lowest to the highest that the number may be."


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture and the words that stand in for it."""

    title: str
    label: str  # what it shows, for people who do not see it
    svg: str
    drawn: int  # groups or periods with a number above 0
    note: str = ""  # how to read its hatching


class Bar(NamedTuple):
    label: str
    cell: Cell | None
    said: Said


def bars(ident: str, title: str, rows: Sequence[Bar]) -> Chart | None:
    """One bar a group with its number; None unless at least two numbers above 0 may be drawn."""
    drawn = _reaches(rows)
    if len(drawn) < 2:
        return None
    scale = (WIDTH - _ROOM) / max(drawn)
    tops = _tops(rows)
    parts = [_bar(ident, y, row, scale) for y, row in zip(tops, rows, strict=False)]
    return _chart(ident, f"Bar chart. {title}", title, rows, parts, height=tops[-1])


def trend(ident: str, title: str, rows: Sequence[Bar], breaks: Iterable[int] = ()) -> Chart | None:
    """One point a period, joined unless something is missing or a definition changed; None for fewer than two.

    `breaks` are the places in `rows` before which the series is not comparable.
    """
    drawn = _reaches(rows)
    if len(drawn) < 2:
        return None
    top, cuts = max(drawn), frozenset(breaks)
    parts = [f'<line stroke="#151b1c" x1="0" y1="{_TOP + _PLOT}" x2="{WIDTH}" y2="{_TOP + _PLOT}"/>']
    parts += _joins(rows, top, cuts) + [
        _break(rows, n, named=n - 1 not in cuts) for n in sorted(cuts) if 0 < n < len(rows)
    ]
    parts += [_point(ident, rows, n, top) for n in range(len(rows))]
    said = "Line chart over time" + (", with a break where a definition changed" if cuts else "")
    return _chart(ident, f"{said}. {title}", title, rows, parts, height=_TOP + _PLOT + 30)


def shares(ident: str, title: str, rows: Sequence[Bar]) -> Chart | None:
    """For each group the part of a whole: solid for the part, hatched for the rest. None when none may be drawn."""
    if not any(_part(row.cell) is not None for row in rows):
        return None
    tops = _tops(rows)
    parts = [_share(ident, y, row) for y, row in zip(tops, rows, strict=False)]
    return _chart(ident, f"Parts of a whole. {title}", title, rows, parts, height=tops[-1])


def _chart(ident: str, says: str, title: str, rows: Sequence[Bar], parts: list[str], *, height: int) -> Chart:
    label = f"{says}. " + "; ".join(f"{row.label}: {row.said.text}" for row in rows) + "."
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'aria-label="{escape(label)}" font-family="Source Sans Pro, Arial, sans-serif">'
        f"<title>{escape(title)}</title><defs>{_hatch(ident)}</defs>{''.join(parts)}</svg>"
    )
    ranged = any(row.cell and row.cell.bounded for row in rows)
    return Chart(title=title, label=label, svg=svg, drawn=len(_reaches(rows)), note=_RANGED if ranged else "")


def _hatch(ident: str) -> str:
    return (
        f'<pattern id="{ident}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#ffffff"/><rect width="2" height="6" fill="#1f5f66"/></pattern>'
    )


def _reach(cell: Cell) -> float:
    """How far the drawing of a figure goes: its upper bound where it has one."""
    high = cell.low if cell.high is None or cell.high == inf else cell.high
    return high or 0.0


def _reaches(rows: Sequence[Bar]) -> list[float]:
    """How far each drawing above 0 goes."""
    reaches = (_reach(row.cell) for row in rows if row.cell and row.cell.told)
    return [reach for reach in reaches if reach > 0]


def _tops(rows: Sequence[Bar]) -> list[int]:
    """Where each row starts, and where the last one ends: long labels take a line more."""
    heights = [_ROW + _LINE * (len(_lines(row.label)) - 1) for row in rows]
    return list(accumulate(heights, initial=0))


def _lines(label: str) -> list[str]:
    return wrap(label, _LETTERS) or [""]


def _label(y: int, row: Bar) -> tuple[str, int]:
    """The row's label, and where its bar is counted from."""
    lines = _lines(row.label)
    words = "".join(_text(0, y + 16 + _LINE * n, line, size=15) for n, line in enumerate(lines))
    return words, y + _LINE * (len(lines) - 1)


def _bar(ident: str, y: int, row: Bar, scale: float) -> str:
    text, y = _label(y, row)
    if row.cell is None or not row.cell.told:
        return text + _text(0, y + 34, row.said.plain, size=14, italic=True)
    low, reach = (row.cell.low or 0.0) * scale, _reach(row.cell) * scale
    solid = f'<rect x="0" y="{y + 21}" width="{low:.1f}" height="{_BAR}" fill="#1f5f66"/>' if low else ""
    spread = _hatched(ident, low, y + 21, reach - low, _BAR) if reach > low else ""
    zero = "" if reach else f'<rect x="0" y="{y + 21}" width="1.5" height="{_BAR}" fill="#1f5f66"/>'
    return text + solid + spread + zero + _text(reach + 7, y + 35, row.said.brief, size=15, bold=True)


def _share(ident: str, y: int, row: Bar) -> str:
    text, y = _label(y, row)
    part = _part(row.cell)
    if part is None:
        return text + _text(0, y + 34, row.said.plain, size=14, italic=True)
    full = WIDTH - _ROOM
    solid = f'<rect x="0" y="{y + 21}" width="{part * full:.1f}" height="{_BAR}" fill="#1f5f66"/>'
    rest = _hatched(ident, part * full, y + 21, full - part * full, _BAR)
    return text + solid + rest + _text(full + 7, y + 35, row.said.brief, size=15, bold=True)


def _part(cell: Cell | None) -> float | None:
    """The figure as a share of its whole, where both may be known."""
    if cell is None or not cell.known or not cell.base_low or cell.base_low != cell.base_high:
        return None
    if cell.count_low is None or cell.count_low != cell.count_high:
        return None
    return min(1.0, cell.count_low / cell.base_low)


def _joins(rows: Sequence[Bar], top: float, cuts: frozenset[int]) -> list[str]:
    """Lines between neighbouring single numbers that may be compared."""
    found = []
    for n in range(1, len(rows)):
        before, after = rows[n - 1].cell, rows[n].cell
        if before and after and before.known and after.known and n not in cuts:
            found.append(
                f'<line x1="{_x(rows, n - 1):.1f}" y1="{_y(before.low, top):.1f}" x2="{_x(rows, n):.1f}" '
                f'y2="{_y(after.low, top):.1f}" stroke="#1f5f66" stroke-width="3"/>'
            )
    return found


def _point(ident: str, rows: Sequence[Bar], n: int, top: float) -> str:
    x, row = _x(rows, n), rows[n]
    name = _text(x, _TOP + _PLOT + 21, row.label, size=14, middle=True)
    if row.cell is None or not row.cell.told:
        return name + _text(x, _TOP + _PLOT - 8, row.said.plain, size=13, italic=True, middle=True)
    y = _y(_reach(row.cell), top)
    above = _text(x, y - 11, row.said.brief, size=14, bold=True, middle=True)
    if row.cell.known:
        return name + f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f5f66"/>' + above
    return name + _hatched(ident, x - 9, y, 18, _y(row.cell.low, top) - y) + above


def _break(rows: Sequence[Bar], n: int, *, named: bool) -> str:
    """A dashed line; breaks in a row are named once, since their words would lie over each other."""
    x = (_x(rows, n - 1) + _x(rows, n)) / 2
    line = f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{_TOP + _PLOT}" stroke="#303a3c" '
    line += 'stroke-dasharray="4 4"/>'
    if not named:
        return line
    return line + _text(x, _TOP - 12, "definition changed", size=12, middle=True)


def _x(rows: Sequence[Bar], n: int) -> float:
    return WIDTH * (n + 0.5) / len(rows)


def _y(value: float | None, top: float) -> float:
    return _TOP + _PLOT - (_PLOT - 22) * ((value or 0.0) / top)


def _hatched(ident: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'fill="url(#{ident}-hatch)" stroke="#1f5f66"/>'
    )


def _text(
    x: float, y: float, words: str, *, size: int, bold: bool = False, italic: bool = False, middle: bool = False
) -> str:
    look = (' font-weight="700"' if bold else "") + (' font-style="italic"' if italic else "")
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="#151b1c"{look}{anchor}>{escape(words)}</text>'
