"""People by all that agencies together hold of them: which lists they are on, and how they came to help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.measure.scene import figures, indicator, said

PERSONS = """
    agency|person|birth_month|sex|ethnicity|disability|area
    north|1|2010-06-01|F|WBRI||N
    north|2|2009-01-01|M|WBRI||N
    north|3|2011-01-01|M|WBRI||N
    south|4|2010-03-01|F|WBRI||S
    police|1|2010-06-01|F|WBRI||N
    police|5|2009-01-01|M|WBRI||S
    police|6|2007-02-01|M|WBRI||S
"""
HARMED = {"of": "concerns", "dated": "recorded_on"}
LISTS = {
    "kind": "lists",
    "lists": [
        {"id": "police", "title": "Police", "rows": {**HARMED, "agencies": ["police"]}},
        {"id": "council", "title": "Council", "rows": {**HARMED, "agencies": ["council"]}},
        {"id": "nrm", "title": "Referral", "rows": {"of": "events", "dated": "started_on",
                                                     "where": [{"column": "type", "is_in": ["nrm_referral"]}]}},
    ],
}  # fmt: skip
CONCERNS = """
    agency|person|recorded_on|harms|role
    north|1|2024-05-01|CSE|harmed
    north|2|2024-05-01|CSE|harmed
    north|2|2024-06-01|CSE|harmed
    south|4|2024-05-01|CCE|harmed
    police|1|2024-07-01|CSE|harmed
    police|5|2024-07-01|CSE|harmed
    police|6|2024-07-01|CSE|harmed
    police|6|2023-07-01|CSE|harmed
"""
LINKED = {("north", 1): 1, ("police", 1): 1, ("north", 2): 2, ("police", 5): 2, ("north", 3): 3, ("south", 4): 4,
          ("police", 6): 6}  # fmt: skip


def shown(folder: Path, given: dict[str, str], numbers: Any = LINKED, **spec: Any) -> dict[str, dict[str, Any]]:
    made = figures(folder, indicator(**spec), given, numbers=numbers)
    return {key: figure for (supplier, area, key), figure in made.items() if (supplier, area) == ("", "C")}


def numbers_of(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {key: said(figure) for key, figure in found.items() if figure["state"] != "zero"}


def test_each_person_is_counted_once_by_exactly_which_lists_they_are_on(tmp_path: Path) -> None:
    """Two records on one list are one person. A list nobody sent is not held; a combination nobody is in is not shown."""
    found = shown(tmp_path, {"persons": PERSONS, "concerns": CONCERNS}, measure=LISTS,
                  breakdowns=["lists", "list", "how_many", "sex"])  # fmt: skip
    assert numbers_of(found) == {
        "all": "exact 4", "lists=police&council": "exact 2", "lists=council": "exact 1", "lists=police": "exact 1",
        "list=police": "exact 3", "list=council": "exact 3", "list=nrm": "not_held", "how_many=1": "exact 2",
        "how_many=2": "exact 2", "sex=F": "exact 2", "sex=M": "exact 2",
    }  # fmt: skip


def test_a_list_that_rests_on_a_column_nobody_fills_is_not_collected(tmp_path: Path) -> None:
    """Who is on such a list cannot be known, so it is never nought; with one list left nothing can be told."""
    flagged = {"of": "concerns", "dated": "flag_from", "until": "flag_to", "when": "open_in_period"}
    asked = {**LISTS, "lists": [*LISTS["lists"][:2], {"id": "flag", "title": "Flag", "rows": flagged}]}
    found = shown(tmp_path, {"persons": PERSONS, "concerns": CONCERNS}, measure=asked, breakdowns=["list"])
    assert (said(found["all"]), said(found["list=flag"])) == ("exact 4", "not_collected")
    asked = {**asked, "lists": asked["lists"][1:]}
    found = shown(tmp_path / "two", {"persons": PERSONS, "concerns": CONCERNS}, measure=asked, breakdowns=["list"])
    assert {said(figure) for figure in found.values()} == {"not_collected"}


def test_lists_go_by_where_people_live(tmp_path: Path) -> None:
    made = figures(tmp_path, indicator(measure=LISTS, breakdowns=["lists"]), {"persons": PERSONS, "concerns": CONCERNS},
                   numbers=LINKED)  # fmt: skip
    assert said(made["", "N", "lists=police&council"]) == "exact 2"
    assert said(made["", "S", "lists=police"]) == "exact 1"
    assert not [key for key in made if key[0]], "no agency has such a figure of its own"


def test_among_some_people_those_on_no_list_are_counted_too(tmp_path: Path) -> None:
    services = """
        agency|person|type|started_on|ended_on
        north|1|early_help|2024-06-01|
        north|3|early_help|2024-06-01|
    """
    both = {**LISTS, "lists": LISTS["lists"][:2],
            "among": {"of": "services", "dated": "started_on", "until": "ended_on", "when": "open_in_period"}}  # fmt: skip
    found = shown(tmp_path, {"persons": PERSONS, "concerns": CONCERNS, "services": services}, measure=both,
                  breakdowns=["lists", "how_many"])  # fmt: skip
    assert numbers_of(found) == {
        "all": "exact 2", "lists=police&council": "exact 1", "lists=none": "exact 1", "how_many=0": "exact 1",
        "how_many=2": "exact 1",
    }  # fmt: skip


def test_nothing_is_said_of_people_across_agencies_who_were_not_linked(tmp_path: Path) -> None:
    found = shown(tmp_path, {"persons": PERSONS, "concerns": CONCERNS}, None, measure=LISTS, breakdowns=["lists"])
    assert numbers_of(found) == {"all": "not_held", **{k: "not_held" for k in found if k != "all"}}


SERVICES = """
    agency|person|type|referred_on|started_on|ended_on
    north|1|early_help|2024-05-03|2024-05-11|
    north|2|early_help|2024-05-20||
    south|4|early_help|2024-01-01|2024-02-01|
