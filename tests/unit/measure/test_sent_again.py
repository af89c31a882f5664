"""What an agency sends again in a later return of the period is counted once, as it last stood."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.measure.scene import figures, indicator, said

SPELLS = {"of": "services", "dated": "started_on"}
STILL_OPEN = {"of": "services", "dated": "started_on", "until": "ended_on", "when": "open_at_end"}
MISSING = {"of": "events", "dated": "started_on", "where": [{"column": "type", "is_in": ["missing_home"]}]}
CONCERNS = {"of": "concerns", "dated": "recorded_on"}
GANGS = {"of": "concerns", "dated": "recorded_on", "where": [{"column": "harms", "has_any": ["GANG"]}]}
NEEDS = {"of": "needs", "dated": "recorded_on"}

SPELL = "agency|service|person|type|started_on|ended_on"
EVENT = "agency|event|person|type|started_on"
CONCERN = "agency|concern|person|recorded_on|harms"
NEED = "agency|person|need|recorded_on|relates_to"


@pytest.mark.parametrize(
    ("of", "rows", "heading", "first", "later", "expected"),
    [
        # a spell still open, sent again: once, and ended once its end has come
        ("services", SPELLS, SPELL, ["north|1|7|support|2024-05-01|"], ["north|1|7|support|2024-05-01|"], "exact 1"),
        ("services", STILL_OPEN, SPELL, ["north|1|7|support|2024-05-01|"], ["north|1|7|support|2024-05-01|"], "exact 1"),
        ("services", STILL_OPEN, SPELL, ["north|1|7|support|2024-05-01|"], ["north|1|7|support|2024-05-01|2024-09-01"], "zero"),
        ("services", SPELLS, SPELL, ["north|1|7|support|2024-05-01|"], ["north|1|7|support|2024-05-02|"], "exact 1"),
        ("services", SPELLS, SPELL, ["north|1|7|support|2024-05-01|"], ["north|2|7|support|2024-08-01|"], "exact 2"),
        # without a reference it is known by person, type and first day
        ("services", SPELLS, SPELL, ["north||7|support|2024-05-01|"], ["north||7|support|2024-05-01|"], "exact 1"),
        ("services", SPELLS, SPELL, ["north||7|support|2024-05-01|"], ["north||7|support|2024-08-01|"], "exact 2"),
        ("services", SPELLS, SPELL, ["north||7|support|2024-05-01|"] * 2, ["north||7|support|2024-05-01|"] * 2, "exact 2"),
        # a concern: its newest words count; another agency's reference is another concern
        ("concerns", CONCERNS, CONCERN, ["north|1|7|2024-05-01|GANG"], ["north|1|7|2024-05-01|CSE"], "exact 1"),
        ("concerns", GANGS, CONCERN, ["north|1|7|2024-05-01|GANG"], ["north|1|7|2024-05-01|CSE"], "zero"),
        ("concerns", CONCERNS, CONCERN, ["north|1|7|2024-05-01|GANG"], ["police|1|7|2024-05-01|GANG"], "exact 2"),
        # an event whose type was put right; and two systems that both number from 1
        ("events", MISSING, EVENT, ["north|1|7|missing_home|2024-05-01", "north|2|7|missing_home|2024-06-01"],
         ["north|1|7|missing_home|2024-05-01", "north|2|7|missing_care|2024-06-01"], "exact 1"),
        ("events", MISSING, EVENT, ["north|1|7|missing_home|2024-05-01"], ["north|1|8|missing_care|2024-06-01"], "exact 1"),
        ("events", MISSING, EVENT, ["north|||missing_home|2024-05-01"], ["north|||missing_home|2024-05-01"], "exact 2"),
        # the same need of another assessment is another need
        ("needs", NEEDS, NEED, ["north|7|11A|2024-05-01|1"], ["north|8|11A|2024-06-01|2"], "exact 2"),
        ("needs", NEEDS, NEED, ["north|7|11A|2024-05-01|1"], ["north|7|11A|2024-05-01|1"], "exact 1"),
    ],
)  # fmt: skip
def test_counted_once_and_as_it_last_stood(
    of: str, rows: dict[str, object], heading: str, first: list[str], later: list[str], expected: str, tmp_path: Path
) -> None:
    chosen = indicator(measure={"kind": "count", "rows": rows}, residence="none")
    made = figures(tmp_path, chosen, {of: "\n".join([heading, *first])}, later={of: "\n".join([heading, *later])})
    partnership = made["", "C", "all"] if ("police", "C", "all") in made else made["north", "N", "all"]
    assert said(partnership) == expected
