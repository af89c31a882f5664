"""What is timed, one job a process: JOB SOURCE SCRATCH. A job may print seconds of its own as JSON on its last line."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from time import process_time


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
    received = receive(source, pack, scratch / "received")
    (scratch / "checked").mkdir()
    context = Context(
        agency="police", kind="police", file=received.file, headings=received.headings,
        period=Period.parse("2024-25"), received_on=date(2025, 5, 1),
    )  # fmt: skip
    with Engine(spill=scratch) as engine:
        checked = validate(engine, received.tables, pack, context, scratch / "checked")
    print(json.dumps({"rows": checked.rows["events"], "codes": sorted({f.code for f in checked.findings})}))


def duckdb_read(source: Path, _: Path) -> None:
    """DuckDB's typed read of the same file into a table, told every type."""
    import duckdb

    names = next(csv.reader(source.open(encoding="utf-8", newline="")))
    types = {name: "DATE" if name in ("Started on", "Ended on") else "VARCHAR" for name in names}
    connection = duckdb.connect(config={"threads": 2})
    sql = "CREATE TABLE events AS SELECT * FROM read_csv(?, header=true, delim=',', quote='\"', columns=?, dateformat='%d/%m/%Y')"
    connection.execute(sql, [str(source), types])


def calamine_read(source: Path, _: Path) -> None:
    """Calamine alone: every cell of the workbook as a Python value."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(source))
    assert len(book.get_sheet_by_index(0).to_python()) > 1


def frictionless_check(source: Path, _: Path) -> None:
    """Frictionless (https://framework.frictionlessdata.io): the same columns with twenty constraints."""
    from frictionless import Resource, Schema

    code = {"pattern": "[A-Za-z0-9_-]+", "maxLength": 40}
    fields = {
        "Event reference": ("string", {"required": True, "unique": True}),
        "Your reference": ("string", {"required": True, "maxLength": 40}),
        "Type": (
            "string",
            {"required": True, "enum": ["contact", "referral", "assessment", "missing_home", "offence"]},
        ),
        "Detail": ("string", code),
        "Started on": ("date", {"required": True, "minimum": "01/01/1990", "maximum": "31/03/2025"}),
        "Ended on": ("date", {"minimum": "01/01/1990", "maximum": "31/12/2025"}),
        "Outcome": ("string", code),
        "Source": ("string", {"enum": ["1A", "1B", "1C", "1D"]}),
        "Role": ("string", {"enum": ["harmed", "causing_harm", "both", "unknown"]}),
        "Forms of harm": ("string", {"maxLength": 80}),
        "Belongs to": ("string", {"maxLength": 40}),
        "Where it happened": ("string", {"pattern": "[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"}),
    }
    described = [
        {"name": name, "type": kind, "constraints": limits, **({"format": "%d/%m/%Y"} if kind == "date" else {})}
        for name, (kind, limits) in fields.items()
    ]
    schema = Schema.from_descriptor({"fields": described})
    report = Resource(path=source.name, basepath=str(source.parent), schema=schema).validate()
    print(json.dumps({"valid": report.valid, "errors": report.stats["errors"]}))


def county(source: Path, scratch: Path) -> None:
    """Plait: a whole county from its files to its profile, and how long each stage took."""
    from time import perf_counter

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
