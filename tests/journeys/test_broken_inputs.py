"""What people send by mistake, or by malice, through the real command line: a clear word for each, and nothing left behind.

Every cell that could name somebody holds a mark that no message of ours contains.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from plait.cli import main
from plait.declare import load_pack
from tests.unit.receive.cin_files import HEADER, assessment, child, details, message

CORE = load_pack()
MARK = "Zzmark"
PEOPLE = (
    "Your reference,NHS number,Unique pupil number,Given name,Family name,Other names,Date of birth,Sex,Ethnicity,"
    "Disability,Home postcode,Lived there from,Lived there to,Date of death"
)
COUNTS = "Measure,Part,Period,Area,Age band,Sex,Ethnic group,Disability,Form of harm,Need,Source,Type,Figure"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 500
REFUSED, FINDINGS, FINE = 4, 2, 0


def person(ref: str = f"{MARK}1", *, given: str = f"{MARK}given", born: str = "2010-05-06") -> str:
    return f"{ref},,,{given},{MARK}family,,{born},F,WBRI,,WQ1 0QJ,,,"


def people(*rows: str, headings: str = PEOPLE) -> str:
    return "\n".join((headings, *rows)) + "\n"


def counts(*cells: str, headings: str = COUNTS) -> str:
    return "\n".join((headings, "VC01,value,2024-25,XC01,,,,,,,,,10", *cells)) + "\n"


def workbook(*rows: list[object], title: str = "Data", merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def cells(row: str) -> list[object]:
    return list(row.split(","))


def with_macros(book: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as plain, zipfile.ZipFile(held, "w") as made:
        for member in plain.infolist():
            made.writestr(member, plain.read(member))
        made.writestr("xl/vbaProject.bin", MARK)
    return held.getvalue()


def zipped(members: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`plait check` on a file of this name and content; it has said nothing of the cells and left nothing anywhere."""

    def run(name: str, content: str | bytes | None, *options: str) -> Result:
        source, scratch, out = tmp_path / name, tmp_path / "scratch", tmp_path / "findings"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        monkeypatch.setattr("plait.commands.check.load_pack", lambda *_: CORE)  # once for all, to save time
        if content is None:
            source.mkdir()
        else:
            source.write_bytes(content if isinstance(content, bytes) else content.encode())
        before = sorted(tmp_path.parent.iterdir())
        result = CliRunner().invoke(main, ["check", str(source), "--out", str(out), *options])
        written = "".join(p.read_text(encoding="utf-8-sig") for p in out.glob("findings.*")) if out.exists() else ""
        assert MARK.lower() not in (result.output + written).lower()
        assert "Traceback" not in result.output
        assert "inside Plait" not in result.output, "a fault of Plait's own"
        assert list(scratch.iterdir()) == []
        assert sorted(tmp_path.parent.iterdir()) == before
        assert result.exit_code == FINDINGS or not (out.exists() and result.exit_code)
        return result

    return run


