"""Each kind of indicator and each rule of counting, as a small table of rows and the figure they make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.measure.scene import figures, indicator, said

Figures = dict[tuple[str, str, str], dict[str, Any]]
Expect = Callable[..., Figures]

MISSING = {"of": "events", "dated": "started_on", "where": [{"column": "type", "is_in": ["missing_home"]}]}
TALKS = {"of": "events", "dated": "started_on", "where": [{"column": "type", "is_in": ["return_interview"]}]}
SPELL = {"of": "services", "dated": "started_on", "until": "ended_on"}
PERSONS = """
    agency|person|birth_month|sex|ethnicity|disability|area
    north|1|2010-06-01|F|WBRI|LD;AUT|N
    north|2|2009-01-01|M|REFU|NONE|N
    north|3|2006-06-01||||
"""


@pytest.fixture
def expect(tmp_path: Path) -> Expect:
    """Measure the text tables and check the north's own figures: 'all' or 'breakdown=group' to what is said of it."""

    def run(expected: dict[str, str], persons: str = PERSONS, **spec: Any) -> Figures:
        tables = {
            name: spec.pop(name) for name in ("events", "concerns", "services", "needs", "populations") if name in spec
        }
        made = figures(tmp_path, indicator(**spec), {"persons": persons, **tables})
        found = {key: said(made["north", "N", key]) for key in expected}
        assert found == expected
        return made

    return run


def test_rows_in_the_period_are_counted_on_its_first_and_last_day(expect: Expect) -> None:
    """A period runs from its first to its last day, both included."""
    events = """
        agency|person|type|started_on
        north|1|missing_home|2024-03-31
        north|1|missing_home|2024-04-01
        north|1|missing_home|2025-03-31
        north|1|missing_home|2025-04-01
        north|1|missing_care|2024-05-01
    """
    expect({"all": "exact 2"}, measure={"kind": "count", "rows": MISSING}, events=events)
    expect({"all": "exact 1"}, measure={"kind": "count", "rows": MISSING, "unit": "people"}, events=events)


@pytest.mark.parametrize(
    ("when", "figure"), [("open_at_end", "exact 2"), ("open_in_period", "exact 3"), ("in_period", "exact 1")]
)
def test_spells_are_open_until_the_day_before_they_end(expect: Expect, when: str, figure: str) -> None:
    """A spell that ended on the last day is not open at the end of it, and was open in the period."""
    services = """
        agency|person|type|started_on|ended_on
        north|1|early_help|2023-06-01|
        north|1|early_help|2023-06-01|2025-04-01
        north|1|early_help|2024-06-01|2025-03-31
        north|1|early_help|2023-06-01|2024-03-31
        north|1|early_help||
    """
    expect({"all": figure}, measure={"kind": "count", "rows": {**SPELL, "when": when}}, services=services)


def test_age_is_counted_from_the_first_of_the_month_of_birth(expect: Expect) -> None:
    """Born in June 2006: 17 on the last day of May 2024 and 18 from the first of June. Age unknown is no age."""
    events = """
        agency|person|type|started_on
        north|3|missing_home|2024-05-31
        north|3|missing_home|2024-06-01
        north|9|missing_home|2024-06-01
        north||missing_home|2024-06-01
    """
    at = {"low": 0, "high": 17, "at": "event"}
    expect({"all": "exact 1", "age_band=16-17": "exact 1"}, measure={"kind": "count", "rows": MISSING}, age=at,
           breakdowns=["age_band"], events=events, residence="none")  # fmt: skip
    expect({"all": "exact 2"}, measure={"kind": "count", "rows": MISSING}, age={**at, "at": "period_start"}, events=events,
           residence="none")  # fmt: skip


def test_a_row_is_in_every_group_it_holds(expect: Expect) -> None:
    """Groups of a set overlap, so they may come to more than the whole. Empty is a group of its own."""
    concerns = """
        agency|person|recorded_on|harms
        north|1|2024-05-01|CSE;CCE
        north|2|2024-05-01|CSE
        north|2|2024-06-01|
        north|3|2024-06-01|UNSPECIFIED
    """
    groups = {
        "harm=CSE": "exact 2", "harm=CCE": "exact 1", "harm=not_recorded": "exact 1", "harm=UNSPECIFIED": "exact 1",
        "harm=SYV": "zero", "disability=LD": "exact 1", "disability=NONE": "exact 1", "disability=not_recorded": "exact 1",
        "ethnicity=white": "exact 1", "ethnicity=not_recorded": "exact 2", "sex=F": "exact 1", "all": "exact 3",
    }  # fmt: skip
    rows = {"of": "concerns", "dated": "recorded_on"}
    expect(groups, measure={"kind": "count", "rows": rows, "unit": "people"}, residence="none", concerns=concerns,
           breakdowns=["harm", "disability", "ethnicity", "sex"])  # fmt: skip


