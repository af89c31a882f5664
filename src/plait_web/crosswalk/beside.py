"""Agencies side by side: which of its own codes each has for a shared one, what has none, and what is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plait.declare import CodeList
from plait.declare.codes import Code
from plait_web.crosswalk.models import LocalCode, OwnText
from plait_web.partnership.models import Agency


@dataclass(frozen=True, slots=True)
class Row:
    """A shared code, with each agency's own codes for it."""

    shared: Code
    cells: tuple[tuple[LocalCode, ...], ...]

    @property
    def held_by(self) -> int:
        """How many agencies have a code for it."""
        return sum(1 for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Beside:
    """The whole of one list: agencies that have said something, a row for each shared code, and what does not fit."""

    agencies: tuple[Agency, ...]
    silent: tuple[Agency, ...]
    rows: tuple[Row, ...]
    unmapped: tuple[LocalCode, ...]
    lossy: tuple[LocalCode, ...]


def beside(codelist: CodeList, agencies: Sequence[Agency], codes: Iterable[LocalCode]) -> Beside:
    """Every code the list has today, and every agency's own for it."""
    known = tuple(codes)
    said = {code.agency_id for code in known}
    speaking = tuple(a for a in agencies if a.pk in said)
    rows = tuple(Row(shared, _cells(shared, speaking, known)) for shared in codelist.codes if shared.until is None)
    return Beside(
        agencies=speaking,
        silent=tuple(a for a in agencies if a.pk not in said),
        rows=rows,
        unmapped=tuple(code for code in known if not code.shared),
        lossy=tuple(code for code in known if code.shared and code.loss),
    )


@dataclass(frozen=True, slots=True)
class HowFar:
    """One agency's codes over all lists: how many lists it has codes beside, its codes, and those that stand for none."""

    agency: Agency
    lists: int
    codes: int
    unmapped: int


def how_far(agencies: Iterable[Agency], codes: Iterable[tuple[str, int, Sequence[str]]]) -> tuple[HowFar, ...]:
    """How complete each agency's codes are. `codes` has list, agency and the shared codes each stands for."""
    own: dict[int, list[tuple[str, bool]]] = {}
    for name, agency, shared in codes:
        own.setdefault(agency, []).append((name, not shared))
    told = ((agency, own.get(agency.pk, [])) for agency in agencies)
    return tuple(
        HowFar(agency, len({name for name, _ in said}), len(said), sum(alone for _, alone in said))
        for agency, said in told
    )


def _cells(shared: Code, agencies: Iterable[Agency], codes: Sequence[LocalCode]) -> tuple[tuple[LocalCode, ...], ...]:
    return tuple(tuple(c for c in codes if c.agency_id == a.pk and shared.code in c.shared) for a in agencies)


def newest(texts: Iterable[OwnText]) -> dict[int, OwnText]:
    """Each agency's text that counts; `texts` are the newest first."""
    found: dict[int, OwnText] = {}
    for text in texts:
        found.setdefault(text.agency_id, text)
    return found
