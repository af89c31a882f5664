"""Documents say what is declared and signed, and nothing else; Word and PDF can be read by a screen reader."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import docx
import pytest
from django.urls import reverse
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from plait_web.partnership import access, actions
from plait_web.partnership.documents.flows import as_csv, flows, neutral
from plait_web.partnership.documents.handover import _more, include
from plait_web.partnership.documents.paper import as_pdf
from plait_web.partnership.documents.told import Document, Part, Table
from plait_web.partnership.documents.word import as_word

pytestmark = pytest.mark.django_db

TOLD = Document(
    title="A title", subject="A subject", author="Marlshire Partnership", made=date(2026, 4, 3), lead="A lead.",
    draft="Draft.", invented=True,
    parts=(
        Part(heading="First", words=("A sentence.",), points=("One.", "Two."), tables=(
            Table(caption="A table", headings=("Name", "What"), rows=(("a", "b"), ("c", "d"))),
            Table(caption="Another", headings=("Name",), rows=(), empty="Nothing there."),
        )),
        Part(heading="Below", level=2),
    ),
)  # fmt: skip


# How they are laid out


@pytest.fixture(scope="module")
def word():
    return docx.Document(io.BytesIO(as_word(TOLD)))


def test_word_has_real_styles_and_headings(word):
    styles = [(p.style.name, p.text) for p in word.paragraphs if p.text]
    assert ("Title", "A title") in styles
    assert ("Heading 1", "First") in styles
    assert ("Heading 2", "Below") in styles
    assert ("List Bullet", "Two.") in styles
    assert ("Caption", "A table") in styles
    assert any("Nothing there." in text for _, text in styles)
    assert any("Invented: no person" in text for _, text in styles)


def test_word_says_its_language_and_whose_it_is(word):
    core = word.core_properties
    assert (core.title, core.author, core.language, core.subject) == (
        "A title",
        "Marlshire Partnership",
        "en-GB",
        "A subject",
    )
    language = word.styles["Normal"].element.find(qn("w:rPr")).find(qn("w:lang"))
    assert language.get(qn("w:val")) == "en-GB"


def test_word_tables_repeat_their_headings_and_are_described(word):
    (table,) = word.tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "A table"
    assert [[c.text for c in row.cells] for row in table.rows] == [["Name", "What"], ["a", "b"], ["c", "d"]]


def test_the_pdf_is_tagged_titled_and_in_english():
    made = PdfReader(io.BytesIO(as_pdf(TOLD)))
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert made.metadata.title == "A title"
    assert "pdfuaid" in made.xmp_metadata.stream.get_data().decode()
    said = "".join(page.extract_text() for page in made.pages)
    assert all(words in said for words in ("First", "A sentence.", "Nothing there.", "Invented data"))


MARKUP = st.text(alphabet="#*_`$<>@\\[]{}\"'/ab \n=", min_size=1, max_size=40)


@given(MARKUP)
@settings(max_examples=15, deadline=None)
def test_no_word_is_taken_for_markup(words):
    """An agency may be called anything."""
    told = replace(TOLD, title="Words", parts=(Part(heading="Here", words=(words,), points=(words,)),))
    assert as_pdf(told).startswith(b"%PDF")


# What they say


def test_only_what_is_signed_and_in_force_flows(agreement, signed, police, today):
    pack = access.pack()
    found = flows([agreement], pack, today)
    assert {f.senders for f in found} == {("Marlshire Council",)}
    assert {f.dataset for f in found} == {"Counts", "Populations"}
    assert {f.retention for f in found} == {"7 years, then erased"}
    assert flows([agreement], pack, today - timedelta(days=5)) == ()


def test_columns_are_told_by_what_becomes_of_them(drawn_up, council, council_lead, today):
    coded = drawn_up(council, terms="pseudonymised_strategic")
    actions.sign(coded.party_rows.get(), name="A", post="B", on=today, by=council_lead)
    people = next(f for f in flows([coded], access.pack(), today) if f.dataset == access.pack().dataset("people").title)
    told = dict(people.columns)
    declared = {c.title: c.after_coding for c in access.pack().dataset("people").columns}
    assert told["Turned into codes"] == tuple(t for t, coding in declared.items() if coding == "token")
    assert not set(told["Kept as sent"]) & {t for t, coding in declared.items() if coding != "keep"}


def test_the_csv_has_a_line_for_each_sender_and_no_formula(agreement, signed, council, governor, today):
    council.name = "=cmd()"
    council.save()
    found = flows(access.agreements_for(governor), access.pack(), today)
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert len(rows) == 2
    assert {row["from"] for row in rows} == {"'=cmd()"}


@given(st.text())
def test_no_cell_begins_like_a_formula(cell):
    assert neutral(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("name", ["flows_as", "impact_as", "notice_as"])
def test_each_document_can_be_saved(name, form, agreement, signed, governor, client_of):
    response = client_of(governor).get(reverse(f"partnership:{name}", args=[form]))
    assert response.status_code == 200
    assert f".{form}" in response["Content-Disposition"]
    assert "Marlshire Council" in text_of(response.content, form)


def text_of(content: bytes, form: str) -> str:
    if form == "pdf":
        return " ".join("".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split())
    made = docx.Document(io.BytesIO(content))
    cells = [c.text for t in made.tables for row in t.rows for c in row.cells]
    return " ".join([p.text for p in made.paragraphs] + cells)


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_agreement_names_who_signed_and_the_terms_they_read(form, agreement, signed, governor, client_of):
    response = client_of(governor).get(reverse("partnership:agreement_as", args=[agreement.code, form]))
    said = text_of(response.content, form)
    assert "Carys Council, Director" in said
    assert "Not signed" in said
    assert access.pack().agreements["aggregate_strategic"].purpose[:40] in said


def test_another_form_is_not_found(agreement, governor, client_of):
    assert client_of(governor).get(reverse("partnership:impact_as", args=["exe"])).status_code == 404


def test_the_assessment_names_what_is_left_out_and_what_is_to_be_judged(
    agreement, signed, police, governor, today, client_of
):
    actions.decide_not_to_share(
        agency=police, what="Intelligence.", why="Sources.", decided=today, decided_by="x",
        review=today + timedelta(days=1), by=governor,
    )  # fmt: skip
    page = client_of(governor).get(reverse("partnership:impact")).content.decode()
    assert "Marlshire Police does not share Intelligence. Reason: Sources." in page
    assert "[To be filled in: likelihood and severity]" in page


def test_the_handover_pack_tells_who_holds_what_and_what_is_open(
    agreement, signed, council, manager, governor, today, client_of, monkeypatch
):
    board = actions.add_group(name="Board", kind="board", level="strategic", by=manager)
    actions.add_seat(board, lead=manager, deputy=governor, agency=council, chairs=True, by=manager)
    actions.raise_barrier(
        kind="legal", what="Unsure.", step="Ask the solicitor.", due=today - timedelta(days=1), by=governor
    )
    monkeypatch.setattr("plait_web.partnership.documents.handover._more", list(_more))
    include(lambda on: (Part(heading="The calendar", words=(f"Due on {on}",)),))
    response = client_of(manager).get(reverse("partnership:handover_as", args=["docx"]))
    said = text_of(response.content, "docx")
    for words in (
        "Morgan Manager (chair)",
        "Ask the solicitor.",
        "(overdue)",
        "Gita Governance",
        f"Due on {today}",
        "plait backup",
    ):
        assert words in said, words
