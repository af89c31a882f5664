"""The website folder: links that lead somewhere, headings in order, nothing from outside, nothing said that may not be."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from plait.areas import Area, Areas
from plait.publish import Published, publish
from plait.publish.picture import Picture
from plait.publish.website import write_website
from tests.unit.publish.making import areas, profile


def pages(made: Published) -> dict[Path, html.HtmlElement]:
    return {path: html.fromstring(path.read_bytes()) for path in made.pages}


@pytest.fixture(scope="module", params=["published", "quick_look"])
def made(request: pytest.FixtureRequest) -> Published:
    return request.getfixturevalue(request.param)


def test_every_link_and_anchor_leads_somewhere(made: Published) -> None:
    found = pages(made)
    for path, page in found.items():
        for link in page.xpath("//a/@href | //link/@href"):
            parts = urlsplit(link)
            assert not parts.scheme and not parts.netloc, f"{path.name} leads outside: {link}"
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path.name} leads to nothing: {link}"
            if parts.fragment:
                assert found[target].xpath("//*[@id=$id]", id=parts.fragment), f"{path.name}: no anchor {link}"


def test_every_page_has_one_first_heading_and_headings_in_order(made: Published) -> None:
    for path, page in pages(made).items():
        levels = [int(h.tag[1]) for h in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert levels.count(1) == 1 and levels[0] == 1, path.name
        assert all(after - before <= 1 for before, after in pairwise(levels)), path.name


def test_every_page_says_its_language_title_and_way_to_the_content(made: Published) -> None:
    titles = Counter()
    for path, page in pages(made).items():
        titles[page.findtext("head/title")] += 1
        assert page.get("lang") == "en-GB"
        assert page.xpath("//body/a[1]/@href") == ["#main"], path.name
        assert page.xpath("//main[@id='main']")
    assert max(titles.values()) == 1


def test_no_id_is_used_twice(made: Published) -> None:
    for path, page in pages(made).items():
        twice = [name for name, times in Counter(page.xpath("//@id")).items() if times > 1]
        assert not twice, f"{path.name}: {twice}"


def test_every_table_has_a_caption_and_scoped_headings(made: Published) -> None:
    for path, page in pages(made).items():
        for table in page.xpath("//table"):
            assert (table.findtext("caption") or "").strip(), path.name
            assert all(th.get("scope") in ("col", "row") for th in table.iter("th")), path.name
            widths = {len(tr) for tr in table.iter("tr")}
            assert len(widths) == 1, f"{path.name}: {table.findtext('caption')}"


def test_every_chart_says_what_it_shows_and_has_its_table_beside_it(made: Published) -> None:
    for path, page in pages(made).items():
        for chart in page.xpath("//*[local-name()='svg']"):
            assert chart.get("role") == "img" and chart.get("aria-label"), path.name
            assert chart.xpath("ancestor::section//table"), path.name


def test_nothing_is_fetched_from_elsewhere_and_nothing_runs(made: Published) -> None:
    for path, page in pages(made).items():
        assert not page.xpath("//script | //iframe | //*[@onclick] | //img | //@style"), path.name
    assert "url(" not in (made.folder / "style.css").read_text(encoding="utf-8").replace("url(#", "")
    assert "@import" not in (made.folder / "style.css").read_text(encoding="utf-8")


def test_the_front_page_never_shows_a_count_alone(published: Published) -> None:
    page = html.fromstring(published.pages[0].read_bytes())
    first = page.xpath("//div[@class='facing'][1]/section")
    assert [s.findtext("h2") for s in first] == ["What is recorded", "What is not known"]
    assert len(first[1].xpath(".//li")) >= 3


def test_invented_data_is_said_to_be_on_every_page(published: Published, quick_look: Published) -> None:
    assert all("Invented data." in p.read_text(encoding="utf-8") for p in published.pages)
    assert not any("Invented data." in p.read_text(encoding="utf-8") for p in quick_look.pages)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 7, 31), "Due on 31 July 2026"),
        (date(2025, 1, 31), "Overdue."),
        (None, "No date set"),
    ],
)
def test_the_next_update_is_said_and_a_missed_one_is_plain(tmp_path: Path, due: date | None, words: str) -> None:
    front, *_ = write_website(Picture(profile([], next_update=due)), tmp_path)
    assert words in front.read_text(encoding="utf-8")


def test_markup_in_words_stays_words(tmp_path: Path) -> None:
    whole = areas()
    spoiled = Areas((Area(code="XC01", name='<b>=1+1</b> #panic("x") $', kind="county"), *whole.all[1:]))
    made = publish(replace(profile(), areas=spoiled, title="<script>alert(1)</script> *x* #y"), tmp_path / "p")
    for path in made.pages:
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text and "<b>=1+1" not in text
    assert made.pdf.stat().st_size > 0


def test_a_first_profile_says_what_is_missing_and_what_to_do_next(quick_look: Published) -> None:
    text = (quick_look.folder / "perpetration.html").read_text(encoding="utf-8")
    assert "Nothing can be shown here yet" in text and "What to do next" in text
    front = quick_look.pages[0].read_text(encoding="utf-8")
    assert "310" in (quick_look.folder / "figures/CN01.html").read_text(encoding="utf-8"), "context has its own page"
    assert "No figure about exploitation can be shown" in front, "and never leads"
    assert "Open Government Licence" in front and "published by the Department for Education" in front


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(FileExistsError):
        publish(profile([]), tmp_path / "p")
