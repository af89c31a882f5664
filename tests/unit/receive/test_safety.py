"""What a stranger could send, and that it is refused in words; and what ordinary files are told to be."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from plait.errors import FileRefused
from plait.receive.safety import Kind, Limits, check_file, check_folder, check_zip, digest_of, is_zip, kind_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(path: Path, members: dict[str, bytes | str], *, packed: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=packed)
    return path


WORKBOOK = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}


def refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(FileRefused) as problem:
        check_file(path, *([limits] if limits else []))
    return str(problem.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"\xef\xbb\xbf\r\n", Kind.EMPTY),
        (b"a,b\n1,2\n", Kind.TEXT),
        ("a,b\n".encode("utf-16"), Kind.TEXT),
        (b"caf\xe9,b\n", Kind.TEXT),
        (b'<?xml version="1.0"?><a/>', Kind.XML),
        (b"\xef\xbb\xbf\n <a/>", Kind.XML),
        ("<a/>".encode("utf-16"), Kind.XML),
        ("<a/>".encode("utf-16-le"), Kind.XML),
        ("<a/>".encode("utf-16-be"), Kind.XML),
        (b"<!DOCTYPE html><html><body><table>", Kind.WEB_PAGE),
        (b"\xef\xbb\xbf\r\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", Kind.WEB_PAGE),
        (b"<table border=1><tr><td>Your reference</td>", Kind.WEB_PAGE),
        (b'<?xml version="1.0"?>\n<!-- made by us -->\n<html>', Kind.WEB_PAGE),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', Kind.WEB_PAGE),
        ("<html>".encode("utf-16"), Kind.WEB_PAGE),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Kind.WEB_PAGE),
        (b'<?xml version="1.0"?><!-- table --><Message><Header/>', Kind.XML),
        (b"<tables/>", Kind.XML),
        (b"html,table\n1,2\n", Kind.TEXT),
        (b"%PDF-1.7", Kind.OTHER),
        (b"\x89PNG\r\n\x1a\n\0\0", Kind.OTHER),
        (OLE, Kind.XLS),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Kind.LOCKED),
    ],
)
def test_a_file_is_told_by_its_content(tmp_path: Path, content: bytes, kind: Kind) -> None:
    path = tmp_path / "named.xlsx"
    path.write_bytes(content)
    assert kind_of(path) is kind


def test_zips_are_told_by_their_members(tmp_path: Path) -> None:
    assert kind_of(zipped(tmp_path / "a", {"a.csv": "x"})) is Kind.ZIP
    assert kind_of(zipped(tmp_path / "b", WORKBOOK)) is Kind.XLSX
    assert kind_of(zipped(tmp_path / "c", {"xl/workbook.bin": ""})) is Kind.XLSB
    assert kind_of(zipped(tmp_path / "d", {"mimetype": "", "content.xml": ""})) is Kind.ODS
    assert kind_of(tmp_path) is Kind.FOLDER
    assert is_zip(tmp_path / "a")


def test_an_ordinary_zip_gives_its_files_less_what_systems_leave(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        {"x/a.csv": "1", "__MACOSX/x/._a.csv": "", "x/.DS_Store": "", "x/Thumbs.db": "", "b.csv": "2"},
    )
    assert check_zip(path) == ("x/a.csv", "b.csv")


@pytest.mark.parametrize(
    "name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "\\a.csv", "c:/a.csv", "x\\..\\a.csv", "a\nb.csv"]
)
def test_a_name_that_leads_out(tmp_path: Path, name: str) -> None:
    assert "leads outside" in refused(zipped(tmp_path / "a.zip", {name: "1"}))


def test_macros(tmp_path: Path) -> None:
    assert "macros" in refused(zipped(tmp_path / "a.xlsm", {**WORKBOOK, "xl/vbaProject.bin": "x"}))
    assert "macros" in refused(zipped(tmp_path / "b.xlsx", {**WORKBOOK, "xl/macrosheets/sheet1.xml": "x"}))
    old = tmp_path / "old.xls"
    old.write_bytes(OLE + "_VBA_PROJECT_CUR".encode("utf-16-le"))
    assert "macros" in refused(old)


def test_passwords(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "1"})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag that says a member is encrypted
    path.write_bytes(content)
    assert "password" in refused(path)
    (tmp_path / "b.xlsx").write_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))
    assert "password" in refused(tmp_path / "b.xlsx")


@pytest.mark.parametrize("name", ["export.xls", "export.csv", "export.xlsx"])
def test_a_web_page_under_the_name_of_a_spreadsheet(tmp_path: Path, name: str) -> None:
    """Case systems do so: Excel opens it, and nothing else can. A page that asks to sign in is saved in the same way."""
    page = tmp_path / name
    page.write_text("<html><body><table><tr><td>Your reference</td></tr></table></body></html>")
    said = refused(page)
    assert said.startswith(f"{name} is a web page, whatever its name says")
    assert "save it as an Excel workbook (.xlsx) or as CSV" in said


def test_links(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "link" in refused(tmp_path / "a.zip")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.csv").symlink_to(tmp_path / "a.zip")
    with pytest.raises(FileRefused, match="link"):
        check_folder(folder)


def test_an_archive_within(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", "1")
    assert "another archive" in refused(zipped(tmp_path / "a.zip", {"inner.ZIP": inner.getvalue()}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "1")
        archive.writestr("a.csv", "2")
    assert "same name" in refused(tmp_path / "a.zip")


def test_bombs(tmp_path: Path) -> None:
    flat = zipped(tmp_path / "a.zip", {"a.csv": bytes(3_000_000)})
    assert "far more than its size" in refused(flat, Limits(ratio_from=1_000_000))
    assert "far more than its size" in refused(flat, Limits(unpacked_bytes=2_000_000))
    assert "more than 2 files" in refused(
        zipped(tmp_path / "b.zip", {f"{n}.csv": "1" for n in range(3)}), Limits(members=2)
    )
    assert "larger than 1 MB" in refused(
        zipped(tmp_path / "c.zip", {"a": bytes(2_000_000)}, packed=0), Limits(file_bytes=1_000_000)
    )


def test_members_that_share_their_bytes(tmp_path: Path) -> None:
    """Two entries over one packed stream multiply it without adding to the file."""
    path = zipped(tmp_path / "a.zip", {"a.csv": "1" * 400, "b.csv": "1" * 400})
    content = bytearray(path.read_bytes())
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 0)  # b.csv now starts where a.csv does
    path.write_bytes(content)
    assert "far more than its size" in refused(path)


@pytest.mark.parametrize("keep", [30, 60, -1, -30])
def test_a_damaged_zip(tmp_path: Path, keep: int) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "1" * 400})
    path.write_bytes(path.read_bytes()[:keep])
    assert "damaged" in refused(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "not a file" in refused(tmp_path)
    assert "not a file" in refused(tmp_path / "absent.csv")


def test_a_folder_gives_its_files_by_name(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".DS_Store", "~$a.xlsx"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in check_folder(tmp_path)] == ["a.csv", "b.csv"]
    with pytest.raises(FileRefused, match="more than 1 files"):
        check_folder(tmp_path, Limits(members=1))
    with pytest.raises(FileRefused, match="come to more"):
        check_folder(tmp_path, Limits(file_bytes=1))


def test_digests(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    assert digest_of(tmp_path / "a.csv") == hashlib.sha256(b"x").hexdigest()
    before = digest_of(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    assert digest_of(tmp_path) != before
