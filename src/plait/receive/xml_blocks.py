"""An XML file read one block at a time, in flat memory. No DTD, no entity but the five, nothing fetched from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from lxml import etree

from plait.errors import FileRefused

_CHUNK = 1 << 18
_LARGEST_BLOCK = 32 << 20  # bytes read without one block ending: no child's record comes near
_LINES_KEPT = 65_535  # libxml2 counts an element's line no further than this; beyond it, only a text's

Element = Any  # an lxml element


def local_name(tag: str) -> str:
    """An element's name without its namespace."""
    return tag.rpartition("}")[2]


class _RootMet(Exception):
    """The outermost element has been read."""


def root_of(source: Path) -> str:
    """The name of an XML file's outermost element, without its namespace.

    Raises FileRefused for a file that declares a document type, or that is not XML as far as its first element.
    """
    found: list[str] = []

    def met(name: str, _attributes: object) -> None:
        found.append(name.rpartition(":")[2])
        raise _RootMet

    def refuse(*_declaration: object) -> None:
        raise FileRefused(
            f"{source.name} declares a document type (DOCTYPE), which can be made to do harm and which no census file "
            "needs. Export it again from the case system."
        )

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = met
    try:
        with source.open("rb") as handle:
            parser.ParseFile(handle)
    except _RootMet:
        return found[0]
    except (expat.ExpatError, ValueError, LookupError):
        pass
    raise FileRefused(
        f"{source.name}, line {parser.ErrorLineNumber}: this is not XML, or is cut short. Export it again from the case system."
    )


class XmlBlocks:
    """The elements of one name, each given once it is whole; afterwards `root` is what is left around them."""

    def __init__(self, source: Path, tag: str) -> None:
        self._source = source
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=("{*}" + tag,),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self.root: Element = None

    def __iter__(self) -> Iterator[Element]:
        """Raises FileRefused, with the line, where the XML is not well formed, is cut short or has no end in sight."""
        otherwise, line = _NOT_WELL_FORMED, 1
        try:
            yield from self._elements()
            otherwise = _CUT_SHORT
            self.root = self._parser.close()
        except etree.XMLSyntaxError as problem:
            line = problem.lineno or line
            raise FileRefused(self._what_is_wrong(line, otherwise)) from None
        if self._errors():
            raise FileRefused(self._what_is_wrong(line, otherwise))

    def _errors(self) -> list[Any]:
        return [entry for entry in self._parser.feed_error_log if entry.level >= etree.ErrorLevels.ERROR]

    def _what_is_wrong(self, line: int, otherwise: str) -> str:
        """The first thing wrong, in our own words: the library's may repeat a cell."""
        for error in self._errors():
            line, otherwise = error.line, _REASONS.get(error.type, otherwise)
            break
        return f"{self._source.name}, line {line}: {otherwise} Nothing of it has been kept."

    def _elements(self) -> Iterator[Element]:
        since_last = 0
        with self._source.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                self._parser.feed(chunk)
                since_last += len(chunk)
                for _, element in self._parser.read_events():
                    since_last = 0
                    yield element
                if since_last > _LARGEST_BLOCK:
                    raise FileRefused(
                        f"{self._source.name} holds more than {_LARGEST_BLOCK >> 20} MB without one whole record. "
                        "That is no census file; export it again from the case system."
                    )


def forget_before(element: Element, parent: Element) -> list[Element]:
    """Let go of what is in an element and of all that stands before it, so that memory stays flat; the latter come back."""
    element.clear()
    forgotten = []
    while (before := element.getprevious()) is not None:
        parent.remove(before)
        forgotten.append(before)
    return forgotten


def line_of(element: Element) -> int:
    """The line on which the element starts."""
    line: int = element.sourceline
    if line < _LINES_KEPT:
        return line
    while not element.text and len(element):
        element = element[0]
    return line - (element.text or "").count("\n")  # what is known is the line on which the first text ends


def shown_name(name: str) -> str:
    """An element's name for a message; what could hold more than a name is not shown."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,59}", name) else "an element"


_CUT_SHORT = "the file stops before its end, as when it is cut short on its way. Export it again; compare the sizes."
_NOT_WELL_FORMED = "the XML is not well formed. Export the file again; do not edit it by hand."
_BY_SUPPLIER = "Report it to the case system's supplier, whose export should write &amp; or &lt; for them."
_REASONS = {
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "an element ends under another name than it began. Export the file again.",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: _CUT_SHORT,
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: _CUT_SHORT,
    etree.ErrorTypes.ERR_DOCUMENT_END: "the file stops early, or something follows its end. Export it again.",
    etree.ErrorTypes.ERR_INVALID_CHAR: "XML does not allow a character here. Remove it from the record and export again.",
    etree.ErrorTypes.ERR_INVALID_ENCODING: "the characters are not in the encoding declared. Export it again as UTF-8.",
    etree.ErrorTypes.ERR_NAME_REQUIRED: f"an & or < stands by itself here. {_BY_SUPPLIER}",
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: f"an & stands by itself here. {_BY_SUPPLIER}",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "what stands between & and ; is no name XML knows. Export the file again.",
}
