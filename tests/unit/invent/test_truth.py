import csv
import re
from collections import Counter

import pyarrow.parquet as pq
import pytest

from plait.identifiers import is_nhs_number, is_postcode, is_upn

PEOPLE = {  # file to the headings of its reference, NHS number, pupil number and postcode
    "council/{}/people.csv": ("Your reference", "NHS number", "Unique pupil number", "Home postcode"),
    "education/{}/people.csv": ("Your reference", "NHS number", "Unique pupil number", "Home postcode"),
    "police/{}/nominals.csv": ("Nominal Ref", None, None, "Home postcode"),
    "health/{}/patients.xlsx": ("Local Patient ID", "NHS Number", None, "Postcode of usual address"),
    "youth_justice/{}/youth_justice.xlsx": ("Your reference", "NHS number", "Unique pupil number", "Home postcode"),
}


def people(folder, pattern, period):
    path = "returns/" + pattern.format(period)
    if path.endswith(".csv"):
        return folder.csv(path)
    return folder.workbook(path, "Patients", 3) if "health" in path else folder.workbook(path, "People")


@pytest.mark.parametrize("period", ["2023-24", "2024-25"])
@pytest.mark.parametrize("pattern", PEOPLE)
def test_everybody_sent_is_somebody_true(folder, pattern, period):
    agency = pattern.split("/")[0]
    known = {r["reference"] for r in folder.true("references") if r["agency"] == agency and r["sent"]}
    sent = {row[PEOPLE[pattern][0]] for row in people(folder, pattern, period)}
    assert sent <= known


def test_references_of_all_that_was_sent_join_to_people(folder):
    persons = {row["person"] for row in folder.true("people")}
    references = folder.true("references")
    assert {r["person"] for r in references} <= persons
    assert len({(r["agency"], r["reference"]) for r in references}) == len(references)
    sent = {r["person"] for r in references if r["sent"]}
    assert len(sent) >= 0.93 * len(persons)


@pytest.mark.parametrize("period", ["2023-24", "2024-25"])
@pytest.mark.parametrize("pattern", PEOPLE)
def test_numbers_have_their_check_character_unless_planted(folder, pattern, period):
    agency, file = pattern.split("/")[0], pattern.split("/")[-1]
    first = 4 if agency == "health" else 2
    for place, (heading, valid) in enumerate(((PEOPLE[pattern][1], is_nhs_number), (PEOPLE[pattern][2], is_upn))):
        rows = people(folder, pattern, period) if heading else []
        wrong = [number for number, row in enumerate(rows, first) if row[heading] and not valid(row[heading])]
        kind = ("wrong-check-digit", "wrong-check-letter")[place]
        faults = [
            f
            for f in folder.true("faults")
            if (f["agency"], f["period"], f["file"], f["kind"]) == (agency, period, file, kind)
        ]
        assert wrong == sorted(f["row"] for f in faults)


def test_nhs_numbers_are_from_the_range_for_tests_and_nobody_shares_one(folder):
    rows = folder.true("people")
    assert all(row["nhs_number"].startswith("999") and is_nhs_number(row["nhs_number"]) for row in rows)
    assert all(is_upn(row["upn"]) for row in rows if row["upn"])
    for column in ("nhs_number", "upn"):
        given = [row[column] for row in rows if row[column]]
        assert len(set(given)) == len(given)


def test_every_postcode_is_in_the_postcode_file_unless_planted(folder):
    known = set(pq.read_table(folder.root / "areas/postcodes.parquet")["postcode"].to_pylist())
    wrong = {f["kind"] for f in folder.true("faults") if "postcode" in f["kind"] or f["kind"] == "place-not-known"}
    assert wrong
    strays = Counter()
    for path in folder.files():
        if path.suffix == ".csv" and "returns" in path.parts:
            with path.open(encoding="utf-8", newline="") as handle:
                cells = [
                    cell
                    for row in csv.reader(handle)
                    for cell in row
                    if re.fullmatch(r"[A-Z]{2}\d{1,2} \d[A-Z]{2}", cell)
                ]
            assert all(is_postcode(cell) for cell in cells)
            strays.update(cell for cell in cells if cell.replace(" ", "") not in known)
    assert set(strays) == {"WQ99 9ZZ"}


def test_a_planted_fault_is_in_the_row_it_says(folder):
    """Row numbers are those a spreadsheet shows, with the heading in row 1."""
    checked = 0
    keys = {
        "people.csv": "Your reference",
        "nominals.csv": "Nominal Ref",
        "occurrences.csv": "Occurrence No",
        "pupil_events.csv": "Event ID",
    }
    for fault in folder.true("faults"):
        if fault["file"] in keys and not fault["sheet"]:
            row = folder.csv(f"returns/{fault['agency']}/{fault['period']}/{fault['file']}")[fault["row"] - 2]
            assert row[keys[fault["file"]]] == fault["reference"] or fault["column"] == keys[fault["file"]]
            checked += 1
    assert checked > 20


def test_faults_are_few_and_in_every_agency(folder):
    agencies = Counter(f["agency"] for f in folder.true("faults"))
    assert set(agencies) == {"council", "police", "health", "youth_justice", "education", "voluntary"}
    assert max(agencies.values()) < 90


def test_harm_has_a_form_unless_the_person_only_causes_it(folder):
    rows = folder.true("harm")
    assert {row["role"] for row in rows} <= {"harmed", "causing_harm", "both"}
    assert all(bool(row["harms"]) is (row["role"] != "causing_harm") for row in rows)
    assert all(row["onset"] < row["until"] for row in rows if row["onset"])


def test_brothers_and_sisters_have_their_own_names(folder):
    rows = folder.true("people")
    assert len({(r["family"], r["given_name"]) for r in rows}) == len(rows)
    assert max(Counter(r["family"] for r in rows).values()) > 2


def test_the_truth_is_nowhere_in_the_partnership(folder):
    words = ("ever_in_care", "goes_missing", "onset", "strain")
    for path in folder.files():
        if path.suffix in (".csv", ".yaml", ".xml"):
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in words), path
