import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml

from plait.invent import invent


@dataclass(frozen=True)
class Folder:
    """An invented partnership on disk, read with nothing of Plait's own."""

    root: Path
    truth: Path

    def csv(self, path: str) -> list[dict[str, str]]:
        with (self.root / path).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def yaml(self, path: str):
        return yaml.safe_load((self.root / path).read_text(encoding="utf-8"))

    def workbook(self, path: str, sheet: str, top: int = 1) -> list[dict[str, str]]:
        book = openpyxl.load_workbook(self.root / path, read_only=True)
        rows = [["" if cell is None else cell for cell in row] for row in book[sheet].iter_rows(values_only=True)]
        book.close()
        headings = rows[top - 1]
        return [dict(zip(headings, row, strict=False)) for row in rows[top:]]

    def true(self, table: str) -> list[dict]:
        return pq.read_table(self.truth / f"{table}.parquet").to_pylist()

    def files(self) -> Iterator[Path]:
        return (path for path in sorted(self.root.rglob("*")) if path.is_file())


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Folder:
    base = tmp_path_factory.mktemp("invented")
    made = invent(base / "partnership", seed=7, size=300, keep_truth=base / "truth")
    return Folder(made.folder, made.truth)


@pytest.fixture(scope="session")
def county(tmp_path_factory) -> Folder:
    """As large as the demonstration, for shares."""
    base = tmp_path_factory.mktemp("county")
    made = invent(base / "partnership", seed=11, size=20_000, keep_truth=base / "truth")
    return Folder(made.folder, made.truth)
