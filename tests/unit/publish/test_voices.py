"""Words that were signed stand beside figures, said as they are and by what kind of person; without any, nothing is said."""

from pathlib import Path

import pytest
from lxml import html
from pypdf import PdfReader

from plait.profile import Quote
from plait.publish import Published, publish
from tests.unit.publish.making import core as pack
from tests.unit.publish.making import number, profile

QUOTE = Quote(text="They believed me <first>.", whose="A young person. A quote", about="How many are known?")


@pytest.fixture(scope="module")
def with_voices(tmp_path_factory: pytest.TempPathFactory) -> Published:
    rows = [number(pack().indicator("CE01"), 40.0)]
    return publish(profile(rows, quotes=(QUOTE,)), tmp_path_factory.mktemp("voices") / "profile")


def test_what_people_said_is_a_page_that_the_front_page_leads_to(with_voices: Published) -> None:
    front = html.fromstring((with_voices.folder / "index.html").read_bytes())
    assert "voices.html" in front.xpath("//a/@href")
    page = html.fromstring((with_voices.folder / "voices.html").read_bytes())
    assert page.xpath("string(//blockquote)").strip() == QUOTE.text
    assert page.xpath("string(//figcaption)").strip() == f"{QUOTE.whose}, on: {QUOTE.about}"


def test_it_is_in_the_document_for_the_board(with_voices: Published) -> None:
    words = " ".join("".join(page.extract_text() for page in PdfReader(with_voices.pdf).pages).split())
    assert "In people’s own words" in words and "They believed me <first>." in words


def test_without_signed_words_there_is_no_such_page(published: Published) -> None:
    folder: Path = published.folder
    assert not (folder / "voices.html").exists() and "voices.html" not in (folder / "index.html").read_text()
