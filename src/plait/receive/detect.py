"""Which format a source is, told by its content, and which of its sheets are to be read as what."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plait.declare import FileMap, Pack
from plait.errors import FileRefused, NotRecognised
from plait.receive import annex_a, dfe, mapped, template
from plait.receive.columnar import is_parquet, read_parquet
from plait.receive.delimited import read_delimited
from plait.receive.mapped import Plan
from plait.receive.safety import Kind, check_file, check_folder, check_zip, kind_of
from plait.receive.tabular import Grid, Notes, headed
from plait.receive.types import Heading, numbered
from plait.receive.writer import TableWriters
from plait.values import Finding, Place, Severity

_BOOKS = (Kind.XLSX, Kind.XLS, Kind.XLSB, Kind.ODS)
_SSDA903 = (
    ("CHILD", "DOB", "ETHNIC"), ("CHILD", "DECOM", "RNE"), ("CHILD", "DOB", "MISSING", "MIS_START"),
    ("CHILD", "DOB", "REVIEW"), ("CHILD", "DOB", "IN_TOUCH"), ("CHILD", "DOB", "SDQ_SCORE"), ("CHILD", "DOB", "DUC"),
)  # fmt: skip
_MEMBER_BYTES = 1 << 20
_WIDEST = 2_000  # columns

Headings = Mapping[str, Mapping[str, Heading]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sheets of a source are to be read: a format, and either plans or tidy tables."""

    format: str
    grids: tuple[Grid, ...]
    plans: tuple[Plan, ...] = ()
    tidy: tuple[Grid, ...] = ()
    findings: tuple[Finding, ...] = ()
    ignored: tuple[str, ...] = ()
    told: bool = True  # sheets that nothing reads are worth a note

    def read(self, pack: Pack, writers: TableWriters) -> Headings:
        """Every row is in its table. What each column is called in the file comes back."""
        headings: dict[str, dict[str, Heading]] = {}
        for grid in self.tidy:
            for name, columns in dfe.read_tidy(grid, pack, writers).items():
                headings.setdefault(name, {}).update(columns)
        mapped.fill(self.plans, writers)
        for one in self.plans:
            known = headings.setdefault(one.dataset.id, {})
            known.update({column: heading for column, heading in one.headings().items() if column not in known})
            known.update(numbered(one.extra_headings(), after=known))
        return headings

    def noticed(self) -> tuple[Finding, ...]:
        """All that was noticed, once everything has been read."""
        read = [one.headed.grid for one in self.plans] + list(self.tidy)
        tidy = [finding for grid in self.tidy for finding in grid.notes.findings()]
        rest = [*mapped.findings(self.plans, self.ignored), *tidy, *self.findings]
        return (*rest, *(_unread_sheets(self.grids, read) if self.told else ()))


def _unread_sheets(grids: Iterable[Grid], read: Sequence[Grid]) -> Iterable[Finding]:
    for grid in grids:
        if grid not in read and any(any(cell.strip() for cell in row) for row in grid.head):
            yield Finding(
                code="file.sheet-hidden" if grid.hidden else "file.sheet-not-read",
                where=Place(file=grid.file, sheet=grid.sheet),
                problem="This sheet is hidden and was not read." if grid.hidden else "This sheet was not read.",
                remedy="If it is part of the return, unhide it and give it the headings of a data set."
                if grid.hidden
                else "If it is part of the return, give it the headings of a data set.",
                severity=Severity.NOTE,
            )


def open_grids(source: Path, scratch: Path) -> tuple[Grid, ...]:
    """Every sheet, or text file of a folder or zip, in the source. Raises FileRefused for what holds no table."""
    if source.is_dir():
        grids = [g for path in check_folder(source) for g in _open(path, Notes(source.name, path.name), scratch)]
    else:
        check_file(source)
        zipped = kind_of(source) is Kind.ZIP
        grids = list(_members(source, scratch) if zipped else _open(source, Notes(source.name), scratch))
    if not grids:
        raise FileRefused(f"{source.name} holds no files or sheets. Check that it is the right one.")
    if any(len(row) > _WIDEST for grid in grids for row in grid.head):
        raise FileRefused(
            f"{source.name} has more than {_WIDEST:,} columns, which no return has. Check that it is the right file, and "
            "that its columns are parted by commas or tabs."
        )
    return tuple(grids)


def _open(path: Path, notes: Notes, scratch: Path) -> tuple[Grid, ...]:
    """One file's sheets. In a folder the file's name stands for the sheet's."""
    check_file(path)
    kind = kind_of(path)
    if kind in _BOOKS:
        from plait.receive.workbook import read_workbook  # here: a text file needs neither lxml nor calamine

        return read_workbook(path, notes.file)
    if is_parquet(path):
        return (read_parquet(path, notes),)
    if kind in (Kind.TEXT, Kind.OTHER):
        _refuse_documents(path)
        return (read_delimited(path, notes, scratch),)
    raise FileRefused(
        f"{path.name} holds no table that Plait reads: it is {kind}. "
        "Send a CSV file, an Excel workbook (.xlsx), or the census file as it was exported."
    )


_DOCUMENTS = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"{\\rtf": "a text document"}


