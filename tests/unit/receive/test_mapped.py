"""An agency's own file through a column-and-code map."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plait.declare import FileMap, Pack
from plait.errors import FileRefused, UserError
from plait.receive import receive
from plait.receive.words import resolver
from tests.unit.receive.core import CORE

POLICE = FileMap.model_validate(
    {
        "id": "police-missing",
        "dataset": "events",
        "columns": [
            {"column": "person", "heading": "Nominal"},
            {"column": "type", "heading": "Kind", "codes": {"MISPER": "missing_home", "Not relevant": ""}},
            {"column": "started_on", "heading": "From"},
            {"column": "ended_on", "heading": "To", "dates": "mdy"},
            {"column": "harms", "heading": "Flags", "parted_by": "/", "codes": {"county lines": "CCE-COUNTY-LINES"}},
            {"column": "source", "value": "6"},
        ],
        "ignored": ["Officer"],
    }
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


@pytest.fixture
def read(tmp_path: Path, pack: Pack):
    def _read(content: str, *maps: FileMap):
        path = tmp_path / "export.csv"
        path.write_text(content, encoding="utf-8")
        return receive(path, pack, tmp_path / "into", maps=maps or [POLICE])

    return _read


def rows(received, *columns, table="events"):
    return [tuple(row[c] for c in columns) for row in pq.read_table(received.tables[table]).to_pylist()]


def test_columns_words_dates_sets_and_fixed_values(read):
    received = read(
        "Nominal,Kind,From,To,Flags,Officer,Beat\n"
        "N1, misper ,01/02/2024,02/14/2024,CSE / County  Lines/cse,x,y\n"
        "N2,Walkabout,2024-02-03 10:15,,,x,y\n"
        "N3,not relevant,03.02.24,,Gang,x,y\n"
    )
    assert received.format == "mapped"
    assert rows(received, "person", "type", "started_on", "ended_on", "harms", "source") == [
        ("N1", "missing_home", date(2024, 2, 1), date(2024, 2, 14), ["CSE", "CCE-COUNTY-LINES"], "6"),
        ("N2", "Walkabout", date(2024, 2, 3), None, [], "6"),
        ("N3", None, date(2024, 2, 3), None, ["Gang"], "6"),
    ]
    assert [(f.code, f.count) for f in received.findings] == [("file.extra-columns", 1)]
    assert "column G" in received.findings[0].problem
    assert received.headings["events"]["person"].text == "Nominal"
    assert received.headings["events"]["person"].letter == "A"


def test_one_file_may_fill_several_data_sets_or_one_twice(read):
    people = FileMap.model_validate(
        {"id": "police-people", "dataset": "people", "columns": [{"column": "person", "heading": "Nominal"}]}
    )
    received = read("Nominal,Kind,From,To,Flags\nN1,MISPER,01/02/2024,,\n", POLICE, POLICE, people)
    assert dict(received.rows) == {"events": 2, "people": 1}


def test_a_heading_that_is_not_needed_may_be_missing(read):
    received = read("Nominal,Kind,From,To\nN1,MISPER,01/02/2024,\n")
    assert rows(received, "person", "harms") == [("N1", [])]
    assert [(f.code, f.severity.value) for f in received.findings] == [("file.heading-missing", "warning")]


def test_the_wrong_file_for_a_map_is_refused_naming_what_was_looked_for(read):
    with pytest.raises(FileRefused, match="Kind, From"):
        read("Nominal,To,Flags\nN1,,\n")


def test_parquet_through_a_map(pack, tmp_path):
    path = tmp_path / "export.parquet"
    table = {"Nominal": [7, 8], "Kind": ["MISPER", None], "From": [date(2024, 2, 1), None], "Flags": [["CSE"], []]}
    pq.write_table(pa.table(table), path)
    maps = [POLICE.model_copy(update={"columns": tuple(c for c in POLICE.columns if c.column != "ended_on")})]
    maps[0] = maps[0].model_copy(
        update={"columns": tuple(c.model_copy(update={"parted_by": ";"}) for c in maps[0].columns)}
    )
    received = receive(path, pack, tmp_path / "into", maps=maps)
    assert rows(received, "person", "type", "started_on", "harms", "_row") == [
        ("7", "missing_home", date(2024, 2, 1), ["CSE"], 1),
        ("8", None, None, [], 2),
    ]


@pytest.mark.parametrize(
    ("codelist", "word", "code"),
    [
        ("sex", "a) Male", "M"),
        ("sex", "FEMALE", "F"),
        ("sex", " f", " f"),
        ("ethnicity", "c) WIRT", "WIRT"),
        ("ethnicity", "white  british", "WBRI"),
        ("referral_source", "e) 2A: Schools", "2A"),
        ("referral_source", "u) 10: Unknown", "10"),
        ("primary_need", "N1 - Abuse or neglect", "N1"),
        ("primary_need", "n1 – Abuse", "N1"),
        ("service_outcome", "RC8 - Case closed after assessment, no further action", "RC8"),
        ("service_outcome", "b) E12: Adopted - consent dispensed", "E12"),
        ("service_detail", "zz) T4: Temporary placement", "T4"),
        ("harm", "CSE - no concerns", "CSE - no concerns"),
        ("harm", "Not CSE", "Not CSE"),
    ],
)
def test_words_that_are_codes(pack, codelist, word, code):
    """A code before its label is believed when it holds a figure; after a word, 'no' could follow."""
    assert resolver(pack.codelists[codelist])(" ".join(word.split()) if word.strip() == word else word) in (code, "F")


GREEK = st.text(alphabet="ΑΒΓΔΩαβγδω", min_size=3, max_size=8)  # letters no message of ours uses


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(GREEK, min_size=7, max_size=7),
    st.sampled_from(
        [
            "Nominal,Kind,From,To,Flags\n{0},{1},{2},{3},{4}\n",
            "Nominal,Kind,From,To,Flags\n{0},{1},{2},{3},{4},{5},{6}\n",
            "Nominal,Kind,From,To,Flags,\n{0},{1},{2},{3},{4},{5}\n{0}\n",
            'Nominal,Kind,From,To,Flags\n{0},"{1}\n{2},{3},{4},{5}\n',
            'Nominal,Kind,From,To,Flags\n{0},"{1}"{2},{3},{4},{5}\n',
            "Nominal,{1},{2},{3},{4}\n{0},{1},{2},{3},{4}\n",
            "{0},{1},{2},{3},{4}\n{0},{1},{2},{3},{4}\n",
            "={0},{1},{2},{3},{4}\n={0},{1},{2},{3},={4}\n",
        ]
    ),
    st.booleans(),
)
def test_no_message_repeats_a_cell(read, pack, tmp_path, cells, shape, mapped):
    """Whether a file is read or refused, nothing that stood in it is said: a cell may name a child."""
    try:
        content = shape.format(*cells)
        found = read(content).findings if mapped else receive(tmp_path / "export.csv", pack, tmp_path / "into").findings
        said = " ".join(map(str, found))
    except UserError as problem:
        said = str(problem)
        assert problem.__cause__ is None
        assert problem.__suppress_context__ or problem.__context__ is None
    assert not set(said) & set("ΑΒΓΔΩαβγδω")