def test_a_share_of_people_asks_whether_any_row_is_a_hit(expect: Expect) -> None:
    """Three episodes of two children; one child has one with an outcome."""
    events = """
        agency|person|type|started_on|outcome
        north|1|missing_home|2024-05-01|
        north|1|missing_home|2024-06-01|done
        north|2|missing_home|2024-06-01|
    """
    subset = [{"column": "outcome", "recorded": True}]
    expect({"all": "exact 33.3333"}, measure={"kind": "share", "rows": MISSING, "subset": subset}, events=events)
    made = expect(
        {"all": "exact 50"},
        measure={"kind": "share", "rows": MISSING, "subset": subset, "unit": "people"},
        events=events,
    )
    figure = made["north", "N", "all"]
    assert (figure["count_low"], figure["base_low"]) == (1, 2)
    assert (figure["ci_low"], figure["ci_high"]) == pytest.approx((9.453, 90.547), abs=0.001)


def test_a_mean_is_rows_for_each_person(expect: Expect) -> None:
    events = """
        agency|person|type|started_on
        north|1|missing_home|2024-05-01
        north|1|missing_home|2024-06-01
        north|2|missing_home|2024-06-01
    """
    expect({"all": "exact 1.5", "sex=F": "exact 2", "sex=M": "exact 1"}, measure={"kind": "mean", "rows": MISSING},
           breakdowns=["sex"], events=events)  # fmt: skip


def test_a_median_of_days_leaves_out_rows_with_no_end(expect: Expect) -> None:
    """Waits of 1, 3 and 8 days and one not ended: the middle is 3, and of two it is half-way."""
    events = """
        agency|person|type|started_on|ended_on
        north|1|missing_home|2024-05-01|2024-05-02
        north|1|missing_home|2024-05-01|2024-05-04
        north|2|missing_home|2024-05-01|2024-05-09
        north|2|missing_home|2024-05-01|
    """
    measure = {"kind": "median_days", "rows": MISSING, "start": "started_on", "end": "ended_on"}
    expect({"all": "exact 3", "sex=F": "exact 2"}, measure=measure, breakdowns=["sex"], events=events)


def test_what_follows_may_come_after_the_period_and_on_the_last_day_allowed(expect: Expect) -> None:
    """Followed on the same day and on the third day are in time; on the fourth is not; nor is another child's."""
    events = """
        agency|person|type|started_on
        north|1|missing_home|2024-05-01
        north|1|return_interview|2024-05-01
        north|2|missing_home|2025-03-31
        north|2|return_interview|2025-04-03
        north|1|missing_home|2024-07-01
        north|1|return_interview|2024-07-05
        north|2|return_interview|2024-07-01
    """
    measure = {"kind": "within", "rows": MISSING, "then": TALKS, "days": 3}
    expect({"all": "exact 66.6667", "sex=F": "exact 50"}, measure=measure, breakdowns=["sex"], events=events)
    expect({"all": "exact 3"}, measure={"kind": "median_wait", "rows": MISSING, "then": TALKS}, events=events)


def test_a_row_does_not_follow_itself(expect: Expect) -> None:
    events = """
        agency|person|type|started_on
        north|1|missing_home|2024-05-01
        north|1|missing_home|2024-05-31
        north|2|missing_home|2024-05-01
    """
    expect(
        {"all": "exact 33.3333"},
        measure={"kind": "within", "rows": MISSING, "then": MISSING, "days": 30},
        events=events,
    )


@pytest.mark.parametrize(("within_days", "figure"), [(90, "zero"), (91, "exact 1")])
def test_a_repeat_is_the_last_of_so_many_in_so_many_days(expect: Expect, within_days: int, figure: str) -> None:
    """The first of three may come before the period; the last must be in it. A window of 90 days ends on its 90th."""
    events = """
        agency|person|type|started_on
        north|1|missing_home|2024-03-01
        north|1|missing_home|2024-04-01
        north|1|missing_home|2024-05-30
        north|2|missing_home|2024-03-01
        north|2|missing_home|2024-03-02
        north|2|missing_home|2024-03-03
        north|2|missing_home|2024-09-03
    """
    measure = {"kind": "repeat", "rows": MISSING, "at_least": 3, "within_days": within_days}
    expect({"all": figure}, measure=measure, events=events)


