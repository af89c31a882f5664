"""The fast clustering against a plain one, on random pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.link.cluster import Bounds, Numbers, cluster

RECORDS = 12
_pairs = st.lists(
    st.tuples(st.integers(0, RECORDS - 1), st.integers(0, RECORDS - 1)).filter(lambda p: p[0] < p[1]), max_size=20
)
_places = st.lists(st.integers(0, 4), min_size=RECORDS, max_size=RECORDS)
_numbers = st.dictionaries(st.integers(0, RECORDS - 1), st.integers(1, 3), max_size=6)


def plain(pairs: list[tuple[int, int]], places: list[int], numbers: dict[int, int]) -> list[int]:
    """Sets of records, joined pair by pair."""
    groups = {r: {r} for r in range(RECORDS)}
    for a, b in pairs:
        one, other = groups[a], groups[b]
        agencies = [places[r] for r in one | other]
        borne = [{numbers[r] for r in group if r in numbers} for group in (one, other)]
        if one is other or len(set(agencies)) < len(agencies) or (borne[0] and borne[1] and not borne[0] & borne[1]):
            continue
        for record in one | other:
            groups[record] = one | other
        for record in one | other:
            groups[record] = groups[min(one | other)]
    return [min(groups[r]) for r in range(RECORDS)]


@settings(max_examples=200, deadline=None)
@given(_pairs, _places, _numbers)
def test_the_fast_way_gives_what_the_plain_way_gives(
    pairs: list[tuple[int, int]], places: list[int], numbers: dict[int, int]
) -> None:
    a, b = (np.array([p[i] for p in pairs], dtype=np.int64) for i in (0, 1))
    borne = Numbers(np.array(list(numbers), dtype=np.int64), np.array(list(numbers.values()), dtype=np.int64))
    found = cluster(a, b, Bounds(np.array(places), borne))
    assert found.tolist() == plain(pairs, places, numbers)


@settings(max_examples=100, deadline=None)
@given(_pairs, _places, _numbers)
def test_no_person_has_two_records_of_one_agency(
    pairs: list[tuple[int, int]], places: list[int], numbers: dict[int, int]
) -> None:
    a, b = (np.array([p[i] for p in pairs], dtype=np.int64) for i in (0, 1))
    found = cluster(a, b, Bounds(np.array(places))).tolist()
    assert len(set(zip(found, places, strict=True))) == RECORDS