def _refuse_documents(path: Path) -> None:
    with path.open("rb") as handle:
        start = handle.read(8)
    for mark, name in _DOCUMENTS.items():
        if start.startswith(mark):
            raise FileRefused(f"{path.name} is {name}, which holds no table. Send the data it was made from.")


def _members(source: Path, scratch: Path) -> Iterable[Grid]:
    """The text files of a zip that is known to be safe, each copied out for as long as it is read."""
    names = check_zip(source)
    if not any(name.lower().endswith((".csv", ".txt", ".tsv")) for name in names):
        raise FileRefused(f"{source.name} holds no CSV files. Unzip it and send the workbook or file that is inside.")
    with zipfile.ZipFile(source) as archive:
        for number, name in enumerate(names):
            copy = scratch / f"member-{number}"
            with archive.open(name) as member, copy.open("wb") as target:
                while block := member.read(_MEMBER_BYTES):
                    target.write(block)
            yield from _open(copy, Notes(source.name, Path(name).name), scratch)


def choose(
    grids: Sequence[Grid], pack: Pack, *, maps: Sequence[FileMap] = (), dataset: str | None = None
) -> Reading | None:
    """How these sheets are to be read; None for the children looked after files, which have a reader of their own.

    Raises FileRefused, saying what was looked for and what comes nearest, when they are nothing that is known.
    """
    if maps:
        plans = tuple(mapped.lay(grids, one, pack) for one in maps)
        return Reading("mapped", tuple(grids), plans, ignored=tuple(h for one in maps for h in one.ignored))
    if is_ssda903(grids):
        return None
    for attempt in (_template, _annex_a, _tidy, _own_headings, _pack_maps):
        if reading := attempt(grids, pack, dataset):
            return reading
    if dataset:  # said to be this data set, whatever else it holds; raises, naming the headings that are missing
        return Reading("template", tuple(grids), (template.own(grids[0], pack.dataset(dataset), pack),))
    raise _unknown(grids, pack)


def is_ssda903(grids: Sequence[Grid]) -> bool:
    """True when any sheet has the headings of one of the children looked after files."""
    return any(all(headed(grid, keys).index(key) is not None for key in keys) for grid in grids for keys in _SSDA903)


def _template(grids: Sequence[Grid], pack: Pack, _: str | None) -> Reading | None:
    plans = template.marked(grids, pack)
    return Reading("template", tuple(grids), tuple(plans), told=False) if plans else None


def _annex_a(grids: Sequence[Grid], pack: Pack, _: str | None) -> Reading | None:
    found = annex_a.find(grids, pack)
    if found is None:
        return None
    return Reading("annex_a", tuple(grids), found.plans, findings=found.findings, ignored=found.ignored, told=False)


def _tidy(grids: Sequence[Grid], _: Pack, __: str | None) -> Reading | None:
    tidy = tuple(grid for grid in grids if not grid.hidden and dfe.is_tidy(grid))
    return Reading("dfe_tidy", tuple(grids), tidy=tidy) if tidy else None


def _own_headings(grids: Sequence[Grid], pack: Pack, dataset: str | None) -> Reading | None:
    plans = template.by_headings(grids, pack, dataset)
    return Reading("template", tuple(grids), tuple(plans)) if plans else None


def _pack_maps(grids: Sequence[Grid], pack: Pack, dataset: str | None) -> Reading | None:
    """The pack's own maps whose every heading is in a sheet."""
    fitting = [m for m in pack.maps.values() if not m.id.startswith("annex_a_") and dataset in (None, m.dataset)]
    fitting = [m for m in fitting if any(_fits(grid, m) for grid in grids)]
    if not fitting:
        return None
    return choose(grids, pack, maps=fitting)


def _fits(grid: Grid, file_map: FileMap) -> bool:
    wanted = [c.heading for c in file_map.columns if c.heading]
    found = headed(grid, wanted, file_map.heading_row)
    return bool(wanted) and not grid.hidden and all(found.index(heading) is not None for heading in wanted)


def _unknown(grids: Sequence[Grid], pack: Pack) -> NotRecognised:
    file = grids[0].file if grids else "This file"
    return NotRecognised(
        f"{file} is none of the formats that Plait knows by their content: the children in need census, the children "
        "looked after files, Ofsted's Annex A, a published DfE table, Plait's own template, or a file that one of the "
        f"pack's maps reads. {_nearest(grids, pack)}"
        f"If it is an export of your own, run: plait map {file}"
    )


def _nearest(grids: Sequence[Grid], pack: Pack) -> str:
    """A sentence on the format that the headings come nearest to."""
    name, here, of = annex_a.nearest(grids, pack)
    tidy = max(sum(headed(grid, dfe.TIDY).index(name) is not None for name in dfe.TIDY) for grid in grids)
    near = [
        (f"Annex A {name.replace('_', ' ').lower()}", here, of, ""),
        ("a published DfE table", tidy, len(dfe.TIDY), ""),
        *((f"the template for '{d.id}'", *template.matched(grids, d), d.id) for d in pack.datasets.values()),
    ]
    name, here, of, dataset = max(near, key=lambda one: one[1] / one[2])
    if not here:
        return ""
    asked = f"If that is what it is, see what is missing with: plait check {grids[0].file} --as {dataset}. "
    meant = asked if dataset else ""
    return f"It comes nearest to {name}: {here} of its {of} headings are here. {meant}"
