"""What is timed, one job a process: JOB SOURCE SCRATCH. A job may print seconds of its own as JSON on its last line."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from time import perf_counter, process_time


def census(source: Path, _: Path) -> None:
    """Plait: read, check, code and keep a census."""
    from plait.partnership import open_workspace
    from plait.pipeline import keep_all
    from plait.pseudonymise import Key

    place, key = open_workspace(source), Key("bench", b"not a secret: for the bench only")
    with place.store.writing():
        (kept,) = keep_all(place, key=key, on=date(2025, 5, 1), progress=lambda *_: None)
    assert kept.tables


def stream_census(source: Path, scratch: Path) -> None:
    """A bare streaming read: each block of each child to a CSV file, nothing typed, checked or coded."""
    from xml.etree.ElementTree import iterparse  # the yardstick is the standard library, on a file made here

    with ExitStack() as files:
        writers = {}
        for _, child in iterparse(source / "returns" / "census.xml"):
            if child.tag != "Child":
                continue
            ref = child.findtext("ChildIdentifiers/LAchildID")
            for block in child.iter():
                if len(block) and block.tag not in writers:
                    path = scratch / f"{block.tag}.csv"
                    writers[block.tag] = csv.writer(files.enter_context(path.open("w", newline="")))
                if len(block):
                    writers[block.tag].writerow([ref, *(part.text for part in block if not len(part))])
            child.clear()


def check(source: Path, scratch: Path) -> None:
    """Plait: receive and validate one file of events."""
    from plait.declare import load_pack
    from plait.engine import Engine
    from plait.receive import receive
    from plait.validate import Context, validate
    from plait.values import Period

    pack = load_pack()
    began = process_time()
    received = receive(source, pack, scratch / "received")
    (scratch / "checked").mkdir()
    context = Context(
        agency="police", kind="police", file=received.file, headings=received.headings,
        period=Period.parse("2024-25"), received_on=date(2025, 5, 1),
    )  # fmt: skip
    with Engine(spill=scratch) as engine:
        checked = validate(engine, received.tables, pack, context, scratch / "checked")
    codes = sorted({f.code for f in checked.findings})
    print(json.dumps({"rows": checked.rows["events"], "codes": codes, "work": process_time() - began}))


def command(source: Path, _: Path) -> None:
    """Plait: `plait check`, as a person starts it."""
    from plait.cli import start

    sys.argv = ["plait", "check", str(source), "--period", "2024-25"]
    start()


def duckdb_read(source: Path, _: Path) -> None:
    """DuckDB's typed read of the same file into a table in memory, told every type."""
    _duckdb(source, "CREATE TABLE events AS SELECT * FROM {read}")


def duckdb_store(source: Path, scratch: Path) -> None:
    """The same read, its rows numbered, written to a Parquet file as the tables between Plait's rooms are."""
    _duckdb(source, f"COPY (SELECT *, row_number() OVER () + 1 AS _row FROM {{read}}) TO {_parquet(scratch)}")


def duckdb_typed(source: Path, scratch: Path) -> None:
    """The read that Plait's own is: every column of its type, sets as lists, and a cell that cannot be read told of."""
    sets = """* REPLACE (coalesce(string_split("Forms of harm", '; '), []) AS "Forms of harm")"""
    rows = f"SELECT {sets}, row_number() OVER () + 1 AS _row FROM {{read}}"
    _duckdb(source, f"COPY ({rows}) TO {_parquet(scratch)}", rejects=True)


def _parquet(scratch: Path) -> str:
    return f"'{scratch / 'events.parquet'}' (FORMAT parquet, COMPRESSION snappy)"


def _duckdb(source: Path, sql: str, *, rejects: bool = False) -> None:
    import duckdb

    began = process_time()

    names = next(csv.reader(source.open(encoding="utf-8", newline="")))
    types = {name: "DATE" if name in ("Started on", "Ended on") else "VARCHAR" for name in names}
    told = ", store_rejects=true" if rejects else ""
    read = f"read_csv(?, header=true, delim=',', quote='\"', columns=?, dateformat='%d/%m/%Y'{told})"
    duckdb.connect(config={"threads": 2}).execute(sql.format(read=read), [str(source), types])
    print(json.dumps({"work": process_time() - began}))


