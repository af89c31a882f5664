"""What leads a profile is about exploitation, and no answer says more or less than its figures."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from plait.answers import Standing
from plait.areas import Area, Areas
from plait.publish.gaps import steps
from plait.publish.headline import headline
from plait.publish.open_tables import write_csv
from plait.publish.picture import Picture
from plait.publish.sections import SECTIONS, blocks_of
from plait.publish.telling import one_line
from plait.publish.website import write_website
from plait.publish.wording import Shown
from plait.released import Audit, release
from tests.unit.publish.making import answers, core, first_profile, number, profile, released, row

SIDES = (("E1", "Northtown"), ("E2", "Southtown"), ("E3", "Herefordshire, County of"))


def by_need(period: str = "2024-25") -> list[dict[str, Any]]:
    """Published factors: no total, one area that records no criminal exploitation, one that is not reliable."""
    factors = core().indicator("CE07")
    given = {"by": "need", "period": period, "sources": ["publisher"], "origin": "counts"}
    told = [
        number(factors, value, area=area, group=group, **given) | ({"state": "zero"} if not value else {})
        for area, group, value in (("E1", "11A", 90.0), ("E1", "24A", 70.0), ("E2", "11A", 40.0), ("E2", "24A", 0.0))
    ]
    doubtful = [row("CE07", area="E3", group=g, **given) | {"state": "low_reliability"} for g in ("11A", "24A")]
    blank = [row("CE07", area=a, period=period) | {"state": "not_held", "sources": []} for a, _ in SIDES]
    return [*told, *doubtful, *blank]


@pytest.fixture(scope="module")
def factors() -> Picture:
    waiting = [number(core().indicator("CN01"), 300.0, area=a) for a, _ in SIDES]
    areas = Areas(tuple(Area(code=c, name=n, kind="authority") for c, n in SIDES))
    rows = [*by_need("2023-24"), *by_need(), *waiting]
    return Picture(
        replace(
            first_profile(), released=released(rows), areas=areas, top=tuple(c for c, _ in SIDES),
            periods=profile().periods[1:],
        )
    )  # fmt: skip


def test_forms_lead_where_nobody_sent_a_total(factors: Picture) -> None:
    known = headline(factors)
    assert known.indicator is not None and known.indicator.id == "CE07" and not known.recorded
    assert known.table is not None
    assert known.table.headings[1:] == ("Northtown", "Southtown", "Herefordshire")
    assert [row[1].text for row in known.table.rows] == ["90", "70"]


def test_what_is_not_known_speaks_of_this_file(factors: Picture) -> None:
    unknown = " ".join(headline(factors).unknown)
    assert "Herefordshire: its figures are not published [u]" in unknown
    assert "Why Southtown recorded 0 for criminal exploitation when Northtown recorded 70" in unknown


def test_the_broadest_count_of_children_leads_before_assessments_and_children_in_need() -> None:
    rows = [number(core().indicator(i), value) for i, value in (("CE07", 900.0), ("CE10", 50.0), ("CN04", 5000.0))]
    known = headline(Picture(profile(rows)))
    assert known.indicator is not None and known.indicator.id == "CE10" and known.recorded == ("50 children",)


def test_a_figure_known_only_by_group_shows_its_groups_first_and_over_the_years(
    factors: Picture, tmp_path: Path
) -> None:
    write_website(factors, tmp_path)
    page = html.fromstring((tmp_path / "figures/CE07.html").read_bytes())
    captions = [c.text for c in page.xpath("//section/descendant::caption")]
    assert "by need or factor" in captions[0] and not any(c.startswith(factors.profile.title) for c in captions)
    assert any("sexual exploitation, side by side, by period" in c for c in captions)
    assert "No figure of everyone was sent for any period" in page.text_content()


def test_no_question_shows_a_figure_it_is_said_not_to_have(tmp_path: Path) -> None:
    """Even where a figure slipped in for a question that stands unanswered."""
    unanswered = tuple(replace(a, standing=Standing.NOT_YET) for a in answers().answers)
    picture = Picture(profile(answers=replace(answers(), answers=unanswered)))
    for answer in unanswered:
        assert picture.standing(answer) is Shown.NOT_YET
        assert one_line(picture, answer).startswith("No figure can be made yet.")


def test_a_question_whose_figures_are_all_withheld_says_so_in_its_line_its_standing_and_its_page(
    tmp_path: Path,
) -> None:
    rows = [row(i) | {"state": "withheld", "mark": "c"} for i in core().indicators]
    picture = Picture(profile(rows))
    write_website(picture, tmp_path)
    hidden = picture.of(Shown.UNSHOWN)
    assert hidden and not picture.of(Shown.ANSWERED) and not picture.of(Shown.PARTLY)
    for answer in hidden:
        assert "too small to show safely" in one_line(picture, answer)
        page = (tmp_path / f"questions/{answer.question.id}.html").read_text(encoding="utf-8")
        assert "no number made from them can be shown" in page and "Partly answered" not in page


def test_tables_too_fine_to_show_are_said_on_the_figure_where_and_method(tmp_path: Path) -> None:
    rows = [number(core().indicator("CE10"), 50.0)]
    audit = Audit(
        indicator="CE10", period="2024-25", cells=1, withheld=0, secondary=0, rounded_to=5, narrowest=None,
        attacker="A reader.", too_fine=("by ward", "sex by ward"), instead=("", "sex by district"),
    )  # fmt: skip
    made = release(released(rows).figures, zone="partnership", audit=(audit,))
    picture = Picture(profile(released=made))
    write_website(picture, tmp_path)
    said = "Not shown by ward: most counts there are too small to show safely."
    for path in ("figures/CE10.html", "where.html"):
        assert said in (tmp_path / path).read_text(encoding="utf-8"), path
    method = (tmp_path / "method.html").read_text(encoding="utf-8")
    assert "Left out: by ward, for 1 figure; by sex within each ward, for 1 figure." in method
    assert "Broader tables that are shown instead: by sex within each district." in method


def test_the_same_step_is_one_row_and_the_most_helpful_comes_first() -> None:
    found = steps(Picture(profile()))
    assert len({s.action for s in found}) == len(found) > 1
    helped = [len(s.questions) for s in found]
    assert helped == sorted(helped, reverse=True) and helped[0] > 1


def test_a_first_profile_asks_nobody_to_fill_in_a_data_map(factors: Picture) -> None:
    assert not any("data map" in s.action + " ".join(s.reasons) for s in steps(factors))


def test_the_open_table_leaves_out_rows_of_small_areas_that_say_nothing(tmp_path: Path) -> None:
    ward = Area(code="XW01", name="Mill", kind="ward", parents=("XC01",))
    county = Area(code="XC01", name="Wenfordshire", kind="county")
    empty = {"state": "not_held", "sources": []}
    rows = [
        number(core().indicator("CE10"), 50.0),
        row("CE10", area="XW01") | empty,
        row("CE10", area="XW01", by="sex", group="F") | empty,
        row("CE10", by="sex", group="F") | {"state": "withheld", "mark": "c"},
        row("CE10", area="XW01", period="2023-24") | {"state": "withheld", "mark": "c"},
        row("CE01", low=0.0, high=0.0) | {"state": "zero"},
        row("CE01", low=0.0, high=0.0, by="sex", group="F") | {"state": "zero"},
    ]
    written = write_csv(Picture(profile(rows, areas=Areas((county, ward)))), tmp_path / "figures.csv")
    lines = written.read_text(encoding="utf-8").splitlines()[1:]
    states = [next(s for s in ("exact", "withheld", "zero", "not_held") if f'"{s}"' in line) for line in lines]
    assert states == ["exact", "withheld", "withheld", "zero"]


def test_a_section_that_shows_change_follows_groups_where_there_is_no_total(factors: Picture) -> None:
    change = next(s for s in SECTIONS if s.trends)
    assert any(b.table and "criminal exploitation" in b.table.caption for b in blocks_of(factors, change))
