"""What a file says of itself as a whole, and what it must not be taken to say."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from plait.validate.stored import Stored, rows_in, stored

DAYS = [date(2024, 4, 1), None, date(2025, 1, 31)]


def written(path, table, **how):
    pq.write_table(pa.table(table), path, **how)
    return path


def test_a_file_tells_its_rows_gaps_days_and_words(tmp_path):
    harms = pa.array([["A", "B"], [], ["A"]], pa.list_(pa.string()))
    table = {
        "type": ["x", "y", "x"],
        "harms": harms,
        "day": DAYS,
        "none": pa.nulls(3, pa.string()),
        "note": ["p", "q", "r"],
    }
    said = stored(written(tmp_path / "t.parquet", table), ["type", "harms", "none"])
    assert said == Stored(
        rows=3,
        empty=frozenset({"none"}),
        full=frozenset({"type", "note"}),
        spans={"day": (DAYS[0], DAYS[2])},
        words={"type": frozenset("xy"), "harms": frozenset("AB"), "none": frozenset()},
    )
    assert rows_in(tmp_path / "t.parquet") == 3


def test_what_one_group_of_rows_lacks_the_next_may_hold(tmp_path):
    table = {"type": ["x", "x", "y", None], "day": [None, None, *DAYS[:1], DAYS[2]]}
    said = stored(written(tmp_path / "t.parquet", table, row_group_size=2), ["type"])
    assert (said.empty, said.full) == (frozenset(), frozenset())
    assert said.spans == {"day": (DAYS[0], DAYS[2])}
    assert said.words == {"type": frozenset("xy")}


def test_a_column_of_lists_is_never_full_for_an_empty_list_is_no_answer(tmp_path):
    harms = pa.array([["A"], ["B"]], pa.list_(pa.string()))
    assert not stored(written(tmp_path / "t.parquet", {"harms": harms})).full


def test_the_words_of_a_large_column_are_not_gathered(tmp_path):
    many = [f"word {n}" for n in range(40_000)]
    few = ["a word", "another"] * 20_000
    path = written(tmp_path / "t.parquet", {"many": many, "few": few}, use_dictionary=["few"])
    assert stored(path, ["many", "few"]).words == {"few": frozenset({"a word", "another"})}


def test_a_file_without_such_sayings_says_only_how_many_rows_it_has(tmp_path):
    path = written(tmp_path / "t.parquet", {"day": DAYS, "none": pa.nulls(3, pa.string())}, write_statistics=False)
    assert stored(path) == Stored(rows=3)
    assert "word" not in repr(Stored(1, words={"type": frozenset({"word"})}))
