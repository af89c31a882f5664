"""What linking leaves: a number for every person of every agency, and the evidence for each pair."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from plait.engine import Engine
from plait.link.decide import Words
from plait.link.pairs import Pairs
from plait.link.weights import Bits, Weights

# A person's number is made from the first of their records, so it changes only when that record goes.
_NUMBER = "(md5_number_lower(f.agency || ' ' || f.person) & 9223372036854775807)::BIGINT"


def write_numbers(engine: Engine, cluster: Bits, path: Path) -> None:
    """Columns agency, person, number; also left as `link_number` for the evidence."""
    engine.register("link_found", pa.table({"id": np.arange(len(cluster)), "cluster": cluster}))
    engine.run(f"""
        CREATE OR REPLACE VIEW link_number AS
        SELECT p.id, p.agency, p.person, {_NUMBER} AS number
        FROM link_found JOIN link_person p USING (id) JOIN link_person f ON f.id = cluster""")
    engine.write("SELECT agency, person, number FROM link_number ORDER BY agency, person", path)


def write_evidence(engine: Engine, weights: Weights, pairs: Iterable[tuple[Pairs, Words]], path: Path) -> None:
    """One row for each linked pair with an agreeing key and each pair for review; `number` is the first record's."""
    tables = [_table(found, decisions, weights) for found, decisions in pairs]
    engine.register("link_found_pairs", pa.concat_tables(tables))
    engine.write(
        """SELECT x.number, x.agency AS agency_a, x.person AS person_a, y.agency AS agency_b, y.person AS person_b,
            weight, keys, decision
        FROM link_found_pairs JOIN link_number x ON x.id = a JOIN link_number y ON y.id = b ORDER BY a, b""",
        path,
    )


def _table(pairs: Pairs, decisions: Words, weights: Weights) -> pa.Table:
    kept = decisions != ""
    patterns, place = np.unique(pairs.agree[kept], return_inverse=True)
    names = pa.array([_names(int(p), weights) for p in patterns], pa.list_(pa.string()))
    return pa.table(
        {
            "a": pairs.a[kept], "b": pairs.b[kept], "weight": pairs.weight[kept], "keys": names.take(pa.array(place)),
            "decision": pa.array(decisions[kept].tolist(), pa.string()),
        }
    )  # fmt: skip


def _names(pattern: int, weights: Weights) -> list[str]:
    return [name for bit, name in weights.names.items() if pattern >> bit & 1]
