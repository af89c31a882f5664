"""`plait check` and `plait map`: an agency looks at its own file before it sends it. Nothing of it is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml
from pydantic import ValidationError

from plait.declare import FileMap, Pack, load_pack
from plait.engine import Engine
from plait.errors import PackError, UserError
from plait.pipeline import check_return
from plait.receive import draft_map
from plait.validate import Checked, by_problem, write_findings
from plait.values import Finding, Period


@dataclass(frozen=True)
class FileCheck:
    """What was found in one file, by reading it and by checking it."""

    checked: Checked
    source: Path

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.checked.findings

    @property
    def rows(self) -> Mapping[str, tuple[int, int]]:
        return self.checked.rows

    def told(self) -> Iterator[str]:
        """A line a problem with the first place it is in, and one more where it is in others."""
        for problem in by_problem(self.findings):
            rows = [str(place.where.row) for place in problem.places[1:6] if place.where.row is not None]
            if not rows:
                yield from map(str, problem.places)
                continue
            word = "line" if problem.first.where.path else "row"
            yield f"{problem.first}\n    {problem.count:,} times in all; next on {word} {', '.join(rows)}."

    def write(self, into: Path) -> tuple[Path, ...]:
        """The findings as a page, a list and, for a workbook, the person's own workbook marked."""
        into.mkdir(parents=True, exist_ok=True)
        return write_findings(self.checked, into, self.source)


def check_file(
    source: Path, *, dataset: str | None, map_file: Path | None, period: str, pack_folder: Path | None, on: date
) -> FileCheck:
    """Everything to put right in one file. Raises UserError when it cannot be read at all."""
    pack, asked = pack_from(pack_folder), Period.parse(period) if period else None
    maps = read_maps(map_file) if map_file else ()
    with tempfile.TemporaryDirectory(prefix="plait-check-") as scratch, Engine(spill=Path(scratch)) as engine:
        room = Path(scratch)
        looked = check_return(source, pack, room, engine=engine, on=on, period=asked, maps=maps, dataset=dataset)
    return FileCheck(replace(looked.checked, findings=looked.findings), source)


def draft(source: Path, *, dataset: str | None) -> str:
    """The draft of a column-and-code map for this file, as YAML whose comments explain each choice."""
    return draft_map(source, load_pack(), dataset=dataset).text


def read_maps(path: Path) -> tuple[FileMap, ...]:
    """The column-and-code maps of a YAML file, parted by lines of `---` when it holds several, as a draft may.

    Raises PackError with the place when one does not mean anything, or there is none.
    """
    try:
        written = [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one is not None]
    except (yaml.YAMLError, UnicodeDecodeError):
        raise PackError(f"{path}: this is not YAML that Plait can read.") from None
    if not written:
        raise PackError(f"{path} holds no map. Draft one with: plait map FILE --out {path}")
    return tuple(_map(path, one) for one in written)


def _map(path: Path, written: object) -> FileMap:
    try:
        return FileMap.model_validate(written)
    except ValidationError as problem:
        errors = problem.errors(include_input=False, include_url=False)
        lines = [f"  {'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in errors]
        raise PackError(f"{path} is not a map Plait can read:\n" + "\n".join(lines)) from None


def pack_from(folder: Path | None) -> Pack:
    """The pack in the folder, or core."""
    if folder is not None and not folder.is_dir():
        raise UserError(f"There is no folder {folder}.")
    return load_pack(folder)
