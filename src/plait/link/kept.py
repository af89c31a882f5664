"""What a run leaves so that the next need not compare everybody again, when returns are added and none is taken away.

Only people in the added returns, and whoever holds a token that they have made too common, are compared anew; everything after
the comparing is done again, for all, from the same pairs as a run from nothing would have. So the result is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plait.link.model import considered, floor
from plait.link.pairs import Pairs, held, shared_pairs
from plait.link.records import Records, Sent, Tables, Tokens, with_people
from plait.link.weights import Bits, Flags, Weights


@dataclass(frozen=True)
class Compared:
    """Everybody, the keys each has, the pairs worth considering, and the tokens that deciding needs."""

    records: Records
    held: Bits
    pairs: Pairs
    tokens: Tokens
    common: Bits

    def save(self, coded: Sequence[Tables], weights: Weights, folder: Path) -> None:
        """Everything `added` needs is now in the folder."""
        about = self.records.about.select(["agency", "person"]).append_column("held", pa.array(self.held))
        pairs = {"a": self.pairs.a, "b": self.pairs.b, "agree": self.pairs.agree, "shared": self.pairs.shared}
        own = self.tokens
        order = np.lexsort((own.token, own.bit, own.row))  # as they come, two runs over the same returns differ
        tokens = {"row": own.row[order], "bit": own.bit[order], "token": own.token[order]}
        for name, table in (("rows", about), ("pairs", pa.table(pairs)), ("own", pa.table(tokens))):
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        said = {
            "returns": sorted(_digests(coded)), "weights": _digest_of(weights), "floor": floor(weights, len(self.records)),
            "common": self.common.tolist(),
        }  # fmt: skip
        (folder / "compared.json").write_text(json.dumps(said), encoding="utf-8")


def compared(sent: Sent, weights: Weights) -> Compared:
    """Everybody compared with everybody."""
    records, tokens = sent.records(), sent.tokens()
    mine = held(tokens, len(records), weights)
    pairs, common = shared_pairs(tokens, weights, len(records))
    worth = considered(pairs, mine, weights, floor(weights, len(records)))
    return Compared(records, mine, worth, tokens.where(_own(tokens, weights)), common)


def added(sent: Sent, coded: Sequence[Tables], weights: Weights, last: Path) -> Compared | None:
    """The same as `compared`, from the last run's; None when a return it used is gone or changed, or its rules were others."""
    try:
        said = json.loads((last / "compared.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    digests = _digests(coded)
    if not set(said["returns"]) <= set(digests) or said["weights"] != _digest_of(weights):
        return None
    records = sent.records()
    if said["floor"] != floor(weights, len(records)):
        return None
    fresh = [tables for digest, tables in digests.items() if digest not in set(said["returns"])]
    changed, tokens, common = _changed(sent, records, fresh, weights, np.array(said["common"], dtype=np.int64))
    return _joined(records, changed, tokens, common, weights, last)


def _changed(
    sent: Sent, records: Records, fresh: Sequence[Tables], weights: Weights, common: Bits
) -> tuple[Flags, Tokens, Bits]:
    """Who must be compared anew, every token of theirs with all its holders, and the tokens that too many hold now."""
    changed = np.zeros(len(records), dtype=bool)
    for tables in fresh:
        people = pa.concat_tables(
            pq.read_table(tables[name], columns=["agency", "person"]) for name in ("persons", "tokens")
        )
        changed[records.rows_of(people)] = True
    while True:
        tokens = sent.holders(np.flatnonzero(changed))
        _, many = shared_pairs(tokens, weights, len(records)) if len(tokens.row) else (None, common[:0])
        grown = np.setdiff1d(many, common)
        holders = np.unique(tokens.row[np.isin(tokens.token, grown)])
        common = np.union1d(common, many)
        if changed[holders].all():
            return changed, tokens, common
        changed[holders] = True


def _joined(records: Records, changed: Flags, tokens: Tokens, common: Bits, weights: Weights, last: Path) -> Compared:
    """The last run's pairs of people who are as they were, and the new pairs of the others."""
    before = pq.read_table(last / "rows.parquet")
    now = records.rows_of(before)
    mine = np.zeros(len(records), dtype=np.int64)
    mine[now] = before["held"].to_numpy()
    anew = held(tokens, len(records), weights)
    mine[changed] = anew[changed]
    pairs, _ = shared_pairs(tokens, weights, len(records))
    fresh = pairs.where(changed[pairs.a] | changed[pairs.b])
    fresh = considered(fresh, mine, weights, floor(weights, len(records)))
    table = pq.read_table(last / "pairs.parquet")
    columns = {name: table[name].to_numpy() for name in table.column_names}
    old = Pairs(**(columns | {"a": now[columns["a"]], "b": now[columns["b"]]}))
    old = old.where(~changed[old.a] & ~changed[old.b])
    own = pq.read_table(last / "own.parquet")
    row = now[own["row"].to_numpy()]
    kept = ~changed[row]
    also = _own(tokens, weights) & changed[tokens.row]
    whole = Tokens(
        np.concatenate([row[kept].astype(np.int32), tokens.row[also]]),
        np.concatenate([own["bit"].to_numpy()[kept], tokens.bit[also]]),
        np.concatenate([own["token"].to_numpy()[kept], tokens.token[also]]),
    )
    return Compared(records, mine, Pairs.join([old, fresh]), whole, common)


def _own(tokens: Tokens, weights: Weights) -> Flags:
    """The tokens that deciding needs: those of numbers, and those that tell children born together apart."""
    own: Flags = (tokens.bit >= len(weights.keys)) | (tokens.bit == weights.telling_bit)
    return own


def _digests(coded: Sequence[Tables]) -> dict[str, Tables]:
    return {_digest(tables): tables for tables in with_people(coded)}


def _digest(tables: Tables) -> str:
    digest = hashlib.sha256()
    for name in ("persons", "tokens"):
        with tables[name].open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()


def _digest_of(weights: Weights) -> str:
    return hashlib.sha256(weights.model_dump_json().encode()).hexdigest()
