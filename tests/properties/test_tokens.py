"""Laws of coding: same person and key, same tokens; other key, other tokens; no name, number or postcode in any output."""

import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.pseudonymise import Coded
from plait.pseudonymise.key import keyed
from tests.unit.link.corrupted import nhs_number
from tests.unit.pseudonymise.returns import KEY, OTHER_KEY, code, rows, tokens

_letters = "abcdefghijklmnopqrstuvwxyzáéñøłßžαβγδεζηθλμξπρσςφψωабвгдежз"
_part = st.text(_letters, min_size=3, max_size=8).map(lambda text: f"Qx{text}")  # found in no column's name
_name = st.lists(_part, min_size=1, max_size=2).map("-".join)
_person = st.fixed_dictionaries(
    {
        "person": st.integers(10**6, 10**7).map(lambda n: f"REF{n}"),
        "given_name": _name,
        "family_name": _name,
        "aliases": st.tuples(_name, _name).map(" ".join),
        "date_of_birth": st.dates(date(2002, 1, 1), date(2020, 12, 31)),
        "sex": st.sampled_from("MF"),
        "postcode": st.tuples(st.integers(1, 9), st.integers(0, 9)).map(lambda p: f"LS{p[0]} {p[1]}QD"),
        "nhs_number": st.integers(0, 10**6).map(lambda seed: nhs_number(random.Random(seed))),
    }
)


def coded(people: Sequence[Mapping[str, Any]], folder: Path, **named: Any) -> Coded:
    """People, and events that hold their names where a code or an area should be."""
    events = [
        {"event": f"EV-{p['person']}", "person": p["person"], "type": p["given_name"], "started_on": date(2024, 1, 1),
         "harms": [p["family_name"]], "incident_postcode": p["postcode"]}
        for p in people
    ]  # fmt: skip
    spells = [{"service": p["nhs_number"], "person": p["person"], "responsible_area": p["family_name"]} for p in people]
    return code(folder, people=people, events=events, services=spells, **named)


@settings(max_examples=3, deadline=None)
@given(_person)
def test_same_person_and_key_same_tokens_other_key_none_alike(person: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as room:
        here = coded([person], Path(room) / "a", agency="council")
        there = coded([{**person, "person": "other ref"}], Path(room) / "b", agency="police")
        other = coded([person], Path(room) / "c", agency="council", key=OTHER_KEY)
        assert tokens(here) == tokens(there)
        assert len(tokens(here)) >= 31
        assert not {token for _, token in tokens(here)} & {token for _, token in tokens(other)}
        assert rows(here, "persons")[0]["person"] != rows(other, "persons")[0]["person"]


@settings(max_examples=4, deadline=None)
@given(st.lists(_person, min_size=1, max_size=3))
def test_nothing_that_names_a_person_is_in_any_byte(people: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as room:
        made = coded(people, Path(room), postcodes={"LS11QD": "E01000001"})
        left = "".join(unpacked(path, Path(room)) for path in made.tables.values()).casefold()
        for person in people:
            for text in secrets(person):
                assert text.casefold() not in left
        assert not any(text in str(finding) for finding in made.findings for text in secrets(people[0]))


def unpacked(path: Path, room: Path) -> str:
    """The file as it is, and its table written again with nothing packed or shortened."""
    pq.write_table(pq.read_table(path), room / "plain", compression="none", use_dictionary=False, store_schema=False)
    return (path.read_bytes() + (room / "plain").read_bytes()).decode("utf-8", "replace")


def secrets(person: Mapping[str, Any]) -> list[str]:
    words = [w for name in ("given_name", "family_name", "aliases") for w in person[name].replace("-", " ").split()]
    numbers = [person["nhs_number"], person["postcode"], person["postcode"].replace(" ", ""), person["person"]]
    return words + numbers + [f"{person['date_of_birth']}"]


def test_counting_tokens_brings_no_name_back() -> None:
    """An insider without the key, with the same population's names and how common each is, counts tokens against names.

    Against a hash of the given name alone the same attack succeeds, so it has teeth.
    """
    rng = random.Random(4)
    names = [
        f"{a}{b}"
        for a in ("An", "Be", "Cor", "Dav", "El", "Fre", "Gre", "Han")
        for b in ("nie", "lla", "rick", "dan", "ta")
    ]
    weights = [1 / (i + 1) for i in range(len(names))]
    families = [f"{a}{b}" for a in names for b in ("son", "ley", "by")]
    common = [1 / (i + 1) for i in range(len(families))]
    people = [
        {
            "person": str(i),
            "given_name": rng.choices(names, weights)[0],
            "family_name": rng.choices(families, common)[0],
            "date_of_birth": date(2006, 1, 1) + timedelta(rng.randrange(6000)),
            "postcode": f"LS{rng.randrange(1, 29)} {rng.randrange(10)}{rng.choice('ABDEF')}{rng.choice('ABDEF')}",
            "sex": rng.choice("MF"),
        }
        for i in range(900)
    ]
    reference = Counter(rng.choices(names, weights, k=900))
    with tempfile.TemporaryDirectory() as room:
        made = code(Path(room), people=people)
        found = rows(made, "tokens")
    references = keyed(KEY.derive("reference|council|person"), [p["person"] for p in people]).tolist()
    given_name = dict(zip(references, [p["given_name"] for p in people], strict=True))
    alone = keyed(KEY.derive("given name alone"), [p["given_name"] for p in people]).tolist()
    assert recovered(dict(zip(references, alone, strict=True)), reference, given_name) > 0.3
    for kind in {row["token_kind"] for row in found}:
        held = {row["person"]: row["token"] for row in found if row["token_kind"] == kind}
        assert recovered(held, reference, given_name) < 0.02, kind


def recovered(held: Mapping[int, int], reference: Counter[str], truth: Mapping[int, str]) -> float:
    """The share of people named rightly when each token is taken for the name whose count is nearest to its own."""
    counts = Counter(held.values())
    guess = {token: min(sorted(reference), key=lambda name: abs(reference[name] - n)) for token, n in counts.items()}
    return sum(guess[token] == truth[person] for person, token in held.items()) / len(truth)
