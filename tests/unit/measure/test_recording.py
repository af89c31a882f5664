"""How well a table was recorded: counted beside a plain reading of the same rows."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.declare import load_pack
from plait.engine import Engine
from plait.measure.recording import UNLISTED, at_odds, recording
from plait.values import Finding, Place

PACK = load_pack()
ROWS = [
    {"harms": ["CSE"], "status": "concern", "source": None},
    {"harms": [], "status": "unknown", "source": f"{UNLISTED}12345678"},
    {"harms": ["UNSPECIFIED"], "status": None, "source": None},
    {"harms": ["UNSPECIFIED", "CSE"], "status": "unknown", "source": "police"},
    {"harms": [f"{UNLISTED}0a0b0c0d"], "status": "concern", "source": None},
]


@pytest.fixture
def path(tmp_path):
    schema = pa.schema(
        {"harms": pa.list_(pa.string()), "status": pa.string(), "source": pa.string(), "_row": pa.int64()}
    )
    pq.write_table(
        pa.Table.from_pylist([{**row, "_row": n} for n, row in enumerate(ROWS)], schema), tmp_path / "a.parquet"
    )
    return tmp_path / "a.parquet"


def plain(column: str) -> tuple[int, int, int]:
    missing = set(PACK.codelist({c.id: c.codes for c in PACK.dataset("concerns").columns}[column]).missing)
    cells = [row[column] if isinstance(row[column], list) else ([row[column]] if row[column] else []) for row in ROWS]
    return (
        sum(1 for cell in cells if not cell),
        sum(1 for cell in cells if cell and set(cell) <= missing),
        sum(1 for cell in cells if any(code.startswith(UNLISTED) for code in cell)),
    )


def test_each_column_is_as_a_plain_reading_finds_it(path):
    with Engine() as engine:
        found = {r.column: r for r in recording(engine, PACK, "concerns", path)}
    assert set(found) == {"harms", "status", "source"}
    assert {name: (r.empty, r.unknown, r.unlisted) for name, r in found.items()} == {
        name: plain(name) for name in found
    }
    assert found["harms"].rows == len(ROWS) and (found["harms"].empty, found["harms"].unknown) == (1, 1)


def test_a_table_with_none_of_its_columns_says_nothing(tmp_path):
    pq.write_table(pa.table({"other": [1]}), tmp_path / "a.parquet")
    with Engine() as engine:
        assert recording(engine, PACK, "concerns", tmp_path / "a.parquet") == ()


def test_rows_at_odds_are_counted_once_a_check_however_they_are_listed():
    dataset = next(d for d in PACK.datasets.values() if any(c.kind == "order" for c in d.checks))
    order = next(c.code for c in dataset.checks if c.kind == "order")
    other = next((c.code for c in dataset.checks if c.kind in ("range", "date_range", "unique")), "none")

    def found(code, count, of=dataset.id):
        return Finding(code=code, where=Place(file="a"), problem="?", remedy="?", count=count, dataset=of)

    listed = [found(order, 7), found(order, 7), found(other, 9), found(order, 5, of="elsewhere")]
    assert at_odds(dataset, listed) == 7
