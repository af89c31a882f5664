"""One file that an agency can send: its coded tables and a manifest that says what they are. No name, no key.

A seal shows that a file is whole. It is no signature: whoever can change the tables can write a new manifest, so the file
travels by a channel that both sides trust.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from pydantic import Field, ValidationError, field_validator

import plait
from plait.decided import Supplied
from plait.declare import Pack
from plait.declare.item import Declared, Id, Text
from plait.errors import FileRefused
from plait.identifiers import is_nhs_number, is_postcode, is_upn
from plait.pseudonymise.coding import Coded
from plait.pseudonymise.held import check_tables
from plait.pseudonymise.key import Key
from plait.values import Finding, Place, Severity

SCHEMA = 2
_MANIFEST = "manifest.json"
_DAY = (1980, 1, 1, 0, 0, 0)  # every member's date: the same tables give the same bytes
_MOST_BYTES = 2 << 30  # of one table as it lies in the file
_MOST_UNPACKED = 16 << 30  # of one table as it says it unpacks
_MOST_MANIFEST = 4 << 20
_MOST_TABLES = 60
_MOST_WORDS = 1_000


class SealedTable(Declared):
    """One Parquet member: `<name>.parquet`."""

    name: Id
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class SealedFinding(Declared):
    """One finding as it travels: never a cell, and nothing in its words that looks like somebody's number or address."""

    code: str = Field(pattern=r"^[a-z0-9_]+[.][a-z0-9_.-]+$", max_length=120)
    dataset: str = Field(pattern=r"^[a-z0-9_]*$", max_length=80)
    problem: str = Field(max_length=_MOST_WORDS)
    remedy: str = Field(max_length=_MOST_WORDS)
    severity: Severity
    row: int | None = Field(None, ge=0)
    count: int = Field(1, ge=0)

    @classmethod
    def of(cls, finding: Finding) -> SealedFinding:
        return cls(
            code=finding.code, dataset=finding.dataset, problem=_sendable(finding.problem),
            remedy=_sendable(finding.remedy), severity=finding.severity, row=finding.where.row, count=finding.count,
        )  # fmt: skip

    @field_validator("problem", "remedy")
    @classmethod
    def _names_nobody(cls, text: str) -> str:
        if _may_name(text):
            raise ValueError("holds what may be an identifier")
        return text

    def opened(self, file: str) -> Finding:
        """The finding again, placed in the file that was sent."""
        return Finding(
            code=self.code, where=Place(file=file, row=self.row), problem=self.problem, remedy=self.remedy,
            severity=self.severity, dataset=self.dataset, count=self.count,
        )  # fmt: skip


class Manifest(Declared):
    """What a sealed file holds and how it was made."""

    schema_version: int = SCHEMA
    agency: Id
    period: Text
    pack: Id
    pack_version: Text
    pack_digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    plait_version: Text
    key_version: Text
    supplied: tuple[Supplied, ...]
    tables: tuple[SealedTable, ...] = Field(max_length=_MOST_TABLES)
    findings: tuple[SealedFinding, ...] = Field((), description="What reading, checking and coding found.")

    @classmethod
    def of(
        cls, pack: Pack, *, agency: str, period: str, key: Key, supplied: Sequence[Supplied], coded: Coded,
        findings: Iterable[Finding] = (),
    ) -> Manifest:  # fmt: skip
        """The manifest of these coded tables, each with the digest of its bytes, and of what was found on the way."""
        return cls(
            agency=agency, period=period, pack=pack.cover.id, pack_version=pack.cover.version, pack_digest=pack.digest,
            plait_version=plait.__version__, key_version=key.label, supplied=tuple(supplied),
            tables=tuple(_described(name, coded.tables[name]) for name in sorted(coded.tables)),
            findings=tuple(SealedFinding.of(finding) for finding in findings),
        )  # fmt: skip

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets that were sent, by their declared ids."""
        return tuple(supplied.dataset for supplied in self.supplied)

    def findings_in(self, file: str) -> tuple[Finding, ...]:
        """What was found before it was sealed, by the name of the file that was sent."""
        return tuple(finding.opened(file) for finding in self.findings)

    def check_fits(self, file: str, *, pack: Pack, key: Key, agency: str) -> None:
        """Raises FileRefused unless it was prepared with this pack and key, by this agency."""
        if self.pack_digest != pack.digest:
            raise FileRefused(
                f"{file} was prepared with pack {self.pack_digest[:12]}; this partnership uses {pack.digest[:12]}. "
                "Prepare it again with the pack in force."
            )
        if self.key_version != key.label:
            raise FileRefused(
                f"{file} was prepared with another key than this run's, so nobody in it could be found in other "
                "agencies' returns. Prepare it again with the key in force."
            )
        if self.agency != agency:
            raise FileRefused(f"{file} was prepared by another agency than the one it is listed under.")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file, opened: its manifest and its tables, each as it was sealed."""

    manifest: Manifest
    tables: Mapping[str, Path]


