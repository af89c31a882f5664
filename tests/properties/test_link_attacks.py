"""What somebody at the hub who has every token, and not the key, can learn of a name (docs/adr/0008).

Each attack is tried on what it is known to break as well, so that it has teeth. The attacker has the names of another sample of
the same population, and knows how Plait makes tokens.
"""

import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from plait.pseudonymise.key import Key, keyed
from plait.pseudonymise.normalise import family_forms, given_forms
from plait.pseudonymise.tokens import KEYS
from tests.unit.pseudonymise.returns import KEY, code, rows

# As spread out as real ones, whose commonest pair fewer than one in a thousand bear: short forms, several forms, Mohammed first
# and not, hyphens.
SOME_GIVEN = """Jack Harry Charlie Alfie Freddie Sam Alex Chris Joe Ben Daniel Joshua Thomas William James Samuel Alexander
    Olivia Amelia Emily Isabella Kate Katherine Ellie Eleanor Lucy Molly Zoe Mohammed Aisha Fatima Yusuf Omar Kofi Ama Jakub
    Zuzanna Freya-Rose Anna-Lee"""
SOME_FAMILY = """Smith Jones Taylor Brown Williams Wilson Johnson Davies Khan Ahmed Hussain Ali Begum Patel Singh Kaur Mensah
    Okafor Nowak Kowalski O'Brien McDonald Smith-Jones Clarke Harris Lewis Cooper Ward Turner Martin Hill Morris"""
PARTS = "Bar Cor Dun Fen Hal Kes Lin Mor Nor Pen Rad Sel Tar Wes", "ke lo mi ra", "ton well by ley"
GIVEN = SOME_GIVEN.split()
FAMILY = SOME_FAMILY.split() + ["".join(parts) for parts in product(*(part.split() for part in PARTS))]
PEOPLE = 1500
ALLOWED = (
    0.005  # of names that an attack may bring back, beyond those right when the same names are dealt out at random
)


def population(seed: int) -> Iterator[tuple[str, str]]:
    rng = random.Random(seed)
    for _ in range(PEOPLE):
        given, family = (
            rng.choices(n, [1 / (i + most) for i in range(len(n))])[0] for n, most in ((GIVEN, 5), (FAMILY, 200))
        )
        yield given + (f" {rng.choice(GIVEN[10:20])}" if given == "Mohammed" and rng.random() < 0.6 else ""), family


@pytest.fixture(scope="module")
def hub() -> Iterator[tuple[dict[int, dict[int, list[int]]], dict[int, str]]]:
    """What the hub holds, a person's tokens by kind, and, for the judge, each person's given name."""
    rng = random.Random(2)
    people = [
        {
            "person": str(i), "given_name": given, "family_name": family, "sex": rng.choice("MF"),
            "date_of_birth": date(2006, 1, 1) + timedelta(rng.randrange(6000)),
            "postcode": f"LS{rng.randrange(1, 29)} {rng.randrange(10)}{rng.choice('ABDEF')}{rng.choice('ABDEF')}",
        }
        for i, (given, family) in enumerate(population(1))
    ]  # fmt: skip
    held: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as room:
        for row in rows(code(Path(room), people=people), "tokens"):
            held[row["person"]][row["token_kind"]].append(row["token"])
    references = keyed(KEY.derive("reference|council|person"), [p["person"] for p in people]).tolist()
    yield held, {ref: p["given_name"].split()[0] for ref, p in zip(references, people, strict=True)}


KNOWN = list(population(7))  # the attacker's own sample
COMMONEST = Counter(given.split()[0] for given, _ in KNOWN)


def by_rank(values: Mapping[int, Hashable]) -> dict[int, str]:
    """The commonest value is taken for the commonest name, the next for the next, and so on."""
    order = [value for value, _ in Counter(values.values()).most_common()]
    names = dict(zip(order, (name for name, _ in COMMONEST.most_common()), strict=False))
    return {person: names[value] for person, value in values.items() if value in names}


def right(guesses: Mapping[int, str], truth: Mapping[int, str]) -> float:
    return sum(truth[person] == name for person, name in guesses.items()) / len(truth)


