"""Words that agencies wrote, looked over with the pack's language guides: what is told is the guide's words, never theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.declare import Column, Pack
from plait.language import live_phrases, plainly, remarks_in
from plait.validate import SAMPLE, Checked, Context, Located, Remarked, remarked
from plait.values import Finding

_UNLISTED = "code.unlisted"
_PIECE = 8_192  # rows that are read at a time

Spot = tuple[str, int | None, str]


@dataclass(slots=True)
class _Seen:
    """How many cells of a column hold a phrase, and where the first of them are."""

    count: int = 0
    places: list[Spot] = field(default_factory=list)


def word_findings(tables: Mapping[str, Path], pack: Pack, context: Context, checked: Checked) -> Iterator[Finding]:
    """What the guides remark in free text, and in what stands where a code was asked for, by column and phrase.

    `tables` are as they were received. One that has neither is not opened.
    """
    unlisted = {finding.dataset for finding in checked.findings if finding.code == _UNLISTED}
    for name, path in tables.items():
        dataset = pack.dataset(name)
        for column in dataset.columns:
            if column.free_text or (column.codes and name in unlisted):
                for words in _remarked(_looked_over(path, column, pack), column, pack):
                    yield from remarked(words, dataset, context)


def _looked_over(path: Path, column: Column, pack: Pack) -> Mapping[str, _Seen]:
    seen: defaultdict[str, _Seen] = defaultdict(_Seen)
    with pq.ParquetFile(path) as file:
        for piece in file.iter_batches(batch_size=_PIECE, columns=[column.id, "_sheet", "_row", "_path"]):
            for row, phrases in _remarks(piece.column(0), column, pack).items():
                for phrase in phrases:
                    _add(seen[phrase], piece, row)
    return seen


def _remarks(cells: pa.Array, column: Column, pack: Pack) -> Mapping[int, set[str]]:
    """The phrases in each cell that has any, by its number in the piece. The pack's own codes are no words of the agency's."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows: pa.Array = pa.array(range(len(cells)), pa.int64())
    if pa.types.is_list(cells.type):
        cells, rows = pc.list_flatten(cells), pc.list_parent_indices(cells)
    if column.codes:
        listed = pa.array({code.code for code in pack.codelist(column.codes).codes}, pa.string())
        own = pc.invert(pc.is_in(cells, value_set=listed))
        cells, rows = cells.filter(own), rows.filter(own)
    for at, phrases in remarks_in(cells, pack):
        found[rows[at].as_py()] |= phrases
    return found


def _add(seen: _Seen, piece: pa.RecordBatch, row: int) -> None:
    seen.count += 1
    if len(seen.places) < SAMPLE:
        sheet, number, path = (piece.column(name)[row].as_py() for name in ("_sheet", "_row", "_path"))
        seen.places.append((sheet or "", number, path or ""))


def _remarked(seen: Mapping[str, _Seen], column: Column, pack: Pack) -> Iterator[Remarked]:
    """In the order of the guides."""
    for phrase in live_phrases(pack):
        if found := seen.get(phrase.id):
            yield Remarked(
                column=column.id,
                said=plainly(phrase.say[0]),
                why=phrase.why,
                instead=phrase.instead,
                found=Located(found.count, tuple(found.places)),
            )
