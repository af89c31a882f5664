"""Pages across agencies: what is drawn and said comes from released figures, and nothing withheld shows through."""

from __future__ import annotations

import re
from typing import Any

import pytest

from plait.areas import Area, Areas
from plait.pipeline.unknown import unseen_of
from plait.profile import LinkFact
from plait.publish import TOPICS, Picture, as_csv, topic_blocks
from plait.publish.diagrams import Point, shares_over_time
from plait.publish.pieces import Block
from plait.publish.together import people_allowing, together
from plait.values import Period
from tests.unit.publish.making import core, number, profile, released, row

SURE = (LinkFact(by="", group="", precision=(99.0, 98.0, 100.0), recall=(95.0, 90.0, 98.0)),)


def lists(
    counts: dict[str, float | None], whole: float, name: str = "OV01", area: str = "XC01"
) -> list[dict[str, Any]]:
    """Released combinations; None where one is withheld. Each list is at least what is shown of it."""
    indicator, made = core().indicator(name), []
    totals: dict[str, float] = {}
    for group, people in counts.items():
        given = {"by": "lists", "group": group, "area": area}
        made.append(
            row(name, state="withheld", mark="c", **given) if people is None else number(indicator, people, **given)
        )
        for one in group.split("&"):
            totals[one] = totals.get(one, 0.0) + (people or 0.0)
    made += [number(indicator, n, by="list", group=one, area=area) for one, n in totals.items()]
    return [number(indicator, whole, area=area), *made]


def blocks(rows: list[dict[str, Any]], name: str = "OV01", **given: Any) -> dict[str, Block]:
    picture = Picture(profile(rows, **given))
    return {b.anchor: b for b in together(picture, picture.indicators[name])}


def said(block: Block) -> dict[str, list[str]]:
    assert block.table is not None
    return {row[0].text: [cell.plain for cell in row[1:]] for row in block.table.rows}


SEEN: dict[str, float | None] = {"police": 80.0, "panel": 60.0, "police&panel": 40.0, "nrm": None, "police&nrm": None}


def test_combinations_are_drawn_and_what_is_withheld_is_a_row_with_a_mark() -> None:
    made = blocks(lists(SEEN, 190.0))["ov01-together"]
    found = said(made)
    assert found["Police record of concern only"] == ["80", ""]
    assert found["Referral to the National Referral Mechanism only"] == ["withheld [c]", ""]
    assert made.charts[0].drawn == 3
    assert "2 further combinations" in " ".join(made.words)


def test_people_on_two_lists_have_a_range_for_links_missed_and_wrong() -> None:
    """At least 98% right: 39 and chance less; at least 90% found: 44 and chance more."""
    both = "Police record of concern + Council plan, flag or panel oversight"
    (shown, allowed) = said(blocks(lists(SEEN, 190.0), worth=SURE)["ov01-together"])[both]
    low, high = (int(part) for part in allowed.split(" to "))
    assert shown == "40" and 35 <= low <= 39 and 45 <= high <= 52
    assert said(blocks(lists(SEEN, 190.0), worth=())["ov01-together"])[both] == ["40", ""]


def counted(whole: float, *own: float, name: str = "CE01") -> list[dict[str, Any]]:
    indicator = core().indicator(name)
    each = [number(indicator, n, supplier=agency) for agency, n in zip(("council", "police"), own, strict=True)]
    return [number(indicator, whole), *each]


def test_people_counted_once_across_agencies_have_a_range_for_links_missed_and_wrong() -> None:
    """Of 40 links at least 98% are right and at least 90% were found, so 36 to 44 are true: 160 counted are 155 to 164 or so."""
    indicator = core().indicator("CE01")
    (words,) = people_allowing(Picture(profile(counted(160.0, 100.0, 100.0), worth=SURE)), indicator)
    low, high = (int(part) for part in words.split(" people")[0].removeprefix("From ").split(" to "))
    assert 148 <= low <= 156 < 160 <= high <= 168


def test_no_range_is_said_where_no_link_bears_on_a_figure() -> None:
    indicator = core().indicator("CE01")
    for rows, worth in ((counted(200.0, 100.0, 100.0), SURE), (counted(160.0, 100.0, 100.0), ())):
        assert people_allowing(Picture(profile(rows, worth=worth)), indicator) == ()


def test_two_lists_side_by_side_say_how_many_are_on_one_alone() -> None:
    found = said(blocks(lists(SEEN, 190.0))["ov01-pairs"])
    pair = found["Police record of concern; council plan, flag or panel oversight"]
    assert pair[:3] == ["120", "100", "40"]
    assert pair[4].startswith("81 to ") and pair[5] == "60"


