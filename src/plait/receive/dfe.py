"""Published tables in DfE's tidy layout, a column a measure, as rows of `counts`; and the areas they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from plait.declare import ColumnMap, CountColumn, Pack, WideCounts
from plait.errors import FileRefused
from plait.receive.delimited import read_delimited
from plait.receive.mapped import converted, reading
from plait.receive.safety import check_file
from plait.receive.tabular import (
    Grid,
    Headed,
    Note,
    Notes,
    Rows,
    cells_where,
    headed,
    heading_key,
    joined,
    letter,
    rows_below,
)
from plait.receive.types import Heading, numbered
from plait.receive.writer import TableWriters
from plait.values import Period, Severity

TIDY = ("time_period", "time_identifier", "geographic_level")
POPULATION = ("age_group", "population_estimate")
_PLACES = (
    "country_code", "country_name", "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
)  # fmt: skip
_CODE_OF = {
    "national": "country_code",
    "regional": "region_code",
    "local authority": "new_la_code",
    "local authority district": "lad_code",
    "parliamentary constituency": "pcon_code",
    "ward": "ward_code",
    "police force area": "police_force_area_code",
}
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_OLDEST = 120  # stands for no upper age


def is_tidy(grid: Grid) -> bool:
    """True when the sheet has the three headings that every table in DfE's tidy layout has."""
    found = headed(grid, TIDY)
    return all(found.index(name) is not None for name in TIDY)


def read_tidy(grid: Grid, pack: Pack, writers: TableWriters) -> dict[str, dict[str, Heading]]:
    """The table's rows are in `counts`, or `populations` for one of residents. What its columns are called comes back.

    Raises FileRefused when the pack declares no published table with these headings.
    """
    found = headed(grid, TIDY)
    if all(found.index(name) is not None for name in POPULATION):
        return _read_populations(found, writers)
    table = _recognised(found, pack)
    if table is None:
        raise FileRefused(
            f"{grid.file} is laid out as a published DfE table, but none that this pack knows. It knows: "
            f"{', '.join(sorted(t.title for t in pack.published.values())) or 'none'}. "
            "Declare it in the pack's 'published' folder, or write its figures in the template for counts."
        )
    return _read_counts(found, table, pack, writers)


def _recognised(found: Headed, pack: Pack) -> WideCounts | None:
    """The declared table all of whose telling headings are here; the one with most of them."""
    used = [t for t in pack.published.values() if t.retired is None]
    fits = [t for t in used if all(found.index(name) is not None for name in t.recognised_by)]
    return max(fits, key=lambda table: len(table.recognised_by), default=None)


def _read_counts(found: Headed, table: WideCounts, pack: Pack, writers: TableWriters) -> dict[str, dict[str, Heading]]:
    here = {name: at for name in table.measures if (at := found.index(name)) is not None}
    filters = {name: at for name in table.filters if (at := found.index(name)) is not None}
    spare = _spare(found, {*here.values(), *filters.values()})
    for rows in rows_below(found.grid, found.row, len(found.headings)):
        rows = _placed(found, rows)
        common, unread = _when_and_where(found, rows)
        common |= {table.filters[name]: _filtered(rows, at, name, table, pack) for name, at in filters.items()}
        lost = [cells_where(rows.cells[found.index(name) or 0], unread) for name in ("time_period", "time_identifier")]
        extra = joined([*(rows.cells[i] for i in spare), *lost])
        for name, at in here.items():
            _add_measure(writers, table.measures[name], rows, at, (common, unread, extra, found))
            extra = _still_to_tell(extra, rows.cells[at])
    _note_empty(found, here)
    places = {name: Heading(found.headings[at], letter(at), found.grid.sheet) for name, at in _columns(found).items()}
    own = {"value": Heading("the measure's own column", "", found.grid.sheet)}
    return {"counts": places | own | _extra_headings(found, spare)}


def _still_to_tell(extra: pa.Array | None, given: pa.Array) -> pa.Array | None:
    """What nothing was read from is told once a row: with the first figure the row gives."""
    left = None if extra is None else cells_where(extra, given.is_null())
    return left if left is not None and left.null_count < len(left) else None


def _extra_headings(found: Headed, spare: Sequence[int]) -> dict[str, Heading]:
    return numbered([Heading(found.headings[i], letter(i), found.grid.sheet) for i in spare if found.headings[i]])


_Common = tuple[dict[str, pa.Array], pa.Array, pa.Array | None, Headed]


