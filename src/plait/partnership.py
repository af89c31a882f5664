"""A partnership in a folder: its pack, agreements, data map, maps, areas and returns as plain files.

    partnership.yaml      name, areas, agencies, pack, next_update
    agreements/*.yaml     one signed agreement a file
    data_map.csv          one line for each thing an agency holds, or does not
    waivers.csv           failed checks that are accepted, with the reason; when there are any
    reviewed_pairs.csv    pairs of records that people looked at, and whether each is one person; when anybody did
    maps/*.yaml           how an agency's own file becomes a data set
    pack/                 the partnership's own pack, when it has one
    areas/                areas.csv, postcodes.parquet, boundaries.geojson
    returns/returns.yaml  what was sent, by whom, for which period; the files beside it

The web application supplies the same `Partnership` from its rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from plait.areas import Areas, load_areas
from plait.decided import Agreement, Asset, Partnership, Return, Verdict, Waiver
from plait.declare import FileMap, Pack, digest, load_pack
from plait.declare.load import CORE
from plait.errors import StoreError, UserError, nearest
from plait.store import Store
from plait.values import Period

REVIEWED = "reviewed_pairs.csv"
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What was decided, the pack in force, areas, maps and the store: from a folder, or from an application's own rows."""

    partnership: Partnership
    pack: Pack
    pack_folders: tuple[Path, ...]  # of the pack and of those it rests on, core first
    areas: Areas
    maps: Mapping[str, FileMap]
    store: Store
    verdicts: Mapping[int, bool] = field(default_factory=dict)  # mark of a pair to whether it is one person

    @cached_property
    def pack_digests(self) -> tuple[str, ...]:
        """What every kept step rests on: the bytes of the pack and of the one below it."""
        return tuple(digest(folder) for folder in self.pack_folders)


def open_workspace(folder: Path) -> Workspace:
    """The partnership in this folder. Raises StoreError naming the file and what is wrong with it."""
    if not (folder / "partnership.yaml").is_file():
        raise StoreError(
            f"{folder} is not a partnership folder: it has no partnership.yaml.\n"
            "Make an invented one to look at with 'plait demo', or see docs/how-to/set-up-a-partnership.md."
        )
    raw = _settings(folder / "partnership.yaml")
    pack = load_pack(folder / "pack") if (folder / "pack").is_dir() else load_pack()
    _check_pack_named(raw.pop("pack", pack.cover.id), pack)
    maps = dict(pack.maps) | {m.id: m for p in sorted((folder / "maps").glob("*.yaml")) for m in [_model(FileMap, p)]}
    raw["agreements"] = tuple(_model(Agreement, p) for p in sorted((folder / "agreements").glob("*.yaml")))
    raw["assets"] = tuple(_assets(folder / "data_map.csv"))
    waivers = folder / "waivers.csv"
    raw["waivers"] = tuple(_build(Waiver, entry, waivers, where) for where, entry in _lines(waivers))
    raw["returns"] = tuple(_returns(folder / "returns" / "returns.yaml"))
    partnership = _build(Partnership, {**raw, "pack_digest": pack.digest}, folder / "partnership.yaml")
    _check_names(partnership, pack, maps, folder)
    own = folder / "pack"
    return Workspace(
        partnership=partnership,
        pack=pack,
        pack_folders=(CORE, own) if own.is_dir() else (CORE,),
        areas=load_areas(folder / "areas"),
        maps=maps,
        store=Store(folder / "store"),
        verdicts=sure_verdicts(folder / REVIEWED),
    )


def sure_verdicts(path: Path) -> dict[int, bool]:
    """What people who were sure said of pairs: mark to whether it is one person. A pair with no answer yet is left out."""
    filled = ((where, {"pair": entry.get("pair"), "same": entry["same"].strip().lower()})
              for where, entry in _lines(path) if entry.get("same", "").strip())  # fmt: skip
    found = [_build(Verdict, entry, path, where) for where, entry in filled]
    return {one.mark: one.same == "yes" for one in found if one.same != "unsure"}


