"""What a series breaks on, and which columns an indicator rests on."""

from __future__ import annotations

from datetime import date

from plait.declare.needed import needed, needed_by
from plait.measure import series_breaks
from plait.values import Period
from tests.unit.measure.scene import PACK, indicator

NEEDS = {"of": "needs", "dated": "recorded_on", "where": [{"column": "need", "is_in": ["24A", "18A", "11A"]}]}
YEARS = [Period.parse(year) for year in ("2018-19", "2019-20", "2020-21", "2021-22")]


def test_a_series_breaks_where_a_code_comes_or_goes() -> None:
    chosen = indicator(
        measure={"kind": "count", "rows": NEEDS}, breaks=[{"on": date(2021, 4, 1), "why": "24A begins."}]
    )
    found = series_breaks(PACK, chosen, YEARS)
    assert [b.on for b in found] == [date(2020, 4, 1), date(2021, 4, 1)]
    assert found[1].why == "24A begins.", "what the indicator says itself is what is shown"
    assert series_breaks(PACK, chosen, YEARS[:2]) == ()


def test_a_series_breaks_where_a_definition_changed_after_it_began() -> None:
    chosen = indicator(measure={"kind": "count", "rows": NEEDS}, definitions=["factor"])
    since = PACK.definitions["factor"].since
    years = [Period(date(since.year - 1, 1, 1), date(since.year + 1, 1, 1))]
    assert since in {b.on for b in series_breaks(PACK, chosen, years)}
    same_day = chosen.model_copy(update={"since": since})
    assert since not in {b.on for b in series_breaks(PACK, same_day, years)}


def test_what_a_rate_needs() -> None:
    chosen = indicator(
        measure={"kind": "rate", "rows": NEEDS, "unit": "people"},
        age={"low": 10, "high": 17},
        breakdowns=["sex", "need"],
    )
    assert needed(chosen) == {
        "needs": {"recorded_on", "need", "person"},
        "people": {"date_of_birth", "postcode"},
        "populations": {"area", "year", "age_from", "age_to", "residents"},
    }
    assert needed_by(chosen, "sex") == {"people": {"sex"}}
    assert needed_by(chosen, "need") == {"needs": {"need"}}
    assert needed_by(chosen, "agency") == {}


def test_what_a_wait_needs_of_both_data_sets() -> None:
    then = {"of": "services", "dated": "started_on", "where": [{"column": "type", "is_in": ["mental_health"]}]}
    chosen = indicator(measure={"kind": "median_wait", "rows": NEEDS, "then": then}, residence="responsible")
    assert needed(chosen) == {"needs": {"recorded_on", "need", "person"}, "services": {"started_on", "type"}}


def test_a_reported_figure_needs_counts() -> None:
    chosen = indicator(measure={"kind": "reported"}, breakdowns=["sex"])
    assert needed(chosen) == {"counts": {"measure", "period", "area", "value"}}
    assert needed_by(chosen, "sex") == {"counts": {"sex"}}