def _add_measure(writers: TableWriters, counted: CountColumn, rows: Rows, at: int, common: _Common) -> None:
    """One column's figures as rows. An empty cell is no figure and makes no row."""
    columns, unread, extra, found = common
    given = rows.cells[at].is_valid()
    fixed = {"measure": counted.measure, "part": "" if counted.part == "value" else counted.part, **counted.breakdown}
    length = pc.sum(given).as_py() or 0
    writers["counts"].add(
        {name: cells.filter(given) for name, cells in columns.items()}
        | {name: pa.repeat(pa.scalar(text), length) for name, text in fixed.items()}
        | {"value": rows.cells[at].filter(given)},
        rows=rows.numbers.filter(given),
        sheets=found.grid.sheet,
        unread={"period": unread.filter(given)},
        extra=extra.filter(given) if extra is not None else None,
    )


def _note_empty(found: Headed, here: Mapping[str, int]) -> None:
    if not here:
        found.grid.notes.add("dfe.no-measures", Note(*_NO_MEASURES, Severity.WARNING, row=found.row))


_NO_MEASURES = (
    "None of the columns that hold this table's figures is here.",
    "Download the table again with all its columns.",
)


def _filtered(rows: Rows, at: int, name: str, table: WideCounts, pack: Pack) -> pa.Array:
    column = pack.dataset("counts").column(table.filters[name])
    mapped = ColumnMap(column=column.id, heading=name, codes=table.filter_values.get(name, {}))
    return converted(rows.cells[at], reading(column, mapped, pack), pa.string())[0]


def _columns(found: Headed) -> dict[str, int]:
    """The counts columns that come from headings every tidy table has."""
    when, where = found.index("time_period"), found.index("geographic_level")
    return {"period": when or 0, "area": where or 0}


def _spare(found: Headed, used: set[int]) -> list[int]:
    """Columns that nothing is read from. The names of places are among them: anything can be written there."""
    read = {heading_key(name) for name in (*TIDY, *_CODE_OF.values())}
    return [i for i, key in enumerate(found.keys) if i not in used and key not in read]


def _placed(found: Headed, rows: Rows) -> Rows:
    """The rows for kinds of area that are used; schools and the like are left out with a note."""
    level = rows.cells[found.index("geographic_level") or 0]
    used = pc.is_in(pc.utf8_lower(level), pa.array(list(_CODE_OF)))
    left_out = len(rows) - (pc.sum(used).as_py() or 0)
    if left_out:
        first = rows.numbers.filter(pc.invert(used))[0].as_py()
        found.grid.notes.add("dfe.level-not-used", Note(*_LEVEL, Severity.NOTE, row=first), count=left_out)
    return rows.only(used)


_LEVEL = (
    "Some rows are for a kind of area that Plait makes no figures for, such as one school. They were left out.",
    "Nothing to do.",
)


def _when_and_where(found: Headed, rows: Rows) -> tuple[dict[str, pa.Array], pa.Array]:
    """Period labels and area codes, and which periods could not be read."""
    when = _pair(rows, found.index("time_period"), found.index("time_identifier"))
    periods, unread = converted(when, lambda text: period_label(*text.split("\0")), pa.string())
    marks = pa.repeat(pa.scalar(False), len(rows)) if unread is None else unread
    return {"period": periods, "area": _area_codes(found, rows)}, marks


def _pair(rows: Rows, first: int | None, second: int | None) -> pa.Array:
    cells = [pc.fill_null(rows.cells[i or 0], "") for i in (first, second)]
    return pc.binary_join_element_wise(*cells, "\0")


def _area_codes(found: Headed, rows: Rows) -> pa.Array:
    level = pc.utf8_lower(rows.cells[found.index("geographic_level") or 0])
    codes = pa.nulls(len(rows), pa.string())
    for kind, heading in _CODE_OF.items():
        if (at := found.index(heading)) is not None:
            codes = pc.if_else(pc.fill_null(pc.equal(level, kind), False), rows.cells[at], codes)
    return codes


def period_label(period: str, identifier: str) -> str:
    """A time period and its identifier as a label: ('2024', 'Reporting year') is 2023-24, the year to 31 March 2024.

    Raises ValueError for a pair whose days are not clear.
    """
    found = re.fullmatch(r"(\d{4})[-/]?(\d{2})?", period)
    if not found:
        raise ValueError("not a period")
    return _span(int(found.group(1)), found.group(2), identifier.casefold().strip()).label


