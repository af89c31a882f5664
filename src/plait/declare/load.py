"""A folder of YAML and CSV to a `Pack`: read, checked, joined to what it extends, and digested."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from plait.declare.extend import extend
from plait.declare.links import check_links
from plait.declare.pack import FOLDERS, SCHEMA, Cover, Pack
from plait.errors import PackError

Finder = Callable[[str], Pack]

CORE = Path(str(files("plait"))) / "packs" / "core"


def load_pack(folder: Path | None = None, *, find: Finder | None = None) -> Pack:
    """The pack in `folder` (the core pack when none is given), joined to what it extends.

    `find` gives a pack by id for `extends`; without it only `core` can be extended. Raises PackError with the file and
    the place in it when something cannot be read, is not known, or loosens what it extends.
    """
    folder = folder or CORE
    cover = cover_of(folder)
    items = {field: dict(_items(folder / name, kind)) for name, (field, kind) in FOLDERS.items()}
    pack = Pack(cover=cover, digest=digest(folder), **items)
    if cover.extends:
        pack = extend((find or _only_core)(cover.extends), pack)
    check_links(pack)
    return pack


def cover_of(folder: Path) -> Cover:
    """What the pack in the folder says of itself. Raises PackError when it is none that this Plait can read."""
    if not (folder / "pack.yaml").is_file():
        raise PackError(f"{folder} is not a pack: it has no pack.yaml.")
    cover: Cover = _build(Cover, _read(folder / "pack.yaml"), folder / "pack.yaml")
    if cover.schema_version != SCHEMA:
        raise PackError(
            f"{folder} is written for pack schema {cover.schema_version}; this Plait reads schema {SCHEMA}."
        )
    return cover


def pack_files(folder: Path) -> tuple[Path, ...]:
    """What is declared in the folder, in the order of the names: its YAML and CSV files. Nothing else is part of a pack."""
    found = sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix())
    return tuple(p for p in found if p.is_file() and p.suffix in (".yaml", ".csv"))


def digest(folder: Path) -> str:
    """SHA-256 of the pack's file names and bytes, the same wherever the folder lies."""
    total = hashlib.sha256()
    for path in pack_files(folder):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _only_core(name: str) -> Pack:
    if name == "core":
        return load_pack()
    raise PackError(f"This pack extends '{name}', which is not on the shelf. Put that pack there first.")


def _items(folder: Path, kind: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        raw = _read(path)
        if (table := path.with_suffix(".csv")).is_file():
            raw["codes"] = list(_codes(table))
        item = _build(kind, raw, path)
        if item.id != path.stem:
            raise PackError(f"{path}: the id inside is not the file's name. Make them the same.")
        yield item.id, item


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a SafeLoader, kept strict
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise PackError(f"{path}{where}: this is not YAML that Plait can read.") from None
    if not isinstance(raw, dict):
        raise PackError(f"{path}: this should be a list of names and values.")
    return raw


class _Loader(yaml.CSafeLoader):
    """Safe YAML in which a key given twice is an error: the second would silently win."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if len(keys) != len(set(keys)):
        raise yaml.constructor.ConstructorError(None, None, "a name is given twice", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _codes(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        try:
            for row in reader:
                yield _code(row)
        except (csv.Error, ValueError, AttributeError) as problem:
            line = reader.line_num + isinstance(problem, csv.Error)  # csv has not counted the line it stopped at
            raise PackError(
                f"{path}, line {line}: this code cannot be read. "
                "Write days as 2026-03-31, and as many cells as headings."
            ) from None


def _code(row: dict[str, Any]) -> dict[str, Any]:
    code = {name: cell for name, cell in row.items() if cell}
    if None in code:
        raise ValueError
    if "sets" in code:
        code["sets"] = tuple(code["sets"].split())
    for day in ("since", "until"):
        if day in code:
            code[day] = date.fromisoformat(code[day])
    return code


def _build(kind: type[BaseModel], raw: Mapping[str, Any], path: Path) -> Any:
    try:
        return kind.model_validate(raw)
    except ValidationError as problem:
        lines = [
            f"  {'.'.join(str(part) for part in error['loc'])}: {_wrong(error)}"
            for error in problem.errors(include_input=False, include_url=False)
        ]
        raise PackError(f"{path} is not a {kind.__name__} Plait can read:\n" + "\n".join(lines)) from None


def _wrong(error: Mapping[str, Any]) -> str:
    """What is wrong, without the word that was written: pydantic repeats it where it chooses among kinds."""
    if error["type"] == "union_tag_invalid":
        return f"this is not one of the kinds {error['ctx']['expected_tags']}"
    return str(error["msg"])
