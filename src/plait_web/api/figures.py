"""Released figures as an answer to another system."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_COLUMNS = ("indicator", "period", "area", "supplier", "by", "group", "state", "low", "high", "mark")
_MOST = 1_000


class Asked(Protocol):
    indicator: str
    period: str
    area: str
    by: str | None
    offset: int
    limit: int


def select(folder: Path, asked: Asked) -> dict[str, Any]:
    """The figures asked for, and how many there are in all. `by` of '' asks for everyone's only."""
    found = _released(folder / "released.parquet")
    for name in ("indicator", "period", "area", "by"):
        wanted = getattr(asked, name)
        if wanted is not None and (wanted or name == "by"):
            found = found.filter(pc.equal(found[name], wanted))
    offset, limit = min(max(asked.offset, 0), found.num_rows), min(max(asked.limit, 0), _MOST)
    rows = found.slice(offset, limit).to_pylist()
    return {"count": found.num_rows, "figures": [_plain(row) for row in rows]}


@lru_cache(maxsize=2)
def _released(path: Path) -> pa.Table:
    return pq.read_table(path, columns=list(_COLUMNS))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: a bound that is not known is null."""
    return {k: None if isinstance(v, float) and not isfinite(v) else (v or "" if isinstance(v, str) else v)
            for k, v in row.items()} | {"mark": row["mark"] or ""}  # fmt: skip
