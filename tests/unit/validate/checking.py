"""What the tests of `validate` share: small data sets, tables written as text, and one way to check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plait.declare import Code, CodeList, DataSet, Indicator, Pack
from plait.declare.pack import Cover
from plait.engine import Engine
from plait.validate import Checked, Context, validate

ITEM: dict[str, Any] = {"title": "T", "source": "tests", "owner": "Tester", "since": date(2026, 1, 1)}
ARROW = {
    "text": pa.string(),
    "code": pa.string(),
    "value": pa.string(),
    "codes": pa.list_(pa.string()),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
NEEDS = CodeList(
    id="need",
    codes=(
        Code(code="11A", label="Sexual exploitation", group="harm", sets=("exploitation",)),
        Code(code="18A", label="Violence", until=date(2020, 3, 31), note="Split into 18B and 18C"),
        Code(code="18B", label="Violence by a child", since=date(2020, 4, 1), group="harm"),
        Code(code="U", label="Not known"),
    ),
    missing=("U",),
    **ITEM,
)
SEX = CodeList(id="sex", codes=tuple(Code(code=c, label=c) for c in "FMU"), missing=("U",), **ITEM)
SYMBOLS = CodeList(id="value_symbol", codes=tuple(Code(code=c, label=c) for c in ("z", "c", "<n")), **ITEM)


@dataclass(frozen=True)
class Named:
    """A heading as `receive` gives it."""

    text: str
    letter: str = ""
    sheet: str = ""
    path: str = ""


def column(name: str, kind: str = "text", *, required: bool = False, **more: Any) -> dict[str, Any]:
    privacy = more.pop("privacy", "personal")
    return {
        "id": name,
        "title": name.title(),
        "type": kind,
        "privacy": privacy,
        "meaning": "m",
        "required": required,
        **more,
    }


def dataset(name: str, *columns: dict[str, Any], checks: Any = (), tier: str = "person") -> DataSet:
    declared = [{"problem": "Wrong.", "remedy": "Right.", "code": f"{name}.rule", **check} for check in checks]
    return DataSet(id=name, row="one row", tier=tier, columns=columns, checks=declared, **ITEM)  # type: ignore[arg-type]


def pack_of(*datasets: DataSet, codelists: tuple[CodeList, ...] = (NEEDS, SEX, SYMBOLS), indicators: Any = ()) -> Pack:
    cover = Cover(id="t", title="T", version="1", owner="o", approver="a", approved_on=date(2026, 1, 1))
    parts = ("definitions", "questions", "disclosures", "agreements", "maps", "published")
    empty: dict[str, Any] = {part: {} for part in parts}
    return Pack(
        cover=cover,
        digest="d",
        codelists={c.id: c for c in codelists},
        datasets={d.id: d for d in datasets},
        indicators={i.id: i for i in indicators},
        **empty,
    )


def counted(name: str) -> Indicator:
    """An indicator that agencies count for themselves."""
    words = dict.fromkeys(("why", "unit", "period_rule", "counting_rule", "evidence", "can_say", "cannot_say"), "said")
    return Indicator.model_validate(
        {**ITEM, **words, "id": name, "domain": "harm", "measure": {"kind": "reported"}, "residence": "home",
         "frequency": "annual", "suppliers": ("police",), "questions": ("Q1",)}
    )  # fmt: skip


def read(text: str) -> list[dict[str, str]]:
    """A text table: a heading line, then rows, parted by '|'."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def table_of(rows: list[dict[str, str]], of: DataSet) -> pa.Table:
    """The rows as `receive` hands them on. A cell '?' is one it could not read. Rows are numbered from 2."""
    arrays: dict[str, Any] = {}
    for c in of.columns:
        arrays[c.id] = pa.array([_typed(row.get(c.id, ""), c.type.value) for row in rows], ARROW[c.type.value])
    numbers = [int(row.get("_row") or number) for number, row in enumerate(rows, start=2)]
    arrays["_row"] = pa.array(numbers, pa.int64())
    arrays["_sheet"] = pa.array([row.get("_sheet", "") for row in rows], pa.string())
    arrays["_path"] = pa.array([row.get("_path", "") for row in rows], pa.string())
    unread = [[c.id for c in of.columns if row.get(c.id) == "?"] for row in rows]
    arrays["_unread"] = pa.array(unread, pa.list_(pa.string()))
    if of.tier == "aggregate":
        arrays["_extra"] = pa.array([row.get("_extra") or None for row in rows], pa.string())
    return pa.table(arrays)


def _typed(text: str, kind: str) -> Any:
    if kind == "codes":
        return [code for code in text.split(";") if code and code != "?"]
    if not text or text == "?":
        return None
    readers = {"date": date.fromisoformat, "integer": int, "number": float, "boolean": lambda t: t == "yes"}
    return readers.get(kind, str)(text)


def context(**more: Any) -> Context:
    return Context(**{"agency": "hp", "kind": "police", "file": "return.csv", "received_on": date(2026, 4, 20), **more})


def write(tables: Mapping[str, pa.Table], into: Path) -> dict[str, Path]:
    into.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, into / f"{name}.parquet")
    return {name: into / f"{name}.parquet" for name in tables}


def checked(engine: Engine, pack: Pack, tables: Mapping[str, pa.Table], into: Path, **more: Any) -> Checked:
    return validate(engine, write(tables, into / "received"), pack, context(**more), into / "usable")


def codes_by_row(result: Checked, of: str) -> dict[int | None, set[str]]:
    found: dict[int | None, set[str]] = {}
    for finding in result.findings:
        if finding.dataset == of:
            found.setdefault(finding.where.row, set()).add(finding.code)
    return found