def seal(coded: Coded, manifest: Manifest, path: Path) -> None:
    """One file at `path` with the coded tables in it: the same bytes for the same tables and manifest."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        out.writestr(_member(_MANIFEST), manifest.model_dump_json(indent=1))
        for table in manifest.tables:
            with (
                coded.tables[table.name].open("rb") as source,
                out.open(_member(f"{table.name}.parquet"), "w") as target,
            ):
                while block := source.read(1 << 20):
                    target.write(block)


def is_sealed(path: Path) -> bool:
    """True for a file that begins as `seal` writes one. It may still be refused when it is opened."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as file:
            return file.namelist()[:1] == [_MANIFEST]
    except (zipfile.BadZipFile, OSError):
        return False


def unseal(path: Path, into: Path, *, pack: Pack | None = None) -> Sealed:
    """The tables of a sealed file, in `into`, every one as its manifest says.

    With the pack, columns and codes are held to it too, so that a file made by other means cannot bring a name in.
    Raises FileRefused, and leaves nothing in `into`, when anything is missing, added, changed or too large.
    """
    into.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(path) as file:
            manifest = _manifest(file, path)
            for table in manifest.tables:
                written[table.name] = into / f"{table.name}.parquet"
                _unpack(file, table, written[table.name], path)
        if pack is not None:
            check_tables(written, pack, agency=manifest.agency, key_version=manifest.key_version)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        _clear(written)
        raise _refused(path, "it cannot be opened as a sealed file") from None
    except FileRefused:
        _clear(written)
        raise
    return Sealed(manifest, written)


def _sendable(text: str) -> str:
    """The words of a finding, unless a heading they repeat looks like an identifier."""
    return "Its words are in the agency's own list." if _may_name(text) else text[:_MOST_WORDS]


def _may_name(text: str) -> bool:
    """True when some word, or up to three together, could be an identifier or an address for mail."""
    words = [word.strip(".,;:'\"()") for word in text.split()]
    together = (" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words)))
    return "@" in text or any(is_nhs_number(w) or is_upn(w) or is_postcode(w) for w in together)


def _described(name: str, path: Path) -> SealedTable:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return SealedTable(name=name, rows=pq.read_metadata(path).num_rows, sha256=digest)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=_DAY)
    member.create_system = 3  # the same on every machine
    member.external_attr = 0o600 << 16
    return member


def _manifest(file: zipfile.ZipFile, path: Path) -> Manifest:
    """The manifest, once the members are exactly those it lists, unpacked and small enough."""
    members = {member.filename: member for member in file.infolist()}
    first = members.get(_MANIFEST)
    if first is None or first.file_size > _MOST_MANIFEST or first.compress_type != zipfile.ZIP_STORED:
        raise _refused(path, "it has no manifest")
    try:
        manifest = Manifest.model_validate_json(file.read(_MANIFEST))
    except (ValidationError, ValueError):
        raise _refused(path, "its manifest is not one this Plait can read") from None
    if manifest.schema_version != SCHEMA:
        raise _refused(path, "it was made by a Plait of another schema")
    listed = [_MANIFEST, *(f"{table.name}.parquet" for table in manifest.tables)]
    if len(file.infolist()) != len(members) or sorted(members) != sorted(listed):
        raise _refused(path, "it holds other files than its manifest lists")
    if any(m.compress_type != zipfile.ZIP_STORED or m.file_size > _MOST_BYTES for m in members.values()):
        raise _refused(path, "a table in it is packed or too large")
    return manifest


def _unpack(file: zipfile.ZipFile, table: SealedTable, out: Path, path: Path) -> None:
    digest = hashlib.sha256()
    with out.open("wb") as target:
        for block in _blocks(file, f"{table.name}.parquet"):
            digest.update(block)
            target.write(block)
    if digest.hexdigest() != table.sha256:
        raise _refused(path, f"its table {table.name} was changed after it was sealed")
    try:
        about = pq.read_metadata(out)
    except Exception:  # pyarrow raises several kinds for what is no Parquet
        raise _refused(path, f"its table {table.name} cannot be read") from None
    unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
    if about.num_rows != table.rows or unpacked > _MOST_UNPACKED:
        raise _refused(path, f"its table {table.name} has other rows than its manifest says, or too many")


def _blocks(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The member's bytes, never more than one table may have."""
    read = 0
    with file.open(name) as source:
        while block := source.read(1 << 20):
            read += len(block)
            if read > _MOST_BYTES:
                raise zipfile.BadZipFile
            yield block


def _clear(written: Mapping[str, Path]) -> None:
    for path in written.values():
        path.unlink(missing_ok=True)


def _refused(path: Path, why: str) -> FileRefused:
    return FileRefused(
        f"{path.name} was not opened: {why}. Nothing was kept. Ask the agency to prepare and send it again."
    )
