"""The ten points are judged from the profile, and change when it does."""

from datetime import date

from plait.publish.checklist import Met, checklist
from plait.publish.picture import Picture
from plait.values import Period
from tests.unit.publish.making import first_profile, made_up, profile


def judged(whole: object, point: int) -> Met:
    return checklist(Picture(whole))[point - 1].met  # type: ignore[arg-type]


def test_there_are_ten_points_each_with_a_reason() -> None:
    points = checklist(Picture(profile()))
    assert len(points) == 10 and all(p.reason.endswith(".") for p in points)


def test_a_period_under_a_year_is_too_short() -> None:
    assert judged(profile(), 1) is Met.YES
    assert judged(profile(period=Period.parse("2024-Q3")), 1) is Met.NO


def test_a_missed_update_is_not_met_and_no_date_only_partly() -> None:
    assert judged(profile(), 3) is Met.YES
    assert judged(profile(next_update=None), 3) is Met.PARTLY
    assert judged(profile(next_update=date(2025, 6, 30)), 3) is Met.NO


def test_two_periods_are_no_trend_and_one_is_nothing() -> None:
    years = [Period.parse(p) for p in ("2022-23", "2023-24", "2024-25")]
    assert [judged(profile(periods=tuple(years[-n:])), 9) for n in (3, 2, 1)] == [Met.YES, Met.PARTLY, Met.NO]


def test_police_data_alone_is_not_enough() -> None:
    whole = profile()
    alone = [r | {"sources": ["police"]} for r in made_up(whole.pack)]
    assert judged(whole, 7) is Met.YES
    assert judged(profile(alone), 7) is Met.PARTLY


def test_unknowns_that_are_withheld_are_not_stated() -> None:
    whole = profile()
    hidden = [
        r | {"state": "withheld", "low": None, "high": None} if r["group"] in ("UNSPECIFIED", "unknown", "not_recorded") else r
        for r in made_up(whole.pack)
    ]  # fmt: skip
    assert judged(profile(hidden), 2) is Met.NO


def test_an_empty_profile_meets_little_and_says_so() -> None:
    met = [p.met for p in checklist(Picture(profile([])))]
    assert met.count(Met.YES) == 3  # its length, its dates and its number of periods
    assert judged(first_profile(), 10) is Met.NO
