"""Residents of an area nobody sent are those of the areas it is made of, or they are not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.measure.scene import figures, indicator, said

MISSING = {"of": "events", "dated": "started_on", "where": [{"column": "type", "is_in": ["missing_home"]}]}
RATE = indicator(
    measure={"kind": "rate", "rows": MISSING, "per": 1000, "population_ages": [10, 17]},
    residence="home", breakdowns=["sex"], suppliers=["police"],
)  # fmt: skip
GIVEN = {
    "persons": "agency|person|birth_month|sex|area\npolice|1|2010-01-01|F|N\npolice|2|2010-01-01|M|S",
    "events": "agency|event|person|type|started_on\npolice|1|1|missing_home|2024-05-01\npolice|2|2|missing_home|2024-05-01",
}
NORTH, SOUTH = "police|N|2023|10|17|||4000", "police|S|2023|10|17|||1000"


@pytest.mark.parametrize(
    ("rows", "base"),
    [
        ([NORTH, SOUTH], 5000),
        ([NORTH], None),
        ([NORTH, SOUTH, "police|C|2023|10|17|||6000"], 6000),  # what was sent wins
        ([NORTH, SOUTH.replace("2023", "2022")], None),  # of another year
        ([NORTH, SOUTH.replace("|17|", "|15|")], None),  # of other ages
        ([NORTH.replace("2023", "2022"), SOUTH.replace("2023", "2022"), NORTH, SOUTH], 5000),
        # one ward is known of the north: that is seldom all of it
        ([NORTH.replace("|N|", "|W|"), SOUTH], None),
    ],
)
def test_a_county_made_of_its_districts(rows: list[str], base: float | None, tmp_path: Path) -> None:
    heading = "agency|area|year|age_from|age_to|sex|ethnicity|residents"
    made = figures(tmp_path, RATE, {**GIVEN, "populations": "\n".join([heading, *rows])})
    county = made["", "C", "all"]
    assert county["base_low"] == base
    assert said(county) == ("not_held" if base is None else f"exact {2 / base * 1000:g}")


def test_a_group_that_one_district_lacks_is_not_known(tmp_path: Path) -> None:
    rows = ["police|N|2023|10|17|F||2000", "police|N|2023|10|17|M||2000", "police|S|2023|10|17|F||600"]
    heading = "agency|area|year|age_from|age_to|sex|ethnicity|residents"
    made = figures(tmp_path, RATE, {**GIVEN, "populations": "\n".join([heading, *rows])})
    assert made["", "C", "sex=F"]["base_low"] == 2600
    assert said(made["", "C", "sex=M"]) == "not_held"
    assert said(made["", "C", "all"]) == "not_held"
    assert made["", "N", "all"]["base_low"] == 4000


def test_a_country_is_never_made_up(tmp_path: Path) -> None:
    heading = "agency|area|year|age_from|age_to|sex|ethnicity|residents"
    made = figures(tmp_path, RATE, {**GIVEN, "populations": "\n".join([heading, NORTH, SOUTH])}, top=("ENG",))
    assert made["", "C", "all"]["base_low"] == 5000
    assert made["", "ENG", "all"]["base_low"] is None
