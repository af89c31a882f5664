"""The memory of what was withheld, so that two releases of the same counts never hide different cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.released import Released

_WHICH = ("indicator", "period", "area", "supplier", "by", "group")
_COUNT = ("count_low", "count_high")


@dataclass(frozen=True)
class Ledger:
    """Each figure that was ever withheld, with the count it had then: a count since corrected is a new figure."""

    withheld: frozenset[tuple[object, ...]] = frozenset()

    @classmethod
    def read(cls, kept: Sequence[Path]) -> Ledger:
        """The ledger of every release whose `withheld_counts` were kept in these files."""
        lines: set[tuple[object, ...]] = set()
        for path in kept:
            table = pq.read_table(path)
            lines.update(zip(*(table.column(name).to_pylist() for name in (*_WHICH, *_COUNT)), strict=True))
        return cls(frozenset(lines))

    def was_withheld(self, row: Mapping[str, object]) -> bool:
        """True when this very count was withheld before: to show it now would undo what was hidden with it."""
        return tuple(row[name] for name in (*_WHICH, *_COUNT)) in self.withheld


def withheld_counts(figures: pa.Table, released: Released) -> pa.Table:
    """The true counts of what a release withheld: to be kept with the data, and shown to nobody."""
    hidden = released.figures.filter(pc.equal(released.figures["mark"], "c")).select(_WHICH)
    return figures.select([*_WHICH, *_COUNT]).join(hidden, keys=list(_WHICH), join_type="inner")
