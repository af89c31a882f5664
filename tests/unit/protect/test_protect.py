"""What each zone may see: the spec, case by case (measures.md section 7 lists them)."""

import sys
from datetime import date

import pyarrow.parquet as pq
import pytest

from plait.declare import load_pack
from plait.declare.disclosure import Disclosure, ZoneRule
from plait.errors import NotFinished, NotSafe, StoreError
from plait.protect import Ledger, protect, shown_count, withheld_counts
from plait.released import Released
from tests.unit.protect.conftest import row, table

PACK = load_pack()


def pack_with(rule):
    """The core pack with one disclosure rule in force, for both zones."""
    disclosure = Disclosure(
        id="under_test",
        title="t",
        source="s",
        owner="o",
        since=date(2026, 1, 1),
        partnership=rule,
        public=rule,
        note="n",
    )
    cover = PACK.cover.model_copy(update={"disclosure": "under_test"})
    return PACK.model_copy(update={"cover": cover, "disclosures": {**PACK.disclosures, "under_test": disclosure}})


DFE = ZoneRule(hide_below=6, round_to=1, group_disclosure=False)
PARTNERSHIP = ZoneRule(hide_below=8, round_to=5)


def released(rows, areas, rule=DFE, ledger=None):
    """The rows as the partnership may see them."""
    made = protect(table(*rows), pack_with(rule), zone="partnership", areas=areas, ledger=ledger or Ledger())
    return made.figures.to_pylist()


def shown(rows, areas, rule=DFE, ledger=None):
    """Each figure that was released, or 'c' where it is withheld."""
    key = ("supplier", "area", "by", "group")
    return {tuple(r[k] for k in key): "c" if r["mark"] else r["low"] for r in released(rows, areas, rule, ledger)}


def test_a_nought_is_shown_and_a_small_count_is_not(areas):
    assert shown([row(count=0)], areas) == {("", "C", "", ""): 0}
    assert shown([row(count=5)], areas) == {("", "C", "", ""): "c"}
    assert shown([row(count=6)], areas) == {("", "C", "", ""): 6}


def test_one_hidden_group_in_a_row_with_its_total_takes_another_with_it(areas):
    out = shown([row(count=45), row(by="sex", group="F", count=3), row(by="sex", group="M", count=42)], areas)
    assert out["", "C", "sex", "F"] == out["", "C", "sex", "M"] == "c" and out["", "C", "", ""] == 45


def test_two_hidden_groups_that_must_add_to_two_are_not_enough(areas):
    """Both are at least 1, so each would be exactly 1."""
    rows = [
        row(count=42),
        row(by="sex", group="F", count=1),
        row(by="sex", group="M", count=40),
        row(by="sex", group="U", count=1),
    ]
    out = shown(rows, areas)
    assert out["", "C", "sex", "M"] == "c" or out["", "C", "", ""] == "c"


def test_a_district_hidden_inside_its_county_takes_another_with_it(areas):
    rows = [row(count=100), row("D1", count=60), row("D2", count=37), row("D3", count=3)]
    out = shown(rows, areas)
    assert out["", "D3", "", ""] == "c" and list(out.values()).count("c") >= 2


def test_agencies_that_sum_to_the_partnership_cannot_give_one_another_away(areas):
    rows = [
        row(count=33, indicator="MI01"),
        row(count=30, supplier="council", indicator="MI01"),
        row(count=3, supplier="police", indicator="MI01"),
    ]
    out = shown(rows, areas)
    assert out["police", "C", "", ""] == "c" and list(out.values()).count("c") >= 2


def test_a_share_is_made_from_protected_counts_and_hidden_with_them(areas):
    fine = row("D3", count=33, base=98, value=33.67, indicator="MI06")
    small = row("D1", count=4, base=98, value=4.08, indicator="MI06")
    rest = row("D2", count=95, base=98, value=96.9, indicator="MI06")
    out = shown([fine, small, rest], areas, PARTNERSHIP)
    assert out["", "D3", "", ""] == 35  # 35 of 100
    assert out["", "D1", "", ""] == "c"
    assert out["", "D2", "", ""] == "c"  # the three who are not would be known


def test_a_share_that_says_the_same_of_everyone_is_hidden(areas):
    assert shown([row(count=40, base=40, value=100.0, indicator="MI06")], areas, PARTNERSHIP) == {
        ("", "C", "", ""): "c"
    }


def test_a_group_that_is_everyone_in_a_small_crowd_is_hidden(areas):
    rows = [row(count=12), row(by="sex", group="F", count=12), row(by="sex", group="M", count=0)]
    assert shown(rows, areas, PARTNERSHIP)["", "C", "sex", "F"] == "c"


