"""Small tables of figures, written as text."""

import pyarrow as pa
import pytest

from plait.areas import Area, Areas

AREAS = Areas(
    (
        Area(code="C", name="County", kind="county"),
        *(Area(code=d, name=d, kind="district", parents=("C",)) for d in ("D1", "D2", "D3")),
        *(Area(code=f"D1W{n}", name=f"W{n}", kind="ward", parents=("D1",)) for n in (1, 2, 3)),
    )
)

FIGURES = pa.schema(
    [
        *((name, pa.string()) for name in ("indicator", "period", "area", "supplier", "by", "group", "state")),
        *(
            (n, pa.float64())
            for n in ("low", "high", "count_low", "count_high", "base_low", "base_high", "ci_low", "ci_high")
        ),
        ("rows", pa.int64()),
        ("sources", pa.list_(pa.string())),
        ("origin", pa.string()),
    ]
)


def row(area="C", by="", group="", count=0.0, *, base=None, indicator="CE01", supplier="", value=None, high=None):
    """One figure whose count is known, or lies between count and high."""
    top = count if high is None else high
    return {
        "indicator": indicator, "period": "2024-25", "area": area, "supplier": supplier, "by": by, "group": group,
        "state": "zero" if top == 0 else "exact" if count == top else "between",
        "low": float(count) if value is None else value, "high": float(top) if value is None else value,
        "count_low": float(count), "count_high": float(top),
        "base_low": None if base is None else float(base), "base_high": None if base is None else float(base),
        "ci_low": None, "ci_high": None, "rows": int(count), "origin": "rows",
        "sources": [supplier] if supplier else ["council", "police"],
    }  # fmt: skip


@pytest.fixture
def areas():
    return AREAS


def table(*rows):
    return pa.Table.from_pylist(list(rows), schema=FIGURES)