"""
JOURNEY = {
    "kind": "journey",
    "rows": HARMED,
    "steps": [
        {"id": "referral", "title": "Referred", "rows": {"of": "services", "dated": "referred_on"}},
        {"id": "help", "title": "Helped", "rows": {"of": "services", "dated": "started_on", "until": "ended_on"}},
    ],
}


def test_a_journey_ends_in_help_in_turning_18_or_is_under_way(tmp_path: Path) -> None:
    """1 waited ten days; 2 was referred and waits; 4 had help already; 6, who turned 18 in February, left after 7 months."""
    now = CONCERNS.replace("police|6|2023-07-01|CSE|harmed", "")
    found = shown(tmp_path, {"persons": PERSONS, "concerns": now, "services": SERVICES},
                  measure=JOURNEY, breakdowns=["waited", "steps"])  # fmt: skip
    assert numbers_of(found) == {
        "all": "exact 4", "waited=helped-0": "exact 1", "waited=helped-7": "exact 1", "waited=left-182": "exact 1",
        "waited=waiting-182": "exact 1", "steps=referral&help": "exact 1", "steps=referral": "exact 1",
        "steps=help": "exact 1", "steps=none": "exact 1",
    }  # fmt: skip


def test_a_sign_before_the_period_sent_now_begins_no_journey(tmp_path: Path) -> None:
    """Child 6, who had a sign in 2023, is told of in this period's return."""
    found = shown(tmp_path, {"persons": PERSONS, "concerns": CONCERNS, "services": SERVICES},
                  measure=JOURNEY, breakdowns=["waited"])  # fmt: skip
    assert numbers_of(found) == {
        "all": "exact 3", "waited=helped-0": "exact 1", "waited=helped-7": "exact 1", "waited=waiting-182": "exact 1",
    }  # fmt: skip


def test_a_step_after_help_began_was_not_on_the_way_to_it(tmp_path: Path) -> None:
    later = SERVICES.replace("north|1|early_help|2024-05-03", "north|1|early_help|2024-05-12")
    now = CONCERNS.replace("police|6|2023-07-01|CSE|harmed", "")
    found = shown(tmp_path, {"persons": PERSONS, "concerns": now, "services": later},
                  measure=JOURNEY, breakdowns=["steps"])  # fmt: skip
    assert numbers_of(found) == {
        "all": "exact 4", "steps=referral": "exact 1", "steps=help": "exact 2", "steps=none": "exact 1",
    }  # fmt: skip