def right_by_chance(guesses: Mapping[int, str], truth: Mapping[int, str]) -> float:
    """The share right when these names are dealt out to these people at random, on average."""
    guessed, borne = Counter(guesses.values()), Counter(truth[person] for person in guesses)
    return sum(n * borne[name] for name, n in guessed.items()) / max(len(guesses), 1) / len(truth)


def test_ranking_tokens_by_how_common_they_are(hub) -> None:
    held, truth = hub
    alone = dict(zip(truth, keyed(KEY.derive("given"), list(truth.values())).tolist(), strict=True))
    assert right(by_rank(alone), truth) > right_by_chance(by_rank(alone), truth) + 0.02
    for kind in range(1, len(KEYS) + 1):
        guesses = by_rank({person: tokens[kind][0] for person, tokens in held.items() if kind in tokens})
        assert right(guesses, truth) < right_by_chance(guesses, truth) + ALLOWED, KEYS[kind - 1]


def test_hashing_every_name_and_birthday_without_the_key(hub) -> None:
    """Another key, none, or the subkeys' labels alone: not one token in common."""
    held, _ = hub
    tokens = {token for kinds in held.values() for token in kinds[KEYS.index("fn dob") + 1]}
    days = [date(2006, 1, 1) + timedelta(n) for n in range(0, 6000, 3)]
    messages = [f"{name}\x1f{day}" for name in ("jack", "harry", "charlie") for day in days]
    guesses = (Key("test", bytes(32)).derive("fn dob"), Key("test", b"x" * 32).derive("fn dob"), b"fn dob", b"")
    assert not any(tokens.intersection(keyed(subkey, messages).tolist()) for subkey in guesses)
    assert tokens.intersection(keyed(KEY.derive("fn dob"), messages).tolist())  # with the key it is that easy


def test_the_pattern_of_how_many_tokens_a_child_has(hub) -> None:
    """Names that come in several forms give several tokens; how many must not tell which name it is.

    Two given names, or a double-barrelled one, do show as that: no more may be learned.
    """
    held, truth = hub
    kinds = {name: KEYS.index(name) + 1 for name in ("fn dob", "fn_nk sn d_ym", "sn dob")}

    def shape(person: int) -> tuple[int, ...]:
        given, both, family = (len(set(held[person][kind])) for kind in kinds.values())
        return given, both // max(family, 1)

    guess = Counter[tuple[tuple[int, ...], str]]()
    for given, _ in KNOWN:
        forms = given_forms(given)
        names = {form.name for form in forms}, {form.nickname for form in forms}
        guess[tuple(map(len, names)), given.split()[0]] += 1
    best = {shape: name for (shape, name), _ in reversed(guess.most_common())}
    single = {person: best[shape(person)] for person in truth if shape(person) == (1, 1)}
    assert len(single) > 0.8 * len(truth)
    everybody_alike = max(COMMONEST.values()) / len(KNOWN)
    assert right(single, truth) < everybody_alike + 0.02


def test_sets_of_tokens_that_come_together(hub) -> None:
    """Pattern mining: tokens that often share a person are taken for parts of one name. Between two people, none come twice."""
    held, _ = hub
    together = Counter[tuple[int, int]]()
    for tokens in held.values():
        mine = sorted(token for kind in (9, 19, 27, 31) for token in tokens.get(kind, ()))
        together.update((a, b) for i, a in enumerate(mine) for b in mine[i + 1 :])
    seen = Counter(together.values())
    assert sum(n for times, n in seen.items() if times > 2) / sum(seen.values()) < 0.02
    bigrams = Counter(pair for given, _ in KNOWN for pair in {given.lower()[i : i + 2] for i in range(len(given) - 1)})
    assert sum(n > 2 for n in bigrams.values()) / len(bigrams) > 0.5  # what sets of bigrams would give away


def test_every_name_has_one_class_so_that_short_forms_do_not_show() -> None:
    for given in GIVEN:
        assert all(
            len({f.nickname for f in given_forms(given) if f.name == name}) == 1
            for name in {f.name for f in given_forms(given)}
        )
    assert all(family_forms(name) for name in FAMILY)
