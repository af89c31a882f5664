"""The shared tables every indicator is counted from, made once: agencies, places, groups, and each data set's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from plait.areas import Areas
from plait.decided import Agency
from plait.declare import ColumnType, DataSet, Pack
from plait.engine import Engine, identifier, literal
from plait.measure.groups import Groups, bands

Tables = Mapping[str, Path]

SMALL_KINDS = frozenset({"oa", "lsoa", "msoa", "dz", "iz", "ward"})
WIDE_KINDS = frozenset({"country", "nation", "region"})
ROW_SETS = ("concerns", "events", "services", "needs")
_ARROW_TO_SQL = {
    ColumnType.DATE: "DATE", ColumnType.INTEGER: "BIGINT", ColumnType.NUMBER: "DOUBLE", ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.CODES: "VARCHAR[]",
}  # fmt: skip


@dataclass(frozen=True)
class Places:
    """The areas figures are made for, and the number of each area known."""

    numbers: Mapping[str, int]
    shown: tuple[str, ...]
    above: Mapping[str, frozenset[str]]  # an area to itself and every area it lies in


def keep(engine: Engine, name: str, table: pa.Table) -> None:
    """The Arrow table is now `measure.<name>`."""
    engine.register("measure_given", table)
    engine.run(f"CREATE OR REPLACE TABLE measure.{identifier(name)} AS SELECT * FROM measure_given")
    engine.register("measure_given", table.slice(0, 0))


def sources(coded: Sequence[Tables], name: str) -> list[tuple[int, Path]]:
    """The files of one table with their place in the order they were sent."""
    return [(index, tables[name]) for index, tables in enumerate(coded) if name in tables]


def agency_of(tables: Tables, agencies: Sequence[Agency]) -> str:
    """Whose return this is; '' when none of its tables has a row of a known agency."""
    known = {agency.id for agency in agencies}
    for path in tables.values():
        if "agency" in pq.read_schema(path).names:
            first = next(pq.ParquetFile(path).iter_batches(1, columns=["agency"]), None)
            if first is not None and first.num_rows and (agency := str(first.column(0)[0])) in known:
                return agency
    return ""


def union(files: Iterable[tuple[int, Path]], columns: Mapping[str, str]) -> str:
    """A query over all files alike, with a column `file`; a column that a file lacks is NULL. `columns`: name to type."""
    parts = [_one(index, path, columns) for index, path in files]
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {identifier(name)}" for name, kind in columns.items())
    return " UNION ALL ".join(parts) or f"SELECT {nothing}, 0 AS file WHERE false"


def _one(index: int, path: Path, columns: Mapping[str, str]) -> str:
    there = set(pq.read_schema(path).names)
    listed = ", ".join(
        f"CAST({identifier(name) if name in there else 'NULL'} AS {kind}) AS {identifier(name)}"
        for name, kind in columns.items()
    )
    return f"SELECT {listed}, {index} AS file FROM read_parquet({literal(str(path))})"


def prepare_agencies(engine: Engine, agencies: Sequence[Agency], pack: Pack) -> None:
    """`measure.agency`: number from 1, id, kind, and the order in which agencies are believed when they differ."""
    kinds = [code.code for code in pack.codelists["agency_kind"].codes] if "agency_kind" in pack.codelists else []
    order = sorted(
        range(len(agencies)),
        key=lambda i: (kinds.index(agencies[i].kind) if agencies[i].kind in kinds else len(kinds), i),
    )
    keep(
        engine,
        "agency",
        pa.table(
            {
                "ag": pa.array(range(1, len(agencies) + 1), pa.int32()),
                "id": pa.array([a.id for a in agencies], pa.string()),
                "kind": pa.array([a.kind for a in agencies], pa.string()),
                "rank": pa.array([order.index(i) for i in range(len(agencies))], pa.int32()),
            }
        ),
    )


def prepare_places(engine: Engine, areas: Areas, top: Sequence[str], agencies: Sequence[Agency]) -> Places:
    """`measure.place`, `measure.area` and `measure.inside`: every area known, and which shown areas each lies in.

    A row whose area is not known, or is no area known here, has the place `-ag`: it counts in every shown area that
    holds the whole of what its agency covers. A row known to lie outside counts nowhere.
    """
    members = areas.members()
    above: dict[str, set[str]] = {area.code: set() for area in areas.all}
    for member, area in zip(members["member"].to_pylist(), members["area"].to_pylist(), strict=True):
        above[member].add(area)
    tops = {areas[code].code for code in top}
    shown = sorted(code for code, line in above.items() if line & tops)
    numbers = {code: n for n, code in enumerate(sorted(above), start=1)}
    inside = [(numbers[m], numbers[a]) for m, line in above.items() for a in line if a in set(shown)]
    for ag, agency in enumerate(agencies, start=1):
        whole = frozenset.intersection(*(frozenset(above[areas[code].code]) for code in agency.areas))
        inside += [(-ag, numbers[a]) for a in whole & set(shown)]
    small = {numbers[code] for code in shown if areas[code].kind in SMALL_KINDS and code not in tops}
    _keep_places(engine, numbers, inside, small)
    return Places(numbers, tuple(shown), {code: frozenset(line) for code, line in above.items()})


def _keep_places(
    engine: Engine, numbers: Mapping[str, int], inside: Sequence[tuple[int, int]], small: set[int]
) -> None:
    keep(
        engine,
        "place",
        pa.table({"code": list(numbers), "place": pa.array(numbers.values(), pa.int32())})
        if numbers
        else pa.table({"code": pa.array([], pa.string()), "place": pa.array([], pa.int32())}),
    )
    keep(
        engine,
        "inside",
        pa.table(
            {
                "place": pa.array([p for p, _ in inside], pa.int32()),
                "area": pa.array([a for _, a in inside], pa.int32()),
                "small": pa.array([a in small for _, a in inside], pa.bool_()),
            }
        ),
    )


def prepare_groups(engine: Engine, groups: Groups, pack: Pack) -> None:
    """`measure.grp` numbers each group; `measure.code` leads from a code to its group; `measure.age` from an age."""
    pairs = groups.numbers.items()
    keep(
        engine,
        "grp",
        pa.table(
            {
                "gid": pa.array([0, *(n for _, n in pairs)], pa.int32()),
                "dim": ["", *(by for (by, _), _ in pairs)],
                "label": ["", *(group for (_, group), _ in pairs)],
            }
        ),
    )
    rows = [
        (by, listed, code, groups.number(by, group))
        for (by, listed), known in groups.codes.items()
        for code, group in known.items()
    ]
    keep(
        engine,
        "code",
        pa.table(
            {
                "dim": pa.array([r[0] for r in rows], pa.string()),
                "listed": pa.array([r[1] for r in rows], pa.string()),
                "code": pa.array([r[2] for r in rows], pa.string()),
                "gid": pa.array([r[3] for r in rows], pa.int32()),
            }
        ),
    )
    ages = [
        (a, groups.number("age_band", band)) for band, (low, high) in bands(pack).items() for a in range(low, high + 1)
    ]
    keep(
        engine,
        "age",
        pa.table(
            {"age": pa.array([a for a, _ in ages], pa.int64()), "gid": pa.array([g for _, g in ages], pa.int32())}
        ),
    )


def prepare_rows(engine: Engine, coded: Sequence[Tables], dataset: DataSet) -> None:
    """`measure.u_<data set>`: every row with its agency, both numbers of its person, its places, and the file it came in.

    A record sent again in a later file, such as a spell that was still open, replaces what was sent before.
    """
    columns = _coded_columns(dataset)
    latest = _newest(dataset.id) if len(sources(coded, dataset.id)) > 1 else ""
    incident = "ip.place" if "incident_area" in columns else "NULL::INTEGER"
    responsible = "rp.place" if "responsible_area" in columns else "NULL::INTEGER"
    engine.run(f"""
        CREATE OR REPLACE TABLE measure.{identifier("u_" + dataset.id)} AS
        WITH sent AS (SELECT * FROM ({union(sources(coded, dataset.id), columns)}) {latest})
        SELECT row_number() OVER () AS rid, a.ag, w.own, w.linked, o.birth_month AS born_own, l.birth_month AS born_linked,
            {incident} AS incident, {responsible} AS responsible, s.* EXCLUDE (agency)
        FROM sent s JOIN measure.agency a ON a.id = s.agency
        LEFT JOIN measure.who w ON w.ag = a.ag AND w.person = s.person
        LEFT JOIN measure.people o ON o.sid = w.own LEFT JOIN measure.people l ON l.sid = w.linked
        {"LEFT JOIN measure.place ip ON ip.code = s.incident_area" if "incident_area" in columns else ""}
        {"LEFT JOIN measure.place rp ON rp.code = s.responsible_area" if "responsible_area" in columns else ""}""")


# How a record without a reference of its own is known again: whose it is, what and when.
_KNOWN_BY = {
    "concerns": ("recorded_on",), "events": ("type", "started_on"), "services": ("type", "referred_on", "started_on"),
    "needs": ("need", "recorded_on", "relates_to"),
}  # fmt: skip
_REFERENCE = {"concerns": "concern", "events": "event", "services": "service"}


def _newest(of: str) -> str:
    """SQL that keeps a record only as the agency's last file to hold it has it: the same person's, of one reference.

    Two systems of one agency may number from 1 alike, so a reference alone does not tell a record.
    """
    reference = identifier(_REFERENCE[of]) if of in _REFERENCE else "NULL::BIGINT"
    known_by = ", ".join(f"CASE WHEN {reference} IS NULL THEN {identifier(name)} END" for name in _KNOWN_BY[of])
    record = f"agency, person, {reference}, {known_by}"
    return f"QUALIFY coalesce({reference}, person) IS NULL OR file = max(file) OVER (PARTITION BY {record})"


def _coded_columns(dataset: DataSet) -> dict[str, str]:
    """Column to SQL type as the data set is after coding."""
    columns = {"agency": "VARCHAR"}
    for column in dataset.columns:
        match column.after_coding:
            case "drop":
                continue
            case "token":
                columns[column.id] = "BIGINT"
            case "area":
                columns[column.id.replace("postcode", "area")] = "VARCHAR"
            case "month":
                columns[column.id] = "DATE"
            case _:
                columns[column.id] = _ARROW_TO_SQL.get(column.type, "VARCHAR")
    return columns
