"""Files in: one reader a format, to the columns a data set declares, with the person's own row numbers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from plait.declare import FileMap, Pack
from plait.errors import FileRefused
from plait.receive.safety import Kind, check_file, check_folder, digest_of, kind_of
from plait.receive.types import Draft, Heading, Received, Sketch
from plait.receive.writer import TableWriters

# What reads is imported where it is used: a census needs no calamine or rapidfuzz, a table no lxml.
if TYPE_CHECKING:
    import pyarrow as pa

    from plait.receive.detect import Reading

__all__ = ["Draft", "Heading", "Received", "Sketch", "draft_map", "read_areas", "receive"]


def receive(
    source: Path, pack: Pack, into: Path, *, maps: Sequence[FileMap] = (), dataset: str | None = None
) -> Received:
    """The source's rows are in `into`, a Parquet file a data set, whatever format the source is.

    The format is told by the content; maps, or a data set, say it outright. Raises FileRefused with the reason and the
    remedy when the source is not safe, not whole or not known; `into` is then as it was.
    """
    if not source.is_dir():
        check_file(source)
    with _room(into) as room:
        received = _received(source, pack, room, maps=maps, dataset=dataset)
        tables = {name: path.replace(into / path.name) for name, path in received.tables.items()}
    return replace(received, tables=tables)


def draft_map(source: Path, pack: Pack, *, dataset: str | None = None) -> Draft:
    """Maps for the sheets of the file that look like a data set. Nothing of the file is kept but what the draft shows.

    Raises FileRefused when no sheet has any heading like a column of the data sets.
    """
    from plait.receive import drafting

    return drafting.draft_map(source, pack, dataset=dataset)


def read_areas(source: Path) -> pa.Table:
    """Columns code, name, kind, parent: the country, regions and authorities that a tidy table names, each once.

    Kinds are country, region and local_authority. Raises FileRefused when the file is not in the tidy layout.
    """
    from plait.receive import dfe

    return dfe.read_areas(source)


@contextmanager
def _room(into: Path) -> Iterator[Path]:
    """A folder within `into` to work in, gone afterwards; so is `into` when it was made for a source then refused."""
    made = [folder for folder in (into, *into.parents) if not folder.exists()]
    into.mkdir(parents=True, exist_ok=True)
    room = Path(mkdtemp(prefix=".receiving-", dir=into))
    try:
        yield room
    except BaseException:
        shutil.rmtree(room)
        for folder in made:
            folder.rmdir()
        raise
    shutil.rmtree(room)


def _received(source: Path, pack: Pack, room: Path, *, maps: Sequence[FileMap], dataset: str | None) -> Received:
    if not source.is_dir() and kind_of(source) is Kind.XML:
        return _census(source, pack, room)
    if source.is_dir() and any(kind_of(path) is Kind.XML for path in check_folder(source)):
        raise FileRefused(f"The folder {source.name} holds an XML file. Give that file itself, not its folder.")
    from plait.receive.detect import choose, open_grids
    from plait.receive.ssda903 import read_ssda903

    scratch = room / "scratch"
    scratch.mkdir()
    reading = choose(open_grids(source, scratch), pack, maps=maps, dataset=dataset)
    if reading is None:
        return read_ssda903(source, pack, room)
    return _tables(source, pack, room, reading)


def _census(source: Path, pack: Pack, room: Path) -> Received:
    from plait.receive.cin import read_cin
    from plait.receive.xml_blocks import root_of

    root = root_of(source)
    if root == "EXPSSDA903":
        from plait.receive.ssda903 import read_ssda903

        return read_ssda903(source, pack, room)
    if root == "Message":
        return read_cin(source, pack, room)
    raise FileRefused(
        f"{source.name} is XML, but neither a children in need census (its first element is Message) nor a children "
        "looked after return (EXPSSDA903). Export it again, choosing one of these, or send a CSV file or workbook."
    )


def _tables(source: Path, pack: Pack, room: Path, reading: Reading) -> Received:
    with TableWriters(pack, room) as writers:
        headings = reading.read(pack, writers)
        tables, rows = writers.close(), writers.rows
    findings = list(reading.noticed())
    if reading.format == "annex_a" and "people" in tables:
        from plait.receive import annex_a

        rows["people"], differ = annex_a.merge_people(tables["people"], pack.dataset("people"), source.name)
        findings += differ
    return Received(
        format=reading.format,
        tables=tables,
        findings=tuple(findings),
        headings=headings,
        file=source.name,
        digest=digest_of(source),
        rows=rows,
    )
