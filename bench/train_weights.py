"""Trains the linkage weights that ship in packs/core/linkage. Run: .venv/bin/python bench/train_weights.py [OUT.yaml]

Bounded logistic regression on the agree and differ patterns of pairs that share any token, from several invented populations
of several sizes; agreement may only add and difference only take away. Log odds are for 100,000 records.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import yaml
from children import KEY, population, returns, truth, write_people
from scipy.optimize import minimize

from plait.declare import Pack, load_pack
from plait.engine import Engine
from plait.link import pairs as paired
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
BORN_FIELDS = {"dob", "d_can", "d_ym", "d_md", "d_yd", "d_y"}
GIVEN_FIELDS = {"fn", "fn_nk", "fn_dm", "fn3", "nm_sorted"}
RIDGE = 2e-4
SOURCE = """Trained by bench/train_weights.py on invented children (no real records): families, twins, moves, changed names
and the slips of five agencies. Fields and keys as in src/plait/pseudonymise/tokens.py. Bounded logistic regression on
patterns of agreeing and differing keys."""


def blank() -> Weights:
    """Weights that say nothing, so that every pair is kept."""
    return described(np.zeros(2 * (len(KEYS) + len(STRONG)) + 2), 0.0)


def described(coefficients: np.ndarray, start: float) -> Weights:
    keys = [(kind, name) for kind, name in enumerate(KEYS, 1)] + [(kind, name) for name, kind in STRONG.items()]
    rounded = [round(float(c), 3) for c in coefficients]
    listed = [
        {
            "kind": kind, "name": name, "agree": rounded[2 * i], "differ": rounded[2 * i + 1],
            "given": bool(GIVEN_FIELDS & set(name.split())), "born": bool(BORN_FIELDS & set(name.split())) and name not in STRONG,
            "strong": name in STRONG, "initial": "fn1" in name.split(), "unchanging": name.startswith("nhs"),
        }
        for i, (kind, name) in enumerate(keys)
    ]  # fmt: skip
    nhs = listed[-2]
    return Weights.model_validate(
        {
            "source": " ".join(SOURCE.split()), "keys": listed,
            "declared": {"kind": 60, "name": "declared number", "agree": nhs["agree"], "differ": 0.0, "strong": True},
            "telling": KEYS.index("fn dob") + 1, "start": round(start, 3), "size": SIZE, "least_size": LEAST_SIZE,
            "cut": 0.0, "review": -2.5, "precision": 0.95, "most_seen": 300,
        }
    )  # fmt: skip


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


def patterns(
    pack: Pack, size: int, seed: int, sectors: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """Distinct agree and differ patterns of one population's pairs, how many true and false pairs have each, and its size."""
    with tempfile.TemporaryDirectory() as room, Engine() as engine:
        coded, known = coded_agencies(engine, pack, returns(population(size, seed, sectors), SHARES, seed), Path(room))
        weights = blank()
        people = paired.load(engine, coded, weights)
        paired.merge(engine, np.arange(people))
        found = paired.between_agencies(engine, weights.model_copy(update={"review": -1e9}), people)
        who = engine.rows("SELECT agency, person FROM link_person ORDER BY id")
        child = np.array([known[row] for row in who])
        true = child[found.a] == child[found.b]
        both, place = np.unique(np.stack([found.agree, found.differ]), axis=1, return_inverse=True)
        counts = np.stack([np.bincount(place.ravel(), w, both.shape[1]) for w in (true, ~true)])
        paired.tidy(engine)
    print(
        f"{size} children, seed {seed}: {people} records, {len(true)} pairs, {true.sum()} true, {both.shape[1]} patterns",
        flush=True,
    )
    return both[0], both[1], counts[0], counts[1], people


def features(agree: np.ndarray, differ: np.ndarray) -> np.ndarray:
    kinds = [*range(1, len(KEYS) + 1), *STRONG.values()]
    return np.stack([side >> kind & 1 for kind in kinds for side in (agree, differ)], axis=1).astype(float)


def train(sets: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]]) -> Weights:
    x = np.concatenate([features(s[0], s[1]) for s in sets])
    shift = np.concatenate([np.full(len(s[0]), -np.log(max(s[4], LEAST_SIZE) / SIZE)) for s in sets])
    scale = [1 / np.sqrt(s[2].sum()) for s in sets]
    true, false = (np.concatenate([s[i] * k for s, k in zip(sets, scale, strict=True)]) for i in (2, 3))
    whole = (true + false).sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w[1:] + w[0] + shift
        error = (true * np.logaddexp(0, -z) + false * np.logaddexp(0, z)).sum() / whole
        slope = ((true + false) / (1 + np.exp(-z)) - true) / whole
        return error + RIDGE * (w[1:] @ w[1:]) / 2, np.concatenate([[slope.sum()], x.T @ slope + RIDGE * w[1:]])

    bounds = [(None, None)] + [(0, None), (None, 0)] * (x.shape[1] // 2)
    best = minimize(
        loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 3000}
    )
    return described(best.x[1:], best.x[0])


if __name__ == "__main__":
    pack = load_pack(Path(sys.argv[2])) if len(sys.argv) > 2 else load_pack()
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    trained = train([patterns(pack, *one) for one in SETS])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        yaml.safe_dump(trained.model_dump(mode="json"), sort_keys=False, width=120, default_flow_style=None),
        encoding="utf-8",
    )
