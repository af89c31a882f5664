"""Lists of what somebody holds: a CSV file or workbook of lines, or a catalogue in DCAT written as JSON-LD.

Only headings and text come out; what each line means is for whoever asked. Of DCAT as much is read as a catalogue of a
council or a charity has: the data sets, their words, and the names of what they point to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plait.errors import FileRefused
from plait.receive.detect import open_grids
from plait.receive.safety import check_file
from plait.receive.tabular import Headed, headed, likely_headed, rows_below

_LARGEST = 20_000_000  # bytes of JSON
_NAMES = ("title", "name", "fn", "label", "prefLabel", "hasEmail", "@id")  # what stands for a thing that is pointed to


@dataclass(frozen=True, slots=True)
class Listed:
    """Headings, and under them lines of text with the number each has in its file. `dcat`: it was such a catalogue."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    dcat: bool = False


def read_listed(source: Path, scratch: Path, *, wanted: Iterable[str] = ()) -> Listed:
    """The lines of the file. `wanted` are headings by which the right sheet and row are known, where there are such.

    Raises FileRefused with the reason and the remedy for what is not safe, not whole or holds no list.
    """
    if _is_json(source):
        return _dcat(source)
    wanted = tuple(wanted)
    grids = [grid for grid in open_grids(source, scratch) if not grid.hidden]
    found = [headed(grid, wanted) if wanted else likely_headed(grid) for grid in grids]
    found = [one for one in found if any(one.headings)]
    if not found:
        raise FileRefused(f"{source.name} has no row of headings. Put one above the lines.")
    return _lines(max(found, key=lambda one: _fit(one, wanted)))


def _fit(sheet: Headed, wanted: tuple[str, ...]) -> tuple[int, int]:
    return sum(1 for heading in wanted if sheet.index(heading) is not None), -sheet.row


def _lines(sheet: Headed) -> Listed:
    used = [n for n, heading in enumerate(sheet.headings) if heading]
    rows: list[tuple[int, tuple[str, ...]]] = []
    for batch in rows_below(sheet.grid, sheet.row, len(sheet.headings)):
        columns = [batch.cells[n].to_pylist() for n in used]
        numbers = batch.numbers.to_pylist()
        rows += [(int(number), tuple(str(column[at] or "") for column in columns)) for at, number in enumerate(numbers)]
    return Listed(tuple(sheet.headings[n] for n in used), tuple(rows))


# DCAT


def _is_json(source: Path) -> bool:
    with source.open("rb") as handle:
        return handle.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _dcat(source: Path) -> Listed:
    check_file(source)
    if source.stat().st_size > _LARGEST:
        raise FileRefused(f"{source.name} is larger than a catalogue can be. Export fewer data sets at a time.")
    try:
        nodes = tuple(_nodes(json.loads(source.read_text(encoding="utf-8-sig"))))
    except (ValueError, RecursionError):
        raise FileRefused(f"{source.name} is not JSON that can be read. Export it again as JSON-LD.") from None
    known = {str(node["@id"]): node for node in nodes if "@id" in node}
    sets = [node for node in nodes if "Dataset" in _types(node)]
    if not sets:
        raise FileRefused(f"{source.name} names no data set. Export the catalogue as DCAT, in JSON-LD, or as CSV.")
    said = [{key: _text(value, known) for key, value in node.items() if not key.startswith("@")} for node in sets]
    headings = tuple(dict.fromkeys(key for one in said for key, text in one.items() if text))
    rows = tuple((n, tuple(one.get(key, "") for key in headings)) for n, one in enumerate(said, start=1))
    return Listed(headings, rows, dcat=True)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document, its keys without the addresses or prefixes that JSON-LD puts before them."""
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)
    elif isinstance(value, Mapping):
        yield {key if key.startswith("@") else _local(key): inner for key, inner in value.items() if key != "@context"}
        for key, inner in value.items():
            if key != "@context":
                yield from _nodes(inner)


def _local(name: str) -> str:
    """'title' of 'dct:title' and of 'http://purl.org/dc/terms/title'."""
    return re.split(r"[:/#]", name.rstrip("/#"))[-1]


def _types(node: Mapping[str, Any]) -> set[str]:
    given = node.get("@type", [])
    return {_local(str(one)) for one in (given if isinstance(given, list) else [given])}


def _text(value: Any, known: Mapping[str, Mapping[str, Any]]) -> str:
    """What is said in words: of a list each, of a thing that is pointed to its name."""
    if isinstance(value, list):
        return "; ".join(dict.fromkeys(text for one in value if (text := _text(one, known))))
    if isinstance(value, Mapping):
        return _named(value, known)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no"}.get(value, "") if value is not None else ""
    return _named({"@id": value}, known) if str(value) in known else str(value).strip()


def _named(thing: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> str:
    if "@value" in thing:
        return str(thing["@value"]).strip()
    whole = {_local(k) if not k.startswith("@") else k: v for k, v in thing.items()}
    whole = {**known.get(str(thing.get("@id", "")), {}), **whole}
    name = next((whole[key] for key in _NAMES if whole.get(key)), "")
    words = _text(name, {})
    return words.removeprefix("mailto:") if "://" not in words else _local(words).replace("_", " ")
