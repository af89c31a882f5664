"""The attack kit: what it believes, and what whole counts tell it that fractions do not."""

import importlib
import json
from math import inf

import pytest

from plait.areas import Area, Areas
from plait.protect.attack import Cell, Rule, Sum, attack
from tests.unit.protect.conftest import AREAS, row

kit = importlib.import_module("plait.protect.attack")


def folder_of(folder, *rows, unit=""):
    folder.mkdir()
    shown = [{**r, "sources": "", "title": "", "unit": unit} for r in rows]
    (folder / "figures.json").write_text(json.dumps(shown), encoding="utf-8")
    return folder


def at(period, count, **named):
    return {**row(count=count, **named), "period": period}


def hidden(**named):
    return {**row(**named), "state": "withheld", "low": None, "high": None, "count_low": None, "count_high": None}


QUARTERS = ("2024-Q2", "2024-Q3", "2024-Q4")


@pytest.mark.parametrize(("unit", "learned"), [("crime", 1), ("child", 0)])
def test_quarters_make_a_year_of_crimes_but_not_of_children(tmp_path, unit, learned):
    rows = [at("2024-25", 40), *(at(q, 12) for q in QUARTERS), {**hidden(), "period": "2025-Q1"}]
    tried = attack([folder_of(tmp_path / "r", *rows, unit=unit)], rule=Rule(6, 1))
    assert len(tried.learned) == learned
    assert all("(periods)" in one.how for one in tried.learned)


def test_a_kind_of_sum_that_fails_once_is_believed_nowhere_and_named(tmp_path):
    """Sexes that overshoot their whole in one area: those of another area are no proof of anything."""
    wrong = [row("D1", count=20), row("D1", "sex", "F", 15), row("D1", "sex", "M", 15)]
    narrow = [row("D2", count=20), row("D2", "sex", "F", 17), hidden(area="D2", by="sex", group="M")]
    assert len(attack([folder_of(tmp_path / "one", *narrow)], rule=Rule(6, 1)).learned) == 1
    tried = attack([folder_of(tmp_path / "both", *wrong, *narrow)], rule=Rule(6, 1))
    assert not tried.learned and tried.disbelieved == (("CE01", "sex"),)
    assert any("not believed" in line for line in tried.told())


def test_what_nobody_sent_may_be_anything_but_can_be_guessed_to_be_none(tmp_path):
    rows = [row("D1", count=20), row("D1", "sex", "F", 17), hidden(area="D1", by="sex", group="M")]
    unsent = {**hidden(area="D1", by="sex", group="X"), "state": "not_held"}
    assert len(attack([folder_of(tmp_path / "sent", *rows)], rule=Rule(6, 1)).learned) == 1
    tried = attack([folder_of(tmp_path / "unsent", *rows, unsent)], rule=Rule(6, 1))
    assert not tried.learned and len(tried.guessed) == 1


def test_how_many_residents_there_are_tells_nothing_of_how_counts_are_rounded(tmp_path):
    """By what a rate is of, counts told as 25 and 20 would seem to be told as they are, and to leave 5."""
    residents = {"base_low": 11_503.0, "base_high": 11_503.0}
    rows = [row("D1", count=25), row("D1", "sex", "F", 20), hidden(area="D1", by="sex", group="M")]
    assert not attack([folder_of(tmp_path / "rates", *({**one, **residents} for one in rows))]).learned


def test_whole_counts_narrow_what_fractions_leave_wide():
    """Three pairs of three counts make half of an odd number; two such halves added are one whole number only."""
    cells = {name: Cell("CE01", "2024-25", name, "", "", "") for name in ("a", "b", "c", "d", "e", "f", "t")}
    pairs = {f"{x}{y}": Cell("CE01", "2024-25", x + y, "", "", "") for x, y in ("ab", "bc", "ac", "de", "ef", "df")}
    known = dict.fromkeys(("ab", "bc", "de", "ef"), (5.0, 5.0)) | dict.fromkeys(("ac", "df"), (3.0, 5.0))
    every = {**cells, **pairs}
    bounds = {cell: known.get(name, (0.0, inf)) for name, cell in every.items()}
    sums = [Sum(pairs[p], (cells[p[0]], cells[p[1]]), "pairs", one_each=True) for p in pairs]
    sums.append(Sum(cells["t"], (cells["a"], cells["d"]), "both", one_each=True))
    solver = kit._Least(list(every.values()), sums, bounds)
    at_t = list(every).index("t")
    assert solver._ends(at_t) == (3, 5)
    assert solver.range_of(at_t, 2) == (4, 4)


ROUNDED = [row(count=50), *(row(d, count=10) for d in ("D1", "D2", "D3", "D4"))]
AROUND = Areas((*AREAS.all, Area(code="D4", name="D4", kind="district", parents=("C",))))


def test_a_rounded_count_that_its_sum_gives_away_is_learned(tmp_path):
    """Four districts told as 10 are at most 12 each, and a county told as 50 is at least 48."""
    tried = attack([folder_of(tmp_path / "r", *ROUNDED)], areas=AROUND, rule=Rule(8, 5))
    assert len(tried.learned) == 5 and all(one.rounded and "exactly" in one.how for one in tried.learned)
    assert any("narrow 5 of 5 rounded counts" in line for line in tried.told())


def test_a_rounded_count_that_its_sum_leaves_open_is_not(tmp_path):
    rows = [row(count=40), *ROUNDED[1:]]
    tried = attack([folder_of(tmp_path / "r", *rows)], areas=AROUND, rule=Rule(8, 5))
    assert tried.rounded == 5 and not tried.learned