REFUSALS: dict[str, tuple[str, str | bytes | None, str, str]] = {
    # what: file, content, what happened, what to do
    "truncated XML": (
        "census.xml",
        message(child(f"{MARK}1", details(assessment("19B"))))[:700],
        "line 13: the file stops before its end",
        "Export it again",
    ),
    "entity bomb": (
        "census.xml",
        f'<?xml version="1.0"?><!DOCTYPE Message [<!ENTITY a "{MARK}"><!ENTITY b "&a;&a;&a;&a;">]><Message>&b;</Message>',
        "declares a document type (DOCTYPE)",
        "Export it again from the case system",
    ),
    "zip bomb": (
        "return.zip",
        zipped({"people.csv": b"A" * 60_000_000}),
        "would unpack to far more than its size",
        "Ask whoever sent it",
    ),
    "unclosed quote": (
        "people.csv",
        people(person(), person(f"{MARK}2", given=f'"{MARK}'), person(f"{MARK}3")),
        "a double quote opens on line 3",
        "Correct that line",
    ),
    "wrong sheet": (
        "annex.xlsx",
        workbook([f"{MARK} notes of a meeting"], title="Notes"),
        "is none of the formats that Plait knows",
        "plait map annex.xlsx",
    ),
    "empty file": ("people.csv", "", "is empty", "Export it again"),
    "blank lines only": ("people.csv", "\n\r\n   \n", "is empty", "Export it again"),
    "300 columns": (
        "wide.csv",
        people(",".join([MARK] * 300), headings=",".join(f"column {n}" for n in range(300))),
        "is none of the formats that Plait knows",
        "plait map wide.csv",
    ),
    "macro workbook": (
        "people.xlsm",
        with_macros(workbook(cells(PEOPLE), cells(person()))),
        "holds macros",
        "Save it as an ordinary workbook",
    ),
    "macro workbook by another name": (
        "people.xlsx",
        with_macros(workbook(cells(PEOPLE), cells(person()))),
        "holds macros",
        "Save it as an ordinary workbook",
    ),
    "NUL bytes": (
        "people.csv",
        people(person(given="Zz\0mark")),
        "characters that no text file has",
        "export it again",
    ),
    "duplicate headings": (
        "people.csv",
        people(person(), headings=PEOPLE.replace("Other names", "Given name")),
        "columns D and F have the same heading",
        "Rename or remove",
    ),
    "a workbook with a password": (
        "people.xlsx",
        OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000,
        "is locked with a password",
        "Save a copy without the password",
    ),
    "an old workbook called .csv": (
        "people.csv",
        OLE + "Workbook".encode("utf-16-le") + b"\0" * 2000,
        "could not be opened as a workbook",
        "save it as an Excel workbook (.xlsx)",
    ),
    "a picture called .xlsx": (
        "people.xlsx",
        bytes.fromhex("FFD8FFE000104A464946") + MARK.encode() * 1000,
        "is a picture",
        "Send the data it was made from",
    ),
    "a zip that leads out of itself": (
        "return.zip",
        zipped({"people.csv": people(person()), "../escaped.csv": people(person())}),
        "a file whose name leads outside it",
        "ask whoever sent it",
    ),
    "an empty folder": ("return", None, "holds no files", "Check that it is the right one"),
    "another census": (
        "census.xml",
        f'<?xml version="1.0"?><Message><Header><CollectionDetails><Collection>SWF</Collection><Year>2024</Year>'
        f"</CollectionDetails></Header><Workforce><Name>{MARK}</Name></Workforce></Message>",
        "seems to be a school workforce census",
        "Send the XML file whose Collection is CIN",
    ),
    "a very long line": (
        "people.csv",
        MARK.encode() * 9_000_000,
        "is none of the formats that Plait knows",
        "plait map people.csv",
    ),
    "a very long cell": (
        "people.csv",
        (PEOPLE + f"\n{MARK}1,,,").encode() + MARK.encode() * 9_000_000,
        "line 2",
        "a quote may not be closed",
    ),
    "a cell of millions among good rows": (
        "people.csv",
        people(person(), person(given=MARK * 500_000), person()),
        "line 3 holds more than",
        "a quote may not be closed",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_file_that_cannot_be_read_is_refused_in_words(check: Callable[..., Result], what: str) -> None:
    name, content, problem, remedy = REFUSALS[what]
    result = check(name, content)
    assert result.exit_code == REFUSED, result.output
    assert name in result.output
    assert problem in result.output
    assert remedy in result.output


NOTICED: dict[str, tuple[str, str | bytes, str, int]] = {
    # what: file, content, what is said, exit code
    "Windows text": (
        "people.csv",
        people(person(given="Zoë"), person(f"{MARK}2", given="François")).encode("cp1252"),
        "it was read as Windows text (code page 1252)",
        FINE,
    ),
    "a formula in a workbook": (
        "people.xlsx",
        workbook(cells(PEOPLE), cells(person(given=f'=HYPERLINK("http://{MARK}")'))),
        "Some formulas were saved without their results",
        FINDINGS,
    ),
    "a formula in a text file": (
        "people.csv",
        people(person(given=f"=cmd|{MARK}!A0")),
        "They were kept as text and never worked out",
        FINE,
    ),
    "the same row twice": (
        "people.csv",
        people(*[f"{MARK}1,,,{MARK},{MARK},,2010-05-06,F,WBRI,,WQ1 0QJ,2020-01-01,,"] * 2),
        "The same person and address are here twice",
        FINE,
    ),
    "an event twice under one reference": (
        "events.csv",
        "Event reference,Your reference,Type,Detail,Started on,Ended on,Outcome,Source,Role,Forms of harm,Belongs to,"
        f"Where it happened\n{MARK}9,{MARK}1,referral,,2024-04-01,,accepted,8,,,,\n"
        f"{MARK}9,{MARK}2,referral,,2024-04-02,,accepted,8,,,,\n",
        "row 3",
        FINDINGS,
    ),
    "rows of other lengths": (
        "people.csv",
        people(person() + f",{MARK},{MARK}", f"{MARK}2,,"),
        "row 2: This row has more cells than there are headings",
        FINDINGS,
    ),
    "headings and no rows": ("people.csv", people(), "There are headings here and no rows below them", FINE),
    "a day that never was": (
        "people.csv",
        people(person(born="31/02/2024")),
        "row 2, column G (Date of birth): ‘Date of birth’ holds something that is not a date",
        FINE,
    ),
    "a census of another name": (
        "census.xml",
        message(child(f"{MARK}1"), header=HEADER.replace(">CIN<", ">SC<")),
        "The header names another collection than CIN",
        FINE,
    ),
    "an NHS number among counts": (
        "counts.csv",
        counts("VC01,value,2024-25,XC01,,,,,,,,943 476 5919,7"),
        "row 3, column L (Type): ‘Type’ holds what may be an NHS number",
        FINDINGS,
    ),
    "a column of names beside counts": (
        "counts.csv",
        f"{COUNTS},Child name\nVC01,value,2024-25,XC01,,,,,,,,,10,{MARK} Jones\n",
        "name",
        FINDINGS,
    ),
    "a postcode among counts": (
        "counts.csv",
        counts("VC01,value,2024-25,WQ1 0QJ,,,,,,,,,10"),
        "row 3, column D (Area): ‘Area’ holds what may be a full postcode",
        FINDINGS,
    ),
    "a date of birth beside counts": (
        "counts.csv",
        f"{COUNTS},Notes\nVC01,value,2024-25,XC01,,,,,,,,,10,born 03/04/2011\n",
        "may be a date of birth. A file of counts must name nobody",
        FINDINGS,
    ),
}


@pytest.mark.parametrize("what", NOTICED)
def test_what_is_wrong_with_a_file_that_can_be_read_is_a_finding(check: Callable[..., Result], what: str) -> None:
    name, content, said, code = NOTICED[what]
    result = check(name, content)
    assert said in result.output
    assert result.exit_code == code, result.output


@pytest.mark.parametrize("what", [w for w in NOTICED if "counts" in w])
def test_no_row_of_counts_is_usable_once_one_may_name_somebody(check: Callable[..., Result], what: str) -> None:
    name, content, _said, _code = NOTICED[what]
    assert " 0 usable" in check(name, content).output


READ: dict[str, tuple[str, str | bytes]] = {
    "semicolons": ("people.csv", people(person(), person(f"{MARK}2", born="x")).replace(",", ";")),
    "tabs": ("people.csv", people(person(), person(f"{MARK}2", born="x")).replace(",", "\t")),
    "UTF-16": ("people.csv", people(person(), person(f"{MARK}2", born="x")).encode("utf-16")),
    "UTF-16 without its mark": ("people.csv", people(person(), person(f"{MARK}2", born="x")).encode("utf-16-le")),
    "Windows line ends": ("people.csv", people(person(), person(f"{MARK}2", born="x")).replace("\n", "\r\n")),
    "a date as Excel's day number": (
        "people.xlsx",
        workbook(cells(PEOPLE), [*cells(person())[:6], 40304, *cells(person())[7:]], cells(person(born="x"))),
    ),
}


@pytest.mark.parametrize("what", READ)
def test_what_can_be_read_is_read_and_keeps_its_row_numbers(check: Callable[..., Result], what: str) -> None:
    """The second person's date of birth is none: the finding leads to row 3 and says nothing of row 2."""
    output = check(*READ[what]).output
    assert "row 3, column G (Date of birth): ‘Date of birth’ holds something that is not a date" in output
    assert "row 2" not in output
    assert "people: 2 rows read, 2 usable." in output


def test_title_rows_and_merged_cells_above_the_headings(check: Callable[..., Result]) -> None:
    book = workbook([f"Made by {MARK}"], [], [f"{MARK} team"], cells(PEOPLE), cells(person(born="x")), merged="A1:N1")
    assert "sheet Data, row 5, column G (Date of birth)" in check("people.xlsx", book).output


def test_more_columns_than_are_asked_for_are_said_once(check: Callable[..., Result]) -> None:
    many = [f"column {n}" for n in range(300)]
    wide = people(person() + f",{MARK}" * 300, headings=PEOPLE + "," + ",".join(many))
    output = check("people.csv", wide, "--as", "people").output
    assert "people: 1 row read, 1 usable." in output
    assert output.count("file.extra-columns") == 1


def test_the_real_command_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Nothing but words on the terminal, and the exit code a script can go by."""
    source = tmp_path / "people.csv"
    source.write_text(people(person(), person(f"{MARK}2", given=f'"{MARK}')))
    done = subprocess.run(
        [sys.executable, "-m", "plait.cli", "check", str(source)],
        capture_output=True, text=True, check=False, env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == REFUSED
    assert done.stdout == ""
    assert done.stderr.startswith("people.csv: a double quote opens on line 3")
    assert MARK not in done.stderr
    assert list(tmp_path.iterdir()) == [source]


def test_a_fault_of_our_own_says_nothing_of_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"could not convert {MARK}")

    (tmp_path / "people.csv").write_text(people(person()))
    monkeypatch.setattr("plait.pipeline.returns.receive", broken)
    monkeypatch.setenv("HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["check", str(tmp_path / "people.csv")])
    log = (tmp_path / ".plait" / "faults.log").read_text()
    assert result.exit_code == 70
    assert "This is a fault of Plait's, not of your file. Reference" in result.output
    assert "ValueError: " in log
    assert MARK not in result.output + log


def test_a_disk_that_will_not_take_it_is_no_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "findings"))

    (tmp_path / "people.csv").write_text(people(person()))
    monkeypatch.setattr("plait.commands.check.write_findings", full)
    result = CliRunner().invoke(main, ["check", str(tmp_path / "people.csv"), "--out", str(tmp_path / "findings")])
    assert result.exit_code == 1
    assert "No space left on device. Check the disk" in result.output
