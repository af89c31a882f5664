"""A return's files on disk: into quarantine whole, and out of it for good.

HOME/uploads/<return>/your files/   what was sent, under names that are safe to store
HOME/uploads/<return>/marked/       the sender's own workbook marked, and the list of findings
HOME/uploads/<return>/coded/        the coded form, until it is accepted
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone

_SENT = "your files"
_ALONE = "your file"
_LONGEST = 120


class Incoming(Protocol):
    """A file that arrived: an upload of Django's, or anything with a name and blocks of bytes."""

    @property
    def name(self) -> str | None: ...
    def chunks(self) -> Iterable[bytes]: ...


@dataclass(frozen=True, slots=True)
class Made:
    """A file made here, such as the counts somebody typed in."""

    name: str
    content: bytes

    def chunks(self) -> Iterable[bytes]:
        return (self.content,)


def safe_name(given: str | None) -> str:
    """The last part of the name with nothing in it that a disk, a log or a spreadsheet could take amiss."""
    last = unicodedata.normalize("NFC", given or "").replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = re.sub(r"[^\w .()\-]+", "_", last).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    kept = f"{stem.strip()[:_LONGEST]}.{ending[:10]}" if dot and stem.strip() else (stem or ending)[:_LONGEST]
    return kept.lstrip("-_ ") or "file"


def take_in(folder: Path, files: Sequence[Incoming]) -> list[str]:
    """The files are in quarantine, whole and flushed to disk; what they were called, in names that are safe to show.

    A single file lies there under a name that says nothing: what the library writes of a file has its name, and stays.
    """
    room = folder / _SENT
    room.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    names: list[str] = []
    for file in files:
        names.append(_free(safe_name(file.name), names))
    for file, name in zip(files, names, strict=True):
        _put(file, room / name if len(names) > 1 else _only(room, name))
    _flush_folder(room)
    return names


def _only(room: Path, name: str) -> Path:
    return room / f"{_ALONE}{Path(name).suffix.lower()}"


def _free(name: str, taken: Sequence[str]) -> str:
    number, found = 1, name
    while found.casefold() in (one.casefold() for one in taken):
        number += 1
        found = f"{Path(name).stem} ({number}){Path(name).suffix}"
    return found


def _put(file: Incoming, path: Path) -> None:
    """Another name for what is on this disk already; else a copy, a block at a time."""
    try:
        os.link(file.temporary_file_path(), path)  # type: ignore[attr-defined]
    except (AttributeError, OSError):
        with path.open("xb") as out:
            for block in file.chunks():
                out.write(block)
    path.chmod(0o600)
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def source_in(folder: Path, names: Sequence[str]) -> Path:
    """What the library reads: the one file, or the folder of several."""
    room = folder / _SENT
    return _only(room, names[0]) if len(names) == 1 else room


def marked_in(folder: Path) -> Path:
    return folder / "marked"


def coded_in(folder: Path) -> Path:
    return folder / "coded"


def marked_workbook(folder: Path) -> Path | None:
    """The sender's own workbook with the cells marked; None when what they sent was none."""
    return next(iter(sorted(marked_in(folder).glob("*-marked.xlsx"))), None)


def findings_list(folder: Path) -> Path | None:
    found = marked_in(folder) / "findings.csv"
    return found if found.is_file() else None


def erase(folder: Path) -> None:
    """Nothing of what was sent is left."""
    shutil.rmtree(folder, ignore_errors=True)


def place_snapshot(folder: Path, key: str, store: Path) -> None:
    """The coded form lies in the store for good, in one step; it was flushed to disk when it was made."""
    target, source = store / "returns" / key, coded_in(folder) / "returns" / key
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_dir():
        os.replace(source, target)
        _flush_folder(target.parent)


def forgotten(known: set[str]) -> list[Path]:
    """Quarantine folders that no return owns and that have been so for a day: their sending was cut off."""
    return [p for p in _old(Path(settings.HOME) / "uploads") if p.is_dir() and p.name not in known]


def cut_off() -> list[Path]:
    """Files of which nothing more has come for a day: the web server was killed while they arrived."""
    return [p for p in _old(Path(settings.FILE_UPLOAD_TEMP_DIR)) if p.is_file()]


def _old(room: Path) -> list[Path]:
    before = (timezone.now() - timedelta(days=1)).timestamp()
    return [p for p in room.glob("*") if p.stat().st_mtime < before]
