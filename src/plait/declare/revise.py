"""A new version of a pack: what stood before, with items added or written anew. People edit in forms; this writes the files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from plait.declare.codes import Code, CodeList
from plait.declare.item import Declared
from plait.declare.load import Finder, load_pack, pack_files
from plait.declare.pack import FOLDERS, Cover, Pack
from plait.errors import PackError


def revise(
    before: Path | None,
    *,
    cover: Cover,
    items: Mapping[tuple[str, str], Declared],
    into: Path,
    find: Finder | None = None,
) -> Pack:
    """The pack now at `into`: the files of `before`, if any, with `items` (folder and id to the item) over them.

    Raises PackError when the whole does not mean anything or loosens what it extends, or `into` is there already; nothing is
    left at `into` then.
    """
    if into.exists():
        raise PackError(f"{into} is there already. A version of a pack is written once.")
    try:
        if before is not None:
            _copy(before, into)
        _write(into / "pack.yaml", _plain(cover))
        for (folder, name), item in items.items():
            _write_item(into / folder, name, item)
        return load_pack(into, find=find)
    except BaseException:
        shutil.rmtree(into, ignore_errors=True)
        raise


def _copy(before: Path, into: Path) -> None:
    for path in pack_files(before):
        target = into / path.relative_to(before)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _write_item(folder: Path, name: str, item: Declared) -> None:
    if folder.name not in FOLDERS or not isinstance(item, FOLDERS[folder.name][1]):
        raise PackError(f"A {type(item).__name__} is no item of a pack's {folder.name}.")
    raw = _plain(item)
    if isinstance(item, CodeList):
        del raw["codes"]
        _write_codes(folder / f"{name}.csv", item.codes)
    _write(folder / f"{name}.yaml", raw)


def _plain(item: Declared) -> dict[str, Any]:
    """As a person would have written it: what was left to its default stays unsaid."""
    return item.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _write(path: Path, raw: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(dict(raw), sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8")


def _write_codes(path: Path, codes: tuple[Code, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.DictWriter(handle, list(Code.model_fields))
        out.writeheader()
        for code in codes:
            out.writerow({**code.model_dump(mode="json"), "sets": " ".join(code.sets)})
