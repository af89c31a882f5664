"""What is left after coding, table by table."""

import re
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.declare import Privacy
from plait.pseudonymise.tokens import KEYS, STRONG
from tests.unit.pseudonymise.returns import KEY, code, core, rows, tokens

ANN = {
    "person": "A1",
    "given_name": "Ann",
    "family_name": "Lee",
    "date_of_birth": date(2010, 5, 17),
    "sex": "F",
    "postcode": "HR1 1AA",
}
AREAS = {"HR11AA": "E01000001", "HR11AB": "E01000002"}


def test_people_become_persons_homes_and_tokens_and_nothing_else(tmp_path: Path) -> None:
    coded = code(tmp_path, people=[ANN], postcodes=AREAS)
    assert set(coded.tables) == {"persons", "homes", "tokens"}
    (person,) = rows(coded, "persons")
    assert list(person) == ["agency", "person", "birth_month", "sex", "ethnicity", "disability", "died_month", "area"]
    assert (person["birth_month"], person["sex"], person["area"]) == (date(2010, 5, 1), "F", "E01000001")
    assert {row["key_version"] for row in rows(coded, "tokens")} == {KEY.label}


def test_every_key_names_two_fields_and_a_number_goes_with_the_year() -> None:
    assert len(KEYS) == len(set(KEYS)) == 31
    assert all(2 <= len(set(key.split())) <= 4 for key in (*KEYS, *STRONG))
    assert all(key.endswith(" d_y") for key in STRONG)


@pytest.mark.parametrize("dataset", sorted(core().datasets))
def test_no_identifier_column_survives_but_as_a_token(dataset: str, tmp_path: Path) -> None:
    declared = core().dataset(dataset)
    row = {c.id: "X1" for c in declared.columns if c.type in ("text", "code", "value")}
    coded = code(tmp_path, **{dataset: [row]})
    left = {name: pq.read_schema(path) for name, path in coded.tables.items()}
    secret = {c.id: c for c in declared.columns if c.privacy is Privacy.IDENTIFIER}
    for schema in left.values():
        for name in set(schema.names) & set(secret):
            assert secret[name].after_coding == "token"
            assert str(schema.field(name).type) == "int64"


def test_one_reference_has_one_token_in_every_table(tmp_path: Path) -> None:
    coded = code(
        tmp_path,
        people=[ANN],
        events=[{"event": "E1", "person": "A1", "type": "missing", "started_on": date(2024, 1, 1)}],
        concerns=[{"concern": "E1", "person": "A1", "relates_to": "E1", "recorded_on": date(2024, 1, 1), "harms": []}],
    )
    (event,), (concern,), (person,) = (rows(coded, name) for name in ("events", "concerns", "persons"))
    assert event["person"] == concern["person"] == person["person"]
    assert event["event"] == concern["concern"] == concern["relates_to"]
    assert event["event"] != event["person"]


def test_another_agency_has_other_tokens_for_the_same_reference_and_the_same_for_the_same_child(tmp_path: Path) -> None:
    one, other = (code(tmp_path / a, agency=a, people=[ANN]) for a in ("council", "police"))
    assert rows(one, "persons")[0]["person"] != rows(other, "persons")[0]["person"]
    assert tokens(one) == tokens(other)


def test_somebody_known_only_from_an_event_has_a_row_of_nulls(tmp_path: Path) -> None:
    coded = code(
        tmp_path, events=[{"person": "B7", "type": "missing", "started_on": date(2024, 1, 1)}, {"person": None}]
    )
    (person,) = rows(coded, "persons")
    assert person["agency"] == "council" and person["person"] == rows(coded, "events")[0]["person"]
    assert [v for k, v in person.items() if k not in ("agency", "person")] == [None] * 6
    assert rows(coded, "homes") == rows(coded, "tokens") == []


def test_the_newest_home_wins_and_a_disagreement_is_a_finding(tmp_path: Path) -> None:
    old = {**ANN, "postcode": "HR1 1AB", "postcode_to": date(2023, 3, 9), "sex": "M", "ethnicity": "WBRI"}
    new = {**ANN, "postcode_from": date(2023, 3, 9)}
    coded = code(tmp_path, people=[new, old], postcodes=AREAS)
    (person,) = rows(coded, "persons")
    assert (person["area"], person["sex"], person["ethnicity"]) == ("E01000001", "F", "WBRI")
    assert [(f.code, f.count) for f in coded.findings] == [("people.conflicting-sex", 1)]
    homes = {(row["area"], row["from_month"], row["to_month"]) for row in rows(coded, "homes")}
    assert homes == {("E01000002", None, date(2023, 3, 1)), ("E01000001", date(2023, 3, 1), None)}


def test_an_unknown_postcode_leaves_no_area_and_is_counted_without_being_shown(tmp_path: Path) -> None:
    coded = code(tmp_path, people=[{**ANN, "postcode": "HR9 9ZZ"}], postcodes=AREAS)
    assert rows(coded, "persons")[0]["area"] is None
    (finding,) = coded.findings
    assert (finding.code, finding.count, finding.where.row) == ("people.postcode-without-area", 1, 2)
    assert "HR9" not in str(finding)


