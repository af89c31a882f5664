"""A return as the store keeps it: coded tables, and one file that says what was sent and what was found in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from plait.decided import Return, Supplied
from plait.store.store import digest_of
from plait.values import Finding, Place, Severity

SET_ASIDE = "return.set-aside"  # the finding of a return that could not be read at all
_RECORD = "return.json"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One return, checked, coded and kept in the store; or set aside whole, with the finding that says why."""

    key: str
    record: Return
    tables: dict[str, Path]
    supplied: tuple[Supplied, ...]
    findings: tuple[Finding, ...]

    @property
    def format(self) -> str:
        """What kind of file it came in; '' where nothing was kept."""
        return next((sent.format for sent in self.supplied), "")

    @property
    def set_aside(self) -> bool:
        """True when nothing of the return could be used: it stands only in findings, so that it is not forgotten."""
        return any(finding.code == SET_ASIDE for finding in self.findings)


def write_record(room: Path, record: Return, supplied: Iterable[Supplied], findings: Iterable[Finding]) -> None:
    """What was sent and found lies beside the tables."""
    said = {
        "source": source_of(record),
        "supplied": [s.model_dump(mode="json") for s in supplied],
        "findings": [asdict(f) for f in findings],
    }
    (room / _RECORD).write_text(json.dumps(said, indent=1), encoding="utf-8")


def aside(record: Return, *, key: str, agency: str, dataset: str, why: str) -> Kept:
    """A return of which nothing can be used, for a reason in words that says what to do about it. `key` is what it would
    have been kept under.
    """
    of = f"of {dataset.lower()} " if dataset else ""
    finding = Finding(
        code=SET_ASIDE,
        where=Place(file=record.path.name),
        problem=f"The return {of}by {agency} for {record.period}, {record.path.name}, was set aside whole: {why}",
        remedy="Everything else was used. Put this right, or send the return again, and run again.",
        severity=Severity.REFUSED,
        dataset=record.dataset or "",
    )
    return Kept(key=key, record=record, tables={}, supplied=(), findings=(finding,))


def read_kept(folder: Path, record: Return) -> Kept:
    """The return kept in this folder. Nothing of the file that was sent is needed any more."""
    said = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    findings = (
        Finding(**{**f, "where": Place(**f["where"]), "severity": Severity(f["severity"])}) for f in said["findings"]
    )
    return Kept(
        key=folder.name,
        record=record,
        tables={p.stem: p for p in sorted(folder.glob("*.parquet"))},
        supplied=tuple(Supplied.model_validate(s) for s in said["supplied"]),
        findings=tuple(findings),
    )


def supplied_in(folders: Iterable[Path]) -> dict[str, list[Supplied]]:
    """What `source_of` said of each return to what was kept of it; the last folder counts where it was coded again."""
    latest: dict[str, list[Supplied]] = {}
    for folder in folders:
        said = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        latest[said["source"]] = [Supplied.model_validate(s) for s in said["supplied"]]
    return latest


def source_of(record: Return) -> str:
    """Which bytes were sent as what: the same for every way they were coded since."""
    return digest_of(record.model_dump(mode="json", exclude={"path"}), bytes_digest(record.path))


def bytes_digest(path: Path) -> str:
    """SHA-256 of a file, or of a folder's names and files."""
    if path.is_file():
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    inside = sorted(p for p in path.rglob("*") if p.is_file())
    return digest_of([[p.relative_to(path).as_posix(), bytes_digest(p)] for p in inside])
