"""Protection at its hardest: a table of four dimensions with hierarchies, and a release set against 5,000 others.

    python bench/protecting.py tables             30 areas × 5 ages × 3 sexes × 6 harms, flat and hierarchical
    python bench/protecting.py ledger [releases]  a new release of 2,000 counts beside 5,000 past ones of 2,000 each

CPU seconds of this process are what to compare. PEERS are figures written down for a table of the same shape with other counts
in it, choosing only, without an audit; R cannot be installed here, so this run did not measure them. What elimination alone
withholds, and how many small counts it leaves to a reader who knows the rule, is measured in this run.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from time import process_time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plait.areas import Area, Areas
from plait.declare import Reader, ZoneRule, load_pack
from plait.protect import Ledger, protect, withheld_counts
from plait.protect.audit import ranges
from plait.protect.cells import Cells, Tie
from plait.protect.choose import choose
from plait.protect.elimination import none_exactly_known
from plait.protect.reader import Seen, bounds, small

# cells withheld besides the small ones, the counts in them, CPU seconds (wall seconds where no CPU seconds were written down)
PEERS = {
    "flat": {
        "R GaussSuppression": (584, 8418, 10.3),
        "R GaussSuppression, guarding single contributors": (786, 12112, None),
        "elimination in 60 lines of Python": (582, 8403, 1.85),
        "one least-cost flow after another": (None, None, 580),
    },
    "hierarchical": {
        "R GaussSuppression": (1223, 23734, 19.4),
        "R GaussSuppression, guarding single contributors": (1907, 43886, None),
        "elimination in 60 lines of Python": (1225, 23760, 2.24),
        "one least-cost flow after another": (1749, 28149, 414),
    },
}
Splits = list[tuple[int, list[int]]]


def counts(seed: int = 3) -> np.ndarray:
    """Inner counts like those of the published bench: 2,700 cells that sum to about 7,900, 1,100 of them noughts."""
    draw = np.random.default_rng(seed)
    shares = (
        draw.gamma(1.2, 1, 30),
        draw.dirichlet(np.full(5, 2.0)),
        draw.dirichlet(np.full(3, 1.2)),
        draw.dirichlet(np.full(6, 1.5)),
    )
    mean = np.einsum("a,b,c,d->abcd", *shares)
    return draw.poisson(mean / mean.sum() * 7944)


def splits(hierarchical: bool) -> list[Splits]:
    """Of each dimension, what each level is made of."""
    flat: list[Splits] = [[(n, list(range(n)))] for n in (30, 5, 3, 6)]
    if not hierarchical:
        return flat
    regions: Splits = [(30 + r, list(range(6 * r, 6 * r + 6))) for r in range(5)]
    return [[*regions, (35, list(range(30, 35)))], flat[1], flat[2], [(6, [0, 1, 2]), (7, [3, 4, 5]), (8, [6, 7])]]


def crossed(inner: np.ndarray, levels: list[Splits], rule: ZoneRule) -> Cells:
    """Every cell of the table with all its margins, and every sum."""
    whole = inner.astype(float)
    for axis, made in enumerate(levels):
        for _, parts in made:
            whole = np.concatenate([whole, whole.take(parts, axis).sum(axis, keepdims=True)], axis)
    number = np.arange(whole.size).reshape(whole.shape)
    ties = []
    for axis, made in enumerate(levels):
        lines = np.moveaxis(number, axis, 0).reshape(whole.shape[axis], -1)
        ties += [Tie(int(lines[w, c]), tuple(map(int, lines[p, c]))) for w, p in made for c in range(lines.shape[1])]
    return Cells.plain(whole.reshape(-1), tuple(ties), rule)


def tables() -> dict[str, object]:
    """Choosing and the audit that follows, of a reader who knows the rule."""
    rule, reader, found = ZoneRule(hide_below=5, group_disclosure=False), Seen("public", Reader()), {}
    for name in ("flat", "hierarchical"):
        cells = crossed(counts(), splits(name == "hierarchical"), rule)
        began = process_time()
        choice = choose(cells, [reader], np.zeros(len(cells.keys), dtype=bool))
        spent = process_time() - began
        began = process_time()
        width = np.full(len(cells.keys), float(rule.width))
        audit = ranges(cells, small(cells), width, *bounds(cells, choice.withheld, reader))
        found[name] = {
            "cells": len(cells.keys), "small": int(choice.primary.sum()), **lost(cells, choice.withheld),
            "mean_range": choice.mean_range, "exposed": len(audit.exposed), "by_fractions": audit.by_fractions,
            "cpu_choose_and_audit": round(spent, 2), "cpu_audit_again": round(process_time() - began, 2),
            "elimination_alone": elimination(cells, reader, width), "peers": PEERS[name],
        }  # fmt: skip
    return found


def lost(cells: Cells, withheld: np.ndarray) -> dict[str, object]:
    """What a release would print of itself, and what was withheld besides the small counts."""
    more = withheld & ~small(cells)
    return {
        "more": int(more.sum()), "cost": int(cells.low[more].sum()),
        "share_of_cells": round(float(withheld.sum() / (cells.low > 0).sum()), 3),
        "share_of_total": round(float(cells.low[withheld].sum() / cells.low.sum()), 3),
    }  # fmt: skip


def elimination(cells: Cells, reader: Seen, width: np.ndarray) -> dict[str, object]:
    """What elimination alone withholds, and how many small counts that leaves to a reader who knows the rule."""
    began = process_time()
    alone = none_exactly_known(cells, small(cells), small(cells), *bounds(cells, small(cells), reader))
    spent = process_time() - began
    left = ranges(cells, small(cells), width, *bounds(cells, alone, reader), quick=True)
    return {**lost(cells, alone), "cpu": round(spent, 2), "exposed_at_most": len(left.exposed)}


INDICATOR = "MI01"


def geography() -> Areas:
    wards = (
        Area(code=f"W{d}{w}", name=f"W{d}{w}", kind="ward", parents=(f"D{d}",)) for d in range(9) for w in range(10)
    )
    districts = (Area(code=f"D{d}", name=f"D{d}", kind="district", parents=("C",)) for d in range(9))
    return Areas((Area(code="C", name="C", kind="county"), *districts, *wards))


def figures(period: str, inner: np.ndarray, areas: Areas) -> pa.Table:
    """Everyone and 19 groups, in 100 areas."""
    rows = []
    for area in areas.all:
        wards = [i for i in range(90) if area.code in ("C", f"D{i // 10}", f"W{i // 10}{i % 10}")]
        of = inner[wards].sum(0)
        for group, count in enumerate([of.sum(), *of]):
            rows.append(
                {
                    "indicator": INDICATOR, "period": period, "area": area.code, "supplier": "", "by": "detail" if group else "",
                    "group": f"g{group}" if group else "", "state": "exact" if count else "zero", "low": float(count),
                    "high": float(count), "count_low": float(count), "count_high": float(count), "base_low": None,
                    "base_high": None, "ci_low": None, "ci_high": None, "rows": int(count), "origin": "rows",
                    "sources": ["a", "b"],
                }
            )  # fmt: skip
    numbers = ("low", "high", "count_low", "count_high", "base_low", "base_high", "ci_low", "ci_high")
    schema = pa.schema(
        [
            *((n, pa.string()) for n in ("indicator", "period", "area", "supplier", "by", "group", "state")),
            *((n, pa.float64()) for n in numbers),
            ("rows", pa.int64()),
            ("sources", pa.list_(pa.string())),
            ("origin", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def ledger(releases: int = 5_000) -> dict[str, object]:
    """A year, set against its own quarters among all that was ever released."""
    pack, areas, draw = load_pack(), geography(), np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as scratch:
        kept, quarters = past(Path(scratch), releases, draw, areas)
        year = figures("2024-25", sum(quarters), areas)
        began = process_time()
        made = protect(year, pack, zone="partnership", areas=areas, ledger=Ledger.read(kept))
        spent = process_time() - began
        began = process_time()
        protect(year, pack, zone="partnership", areas=areas, ledger=Ledger())
        alone = process_time() - began
    return {
        "past": len(kept), "counts": made.figures.num_rows, "bearing": made.audit[0].earlier, "cpu": round(spent, 2),
        "cpu_with_no_past": round(alone, 2), "withheld": made.audit[0].withheld, "more": made.audit[0].secondary,
    }  # fmt: skip


def past(folder: Path, releases: int, draw: np.random.Generator, areas: Areas) -> tuple[list[Path], list[np.ndarray]]:
    """Files of past releases: the four quarters of this year as they were protected, and as many others as asked for."""
    pack, kept, quarters = load_pack(), [], []
    for period in ("2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"):
        quarters.append(draw.poisson(12, (90, 19)))
        own = figures(period, quarters[-1], areas)
        made = protect(own, pack, zone="partnership", areas=areas, ledger=Ledger.read(kept))
        kept.append(folder / f"{period}.parquet")
        lines = withheld_counts(own, made, release=period)
        pq.write_table(lines, kept[-1])
    for n in range(len(kept), releases):
        period, what = f"{2015 + n % 10}-Q{1 + n // 10 % 4}", f"topic {n // 40}"
        other = lines.set_column(lines.schema.get_field_index("what"), "what", pa.repeat(what, lines.num_rows))
        other = other.set_column(other.schema.get_field_index("period"), "period", pa.repeat(period, lines.num_rows))
        about = {"zone": "partnership", "on": "", "counted": {what: [period]}, "shares": [], "known": []}
        kept.append(folder / f"{n}.parquet")
        pq.write_table(other.replace_schema_metadata({b"plait.release": json.dumps(about).encode()}), kept[-1])
    return kept, quarters


if __name__ == "__main__":
    job, *given = sys.argv[1:] or ["tables"]
    print(json.dumps(ledger(*map(int, given)) if job == "ledger" else tables()))