def test_a_sign_in_an_earlier_period_begins_no_journey_now(tmp_path: Path) -> None:
    """Child 6 had a sign in 2023, sent then."""
    from plait.engine import Engine
    from plait.measure import measure
    from plait.values import Period
    from tests.unit.measure import scene

    now = CONCERNS.replace("police|6|2023-07-01|CSE|harmed", "")
    sent = [t for _, t in scene._returns(tmp_path, {"persons": PERSONS, "concerns": now, "services": SERVICES})]
    before = "agency|person|recorded_on|harms|role\npolice|6|2023-07-01|CSE|harmed"
    earlier = [t for _, t in scene._returns(tmp_path / "before", {"concerns": before})]
    chosen = indicator(measure=JOURNEY, breakdowns=["waited"])
    with Engine(threads=1) as engine:
        made = measure(
            engine, sent, scene._numbers(tmp_path, LINKED), scene.pack_with(chosen), period=Period.parse("2024-25"),
            areas=scene.AREAS, top=("C",), agencies=scene.AGENCIES, indicators=["I"], earlier=earlier,
        ).to_pylist()  # fmt: skip
    found = {r["group"]: r["low"] for r in made if r["area"] == "C" and r["low"]}
    assert found == {"": 3, "helped-0": 1, "helped-7": 1, "waiting-182": 1}


def test_help_before_and_after_an_18th_birthday(tmp_path: Path) -> None:
    """Only months that 91 days of the period follow count. Help on the last of those days counts, and a day later does not."""
    persons = """
        agency|person|birth_month|sex|ethnicity|disability|area
        north|1|2006-06-01|F|WBRI||N
        north|2|2006-06-01|M|WBRI||N
        north|3|2006-06-01|M|WBRI||N
        north|4|2007-02-01|M|WBRI||N
    """
    services = """
        agency|person|type|started_on|ended_on
        north|1|mental_health|2024-01-01|
        north|2|mental_health|2024-01-01|2024-06-01
        north|2|adult_social_care|2024-09-29|
        north|3|mental_health|2024-01-01|2024-06-01
        north|3|adult_social_care|2024-09-30|
        north|4|mental_health|2024-01-01|2025-02-01
    """
    spell = {"of": "services", "dated": "started_on", "until": "ended_on"}
    made = figures(
        tmp_path, indicator(measure={"kind": "overlap", "present": False, "share": True,
                                     "rows": {**spell, "when": "before_18"}, "others": {**spell, "when": "after_18"}},
                            breakdowns=["type"], unit="percent of young people"),
        {"persons": persons, "services": services},
    )  # fmt: skip
    one = made["north", "N", "all"]
    assert (one["count_low"], one["base_low"]) == (1, 3)


def test_each_agency_goes_by_the_month_of_birth_it_holds_itself(tmp_path: Path) -> None:
    """To north, which holds the help, she turned 18 in June; to the partnership, which believes the other two, long before."""
    persons = """
        agency|person|birth_month|sex|ethnicity|disability|area
        north|1|2006-06-01|F|WBRI||N
        police|1|2001-06-01|F|WBRI||N
        south|1|2001-06-01|F|WBRI||N
    """
    services = """
        agency|person|type|started_on|ended_on
        north|1|mental_health|2024-01-01|2024-06-01
    """
    spell = {"of": "services", "dated": "started_on", "until": "ended_on"}
    asked = {"kind": "overlap", "present": False, "share": True,
             "rows": {**spell, "when": "before_18"}, "others": {**spell, "when": "after_18"}}  # fmt: skip
    linked = {("north", 1): 1, ("police", 1): 1, ("south", 1): 1}
    made = figures(tmp_path, indicator(measure=asked, breakdowns=["type"], unit="percent of young people"),
                   {"persons": persons, "services": services}, numbers=linked)  # fmt: skip
    assert said(made["north", "N", "all"]) == "exact 100"
    assert said(made["", "N", "all"]) == "not_applicable"