def _span(year: int, second: str | None, kind: str) -> Period:
    if second and (year + 1) % 100 != int(second):
        raise ValueError("not two years in a row")
    quarter = re.fullmatch(r"(financial|calendar|academic) year q([1-4])", kind)
    if quarter and quarter.group(1) != "academic":
        return _quarter(year, int(quarter.group(2)), financial=quarter.group(1) == "financial")
    if kind in ("reporting year", "financial year"):
        first = year if second else year - 1
        return Period(date(first, 4, 1), date(first + 1, 3, 31))
    if kind == "academic year" and second:
        return Period(date(year, 9, 1), date(year + 1, 8, 31))
    if kind == "calendar year" and not second:
        return Period.parse(str(year))
    if kind in _MONTHS and not second:
        return Period.parse(f"{year}-{_MONTHS.index(kind) + 1:02d}")
    raise ValueError("not a kind of period that is read")


def _quarter(year: int, number: int, *, financial: bool) -> Period:
    if not financial:
        return Period.parse(f"{year}-Q{number}")
    return Period.parse(f"{year}-Q{number + 1}" if number < 4 else f"{year + 1}-Q1")


def _read_populations(found: Headed, writers: TableWriters) -> dict[str, dict[str, Heading]]:
    names = {"year": "time_period", "age_from": "age_group", "age_to": "age_group", "residents": "population_estimate"}
    at = {column: found.index(name) or 0 for column, name in names.items()}
    spare = _spare(found, set(at.values()))
    for rows in rows_below(found.grid, found.row, len(found.headings)):
        rows = _placed(found, rows)
        youngest, bad = converted(rows.cells[at["age_from"]], lambda text: _ages(text)[0], pa.int64())
        oldest, _ = converted(rows.cells[at["age_to"]], lambda text: _ages(text)[1], pa.int64())
        lost = [] if bad is None else [cells_where(rows.cells[at["age_from"]], bad)]
        writers["populations"].add(
            {
                "area": _area_codes(found, rows), "year": rows.cells[at["year"]], "age_from": youngest,
                "age_to": oldest, "residents": rows.cells[at["residents"]],
            },
            rows=rows.numbers,
            sheets=found.grid.sheet,
            unread={} if bad is None else {"age_from": bad, "age_to": bad},
            extra=joined([*(rows.cells[i] for i in spare), *lost]),
        )  # fmt: skip
    at["area"] = found.index("geographic_level") or 0
    named = {name: Heading(found.headings[i], letter(i), found.grid.sheet) for name, i in at.items()}
    return {"populations": named | _extra_headings(found, spare)}


def _ages(text: str) -> tuple[int, int]:
    """Youngest and oldest: '0 to 17', '16 and 17', '85 and over', '18'. Raises ValueError for anything else."""
    ages = [int(number) for number in re.findall(r"\d+", text)]
    if len(ages) == 2 and ages[0] <= ages[1]:
        return ages[0], ages[1]
    if len(ages) == 1:
        return ages[0], _OLDEST if re.search(r"over|older|\+", text) else ages[0]
    raise ValueError("not an age group")


def read_areas(source: Path) -> pa.Table:
    """Columns code, name, kind, parent: the country, regions and authorities that a tidy table names, each once.

    Kinds are country, region and local_authority. Raises FileRefused when the file is not in the tidy layout.
    """
    check_file(source)
    with TemporaryDirectory() as scratch:
        grid = read_delimited(source, Notes(source.name), Path(scratch))
        found = headed(grid, TIDY)
        if not is_tidy(grid):
            raise FileRefused(f"{source.name} is not in DfE's tidy layout: it needs the headings {', '.join(TIDY)}.")
        areas: dict[str, _Area] = {}
        for rows in rows_below(grid, found.row, len(found.headings)):
            for area in _areas_of(found, rows):
                areas.setdefault(area[0], area)
    listed = list(areas.values())
    names = ("code", "name", "kind", "parent")
    return pa.table({name: pa.array([area[i] for area in listed], pa.string()) for i, name in enumerate(names)})


_Area = tuple[str, str, str, str | None]


def _areas_of(found: Headed, rows: Rows) -> Iterable[_Area]:
    columns = {name: rows.cells[at].to_pylist() for name in _PLACES if (at := found.index(name)) is not None}
    empty: list[str | None] = [None] * len(rows)
    get = [columns.get(name, empty) for name in _PLACES]
    for country, country_name, region, region_name, _, authority, name in dict.fromkeys(zip(*get, strict=True)):
        if country:
            yield country, country_name or country, "country", None
        if region:
            yield region, region_name or region, "region", _LONDON if region in _WITHIN_LONDON else country
        if authority:
            yield authority, name or authority, "local_authority", region or country


_LONDON, _WITHIN_LONDON = "E12000007", ("E13000001", "E13000002")
