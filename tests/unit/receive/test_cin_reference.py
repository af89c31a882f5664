"""The fast reader beside a plain one that takes a child at a time, and laws that hold for any census."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plait.receive.cin import read_cin
from tests.unit.receive.cin_files import write_cin
from tests.unit.receive.core import CORE as PACK

HARMS = {"11A": "CSE", "12A": "TRAFFICKING-MS", "13A": "EFH-OTHER", "24A": "CCE", "18B": "SYV", "19B": "PEER-HSB"}
SEX = {"1": "M", "2": "F", "M": "M", "F": "F"}
Tables = dict[str, list[dict[str, object]]]


def plainly(path: Path) -> Tables:
    """The census read as its rules are written, with nothing done for speed."""
    tables: Tables = {name: [] for name in ("people", "services", "events", "needs", "concerns")}
    for child in ET.parse(path).getroot().findall("Children/Child"):
        _person(child, tables)
        for number, details in enumerate(child.findall("CINdetails"), start=1):
            _episode(child, details, number, tables)
    return tables


def _text(block: ET.Element, path: str) -> str | None:
    return (block.findtext(path) or "").strip() or None


def _day(block: ET.Element, path: str) -> date | None:
    text = _text(block, path)
    return date.fromisoformat(text) if text else None


def _person(child: ET.Element, tables: Tables) -> None:
    sex = _text(child, "ChildIdentifiers/Sex") or _text(child, "ChildIdentifiers/GenderCurrent")
    tables["people"].append(
        {
            "person": _text(child, "ChildIdentifiers/LAchildID"),
            "upn": _text(child, "ChildIdentifiers/UPN"),
            "date_of_birth": _day(child, "ChildIdentifiers/PersonBirthDate"),
            "sex": SEX[sex or ""],
            "ethnicity": _text(child, "ChildCharacteristics/Ethnicity"),
            "disability": [d.text for d in child.findall("ChildCharacteristics/Disabilities/Disability")],
        }
    )


def _episode(child: ET.Element, details: ET.Element, number: int, tables: Tables) -> None:
    person = _text(child, "ChildIdentifiers/LAchildID")
    ref, source = f"{person}/CIN/{number}", _text(details, "ReferralSource")
    day = _day(details, "CINreferralDate")
    tables["services"].append(
        {"service": ref, "person": person, "type": "children_social_care", "referred_on": day, "started_on": day}
        | {"ended_on": _day(details, "CINclosureDate"), "source": source, "need": _text(details, "PrimaryNeedCode")}
        | {"outcome": _text(details, "ReasonForClosure")}
    )
    outcome = {"1": "no_further_action", "true": "no_further_action"}.get(
        _text(details, "ReferralNFA") or "", "accepted"
    )
    tables["events"].append(
        {"event": ref + "/R", "person": person, "type": "referral", "started_on": day, "source": source}
        | {"outcome": outcome, "relates_to": ref}
    )
    for m, block in enumerate(details.findall("Assessments"), start=1):
        _assessment(block, person, ref, m, tables, source)
    for m, block in enumerate(details.findall("CINPlanDates"), start=1):
        tables["services"].append(
            {"service": f"{ref}/P/{m}", "person": person, "type": "cin_plan", "relates_to": ref}
            | {"started_on": _day(block, "CINPlanStartDate"), "ended_on": _day(block, "CINPlanEndDate")}
        )
    held = set()
    for m, block in enumerate(details.findall("Section47"), start=1):
        mine, conference = f"{ref}/S/{m}", _day(block, "DateOfInitialCPC")
        held.add(conference)
        tables["events"].append(
            {"event": mine, "person": person, "type": "section47", "relates_to": ref, "outcome": "conference"}
            | {"started_on": _day(block, "S47ActualStartDate")}
        )
        tables["events"].append(
            {"event": mine + "/C", "person": person, "type": "child_protection_conference", "relates_to": mine}
            | {"started_on": conference}
        )
    conference = _day(details, "DateOfInitialCPC")
    if conference and conference not in held:
        tables["events"].append(
            {"event": ref + "/C", "person": person, "type": "child_protection_conference", "relates_to": ref}
            | {"started_on": conference}
        )
    for m, block in enumerate(details.findall("ChildProtectionPlans"), start=1):
        mine = f"{ref}/CP/{m}"
        tables["services"].append(
            {"service": mine, "person": person, "type": "cp_plan", "relates_to": ref}
            | {"started_on": _day(block, "CPPstartDate"), "ended_on": _day(block, "CPPendDate")}
            | {"detail": _text(block, "LatestCategoryOfAbuse")}
        )
        for k, review in enumerate(block.findall("Reviews/CPPreviewDate"), start=1):
            tables["events"].append(
                {"event": f"{mine}/V/{k}", "person": person, "type": "review_conference", "relates_to": mine}
                | {"started_on": date.fromisoformat(review.text or "")}
            )


def _assessment(
    block: ET.Element, person: str | None, episode: str, m: int, tables: Tables, source: str | None
) -> None:
    ref = f"{episode}/A/{m}"
    start, end = _day(block, "AssessmentActualStartDate"), _day(block, "AssessmentAuthorisationDate")
    factors = [f.text or "" for f in block.findall("FactorsIdentifiedAtAssessment/AssessmentFactors")]
    tables["events"].append(
        {
            "event": ref,
            "person": person,
            "type": "assessment",
            "started_on": start,
            "ended_on": end,
            "relates_to": episode,
        }
    )
    for factor in factors:
        tables["needs"].append({"person": person, "need": factor, "recorded_on": end or start, "relates_to": ref})
    if harms := [HARMS[factor] for factor in factors if factor in HARMS]:
        tables["concerns"].append(
            {"concern": ref + "/H", "person": person, "recorded_on": end or start, "harms": harms, "status": "concern"}
            | {"role": "unknown", "source": source, "relates_to": ref}
        )


def quickly(path: Path, into: Path, *, places: bool = False) -> Tables:
    """The same by the reader itself; what a row does not hold is left out, and its place unless asked for."""
    tables = {}
    for name, file in read_cin(path, PACK, into).tables.items():
        tables[name] = [
            {
                k: v
                for k, v in row.items()
                if v not in (None, "") and (k == "disability" or v != []) and (places or k[0] != "_")
            }
            for row in pq.read_table(file).to_pylist()
        ]
    return tables


def alike(tables: Tables) -> dict[str, list[str]]:
    """The tables whatever the order of their rows."""
    return {
        name: sorted(str(sorted((k, str(v)) for k, v in row.items() if v is not None)) for row in rows)
        for name, rows in tables.items()
    }


@pytest.mark.parametrize("year", [2017, 2021, 2022, 2024, 2025, 2026])
def test_the_reader_agrees_with_the_plain_one(tmp_path: Path, year: int) -> None:
    path = write_cin(tmp_path / "census.xml", 60, seed=year, year=year)
    assert alike(quickly(path, tmp_path / "into")) == alike(plainly(path))


def test_batches_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.receive.cin._BATCH", 70)
    path = write_cin(tmp_path / "census.xml", 160, seed=8)
    assert alike(quickly(path, tmp_path / "into")) == alike(plainly(path))


def _shuffled(path: Path, target: Path, chance: random.Random) -> None:
    """The census with the parts of every block in another order; those of one name keep theirs, which numbers them."""
    tree = ET.parse(path)
    for block in tree.getroot().iter():
        if block.tag not in ("Children", "Message"):
            names = [part.tag for part in block]
            chance.shuffle(names)
            queues = {name: iter([part for part in block if part.tag == name]) for name in names}
            block[:] = [next(queues[name]) for name in names]
    tree.write(target)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_any_order_of_blocks_gives_the_same_tables(tmp_path: Path, seed: int) -> None:
    path = write_cin(tmp_path / "census.xml", 6, seed=seed)
    _shuffled(path, tmp_path / "shuffled.xml", random.Random(seed))
    assert alike(quickly(tmp_path / "shuffled.xml", tmp_path / "b")) == alike(quickly(path, tmp_path / "a"))


def test_every_row_leads_to_its_own_block(tmp_path: Path) -> None:
    path = write_cin(tmp_path / "census.xml", 1_250, seed=5)  # past the line where libxml2 stops counting
    lines = path.read_text().splitlines()
    for table in quickly(path, tmp_path / "into", places=True).values():
        for row in table:
            last = str(row["_path"]).rpartition("/")[2].partition("[")[0]
            assert lines[int(str(row["_row"])) - 1].strip() == f"<{last}>"
