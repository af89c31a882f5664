"""Diagrams of people on several lists and of journeys, as SVG: combinations over a grid, flows, and shares over time.

What is withheld is not drawn, and the words beside say how much that is. Each has a table that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from textwrap import wrap

from plait.publish.charts import WIDTH, Chart

_INK, _FILL, _PALE = "#151b1c", "#1f5f66", "#c9d3d4"
_NAMES = 172  # the room for the names of lists
_GRID = 34  # the height of a list's line of dots
_BARS = 150
_LETTERS = 23  # of a list's name on a line
_LEAD = 44.0  # above each stage, for its name
_FLOW, _STAGE = 260, 15  # the height of flows, and the letters of a stage's name on a line


@dataclass(frozen=True, slots=True)
class Combination:
    """People on exactly these lists, by their places among the names."""

    places: frozenset[int]
    people: float
    said: str


def combinations(title: str, names: Sequence[str], totals: Sequence[str], found: Sequence[Combination]) -> Chart | None:
    """Bars of combinations over a grid that says which lists each is of; None for fewer than two bars."""
    if len(found) < 2:
        return None
    top, step = max(c.people for c in found), (WIDTH - _NAMES) / len(found)
    lines = [line for n, name in enumerate(names) for line in _list(n, name, totals[n])]
    parts = [p for n, c in enumerate(found) for p in _column(n, c, top, step, len(names))]
    label = f"{title}. " + "; ".join(
        f"{' and '.join(names[p] for p in sorted(c.places)) or 'none of them'}: {c.said}" for c in found
    )
    height = 30 + _BARS + 14 + len(names) * _GRID + 6
    return _chart(title, f"Combinations of lists. {label}.", lines + parts, height, drawn=len(found))


def _list(n: int, name: str, total: str) -> list[str]:
    y = 30 + _BARS + 14 + n * _GRID
    shade = f'<rect x="0" y="{y}" width="{WIDTH}" height="{_GRID}" fill="#eef2f2"/>' if n % 2 == 0 else ""
    lines = _wrapped(name, _LETTERS, 2)
    words = [_text(2, y + (14 if len(lines) > 1 else 21) + 13 * k, line, size=11) for k, line in enumerate(lines)]
    return [shade, *words, _text(_NAMES - 4, y + 21, total, size=12, anchor="end", bold=True)]


def _column(n: int, combination: Combination, top: float, step: float, lists: int) -> list[str]:
    x, tall = _NAMES + step * (n + 0.5), max(1.0, _BARS * combination.people / top)
    wide, base = min(22.0, step * 0.6), 30 + _BARS
    parts = [
        f'<rect x="{x - wide / 2:.1f}" y="{base - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{_FILL}"/>',
        _text(x, base - tall - 5, combination.said, size=12, anchor="middle", bold=True),
    ]
    ys = [base + 14 + p * _GRID + _GRID / 2 for p in range(lists)]
    inside = [ys[p] for p in sorted(combination.places)]
    if len(inside) > 1:
        parts.append(
            f'<line x1="{x:.1f}" y1="{inside[0]}" x2="{x:.1f}" y2="{inside[-1]}" stroke="{_INK}" stroke-width="3"/>'
        )
    for place, y in enumerate(ys):
        on = place in combination.places
        parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="{6 if on else 3}" fill="{_INK if on else _PALE}"/>')
    return parts


@dataclass(frozen=True, slots=True)
class Flow:
    """People who went from one stage to another."""

    source: str
    target: str
    people: float


def flows(title: str, stages: Sequence[Sequence[str]], names: Mapping[str, str], found: Iterable[Flow]) -> Chart | None:
    """Bands from stage to stage, as wide as the people in them; None when nothing may be drawn.

    `stages` are the nodes of each column, in order; a node with no people is left out.
    """
    drawn = [f for f in found if f.people > 0]
    if not drawn:
        return None
    columns = [[n for n in stage if any(n in (f.source, f.target) for f in drawn)] for stage in stages]
    columns = [c for c in columns if c]
    size = {n: max(_sum(drawn, source=n), _sum(drawn, target=n)) for c in columns for n in c}
    scale = min((_FLOW - _LEAD * (len(c) - 1)) / max(1.0, sum(size[n] for n in c)) for c in columns)
    place = _placed(columns, size, scale)
    out, into = dict.fromkeys(size, 0.0), dict.fromkeys(size, 0.0)
    order = {n: place[n] for n in size}
    bands = []
    for flow in sorted(drawn, key=lambda f: (order[f.source], order[f.target])):
        wide = flow.people * scale
        bands.append(_band(place, flow, out[flow.source], into[flow.target], wide))
        out[flow.source] += wide
        into[flow.target] += wide
    boxes = [part for n in size for part in _box(place[n], size[n] * scale, names[n])]
    said = "; ".join(f"from {names[f.source]} to {names[f.target]}: {f.people:,.0f}" for f in drawn)
    return _chart(title, f"Flows. {title}. {said}.", bands + boxes, _FLOW + _LEAD + 6, drawn=len(drawn))


def _sum(drawn: Sequence[Flow], *, source: str = "", target: str = "") -> float:
    return sum(f.people for f in drawn if (source and f.source == source) or (target and f.target == target))


def _placed(
    columns: Sequence[Sequence[str]], size: Mapping[str, float], scale: float
) -> dict[str, tuple[float, float]]:
    """Where each node's left upper corner is."""
    step = (WIDTH - 92) / max(1, len(columns) - 1)
    found = {}
    for n, column in enumerate(columns):
        y = _LEAD
        for node in column:
            found[node] = (n * step, y)
            y += size[node] * scale + _LEAD
    return found


