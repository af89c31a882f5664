"""Charts draw what may be shown, and leave a gap with a word in it for what may not."""

from lxml import etree

from plait.publish.charts import Bar, bars, shares, trend
from plait.publish.wording import said
from tests.unit.publish.test_wording import cell

SVG = "{http://www.w3.org/2000/svg}"


def bar(label: str, state: str, low: float | None = None, high: float | None = None, **given: float) -> Bar:
    figure = cell(state, low, high, **given)
    return Bar(label, figure, said(figure, "child"))


SHOWN = [bar("Girls", "exact", 40.0, 40.0), bar("Boys", "withheld"), bar("Not recorded", "between", 10.0, 20.0)]


def test_a_withheld_group_is_a_gap_with_a_word_in_it() -> None:
    chart = bars("x", "Children", SHOWN)
    assert chart is not None
    drawn = etree.fromstring(chart.svg.encode())
    solid = [r for r in drawn.iter(f"{SVG}rect") if r.get("fill") == "#1f5f66" and r.get("height") == "18"]
    assert len(solid) == 2
    assert "withheld [c]" in [t.text for t in drawn.iter(f"{SVG}text")]
    assert chart.label == "Bar chart. Children. Girls: 40; Boys: withheld; Not recorded: between 10 and 20."


def test_one_number_is_not_a_chart() -> None:
    assert bars("x", "Children", SHOWN[:2]) is None
    assert trend("x", "Children", SHOWN[:2]) is None
    assert bars("x", "Children", [bar("Girls", "zero", 0.0, 0.0), bar("Boys", "zero", 0.0, 0.0)]) is None


def test_a_line_stops_at_a_gap_and_at_a_changed_definition() -> None:
    points = [bar(str(2020 + n), "exact", 10.0 + n, 10.0 + n) for n in range(4)]
    whole, broken = trend("x", "T", points), trend("x", "T", points, breaks=[2])
    gapped = trend("x", "T", [points[0], points[1], bar("2022", "withheld"), points[3]])
    assert whole and broken and gapped
    assert [c.svg.count('stroke-width="3"') for c in (whole, broken, gapped)] == [3, 2, 1]
    assert "definition changed" in broken.svg and "definition changed" not in whole.svg


def test_a_part_of_a_whole_is_drawn_only_when_both_are_known() -> None:
    known = {"count_low": 30.0, "count_high": 30.0, "base_low": 120.0, "base_high": 120.0}
    chart = shares("x", "Overlaps", [bar("A", "exact", 25.0, 25.0, **known), bar("B", "withheld")])
    assert chart is not None
    drawn = etree.fromstring(chart.svg.encode())
    (solid,) = [r for r in drawn.iter(f"{SVG}rect") if r.get("fill") == "#1f5f66" and r.get("height") == "18"]
    assert float(str(solid.get("width"))) == 80.0  # a quarter of the bar's 320
    assert shares("x", "Overlaps", [bar("B", "withheld")]) is None


def test_words_in_a_chart_are_escaped() -> None:
    chart = bars("x", "<b>&", [bar('"><script>', "exact", 3.0, 3.0), bar("b", "exact", 2.0, 2.0)])
    assert chart is not None and "<script" not in chart.svg
    etree.fromstring(chart.svg.encode())
