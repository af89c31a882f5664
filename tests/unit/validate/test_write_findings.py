"""Findings as a page, a list and a marked workbook: whole, escaped, and safe to open."""

from __future__ import annotations

import csv

import openpyxl
import pytest
from lxml import html

from plait.validate import Checked, write_findings
from plait.validate import marked as marking
from plait.values import Finding, Place, Severity


def finding(**more):
    place = more.pop("where", Place(file="r.xlsx", sheet="Plans", row=3, column="Ref", letter="B"))
    said = {"code": "plans.rule", "problem": "Wrong.", "remedy": "Right.", "dataset": "plans"}
    return Finding(where=place, **{**said, **more})


def result(*findings, **more):
    return Checked(**{"file": "r.xlsx", "tables": {}, "findings": findings, "rows": {"plans": (3, 1)}, **more})


def page_of(checked, into, source=None):
    write_findings(checked, into, source)
    return html.fromstring((into / "findings.html").read_text(encoding="utf-8"))


def test_the_page_says_what_is_wrong_how_often_where_and_what_to_do(tmp_path):
    page = page_of(result(finding(count=1200)), tmp_path)
    text = " ".join(page.text_content().split())
    assert page.findtext(".//h1") == "There is a problem with r.xlsx"
    for said in ("Wrong.", "1,200 places", "Right.", "Ref (column B)", "Plans", "plans.rule", "The first 1 of them"):
        assert said in text


def test_the_page_is_one_file_without_script_and_every_link_leads_somewhere(tmp_path):
    page = page_of(result(finding(), finding(severity=Severity.WARNING, code="w")), tmp_path)
    assert not page.xpath("//script | //link | //img | //@onclick")
    assert page.get("lang") == "en-GB"
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    anchors = [link[1:] for link in page.xpath("//a/@href") if link.startswith("#")]
    assert anchors
    assert set(anchors) <= set(ids)
    assert all(cell.get("scope") for cell in page.xpath("//th"))


def test_a_heading_from_the_file_is_escaped(tmp_path):
    place = Place(file="<b>.csv", sheet="<script>alert(1)</script>", row=1, column="<img src=x>", letter="A")
    page = page_of(result(finding(where=place), file="<b>.csv"), tmp_path)
    assert not page.xpath("//script | //img | //b")
    assert "<img src=x>" in page.text_content()


def test_the_page_says_when_nothing_is_wrong(tmp_path):
    assert page_of(result(), tmp_path).findtext(".//h1") == "No problems were found in r.xlsx"
    note = page_of(result(finding(severity=Severity.NOTE)), tmp_path)
    assert note.findtext(".//h1") == "r.xlsx can be used"


@pytest.mark.parametrize("heading", ["=cmd()", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_no_cell_of_the_list_is_a_formula(tmp_path, heading):
    write_findings(result(finding(where=Place(file="f", sheet=heading, row=1, column=heading))), tmp_path, None)
    raw = (tmp_path / "findings.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert len(rows) == 2
    assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for cell in rows[1])
    assert f"'{heading}" in rows[1]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Plans"
    book["Plans"].append(["Name", "Ref"])
    book["Plans"].append(["Ann", "A1"])
    book["Plans"].append(["Ben", "A2"])
    book["Plans"].merge_cells("D3:E3")
    book.create_sheet("Notes")["A1"] = "=1+1"
    path = tmp_path / "r.xlsx"
    book.save(path)
    return path


def test_the_persons_own_workbook_comes_back_marked(tmp_path, workbook):
    elsewhere = Place(file="r.xlsx", sheet="No such sheet", row=2, letter="A")
    merged = Place(file="r.xlsx", sheet="Plans", row=3, letter="E")
    findings = (finding(), finding(problem="Also wrong."), finding(where=elsewhere), finding(where=merged))
    written = write_findings(result(*findings), tmp_path / "out", workbook)
    assert [path.name for path in written] == ["findings.html", "findings.csv", "r-marked.xlsx"]
    book = openpyxl.load_workbook(written[2])
    assert book.sheetnames == ["Plans", "Notes"]
    assert book["Notes"]["A1"].value == "=1+1"
    cell = book["Plans"]["B3"]
    assert cell.value == "A2"
    assert cell.comment.text == "Wrong. Right.\nAlso wrong. Right."
    assert cell.fill.fill_type == "solid"
    assert book["Plans"]["B2"].comment is None


def test_a_very_large_workbook_is_not_marked_and_the_page_says_so(tmp_path, workbook, monkeypatch):
    monkeypatch.setattr(marking, "LARGEST", 2)
    written = write_findings(result(finding()), tmp_path / "out", workbook)
    assert len(written) == 2
    assert "no marked copy" in (tmp_path / "out" / "findings.html").read_text(encoding="utf-8")


def test_other_files_and_clean_workbooks_are_not_marked(tmp_path, workbook):
    assert len(write_findings(result(finding()), tmp_path / "a", tmp_path / "r.csv")) == 2
    assert len(write_findings(result(), tmp_path / "b", workbook)) == 2
