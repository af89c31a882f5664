"""The cases every system of disclosure control is tried on, and the ones that others failed, each by its name."""

import json
from datetime import date
from math import inf
from typing import get_args

import pyarrow.parquet as pq
import pytest

from plait.areas import Area, Areas
from plait.declare import Indicator
from plait.declare.indicators import Measure
from plait.errors import NotSafe
from plait.protect import Ledger, check_words, protect, shown_count, withheld_counts
from plait.protect.attack import Rule, attack
from plait.protect.words import Context
from tests.unit.protect.conftest import AREAS, row, table
from tests.unit.protect.test_protect import DFE, PARTNERSHIP, pack_with, released, shown

EVERYONE = ("", "C", "", "")
KINDS = get_args(get_args(Measure)[0])


def cell(area="C", by="", group="", supplier=""):
    return (supplier, area, by, group)


class Releases:
    """Releases one after another, each remembered."""

    def __init__(self, folder, rule=DFE, areas=AREAS):
        self.folder, self.rule, self.areas, self.files = folder, rule, areas, []

    def release(self, *rows, zone="partnership"):
        """What this zone sees of the rows, by period, area and group."""
        figures, pack = table(*rows), pack_with(self.rule)
        made = protect(figures, pack, zone=zone, areas=self.areas, ledger=Ledger.read(self.files))
        kept = self.folder / f"{len(self.files)}" / "withheld.parquet"
        kept.parent.mkdir(parents=True)
        pq.write_table(withheld_counts(figures, made), kept)
        self.files.append(kept)
        return {(r["period"], r["area"], r["group"]): "c" if r["mark"] else r["low"] for r in made.figures.to_pylist()}


@pytest.fixture
def areas():
    return AREAS


@pytest.fixture
def releases(tmp_path):
    return Releases(tmp_path)


def at(period, **named):
    return {**row(**named), "period": period}


# measures.md section 7, note 4


def test_single_suppressed_cell_in_row_with_total(areas):
    out = shown([row(count=45), row(by="sex", group="F", count=3), row(by="sex", group="M", count=42)], areas)
    assert list(out.values()).count("c") >= 2


def test_two_suppressed_cells_adding_to_2(areas):
    groups = [row(by="sex", group=g, count=n) for g, n in (("F", 1), ("U", 1), ("M", 40))]
    out = shown([row(count=42), *groups], areas)
    assert "c" in (out[cell(by="sex", group="M")], out[EVERYONE])


def test_zero_row(areas):
    """A row of noughts is shown as noughts, and is no hiding place for its neighbours."""
    rows = [row("D1", count=0), row("D2", count=3), row("D3", count=40), row(count=43)]
    out = shown(rows, areas)
    assert out[cell("D1")] == 0 and out[cell("D2")] == "c" and "c" in (out[cell("D3")], out[EVERYONE])


def test_100_per_cent_category_is_group_disclosure(areas):
    rows = [row(count=12), row(by="sex", group="F", count=12), row(by="sex", group="M", count=0)]
    assert shown(rows, areas, PARTNERSHIP)[cell(by="sex", group="F")] == "c"


def test_rate_with_suppressed_numerator(areas):
    (only,) = released([row(count=3, base=9000, value=3.3, indicator="CN01b")], areas, PARTNERSHIP)
    assert only["mark"] == "c" and only["low"] is None and only["ci_low"] is None


def test_rate_with_small_denominator(areas):
    rule = PARTNERSHIP.model_copy(update={"minimum_denominator": 20})
    assert shown([row(count=9, base=12, value=75.0, indicator="MI06")], areas, rule) == {EVERYONE: "c"}


def test_a_share_of_none_is_withheld_where_noughts_are(areas):
    rule = PARTNERSHIP.model_copy(update={"hide_zero": True})
    assert shown([row(count=0, base=40, value=0.0, indicator="MI06")], areas, rule) == {EVERYONE: "c"}


