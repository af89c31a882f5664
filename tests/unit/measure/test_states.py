"""Nought, not held, not collected, not applicable: four different things, and none is ever shown as another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.measure.scene import figures, indicator, said

CONCERNS = {"of": "concerns", "dated": "recorded_on"}
MISSING = {"of": "events", "dated": "started_on", "where": [{"column": "type", "is_in": ["missing_home"]}]}
PERSONS = """
    agency|person|birth_month|sex|ethnicity|disability|area
    north|1|2010-01-01|F|||W
    north|2|2010-01-01||||N
    police|7|2010-01-01|M|WBRI||S
"""
EVENTS = """
    agency|event|person|type|started_on|ended_on|outcome|incident_area
    north|1|1|missing_home|2024-05-01|||
    north|2|2|missing_home|2023-05-01|||
    police|3|7|offence|2024-05-01|||S
"""
GIVEN = {"persons": PERSONS, "events": EVENTS}


def count(**more: Any) -> Any:
    return indicator(measure={"kind": "count", "rows": MISSING}, **more)


def test_none_found_is_nought_only_where_somebody_looked(tmp_path: Path) -> None:
    """North sent such rows, so its nought ward is nought; nobody covers the south, and the county is at least one."""
    made = figures(tmp_path, count(suppliers=["council"]), GIVEN)
    assert said(made["north", "N", "all"]) == "exact 1"
    assert said(made["", "W", "all"]) == "exact 1"
    assert said(made["", "S", "all"]) == "not_held"
    assert said(made["", "C", "all"]) == "between 1 inf"


def test_a_type_never_sent_is_not_held(tmp_path: Path) -> None:
    """Agencies sent events, but no missing episode of any date: none found does not mean none happened."""
    other = EVENTS.replace("missing_home", "missing_care")
    assert said(figures(tmp_path, count(), {"persons": PERSONS, "events": other})["", "C", "all"]) == "not_held"


def test_a_column_never_filled_is_not_collected(tmp_path: Path) -> None:
    rows = {**MISSING, "where": [*MISSING["where"], {"column": "outcome", "is_in": ["done"]}]}  # type: ignore[misc]
    chosen = indicator(measure={"kind": "count", "rows": rows})
    assert said(figures(tmp_path, chosen, GIVEN)["", "N", "all"]) == "not_collected"


def test_a_breakdown_never_filled_is_not_collected_and_its_blanks_are_counted(tmp_path: Path) -> None:
    made = figures(tmp_path, count(breakdowns=["ethnicity", "sex"]), GIVEN)
    assert said(made["north", "N", "ethnicity=white"]) == "not_collected"
    assert said(made["north", "N", "ethnicity=not_recorded"]) == "exact 1"
    assert said(made["north", "N", "sex=M"]) == "zero"
    assert said(made["north", "N", "sex=F"]) == "exact 1"


def test_nobody_to_compare_with_is_not_held(tmp_path: Path) -> None:
    """Known to police and not to the council cannot be told when the council sent nothing: not everybody is unseen."""
    measure = {"kind": "overlap", "rows": MISSING, "others": CONCERNS, "present": False}
    assert said(figures(tmp_path, indicator(measure=measure), GIVEN)["", "N", "all"]) == "not_held"


def test_a_share_of_nobody_is_not_applicable(tmp_path: Path) -> None:
    measure = {"kind": "share", "rows": MISSING, "subset": [{"column": "outcome", "recorded": True}]}
    made = figures(tmp_path, indicator(measure=measure, breakdowns=["sex"]), GIVEN)
    assert said(made["north", "N", "sex=M"]) == "not_applicable"
    assert said(made["north", "N", "sex=F"]) == "zero"


def test_a_rate_without_a_population_is_not_held_but_its_count_is_kept(tmp_path: Path) -> None:
    made = figures(tmp_path, indicator(measure={"kind": "rate", "rows": MISSING}), GIVEN)
    figure = made["north", "N", "all"]
    assert (figure["state"], figure["count_low"], figure["base_low"]) == ("not_held", 1.0, None)


def test_people_are_bounded_without_links_and_exact_with_them(tmp_path: Path) -> None:
    given = {
        "persons": "agency|person|birth_month|area\nnorth|1|2010-01-01|N\npolice|7|2010-01-01|N",
        "events": "agency|person|type|started_on\nnorth|1|missing_home|2024-05-01\npolice|7|missing_home|2024-05-01",
    }
    chosen = indicator(measure={"kind": "count", "unit": "people", "rows": MISSING})
    assert said(figures(tmp_path, chosen, given)["", "N", "all"]) == "between 1 2"
    linked = {("north", 1): 5, ("police", 7): 5}
    assert said(figures(tmp_path, chosen, given, numbers=linked)["", "N", "all"]) == "exact 1"


def test_each_agency_sees_only_what_it_recorded(tmp_path: Path) -> None:
    """The police know the ethnicity; the council's own figure must not tell the council."""
    given = {
        "persons": "agency|person|birth_month|ethnicity|area\nnorth|1|2010-01-01||N\npolice|7|2010-01-01|WBRI|N",
        "events": "agency|person|type|started_on\nnorth|1|missing_home|2024-05-01\npolice|7|offence|2024-05-01",
    }
    made = figures(tmp_path, count(breakdowns=["ethnicity"]), given, numbers={("north", 1): 5, ("police", 7): 5})
    assert said(made["", "N", "ethnicity=white"]) == "exact 1"
    assert said(made["north", "N", "ethnicity=not_recorded"]) == "exact 1"


def test_small_areas_have_no_breakdowns(tmp_path: Path) -> None:
    made = figures(tmp_path, count(breakdowns=["sex"]), GIVEN)
    assert {key for _, area, key in made if area == "W"} == {"all"}