def journey(waited: dict[str, float | None], steps: dict[str, float | None], whole: float) -> list[dict[str, Any]]:
    indicator, made = core().indicator("JH01"), []
    for by, counts in (("waited", waited), ("steps", steps)):
        for group, n in counts.items():
            given = {"by": by, "group": group}
            made.append(
                row("JH01", state="withheld", mark="c", **given) if n is None else number(indicator, n, **given)
            )
    return [number(indicator, whole), *made]


def test_the_share_helped_allows_for_those_who_wait_still() -> None:
    """Of 100, 10 within a week; 20 were last seen waiting in it, so 10 of 90. Then 20 of 70 of those left."""
    rows = journey({"helped-0": 10.0, "waiting-0": 20.0, "helped-7": 20.0, "waiting-28": 50.0}, {"help": 30.0}, 100.0)
    found = said(blocks(rows, "JH01")["jh01-waits"])
    assert found["Within 6 days"][3] == "11%"
    assert found["7 to 27 days"][3] == f"{round(100 * (1 / 9 + 8 / 9 * 20 / 70))}%"


def test_what_is_withheld_widens_the_share_rather_than_vanish() -> None:
    rows = journey({"helped-0": 10.0, "waiting-0": 20.0, "helped-7": None, "waiting-28": None, "waiting-91": 60.0},
                   {"help": 10.0}, 100.0)  # fmt: skip
    assert " to " in said(blocks(rows, "JH01")["jh01-waits"])["7 to 27 days"][3]


def test_no_words_over_a_point_run_into_the_next_or_off_the_edge() -> None:
    """A letter of these is about 8 wide, a point has 73 of 440."""
    points = [Point(f"{n} days", 0.5, 0.7, 0.4, 0.8) for n in range(6)]
    chart = shares_over_time("Shares", points, ["50% to 70%"] * 6)
    assert chart is not None
    middles = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="13"[^>]*>([^<]+)<', chart.svg)
    assert [words for _, _, words in middles] == ["50% to", "70%"] * 6
    assert all(float(x) - 4 * len(words) >= 0 and float(x) + 4 * len(words) <= 440 for x, _, words in middles)
    assert len({y for _, y, _ in middles}) == 2


def test_flows_have_a_table_and_rare_ways_are_one_band() -> None:
    rows = journey({}, {"none": 50.0, "referral&help": 30.0, "referral": 10.0, "panel&help": None}, 95.0)
    made = blocks(rows, "JH01")["jh01-steps"]
    assert said(made)["Referred to or screened by children's social care, help began"] == ["30"]
    assert "Rare ways, withheld: 5" in made.charts[0].label


def test_every_topic_is_drawn_and_its_tables_can_be_taken_away() -> None:
    picture = Picture(profile([*lists(SEEN, 190.0)]))
    for topic in TOPICS:
        made = topic_blocks(picture, topic)
        assert made
        assert as_csv(made).count("\n") > 1
        assert not [line for line in as_csv(made).splitlines() if line.startswith(("=", "+", "@"))]


FORCE = Areas((Area(code="XC01", name="Wenfordshire", kind="force"),))
MANY = {"police": 300.0, "panel": 200.0, "nrm": 100.0, "police&panel": 60.0, "police&nrm": 40.0, "panel&nrm": 25.0,
        "police&panel&nrm": 15.0}  # fmt: skip


def unseen(
    counts: dict[str, float | None], areas: Areas, facts: tuple[LinkFact, ...] = SURE, whole: float = 740.0
) -> Any:
    found = unseen_of(
        released(lists(counts, whole)), core(), facts, areas=areas, top=("XC01",), period=Period.parse("2024-25")
    )
    return next(u for u in found if u.indicator == "OV01")


def test_a_range_is_made_for_a_force_and_says_what_moves_it() -> None:
    made = unseen(MANY, FORCE)
    assert made.range is not None and made.range[0] >= 740 and made.range[0] < made.range[1]
    assert all(end % 10 == 0 for end in made.range)
    assert {"10% of links missed", "without Police record of concern"} <= {what for what, _ in made.tried}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"areas": Areas((Area(code="XC01", name="Wenfordshire", kind="county"),))}, "never for a smaller area"),
        ({"counts": {**MANY, "panel": None}}, "withheld"),
        ({"facts": ()}, "could not be judged"),
        ({"counts": {"police": 300.0, "panel": 200.0, "police&panel": 60.0}, "whole": 560.0}, "There are 2 lists"),
    ],
)
def test_it_is_refused_in_words_where_it_could_mislead(given: dict[str, Any], why: str) -> None:
    made = unseen(**{"counts": MANY, "areas": FORCE, **given})
    assert made.range is None and why in " ".join(made.refused)
