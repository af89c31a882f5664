"""Who becomes one person, and who must not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.engine import Engine
from plait.errors import PackError, UserError
from plait.link import Linked, link, load_weights
from plait.pseudonymise import Key
from plait.pseudonymise.tokens import KEYS
from tests.unit.link.corrupted import Case, case, corrupted, decisions, groups, scores
from tests.unit.pseudonymise.returns import code

ANN = {
    "person": "ann",
    "given_name": "Ann",
    "family_name": "Leeson",
    "date_of_birth": date(2010, 5, 17),
    "sex": "F",
    "postcode": "HR1 1AA",
}
BEN = {**ANN, "person": "ben", "given_name": "Ben", "sex": "M"}
NHS, OTHER_NHS = {"nhs_number": "9434765919"}, {"nhs_number": "9434765870"}


def people(case: Case, into: Path) -> list[list[tuple[str, str]]]:
    return sorted(groups(case.link(into), case).values())


def test_one_child_in_three_agencies_is_one_person(tmp_path: Path) -> None:
    made = case(tmp_path, {a: [ANN] for a in "abc"})
    assert people(made, tmp_path / "out") == [[("a", "ann"), ("b", "ann"), ("c", "ann")]]


def test_twins_are_two_people_in_every_agency(tmp_path: Path) -> None:
    made = case(tmp_path, {a: [ANN, BEN] for a in "abc"})
    assert people(made, tmp_path / "out") == [[(a, child) for a in "abc"] for child in ("ann", "ben")]


def test_a_twin_whom_the_other_agency_does_not_know_is_left_alone(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [ANN], "b": [BEN]})
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 2
    assert decisions(linked) == ["review"]


def test_brothers_who_share_mohammed_and_a_birthday_are_two_people(tmp_path: Path) -> None:
    one, two = ({**ANN, "person": p, "given_name": f"Mohammed {p}"} for p in ("hamza", "bilal"))
    made = case(tmp_path, {a: [one, two] for a in "ab"})
    assert people(made, tmp_path / "out") == [[(a, child) for a in "ab"] for child in ("bilal", "hamza")]


def test_sisters_called_freya_and_freya_rose_are_two_people(tmp_path: Path) -> None:
    one = {**ANN, "person": "freya", "given_name": "Freya"}
    other = {**ANN, "person": "freya-rose", "given_name": "Freya-Rose", "date_of_birth": date(2013, 8, 2)}
    made = case(tmp_path, {"a": [one], "b": [other]})
    assert len(people(made, tmp_path / "out")) == 2


def test_a_name_left_out_that_fits_two_twins_is_for_a_person_to_decide(tmp_path: Path) -> None:
    short = {**ANN, "person": "?", "given_name": "Mohammed"}
    twins = [{**ANN, "person": p, "given_name": f"Mohammed {p}"} for p in ("hamza", "bilal")]
    made = case(tmp_path, {"a": twins, "b": [short]})
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 3
    assert decisions(linked) == ["review", "review"]


def test_an_initial_is_enough_where_everything_else_agrees_and_no_twin_shares_it(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [ANN, BEN], "b": [{**ANN, "given_name": "A."}]})
    assert people(made, tmp_path / "out") == [[("a", "ann"), ("b", "ann")], [("a", "ben")]]


def test_a_child_not_yet_named_is_known_by_family_birthday_and_home(tmp_path: Path) -> None:
    made = case(tmp_path, {a: [{**ANN, "given_name": "Unborn"}] for a in "ab"})
    assert len(people(made, tmp_path / "out")) == 1


@pytest.mark.parametrize("lacking", ["family_name", "date_of_birth", "postcode"])
def test_and_not_by_two_of_the_three(lacking: str, tmp_path: Path) -> None:
    made = case(tmp_path, {a: [{**ANN, "given_name": None, lacking: None}] for a in "ab"})
    assert len(people(made, tmp_path / "out")) == 2


def test_twins_not_yet_named_are_for_a_person_to_decide(tmp_path: Path) -> None:
    twins = [{**ANN, "given_name": "Baby", "person": f"{p}", "sex": None} for p in ("one", "two")]
    made = case(tmp_path, dict.fromkeys("ab", twins))
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 4
    assert decisions(linked) == ["review"] * 6  # each pair between agencies, and the two within each


def test_a_child_without_a_name_is_never_linked_by_home_and_birthday(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [ANN], "b": [{**ANN, "given_name": None, "family_name": None}]})
    assert len(people(made, tmp_path / "out")) == 2


@pytest.mark.parametrize("other", [{"given_name": "Zed", "family_name": "Orr"}, {"given_name": None, "postcode": None}])
def test_an_nhs_number_links_whatever_the_name(other: dict[str, str], tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [{**ANN, **NHS}], "b": [{**ANN, **NHS, **other}]})
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 1
    assert decisions(linked) == ["strong"]


def test_a_number_that_everything_else_contradicts_is_looked_at_first(tmp_path: Path) -> None:
    stranger = {
        "given_name": "Zed",
        "family_name": "Orr",
        "date_of_birth": date(2010, 1, 3),
        "postcode": "NN4 7BB",
        "sex": "M",
    }
    made = case(tmp_path, {"a": [{**ANN, **NHS}], "b": [{**stranger, **NHS, "person": "zed"}]})
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 2
    assert decisions(linked) == ["review"]


def test_two_nhs_numbers_are_never_one_person_even_through_a_third_record(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [{**ANN, **NHS}], "b": [ANN], "c": [{**ANN, **OTHER_NHS}]})
    found = people(made, tmp_path / "out")
    assert not any({"a", "c"} <= {agency for agency, _ in group} for group in found)


def test_rows_of_one_agency_with_one_nhs_number_are_one_person(tmp_path: Path) -> None:
    rows = [{**ANN, **NHS}, {**ANN, **NHS, "person": "ann/2", "postcode": "HR9 9AA"}]
    made = case(tmp_path, {"a": rows, "b": [ANN]})
    assert people(made, tmp_path / "out") == [[("a", "ann"), ("a", "ann"), ("b", "ann")]]


def test_twins_given_one_nhs_number_by_one_agency_are_for_a_person_to_decide(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [{**ANN, **NHS}, {**BEN, **NHS}]})
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 2
    assert decisions(linked) == ["review"]


def test_strangers_given_one_nhs_number_by_one_agency_are_for_a_person_to_decide(tmp_path: Path) -> None:
    other = {
        "given_name": "Zed",
        "family_name": "Orr",
        "postcode": "NN4 7BB",
        "sex": "M",
        "date_of_birth": date(2010, 1, 3),
    }
    made = case(tmp_path, {"a": [{**ANN, **NHS}, {**other, **NHS, "person": "zed"}]})
    linked = made.link(tmp_path / "out")
    assert len(groups(linked, made)) == 2
    assert decisions(linked) == ["review"]


def test_returns_of_two_periods_are_one_agency(tmp_path: Path) -> None:
    before = code(tmp_path / "before", agency="a", people=[ANN]).tables
    made = case(tmp_path, {"a": [ANN, {**BEN, "postcode": "HR2 2AA"}], "b": [ANN]})
    with Engine() as engine:
        linked = link(engine, [before, *made.coded.values()], into=tmp_path / "out")
    assert sorted(groups(linked, made).values()) == [[("a", "ann"), ("b", "ann")], [("a", "ben")]]


def test_the_order_of_returns_changes_nothing(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(80, 4, seed=5, nhs=0.3))
    one = made.link(tmp_path / "one")
    other = made.link(tmp_path / "other", agencies=["agency2", "agency0", "agency3", "agency1"])
    assert one.numbers.read_bytes() == other.numbers.read_bytes()
    assert pq.read_table(one.evidence).equals(pq.read_table(other.evidence))
    assert one.quality == other.quality


def test_numbers_of_untouched_people_stay_when_a_return_is_added(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [ANN], "b": [ANN], "z": [{**BEN, "postcode": "HR2 2AA", "family_name": "Orr"}]})
    before = set(groups(made.link(tmp_path / "one", agencies=["a", "b"]), made))
    assert before < set(groups(made.link(tmp_path / "two"), made))


@pytest.mark.parametrize("agencies", [{}, {"a": []}, {"a": [ANN]}, {"a": [ANN], "b": []}])
def test_little_or_nothing_to_link(agencies: dict[str, list[dict[str, object]]], tmp_path: Path) -> None:
    made = case(tmp_path, agencies)
    linked = made.link(tmp_path / "out")
    assert sum(map(len, groups(linked, made).values())) == sum(map(len, agencies.values()))
    assert decisions(linked) == []
    assert linked.quality.groups == ()


def test_everybody_gets_a_number_even_with_nothing_to_be_known_by(tmp_path: Path) -> None:
    event = {"person": "x", "type": "missing", "started_on": date(2024, 1, 1)}
    coded = code(tmp_path, agency="a", events=[event]).tables
    with Engine() as engine:
        linked = link(engine, [coded], into=tmp_path / "out")
    assert pq.read_table(linked.numbers).num_rows == 1


def test_tokens_of_two_keys_are_never_joined(tmp_path: Path) -> None:
    one = code(tmp_path / "a", agency="a", people=[ANN]).tables
    other = code(tmp_path / "b", agency="b", people=[ANN], key=Key("older", b"x" * 32)).tables
    with Engine() as engine, pytest.raises(UserError, match="different keys"):
        link(engine, [one, other], into=tmp_path / "out")


def test_a_token_that_too_many_hold_is_not_used(tmp_path: Path) -> None:
    rows = [{**ANN, "person": str(i), "given_name": f"Q{i}x"} for i in range(20)]
    made = case(tmp_path, {"a": rows, "b": [ANN]})
    weights = load_weights().model_copy(update={"most_seen": 10})
    with Engine() as engine:
        linked = link(engine, list(made.coded.values()), weights, tmp_path / "out")
    assert decisions(linked) == []


def test_three_hundred_an_agency_without_strong_numbers(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(600, 5, seed=8))
    precision, recall, _ = scores(made.link(tmp_path / "out"), made)
    assert precision >= 0.99
    assert recall >= 0.88


def test_the_estimate_is_near_the_truth_and_is_not_shown_for_few(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(300, 3, seed=9, nhs=0.7))
    linked = made.link(tmp_path / "out")
    overall, quality = linked.quality.of(), linked.quality
    assert overall is not None and overall.recall is not None and overall.precision is not None
    assert quality.judged_by == "nhs_number d_y"
    assert overall.precision[1] <= overall.precision[0] <= overall.precision[2]
    blind = {**corrupted(300, 3, seed=9, nhs=0.7)}
    unaided = case(tmp_path / "blind", {a: [{**row, "nhs_number": None} for row in rows] for a, rows in blind.items()})
    precision, recall, _ = scores(unaided.link(tmp_path / "blind" / "out"), unaided)
    assert overall.recall[1] <= 100 * recall <= overall.recall[2]
    assert overall.precision[1] <= 100 * precision
    assert {g.by for g in quality.groups} == {"", "agency", "sex", "born"}
    few = case(tmp_path / "few", {a: [{**ANN, **NHS}] for a in "ab"}).link(tmp_path / "few" / "out")
    assert few.quality.of() is None


def test_evidence_names_the_keys_that_agree(tmp_path: Path) -> None:
    made = case(tmp_path, {"a": [{**ANN, "family_name": "Orr"}], "b": [ANN]})
    (row,) = pq.read_table(made.link(tmp_path / "out").evidence).to_pylist()
    assert list(row)[:8] == ["number", "agency_a", "person_a", "agency_b", "person_b", "weight", "keys", "decision"]
    assert row["given"] == "the same given name" and row["family"] == "different family names"
    assert (row["agency_a"], row["agency_b"], row["decision"]) == ("a", "b", "likely")
    assert "fn dob" in row["keys"] and "fn sn" not in row["keys"]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(200, 3, seed=2, nhs=0.9))
    linked = made.link(tmp_path / "out")
    linked.save(tmp_path / "out")
    assert Linked.load(tmp_path / "out") == linked
    (tmp_path / "kept").mkdir()
    linked.save(tmp_path / "kept")
    assert replace(Linked.load(tmp_path / "kept"), numbers=linked.numbers, evidence=linked.evidence) == linked


def test_shipped_weights_are_sane() -> None:
    weights = load_weights()
    assert all(number.agree >= 0 >= number.differ for number in weights.all_numbers)
    assert [field.id for field in weights.fields] == ["given", "family", "born", "home", "sex"]
    assert all(KEYS[key.kind - 1] == key.name for key in weights.keys)
    assert {pair.first for pair in weights.together} | {pair.second for pair in weights.together} < {
        f.id for f in weights.fields
    }
    assert weights.telling in weights.kinds


def test_weights_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.yaml").write_text("keys: 1", encoding="utf-8")
    with pytest.raises(PackError):
        load_weights(tmp_path / "weights.yaml")
