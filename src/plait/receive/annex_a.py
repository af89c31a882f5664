"""Ofsted's Annex A: its lists known by their headings, as issued or as councils rename them, through the pack's maps.

The maps are those whose id starts with `annex_a_`. A map's sheet is the list it reads; one without a sheet reads all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from plait.declare import DataSet, FileMap, Pack
from plait.engine import Engine, identifier
from plait.receive.mapped import Keep, Plan, plan
from plait.receive.tabular import Grid, Headed, Rows, headed, heading_key, letter
from plait.values import Finding, Place, Severity

_PREFIX = "annex_a_"
_CHILD = "Child Unique ID"
_ALIKE = 92  # of 100: 'Start Date' and 'End Date' of the same thing reach 88
_SHARE = 0.6  # of a list's headings, for a sheet to be that list
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    _CHILD: ("Child ID", "Unique ID", "Child identifier", "Child unique identifier", "Person ID", "LA child ID"),
    "Gender": ("Sex", "Child gender"),
    "Ethnicity": ("Ethnic origin", "Ethnic group"),
    "Date of Birth": ("DOB", "Birth date", "Child date of birth"),
    "Age of Child (Years)": ("Age", "Age of child"),
    "Does the Child have a Disability": ("Disability", "Disabled", "Has disability"),
    "Date of Contact": ("Contact date", "Date contact received"),
    "Contact Source": ("Source of contact",),
    "Assessment start date": ("Early help assessment start date",),
    "Assessment completion date": ("Early help assessment completion date", "Assessment end date"),
    "Date of referral": ("Referral date",),
    "Referral Source": ("Source of referral",),
    "Referral NFA?": ("NFA", "No further action", "Referral no further action"),
    "Continuous Assessment Start Date": ("Assessment start date",),
    "Continuous Assessment Date of Authorisation": ("Assessment authorisation date", "Date of authorisation"),
    "Strategy discussion initiating Section 47 Enquiry Start Date": (
        "Section 47 start date", "S47 start date", "Section 47 enquiry start date", "Strategy discussion date",
    ),
    "Was an Initial Child Protection Conference deemed unnecessary?": ("ICPC not required", "ICPC unnecessary"),
    "Date of Initial Child Protection Conference": ("ICPC date", "Date of ICPC"),
    "CIN Start Date": ("CIN episode start date", "Child in need start date"),
    "CIN Closure Date": ("CIN end date", "Child in need closure date"),
    "Primary Need Code": ("Primary need", "Category of need"),
    "Reason for Closure": ("Closure reason", "CIN reason for closure"),
    "Child Protection Plan Start Date": ("CP start date", "CPP start date"),
    "Child Protection Plan End Date": ("CP end date", "CPP end date"),
    "Latest Category of Abuse": ("Current category of abuse", "Category of abuse"),
    "Date Started to be Looked After": ("CLA start date", "Date became looked after"),
    "Date Ceased to be Looked After": ("CLA end date",),
    "Reason Ceased to be Looked After": ("Reason ceased",),
    "Was the child assessed as requiring LA children’s social care support": (
        "Was the child assessed as being in need at assessment?",
    ),
    "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)": (
        "Is this a second or subsequent episode of being a Looked After Child within the last 12 months (Y/N)",
    ),
}  # fmt: skip
_PASSED_OVER = re.compile(r"front_?sheet|faq.*|guidance|codes_?used|contents|cover|notes?|instructions?")
_ADOPTION = ("Family identifier",)


@dataclass(frozen=True, slots=True)
class AnnexList:
    """One list of Annex A: its maps, and every heading Ofsted gives it."""

    name: str
    maps: tuple[FileMap, ...]
    headings: tuple[str, ...]
    telling: frozenset[str]  # headings that are read from this list and are not about the child


@dataclass(frozen=True, slots=True)
class AnnexA:
    """The lists found in a file, laid out to be read, and what was noticed on the way."""

    plans: tuple[Plan, ...]
    findings: tuple[Finding, ...]
    ignored: tuple[str, ...]


def lists(pack: Pack) -> tuple[AnnexList, ...]:
    """The lists that the pack's Annex A maps read."""
    maps = [m for name, m in sorted(pack.maps.items()) if name.startswith(_PREFIX) and m.retired is None]
    shared = [m for m in maps if m.sheet is None]
    names = sorted({m.sheet for m in maps if m.sheet}, key=lambda name: (len(name), name))
    return tuple(_list(name, [m for m in maps if m.sheet == name], shared) for name in names)


