"""Agencies' own codes as a file: out as a table, in again line by line with what is wrong and what to do about it.

A problem says where it is and never what stands in the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plait.declare import CodeList
from plait.receive.catalogue import Listed
from plait_web.crosswalk import policies
from plait_web.crosswalk.models import LocalCode
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.ui.sheets import Problem, as_written

HEADINGS = {
    "agency": "Agency",
    "code": "Own code",
    "meaning": "What it means",
    "shared": "Shared codes",
    "loss": "What is lost",
}
_LONGEST = {"code": 120, "meaning": 300, "loss": 2_000}


@dataclass(frozen=True, slots=True)
class Line:
    """One good line, and the code it changes, if the agency has it already."""

    agency: Agency
    code: str
    meaning: str
    shared: tuple[str, ...]
    loss: str
    known: LocalCode | None

    @property
    def same(self) -> bool:
        """Whether the line says what is here already."""
        there = self.known
        return there is not None and (there.meaning, tuple(there.shared), there.loss) == (
            self.meaning,
            self.shared,
            self.loss,
        )


def written(codes: Iterable[LocalCode]) -> list[list[str]]:
    """The agencies' codes as a table, headings first."""
    rows = [[one.agency.name, one.code, one.meaning, "; ".join(one.shared), one.loss] for one in codes]
    return [list(HEADINGS.values()), *rows]


def read(
    listed: Listed, codelist: CodeList, agencies: Sequence[Agency], known: Iterable[LocalCode]
) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The lines of a file and the problems of those that are none. `agencies` are those the reader speaks for."""
    places = {
        name: place for name, heading in HEADINGS.items() for place, h in enumerate(listed.headings) if h == heading
    }
    missing = [HEADINGS[name] for name in ("agency", "code", "shared") if name not in places]
    if missing:
        return (), tuple(
            Problem(1, one, "The file has no such heading.", "Take the file here, and fill that in.") for one in missing
        )
    reader = _Reader(codelist, agencies, {(one.agency_id, one.code): one for one in known})
    for number, cells in listed.rows:
        reader.read(number, {n: as_written(cells[p].strip()) for n, p in places.items() if p < len(cells)})
    return tuple(reader.good), tuple(reader.problems)


class _Reader:
    """Reads lines one after another; each agency's code once."""

    def __init__(
        self, codelist: CodeList, agencies: Sequence[Agency], known: Mapping[tuple[int, str], LocalCode]
    ) -> None:
        self.codelist, self.agencies, self.known = codelist, agencies, known
        self.words = {word.casefold(): c.code for c in reversed(codelist.codes) for word in (c.label, c.code)}
        self.good: list[Line] = []
        self.problems: list[Problem] = []
        self.seen: set[tuple[int, str]] = set()

    def read(self, row: int, cells: Mapping[str, str]) -> None:
        before = len(self.problems)
        given = cells.get("agency", "").casefold()
        agency = next((a for a in self.agencies if given in (a.code.casefold(), a.name.casefold())), None)
        if agency is None:
            self._wrong(row, "agency", "This is no agency that you speak for.", "Use its name as Plait shows it.")
        code, shared, loss = cells.get("code", ""), self._shared(row, cells.get("shared", "")), cells.get("loss", "")
        self._check_words(row, cells, shared)
        if len(self.problems) > before or agency is None:
            return
        if (agency.pk, code) in self.seen:
            self._wrong(row, "code", "The agency has this code on an earlier line.", "Keep one of the lines.")
            return
        self.seen.add((agency.pk, code))
        there = self.known.get((agency.pk, code))
        self.good.append(Line(agency, code, cells.get("meaning", ""), shared, loss, there))

    def _shared(self, row: int, text: str) -> tuple[str, ...]:
        named = [part.strip().casefold() for part in text.split(";") if part.strip()]
        if any(one not in self.words for one in named):
            self._wrong(
                row, "shared", "One of these is not in the shared list.", "Use its codes, parted by semicolons."
            )
        return tuple(dict.fromkeys(self.words[one] for one in named if one in self.words))

    def _check_words(self, row: int, cells: Mapping[str, str], shared: Sequence[str]) -> None:
        if not cells.get("code"):
            self._wrong(row, "code", "There is no code here.", "Write the code as it stands in your system.")
        for name, most in _LONGEST.items():
            if len(cells.get(name, "")) > most:
                self._wrong(row, name, f"This is longer than {most} letters.", "Shorten it.")
        try:
            policies.check_loss(shared, cells.get("loss", ""))
        except Refused:
            if not cells.get("shared"):
                self._wrong(row, "loss", "No shared code stands for this one, and nothing says what it means.",
                            "Say what is lost, so that others know what is not counted.")  # fmt: skip

    def _wrong(self, row: int, name: str, problem: str, remedy: str) -> None:
        self.problems.append(Problem(row, HEADINGS[name], problem, remedy))
