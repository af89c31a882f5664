"""Coding a piece at a time gives what coding all at once gives, however the rows are numbered."""

import hmac
import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from plait.engine import Engine
from plait.pseudonymise import pieces as room
from plait.pseudonymise.pieces import pieces
from tests.unit.pseudonymise.returns import code, core, rows

SUBKEYS = {"person": b"p" * 32, "record": b"r" * 32}


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_every_row_is_in_one_piece_and_rows_of_one_number_together(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ROWS", size)
    numbers = [random.Random(5).randrange(2, 30) for _ in range(60)]
    with Engine() as engine:
        found = pieces_of(engine, [f"R{n}" for n in range(60)], numbers)
    held = [set(piece["_row"].to_pylist()) for piece in found]
    assert [n for piece in held for n in sorted(piece)] == sorted(set(numbers)), "ascending, and none in two pieces"
    assert sorted(n for piece in found for n in piece["_row"].to_pylist()) == sorted(numbers)


def test_a_piece_holds_each_reference_under_hmac_and_never_as_text() -> None:
    with Engine() as engine:
        (piece,) = pieces_of(engine, ["Zoë", None, "Zoë"], [2, 3, 4])
    first = int.from_bytes(hmac.digest(SUBKEYS["person"], "Zoë".encode(), "sha256")[:8], "big", signed=True)
    assert piece["plait_token_person"].to_pylist() == [first, None, first]
    assert "person" not in piece.column_names


def test_a_table_without_rows_is_one_piece() -> None:
    with Engine() as engine:
        (piece,) = pieces_of(engine, [], [])
    assert piece.num_rows == 0 and piece["plait_token_person"].type == pa.int64()


def test_small_pieces_give_the_same_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [
        {"person": f"A{n % 7}", "given_name": "Ann", "date_of_birth": date(2010, 5, 1 + n % 7)} for n in range(20)
    ]
    needs = [{"person": f"A{n % 9}", "need": "?", "recorded_on": date(2024, 5, 1)} for n in range(20)]
    whole = code(tmp_path / "whole", people=people, needs=needs)
    monkeypatch.setattr(room, "ROWS", 3)
    parted = code(tmp_path / "parted", people=people, needs=needs)
    assert len(rows(whole, "persons")) == 9
    assert all(rows(whole, name) == rows(parted, name) for name in whole.tables)
    assert whole.findings == parted.findings


def pieces_of(engine: Engine, people: list[str | None], numbers: list[int]) -> list[pa.Table]:
    """The pieces of a table of needs, of which only the person is filled."""
    needs = core().dataset("needs")
    columns = {column.id: pa.nulls(len(people), pa.string()) for column in needs.columns}
    columns |= {"person": pa.array(people, pa.string()), "_row": pa.array(numbers, pa.int64())}
    engine.register("plait_source", pa.table(columns))
    return list(pieces(engine, needs, "plait_source", SUBKEYS))