def test_an_overlap_is_of_people_among_others(expect: Expect) -> None:
    tables = {
        "events": "agency|person|type|started_on\nnorth|1|missing_home|2024-05-01\nnorth|2|missing_home|2024-05-01",
        "concerns": "agency|person|recorded_on|harms\nnorth|1|2024-09-01|CSE\nnorth|2|2023-09-01|CSE",
    }
    others = {"of": "concerns", "dated": "recorded_on"}
    expect(
        {"all": "exact 1"}, measure={"kind": "overlap", "rows": MISSING, "others": others, "present": True}, **tables
    )
    expect({"all": "exact 50"}, measure={"kind": "overlap", "rows": MISSING, "others": others, "present": False, "share": True},
           **tables)  # fmt: skip


POPULATIONS = """
    agency|area|year|age_from|age_to|sex|ethnicity|residents
    north|N|2023|10|17|||900
    north|N|2024|10|13|||600
    north|N|2024|14|17|||400
    north|N|2024|10|17|F||500
    north|N|2024|18|24|||700
    north|N|2025|10|17|||2000
"""


def test_a_rate_is_over_the_latest_population_not_after_the_period(expect: Expect) -> None:
    """Ranges are added when together they are exactly the ages wanted. An estimate of June 2025 is after March 2025."""
    events = """
        agency|person|type|started_on
        north|1|missing_home|2024-05-01
        north|2|missing_home|2024-05-01
    """
    made = expect({"all": "exact 20", "sex=F": "exact 20", "sex=M": "not_held", "sex=not_recorded": "not_applicable"},
                  measure={"kind": "rate", "rows": MISSING}, breakdowns=["sex"], events=events,
                  populations=POPULATIONS)  # fmt: skip
    figure = made["north", "N", "all"]
    assert (figure["count_low"], figure["base_low"]) == (2, 1000)
    assert (figure["ci_low"], figure["ci_high"]) == pytest.approx((2.4221, 72.2469), abs=0.0001)
    assert made["north", "N", "sex=M"]["count_low"] == 1, "what was counted is kept though the rate is not held"


def test_a_disparity_is_a_groups_rate_over_everyones(expect: Expect) -> None:
    """Both children missing are girls: twice their share of the population. Everyone set against everyone is nothing."""
    persons = PERSONS.replace("|M|", "|F|")
    events = "agency|person|type|started_on\nnorth|1|missing_home|2024-05-01\nnorth|2|missing_home|2024-05-01"
    expect({"sex=F": "exact 2", "all": "not_applicable"}, persons, measure={"kind": "disparity", "rows": MISSING},
           breakdowns=["sex"], events=events, populations=POPULATIONS)  # fmt: skip


@pytest.mark.parametrize(
    ("residence", "expected"),
    [
        ("home", {"N": "exact 1", "S": "zero", "C": "exact 1"}),
        ("incident", {"N": "zero", "S": "exact 1", "C": "exact 1"}),
        ("none", {"N": "zero", "S": "zero", "C": "exact 1"}),
    ],
)
def test_three_geographies_are_never_mixed(residence: str, expected: dict[str, str], tmp_path: Path) -> None:
    """A child who lives in the north is found in the south: there by incident, here by home. No place is the whole county."""
    events = "agency|person|type|started_on|incident_area\npolice|1|missing_home|2024-05-01|S"
    given = {"persons": "agency|person|birth_month|area\npolice|1|2010-01-01|W", "events": events}
    made = figures(tmp_path, indicator(measure={"kind": "count", "rows": MISSING}, residence=residence), given)
    assert {area: said(made["police", area, "all"]) for area in expected} == expected


NEEDS = """
    agency|person|need|recorded_on
    north|1|11A|2024-05-01
    north|2|4A|2024-05-01
"""