def _band(place: Mapping[str, tuple[float, float]], flow: Flow, out: float, into: float, wide: float) -> str:
    (x1, y1), (x2, y2) = place[flow.source], place[flow.target]
    x1, y1, y2, middle = x1 + 10, y1 + out, y2 + into, (x1 + 10 + x2) / 2
    return (
        f'<path d="M{x1:.1f},{y1:.1f} C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f} '
        f'V{y2 + wide:.1f} C{middle:.1f},{y2 + wide:.1f} {middle:.1f},{y1 + wide:.1f} {x1:.1f},{y1 + wide:.1f} Z" '
        f'fill="{_FILL}" fill-opacity="0.35" stroke="{_FILL}" stroke-width="0.5"/>'
    )


def _box(at: tuple[float, float], tall: float, name: str) -> list[str]:
    x, y = at
    lines = _wrapped(name, _STAGE, 3)
    words = [_text(x, y - 4 - 12 * (len(lines) - 1 - k), line, size=11) for k, line in enumerate(lines)]
    return [f'<rect x="{x:.1f}" y="{y:.1f}" width="10" height="{max(tall, 1):.1f}" fill="{_INK}"/>', *words]


def _wrapped(name: str, letters: int, most: int) -> list[str]:
    """The name on at most so many lines; what does not fit is in the table."""
    lines = wrap(name, letters)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: letters - 1]}…"]


@dataclass(frozen=True, slots=True)
class Point:
    """A share at a time, from 0 to 1: at least, at most, and the outermost limits of its interval."""

    label: str
    low: float
    high: float
    least: float
    most: float


def shares_over_time(title: str, points: Sequence[Point], said: Sequence[str]) -> Chart | None:
    """The share reached by each time with its interval as a bar; None for fewer than two points."""
    if len(points) < 2:
        return None
    step, top = WIDTH / len(points), ceil(max(p.most for p in points) * 4) / 4 or 1.0

    def to(share: float) -> float:
        return 44 + 170 * (1 - share / top)

    parts = [f'<line x1="0" y1="214" x2="{WIDTH}" y2="214" stroke="{_INK}"/>']
    for n, (point, words) in enumerate(zip(points, said, strict=True)):
        x = step * (n + 0.5)
        parts += [
            f'<line x1="{x:.1f}" y1="{to(point.most):.1f}" x2="{x:.1f}" y2="{to(point.least):.1f}" '
            f'stroke="{_INK}" stroke-width="2"/>',
            f'<rect x="{x - 7:.1f}" y="{to(point.high):.1f}" width="14" height="{max(4.0, to(point.low) - to(point.high)):.1f}" '
            f'fill="{_FILL}"/>',
            *_above(x, to(point.most) - 7, words),
            _text(x, 232, point.label, size=11, anchor="middle"),
        ]
    label = "; ".join(f"{p.label}: {words}" for p, words in zip(points, said, strict=True))
    return _chart(title, f"Shares over time. {title}. {label}.", parts, 240, drawn=len(points))


def _above(x: float, y: float, words: str) -> list[str]:
    """The words over a point; a range stands on two lines, or it would run into the next one's or off the edge."""
    lines = words.replace(" to ", " to\n").split("\n")
    last = len(lines) - 1
    return [_text(x, y - 14 * (last - n), line, size=13, anchor="middle", bold=True) for n, line in enumerate(lines)]


def _chart(title: str, label: str, parts: Sequence[str], height: float, *, drawn: int) -> Chart:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'aria-label="{escape(label)}" font-family="Source Sans Pro, Arial, sans-serif"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )
    return Chart(title=title, label=label, svg=svg, drawn=drawn)


def _text(x: float, y: float, words: str, *, size: int, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{_INK}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