def _list(name: str, own: list[FileMap], shared: list[FileMap]) -> AnnexList:
    telling = {c.heading for m in own for c in m.columns if c.heading} - {_CHILD}
    told = [h for m in (*shared, *own) for h in (*(c.heading for c in m.columns if c.heading), *m.ignored)]
    return AnnexList(name, (*shared, *own), tuple(dict.fromkeys(told)), frozenset(telling))


def find(grids: Sequence[Grid], pack: Pack) -> AnnexA | None:
    """The lists in these sheets or files; None when there is none, so that it is not Annex A."""
    known = lists(pack)
    plans: list[Plan] = []
    findings: list[Finding] = []
    left: list[Grid] = []
    for grid in grids:
        best = max((_Fit(grid, one) for one in known), key=lambda fit: fit.share, default=None)
        if grid.hidden or best is None or not best.good:
            left.append(grid)
            continue
        plans += [_plan(best, one, pack) for one in best.of.maps]
        findings += best.guesses()
    if not plans:
        return None
    findings += [found for grid in left for found in _left(grid)]
    ignored = {heading for one in known for heading in one.headings}
    ignored |= {other for names in _OTHER_NAMES.values() for other in names}
    return AnnexA(tuple(plans), tuple(findings), tuple(sorted(ignored)))


def nearest(grids: Sequence[Grid], pack: Pack) -> tuple[str, int, int]:
    """The list that the file comes nearest to, how many of its headings are here, and of how many."""
    fits = [_Fit(grid, one) for grid in grids for one in lists(pack)]
    best = max(fits, key=lambda fit: fit.share, default=None)
    return (best.of.name, len(best.names), len(best.of.headings)) if best else ("", 0, 1)


class _Fit:
    """One list laid beside one sheet: which of its headings are there, under which names."""

    def __init__(self, grid: Grid, of: AnnexList) -> None:
        self.of = of
        wanted = [name for heading in of.headings for name in (heading, *_OTHER_NAMES.get(heading, ()))]
        self.headed: Headed = headed(grid, wanted)
        self.names, self.guessed = _names(self.headed, of)

    @property
    def share(self) -> float:
        named = 0.2 if _says(self.headed.grid, self.of.name) else 0.0
        return len(self.names) / len(self.of.headings) + named

    @property
    def good(self) -> bool:
        """The child's id is there, something only this list tells, and enough of the rest."""
        enough = len(self.names) >= _SHARE * len(self.of.headings) or _says(self.headed.grid, self.of.name)
        return _CHILD in self.names and bool(self.of.telling & set(self.names)) and enough

    def guesses(self) -> Iterable[Finding]:
        for heading, name in self.guessed.items():
            at = self.headed.index(name)
            grid = self.headed.grid
            yield Finding(
                code="annex-a.heading-guessed",
                where=Place(file=grid.file, sheet=grid.sheet, row=self.headed.row, letter=letter(at or 0)),
                problem=f"This column was taken to be '{heading}', as its heading is nearly that.",
                remedy="If it is something else, rename the heading.",
                severity=Severity.WARNING,
            )
        for heading in sorted(self.of.telling - set(self.names)):
            grid = self.headed.grid
            yield Finding(
                code="annex-a.heading-missing",
                where=Place(file=grid.file, sheet=grid.sheet, row=self.headed.row),
                problem=f"The list has no column '{heading}'.",
                remedy="Add it, or give the column the heading that Ofsted's template has.",
                severity=Severity.WARNING,
            )