def _check_pack_named(name: str, pack: Pack) -> None:
    if name != pack.cover.id:
        raise StoreError(f"partnership.yaml names the pack '{name}', but the folder's pack is '{pack.cover.id}'.")


def _check_names(partnership: Partnership, pack: Pack, maps: dict[str, FileMap], folder: Path) -> None:
    """Every agency, terms, data set and map that is named exists. Raises StoreError at the first that does not."""
    agencies = {agency.id for agency in partnership.agencies}
    named = [("agency", a.agency, agencies, "data_map.csv") for a in partnership.assets]
    named += [("data set", a.dataset, set(pack.datasets), "data_map.csv") for a in partnership.assets if a.dataset]
    named += [("agency", w.agency, agencies, "waivers.csv") for w in partnership.waivers]
    named += [("agency", r.agency, agencies, "returns/returns.yaml") for r in partnership.returns]
    named += [("map", m, set(maps), "returns/returns.yaml") for r in partnership.returns for m in r.map_ids]
    for agreement in partnership.agreements:
        where = f"agreements/{agreement.id}.yaml"
        named += [("agency", party, agencies, where) for party in agreement.parties]
        named.append(("agreement terms", agreement.terms, set(pack.agreements), where))
    for what, name, known, where in named:
        if name not in known:
            raise StoreError(
                f"{folder / where} names the {what} '{name}', which does not exist.{nearest(str(name), known)}"
            )


def _returns(path: Path) -> Iterator[Return]:
    raw = _yaml(path) if path.is_file() else None
    entries = raw.get("returns") if isinstance(raw, dict) else raw
    if not all(isinstance(entry, dict) for entry in _listed(entries, path)):
        raise StoreError(f"{path} must be a list with agency, period, path and received_on for each return.")
    for number, entry in enumerate(_listed(entries, path), start=1):
        found = _build(Return, {**entry, "path": path.parent / str(entry.get("path", ""))}, path, f"return {number}")
        _check_return(found, path)
        yield found


def _listed(entries: Any, path: Path) -> list[Any]:
    if entries is not None and not isinstance(entries, list):
        raise StoreError(f"{path} must be a list, with a dash before each return.")
    return entries or []


def _check_return(record: Return, path: Path) -> None:
    try:
        Period.parse(record.period)
    except UserError as problem:
        raise StoreError(f"{path}, the return of {record.agency} in {record.path.name}: {problem}") from None
    if not record.path.exists():
        raise StoreError(
            f"{path} lists a return of {record.agency} that is not there: {record.path}. Put the file there, or take the "
            "entry out."
        )


def _assets(path: Path) -> Iterator[Asset]:
    for where, entry in _lines(path):
        for part in ("columns", "types", "footprint", "purposes"):
            if part in entry:
                entry[part] = tuple(word.strip() for word in entry[part].split(";") if word.strip())
        yield _build(Asset, entry, path, where)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each filled line of a CSV, with its place in words; nothing when there is no such file."""
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StoreError(f"{path} is not in UTF-8. Save it from the spreadsheet as CSV UTF-8.") from None
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="(a cell past the last heading)")
    for row in rows:
        entry: dict[str, Any] = {name: cell for name, cell in row.items() if cell not in ("", None)}
        if entry:
            yield f"row {rows.line_num}", entry


def _settings(path: Path) -> dict[str, Any]:
    raw = _yaml(path)
    if not isinstance(raw, dict):
        raise StoreError(f"{path} must hold settings such as 'name: Our partnership', one to a line.")
    return raw


def _model(kind: type[_M], path: Path) -> _M:
    return _build(kind, _yaml(path), path)


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise StoreError(f"{path}{where}: this is not YAML that Plait can read.") from None


def _build(kind: type[_M], raw: Any, path: Path, part: str = "") -> _M:
    try:
        return kind.model_validate(raw)
    except ValidationError as problem:
        errors = problem.errors(include_input=False, include_url=False)
        lines = [f"  {'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in errors]
        where = f"{path}, {part}," if part else str(path)
        raise StoreError(f"{where} is not as it must be:\n" + "\n".join(lines)) from None