@pytest.mark.parametrize(("file", "figure"), [("cin", "not_held"), ("template", "zero")])
def test_what_a_kind_of_file_has_no_code_for_is_no_nought(tmp_path: Path, file: str, figure: str) -> None:
    """A census has no code for LGBTQ+. Nobody in it recorded so is not none recorded: nobody could have been."""
    rows = {"of": "needs", "dated": "recorded_on", "where": [{"column": "need", "is_in": ["LGBTQ"]}]}
    chosen = indicator(measure={"kind": "count", "rows": rows}, suppliers=["council"])
    made = figures(tmp_path, chosen, {"persons": PERSONS, "needs": NEEDS}, formats={"north": file})
    assert said(made["", "N", "all"]) == figure
    assert (("north", "N", "all") in made) == (figure == "zero")


@pytest.mark.parametrize(("file", "figure"), [("cin", "not_held"), ("template", "zero")])
def test_a_share_of_what_a_kind_of_file_has_no_code_for_is_not_held(tmp_path: Path, file: str, figure: str) -> None:
    rows = {"of": "needs", "dated": "recorded_on"}
    subset = [{"column": "need", "is_in": ["SEN", "HOMELESS"]}]
    chosen = indicator(measure={"kind": "share", "rows": rows, "subset": subset}, suppliers=["council"])
    made = figures(tmp_path, chosen, {"persons": PERSONS, "needs": NEEDS}, formats={"north": file})
    assert said(made["", "N", "all"]) == said(made["north", "N", "all"]) == figure


def test_a_share_is_of_the_rows_that_could_have_said_so(tmp_path: Path) -> None:
    """Of three with a need, two are in a census, which has no code for this: the police's one is the whole of the base."""
    needs, persons = NEEDS + "    police|1|LGBTQ|2024-05-01\n", PERSONS + "    police|1|2010-06-01|F|WBRI|LD|N\n"
    subset = [{"column": "need", "is_in": ["LGBTQ"]}]
    chosen = indicator(
        measure={"kind": "share", "rows": {"of": "needs", "dated": "recorded_on"}, "subset": subset},
        breakdowns=["agency"],
    )
    made = figures(tmp_path, chosen, {"persons": persons, "needs": needs}, formats={"north": "cin"})
    share = made["", "N", "all"]
    assert said(share) == said(made["police", "N", "all"]) == "exact 100"
    assert (share["count_low"], share["base_low"], share["sources"]) == (1, 1, ["police"])
    assert said(made["north", "N", "all"]) == said(made["", "N", "agency=north"]) == "not_held"


def test_a_share_counts_an_agencys_other_files_beside_its_census(tmp_path: Path) -> None:
    later = {"needs": "agency|person|need|recorded_on\nnorth|1|LGBTQ|2024-06-01\nnorth|2|11A|2024-06-01"}
    rows = {"of": "needs", "dated": "recorded_on"}
    subset = [{"column": "need", "is_in": ["LGBTQ"]}]
    chosen = indicator(measure={"kind": "share", "rows": rows, "subset": subset}, suppliers=["council"])
    given = {"persons": PERSONS, "needs": NEEDS}
    made = figures(tmp_path, chosen, given, later=later, formats={"north": ("cin", "template")})
    assert said(made["north", "N", "all"]) == said(made["", "N", "all"]) == "exact 50"


@pytest.mark.parametrize(("file", "figure"), [("cin", "not_held"), ("template", "zero")])
def test_a_group_that_a_kind_of_file_has_no_code_for_is_not_held(tmp_path: Path, file: str, figure: str) -> None:
    """What it has a code for is a true nought beside it."""
    rows = {"of": "needs", "dated": "recorded_on"}
    chosen = indicator(measure={"kind": "count", "rows": rows}, suppliers=["council"], breakdowns=["need"])
    made = figures(tmp_path, chosen, {"persons": PERSONS, "needs": NEEDS}, formats={"north": file})
    expected = {"need=11A": "exact 1", "need=24A": "zero", "need=LGBTQ": figure, "need=ACE_POVERTY": figure}
    assert {key: said(made["", "N", key]) for key in expected} == expected


def test_another_agency_that_could_have_said_so_makes_it_a_nought(tmp_path: Path) -> None:
    needs = NEEDS + "    police|1|4A|2024-05-01\n"
    rows = {"of": "needs", "dated": "recorded_on"}
    chosen = indicator(measure={"kind": "count", "rows": rows}, breakdowns=["need"])
    persons = PERSONS + "    police|1|2010-06-01|F|WBRI|LD|N\n"
    made = figures(tmp_path, chosen, {"persons": persons, "needs": needs}, formats={"north": "cin"})
    assert said(made["", "N", "need=LGBTQ"]) == "zero"
    assert said(made["north", "N", "need=LGBTQ"]) == "not_held"
