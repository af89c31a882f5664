"""Groups are shown as one where the pack allows it and less is withheld so, and no earlier release gives them away."""

import os
from itertools import product

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.errors import NotSafe
from plait.protect import Ledger, protect, withheld_counts
from plait.protect.build import _partitions
from tests.unit.protect.conftest import AREAS, row, table
from tests.unit.protect.test_protect import DFE, pack_with

ALLOWED = {"ethnicity": (("asian", "black", "mixed"),)}


def pack(allowed=ALLOWED, rule=DFE):
    made = pack_with(rule)
    disclosure = made.disclosures["under_test"].model_copy(update={"combine": allowed})
    return made.model_copy(update={"disclosures": {**made.disclosures, "under_test": disclosure}})


def rows_of(*, white, **groups):
    total = white + sum(groups.values())
    return [row(count=total), *(row(by="ethnicity", group=g, count=n) for g, n in {"white": white, **groups}.items())]


def seen(rows, allowed=ALLOWED, ledger=None):
    made = protect(table(*rows), pack(allowed), zone="partnership", areas=AREAS, ledger=ledger or Ledger())
    return {r["group"]: r["mark"] or r["low"] for r in made.figures.to_pylist()}, made


def test_three_small_groups_are_one_number_rather_than_three_marks():
    shown, made = seen(rows_of(white=80, asian=3, black=4, mixed=2))
    assert shown == {"": 89, "white": 80, "asian|black|mixed": 9}
    assert made.audit[0].combined == (("ethnicity", "asian|black|mixed"),)


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ({"asian": 9, "black": 7, "mixed": 8}, "none of them is small"),
        ({"asian": 1, "black": 1, "mixed": 1}, "they are few together, so that as much is withheld"),
    ],
)
def test_groups_stand_apart_where_nothing_is_gained(groups, why):
    shown, made = seen(rows_of(white=80, **groups))
    assert {"asian", "black", "mixed"} <= shown.keys() and not made.audit[0].combined, why


def test_a_pack_that_says_nothing_combines_nothing():
    assert "asian" in seen(rows_of(white=80, asian=3, black=4, mixed=2), {})[0]


def test_groups_that_somebody_is_in_two_of_are_not_added_up():
    rows = [*rows_of(white=80, asian=3, black=4, mixed=2)[1:], row(count=85)]
    assert "asian" in seen(rows)[0]


def test_a_share_of_several_groups_is_of_all_of_them():
    groups = {"white": (80, 200), "asian": (4, 30), "black": (5, 40), "mixed": (6, 30)}
    rows = [
        row(by="ethnicity", group=g, count=c, base=b, indicator="MI06", value=100 * c / b)
        for g, (c, b) in groups.items()
    ]
    shown, _ = seen([row(count=95, base=300, indicator="MI06", value=31.7), *rows])
    assert shown["asian|black|mixed"] == 15.0  # of 100


def after_two_were_shown(folder):
    """Asian and mixed were shown alone; then all are to be, with three as one."""
    before = [row(by="ethnicity", group=g, count=n) for g, n in (("asian", 30), ("mixed", 9))]
    _, made = seen(before, {})
    kept = folder / "1" / "withheld.parquet"
    kept.parent.mkdir()
    pq.write_table(withheld_counts(table(*before), made), kept)
    return seen(rows_of(white=80, asian=30, black=2, mixed=9), ledger=Ledger.read([kept]))[0]


def test_groups_shown_apart_before_are_set_against_the_one_they_now_are(tmp_path):
    assert after_two_were_shown(tmp_path)["asian|black|mixed"] == "c"


def test_were_they_not_the_group_between_them_would_be_told(tmp_path, monkeypatch):
    monkeypatch.setattr("plait.protect.build._partitions", lambda parts: [("", list(parts.values()))])
    assert after_two_were_shown(tmp_path)["asian|black|mixed"] == 41


def test_every_way_to_make_up_everyone_is_tried():
    parts = {"a": 0, "b": 1, "c": 2, "d": 3, "a|b": 4, "c|d": 5}
    assert sorted(_partitions(parts)) == [
        ("", [0, 1, 2, 3]), ("", [4, 2, 3]), ("", [5, 0, 1]), ("a|b", [0, 1]), ("c|d", [2, 3]),
    ]  # fmt: skip
    assert ("", [4, 5]) in list(_partitions({"a|b": 4, "c|d": 5}))


@settings(max_examples=500 if os.environ.get("PLAIT_EXAMPLES") == "deep" else 25, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=3, max_size=3), st.integers(6, 12))
def test_an_attacker_with_both_releases_cannot_narrow_a_group(tmp_path_factory, small, white):
    """Shown apart, then with three as one: every set of counts that fits both is written out."""
    folder = tmp_path_factory.mktemp("releases") / "1"
    folder.mkdir()
    groups = dict(zip(("asian", "black", "mixed"), small, strict=True))
    rows = rows_of(white=white, **groups)
    try:
        one, made = seen(rows, {})
        pq.write_table(withheld_counts(table(*rows), made), folder / "w.parquet")
        two, _ = seen(rows, ledger=Ledger.read([folder / "w.parquet"]))
    except NotSafe:
        return
    fits = [f for f in product(range(13), repeat=4) if agrees(f, one) and agrees(f, two)]
    for place, count in enumerate((white, *small)):
        found = [f[place] for f in fits]
        assert count in found
        if 1 <= count < DFE.hide_below:
            assert max(found) - min(found) >= DFE.width


def agrees(counts, shown):
    named = dict(zip(("white", "asian", "black", "mixed"), counts, strict=True))
    named |= {"": sum(counts), "asian|black|mixed": sum(counts[1:])}
    return all(named[group] >= 1 if value == "c" else named[group] == value for group, value in shown.items())
