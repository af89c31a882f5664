"""What is said of the worth of links, for everyone and for each group, is about what is true of invented children."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.link import GroupQuality, Linked, clerical_quality, clerical_sample, load_weights
from plait.link.clerical import _Pairs
from tests.unit.link.corrupted import Case, Row, case, corrupted

Record = tuple[str, int]
Group = tuple[str, str]
Truth = Mapping[Group, tuple[float, float]]  # precision and recall in per cent
ETHNICITY = ("WBRI", "APKN", "MWBC")


def invented(seed: int) -> dict[str, list[Row]]:
    """Three agencies of about three hundred children each, about half with a number; every other one is ill kept."""
    rows = corrupted(600, 3, seed=seed, nhs=0.5, spoilt=0.12 if seed % 2 else 0.06)
    rng = random.Random(seed)
    said: dict[str, str] = defaultdict(lambda: rng.choice(ETHNICITY))
    return {agency: [row | {"ethnicity": said[child(row)]} for row in own] for agency, own in rows.items()}


def child(row: Row) -> str:
    return str(row["person"]).split("/")[0]


def truth(linked: Linked, made: Case, rows: Mapping[str, list[Row]]) -> Truth:
    """Of each group's pairs, the share of those linked that are one child, and of those of one child the share linked."""
    of = {(agency, child(row)): row for agency, own in rows.items() for row in own}
    number = {(r["agency"], r["person"]): r["number"] for r in pq.read_table(linked.numbers).to_pylist()}
    together, true = pairs(number), pairs(made.child)
    counts: dict[Group, Counter[str]] = defaultdict(Counter)
    for pair in together | true:
        first, second = (of[record[0], made.child[record]] for record in sorted(pair))
        for group in groups_of([record[0] for record in pair], first, second):
            counts[group]["both" if pair in together & true else "linked" if pair in together else "true"] += 1
    return {
        group: (100 * n["both"] / max(n["both"] + n["linked"], 1), 100 * n["both"] / max(n["both"] + n["true"], 1))
        for group, n in counts.items()
    }


def pairs(who: Mapping[Record, object]) -> set[frozenset[Record]]:
    """Every two records of two agencies that are one person."""
    held: dict[object, list[Record]] = defaultdict(list)
    for record, person in who.items():
        held[person].append(record)
    return {frozenset(two) for own in held.values() for two in combinations(own, 2) if two[0][0] != two[1][0]}


def groups_of(agencies: list[str], first: Row, second: Row) -> Iterator[Group]:
    yield "", ""
    yield from (("agency", agency) for agency in agencies)
    for by, name in (("sex", "sex"), ("ethnicity", "ethnicity"), ("born", "date_of_birth")):
        said = first[name] or second[name]
        if said:
            yield by, f"{said.year // 5 * 5}" if by == "born" else said


def inside(found: tuple[GroupQuality, ...], true: Truth) -> Iterator[bool]:
    """For each group and share that something is said of, whether the truth is in its interval."""
    for one in found:
        share = true.get((one.by, one.group.split(" ")[0]))
        if share:
            yield from (
                e[1] - 1e-9 <= s <= e[2] + 1e-9 for e, s in zip((one.precision, one.recall), share, strict=True) if e
            )


def judged(seed: int, folder: Path) -> list[bool]:
    """What a number kept back says, against links made of the same children with no number sent."""
    rows = invented(seed)
    blind = {agency: [row | {"nhs_number": None} for row in own] for agency, own in rows.items()}
    made = case(folder / "in", rows)
    found = made.link(folder / "out").quality.groups
    without = case(folder / "blind", blind)
    return [*inside(found, truth(without.link(folder / "without"), without, blind))]


def expected(seed: int, folder: Path) -> list[bool]:
    """What the model says of the links as they are."""
    rows = invented(seed)
    made = case(folder / "in", rows)
    linked = made.link(folder / "out")
    return [*inside(linked.quality.expected, truth(linked, made, rows))]


def reviewed(seed: int, folder: Path) -> list[bool]:
    """What somebody who is never wrong says of a hundred pairs, against every pair that could have been shown."""
    made = case(folder / "in", invented(seed))
    linked = made.link(folder / "out")
    rows = [r for r in pq.read_table(linked.evidence).to_pylist() if r["agency_a"] != r["agency_b"]]
    same = [made.child[r["agency_a"], r["person_a"]] == made.child[r["agency_b"], r["person_b"]] for r in rows]
    every = _Pairs.read(linked.evidence)
    said = dict(zip(every.mark.tolist(), same, strict=True))
    asked = {one.pair: said[one.pair] for one in clerical_sample(linked.evidence, load_weights(), size=100)}
    counts: dict[Group, Counter[str]] = defaultdict(Counter)
    for by, group, of in every.groups():
        for n in of.nonzero()[0]:
            counts[by, group.split(" ")[0]][f"{bool(every.linked[n])}{same[n]}"] += 1
    true = {
        group: (100 * n["TrueTrue"] / max(n["TrueTrue"] + n["TrueFalse"], 1),
                100 * n["TrueTrue"] / max(n["TrueTrue"] + n["FalseTrue"], 1))
        for group, n in counts.items()
    }  # fmt: skip
    return [*inside(clerical_quality(linked.evidence, asked).groups, true)]


WAYS = (judged, expected, reviewed)


@pytest.mark.parametrize("way", WAYS)
def test_error_by_group_is_about_what_is_true(way: Callable[[int, Path], list[bool]], tmp_path: Path) -> None:
    held = way(0, tmp_path)
    assert len(held) >= 10 and sum(held) >= 0.8 * len(held)


@pytest.mark.deep
@pytest.mark.parametrize("way", WAYS)
def test_over_many_partnerships_nine_in_ten_intervals_hold_the_truth(
    way: Callable[[int, Path], list[bool]], tmp_path: Path
) -> None:
    held = [one for seed in range(40) for one in way(seed, tmp_path / str(seed))]
    assert len(held) > 300 and sum(held) >= 0.9 * len(held)
