"""Drafting a map from what a file looks like."""

from pathlib import Path

import pytest
import yaml

from plait.declare import FileMap, Pack
from plait.errors import FileRefused
from plait.receive import Draft, draft_map, receive
from tests.unit.receive.core import CORE

HEADINGS = (
    "Nominal Ref,Forename,Surname,D.O.B,Gender,NHS No,Incident Type,Start Date,Exploitation,Officer,Address postcode"
)
WORDS = ["Missing from home", "Missing from care", "offence", "Odd thing"]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


def export(path: Path, rows: int = 24, headings: str = HEADINGS) -> Path:
    lines = [
        f"N{i},Ζωή{i},Παππά,0{1 + i % 9}/03/2009,{'MF'[i % 2]},943 476 5919,{WORDS[i % 4]},1{i % 9}/04/2024,"
        f"{['CSE', 'County Lines', 'Gang'][i % 3]},Νίκος,WF{1 + i % 9} {i % 9}AB"
        for i in range(rows)
    ]
    path.write_text("\n".join([headings, *lines]), encoding="utf-8")
    return path


@pytest.fixture
def draft(tmp_path, pack) -> Draft:
    return draft_map(export(tmp_path / "export.csv"), pack)


def columns(draft: Draft, dataset: str) -> dict[str, str | None]:
    return {c.column: c.heading for m in draft.maps if m.dataset == dataset for c in m.columns}


def test_each_data_set_in_the_file_gets_a_map(draft):
    assert columns(draft, "people") == {
        "person": "Nominal Ref",
        "nhs_number": "NHS No",
        "given_name": "Forename",
        "family_name": "Surname",
        "date_of_birth": "D.O.B",
        "sex": "Gender",
        "postcode": "Address postcode",
    }
    events = columns(draft, "events")
    assert (events["person"], events["type"], events["started_on"]) == ("Nominal Ref", "Incident Type", "Start Date")
    assert "incident_postcode" not in events  # a home is not where it happened


def test_words_get_codes_and_reasons(draft):
    events = next(m for m in draft.maps if m.dataset == "events")
    kinds = next(c for c in events.columns if c.column == "type")
    assert kinds.codes == {
        "Missing from home": "missing_home",
        "Missing from care": "missing_care",
        "offence": "offence",
    }
    text = draft.texts[events.id]
    assert "#   'Odd thing':" in text
    assert "Please check" in text


def test_the_text_is_the_map(draft):
    """What is written is what was drafted, and a person may give it back as it is."""
    for drafted in draft.maps:
        assert FileMap.model_validate(yaml.safe_load(draft.texts[drafted.id])) == drafted
    assert [yaml.safe_load(part)["id"] for part in draft.text.split("---\n")] == [m.id for m in draft.maps]


def test_a_draft_reads_the_file_it_was_drafted_from(draft, pack, tmp_path):
    received = receive(tmp_path / "export.csv", pack, tmp_path / "into", maps=draft.maps)
    assert dict(received.rows) == {"people": 24, "events": 24}


def test_a_draft_shows_no_identifier_and_no_free_text(draft):
    """Names, however often they come up, numbers, dates and postcodes stay in the file."""
    assert not set(draft.text) & set("ΖωήΠαάΝίκος")
    assert "943" not in draft.text
    assert "WF1" not in draft.text
    assert "2009" not in draft.text


def test_words_that_are_mostly_no_codes_are_not_shown(pack, tmp_path):
    """A column headed as a code list may hold people's names."""
    path = tmp_path / "export.csv"
    path.write_text(
        "Your reference,Referral date,Type of help,Referred by\n" + "P1,01/02/2024,Early help,Νίκος Ζω\n" * 9
    )
    text = draft_map(path, pack, dataset="services").text
    assert "Referred by" in text
    assert "Νίκος" not in text


def test_rare_words_are_not_shown(pack, tmp_path):
    path = tmp_path / "export.csv"
    rows = "P1,3A,01/02/2024\n" * 9 + "P2,Ζωή,01/02/2024\n" * 2
    path.write_text("Child ID,Need,Date recorded\n" + rows)
    assert "Ζωή" not in draft_map(path, pack).text


def test_a_needed_column_that_is_not_found_is_left_to_fill_in(pack, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("Child ID,Need\nP1,3A\nP2,11A\nP3,24A\n")
    text = draft_map(path, pack, dataset="needs").text
    assert "NEEDED" in text
    assert "column: recorded_on" in text


def test_a_file_without_headings_is_refused(pack, tmp_path):
    """Its first row is about somebody, so it must not become a draft's headings."""
    path = tmp_path / "export.csv"
    path.write_text("P1,Ζωή,04/05/2009,WF1 1AB\nP2,Νίκος,05/05/2009,WF1 2AB\n")
    with pytest.raises(FileRefused, match="headings") as refused:
        draft_map(path, pack)
    assert "Ζωή" not in str(refused.value)
