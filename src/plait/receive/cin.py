"""The children in need census (XML), of any year since 2017, as canonical tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from plait.declare import Pack
from plait.errors import FileRefused
from plait.receive.cin_blocks import Blocks, Seen
from plait.receive.cin_findings import findings_of, headings_of
from plait.receive.cin_tables import Tables
from plait.receive.codes import Memo, declared_codes
from plait.receive.safety import check_file, digest_of
from plait.receive.typed import read_date
from plait.receive.types import Received
from plait.receive.writer import TableWriters
from plait.receive.xml_blocks import Element, XmlBlocks, forget_before, line_of, local_name, root_of

_BATCH = 1_000  # children: about 5 MB of rows

_OTHER_ROOTS = {
    "EXPSSDA903": "a looked-after children return (SSDA903)",
    "html": "a web page",
    "workbook": "part of a workbook",
    "Workbook": "an XML spreadsheet",
    "worksheet": "part of a workbook",
    "kml": "a map",
    "svg": "a picture",
    "schema": "a schema, which describes a return but is none",
}
_OTHER_COLLECTIONS = {
    "SC": "a school census",
    "SWF": "a school workforce census",
    "AP": "an alternative provision census",
    "EY": "an early years census",
    "SSDA903": "a looked-after children return (SSDA903)",
}


class Header(NamedTuple):
    """What the census says of itself."""

    collection: str
    reference_date: date | None
    authority: str | None


def read_cin(source: Path, pack: Pack, into: Path) -> Received:
    """The census in `source`, written to `into` as people, services, events, needs and concerns.

    Raises FileRefused, with the line where there is one, for a file that is unsafe, damaged or no such census; nothing
    is then left in `into`.
    """
    check_file(source)
    _check_root(source)
    seen = Seen()
    existed = into.exists()
    try:
        with TableWriters(pack, into) as writers:
            blocks = XmlBlocks(source, "Child")
            children = _read_children(blocks, Tables(writers, pack, seen), pack, seen)
            header = _header(blocks.root)
            _check_census(source, blocks.root, header, children)
            _note_strays(blocks.root, seen)
            tables, rows = writers.close(), writers.rows
    except BaseException:
        if not existed and into.is_dir() and not any(into.iterdir()):
            into.rmdir()
        raise
    return Received(
        format="cin",
        tables=tables,
        findings=tuple(findings_of(source.name, seen, header.collection, header.reference_date, header.authority)),
        headings=headings_of(),
        reference_date=header.reference_date,
        authority=header.authority,
        file=source.name,
        digest=digest_of(source),
        rows=rows,
    )


def _check_root(source: Path) -> None:
    root = root_of(source)
    if root != "Message":
        what = _OTHER_ROOTS.get(root, "another kind of XML file")
        raise FileRefused(
            f"{source.name} is not a children in need census: it seems to be {what}. A census begins with a Message "
            "element. Send the XML file that was made for the Department for Education."
        )


def _read_children(blocks: XmlBlocks, tables: Tables, pack: Pack, seen: Seen) -> int:
    """How many children the file holds, all of them now on their way to the tables."""
    rows = Blocks(seen, disabilities=Memo(declared_codes(pack, "disability")), needs=Memo(declared_codes(pack, "need")))
    number = 0
    for child in blocks:
        parent = child.getparent()
        if parent is None or local_name(parent.tag) != "Children":
            continue  # told of as an unknown element of the block it stands in
        number += 1
        rows.add_child(child, f"Children/Child[{number}]")
        for before in forget_before(child, parent):
            if local_name(before.tag) != "Child":
                seen.note("unknown", "Children", local_name(before.tag), line_of(before))
        if number % _BATCH == 0:
            tables.write(rows)
            rows.start_again()
    tables.write(rows)
    return number


def _header(root: Element) -> Header:
    texts: dict[str, str] = {}
    for element in root.iterfind("{*}Header//{*}*"):
        texts.setdefault(local_name(element.tag), (element.text or "").strip())
    lea = texts.get("LEA", "")
    return Header(
        collection=texts.get("Collection", ""),
        reference_date=_day(texts.get("ReferenceDate", "")),
        authority=lea if len(lea) == 3 and lea.isascii() and lea.isdigit() else None,
    )


def _day(text: str) -> date | None:
    try:
        return read_date(text)
    except ValueError:
        return None


def _check_census(source: Path, root: Element, header: Header, children: int) -> None:
    if children:
        return
    other = _OTHER_COLLECTIONS.get(header.collection.upper())
    if other or root.find("{*}Children") is None:
        raise FileRefused(
            f"{source.name} is not a children in need census: it seems to be {other or 'another collection'}. "
            "Send the XML file whose Collection is CIN."
        )
    raise FileRefused(
        f"{source.name} is a children in need census with no child in it. Check the dates the export was made for, and "
        "export it again. If there truly were none, say so to the partnership; an empty file cannot be told from a fault."
    )


def _note_strays(root: Element, seen: Seen) -> None:
    """Note what stood beside the header and the children."""
    for element in root:
        name = local_name(element.tag)
        if name == "Children":
            for stray in element:
                if local_name(stray.tag) != "Child":
                    seen.note("unknown", "Children", local_name(stray.tag), line_of(stray))
        elif name != "Header":
            seen.note("unknown", "", name, line_of(element))
