"""What a file is, by its content, and whether it is safe to open. Everything a stranger could send is refused in words.

A zip is never unpacked to disk: its members are read in place, each no further than the size it declares. A workbook is
looked through besides (`xlsx_parts`), since what reads its cells stops at no declared size.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path, PurePosixPath

from plait.errors import FileRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one return may be. The largest county's census is about 60 MB; a bomb is a thousand times that."""

    file_bytes: int = 2_000_000_000
    unpacked_bytes: int = 4_000_000_000
    members: int = 2_000
    ratio: int = 200  # unpacked to packed, once past `ratio_from`: sheets of repeated cells reach about 60
    ratio_from: int = 20_000_000


LIMITS = Limits()

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".cab", ".iso")
_LEFT_BY_SYSTEMS = ("__MACOSX", "Thumbs.db", "desktop.ini")


# A page, a page with its pictures (MIME), and the sheet of XML that old spreadsheets wrote: a table is in each, for people.
_WEB_PAGE = re.compile(
    r"(<\?xml[^>]*>\s*)?(<!--((?!-->).)*-->\s*)*"
    r"(<!doctype\s+html|<(html|head|body|table|meta|style|div)\b|<\?mso-application)|MIME-Version:\s*1",
    re.IGNORECASE | re.DOTALL,
)


class Kind(StrEnum):
    """What a file is, told by its content and not by its name."""

    FOLDER = "folder"
    EMPTY = "empty"
    ZIP = "zip"
    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    LOCKED = "locked"  # a workbook with a password
    XML = "xml"
    WEB_PAGE = "web page"  # what some systems export as .xls, and some as .csv when a session has ended
    TEXT = "text"
    OTHER = "other"


def is_zip(path: Path) -> bool:
    """True when the file begins as a zip does; a modern workbook is one."""
    return _head(path).startswith(_ZIP)


def kind_of(path: Path) -> Kind:
    """What the file is. Opens nothing beyond its first bytes and, in a zip, its list of members."""
    if path.is_dir():
        return Kind.FOLDER
    head = _head(path)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        return Kind.EMPTY
    if head.startswith(_ZIP):
        return _kind_of_zip(path)
    if head.startswith(_OLE):
        return Kind.LOCKED if _holds(path, "EncryptedPackage") else Kind.XLS
    text = _as_text(head)
    if text is None:
        return Kind.OTHER
    return _kind_of_text(text.lstrip("\ufeff \t\r\n"))


def _kind_of_text(text: str) -> Kind:
    if _WEB_PAGE.match(text):
        return Kind.WEB_PAGE
    return Kind.XML if text.startswith("<") else Kind.TEXT


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            return handle.read(4096)
    except OSError as problem:
        raise FileRefused(
            f"{path.name} cannot be opened ({problem.strerror}). Check that it is there and yours to read."
        ) from None


def _kind_of_zip(path: Path) -> Kind:
    names = {member.filename for member in _members(path)}
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    return Kind.ODS if {"content.xml", "mimetype"} <= names else Kind.ZIP


