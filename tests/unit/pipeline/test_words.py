"""Free text in a return is looked over; what is told of it is where, how often, why and what one could write."""

import csv
import io
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from plait.cli import main
from plait.declare import Column, load_pack
from plait.engine import Engine
from plait.pipeline import Beside, check_return, prepare_return
from plait.pseudonymise import Key
from plait.validate import write_findings
from plait.values import Period, Severity

CORE = load_pack()
NOTE = Column.model_validate(
    {"id": "note", "title": "Note", "type": "text", "privacy": "identifier", "meaning": "What was written.",
     "after_coding": "drop", "free_text": True}
)  # fmt: skip
CONCERNS = CORE.dataset("concerns")
PACK = CORE.model_copy(
    update={
        "datasets": {
            **CORE.datasets,
            "concerns": CONCERNS.model_copy(update={"columns": (*CONCERNS.columns, NOTE)}),
        }
    }
)
COLUMNS = ("concern", "person", "recorded_on", "harms", "note")
YEAR = Period.parse("2024-25")


def row(number, note="", harms="CSE"):
    return (f"C{number}", f"P{number}", "2024-06-01", harms, note)


def looked(rows, room, pack=PACK, **more):
    path = room / "concerns.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    with Engine() as engine:
        return check_return(
            path,
            pack,
            Path(tempfile.mkdtemp(dir=room)),
            engine=engine,
            on=date(2025, 4, 20),
            period=YEAR,
            dataset="concerns",
            **more,
        )


def words(result):
    return [finding for finding in result.findings if finding.code == "language.words"]


def test_each_kind_of_words_is_told_with_how_many_cells_where_why_and_what_instead(tmp_path):
    notes = ["He is a high-risk child.", "Seen by the nurse.", "A HIGH RISK CHILD, and her risky behaviour", ""]
    found = words(looked([row(n, note) for n, note in enumerate(notes)], tmp_path))
    kinds = {f.problem: (f.count, [g.where.row for g in found if g.problem == f.problem]) for f in found}
    assert sorted(kinds.values()) == [(1, [4]), (2, [2, 4])]
    assert all(f.severity is Severity.WARNING and "‘Note’" in f.problem for f in found)
    assert all("One could write:" in f.remedy for f in found)


def test_no_row_is_left_out_for_words_and_a_quotation_is_passed_over(tmp_path):
    result = looked([row(1, "She said “I am a high-risk child”."), row(2, "A high risk child.")], tmp_path)
    assert result.checked.rows["concerns"] == (2, 2)
    assert not result.checked.has_errors
    assert [f.where.row for f in words(result)] == [3]


def test_words_where_a_code_was_asked_for_are_looked_over_too(tmp_path):
    result = looked([row(1, harms="CSE;child prostitution"), row(2, harms="CSE")], tmp_path, pack=CORE)
    assert [(f.where.row, f.where.column, f.count) for f in words(result)] == [(2, "harms", 1)]
    assert "prostitution" not in repr(result.findings)


def test_a_return_without_words_is_not_opened_for_them(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("plait.pipeline.words._looked_over", lambda path, *_: opened.append(path) or {})
    looked([row(1)], tmp_path, pack=CORE)
    assert opened == []
    looked([row(1, harms="unheard of")], tmp_path, pack=CORE)
    assert opened


def test_what_the_partnership_accepts_is_a_note(tmp_path):
    beside = Beside(waived=frozenset({"language.words"}))
    (found,) = words(looked([row(1, "A high risk child.")], tmp_path, beside=beside))
    assert found.severity is Severity.NOTE


def test_free_text_leaves_the_agency_in_no_form(tmp_path):
    looked([row(1, "A high risk child called Zebedee.")], tmp_path)
    (tmp_path / "room").mkdir()
    sealed = tmp_path / "sealed.plait"
    prepare_return(
        tmp_path / "concerns.csv", PACK, sealed, tmp_path / "room", agency="hp", period=YEAR, dataset="concerns",
        key=Key("k1", b"k" * 32), on=date(2025, 4, 20),
    )  # fmt: skip
    with zipfile.ZipFile(sealed) as file:
        assert "note" not in pq.read_schema(io.BytesIO(file.read("concerns.parquet"))).names
        assert not any(b"Zebedee" in file.read(name) for name in file.namelist())


@pytest.mark.parametrize(
    "change", [{"type": "code", "codes": "sex"}, {"privacy": "personal"}, {"after_coding": "keep"}]
)
def test_free_text_is_declared_as_what_may_name_anybody(change):
    with pytest.raises(ValidationError, match="Free text may name anybody"):
        Column.model_validate(NOTE.model_dump() | change)


GREEK = st.text(alphabet="ΑΒΓΔΩ ", max_size=40)
BLAME = st.sampled_from(["", "a high-risk child", "HIGH RISK CHILD", "putting herself at risk", "his risky behaviour"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(GREEK, BLAME, GREEK), min_size=1, max_size=4))
def test_no_message_holds_a_cell(parts):
    """What is told is the guide's own words: however a cell puts it, and whatever stands around it, the same is said."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        result = looked([row(n, " ".join(part)) for n, part in enumerate(parts)], room)
        written = write_findings(result.checked, room / "out", None)
        said = " ".join([repr(result.findings), *(path.read_text(encoding="utf-8-sig") for path in written)])
    assert not set(said) & set("ΑΒΓΔΩ")
    assert "HIGH RISK" not in said and "high-risk" not in said and "putting herself" not in said
    assert bool(words(result)) == any(blame for _, blame, _ in parts)


def test_the_command_line_shows_them(tmp_path):
    path = tmp_path / "concerns.csv"
    path.write_text("concern,person,recorded_on,harms\nC1,P1,2024-06-01,child prostitution\n", encoding="utf-8")
    out = CliRunner().invoke(main, ["check", str(path), "--as", "concerns", "--out", str(tmp_path / "out")]).output
    assert "[language.words]" in out and "prostitution" not in out
    listed = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8-sig")
    assert "language.words" in listed and "prostitution" not in listed
