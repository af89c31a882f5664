"""What protect let out, kept in a folder and read again exactly as it left, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.errors import StoreError
from plait.released import Audit, KnownAnyway, Released, release

FIGURES, CHECKS = "released.parquet", "checks.json"


def save_released(released: Released, folder: Path) -> None:
    """The figures and how each table was checked are in the folder, tied to one another by a digest."""
    pq.write_table(released.figures, folder / FIGURES)
    checks = {
        "zone": released.zone,
        "digest": _digest(folder / FIGURES),
        "audit": [asdict(audit) for audit in released.audit],
    }
    (folder / CHECKS).write_text(json.dumps(checks, default=lambda number: number.item()), encoding="utf-8")


def load_released(folder: Path) -> Released:
    """The release kept there. Raises StoreError where there is none, or where its figures are not those that left."""
    try:
        checks = json.loads((folder / CHECKS).read_text(encoding="utf-8"))
        if _digest(folder / FIGURES) != checks["digest"]:
            raise StoreError(
                "The released figures kept there were changed since protect let them out. Make them again."
            )
        audit = tuple(_audit(one) for one in checks["audit"])
        return release(pq.read_table(folder / FIGURES), zone=checks["zone"], audit=audit)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise StoreError("No release of this version of Plait is kept there. Make the picture again.") from None


def part_of(released: Released, *, indicators: Collection[str], periods: Collection[str] = ()) -> Released:
    """Less of a release: these indicators, in these periods (all when none is given). A part shows nothing the whole did not."""
    table = released.figures.filter(pc.is_in(released.figures["indicator"], pa.array(sorted(indicators), pa.string())))
    if periods:
        table = table.filter(pc.is_in(table["period"], pa.array(sorted(periods), pa.string())))
    audit = (a for a in released.audit if a.indicator in indicators and (not periods or a.period in periods))
    return release(table, zone=released.zone, audit=tuple(audit))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _audit(kept: dict[str, Any]) -> Audit:
    known = tuple(KnownAnyway(**{name: _frozen(value) for name, value in one.items()}) for one in kept.pop("known"))
    return Audit(**{name: _frozen(value) for name, value in kept.items()}, known=known)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