def calamine_read(source: Path, _: Path) -> None:
    """Calamine alone: every cell of the workbook as a Python value."""
    from python_calamine import CalamineWorkbook

    began = process_time()
    book = CalamineWorkbook.from_path(str(source))
    assert len(book.get_sheet_by_index(0).to_python()) > 1
    print(json.dumps({"work": process_time() - began}))


def frictionless_own_check(source: Path, _: Path) -> None:
    """Frictionless with the same checks: its constraints, and the rest in Python."""
    from frictionless_events import errors_in

    print(json.dumps({"errors": errors_in(source, formulas=False)}))


def frictionless_formulas(source: Path, _: Path) -> None:
    """Frictionless with all but two of the checks: its constraints, and its formulas for the rest."""
    from frictionless_events import errors_in

    print(json.dumps({"errors": errors_in(source, formulas=True)}))


def county(source: Path, scratch: Path) -> None:
    """Plait: a whole county from its files to its profile, and how long each stage took."""
    from plait.commands.demo import PERIODS
    from plait.partnership import open_workspace
    from plait.pipeline import run
    from plait.pseudonymise import Key
    from plait.values import Period

    began: dict[str, tuple[float, float]] = {}
    place, key = open_workspace(source), Key("bench", b"not a secret: for the bench only")
    run(
        place, period=Period.parse(PERIODS[-1]), on=date(2025, 7, 1), key=key, into=scratch / "profile",
        progress=lambda stage, *_: began.setdefault(stage, (perf_counter(), process_time())),
    )  # fmt: skip
    marks = [*began.values(), (perf_counter(), process_time())]
    stages = {
        stage: {"wall": round(after[0] - before[0], 2), "cpu": round(after[1] - before[1], 2)}
        for stage, before, after in zip(began, marks, marks[1:], strict=False)
    }
    print(json.dumps(stages))


def measure(source: Path, scratch: Path) -> None:
    """Plait: sixty indicators with all their breakdowns measured, over the returns of the county's last period."""
    from plait.commands.demo import PERIODS
    from plait.engine import Engine
    from plait.measure import measure
    from plait.partnership import open_workspace
    from plait.pipeline import keep_all, link_people
    from plait.pseudonymise import Key
    from plait.values import Period

    place, key = open_workspace(source), Key("bench", b"not a secret: for the bench only")
    with place.store.writing():
        kept = keep_all(place, key=key, on=date(2025, 7, 1))
        numbers = link_people(place, kept).linked.numbers
    last = [k for k in kept if k.record.period == PERIODS[-1]]
    asked = [indicator.id for indicator in place.pack.live_indicators][:60]
    began = perf_counter(), process_time()
    with Engine(spill=scratch) as engine:
        figures = measure(
            engine, [k.tables for k in last], numbers, place.pack, period=Period.parse(PERIODS[-1]), areas=place.areas,
            top=place.partnership.areas, agencies=place.partnership.agencies, indicators=asked,
            formats=[k.format for k in last], earlier=[k.tables for k in kept if k not in last],
        )  # fmt: skip
    wall, cpu = perf_counter() - began[0], process_time() - began[1]
    print(json.dumps({"indicators": len(asked), "figures": figures.num_rows, "wall": wall, "work": cpu}))


def protect(source: Path, _: Path) -> None:
    """Plait: protect alone, over every figure of a county's run: a period's figures are one call in real use."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from plait.partnership import open_workspace
    from plait.protect import Ledger, protect

    place = open_workspace(source)
    figures = pa.concat_tables(
        pq.read_table(f / "figures.parquet") for f in place.store.all("steps") if (f / "figures.parquet").is_file()
    )
    began = process_time()
    released = protect(figures, place.pack, zone="partnership", areas=place.areas, ledger=Ledger.read([]))
    print(json.dumps({"cpu": round(process_time() - began, 2), "figures": released.figures.num_rows}))


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
