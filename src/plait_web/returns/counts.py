"""A small charity's counts: what is asked, what was typed, and the file in the template's layout that is made of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plait.declare import Indicator, Pack
from plait.errors import UserError
from plait.values import Period

# Why there is no number, in words a person chooses from, and the symbol of the tidy layout.
SYMBOLS = {
    "x": "We do not record this",
    "<5": "Fewer than 5, and we may not say how many",
    "c": "There is a number and we may not share it",
    "u": "There is a number and we do not trust it",
    "z": "It does not apply to us",
}
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One count that is asked for."""

    id: str
    title: str
    rule: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One count as it was answered: a number, or why there is none."""

    asked: Asked
    value: str

    @property
    def words(self) -> str:
        """The number with its commas, or the reason."""
        return SYMBOLS.get(self.value) or f"{int(self.value):,}"


def askable(pack: Pack, kind: str) -> tuple[Indicator, ...]:
    """Indicators that are a single count and that agencies of this kind can supply."""
    return tuple(i for i in pack.live_indicators if _is_count(i) and kind in i.suppliers)


def _is_count(indicator: Indicator) -> bool:
    measure = indicator.measure
    return measure.kind == "count" or (measure.kind == "reported" and measure.value == "count")


def asked(pack: Pack, measures: Sequence[str]) -> tuple[Asked, ...]:
    """What is asked for, in words. A measure the pack no longer has is left out."""
    found = (pack.indicators[name] for name in measures if name in pack.indicators)
    return tuple(Asked(i.id, i.title, i.counting_rule) for i in found)


def is_answer(text: str) -> bool:
    return text in SYMBOLS or (re.fullmatch(r"\d{1,7}", text) is not None and int(text) <= LARGEST)


def written(pack: Pack, *, period: str, area: str, values: Mapping[str, str]) -> bytes:
    """The counts as a CSV file with the template's headings, a row a count."""
    titles = {column.id: column.title for column in pack.dataset("counts").columns}
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, [titles[name] for name in titles])
    rows.writeheader()
    for measure, value in values.items():
        row = {"measure": measure, "period": period, "area": area, "value": value}
        rows.writerow({titles[name]: text for name, text in row.items()})
    return out.getvalue().encode("utf-8-sig")


def read_back(pack: Pack, path: Path) -> tuple[Answered, ...]:
    """What was typed, from the file that was made of it."""
    titles = {column.id: column.title for column in pack.dataset("counts").columns}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        values = {row[titles["measure"]]: row[titles["value"]] for row in csv.DictReader(handle)}
    return answered(pack, values)


def answered(pack: Pack, values: Mapping[str, str]) -> tuple[Answered, ...]:
    return tuple(Answered(one, values[one.id]) for one in asked(pack, tuple(values)))


def period_in_words(label: str) -> str:
    """'1 April 2024 to 31 March 2025'."""
    try:
        period = Period.parse(label)
    except UserError:
        return label
    start, end = period.start, period.end
    return f"{start.day} {start:%B %Y} to {end.day} {end:%B %Y}"
