"""Trains the linkage weights that ship in packs/core/linkage. Run: .venv/bin/python bench/train_weights.py [OUT.yaml [PACK]]

Logistic regression on how alike each field of a pair is, for pairs that share any token, from several invented populations of
several sizes. Fields count alone and two by two, for a brother shares a home and a name together. Then, with those fixed, what
numbers add. Log odds are for 100,000 records.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from children import KEY, population, returns, truth, write_people
from scipy.optimize import minimize

from plait.declare import Pack, load_pack
from plait.engine import Engine
from plait.link.levels import levels
from plait.link.pairs import held, patterns, shared_pairs
from plait.link.records import opened
from plait.link.weights import SHIPPED, Weights
from plait.pseudonymise import pseudonymise
from plait.pseudonymise.tokens import KEYS, STRONG

SIZE, LEAST_SIZE = 100_000, 2_000
# Children in all, seed, postcode sectors they live in.
SETS = [
    (500, 1, 4), (500, 2, 12), (600, 3, 40), (2500, 4, 6), (2500, 5, 30), (2500, 6, 120), (12_000, 7, 20), (12_000, 8, 100),
    (50_000, 9, 80),
]  # fmt: skip
SHARES = [0.6, 0.4, 0.5, 0.25, 0.6]
# Of the 31 keys the ones that say anything the others do not, found by leaving out one after another; the rest cost pairs.
USED = (7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 21, 22, 24, 25, 27, 28, 29, 30)
# Each field's levels: the part that agrees, in words, and 0 for as good as the same or 1 for alike.
FIELDS = {
    "given": (
        [("fn", "the same given name", 0), ("fn_nk", "a given name that the other is short for", 0),
         ("fn_dm", "given names that sound alike", 0), ("fn3", "given names that begin with the same three letters", 1),
         ("nm_sorted", "given and family name the other way round", 1),
         ("fn1", "given names that begin with the same letter", 1)],
        "different given names", "a given name missing, or nothing said of it"),
    "family": (
        [("sn", "the same family name", 0), ("sn_dm", "family names that sound alike", 0),
         ("sn3", "family names that begin with the same three letters", 1),
         ("nm_sorted", "family and given name the other way round", 1)],
        "different family names", "a family name missing, or nothing said of it"),
    "born": (
        [("dob", "the same date of birth", 0), ("d_can", "dates of birth with day and month the other way round", 1),
         ("d_ym", "dates of birth in the same month", 1), ("d_md", "birthdays on the same day of another year", 1),
         ("d_yd", "dates of birth that differ only in the month", 1), ("d_y", "births in the same year", 1)],
        "different dates of birth", "a date of birth missing, or nothing said of it"),
    "home": ([("pc", "the same home postcode", 0), ("pc_s", "homes close by", 1)],
             "different home postcodes", "a home postcode missing, or nothing said of it"),
    "sex": ([("gen", "the same sex", 0)], "different sexes", "sex missing, or nothing said of it"),
}  # fmt: skip
TOGETHER = [
    ("given", "family"),
    ("given", "born"),
    ("given", "home"),
    ("family", "born"),
    ("family", "home"),
    ("born", "home"),
]
RIDGE = 1e-5
SOURCE = """Trained by bench/train_weights.py on invented children (no real records): families, twins, moves, changed names
and the slips of five agencies. Keys and parts of fields as in src/plait/pseudonymise/tokens.py."""


@dataclass
class Patterns:
    """One population's pairs between agencies, by pattern: how many are one child and how many are not."""

    agree: np.ndarray
    differ: np.ndarray
    true: np.ndarray
    false: np.ndarray
    records: int


def described(weights: np.ndarray | None = None, numbers: np.ndarray | None = None) -> Weights:
    """Weights with these coefficients; all nought, so that they only say which keys and levels there are, without."""
    sizes = [len(known) + 2 for known, _, _ in FIELDS.values()]
    whole = np.zeros(1 + sum(sizes) + 16 * len(TOGETHER)) if weights is None else weights
    added = np.zeros(2 * len(STRONG)) if numbers is None else numbers
    rounded = [round(float(c), 3) for c in whole]
    parts = iter(rounded[1:])
    fields = [_field(name, [next(parts) for _ in range(n)]) for name, n in zip(FIELDS, sizes, strict=True)]
    together = [
        {"first": x, "second": y, "weights": [[next(parts) for _ in range(4)] for _ in range(4)]} for x, y in TOGETHER
    ]
    strong = [
        {"kind": kind, "name": name, "agree": round(max(float(added[2 * i]), 0), 3),
         "differ": round(min(float(added[2 * i + 1]), 0), 3), "lifelong": name.startswith("nhs")}
        for i, (name, kind) in enumerate(STRONG.items())
    ]  # fmt: skip
    return Weights.model_validate(
        {
            "source": " ".join(SOURCE.split()), "keys": [{"kind": kind, "name": KEYS[kind - 1]} for kind in USED],
            "numbers": strong, "declared": {"kind": 1000, "name": "declared number", "agree": strong[0]["agree"], "differ": 0.0},
            "fields": fields, "together": together, "telling": KEYS.index("fn dob") + 1, "start": rounded[0], "size": SIZE,
            "least_size": LEAST_SIZE, "cut": 0.0, "precision": 0.98, "review": -2.5, "pool": 5.0, "most_seen": 300,
        }
    )  # fmt: skip