def test_an_average_is_made_of_rounded_counts(areas):
    """24 for 10 told as 2.4 beside 25 and 10 could only be 24 for 10, or 26 for 11."""
    (only,) = released([row(count=24, base=22, value=24 / 22, indicator="CE09b")], areas, PARTNERSHIP)
    assert (only["low"], only["count_low"], only["base_low"]) == (1.2, 25, 20)


@pytest.mark.parametrize(("everyone", "told"), [(63, 2.2), (3, None)])
def test_a_disparity_is_made_of_rounded_counts(areas, everyone, told):
    """8 of 299, beside 63 of 4,201, told as 1.8 could only be 8. Where everyone's count is withheld nothing is set against it."""
    whole = {**row(count=everyone, base=4201, indicator="CE11"), "state": "not_applicable"}
    group = row(by="ethnicity", group="asian", count=min(8, everyone), base=299, value=1.78, indicator="CE11")
    rest = row(by="ethnicity", group="white", count=max(0, everyone - 8), base=3902, value=0.94, indicator="CE11")
    _, asian, _ = released([whole, group, rest], areas, PARTNERSHIP)
    assert asian["low"] == told


def test_no_measure_is_the_least_or_the_most_of_anything():
    """An extreme is somebody's own number."""
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in KINDS}
    assert "median_days" in kinds and not kinds & {"min", "max", "least", "most", "extreme"}


def test_same_table_at_two_geographies(areas):
    wards = [row(f"D1W{n}", count=c) for n, c in ((1, 30), (2, 28), (3, 2))]
    out = shown([row("D1", count=60), *wards], areas)
    assert out[cell("D1W3")] == "c" and list(out.values()).count("c") >= 2


def test_consecutive_periods_differing_by_one(releases):
    """A year to date and the next, one child apart: the second is not shown, as the difference is that child."""
    releases.release(at("2024-04-01/2024-06-30", count=40))
    later = releases.release(at("2024-04-01/2024-09-30", count=41))
    assert list(later.values()) == ["c"]


def test_a_filtered_view_that_isolates_a_cell(releases):
    """Everyone was shown; boys filtered afterwards would leave two girls."""
    releases.release(row(count=42))
    later = releases.release(row(by="sex", group="M", count=40))
    assert list(later.values()) == ["c"]


def test_a_filter_on_two_things_at_once_is_part_of_each(areas):
    both = [
        row(by="sex+age_band", group=f"{s}+{a}", count=n)
        for s, a, n in (("F", "10", 2), ("F", "14", 30), ("M", "10", 25))
    ]
    out = shown([row(by="sex", group="F", count=32), *both], areas)
    assert out[cell(by="sex+age_band", group="F+10")] == "c" and list(out.values()).count("c") >= 2


def test_nothing_but_the_mark_is_left_of_a_withheld_figure_for_bands_downloads_alt_text_tooltips_or_an_api(areas):
    """Map legends, downloads, alt text, tooltips and the API are all made from this one table, which holds no number."""
    (only,) = released([row(count=3, base=40, value=7.5, indicator="MI06")], areas, PARTNERSHIP)
    assert [v for v in only.values() if isinstance(v, int | float)] == []


def test_narrative_text_quoting_a_number(areas):
    made = protect(table(row(count=23)), pack_with(PARTNERSHIP), zone="partnership", areas=areas, ledger=Ledger())
    context = Context(areas=Areas(()), populations={}, released=made)
    assert not check_words("About 25 children had a plan.", context)
    assert [f.code for f in check_words("In fact 23 children had a plan.", context)] == ["words.figure"]


def test_file_names_and_logs_hold_row_counts_in_words_only():
    assert shown_count(3, PARTNERSHIP) == "fewer than 8" and shown_count(23, PARTNERSHIP) == "about 25"


def test_a_group_that_nobody_holds_hides_nobody(areas):
    """Whatever it is, it is in what the other groups leave: it does not stop a reader from adding them up."""
    unheld = {**row(by="sex", group="U", count=0, high=inf), "state": "not_held"}
    out = shown([row(count=40), row(by="sex", group="F", count=2), row(by="sex", group="M", count=38), unheld], areas)
    assert "c" in (out[cell(by="sex", group="M")], out[EVERYONE])


