"""What linking leaves: a number for every person of every agency, and the evidence for each pair."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from plait.link.decide import DECISIONS, NOTHING, Decisions
from plait.link.model import Judged
from plait.link.quality import GROUPS, About
from plait.link.records import Records
from plait.link.weights import Bits, Flags, Weights


def numbered(records: Records, cluster: Bits, before: pa.Table | None, others: Bits | None = None) -> Bits:
    """Each row's person number.

    People whom the last run numbered (columns agency, person, number) keep that number: it goes with most of their records. The
    rest have one made from the first of their records, which none of `others` has.
    """
    first, place = np.unique(cluster, return_inverse=True)
    kept = np.zeros(len(first), dtype=np.int64) if before is None else _kept(records, place, len(first), before)
    fresh = np.flatnonzero(kept == 0)
    kept[fresh] = _fresh(records, first[fresh], kept if others is None else np.concatenate([kept, others]))
    return kept[place]


def _fresh(records: Records, first: Bits, taken: Bits) -> Bits:
    """Numbers made from these records' agencies and references, none of them taken and no two alike."""
    seeds = [_seed(name) for name in records.agencies]
    people = records.about["person"].to_numpy()[first].view(np.uint64)
    number = _mixed(people ^ np.array(seeds, dtype=np.uint64)[records.place[first]])
    while (again := _again(number) | _taken(number, taken) | (number == 0)).any():
        number[again] = _mixed(number[again].view(np.uint64) + np.arange(1, again.sum() + 1, dtype=np.uint64))
    return number


def _taken(number: Bits, others: Bits) -> Flags:
    """Those that one of many others is."""
    if not len(number):
        return np.zeros(0, dtype=bool)
    order = np.argsort(number)
    place = np.minimum(np.searchsorted(number[order], others), len(number) - 1)
    met = np.unique(place[number[order][place] == others])
    return np.isin(number, number[order][met])


def _again(number: Bits) -> Flags:
    """Those that an earlier one is already."""
    again = np.ones(len(number), dtype=bool)
    again[np.unique(number, return_index=True)[1]] = False
    return again


def _mixed(values: npt.NDArray[np.uint64]) -> Bits:
    """Each number stirred so that near ones end far apart, and positive (the finaliser of SplitMix64)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = (values ^ values >> np.uint64(shift)) * np.uint64(factor)
    stirred: Bits = ((values ^ values >> np.uint64(31)) >> np.uint64(1)).astype(np.int64)
    return stirred


def _kept(records: Records, place: Bits, people: int, last: pa.Table) -> Bits:
    """The number each person had in the last run, or 0. A number goes to whoever has most of its records, then the first."""
    rows = records.rows_of(last)
    held = rows >= 0
    pairs, counts = np.unique(
        np.stack([place[rows[held]], last["number"].to_numpy()[held]]), axis=1, return_counts=True
    )
    order = np.lexsort((pairs[1], pairs[0], -counts))
    kept = np.zeros(people, dtype=np.int64)
    person, number = pairs[0][order], pairs[1][order]
    while len(person):  # each round settles every pair that is the first of its person and of its number
        best = np.zeros(len(person), dtype=bool)
        best[np.unique(person, return_index=True)[1]] = True
        first = np.zeros(len(person), dtype=bool)
        first[np.unique(number, return_index=True)[1]] = True
        settled = best & first
        kept[person[settled]] = number[settled]
        open_ = ~np.isin(person, person[settled]) & ~np.isin(number, number[settled])
        person, number = person[open_], number[open_]
    return kept


def write_numbers(records: Records, number: Bits, path: Path) -> None:
    """Columns agency, person, number, in order of agency and person."""
    table = pa.table({"agency": records.about["agency"], "person": records.about["person"], "number": number})
    _write(table, path)


def write_evidence(evidence: pa.Table, number: Bits, path: Path) -> None:
    """What `evidence_of` made, as linking leaves it: with the number of the first record's person, without the rows."""
    of_pair = pa.array(number[evidence["row_a"].to_numpy()])
    _write(evidence.drop(["row_a", "row_b"]).add_column(0, "number", of_pair), path)


def evidence_of(
    records: Records, weights: Weights, pairs: Iterable[tuple[Judged, Decisions]], about: About
) -> pa.Table:  # fmt: skip
    """One row for each linked pair and each pair for review, in no order that means anything.

    First the two rows, as row_a and row_b. After the agreed columns, one for each field says how alike it is, in words, and one
    for each of GROUPS what the pair is counted under when the worth of links is told by group.
    """
    tables = [_grouped(_table(records, found, decided, weights), found, decided, about) for found, decided in pairs]
    return pa.concat_tables(tables).unify_dictionaries()


def _grouped(table: pa.Table, judged: Judged, decided: Decisions, about: About) -> pa.Table:
    kept = np.flatnonzero(decided != NOTHING)
    a, b = judged.pairs.a[kept], judged.pairs.b[kept]
    for by in GROUPS:
        place = about.told(by, a, b)
        table = table.append_column(f"of_{by}", _worded(place, about.names[by], place < 0))
    return table


def pair_marks(agencies: Sequence[str], a: tuple[Bits, Bits], b: tuple[Bits, Bits]) -> Bits:
    """A mark for each pair of records, each given as its agency's place and its person.

    It is the same in every linking and either way round. It cannot be turned back into the records.
    """
    seeds = np.array([_seed(name) for name in agencies], dtype=np.uint64)
    one, other = (_mixed(person.view(np.uint64) ^ seeds[place]).view(np.uint64) for place, person in (a, b))
    return _mixed(one + other)


def _seed(agency: str) -> int:
    return int.from_bytes(hashlib.sha256(agency.encode()).digest()[:8])


def _table(records: Records, judged: Judged, decided: Decisions, weights: Weights) -> pa.Table:
    kept = np.flatnonzero(decided != NOTHING)
    a, b = judged.pairs.a[kept], judged.pairs.b[kept]
    about: dict[str, Any] = {"row_a": a, "row_b": b}
    for side, rows in (("a", a), ("b", b)):
        about |= {f"{name}_{side}": records.about[name].take(pa.array(rows)) for name in ("agency", "person")}
    levels = {field.id: _worded(judged.levels[kept, n], field.words) for n, field in enumerate(weights.fields)}
    return pa.table(
        about | {"weight": judged.weight[kept], "keys": _keys(judged.pairs.agree[kept], weights),
                 "decision": _worded(decided[kept], DECISIONS)} | levels
    )  # fmt: skip


def _keys(agree: Bits, weights: Weights) -> pa.Array:
    """The names of the keys that agree, one after another: as text, for a million pairs have a few thousand."""
    found = pa.array(agree).dictionary_encode()
    names = [
        "; ".join(name for bit, name in enumerate(weights.names) if pattern >> bit & 1)
        for pattern in found.dictionary.to_pylist()
    ]
    return pa.DictionaryArray.from_arrays(found.indices, pa.array(names, pa.string()))


def _worded(places: npt.NDArray[np.integer[Any]], words: Sequence[str], unsaid: Flags | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int16), mask=unsaid), pa.array(words, pa.string()))


def _write(table: pa.Table, path: Path) -> None:
    """The table with its words as plain text: how they were packed is the file's business."""
    words = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(table, path, compression="zstd", compression_level=1, use_dictionary=words, store_schema=False)
