"""Numbers of people from one linking to the next: kept where the evidence stands, begun anew where the key has changed."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from plait.cli import main
from plait.partnership import Workspace, open_workspace
from plait.pipeline import keep_all, link_people
from plait.pseudonymise import Key
from plait.store import Kept, Store
from tests.journeys.conftest import ON, plait_run

Returns = tuple[Kept, ...]


@pytest.fixture
def opened(copied: Path) -> tuple[Workspace, Returns]:
    place, key = open_workspace(copied / "partnership"), Key.read(copied / "key" / "partnership.key")
    with place.store.writing():
        kept = keep_all(place, key=key, on=ON)
    return place, tuple(k for k in kept if "tokens" in k.tables)


def linked_in(place: Workspace, kept: Returns, store: Path) -> tuple[pa.Table, pa.Table, str]:
    elsewhere = replace(place, store=Store(store))
    with elsewhere.store.writing():
        linking = link_people(elsewhere, kept)
    return pq.read_table(linking.linked.numbers), pq.read_table(linking.linked.evidence), linking.words


def people(numbers: pa.Table) -> dict[tuple[str, int], int]:
    return {(r["agency"], r["person"]): r["number"] for r in numbers.to_pylist()}


def together(numbers: pa.Table) -> set[frozenset[tuple[str, int]]]:
    """Who is one person with whom, whatever they are numbered."""
    found: dict[int, set[tuple[str, int]]] = {}
    for who, number in people(numbers).items():
        found.setdefault(number, set()).add(who)
    return {frozenset(who) for who in found.values()}


def test_a_return_that_comes_later_leaves_people_their_numbers_and_is_linked_as_from_nothing(
    opened: tuple[Workspace, Returns], tmp_path: Path
) -> None:
    place, kept = opened
    first, _, began = linked_in(place, kept[:-1], tmp_path / "one")
    after, evidence, went_on = linked_in(place, kept, tmp_path / "one")
    whole, from_nothing, _ = linked_in(place, kept, tmp_path / "other")
    assert "first linking" in began and "keep the number" in went_on
    assert together(after) == together(whole)
    pairs = ["agency_a", "person_a", "agency_b", "person_b", "weight", "decision"]
    assert evidence.select(pairs).equals(from_nothing.select(pairs))
    before, now = people(first), people(after)
    assert {before[who] for who in before} & set(now.values())
    same = sum(now[who] == number for who, number in before.items())
    moved = {who for who, number in before.items() if now[who] != number}
    assert same > 0.95 * len(before), "people the new return does not bear on keep their number"
    assert all(now[who] in set(before.values()) for who in moved), "joined to somebody who kept theirs"


def test_a_changed_key_begins_the_numbers_anew_and_says_so(opened: tuple[Workspace, Returns], tmp_path: Path) -> None:
    place, kept = opened
    linked_in(place, kept, tmp_path / "one")
    _, _, words = linked_in(place, rekeyed(kept, tmp_path / "rekeyed"), tmp_path / "one")
    assert "began anew" in words


def rekeyed(kept: Returns, folder: Path) -> Returns:
    """The same returns as under another key's label."""
    found = []
    for n, one in enumerate(kept):
        tokens = pq.read_table(one.tables["tokens"])
        where = tokens.column_names.index("key_version")
        again = tokens.set_column(where, "key_version", pa.array(["another"] * len(tokens)))
        folder.mkdir(exist_ok=True)
        pq.write_table(again, folder / f"{n}.parquet")
        found.append(replace(one, key=f"{one.key}-again", tables={**one.tables, "tokens": folder / f"{n}.parquet"}))
    return tuple(found)


def test_what_people_said_of_pairs_reaches_the_profile_from_the_folder(copied: Path, tmp_path: Path) -> None:
    folder = copied / "partnership"
    plait_run(copied, "--out", str(tmp_path / "before"))
    assert "What people who looked at pairs found" not in (tmp_path / "before/quality.html").read_text()
    asked = CliRunner().invoke(main, ["review", str(folder), "--pairs", "40"])
    assert asked.exit_code == 0 and "0 are judged" in asked.output
    with (folder / "reviewed_pairs.csv").open(encoding="utf-8-sig", newline="") as handle:
        lines = list(csv.DictReader(handle))
    assert 25 <= len(lines) <= 40 and not any(line["same"] for line in lines)
    for n, line in enumerate(lines):
        line["same"] = "Yes" if n > 2 else "unsure"
    with (folder / "reviewed_pairs.csv").open("w", newline="") as handle:
        csv.DictWriter(handle, lines[0]).writeheader()
        csv.DictWriter(handle, lines[0]).writerows(lines)
    again = CliRunner().invoke(main, ["review", str(folder), "--pairs", "40"])
    assert "0 of them new" in again.output
    plait_run(copied, "--out", str(tmp_path / "after"))
    assert "What people who looked at pairs found" in (tmp_path / "after/quality.html").read_text()


def test_before_anybody_was_linked_there_are_no_pairs_to_look_at(copied: Path) -> None:
    shutil.rmtree(copied / "partnership/store", ignore_errors=True)
    asked = CliRunner().invoke(main, ["review", str(copied / "partnership")])
    assert asked.exit_code and "Nobody has been linked yet" in asked.output
