"""Each part of protection is needed: with any one of them switched off, a case that it alone holds is lost."""

from importlib import import_module

import numpy as np
import pytest

from plait.protect import build, choose, ledger, places, reach, reader, rounded
from plait.protect.cells import Tie
from tests.spec import test_disclosure_cases as cases
from tests.unit.protect.conftest import AREAS


def nothing(*_, **__):
    return iter(())


def shows_more(cells, seen, before):
    """Only what is small is withheld."""
    primary = reader.small(cells) & cells.shown
    return choose.Choice(primary, primary, None)


def sums_only_what_adds_up(self, whole, parts, remainder=None, *, complete=True):
    """What parts leave over is not looked at."""
    if sum(self._truth[i][0] for i in parts) == self._truth[whole][0]:
        self._put(Tie(whole, tuple(parts)))


sums = build.Builder._sum


def taken_to_be_all(self, whole, parts, remainder=None, *, complete=True):
    """Nothing left over means that there is nothing else."""
    sums(self, whole, parts, remainder)


PROTECT = import_module("plait.protect.protect")  # the room's verb has the same name
FILTERED, CORRECTED = (
    cases.test_single_suppressed_cell_in_row_with_total,
    cases.test_a_correction_does_not_show_who_was_added,
)

WEAKNESSES = {
    "more is never withheld": (
        PROTECT,
        "choose",
        shows_more,
        cases.test_single_suppressed_cell_in_row_with_total,
    ),
    "hidden may be nought": (
        "plait.protect.reader._floor",
        lambda cells, seen: np.zeros(len(cells.keys)),
        cases.test_two_suppressed_cells_adding_to_2,
    ),
    "groups are not added up": (
        "plait.protect.build._sums_of_groups",
        nothing,
        cases.test_single_suppressed_cell_in_row_with_total,
    ),
    "areas are not added up": (
        "plait.protect.build.sums_of_places",
        nothing,
        cases.test_council_total_minus_ward_table,
    ),
    "footprints are not compared": (places.Places, "inside", nothing, cases.test_ward_against_cluster),
    "boundaries are not compared": (places.Places, "inside", nothing, cases.test_boundary_version_1_minus_version_2),
    "periods are not added up": ("plait.protect.build.sums_of_times", nothing, cases.test_this_quarter_minus_last),
    "steps between periods are not followed": (
        reach.Reach,
        "of",
        lambda self, counts: frozenset(counts),
        cases.test_a_quarter_is_set_against_the_next_through_the_half_year_that_holds_both,
    ),
    "what is seen is taken to be all there is": (
        build.Builder,
        "_sum",
        taken_to_be_all,
        cases.test_that_nothing_is_left_over_is_not_taken_as_known,
    ),
    "corrections are not compared": (
        build.Builder,
        "_changed",
        lambda *_: None,
        cases.test_a_correction_does_not_show_who_was_added,
    ),
    "what is left over is forgotten": (
        build.Builder,
        "_left",
        lambda self, whole, parts, *_: whole,
        cases.test_police_area_minus_councils,
    ),
    "releases are forgotten": (
        ledger.Ledger,
        "bearing_on",
        lambda *_: [],
        cases.test_a_filtered_view_that_isolates_a_cell,
    ),
    "agencies forget what they know": (
        PROTECT,
        "readers",
        lambda cells, model, zone, width: [reader.Seen(zone, model)],
        cases.test_an_agency_that_knows_its_own_cases_cannot_take_them_off_the_total,
    ),
    "rounded counts are not checked": (
        PROTECT,
        "keep_rounded",
        lambda cells, seen, withheld: rounded.Rounded(withheld, None),
        cases.test_rounded_counts_do_not_give_each_other_away,
    ),
    "whole groups are shown": (
        "plait.protect.choose._whole_groups",
        lambda cells: np.zeros(len(cells.keys), dtype=bool),
        cases.test_100_per_cent_category_is_group_disclosure,
    ),
}


def tried(case, folder):
    """The case as its own test runs it."""
    wanted = case.__code__.co_varnames[: case.__code__.co_argcount]
    have = {"areas": AREAS, "tmp_path": folder, "releases": cases.Releases(folder)}
    case(**{name: have[name] for name in wanted})


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_weakness_planted_is_caught(weakness, monkeypatch, tmp_path):
    *where, case = WEAKNESSES[weakness]
    tried(case, tmp_path / "sound")
    monkeypatch.setattr(*where)
    with pytest.raises(AssertionError):
        tried(case, tmp_path / "weak")
