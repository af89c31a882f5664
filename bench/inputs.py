"""The files that are timed, all invented and the same every time. Run by bench/run.py: KIND SIZE PATH."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import xlsxwriter

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

PARTNERSHIP = {
    "name": "Bench partnership (invented)",
    "areas": ["E06000001"],
    "agencies": [{"id": "council", "name": "Council", "kind": "council", "areas": ["E06000001"]}],
    "pack": "core",
    "invented": True,
}
AGREEMENT = {
    "id": "strategic",
    "terms": "pseudonymised_strategic",
    "parties": ["council"],
    "signed": {"council": "2024-01-01"},
    "since": "2024-01-01",
    "until": "2030-03-31",
}
RETURN = {"agency": "council", "period": "2024-25", "path": "census.xml", "received_on": "2025-05-01"}
AREAS = "code,name,kind,parents,since,until\nE06000001,Bench,unitary,,,\n"

EVENTS = """
    SELECT 'E' || i AS "Event reference", 'P' || (i % {people}) AS "Your reference",
        ['contact', 'referral', 'assessment', 'missing_home', 'offence'][1 + h % 5] AS "Type",
        CASE WHEN h % 5 = 4 THEN 'violence' END AS "Detail",
        strftime(DATE '2024-04-01' + (h % 300)::INTEGER, '%d/%m/%Y') AS "Started on",
        CASE WHEN h % 3 = 0 THEN strftime(DATE '2024-04-01' + (h % 300 + h % 60)::INTEGER, '%d/%m/%Y') END AS "Ended on",
        NULL AS "Outcome", ['1A', '1B', '1C', '1D'][1 + h % 4] AS "Source", 'harmed' AS "Role",
        ['CSE', 'CCE', 'CSE; CCE', NULL][1 + h % 4] AS "Forms of harm", NULL AS "Belongs to",
        'AB' || (1 + h % 30) || ' ' || (1 + h % 9) || 'DE' AS "Where it happened"
    FROM (SELECT i, (hash(i) % 1000003)::BIGINT AS h FROM range({rows}) AS r(i))
"""
FAILING = """
    SELECT NULL AS "Event reference", NULL AS "Your reference", 'nonsense ' || i AS "Type", 'more nonsense' AS "Detail",
        '32/13/2024' AS "Started on", 'last week' AS "Ended on", 'x' || i AS "Outcome", 'zz' AS "Source", '??' AS "Role",
        'A' || i || '; B' || i AS "Forms of harm", 'none ' || i AS "Belongs to", 'nowhere' AS "Where it happened"
    FROM range({rows}) AS r(i)
"""


def events_csv(path: Path, rows: int) -> None:
    """Events under the template's headings, with no row at fault."""
    _write(EVENTS.format(rows=rows, people=max(1, rows // 5)), path)


def failing_csv(path: Path, rows: int) -> None:
    """Events of which every row breaks many rules, each with words of its own."""
    _write(FAILING.format(rows=rows), path)


def events_xlsx(path: Path, rows: int) -> None:
    """The same events as a workbook whose dates are dates."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, day = book.add_worksheet("Events"), book.add_format({"num_format": "dd/mm/yyyy"})
    found = duckdb.sql(EVENTS.format(rows=rows, people=max(1, rows // 5)))
    dates = [n for n, name in enumerate(found.columns) if name in ("Started on", "Ended on")]
    sheet.write_row(0, 0, found.columns)
    for number, row in enumerate(found.fetchall(), start=1):
        for column, cell in enumerate(row):
            if cell is not None and column in dates:
                sheet.write_datetime(number, column, date(*map(int, reversed(cell.split("/")))), day)
            elif cell is not None:
                sheet.write(number, column, cell)
    book.close()


def census(folder: Path, children: int) -> None:
    """A partnership of one council that sent one census."""
    from tests.unit.receive.cin_files import write_cin

    for part in ("returns", "agreements", "areas"):
        (folder / part).mkdir(parents=True)
    (folder / "areas" / "areas.csv").write_text(AREAS)
    (folder / "partnership.yaml").write_text(json.dumps(PARTNERSHIP))  # JSON is YAML
    (folder / "agreements" / "strategic.yaml").write_text(json.dumps(AGREEMENT))
    (folder / "returns" / "returns.yaml").write_text(json.dumps([RETURN]))
    write_cin(folder / "returns" / "census.xml", children, seed=1)


def county(folder: Path, people: int) -> None:
    """The county of `plait demo`, before any run."""
    from plait.commands.demo import PERIODS
    from plait.invent import invent

    invent(folder, seed=1, size=people, periods=PERIODS, keep_truth=folder.with_name(f"{folder.name}-truth"))


def _write(sql: str, path: Path) -> None:
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT csv, HEADER)")


KINDS: dict[str, Callable[[Path, int], None]] = {
    "events.csv": events_csv,
    "failing.csv": failing_csv,
    "events.xlsx": events_xlsx,
    "census": census,
    "county": county,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](Path(sys.argv[3]), int(sys.argv[2]))