def test_counts_round_outside_the_supplier(areas):
    assert shown([row(count=23)], areas, PARTNERSHIP) == {("", "C", "", ""): 25}


def test_a_figure_between_bounds_keeps_rounded_bounds(areas):
    (only,) = released([row(count=11, high=19)], areas, PARTNERSHIP)
    assert (only["state"], only["low"], only["high"]) == ("between", 10, 20)


def test_a_figure_that_may_be_small_is_hidden(areas):
    assert shown([row(count=1, high=30)], areas, PARTNERSHIP) == {("", "C", "", ""): "c"}


def test_nothing_withheld_can_be_read_from_any_column(areas):
    (only,) = released([row(count=3, base=40, value=7.5, indicator="MI06")], areas, PARTNERSHIP)
    assert [v for v in only.values() if isinstance(v, int | float)] == []
    assert "rows" not in only


def test_an_interval_is_worked_out_from_what_is_shown(areas):
    figures = ([row(count=n, base=1000, value=n / 10, indicator="MI06")] for n in (23, 27))
    (one,), (other,) = (released(rows, areas, PARTNERSHIP) for rows in figures)
    assert (one["ci_low"], one["ci_high"]) == (other["ci_low"], other["ci_high"])


def remembered(rows, areas, folder, rule=DFE, zone="partnership"):
    """A ledger of one release of these rows, and what its readers saw."""
    figures = table(*rows)
    made = protect(figures, pack_with(rule), zone=zone, areas=areas, ledger=Ledger())
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(withheld_counts(figures, made, release=folder.name), folder / "withheld.parquet")
    return Ledger.read([folder / "withheld.parquet"])


def test_what_was_withheld_before_stays_withheld_while_its_count_is_the_same(areas, tmp_path):
    groups = [row(by="sex", group="F", count=3), row(by="sex", group="M", count=42)]
    before = remembered([row(count=45), *groups], areas, tmp_path / "one")
    assert shown([row(by="sex", group="M", count=42)], areas, ledger=before) == {("", "C", "sex", "M"): "c"}
    corrected = shown([row(by="sex", group="M", count=61)], areas, ledger=before)
    assert corrected == {("", "C", "sex", "M"): 61}  # a count since corrected is a new figure


def test_a_ledger_that_cannot_be_read_stops_every_release(areas, tmp_path):
    pq.write_table(table(row("D1", count=50)), tmp_path / "withheld.parquet")
    with pytest.raises(StoreError, match="Put it back from a backup"):
        shown([row("D1", count=50)], areas, ledger=Ledger.read([tmp_path / "withheld.parquet"]))


def test_the_suppliers_own_zone_is_no_release(areas):
    with pytest.raises(NotSafe):
        protect(table(row(count=50)), PACK, zone="supplier", areas=areas, ledger=Ledger())


def test_only_protect_makes_what_may_be_shown(areas):
    with pytest.raises(TypeError):
        Released(figures=table(row(count=3)), zone="public", audit=(), seal=object())


def test_row_counts_are_said_in_words():
    assert [shown_count(n, PARTNERSHIP) for n in (0, 3, 12, 1234)] == ["0", "fewer than 8", "about 10", "about 1,235"]


def test_tables_whose_check_does_not_finish_are_withheld_whole(areas, monkeypatch):
    def never(*_):
        raise NotFinished("…")

    monkeypatch.setattr(sys.modules["plait.protect.protect"], "choose", never)
    rows = [row(count=40), row(by="sex", group="female", count=40), row(by="sex", group="male", count=0)]
    made = protect(table(*rows), pack_with(DFE), zone="partnership", areas=areas, ledger=Ledger())
    assert set(made.figures["mark"].to_pylist()) == {"c"}
    assert not set(made.figures["count_high"].to_pylist()) & {0.0, 40.0}


def test_people_on_two_lists_cannot_be_worked_out_from_each_list_and_those_on_it_alone(areas):
    """60 on a list of whom 55 are on that alone: the 5 on both must not be what is left."""
    rows = [
        row(count=100), row(by="list", group="a", count=60), row(by="list", group="b", count=45),
        row(by="lists", group="a", count=55), row(by="lists", group="b", count=40), row(by="lists", group="a&b", count=5),
        row(by="how_many", group="1", count=95), row(by="how_many", group="2", count=5),
    ]  # fmt: skip
    made = protect(table(*rows), pack_with(DFE), zone="partnership", areas=areas, ledger=Ledger()).figures.to_pylist()
    shown = {(r["by"], r["group"]) for r in made if r["mark"] != "c"}
    assert ("lists", "a&b") not in shown
    assert not {("list", "a"), ("lists", "a")} <= shown
    assert not {("list", "b"), ("lists", "b")} <= shown
    assert not {("lists", "a"), ("lists", "b"), ("", "")} <= shown
