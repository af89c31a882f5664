"""At the size of the demonstration, what is recorded comes near what is published for England, and blind spots exist."""

import csv
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from plait.declare.load import CORE

ENGLAND = {"10A": 0.035, "11A": 0.027, "12A": 0.005, "13A": 0.020, "24A": 0.031}
pytestmark = pytest.mark.deep


def expected(county) -> dict[tuple[str, str], int]:
    totals: Counter = Counter()
    for row in county.true("expected"):
        totals[row["agency"], row["count_of"]] += row["count"]
    return totals


@pytest.mark.parametrize("code", ENGLAND)
def test_assessments_note_exploitation_about_as_often_as_in_england(county, code):
    totals = expected(county)
    share = totals["council", f"assessments with {code}"] / totals["council", "assessments completed"]
    assert share == pytest.approx(ENGLAND[code], rel=0.25, abs=0.002)


def test_the_census_holds_what_is_expected_but_for_planted_faults(county):
    root = ET.parse(county.root / "returns/council/2024-25/CIN_Census_2025.xml").getroot()
    counted = Counter()
    for assessment in root.iter("Assessments"):
        if (assessment.findtext("AssessmentAuthorisationDate") or "") >= "2024-04-01":
            counted.update(factor.text for factor in assessment.iter("AssessmentFactors"))
    said = {
        r["count_of"]: r["count"]
        for r in county.true("expected")
        if r["period"] == "2024-25" and r["agency"] == "council"
    }
    planted = sum(f["sheet"] == "Assessments" and f["period"] == "2024-25" for f in county.true("faults"))
    for code in ENGLAND:
        assert 0 <= said[f"assessments with {code}"] - counted[code] <= planted


def test_most_people_are_known_to_one_agency_and_many_to_several(county):
    agencies = defaultdict(set)
    for row in county.true("references"):
        agencies[row["person"]].add(row["agency"])
    several = Counter(len(known) for known in agencies.values())
    assert len(agencies) == 20_000
    assert 0.4 < several[1] / 20_000 < 0.75
    assert several[3] > 500


def test_harm_is_noted_less_often_for_some_groups(county):
    """Of those truly harmed whom the council knows, how many have a concern in its own records."""
    person_of = {r["reference"]: r["person"] for r in county.true("references") if r["agency"] == "council"}
    noted = {
        person_of.get(row["Your reference"])
        for period in ("2023-24", "2024-25")
        for row in county.csv(f"returns/council/{period}/concerns.csv")
    }
    with (CORE / "codelists/ethnicity.csv").open(encoding="utf-8", newline="") as handle:
        group_of = {row["code"]: row["group"] for row in csv.DictReader(handle)}
    ethnicity = {r["person"]: group_of[r["ethnicity"]] for r in county.true("people")}
    harmed = {r["person"] for r in county.true("harm") if r["role"] != "causing_harm"} & set(person_of.values())
    share = {
        group: sum(p in noted for p in harmed if ethnicity[p] == group) / sum(ethnicity[p] == group for p in harmed)
        for group in ("white", "asian", "black")
    }
    assert share["asian"] < 0.85 * share["white"]
    assert share["black"] < 0.95 * share["white"]


def test_blank_postcodes_and_ethnicity_differ_by_agency(county):
    def blank(path: str, heading: str, nothing: str) -> float:
        rows = county.csv(f"returns/{path}")
        return sum(row[heading] == nothing for row in rows) / len(rows)

    assert blank("police/2024-25/nominals.csv", "Home postcode", "") > 2 * blank(
        "council/2024-25/people.csv", "Home postcode", ""
    )
    assert blank("police/2024-25/nominals.csv", "Self-defined ethnicity", "NS") > 0.15


def test_some_people_have_two_records_with_one_agency(county):
    twice = Counter((r["agency"], r["person"]) for r in county.true("references"))
    assert sum(count == 2 for count in twice.values()) > 200
    assert max(twice.values()) == 2


def test_missing_episodes_of_a_child_in_care_do_not_overlap(county):
    days: dict[str, list[tuple[list[str], list[str]]]] = {}
    for row in county.csv("returns/council/2024-25/ssda903/missing.csv"):
        start, end = (row[heading].split("/")[::-1] for heading in ("MIS_START", "MIS_END"))
        if end >= start:
            days.setdefault(row["CHILD"], []).append((start, end))
    assert days
    for spells in days.values():
        assert all(one[1] < two[0] for one, two in pairwise(sorted(spells)))
