"""The memory of what was released, so that the same question asked twice gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS = ("indicator", "period", "area", "supplier", "by", "group")


@dataclass(frozen=True)
class Ledger:
    """Earlier releases to a zone: for each figure, whether it was withheld and what was shown."""

    withheld: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def read(cls, releases: Sequence[Path]) -> Ledger:
        """The ledger of these released tables."""
        keys: set[tuple[str, ...]] = set()
        for path in releases:
            table = pq.read_table(path, columns=[*COLUMNS, "mark"], filters=[("mark", "=", "c")])
            keys.update(zip(*(table.column(name).to_pylist() for name in COLUMNS), strict=True))
        return cls(frozenset(keys))

    def was_withheld(self, row: pa.StructScalar | dict[str, object]) -> bool:
        """True when this very figure was withheld before: showing it now would tell what it was."""
        return tuple(str(row[name]) for name in COLUMNS) in self.withheld
