"""A few rows written as text tables, measured: what most tests of this room need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plait.areas import Area, Areas
from plait.decided import Agency
from plait.declare import Indicator, Pack, load_pack
from plait.engine import Engine
from plait.measure import measure
from plait.values import Period

PACK = load_pack()
AREAS = Areas(
    (
        Area(code="ENG", name="England", kind="country"),
        Area(code="C", name="County", kind="county", parents=("ENG",)),
        Area(code="N", name="North", kind="district", parents=("C",)),
        Area(code="S", name="South", kind="district", parents=("C",)),
        Area(code="W", name="Ward", kind="ward", parents=("N",)),
    )
)
AGENCIES = (
    Agency(id="north", name="North council", kind="council", areas=("N",)),
    Agency(id="south", name="South council", kind="council", areas=("S",)),
    Agency(id="police", name="Police", kind="police", areas=("C",)),
)
_TYPES = {"person": pa.int64(), "relates_to": pa.int64(), "harms": pa.list_(pa.string()), "disability": pa.list_(pa.string()),
          "event": pa.int64(), "year": pa.int64(), "age_from": pa.int64(), "age_to": pa.int64()}  # fmt: skip


def indicator(**given: Any) -> Indicator:
    """A complete indicator called I, with what the test is about put in."""
    words = (
        "title",
        "source",
        "owner",
        "why",
        "unit",
        "period_rule",
        "counting_rule",
        "evidence",
        "can_say",
        "cannot_say",
    )
    whole = {
        "id": "I", "since": date(2020, 1, 1), "domain": "harm", "residence": "home", "frequency": "annual",
        "suppliers": ["council", "police"], "questions": ["q"],
    }  # fmt: skip
    return Indicator.model_validate({**dict.fromkeys(words, "x"), **whole, **given})


def pack_with(chosen: Indicator) -> Pack:
    return PACK.model_copy(update={"indicators": {chosen.id: chosen}})


def figures(
    folder: Path, chosen: Indicator, given: Mapping[str, str], *, top: Sequence[str] = ("C",),
    numbers: Mapping[tuple[str, int], int] | None = None, later: Mapping[str, str] | None = None,
    formats: Mapping[str, str | tuple[str, str]] | None = None,
) -> dict[tuple[str, str, str], dict[str, Any]]:  # fmt: skip
    """Figures by supplier, area and 'breakdown=group' (or 'all'). `given`, and `later` returns: data set to a text table.

    `formats` says in what kind of file an agency sent its rows, or first and then later; any other sent a file that can
    hold anything.
    """
    first, then = _returns(folder, given), _returns(folder / "later", later or {})
    returns = [tables for _, tables in (*first, *then)]
    told = [_told(formats, agency, 0) for agency, _ in first] + [_told(formats, agency, 1) for agency, _ in then]
    with Engine(threads=1) as engine:
        made = measure(
            engine, returns, _numbers(folder, numbers), pack_with(chosen), period=Period.parse("2024-25"), areas=AREAS,
            top=top, agencies=AGENCIES, indicators=["I"], formats=told,
        )  # fmt: skip
    return {(r["supplier"], r["area"], f"{r['by']}={r['group']}" if r["by"] else "all"): r for r in made.to_pylist()}


def _told(formats: Mapping[str, str | tuple[str, str]] | None, agency: str, turn: int) -> str:
    told = (formats or {}).get(agency, "")
    return told if isinstance(told, str) else told[turn]


def said(figure: Mapping[str, Any]) -> str:
    """'exact 5', 'between 1 4', 'withheld'."""
    low, high = figure["low"], figure["high"]
    if figure["state"] == "between":
        return f"between {low:g} {high:g}"
    return f"exact {low:g}" if figure["state"] == "exact" else str(figure["state"])


def _returns(folder: Path, given: Mapping[str, str]) -> list[tuple[str, dict[str, Path]]]:
    folder.mkdir(exist_ok=True)
    returns: dict[str, dict[str, Path]] = {}
    for name, text in given.items():
        heading, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
        rows = [{c: _read(c, cell) for c, cell in zip(heading, line, strict=True)} for line in lines]
        for agency in {row["agency"] for row in rows}:
            path = folder / f"{agency}-{name}.parquet"
            mine = [row for row in rows if row["agency"] == agency]
            pq.write_table(pa.Table.from_pylist(mine, pa.schema([(c, _type(c)) for c in heading])), path)
            returns.setdefault(str(agency), {})[name] = path
    return list(returns.items())


def _numbers(folder: Path, numbers: Mapping[tuple[str, int], int] | None) -> Path | None:
    if numbers is None:
        return None
    path = folder / "numbers.parquet"
    pq.write_table(
        pa.Table.from_pylist([{"agency": a, "person": p, "number": n} for (a, p), n in numbers.items()]), path
    )
    return path


def _type(column: str) -> pa.DataType:
    return _TYPES.get(column) or (pa.date32() if column.endswith(("_on", "_month")) else pa.string())


def _read(column: str, cell: str) -> Any:
    kind = _type(column)
    if pa.types.is_list(kind):
        return [word for word in cell.split(";") if word]
    if cell == "":
        return None
    return date.fromisoformat(cell) if pa.types.is_date(kind) else int(cell) if pa.types.is_integer(kind) else cell
