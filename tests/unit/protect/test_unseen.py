"""Sums through cells nobody was shown: what a reader lays over one grid by themselves."""

from tests.properties.test_protect_places import AREAS
from tests.spec.test_disclosure_cases import FIVE, Releases, at

HALF = "2024-04-01/2024-09-30"


def test_wards_are_set_against_a_county_two_steps_above_and_a_longer_period(tmp_path):
    """Six in the county in half a year, five of them in one ward in its second quarter: the one in another ward is one."""
    releases = Releases(tmp_path, FIVE, AREAS)
    releases.release(at(HALF, area="C", count=6))
    wards = dict.fromkeys("abcd", 0) | {"e": 1, "f": 5}
    out = releases.release(*(at("2024-Q3", area=ward, count=n) for ward, n in wards.items()))
    assert out["2024-Q3", "e", ""] == out["2024-Q3", "f", ""] == "c"


def test_districts_as_they_stood_make_up_a_county_nobody_was_shown(tmp_path):
    releases = Releases(tmp_path, FIVE, AREAS)
    releases.release(*(at(HALF, area=area, count=n) for area, n in (("D1", 6), ("D2", 0), ("D3", 0))))
    releases.release(at("2024-Q2", area="C", count=1))
    assert list(releases.release(at("2024-Q3", area="C", count=5)).values()) == ["c"]


def test_districts_before_and_after_a_move_are_set_against_one_another(tmp_path):
    """Nobody was shown their total, and neither lies in the other: what both share gives it away."""
    counts = {"D1": 5, "D2": 1, "D3": 0, "V1": 0, "V2": 6}
    out = Releases(tmp_path, FIVE, AREAS).release(*(at(HALF, area=area, count=n) for area, n in counts.items()))
    assert out[HALF, "D2", ""] == "c" and "c" in (out[HALF, "D1", ""], out[HALF, "V2", ""])