def test_rounded_counts_do_not_give_each_other_away(areas):
    """Three wards told as 10 are at most 12 each; their district told as 35 is at least 33, so that each would be 9 or more."""
    wards = [row(f"D1W{n}", count=12) for n in (1, 2, 3)]
    out = shown([row("D1", count=36), *wards], areas, PARTNERSHIP.model_copy(update={"rounded_range": 4}))
    assert list(out.values()).count("c") >= 1


def test_a_refusal_names_the_released_figure_that_would_expose_and_no_count(releases):
    """The county's three were shown under an older, weaker rule. A nought beside a hidden district would place all three."""
    releases.rule = DFE.model_copy(update={"hide_below": 2})
    releases.release(row(count=3))
    releases.rule = DFE
    with pytest.raises(NotSafe) as refused:
        releases.release(row("D1", count=3), row("D2", count=0), row("D3", count=0))
    assert "released before (C, " in str(refused.value) and not any(word in str(refused.value) for word in (" 3", " 0"))


def test_what_earlier_releases_gave_away_does_not_stop_a_new_one(releases):
    releases.rule = DFE.model_copy(update={"secondary": False})
    releases.release(row(count=45), row(by="sex", group="F", count=3), row(by="sex", group="M", count=42))
    releases.rule = DFE
    assert releases.release(row("D1", count=30))[("2024-25", "D1", "")] == 30
    ((_, known),) = Ledger.read(releases.files[1:]).known_anyway()
    assert (known.area, known.group) == ("C", "F") and known.recall == ("0",) and "recalling" in known.why


def test_what_earlier_releases_gave_away_is_not_given_again(releases):
    """Those who read only the new release learn no more from it than if nothing had been shown before."""
    releases.rule = DFE.model_copy(update={"secondary": False})
    rows = [row(count=45), row(by="sex", group="F", count=3), row(by="sex", group="M", count=42)]
    releases.release(*rows)
    releases.rule = DFE
    assert list(releases.release(*rows).values()).count("c") >= 2


def test_a_table_too_fine_is_left_out_and_a_coarser_one_named(areas):
    """Sex in wards is mostly small counts: sex in districts is shown instead."""
    both = [("D1", 40), ("D2", 50), ("D3", 60), ("C", 150), *((f"D1W{n}", 2) for n in (1, 2, 3))]
    rows = [row(area, "sex", sex, count) for area, count in both for sex in ("F", "M")]
    made = protect(table(*rows), pack_with(DFE), zone="partnership", areas=areas, ledger=Ledger())
    assert (made.audit[0].too_fine, made.audit[0].instead) == (("sex by ward",), ("sex by district",))
    assert not {"D1W1", "D1W2", "D1W3"} & set(made.figures["area"].to_pylist())


def test_no_figure_is_the_least_or_the_most_of_anything():
    """An extreme is one person's. A new kind of measure is to be thought about here before it is shown."""
    kinds = {
        get_args(one.model_fields["kind"].annotation)[0]
        for one in get_args(Indicator.model_fields["measure"].annotation)
    }
    counted = {"count", "rate", "share", "within", "repeat", "overlap", "disparity", "reported", "lists", "journey"}
    assert kinds == counted | {"mean", "median_days", "median_wait"}


# anchors.md section 6


@pytest.mark.parametrize("parts", [(0, 0, 3), (10, 3, 1, 1), (12, 1, 1), (40, 2)])
def test_margins_never_reveal_a_suppressed_cell(parts, areas):
    """Zeros, ones and dominant parts (ACRO #198, #194, #160)."""
    rows = [row(count=sum(parts)), *(row(by="sex", group=f"g{n}", count=c) for n, c in enumerate(parts))]
    out = shown(rows, areas)
    hidden = {
        k: c for k, c in zip([r["group"] for r in rows], [r["count_low"] for r in rows], strict=True) if 0 < c < 6
    }
    for group in hidden:
        if group:
            assert out[cell(by="sex", group=group)] == "c"
    alone = [k for k, v in out.items() if v == "c"]
    assert len(alone) != 1 or sum(parts) == max(parts)


