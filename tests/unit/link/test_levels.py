"""How alike each field is, worked out from which keys agree, against the fields themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.link import load_weights
from plait.link.levels import IMPLIES, levels

WEIGHTS = load_weights()
PARTS = sorted({part for key in WEIGHTS.keys for part in key.name.split()})
FIELDS = [field.id for field in WEIGHTS.fields]


def compared(same: frozenset[str], missing: frozenset[str] = frozenset()) -> dict[str, str]:
    """The words for each field when exactly these parts agree, and what they imply, and those are missing."""
    whole = same | {p for part in same for p in IMPLIES.get(part, ())}
    agree = differ = 0
    for bit, key in enumerate(WEIGHTS.keys):
        parts = key.name.split()
        if missing.isdisjoint(parts):
            agree |= (1 << bit) * whole.issuperset(parts)
            differ |= (1 << bit) * (not whole.issuperset(parts))
    found = levels(np.array([agree]), np.array([differ]), WEIGHTS)[0]
    return {field.id: field.words[level] for field, level in zip(WEIGHTS.fields, found, strict=True)}


EVERYTHING = frozenset({"fn", "sn", "nm_sorted", "dob", "pc", "gen"})


@pytest.mark.parametrize(
    ("but", "field", "said"),
    [
        ({"sn", "nm_sorted"}, "family", "different family names"),
        ({"pc"}, "home", "different home postcodes"),
        ({"dob"}, "born", "different dates of birth"),
        ({"fn", "nm_sorted"}, "given", "different given names"),
        ({"gen"}, "sex", "different sexes"),
        (set(), "given", "the same given name"),
    ],
)
def test_one_field_apart_from_all_the_rest(but: set[str], field: str, said: str) -> None:
    found = compared(EVERYTHING - but)
    assert found[field] == said
    assert all(found[f].startswith("the same") or "missing" in found[f] for f in FIELDS if f != field)


@pytest.mark.parametrize(
    ("less", "field", "said"),
    [
        ({"fn_nk"}, "given", "a given name that the other is short for"),
        ({"fn_dm", "fn1"}, "given", "given names that sound alike"),
        ({"fn3"}, "given", "given names that begin with the same three letters"),
        ({"fn1"}, "given", "given names that begin with the same letter"),
    ],
)
def test_given_names_that_are_somewhat_alike(less: set[str], field: str, said: str) -> None:
    assert compared((EVERYTHING - {"fn", "nm_sorted"}) | less)[field] == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("d_can", "dates of birth with day and month the other way round"),
        ("d_ym", "dates of birth in the same month"),
        ("d_md", "birthdays on the same day of another year"),
        ("d_yd", "dates of birth that differ only in the month"),
        ("d_y", "births in the same year"),
    ],
)
def test_births_that_are_somewhat_alike(day: str, said: str) -> None:
    assert compared((EVERYTHING - {"dob"}) | {day})["born"] == said


def test_a_field_that_one_record_lacks_is_not_known() -> None:
    found = compared(frozenset({"fn", "sn", "dob", "gen", "nm_sorted"}), missing=frozenset({"pc", "pc_s"}))
    assert found["home"].startswith("a home postcode missing")


@settings(max_examples=150, deadline=None)
@given(st.frozensets(st.sampled_from(PARTS)), st.frozensets(st.sampled_from(PARTS), max_size=3))
def test_nothing_is_said_that_is_not_so(same: frozenset[str], missing: frozenset[str]) -> None:
    """A part that is said to agree does; fields said to differ have no part known to agree but a lesser one."""
    if same.issuperset({"d_ym", "d_md"}):
        same |= {"dob"}
    whole = same | {p for part in same for p in IMPLIES.get(part, ())}
    found = compared(same, missing)
    for field in WEIGHTS.fields:
        for level in field.levels:
            if found[field.id] == level.words:
                assert level.part in whole
        if found[field.id] == field.different_words:
            assert any(level.part not in whole for level in field.levels)
