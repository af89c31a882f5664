"""What texts are read as, and what is left unread."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.receive.typed import convert, read_boolean, read_date, read_integer, read_number, read_set
from plait.receive.writer import TableWriter, TableWriters
from tests.unit.receive.core import CORE as PACK


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2024-04-05", "", date(2024, 4, 5)),
        ("2024/4/5", "", date(2024, 4, 5)),
        ("20240405", "", date(2024, 4, 5)),
        ("05/04/2024", "", date(2024, 4, 5)),
        ("5.4.24", "", date(2024, 4, 5)),
        ("05-04-85", "", date(1985, 4, 5)),
        ("05/04/2024", "mdy", date(2024, 5, 4)),
        ("5 April 2024", "", date(2024, 4, 5)),
        ("5th Apr 2024", "", date(2024, 4, 5)),
        ("05-APR-24", "", date(2024, 4, 5)),
        ("2024-04-05T10:11:12.5Z", "", date(2024, 4, 5)),
        ("05/04/2024 10:11", "", date(2024, 4, 5)),
        ("45387", "excel", date(2024, 4, 5)),
        ("45387.5", "excel", date(2024, 4, 5)),
        ("05/04/2024", "excel", date(2024, 4, 5)),
    ],
)
def test_dates(text: str, form: str, day: date) -> None:
    assert read_date(text, form) == day


@pytest.mark.parametrize(
    "text",
    ["", "45387", "31/02/2024", "2023-02-29", "13/13/2024", "1899-12-31", "2200-01-01", "5 Foo 2024", "now", "2024"],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day|month"):
        read_date(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day: date) -> None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%Y%m%d", "%d.%m.%Y"):
        assert read_date(day.strftime(form).rjust(8, "0")) == day


def test_numbers_and_answers() -> None:
    assert [read_integer(text) for text in ("3", "-3", "1,234", "3.0")] == [3, -3, 1234, 3]
    assert [read_number(text) for text in ("3", ".5", "1,234.5", "1e3")] == [3, 0.5, 1234.5, 1000]
    assert [read_boolean(text) for text in ("1", "TRUE", "y", "0", "False", "No")] == [True] * 3 + [False] * 3
    assert read_set(" a; b;;a ") == ["a", "b"]
    for read, text in ((read_integer, "3.5"), (read_number, "nan"), (read_number, ""), (read_boolean, "2")):
        with pytest.raises(ValueError, match=r"not |could"):
            read(text)


def test_each_distinct_text_is_read_once() -> None:
    asked: list[str] = []

    def read(text: str) -> int:
        asked.append(text)
        return int(text)

    values, bad = convert(pa.array(["1", "x", None, "1", "x"]), read, pa.int64())
    assert values.to_pylist() == [1, None, None, 1, None]
    assert bad.to_pylist() == [False, True, False, False, True]
    assert asked == ["1", "x"]


def test_a_table_has_the_declared_columns_and_where_each_row_came_from(tmp_path: Path) -> None:
    writer = TableWriter(PACK.dataset("people"), tmp_path)
    writer.add(
        {"person": [" A1 ", ""], "date_of_birth": ["06/05/2010", "soon"], "disability": ["LD; AUT", None], "sex": "F"},
        rows=[2, 3],
        sheets="List 1",
        unread={"sex": [False, True]},
    )
    writer.add({"person": pa.array(["A3"]), "date_of_birth": [date(2010, 5, 6)], "disability": [["LD"]]}, rows=[4])
    path = writer.close()
    assert path == tmp_path / "people.parquet"
    table = pq.read_table(path)
    assert table.column_names == [*PACK.dataset("people").column_ids, "_row", "_sheet", "_path", "_unread"]
    first, second, third = table.to_pylist()
    assert (first["person"], first["date_of_birth"], first["disability"]) == ("A1", date(2010, 5, 6), ["LD", "AUT"])
    assert (second["person"], second["date_of_birth"], second["disability"]) == (None, None, [])
    assert (second["_row"], second["_sheet"], sorted(second["_unread"])) == (3, "List 1", ["date_of_birth", "sex"])
    assert (third["date_of_birth"], third["disability"], third["upn"], third["_unread"]) == (
        date(2010, 5, 6),
        ["LD"],
        None,
        [],
    )


def test_counts_carry_the_cells_nobody_mapped(tmp_path: Path) -> None:
    writer = TableWriter(PACK.dataset("counts"), tmp_path)
    writer.add({"value": ["c"]}, rows=[2], extra=["x"])
    assert pq.read_table(writer.close()).column("_extra").to_pylist() == ["x"]


def test_large_tables_are_flushed_on_the_way(tmp_path: Path) -> None:
    writer = TableWriter(PACK.dataset("needs"), tmp_path)
    for start in range(0, 30_000, 3_000):
        writer.add({"person": [f"A{n}" for n in range(3_000)], "need": "1A"}, rows=list(range(start, start + 3_000)))
    file = pq.ParquetFile(writer.close())
    assert file.num_row_groups > 1
    assert file.read().column("_row").to_pylist() == list(range(30_000))


def test_writers_leave_nothing_after_an_error(tmp_path: Path) -> None:
    def begin_and_fail() -> None:
        with TableWriters(PACK, tmp_path) as writers:
            writers["needs"].add({"person": ["A1"]}, rows=[1])
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        begin_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_only_tables_that_were_added_to_are_made(tmp_path: Path) -> None:
    with TableWriters(PACK, tmp_path) as writers:
        writers["needs"].add({}, rows=[])
        assert writers["people"].rows == 0
        assert set(writers.close()) == {"needs"}
    assert pq.read_table(tmp_path / "needs.parquet").num_rows == 0