def test_council_total_minus_ward_table(releases):
    releases.release(row("D1", count=60))
    wards = releases.release(row("D1W1", count=30), row("D1W2", count=28))  # the third ward holds two
    assert "c" in wards.values()


def test_police_area_minus_councils(tmp_path):
    areas = Areas(
        (
            Area(code="F", name="Force", kind="force"),
            *(Area(code=c, name=c, kind="county", parents=("F",)) for c in "AB"),
        )
    )
    releases = Releases(tmp_path, areas=areas)
    releases.release(row("F", count=90))
    assert list(releases.release(row("A", count=88)).values()) == ["c"]


def test_this_quarter_minus_last(releases):
    year = at("2024-25", count=100)
    releases.release(*(at(f"2024-Q{q}", count=c) for q, c in ((2, 40), (3, 30), (4, 28))))
    assert list(releases.release(year).values()) == ["c"]  # the last quarter held two


def test_boundary_version_1_minus_version_2(tmp_path):
    """A ward that lost one small area to its neighbour: the two versions differ by the two children who live there."""
    leaves = [
        Area(code=f"s{n}", name=f"s{n}", kind="lsoa", parents=p) for n, p in enumerate([("W1", "V1"), ("W1", "V2")])
    ]
    wards = (
        Area(code="W1", name="Ward", kind="ward", until=date(2024, 3, 31)),
        *(Area(code=v, name=v, kind="ward", since=date(2024, 4, 1)) for v in ("V1", "V2")),
    )
    releases = Releases(tmp_path, areas=Areas((*leaves, *wards)))
    releases.release(row("W1", count=32))
    assert list(releases.release(row("V1", count=30)).values()) == ["c"]


def test_ward_against_cluster(tmp_path):
    """Overlapping footprints: a cluster of the same small areas but one."""
    leaves = [
        Area(code=f"s{n}", name=f"s{n}", kind="lsoa", parents=p) for n, p in enumerate([("W", "K"), ("W", "K"), ("W",)])
    ]
    areas = Areas((*leaves, Area(code="W", name="Ward", kind="ward"), Area(code="K", name="Cluster", kind="cluster")))
    releases = Releases(tmp_path, areas=areas)
    releases.release(row("W", count=50))
    assert list(releases.release(row("K", count=48)).values()) == ["c"]


def test_a_correction_does_not_show_who_was_added(releases):
    releases.release(row(count=40))
    assert list(releases.release(row(count=41)).values()) == ["c"]
    assert list(releases.release(row(count=60)).values()) == [60]  # twenty more hide one another


def test_what_agencies_saw_counts_when_the_public_is_shown_more(tmp_path):
    releases = Releases(tmp_path)
    releases.release(row(count=42))
    out = releases.release(row(by="sex", group="M", count=40), zone="public")
    assert list(out.values()) == ["c"]


FIVE = DFE.model_copy(update={"hide_below": 5})


def sexed(period, area, sex, count):
    return at(period, area=area, by="sex" if sex else "", group=sex, count=count)


def test_a_quarter_is_set_against_the_next_through_the_half_year_that_holds_both(releases):
    """Of nine girls in a half-year at most six came in its first quarter: so three or more of the next's ten are theirs."""
    releases.rule = FIVE
    releases.release(
        sexed("2024-04-01/2024-09-30", "D1", "F", 9), sexed("2024-Q3", "C", "", 20), sexed("2024-Q3", "D3", "", 10)
    )
    own = sexed("2024-Q3", "D2", "F", 5), sexed("2024-Q3", "D2", "M", 2)
    out = releases.release(sexed("2024-Q2", "D1", "", 6), *own)
    assert out["2024-Q3", "D2", "M"] == "c" and list(out.values()).count("c") >= 2


