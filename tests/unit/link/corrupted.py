"""Children as agencies might garble them, with the truth: written apart from the data the weights were trained on.

Names are random syllables, every field is spoilt with one chance for each agency, and spoiling is by random edits, as in the
well-known FEBRL data sets, rather than by the habits that bench/children.py gives to agencies.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from plait.engine import Engine
from plait.identifiers import is_nhs_number
from plait.link import Linked, link
from plait.pseudonymise.key import keyed
from tests.unit.pseudonymise.returns import KEY, Rows, code

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Agencies' coded tables and which child each coded person is."""

    coded: Mapping[str, Mapping[str, Path]]
    child: Mapping[tuple[str, int], str]

    def link(self, into: Path, agencies: Sequence[str] | None = None) -> Linked:
        with Engine() as engine:
            linked = link(engine, [self.coded[a] for a in agencies or sorted(self.coded)], into=into)
            assert (
                engine.rows(
                    "SELECT view_name FROM duckdb_views() WHERE NOT internal UNION SELECT table_name FROM duckdb_tables()"
                )
                == []
            )
        return linked


def case(folder: Path, agencies: Mapping[str, Rows]) -> Case:
    """Coded returns from rows whose `person` is the child's name, then '/' and anything."""
    coded, child = {}, {}
    for agency, rows in agencies.items():
        coded[agency] = code(folder / agency, agency=agency, people=rows).tables
        references = [row["person"] for row in rows]
        codes = keyed(KEY.derive(f"reference|{agency}|person"), references).tolist()
        child |= {(agency, token): ref.split("/")[0] for token, ref in zip(codes, references, strict=True)}
    return Case(coded, child)


def groups(linked: Linked, case: Case) -> dict[int, list[tuple[str, str]]]:
    """Number to the (agency, child) records that have it."""
    found = defaultdict(list)
    for row in pq.read_table(linked.numbers).to_pylist():
        found[row["number"]].append((row["agency"], case.child[row["agency"], row["person"]]))
    return {number: sorted(members) for number, members in found.items()}


def decisions(linked: Linked) -> list[str]:
    return sorted(pq.read_table(linked.evidence)["decision"].to_pylist())


def scores(linked: Linked, case: Case) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1 of the clusters."""
    members = list(groups(linked, case).values())
    whole = [child for group in members for _, child in group]
    together = sum(_pairs(len(group)) for group in members)
    true = sum(_pairs(whole.count(child)) for child in set(whole)) if len(whole) < 2000 else _true(whole)
    right = sum(_true([child for _, child in group]) for group in members)
    precision, recall = right / max(together, 1), right / max(true, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _true(children: Sequence[str]) -> int:
    counts: dict[str, int] = defaultdict(int)
    for child in children:
        counts[child] += 1
    return sum(_pairs(n) for n in counts.values())


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def corrupted(size: int, agencies: int, *, seed: int, spoilt: float = 0.06, nhs: float = 0.0) -> dict[str, list[Row]]:
    """Each agency's rows about its own half of `size` children, about one field in sixteen of them spoilt."""
    rng = random.Random(seed)
    names = [_name(rng) for _ in range(60 + size // 4)]
    homes = [
        f"LS{rng.randrange(1, 29)} {rng.randrange(10)}{rng.choice('ABDEF')}{rng.choice('ABDEF')}" for _ in range(size)
    ]
    children: list[Row] = []
    while len(children) < size:
        child = _child(rng, len(children), names, homes)
        children.append(child)
        for _ in range(rng.choice((0, 0, 1, 2))):
            children.append(_sibling(rng, child, len(children), names))
    return {
        f"agency{a}": [
            _garbled(rng, c, spoilt, nhs, names) | {"person": f"{c['person']}/{a}"}
            for c in children
            if rng.random() < 0.5
        ]
        for a in range(agencies)
    }


def _child(rng: random.Random, number: int, names: list[str], homes: list[str]) -> Row:
    skewed = [names[int(len(names) * rng.random() ** 2)] for _ in range(2)]
    return {
        "person": str(number), "given_name": skewed[0], "family_name": skewed[1], "sex": rng.choice("MF"),
        "date_of_birth": date(2006, 1, 1) + timedelta(rng.randrange(6200)), "postcode": rng.choice(homes),
        "nhs_number": nhs_number(rng),
    }  # fmt: skip


def _sibling(rng: random.Random, child: Row, number: int, names: list[str]) -> Row:
    """Another child of the family; one in forty is a twin."""
    apart = 0 if rng.random() < 0.025 else rng.randrange(300, 1800)
    return child | {
        "person": str(number), "given_name": rng.choice(names), "sex": rng.choice("MF"), "nhs_number": nhs_number(rng),
        "date_of_birth": child["date_of_birth"] + timedelta(apart),
    }  # fmt: skip


def _garbled(rng: random.Random, child: Row, spoilt: float, nhs: float, names: list[str]) -> Row:
    spoil: dict[str, Callable[[Any], Any]] = {
        "given_name": lambda name: rng.choice((_edited(rng, name), _edited(rng, name), None, name[0])),
        "family_name": lambda name: rng.choice((_edited(rng, name), rng.choice(names), None)),
        "date_of_birth": lambda day: rng.choice((None, day + timedelta(rng.choice((-365, -30, -1, 1, 10, 31))))),
        "postcode": lambda home: rng.choice((None, home[:-1] + "Z", "LS30 1AA")),
        "sex": lambda _: None,
    }
    row = {name: spoil[name](cell) if name in spoil and rng.random() < spoilt else cell for name, cell in child.items()}
    return row | {"nhs_number": child["nhs_number"] if rng.random() < nhs else None}


def _name(rng: random.Random) -> str:
    return "".join(
        rng.choice("bdfgjklmnprstvz") + rng.choice("aeiou") for _ in range(rng.choice((2, 3, 3)))
    ).capitalize()


def _edited(rng: random.Random, name: str) -> str:
    at = rng.randrange(len(name))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return rng.choice((name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :]))


def nhs_number(rng: random.Random) -> str:
    while True:
        nine = f"{rng.randrange(10**9):09d}"
        for last in "0123456789":
            if is_nhs_number(nine + last):
                return nine + last
