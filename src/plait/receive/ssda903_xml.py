"""The XML form of the looked-after children return, as parts of the same tables its CSV form has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from plait.errors import FileRefused
from plait.receive.safety import check_file
from plait.receive.ssda903_parts import COLUMNS, OWN, Part, name_of, table_of
from plait.receive.types import Heading
from plait.receive.xml_blocks import Element, XmlBlocks, forget_before, line_of, local_name, root_of, shown_name
from plait.values import Finding, Place, Severity

_BATCH = 2_000  # children
_IN_HEADER = ("header", "oc3", "uasc", "ad1")  # tables whose columns stand in HEADER itself
_KNOWN = frozenset(column for columns in COLUMNS.values() for column in columns) | {"UASC"}


class XmlParts:
    """The parts of a return sent as XML."""

    def __init__(self, source: Path) -> None:
        check_file(source)
        if root_of(source) != "EXPSSDA903":
            raise FileRefused(
                f"{source.name} is not a looked-after children return: that begins with an EXPSSDA903 element. "
                "Send the file as it was exported, or the CSV files of the return."
            )
        self._source = source
        self._unknown: Counter[str] = Counter()
        self._first: dict[str, int] = {}
        self.headings: dict[str, dict[str, Heading]] = {}

    def __iter__(self) -> Iterator[Part]:
        """Raises FileRefused where the XML is damaged or names no child."""
        gathered: dict[str, list[tuple[object, ...]]] = {}
        number = 0
        for child in XmlBlocks(self._source, "CHILD"):
            if (parent := child.getparent()) is None:
                continue
            number += 1
            for table, cells, line, path in self._blocks_of(child, f"CHILD[{number}]"):
                gathered.setdefault(table, []).append((*map(cells.get, COLUMNS[table]), line, path))
            forget_before(child, parent)
            if number % _BATCH == 0:
                yield from _parts(gathered)
        if not number:
            raise FileRefused(
                f"{self._source.name} is a looked-after children return with no child in it. Export it again."
            )
        yield from _parts(gathered)

    def _blocks_of(self, child: Element, path: str) -> Iterator[tuple[str, dict[str, str | None], int, str]]:
        """Each row of each table that one child's element holds: its table, its cells, its line and its path."""
        headers = [block for block in child if local_name(block.tag).upper() == "HEADER"]
        who: dict[str, str | None] = {}
        for block in headers:
            who |= self._cells(block)
        for table in _IN_HEADER if headers else ():
            if table == "header" or OWN[table] & who.keys():
                yield table, who, line_of(headers[0]), f"{path}/HEADER"
        mine = {"CHILD": who.get("CHILD"), "DOB": who.get("DOB")}
        met: Counter[str] = Counter()
        for block in (*(b for b in child if b not in headers), *(b for header in headers for b in header if len(b))):
            cells, name = self._cells(block), local_name(block.tag)
            met[name] += 1
            if own := table_of(cells):
                above = f"{path}/HEADER" if block.getparent() in headers else path
                yield own, {**cells, **mine}, line_of(block), f"{above}/{name}[{met[name]}]"
            else:
                self._note(name, block)

    def _cells(self, block: Element) -> dict[str, str | None]:
        cells: dict[str, str | None] = {}
        for element in block:
            if len(element):
                continue
            name = name_of(local_name(element.tag))
            if name in _KNOWN:
                cells.setdefault(name, element.text)
            else:
                self._note(local_name(element.tag), element)
        return cells

    def _note(self, name: str, element: Element) -> None:
        shown = shown_name(name)
        self._unknown[shown] += 1
        self._first.setdefault(shown, line_of(element))

    def findings(self) -> tuple[Finding, ...]:
        """What was met that the return does not have."""
        return tuple(
            Finding(
                code="ssda903.unknown-element",
                where=Place(file=self._source.name, row=self._first[name], path=f"CHILD/{name}"),
                problem="This element is not part of the return. What it holds was not read.",
                remedy="Check its name against the year's guide. Nothing to do if it is your system's own.",
                severity=Severity.WARNING,
                count=count,
            )
            for name, count in sorted(self._unknown.items())
        )


def _parts(gathered: dict[str, list[tuple[object, ...]]]) -> Iterator[Part]:
    """What was gathered, as parts; nothing of it is kept."""
    for table, rows in gathered.items():
        *columns, lines, paths = zip(*rows, strict=True)
        cells = {name: pa.array(column, pa.string()) for name, column in zip(COLUMNS[table], columns, strict=True)}
        yield Part(table, cells, pa.array(lines, pa.int64()), "", paths)
    gathered.clear()