def test_that_nothing_is_left_over_is_not_taken_as_known(releases):
    """Only a half-year that equals its second quarter tells that the first held nobody, and so where the other girls were."""
    releases.rule = FIVE
    first = [("C", "", 23), ("C", "M", 12), ("D2", "F", 7), ("D3", "F", 4)]
    releases.release(*(sexed("2024-Q2", *one) for one in first), sexed("2024-Q3", "D1", "F", 8))
    assert list(releases.release(sexed("2024-04-01/2024-09-30", "D1", "F", 8)).values()) == ["c"]


def test_a_rate_printed_anywhere_equals_the_rate_from_the_rounded_counts(areas):
    (only,) = released([row(count=33, base=98, value=33.67, indicator="MI06")], areas, PARTNERSHIP)
    assert (only["count_low"], only["base_low"], only["low"]) == (35, 100, 35)


def test_a_suppressed_value_never_becomes_0_and_never_becomes_2(areas):
    (only,) = released([row(count=3)], areas, PARTNERSHIP)
    assert only["state"] == "withheld" and only["low"] is None and only["count_low"] is None


def test_an_agency_that_knows_its_own_cases_cannot_take_them_off_the_total(areas):
    """Two agencies, 30 and 3 of 33: either would know the other's from the total."""
    parts = [row(count=n, supplier=s, indicator="MI01") for s, n in (("council", 30), ("police", 3))]
    out = shown([row(count=33, indicator="MI01"), *parts], areas)
    assert out[EVERYONE] == "c" and out[cell(supplier="police")] == "c"


# the attack kit, on a folder alone


def write(folder, made):
    folder.mkdir(parents=True)
    rows = [{**r, "sources": "", "title": "", "unit": ""} for r in made.figures.to_pylist()]
    (folder / "figures.json").write_text(json.dumps(rows, default=str), encoding="utf-8")
    return folder


def rows_with_a_small_one():
    return [row(count=45), row(by="sex", group="F", count=3), row(by="sex", group="M", count=42)]


def test_the_attack_learns_nothing_from_what_protect_made(areas, tmp_path):
    made = protect(table(*rows_with_a_small_one()), pack_with(DFE), zone="public", areas=areas, ledger=Ledger())
    tried = attack([write(tmp_path / "r", made)], areas=areas, rule=Rule(6, 1))
    assert tried.withheld == 2 and not tried.learned


def test_the_attack_finds_what_a_weaker_rule_gives_away(areas, tmp_path):
    weak = DFE.model_copy(update={"secondary": False})
    made = protect(table(*rows_with_a_small_one()), pack_with(weak), zone="public", areas=areas, ledger=Ledger())
    tried = attack([write(tmp_path / "r", made)], areas=areas)
    assert [one.cell.group for one in tried.learned] == ["F"]
    assert "exactly" in "\n".join(tried.told()) and " 3" not in tried.learned[0].how


def test_the_attack_sets_releases_against_one_another(areas, tmp_path):
    """Two releases that knew nothing of each other: the whole, then all its quarters but one."""
    quarters = [at("2024-Q2", count=40), at("2024-Q3", count=30), at("2024-Q4", count=28), at("2025-Q1", count=2)]
    folders = []
    for n, rows in enumerate((quarters, [at("2024-25", count=100)])):
        made = protect(table(*rows), pack_with(DFE), zone="public", areas=areas, ledger=Ledger())
        folders.append(write(tmp_path / str(n), made))
    tried = attack(folders, areas=areas, rule=Rule(6, 1))
    assert [one.cell.period for one in tried.learned] == ["2025-Q1"]


def test_the_attack_uses_what_it_knows(areas, tmp_path):
    made = protect(table(*rows_with_a_small_one()), pack_with(DFE), zone="public", areas=areas, ledger=Ledger())
    knows = tmp_path / "own.json"
    knows.write_text(json.dumps([{**row(by="sex", group="M", count=42), "sources": ""}]), encoding="utf-8")
    tried = attack([write(tmp_path / "r", made)], areas=areas, rule=Rule(6, 1), knows=knows)
    assert [one.cell.group for one in tried.learned] == ["F"]
