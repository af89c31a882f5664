"""Every indicator's worked examples give the numbers they state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from math import isclose
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.areas import Area, Areas
from plait.decided import Agency
from plait.declare import DataSet, Example, Indicator, Pack, load_pack
from plait.engine import Engine
from plait.measure import measure
from plait.values import Period

PACK = load_pack()
EXAMPLES = [(i, n) for i in PACK.indicators.values() for n in range(len(i.examples))]
TABLES = {
    "persons": {"person": "token", "birth_month": "date", "sex": "text", "ethnicity": "text", "disability": "codes",
                "died_month": "date", "area": "text"},
    "homes": {"person": "token", "area": "text", "from_month": "date", "to_month": "date"},
}  # fmt: skip
ARROW = {
    "date": pa.date32(), "codes": pa.list_(pa.string()), "integer": pa.int64(), "number": pa.float64(),
    "boolean": pa.bool_(), "token": pa.int64(),
}  # fmt: skip


def coded_columns(dataset: DataSet) -> dict[str, str]:
    """Column to kind as a data set is after coding."""
    kept = {}
    for column in dataset.columns:
        if column.after_coding == "area":
            kept[column.id.replace("postcode", "area")] = "text"
        elif column.after_coding != "drop":
            kept[column.id] = {"token": "token", "month": "date"}.get(column.after_coding, str(column.type))
    return kept


def token(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


def read(cell: str, kind: str) -> object:
    if kind == "codes":
        return [word.strip() for word in cell.split(";") if word.strip()]
    if cell == "":
        return None
    made = {"date": date.fromisoformat, "integer": int, "number": float, "token": token}
    return made.get(kind, str)(cell)


def parse(text: str) -> list[dict[str, str]]:
    """A heading line, then rows, parted by '|'."""
    heading, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(heading, row, strict=True)) for row in rows]


def coded(pack: Pack, example: Example, folder: Path) -> tuple[list[dict[str, Path]], list[str]]:
    """The example's tables as files, one set an agency, and the agencies in them."""
    returns: dict[str, dict[str, Path]] = {}
    for name, text in example.given.items():
        kinds = TABLES.get(name) or coded_columns(pack.dataset(name))
        by_agency: dict[str, list[dict[str, object]]] = {}
        for row in parse(text):
            assert set(row) <= {"agency", *kinds}, f"{name} has no column {set(row) - set(kinds)}"
            cells = {column: read(row.get(column, ""), kind) for column, kind in kinds.items()}
            by_agency.setdefault(row.get("agency") or "council", []).append(cells)
        for agency, rows in by_agency.items():
            schema = pa.schema([("agency", pa.string()), *((c, ARROW.get(k, pa.string())) for c, k in kinds.items())])
            path = folder / f"{agency}-{name}.parquet"
            pq.write_table(pa.Table.from_pylist([{"agency": agency, **r} for r in rows], schema=schema), path)
            returns.setdefault(agency, {})[name] = path
    return list(returns.values()), list(returns)


def links(returns: list[dict[str, Path]], folder: Path) -> Path:
    """The same reference in two agencies' tables is the same person."""
    pairs = {
        (row["agency"], row["person"])
        for tables in returns
        for path in tables.values()
        if "person" in pq.read_schema(path).names
        for row in pq.read_table(path, columns=["agency", "person"]).to_pylist()
        if row["person"] is not None
    }
    path = folder / "numbers.parquet"
    listed = sorted(pairs)
    schema = pa.schema([("agency", pa.string()), ("person", pa.int64()), ("number", pa.int64())])
    pq.write_table(
        pa.Table.from_pylist([{"agency": a, "person": p, "number": p} for a, p in listed], schema=schema), path
    )
    return path


def figures(pack: Pack, indicator: Indicator, example: Example, folder: Path) -> dict[str, dict[str, object]]:
    """The partnership's figures for area X, by 'all' or 'breakdown=group'."""
    returns, names = coded(pack, example, folder)
    kinds = {code.code for code in pack.codelist("agency_kind").codes}
    agencies = [Agency(id=n, name=n, kind=n if n in kinds else "other", areas=("X",)) for n in names]
    with Engine(threads=1) as engine:
        made = measure(
            engine, returns, links(returns, folder), pack, period=Period.parse(example.period),
            areas=Areas((Area(code="X", name="Here", kind="district"),)), top=("X",), agencies=agencies,
            indicators=[indicator.id],
        )  # fmt: skip
    return {(f"{f['by']}={f['group']}" if f["by"] else "all"): f for f in made.to_pylist() if f["supplier"] == ""}


def differences(made: dict[str, dict[str, object]], expect: dict[str, float | str]) -> Iterator[str]:
    for key, wanted in expect.items():
        figure = made.get(key)
        if figure is None:
            yield f"{key}: no such figure"
        elif isinstance(wanted, str):
            if figure["state"] != wanted:
                yield f"{key}: {figure['state']} {figure['low']}, not {wanted}"
        elif figure["low"] != figure["high"] or not isclose(float(str(figure["low"])), wanted, abs_tol=0.05):
            yield f"{key}: {figure['state']} {figure['low']} to {figure['high']}, not {wanted}"


@pytest.mark.parametrize(("indicator", "number"), EXAMPLES, ids=[f"{i.id}-{n + 1}" for i, n in EXAMPLES])
def test_example(indicator: Indicator, number: int, tmp_path: Path) -> None:
    """Two engineers must read an indicator alike: the example is what settles it."""
    example = indicator.examples[number]
    wrong = list(differences(figures(PACK, indicator, example, tmp_path), example.expect))
    assert not wrong, f"{indicator.id}, example {number + 1}: {'; '.join(wrong)}"
