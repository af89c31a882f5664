"""Everything decided before any data stands in one document, the same on screen, in Word and as a PDF."""

import io
from datetime import timedelta

import docx
import pytest
from django.utils import timezone
from docx.oxml.ns import qn
from pypdf import PdfReader

from plait_web.agreed import access as agreed
from plait_web.mandate.actions import give
from plait_web.partnership.models import Agency
from plait_web.quality.actions import end_gap, take_on_gap
from plait_web.roles import Role
from tests.web.groundwork.settled import DISSENT, FIFTEEN, KINDS, TEN, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(person, partnership):
    return person(Role.MANAGER)


@pytest.fixture
def settled(person, manager):
    agencies = {}
    for code, name in KINDS.items():
        kind = code
        given = {"name": name, "kind": kind, "areas": ["X10000001"]}
        agencies[code] = Agency.objects.get_or_create(code=code, defaults=given)[0]
    leads = {code: person(Role.STRATEGIC_LEAD, agency=agency) for code, agency in agencies.items()}
    settle(leads, manager)
    first = next(iter(agreed.questions()))
    give(about="question", item=first, part="accountable", to=manager, by=manager)
    return agencies


@pytest.fixture
def reader(client_of, manager):
    return client_of(manager)


def words_of(response) -> str:
    """All the words of a document, however it came."""
    if response["Content-Type"].startswith("text/html"):
        return response.content.decode()
    if response["Content-Type"] == "application/pdf":
        return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages)
    made = docx.Document(io.BytesIO(response.content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in made.paragraphs), *cells])


@pytest.mark.parametrize("form", ["", "before-any-data.docx", "before-any-data.pdf"])
def test_each_thing_that_was_decided_is_in_it(form, settled, reader):
    pages = [form] if form else ["", "data-map/", "plan/"]
    said = " ".join(words_of(reader.get(f"/before-any-data/{page}")) for page in pages)
    questions = [q.title for q in list(agreed.questions().values())[:TEN]]
    definitions = [d.title for d in list(agreed.definitions().values())[:FIFTEEN]]
    flat = " ".join(said.replace("&#39;", "'").split())
    for words in (
        *questions,
        *definitions,
        *KINDS.values(),
        "See every child",
        "Shown at the board",
        "Before any data",
    ):
        assert words in flat, words
    assert DISSENT in flat and "We do not use this definition" in flat
    assert "so it cannot be counted" in flat and "does not record this" in flat
    assert "nobody is ranked" in flat


def test_an_agencys_own_view_stands_beside_the_order(settled, reader):
    page = reader.get("/before-any-data/").content.decode()
    assert "Ours, if it is worded otherwise" in page and "Say children." in page
    assert "Accountable: Partnership manager" in page and "nobody yet" in page


def test_a_gap_that_somebody_is_closing_is_in_it_with_its_step(settled, manager, reader):
    due = timezone.localdate() + timedelta(days=30)
    given = {
        "kind": "not_recorded",
        "what": "Who was asked",
        "step": "Add a field",
        "decisions": "Where to send workers",
    }
    gap = take_on_gap(**given, owner=manager, due=due, agency=settled["police"], by=manager)
    said = reader.get("/before-any-data/data-map/").content.decode()
    assert all(words in said for words in ("Who was asked (Marlshire Police)", "Add a field", "Where to send workers"))
    end_gap(gap.pk, state="closed", outcome="The field is there.", by=manager)
    assert "Add a field" not in reader.get("/before-any-data/data-map/").content.decode()


def test_before_anything_is_decided_it_says_so(reader):
    page = reader.get("/before-any-data/").content.decode() + reader.get("/before-any-data/plan/").content.decode()
    for words in ("No agency has given its order yet", "No agency has assessed itself yet", "No action is under way"):
        assert words in page


def test_the_pdf_has_contents_and_the_word_file_asks_for_page_numbers(settled, reader):
    pdf = PdfReader(io.BytesIO(reader.get("/before-any-data/before-any-data.pdf").content))
    assert "Contents" in pdf.pages[0].extract_text() and len(pdf.pages) > 5
    assert [one.title for one in pdf.outline if not isinstance(one, list)][:3] == [
        "In short", "Our questions, in order", "What our words mean",
    ]  # fmt: skip
    made = docx.Document(io.BytesIO(reader.get("/before-any-data/before-any-data.docx").content))
    assert any("TOC" in (run.text or "") for run in made.element.iter(qn("w:instrText")))
    assert "PAGE" in "".join(e.text or "" for e in made.sections[0].footer._element.iter(qn("w:instrText")))


@pytest.mark.parametrize("page", ["", "data-map/", "plan/"])
def test_it_takes_as_many_queries_however_much_there_is(settled, reader, page, django_assert_max_num_queries):
    reader.get(f"/before-any-data/{page}")
    with django_assert_max_num_queries(16):  # four of them open and close what is rolled back if it fails
        assert reader.get(f"/before-any-data/{page}").status_code == 200


def test_those_who_take_part_read_it_and_those_who_look_in_do_not(person, client_of, settled):
    assert client_of(person(Role.PRACTITIONER)).get("/before-any-data/").status_code == 200
    assert client_of(person(Role.REGIONAL)).get("/before-any-data/").status_code == 403


def test_there_is_no_other_form(reader):
    assert reader.get("/before-any-data/before-any-data.odt").status_code == 404
