"""How many people two agencies both know: the truth lies in the interval that is shown, nearly always."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.intervals import linked_limits
from tests.unit.link.corrupted import case, corrupted

AGENCIES = ("agency0", "agency1", "agency2")


def held(seed: int, folder: Path, *, size: int = 600) -> list[bool]:
    """For each two agencies whose links could be judged, whether the interval holds how many children they truly share."""
    made = case(folder / "in", corrupted(size, len(AGENCIES), seed=seed, nhs=0.5))
    linked = made.link(folder / "out")
    judged = next((q for q in linked.quality.groups if not q.by), None)
    if judged is None or judged.precision is None or judged.recall is None:
        return []
    found, true = shared(number_of(linked.numbers)), shared(dict(made.child))
    precision, recall = ((part[1] / 100, part[2] / 100) for part in (judged.precision, judged.recall))
    inside = []
    for pair in combinations(AGENCIES, 2):
        low, high = linked_limits(found[pair], 1, precision=precision, recall=recall)
        inside.append(low <= true[pair] <= high)
    return inside


def number_of(numbers: Path) -> dict[tuple[str, int], int]:
    return {(r["agency"], r["person"]): r["number"] for r in pq.read_table(numbers).to_pylist()}


def shared(person: dict[tuple[str, int], int] | dict[tuple[str, int], str]) -> dict[tuple[str, str], int]:
    """Two agencies to how many people both have a record of."""
    known: dict[str, set[object]] = defaultdict(set)
    for (agency, _), who in person.items():
        known[agency].add(who)
    return {(a, b): len(known[a] & known[b]) for a, b in combinations(AGENCIES, 2)}


def test_each_count_is_about_what_is_true(tmp_path: Path) -> None:
    assert all(held(1, tmp_path))


@pytest.mark.deep
def test_of_a_hundred_partnerships_nine_in_ten_counts_are_inside(tmp_path: Path) -> None:
    inside = [one for seed in range(100) for one in held(seed, tmp_path / str(seed))]
    assert len(inside) > 200 and sum(inside) >= 0.9 * len(inside)