def _field(name: str, weights: list[float]) -> dict[str, object]:
    known, different, unknown = FIELDS[name]
    listed = [
        {"part": part, "words": words, "weight": weight, "like": like}
        for (part, words, like), weight in zip(known, weights, strict=False)
    ]
    return {"id": name, "levels": listed, "different": weights[-2], "different_words": different, "unknown": weights[-1],
            "unknown_words": unknown}  # fmt: skip


def coded_agencies(
    engine: Engine, pack: Pack, sent: list[list[dict[str, object]]], room: Path
) -> tuple[list[dict[str, Path]], dict[tuple[str, int], int]]:
    """Coded tables of each agency, and the child each coded person is."""
    coded, known = [], {}
    for i, rows in enumerate(sent):
        agency = f"agency{i}"
        tables = {"people": write_people(pack, rows, room / f"in{i}.parquet")}
        out = pseudonymise(engine, tables, pack, agency=agency, key=KEY, postcodes=None, into=room / agency)
        coded.append(dict(out.tables))
        known.update({(agency, code): child for code, child in truth(agency, rows).items()})
    return coded, known


def population_patterns(pack: Pack, size: int, seed: int, sectors: int) -> Patterns:
    """One population's pairs between agencies."""
    blank = described()
    with tempfile.TemporaryDirectory() as room, Engine() as engine:
        coded, known = coded_agencies(engine, pack, returns(population(size, seed, sectors), SHARES, seed), Path(room))
        with opened(engine, coded, blank) as sent_in:
            records, tokens = sent_in.records(), sent_in.tokens()
    names = zip(records.about["agency"].to_pylist(), records.about["person"].to_pylist(), strict=True)
    child = np.array([known[name] for name in names])
    (pairs, _), mine = shared_pairs(tokens, blank, len(records)), held(tokens, len(records), blank)
    pairs = pairs.where(records.place[pairs.a] != records.place[pairs.b])
    agree, differ, place = patterns(pairs.agree, mine[pairs.a] & mine[pairs.b] & ~pairs.agree)
    true = child[pairs.a] == child[pairs.b]
    counts = [np.bincount(place, which, len(agree)) for which in (true, ~true)]
    print(f"{size} children, seed {seed}: {len(records)} records, {len(true)} pairs, {true.sum()} true", flush=True)
    return Patterns(agree, differ, counts[0], counts[1], len(records))


def features(found: np.ndarray, weights: Weights) -> np.ndarray:
    """A column for each level of each field, then for each two fields' rough levels."""
    columns, rough = [], {}
    for place, field in enumerate(weights.fields):
        columns += [found[:, place] == level for level in range(len(field.words))]
        rough[field.id] = field.rough[found[:, place]]
    columns += [(rough[x] == i) & (rough[y] == j) for x, y in TOGETHER for i in range(4) for j in range(4)]
    return np.stack(columns, axis=1).astype(float)


def train(sets: list[Patterns]) -> Weights:
    """Weights that fit these populations, each counting as the root of its true pairs."""
    blank = described()
    x = np.concatenate([features(levels(s.agree, s.differ, blank), blank) for s in sets])
    fixed = np.concatenate([np.full(len(s.agree), blank.shift(s.records)) for s in sets])
    scale = [1 / np.sqrt(s.true.sum()) for s in sets]
    true = np.concatenate([s.true * k for s, k in zip(sets, scale, strict=True)])
    false = np.concatenate([s.false * k for s, k in zip(sets, scale, strict=True)])
    best = _logistic(np.column_stack([np.ones(len(x)), x]), fixed, true, false, RIDGE)
    agree, differ = (np.concatenate([getattr(s, side) for s in sets]) for side in ("agree", "differ"))
    bits = [len(USED) + i for i in range(len(STRONG))]
    numbers = np.stack([side >> bit & 1 for bit in bits for side in (agree, differ)], axis=1).astype(float)
    return described(best, _logistic(numbers, fixed + x @ best[1:] + best[0], true, false, RIDGE))


def _logistic(x: np.ndarray, fixed: np.ndarray, true: np.ndarray, false: np.ndarray, ridge: float) -> np.ndarray:
    whole = (true + false).sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w + fixed
        error = (true * np.logaddexp(0, -z) + false * np.logaddexp(0, z)).sum() / whole
        slope = ((true + false) / (1 + np.exp(-z)) - true) / whole
        return error + ridge * (w @ w), x.T @ slope + 2 * ridge * w

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 3000})
    return found.x


if __name__ == "__main__":
    pack = load_pack(Path(sys.argv[2])) if len(sys.argv) > 2 else load_pack()
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    trained = train([population_patterns(pack, *one) for one in SETS])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        yaml.safe_dump(trained.model_dump(mode="json"), sort_keys=False, width=120, default_flow_style=None),
        encoding="utf-8",
    )