def _as_text(head: bytes) -> str | None:
    """The first bytes as text, or None for what no text file begins with."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if head[1:2] == b"\0" and head[:1] == b"<":
        return head.decode("utf-16-le", "replace")
    if head[:2] == b"\0<":
        return head.decode("utf-16-be", "replace")
    if b"\0" in head or head.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        return None
    return head.decode("utf-8", "replace")


def check_file(path: Path, limits: Limits = LIMITS) -> None:
    """One ordinary file, not too large, of a kind that cannot run. Raises FileRefused otherwise.

    A zip or workbook is checked as `check_zip` does.
    """
    if not path.is_file():
        raise FileRefused(f"{path.name} is not a file Plait can read. Give the file, folder or zip that was sent.")
    if path.stat().st_size > limits.file_bytes:
        raise FileRefused(
            f"{path.name} is larger than {limits.file_bytes // 1_000_000:,} MB, the most Plait reads at once. "
            "Check that it is the right file, or send it in parts."
        )
    kind = kind_of(path)
    if kind is Kind.EMPTY:
        raise FileRefused(f"{path.name} is empty. Export it again, and check its size before sending.")
    if kind is Kind.WEB_PAGE:
        raise FileRefused(f"{path.name} {_SAVED_AS_A_PAGE}")
    if kind is Kind.LOCKED:
        raise FileRefused(f"{path.name} {_LOCKED}")
    if kind is Kind.XLS and _holds(path, "_VBA_PROJECT"):
        raise FileRefused(f"{path.name} {_MACROS}")
    if is_zip(path):
        check_zip(path, limits)


_SAVED_AS_A_PAGE = (
    "is a web page, whatever its name says: some systems export one as a spreadsheet. Open it in a spreadsheet, see that "
    "the table is whole and is not a page that asks to sign in, and save it as an Excel workbook (.xlsx) or as CSV."
)
_LOCKED = "is locked with a password. Save a copy without the password, and send it by a secure route."
_MACROS = "holds macros, which Plait never opens. Save it as an ordinary workbook (.xlsx) and send that."


def check_folder(path: Path, limits: Limits = LIMITS) -> tuple[Path, ...]:
    """The ordinary files in a folder, by name; what a system leaves behind is passed over. Raises FileRefused.

    A link is refused: it could lead to a file that was never part of the return.
    """
    found = sorted(p for p in path.iterdir() if not _left_by_a_system(p.name))
    if any(p.is_symlink() for p in found):
        raise FileRefused(
            f"The folder {path.name} holds a link to another place. Copy the file itself into the folder."
        )
    files = tuple(p for p in found if p.is_file())
    if len(files) > limits.members:
        raise FileRefused(
            f"The folder {path.name} holds more than {limits.members:,} files. Give only those of one return."
        )
    if sum(p.stat().st_size for p in files) > limits.file_bytes:
        raise FileRefused(
            f"The files in {path.name} come to more than {limits.file_bytes // 1_000_000:,} MB. Send fewer at once."
        )
    return files


def check_zip(path: Path, limits: Limits = LIMITS) -> tuple[str, ...]:
    """The names of a zip's files, once it is known to be safe to read in place. Raises FileRefused for one that is not."""
    members = [member for member in _members(path) if not member.is_dir()]
    if len(members) > limits.members:
        raise FileRefused(f"{path.name} holds more than {limits.members:,} files. Send only those of one return.")
    for problem in _problems(members, limits):
        raise FileRefused(f"{path.name} {problem}")
    workbook = "[Content_Types].xml" in {member.filename for member in members}
    if not workbook and any(member.filename.lower().endswith(_ARCHIVES) for member in members):
        raise FileRefused(f"{path.name} holds another archive inside it. Unpack that first and send its files.")
    return tuple(member.filename for member in members if not _left_by_a_system(member.filename))


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, UnicodeError):
        raise FileRefused(
            f"{path.name} is damaged or cut short and cannot be opened. Save it again and send the new copy."
        ) from None


def _problems(members: list[zipfile.ZipInfo], limits: Limits) -> Iterator[str]:
    names = [member.filename for member in members]
    if any(member.flag_bits & 0x1 for member in members):
        yield _LOCKED
    if any(_leads_out(member.orig_filename) for member in members):
        yield "holds a file whose name leads outside it. Do not open it; ask whoever sent it to make it again."
    if len(set(names)) < len(names):
        yield "holds two files of the same name. Make it again with each file once."
    if any(stat.S_ISLNK(member.external_attr >> 16) for member in members):
        yield "holds a link to another place. Make it again from the files themselves."
    if any("vbaproject" in name.lower() or "xl/macrosheets/" in name.lower() for name in names):
        yield _MACROS
    if _is_bomb(members, limits):
        yield "would unpack to far more than its size, as a file made to do harm does. Ask whoever sent it what it is."


def _leads_out(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        not parts or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or any(ord(c) < 32 for c in name)
    )


def _is_bomb(members: Iterable[zipfile.ZipInfo], limits: Limits) -> bool:
    """Too much in all, too much for its packed size, or members that share packed bytes (which multiplies them)."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    unpacked = sum(member.file_size for member in ordered)
    packed = sum(member.compress_size for member in ordered)
    shared = any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(ordered))
    steep = unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1)
    return shared or steep or unpacked > limits.unpacked_bytes


def _left_by_a_system(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        not parts or parts[0] in _LEFT_BY_SYSTEMS or parts[-1] in _LEFT_BY_SYSTEMS or parts[-1].startswith((".", "~$"))
    )


def _holds(path: Path, entry: str) -> bool:
    """True when an old-style workbook has a part of this name (kept in UTF-16 in its directory)."""
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(entry.encode("utf-16-le")) >= 0


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes; of a folder, over the names and bytes of its files in the order of their names."""
    if path.is_dir():
        total = hashlib.sha256()
        for file in check_folder(path):
            total.update(file.name.encode() + b"\0" + bytes.fromhex(digest_of(file)))
        return total.hexdigest()
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
