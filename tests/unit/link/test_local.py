"""What this partnership's own records say against the weights, and what keeps people apart and their numbers the same."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.engine import Engine
from plait.link import Linked, clerical_quality, clerical_sample, explained, link, load_weights
from plait.link.cluster import Bounds, cluster
from plait.link.written import _fresh, pair_marks
from tests.unit.link.corrupted import Case, Row, case, corrupted, groups

ANN: Row = {
    "given_name": "Ann", "family_name": "Leeson", "date_of_birth": date(2010, 5, 17), "sex": "F", "postcode": "HR1 1AA",
}  # fmt: skip


def families(twins: bool) -> dict[str, list[Row]]:
    """Sixty children whose given name the two agencies write differently, among others; with `twins`, each is one of two."""
    others = corrupted(300, 2, seed=1, spoilt=0.0)
    rows: dict[str, list[Row]] = {"a": others["agency0"], "b": others["agency1"]}
    for n in range(60):
        child = {
            "family_name": f"{'BCDFGHKLMN'[n % 10]}o{'bcdfgh'[n // 10]}eson", "sex": None,
            "postcode": f"HR{n % 9 + 1} {n // 9}AA", "date_of_birth": date(2008, 1, 1) + timedelta(37 * n),
        }  # fmt: skip
        born = [("Xerxes", "Boris"), ("Igor", "Quentin")] if twins else [("Xerxes", "Boris")]
        for which, names in enumerate(born):
            for agency, name in zip("ab", names, strict=True):
                rows[agency].append(child | {"person": f"{n}-{which}", "given_name": name})
    return rows


def test_other_given_names_are_linked_where_no_agency_has_twins(tmp_path: Path) -> None:
    made = case(tmp_path, families(twins=False))
    assert joined(made, tmp_path / "out") == 60


def test_and_never_where_they_have(tmp_path: Path) -> None:
    made = case(tmp_path, families(twins=True))
    assert joined(made, tmp_path / "out") == 0


def joined(made: Case, into: Path) -> int:
    """People with a record of the sixty in both agencies."""
    return sum(len(m) > 1 and "-" in m[0][1] for m in groups(made.link(into), made).values())


def test_a_child_entered_twice_by_one_agency_is_one_person(tmp_path: Path) -> None:
    rows = {a: list(rows) for a, rows in corrupted(200, 2, seed=3).items()}
    twice = {**rows["agency0"][0], "person": rows["agency0"][0]["person"] + "/again"}
    rows["agency0"].append(twice)
    made = case(tmp_path, rows)
    child = twice["person"].split("/")[0]
    members = [m for m in groups(made.link(tmp_path / "out"), made).values() if ("agency0", child) in m]
    assert [m.count(("agency0", child)) for m in members] == [2]


def test_brothers_called_mohammed_in_one_agency_are_not_one_child_entered_twice(tmp_path: Path) -> None:
    rows = {a: list(rows) for a, rows in corrupted(200, 2, seed=3).items()}
    rows["agency0"] += [{**ANN, "person": p, "given_name": f"Mohammed {p}"} for p in ("Hamza", "Bilal")]
    made = case(tmp_path, rows)
    found = [m for m in groups(made.link(tmp_path / "out"), made).values() if {"Hamza", "Bilal"} & {c for _, c in m}]
    assert len(found) == 2


@pytest.mark.parametrize(("months", "people"), [(6, 1), (60, 2)])
def test_a_chain_does_not_join_births_far_apart(months: int, people: int) -> None:
    born = np.array([480, 480, 480 + months])
    found = cluster(np.array([0, 1]), np.array([1, 2]), Bounds(np.array([0, 1, 2]), born=born))
    assert len(set(found.tolist())) == people


def test_numbers_join_whatever_the_births() -> None:
    bounds = Bounds(np.array([0, 1, 2]), born=np.array([400, 400, 500]))
    found = cluster(np.array([0, 1]), np.array([1, 2]), bounds, firm=np.array([True, True]))
    assert len(set(found.tolist())) == 1


def relinked(made: Case, into: Path, agencies: list[str], before: Path | None) -> dict[tuple[str, int], int]:
    with Engine() as engine:
        linked = link(engine, [made.coded[a] for a in agencies], into=into, before=before)
    table = pq.read_table(linked.numbers).to_pylist()
    return {(row["agency"], row["person"]): row["number"] for row in table}


def test_people_keep_their_number_when_records_come_and_go(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(150, 3, seed=4, nhs=0.5))
    first = relinked(made, tmp_path / "one", ["agency1", "agency2"], None)
    second = relinked(made, tmp_path / "two", ["agency0", "agency1", "agency2"], tmp_path / "one" / "numbers.parquet")
    plain = relinked(made, tmp_path / "plain", ["agency0", "agency1", "agency2"], None)
    moved = [record for record, number in first.items() if second[record] != number]
    assert len(moved) < len(first) / 50
    assert len([r for r, number in first.items() if plain[r] != number]) > len(first) / 4  # else the test shows nothing
    assert partition(second) == partition(plain)


def partition(numbers: dict[tuple[str, int], int]) -> set[frozenset[tuple[str, int]]]:
    people: dict[int, set[tuple[str, int]]] = {}
    for record, number in numbers.items():
        people.setdefault(number, set()).add(record)
    return {frozenset(records) for records in people.values()}


def test_no_two_people_ever_have_one_number(tmp_path: Path) -> None:
    """A person parted in two keeps the number once; a new person never takes one that is in use."""
    made = case(tmp_path, {a: [{**ANN, "person": "ann"}] for a in "ab"})
    first = relinked(made, tmp_path / "one", ["a", "b"], None)
    table = pa.table({"agency": ["a", "b"], "person": [p for _, p in first], "number": [7, 7]})
    parted = case(
        tmp_path / "parted", {"a": [{**ANN, "person": "ann"}], "b": [{**ANN, "person": "ann", "given_name": "Zed"}]}
    )
    pq.write_table(table, tmp_path / "seven.parquet")
    found = relinked(parted, tmp_path / "two", ["a", "b"], tmp_path / "seven.parquet")
    assert sorted(found.values()).count(7) == 1 and len(set(found.values())) == 2


def test_a_fresh_number_avoids_every_one_that_is_taken(tmp_path: Path) -> None:
    from plait.link.records import Records

    about = pa.table({"agency": pa.chunked_array([pa.array(["a", "a"]).dictionary_encode()]), "person": [1, 2]})
    records = Records(about, np.array([0, 0]))
    one, other = _fresh(records, np.array([0, 1]), np.array([0])).tolist()
    again = _fresh(records, np.array([0, 1]), np.array([one, other])).tolist()
    assert len({one, other, *again}) == 4


def test_evidence_in_words_names_nobody(tmp_path: Path) -> None:
    nhs = {"nhs_number": "9434765919"}
    made = case(tmp_path, {"a": [{**ANN, "person": "ann"}], "b": [{**ANN, **nhs, "person": "ann", "postcode": None}]})
    (row,) = pq.read_table(made.link(tmp_path / "out").evidence).to_pylist()
    said = explained(row, load_weights())
    assert said.startswith("Linked, as likely one person (chance more than 99 in 100). They have the same given name, ")
    assert "Not counted: a home postcode missing, or nothing said of it." in said
    assert not any(word in said for word in ("Ann", "Leeson", "2010", "HR1", "9434765919"))


def test_a_clerical_sample_shows_likeness_only_and_its_verdicts_give_an_estimate(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(400, 3, seed=6))
    linked = made.link(tmp_path / "out")
    shown = clerical_sample(linked.evidence, load_weights(), size=60)
    assert shown == clerical_sample(linked.evidence, load_weights(), size=60)
    assert len({pair.pair for pair in shown}) == 60 and {pair.band for pair in shown} >= {0, 4}
    truth = true_of(made, linked)
    found = clerical_quality(linked.evidence, {pair.pair: truth[pair.pair] for pair in shown})
    pairs = [row for row in between(linked) if row["decision"] != "review"]
    true = 100 * sum(same_child(made, row) for row in pairs) / len(pairs)
    assert found.precision is not None and found.recall is not None and found.looked_at == 60
    assert found.precision[1] <= true <= found.precision[2]
    assert {g.by for g in found.groups} >= {"", "agency", "sex", "born"}
    assert clerical_quality(linked.evidence, {}).precision is None


def test_a_verdict_stays_with_its_pair_when_a_return_is_added(tmp_path: Path) -> None:
    made = case(tmp_path / "in", corrupted(300, 3, seed=8))
    two, three = made.link(tmp_path / "two", ["agency0", "agency1"]), made.link(tmp_path / "three")
    before, after = true_of(made, two), true_of(made, three)
    assert len(before.keys() & after.keys()) > 0.9 * len(before)
    assert all(after[mark] == same for mark, same in before.items() if mark in after)
    asked = {pair.pair for pair in clerical_sample(two.evidence, load_weights(), size=60)}
    assert clerical_quality(three.evidence, {mark: before[mark] for mark in asked}).looked_at > 50


def between(linked: Linked) -> list[Row]:
    return [row for row in pq.read_table(linked.evidence).to_pylist() if row["agency_a"] != row["agency_b"]]


def true_of(made: Case, linked: Linked) -> dict[int, bool]:
    """Every pair's mark to whether it is one child."""
    every = clerical_sample(linked.evidence, load_weights(), size=10**6)
    rows = between(linked)
    names = sorted({row[f"agency_{side}"] for row in rows for side in "ab"})
    a, b = (
        (
            np.array([names.index(row[f"agency_{side}"]) for row in rows]),
            np.array([row[f"person_{side}"] for row in rows]),
        )
        for side in "ab"
    )
    found = dict(zip(pair_marks(names, a, b).tolist(), (same_child(made, row) for row in rows), strict=True))
    assert found.keys() == {pair.pair for pair in every}
    assert np.array_equal(pair_marks(names, b, a), pair_marks(names, a, b))
    return found


def same_child(made: Case, row: Row) -> bool:
    return made.child[row["agency_a"], row["person_a"]] == made.child[row["agency_b"], row["person_b"]]


def test_the_model_says_about_how_many_links_hold(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(500, 4, seed=12))
    linked = made.link(tmp_path / "out")
    pairs = [row for row in pq.read_table(linked.evidence).to_pylist() if row["decision"] != "review"]
    true = 100 * sum(same_child(made, row) for row in pairs) / len(pairs)
    said = linked.quality.expected_of()
    assert said is not None and said.precision is not None and abs(said.precision[0] - true) <= 2
    assert {g.by for g in linked.quality.expected} == {"", "agency", "sex", "born"}
