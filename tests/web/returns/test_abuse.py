"""What a stranger could send: each is refused with a message, and nothing of it is kept or run."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plait_web.returns import actions
from plait_web.returns.models import Submission
from plait_web.returns.states import State
from tests.web.returns.conftest import COLUMNS, fresh, text_of

pytestmark = pytest.mark.django_db


def _zip(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Message><Header>&c;</Header></Message>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Message>&e;</Message>'
CASES = {
    "a picture called a table": ("concerns.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
    "a PDF called a workbook": ("concerns.xlsx", b"%PDF-1.7 and so on", "PDF"),
    "a program called a table": ("concerns.csv", b"MZ\x90\0\x03\0\0\0" * 40, ""),
    "a zip bomb": ("returns.zip", _zip(("concerns.csv", b"0" * 60_000_000)), "unpack"),
    "a zip whose member climbs out": ("returns.zip", _zip(("../../concerns.csv", b"person\n1")), ""),
    "a zip in a zip": ("returns.zip", _zip(("inner.zip", _zip(("a.csv", b"x")))), ""),
    "XML that grows by entities": ("census.xml", LAUGHS.encode(), "document type"),
    "XML that reads a file": ("census.xml", OUTSIDE.encode(), "document type"),
    "a workbook with macros": (
        "concerns.xlsm",
        _zip(("xl/workbook.xml", b"<workbook/>"), ("xl/vbaProject.bin", b"x"), ("[Content_Types].xml", b"<x/>")),
        "macro",
    ),
    "nothing at all": ("concerns.csv", b"", "empty"),
    "a quote that is never closed": ("concerns.csv", f'{COLUMNS}\nA1,2025-06-01,"CSE,known\n'.encode(), "quote"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_a_message(expected, sender, name, workspace):
    file, content, word = CASES[name]
    made = fresh(actions.submit(expected, [SimpleUploadedFile(file, content)], by=sender))
    assert made.state == State.REFUSED, (made.state, made.refusal)
    assert word.casefold() in made.refusal.casefold()
    assert len(made.refusal) < 700
    assert made.kept == "" and "It is a fault of the software" not in made.refusal
    assert not (workspace / "store").exists()


def test_a_file_that_is_named_after_a_path_stays_in_quarantine(expected, sender, csv, workspace):
    made = fresh(actions.submit(expected, [csv(name="..\\..\\..\\evil.csv")], by=sender))
    assert made.names == ["evil.csv"]
    (kept,) = (p.relative_to(workspace) for p in workspace.rglob("your file.csv"))
    assert kept.parts[:2] == ("uploads", str(made.pk))
    assert not list(workspace.parent.rglob("evil.csv"))


def test_a_name_that_is_markup_is_shown_as_text(client_of, expected, sender, csv):
    made = actions.submit(expected, [csv("A1,,CSE,known", name="<img src=x onerror=alert(1)>.csv")], by=sender)
    for name in ("return", "findings"):
        html = client_of(sender).get(reverse(f"returns:{name}", args=[made.pk])).content.decode()
        assert "<img" not in html


def test_a_heading_that_is_markup_is_shown_as_text(client_of, expected, sender, csv):
    lines = [f"A{n},{n % 28 + 1}/6/2025,CSE,x" for n in range(20)]
    columns = "Our ref,When noted,Exploitation type,<script>alert(1)</script>"
    made = actions.submit(expected, [csv(*lines, columns=columns)], by=sender)
    html = client_of(sender).get(reverse("returns:columns", args=[made.pk])).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_cell_that_is_a_formula_is_never_one_in_what_goes_back(client_of, expected, sender, csv):
    lines = ['=HYPERLINK("http://x.example"),,CSE,known', *(f"A{n},2025-06-01,CSE,known" for n in range(3))]
    made = actions.submit(expected, [csv(*lines, columns="=1+1," + COLUMNS.partition(",")[2])], by=sender)
    made = fresh(made)
    if made.state == State.NEEDS_MAP:
        return  # the heading was no longer one we know, and nothing goes back
    response = client_of(sender).get(reverse("returns:findings_csv", args=[made.pk]))
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in body.splitlines() for cell in line.split(","))


@pytest.mark.parametrize("columns", [5_000, 200_000])
def test_a_file_far_too_wide_is_refused(expected, sender, columns):
    wide = ",".join(["x" * 50_000, *(f"c{n}" for n in range(columns))])
    made = fresh(actions.submit(expected, [SimpleUploadedFile("w.csv", f"{wide}\n1,2\n".encode())], by=sender))
    assert made.state == State.REFUSED
    assert "Your file.csv has more than 2,000 columns" in made.refusal


def test_more_files_than_one_return_has_are_refused(client_of, expected, sender, csv):
    files = [csv(name=f"{n}.csv") for n in range(30)]
    response = client_of(sender).post(reverse("returns:send", args=[expected.pk]), {"files": files})
    assert response.status_code == 400
    assert not Submission.objects.exists()


def test_a_request_with_a_huge_header_is_no_return(client_of, expected, sender, csv):
    response = client_of(sender).post(
        reverse("returns:send", args=[expected.pk]), {"files": [csv()], "dataset": "x" * 100_000}
    )
    assert response.status_code == 302
    assert Submission.objects.get().dataset == ""
    assert text_of(response) == ""


def test_a_file_name_too_long_for_the_disk_is_cut(expected, sender, csv):
    made = fresh(actions.submit(expected, [csv(name="n" * 5_000 + ".csv")], by=sender))
    assert len(made.names[0]) <= 130
    assert made.state == State.READY
