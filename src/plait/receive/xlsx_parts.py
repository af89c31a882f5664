"""What the parts of a workbook (.xlsx) hold, told in one pass over them before anything opens it.

The library that reads cells lays a sheet out whole, and stops at no declared size: two cells at far corners would take more
memory than any machine has. So each part is unpacked once here, counted and let go.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lxml import etree

from plait.errors import FileRefused

MOST_CELLS = 60_000_000  # of a sheet laid out from its first row and column: a million rows of 57 columns

_MEASURED_FROM = 1_000_000  # packed bytes; less cannot inflate past about 1 GB (deflate's most is 1,032 times)
_BLOCK = 1 << 22
_LONGEST = 1 << 16  # bytes of one cell that holds a formula, at most
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORMULA = re.compile(rb"<f[ >/]")
_NO_RESULT = re.compile(rb"</f>(?:<v\s*/>|<v></v>)?</c>|<f[^>]*/>(?:<v\s*/>|<v></v>)?</c>")
# Most sheets have only cells like <c r="AZ999999">: all such together are fewer than MOST_CELLS, and need no counting.
_NOT_NEAR = re.compile(rb"""<c(?! r="A?[A-Z]\d{1,6}"|ol)""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)["']""")


@dataclass(slots=True)
class Contents:
    """How many formulas a sheet holds, and how many of them without their results."""

    formulas: int = 0
    unsaved: int = 0


def look_through(path: Path) -> dict[str, Contents]:
    """Sheet names to what they hold. Raises FileRefused when a part unpacks to more than it declares, or reaches too far."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as handle:
        sheets = {part: name for name, part in _parts(archive).items()}
        found: dict[str, Contents] = {}
        for member in archive.infolist():
            if name := sheets.get(member.filename, ""):
                found[name], near = _counted(_unpacked(handle, member, path.name))
                if not near:
                    _check_extent(_unpacked(handle, member, path.name), f"{path.name}, sheet {name}")
            elif member.compress_size > _MEASURED_FROM:
                deque(_unpacked(handle, member, path.name), maxlen=0)
    return found


def _counted(blocks: Iterable[bytes]) -> tuple[Contents, bool]:
    """What the sheet holds, and whether all its cells are near its first."""
    sheet, near = Contents(), True
    for text in _whole_cells(blocks):
        formulas = len(_FORMULA.findall(text))
        sheet.formulas += formulas
        sheet.unsaved += len(_NO_RESULT.findall(text)) if formulas else 0
        near = near and b":c " not in text and _NOT_NEAR.search(text) is None
    return sheet, near


def _whole_cells(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks cut anew, so that no cell lies in two."""
    tail = b""
    for block in blocks:
        text = tail + block
        cut = max(text.rfind(b"</c>") + 4, len(text) - _LONGEST)
        tail = text[cut:]
        yield text[:cut]
    yield tail


def _check_extent(blocks: Iterable[bytes], sheet: str) -> None:
    columns = rows = 1
    for text in _whole_cells(blocks):
        found = set(_REFERENCE.findall(text))
        columns = max([columns, *map(_number, {letters for letters, _ in found})])
        rows = max([rows, *(int(digits) for _, digits in found)])
    if columns * rows > MOST_CELLS:
        raise FileRefused(
            f"{sheet}: a cell far from the others makes the sheet too large to open. Delete the empty rows and columns "
            "beyond the data and save it again, or save the sheet as CSV."
        )


def _number(letters: bytes) -> int:
    """A column's number from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _unpacked(handle: IO[bytes], member: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    """The member's bytes in blocks. Raises FileRefused at the first block past the size it declares."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(f"{file} is packed in a way no spreadsheet packs a workbook. Open it and save it again.")
    handle.seek(member.header_offset + 26)
    name, extra = int.from_bytes(handle.read(2), "little"), int.from_bytes(handle.read(2), "little")
    handle.seek(name + extra, 1)
    packed = _read(handle, member.compress_size)
    size = 0
    for block in packed if member.compress_type == zipfile.ZIP_STORED else _inflated(packed):
        size += len(block)
        if size > member.file_size:
            raise FileRefused(f"{file} holds more than it declares. Ask whoever sent it to make it again.")
        yield block


def _read(handle: IO[bytes], left: int) -> Iterator[bytes]:
    while left > 0 and (block := handle.read(min(_BLOCK // 16, left))):
        left -= len(block)
        yield block


def _inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    for block in packed:
        while block and not inflate.eof:
            yield inflate.decompress(block, _BLOCK)
            block = inflate.unconsumed_tail


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names of sheets of cells to the workbook's own parts; empty for one that is not kept as .xlsx keeps it."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    relations = [node for node in _tree(archive, "xl/_rels/workbook.xml.rels") if _is_of_cells(node)]
    targets = {node.get("Id"): node.get("Target") for node in relations}
    sheets = [node for node in _tree(archive, "xl/workbook.xml").iter() if str(node.tag).endswith("}sheet")]
    found = {str(node.get("name")): str(targets.get(node.get(_RELATION), "")) for node in sheets}
    placed = {name: part.lstrip("/") if part.startswith("/") else f"xl/{part}" for name, part in found.items()}
    return {name: part for name, part in placed.items() if part in names}


def _is_of_cells(relation: Any) -> bool:
    """True for what leads to a sheet of cells, and not to one that is a chart."""
    return str(relation.get("Type", "")).endswith("/worksheet")


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)
