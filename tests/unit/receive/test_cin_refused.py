"""Files that are no census, or not a whole one: refused in words, with nothing left behind and no cell repeated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plait.errors import FileRefused
from plait.receive.cin import read_cin
from tests.unit.receive.cin_files import HEADER, assessment, child, details, message, write_cin
from tests.unit.receive.core import CORE as PACK


def refusal(folder: Path, text: str | bytes) -> str:
    """The words of the refusal; nothing may be left in the folder the tables were meant for."""
    source, into = folder / "census.xml", folder / "into"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    into.mkdir(exist_ok=True)
    with pytest.raises(FileRefused) as refused:
        read_cin(source, PACK, into)
    assert list(into.iterdir()) == []
    return str(refused.value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cut_short_anywhere(tmp_path: Path, data: st.DataObject) -> None:
    whole = write_cin(tmp_path / "whole.xml", 40, seed=3).read_bytes().rstrip()
    words = refusal(tmp_path, whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert words.startswith("census.xml")


def test_after_tables_were_begun_nothing_is_left(tmp_path: Path) -> None:
    """More children than one batch, so that some were written before the end was found missing."""
    whole = write_cin(tmp_path / "whole.xml", 1_200, seed=3).read_bytes()
    words = refusal(tmp_path, whole[:-40])
    assert re.search(r"line \d{5}: the file stops before its end", words)


def test_a_folder_made_for_a_refused_file_is_gone_again(tmp_path: Path) -> None:
    (tmp_path / "census.xml").write_text("<Message><Children>")
    with pytest.raises(FileRefused):
        read_cin(tmp_path / "census.xml", PACK, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("damage", "line", "words"),
    [
        (("</UPN>", "</UPM>"), 6, "ends under another name"),
        (("A123456789012", "A&B"), 6, "& stands by itself"),
        (("A123456789012", "A & B"), 6, "& or < stands by itself"),
        (("A123456789012", "A\x01B"), 6, "does not allow a character"),
        (("A123456789012", "&nbsp;"), 6, "is no name XML knows"),
    ],
)
def test_the_line_and_what_is_wrong_there(tmp_path: Path, damage: tuple[str, str], line: int, words: str) -> None:
    text = message(child(), header="").replace(*damage)
    told = refusal(tmp_path, text)
    assert f"line {line}: " in told
    assert words in told
    assert "Nothing of it has been kept." in told


def test_bytes_in_another_encoding_than_declared(tmp_path: Path) -> None:
    text = message(child(identity="<UPN>é</UPN><Sex>F</Sex>"))
    assert "encoding" in refusal(tmp_path, text.encode("cp1252"))


BOMB = '<?xml version="1.0"?><!DOCTYPE Message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "declaration",
    [
        BOMB,
        '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Message SYSTEM "http://invalid.example/x.dtd">',
        "<!-- a comment first --><!DOCTYPE Message>",
    ],
)
def test_a_document_type_is_refused_before_anything_is_read(tmp_path: Path, declaration: str) -> None:
    text = declaration + message(child(identity="<UPN>&b;&x;</UPN>")).partition("?>\n")[2]
    assert "DOCTYPE" in refusal(tmp_path, text)
    assert "DOCTYPE" in refusal(tmp_path, text.encode("utf-16"))


@pytest.mark.parametrize(
    ("text", "seems"),
    [
        ("<EXPSSDA903><CHILD/></EXPSSDA903>", "looked-after children return"),
        ("<html><body/></html>", "a web page"),
        ("<Workbook/>", "an XML spreadsheet"),
        ("<Anything/>", "another kind of XML file"),
        (
            "<Message><Header><CollectionDetails><Collection>SC</Collection></CollectionDetails></Header></Message>",
            "a school census",
        ),
        ("<Message><Pupils/></Message>", "another collection"),
    ],
)
def test_other_xml_is_refused_by_what_it_seems_to_be(tmp_path: Path, text: str, seems: str) -> None:
    assert seems in refusal(tmp_path, text)


def test_a_census_without_a_child_is_refused(tmp_path: Path) -> None:
    """Read as it is, it would say that no child was in need."""
    assert "no child in it" in refusal(tmp_path, message())


@pytest.mark.parametrize("text", ["", "   \n", "\ufeff"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert "is empty" in refusal(tmp_path, text)


def test_a_block_without_end_in_sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat whatever the file: what never completes a child is not gathered."""
    monkeypatch.setattr("plait.receive.xml_blocks._LARGEST_BLOCK", 1 << 20)
    text = "<Message><Children>" + "<Noise/>" * 200_000
    assert "without one whole record" in refusal(tmp_path, text)


def test_elements_nested_beyond_reason(tmp_path: Path) -> None:
    assert "line 1" in refusal(tmp_path, "<Message>" + "<a>" * 100_000)


GREEK = "ΑΒΓΔΩ"


def test_no_finding_or_refusal_repeats_a_cell(tmp_path: Path) -> None:
    """Every cell is in Greek letters, which no message of ours uses."""
    text = message(
        child("A1", details(assessment("11A"), fields="<Odd>1</Odd><ReferralNFA>1</ReferralNFA>")), header=HEADER
    )
    greek = re.sub(r">[^<\n]+<", f">{GREEK}<", text)
    source = tmp_path / "census.xml"
    source.write_text(greek, encoding="utf-8")
    received = read_cin(source, PACK, tmp_path / "into")
    assert {f.code for f in received.findings} >= {"cin.no-reference-date", "cin.unknown-element"}
    assert not set("".join(map(str, received.findings))) & set(GREEK)
    for cut in range(60, len(greek), 193):
        assert not set(_words(tmp_path, greek[:cut])) & set(GREEK)


def _words(folder: Path, text: str) -> str:
    source = folder / "cut.xml"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read_cin(source, PACK, folder / "cut")
    return str(refused.value)