def _names(found: Headed, of: AnnexList) -> tuple[dict[str, str], dict[str, str]]:
    """The list's headings to the sheet's own: those that are the same or known by another name, then the near ones."""
    free = {key: heading for key, heading in zip(found.keys, found.headings, strict=True) if key}
    names: dict[str, str] = {}
    for spellings in ((lambda heading: (heading,)), (lambda heading: _OTHER_NAMES.get(heading, ()))):
        for heading in of.headings:
            for name in () if heading in names else spellings(heading):
                if heading_key(name) in free and heading not in names:
                    names[heading] = free.pop(heading_key(name))
    guessed: dict[str, str] = {}
    for heading in of.headings:
        if heading not in names and free:
            near = process.extractOne(heading_key(heading), list(free), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if near:
                guessed[heading] = free.pop(near[0])
    return names | guessed, guessed


def _says(grid: Grid, name: str) -> bool:
    """True when the sheet or file is named or numbered as this list."""
    number = re.sub(r"\D", "", name)
    said = re.fullmatch(r"(?:annexa)?list(\d+).*", heading_key(Path(grid.sheet or grid.file).stem))
    return said is not None and said.group(1) == number


def _plan(fit: _Fit, file_map: FileMap, pack: Pack) -> Plan:
    """The map with the sheet's own headings in place of Ofsted's, laid on the sheet."""
    columns = [
        c.model_copy(update={"heading": fit.names.get(c.heading, c.heading)}) if c.heading else c
        for c in file_map.columns
    ]
    own = file_map.model_copy(update={"columns": tuple(columns)})
    keep = _dated(fit, file_map) if file_map.dataset == "events" else None
    return plan(fit.headed, own, pack, keep=keep)


def _dated(fit: _Fit, file_map: FileMap) -> Keep | None:
    """For a list that tells of several kinds of event: the rows that give this one's day, or no day at all."""
    days = [m for m in fit.of.maps if m.dataset == "events"]
    at = {m.id: fit.headed.index(fit.names.get(_day_heading(m), "")) for m in days}
    own, others = at[file_map.id], [i for name, i in at.items() if name != file_map.id and i is not None]
    if own is None or not others:
        return None

    def keep(rows: Rows) -> pa.Array:
        none_else = rows.cells[others[0]].is_null()
        for other in others[1:]:
            none_else = pc.and_(none_else, rows.cells[other].is_null())
        return pc.or_(rows.cells[own].is_valid(), none_else)

    return keep


def _day_heading(file_map: FileMap) -> str:
    return next((c.heading for c in file_map.columns if c.column == "started_on" and c.heading), "")


def _left(grid: Grid) -> Iterable[Finding]:
    """What to say of a sheet that is none of the lists."""
    if not any(any(cell.strip() for cell in row) for row in grid.head) or _PASSED_OVER.fullmatch(grid.sheet.casefold()):
        return
    adoption = headed(grid, _ADOPTION)
    if adoption.index(_ADOPTION[0]) is not None:
        problem, severity = "Adoption lists are not read.", Severity.NOTE
        remedy = "Nothing to do."
    else:
        problem, severity = "This sheet was not read: its headings are none of the lists 1 to 9.", Severity.WARNING
        remedy = "If it is one of them, give its columns the headings of Ofsted's template. Otherwise nothing to do."
    yield Finding(
        code="annex-a.adoption" if severity is Severity.NOTE else "annex-a.sheet-not-read",
        where=Place(file=grid.file, sheet=grid.sheet),
        problem=problem,
        remedy=remedy,
        severity=severity,
    )


def merge_people(path: Path, dataset: DataSet, file: str) -> tuple[int, list[Finding]]:
    """The table has each child once, with the first answer any list gave; how many, and whether lists disagree.

    Rows without a reference, or with a cell that could not be read, stay as they are.
    """
    merged = path.with_suffix(".merged")
    facts = [c for c in ("date_of_birth", "sex", "ethnicity") if c in dataset.column_ids]
    with Engine() as engine:
        engine.register("lists", path)
        engine.run("CREATE TEMP TABLE every AS SELECT row_number() OVER () AS _n, * FROM lists")
        differ = engine.rows(f"SELECT count(*), min(_row) FROM ({_DISAGREE.format(tests=_tests(facts))})")[0]
        engine.write(_MERGED.format(columns=_first_answers(dataset)), merged)
        count = engine.rows("SELECT count(*) FROM (SELECT DISTINCT " + _WHO + " FROM every)")[0][0]
    merged.replace(path)
    return count, [_disagreement(file, *differ)] if differ[0] else []


_WHO = "CASE WHEN person IS NULL OR len(_unread) > 0 THEN 'r' || _n ELSE 'p' || upper(person) END"
_DISAGREE = f"SELECT min(_row) AS _row FROM every WHERE person IS NOT NULL GROUP BY {_WHO} HAVING {{tests}}"
_MERGED = f"SELECT {{columns}} FROM every GROUP BY {_WHO} ORDER BY min(_n)"


def _tests(facts: Sequence[str]) -> str:
    return " OR ".join(f"count(DISTINCT {identifier(fact)}) > 1" for fact in facts)


def _first_answers(dataset: DataSet) -> str:
    names = [*dataset.column_ids, "_row", "_sheet", "_path", "_unread"]
    sets = {c.id for c in dataset.columns if c.type == "codes"}
    picked = [
        f"coalesce(arg_min({identifier(n)}, _n) FILTER (len({identifier(n)}) > 0), []) AS {identifier(n)}"
        if n in sets or n == "_unread"
        else f"arg_min({identifier(n)}, _n) AS {identifier(n)}"
        for n in names
    ]
    return ", ".join(picked)


def _disagreement(file: str, count: int, row: int) -> Finding:
    return Finding(
        code="annex-a.people-differ",
        where=Place(file=file, row=row),
        problem="Some children have another date of birth, sex or ethnicity in another list. The first was used.",
        remedy="Correct the child's record in the system the lists come from, and export them again.",
        severity=Severity.WARNING,
        count=count,
        dataset="people",
    )