def test_where_it_happened_becomes_an_area(tmp_path: Path) -> None:
    event = {"person": "A1", "type": "missing", "started_on": date(2024, 1, 1)}
    here, nowhere = ({**event, "incident_postcode": p} for p in ("hr1  1ab", "HR9 9ZZ"))
    coded = code(tmp_path, events=[here, nowhere], postcodes=AREAS)
    assert [row["incident_area"] for row in rows(coded, "events")] == ["E01000002", None]
    assert [f.code for f in coded.findings] == ["events.postcode-without-area"]


def test_an_unlisted_code_is_hidden_and_still_known_again(tmp_path: Path) -> None:
    event = {"person": "A1", "started_on": date(2024, 1, 1), "harms": ["Kevin Smith"], "type": "Kevin Smith"}
    coded = [code(tmp_path / a, agency=a, events=[event, event]) for a in ("council", "police")]
    found = {(row["type"], *row["harms"]) for one in coded for row in rows(one, "events")}
    ((kind, harm),) = found
    assert re.fullmatch("unlisted:[0-9a-f]{8}", kind) and re.fullmatch("unlisted:[0-9a-f]{8}", harm)
    assert kind != harm


def test_a_listed_code_stays(tmp_path: Path) -> None:
    listed = core().codelist("harm").codes[0].code
    coded = code(tmp_path, events=[{"person": "A1", "harms": [listed, "?"]}])
    assert rows(coded, "events")[0]["harms"][0] == listed


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("E06000019", True),
        ("884", True),
        ("XD01", True),
        ("Smith", False),
        ("9434765919", False),
        ("A123456789012", False),
        ("HR1 1AA", False),
    ],
)
def test_text_that_is_kept_can_only_be_an_area(text: str, kept: bool, tmp_path: Path) -> None:
    coded = code(tmp_path, services=[{"person": "A1", "type": "x", "responsible_area": text}])
    assert (rows(coded, "services")[0]["responsible_area"] == text) is kept


def test_row_numbers_stay_and_sheet_names_go(tmp_path: Path) -> None:
    coded = code(tmp_path, needs=[{"person": "A1"}, {"person": "A2"}])
    assert [row["_row"] for row in rows(coded, "needs")] == [2, 3]
    assert "_sheet" not in rows(coded, "needs")[0]


def test_counts_alone_make_no_table_of_people(tmp_path: Path) -> None:
    coded = code(tmp_path, counts=[{"measure": "m", "period": "2024-25", "area": "XD01", "value": "<5"}])
    assert set(coded.tables) == {"counts"}
    assert rows(coded, "counts")[0]["agency"] == "council"


def test_aliases_homes_and_halves_of_names_give_several_tokens_of_a_kind(tmp_path: Path) -> None:
    person = {**ANN, "family_name": "Lee-Kay", "aliases": "Annie Moss; Kay, Ann"}
    coded = code(tmp_path, people=[person, {**person, "postcode": "HR1 1AB"}])
    held = tokens(coded)
    for other in (
        {**ANN, "family_name": "Kay"},
        {**ANN, "given_name": "Annie", "family_name": "Moss"},
        {**ANN, "postcode": "HR1 1AB"},
    ):
        shared = held & tokens(code(tmp_path / str(sorted(other.items())), people=[other]))
        assert {kind for kind, _ in shared} >= {1, 7, 8}


def test_an_invalid_number_gives_no_token(tmp_path: Path) -> None:
    good = code(tmp_path / "a", people=[{**ANN, "nhs_number": "9434765919"}])
    bad = code(tmp_path / "b", people=[{**ANN, "nhs_number": "9434765918"}])
    assert {kind for kind, _ in tokens(good) - tokens(bad)} == {32}


def test_a_swapped_day_and_month_still_meet(tmp_path: Path) -> None:
    one = code(tmp_path / "a", people=[{**ANN, "date_of_birth": date(2010, 5, 7)}])
    two = code(tmp_path / "b", people=[{**ANN, "date_of_birth": date(2010, 7, 5)}])
    assert KEYS.index("fn sn d_can") + 1 in {kind for kind, _ in tokens(one) & tokens(two)}


def test_swapped_names_still_meet(tmp_path: Path) -> None:
    one = code(tmp_path / "a", people=[ANN])
    two = code(tmp_path / "b", people=[{**ANN, "given_name": "Lee", "family_name": "Ann"}])
    assert KEYS.index("nm_sorted dob") + 1 in {kind for kind, _ in tokens(one) & tokens(two)}


def test_a_stand_in_date_of_birth_says_nothing(tmp_path: Path) -> None:
    coded = code(tmp_path, people=[{**ANN, "date_of_birth": date(1900, 1, 1)}])
    assert {KEYS[kind - 1] for kind, _ in tokens(coded)} == {"fn sn pc", "fn sn", "fn3 sn3 pc_s", "fn_dm pc", "fn pc_s"}


def test_an_empty_people_file_gives_empty_tables(tmp_path: Path) -> None:
    coded = code(tmp_path, people=[])
    assert [rows(coded, name) for name in ("persons", "homes", "tokens")] == [[], [], []]


def test_the_same_return_gives_the_same_bytes(tmp_path: Path) -> None:
    people = [{**ANN, "person": f"A{i}", "given_name": f"Ann{i}"} for i in range(50)]
    one, two = (code(tmp_path / name, people=people, needs=people) for name in ("a", "b"))
    assert all(one.tables[t].read_bytes() == two.tables[t].read_bytes() for t in one.tables)
