"""Findings as one page that opens anywhere, prints, and needs no script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from plait.validate.checked import Checked, Problem, by_problem
from plait.values import Severity

_SECTIONS = {
    Severity.REFUSED: (
        "Why the file was refused",
        "Nothing of the file has been kept. Put these right and send it again.",
    ),
    Severity.ERROR: ("Rows left out", "These rows cannot be used until they are put right."),
    Severity.WARNING: (
        "Worth putting right",
        "These rows are used. Where a cell could not be, the row is used without it.",
    ),
    Severity.NOTE: ("For information", "Nothing needs to be done about these."),
}


@dataclass(frozen=True, slots=True)
class _Section:
    anchor: str
    heading: str
    meaning: str
    problems: tuple[Problem, ...]

    @property
    def count(self) -> int:
        return sum(problem.count for problem in self.problems)


def page(checked: Checked, *, workbook: str = "", note: str = "") -> str:
    """The page's HTML, self-contained. Everything that came from a file is escaped."""
    sections = _sections(checked)
    return _template().render(checked=checked, sections=sections, workbook=workbook, note=note, advice=_advice(checked))


def _sections(checked: Checked) -> list[_Section]:
    problems = by_problem(checked.findings)
    gathered = {s: tuple(p for p in problems if p.first.severity is s) for s in Severity}
    return [_Section(s.value, *_SECTIONS[s], found) for s, found in gathered.items() if found]


def _advice(checked: Checked) -> str:
    if checked.refused:
        return "Take out what may name a person, then send the file again. Nothing of it has been kept."
    if checked.has_errors:
        return "Put these right in your own file, where you keep it, then send it again. Start with the highest count."
    if any(finding.severity is Severity.WARNING for finding in checked.findings):
        return "Every row can be used. What is listed would make the picture truer if you put it right."
    return "Every row can be used. There is nothing you need to do."


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("plait.validate").joinpath("findings.html").read_text(encoding="utf-8"))
