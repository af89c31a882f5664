"""One return read by the library: checked, coded into its own quarantine, and told of in states a row can hold."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from plait.declare import FileMap
from plait.engine import Engine
from plait.errors import FileRefused, NotRecognised, PackError, StoreError, UserError
from plait.partnership import Workspace
from plait.pipeline import keep
from plait.pseudonymise import Key, is_sealed
from plait.receive import Draft, draft_map
from plait.store import Kept, Store
from plait.validate import Checked, by_problem, write_findings
from plait.values import Finding, Severity
from plait_web.partnership import access as partnership
from plait_web.returns import port, sketches
from plait_web.returns.files import coded_in, marked_in, source_in
from plait_web.returns.models import Submission
from plait_web.returns.states import State

_log = logging.getLogger("plait.returns")
_BAD = (Severity.REFUSED, Severity.ERROR)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one reading. `maps` are those it was read with, or drafts of them when none is known yet."""

    state: State
    refusal: str = ""
    findings: tuple[Finding, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    kept: str = ""
    pack: str = ""
    maps: tuple[FileMap, ...] = ()


def read(submission: Submission, saved: Sequence[Sequence[FileMap]], *, key: Key, on: date) -> Outcome:
    """The return as the library finds it, on that day. `saved` are maps its agency used before, the newest first.

    Raises UserError only for what the agency cannot put right: a pack that is not on the shelf, a store that is held.
    """
    source = source_in(submission.folder, submission.names)
    given = port.file_maps(submission.maps)
    try:
        return _kept(submission, source, given, key=key, on=on)
    except NotRecognised as problem:
        return _with_maps(submission, source, saved, problem, key=key, on=on)
    except FileRefused as problem:
        state = State.NEEDS_MAP if given and not is_sealed(source) else State.REFUSED
        return Outcome(state=state, refusal=_sentence(problem), maps=given)


def _sentence(problem: UserError) -> str:
    """Why it was refused. What begins with the name a file is stored under, 'your file', begins as a sentence does."""
    told = str(problem)
    return told[:1].upper() + told[1:]


def _with_maps(
    submission: Submission,
    source: Path,
    saved: Sequence[Sequence[FileMap]],
    first: NotRecognised,
    *,
    key: Key,
    on: date,
) -> Outcome:
    """Read as this agency's files were read before; else with drafts for a person to correct."""
    for maps in saved:
        try:
            return _kept(submission, source, maps, key=key, on=on)
        except FileRefused:
            continue
    drafted = _drafted(submission, source, on)
    if drafted is None:
        return Outcome(state=State.REFUSED, refusal=_sentence(first))
    sketches.keep(submission.folder, drafted)
    return Outcome(state=State.NEEDS_MAP, maps=drafted.maps)


def _drafted(submission: Submission, source: Path, on: date) -> Draft | None:
    """Maps drafted from what the file looks like; else as each data set that was asked for; None when no heading helps."""
    pack = partnership.pack(on)
    said = (submission.dataset,) if submission.dataset else (None, *submission.expected.point.datasets)
    for dataset in said:
        try:
            return draft_map(source, pack, dataset=dataset)
        except FileRefused:
            continue
    return None


def _kept(submission: Submission, source: Path, maps: Sequence[FileMap], *, key: Key, on: date) -> Outcome:
    store = Store(coded_in(submission.folder))
    place = port.workspace(on, maps=maps, store=store)
    record = port.record_of(submission, source).model_copy(update={"map": tuple(m.id for m in maps) or None})
    before = port.accepted_kept(on)
    with store.writing(), store.scratch() as spill, Engine(spill=spill) as engine:
        try:
            kept = keep(place, record, before, engine=engine, key=key, on=on)
        except (FileRefused, StoreError, PackError):
            raise
        except UserError as problem:
            return Outcome(state=State.REFUSED, refusal=_sentence(problem), maps=tuple(maps))
    _mark(submission, source, kept)
    if maps and not sketches.kept(submission.folder):
        _sketch_again(submission, source, place)
    return _outcome(place, kept, maps)


def _sketch_again(submission: Submission, source: Path, place: Workspace) -> None:
    """Beside a file that was read as one before it, so that its columns can be corrected all the same."""
    try:
        sketches.keep(submission.folder, draft_map(source, place.pack))
    except FileRefused:
        _log.debug("A file that was read by saved maps has nothing to draft from")


def _outcome(place: Workspace, kept: Kept, maps: Sequence[FileMap]) -> Outcome:
    bad = any(finding.severity in _BAD for finding in kept.findings)
    state = State.NEEDS_ATTENTION if bad else State.READY
    return Outcome(
        state=state if kept.supplied else State.REFUSED,
        refusal="" if kept.supplied else "Nothing in this return can be used. What stands in the way is listed below.",
        findings=kept.findings,
        summary=summary_of(kept),
        kept=kept.key if kept.supplied else "",
        pack=place.pack.digest,
        maps=tuple(maps),
    )


def summary_of(kept: Kept) -> dict[str, Any]:
    """Rows, filled shares and kinds of problem, to compare one return with another."""
    kinds: dict[str, dict[str, Any]] = {}
    for problem in by_problem(kept.findings):
        first = problem.first
        said = {"problem": first.problem, "severity": first.severity.value, "dataset": first.dataset, "count": 0}
        kinds.setdefault(first.code, said)["count"] += problem.count
    return {
        "rows": {s.dataset: [s.rows, s.usable] for s in kept.supplied},
        "filled": {s.dataset: s.filled for s in kept.supplied},
        "kinds": kinds,
    }


def _mark(submission: Submission, source: Path, kept: Kept) -> None:
    """The findings as a list and, for a workbook, marked in a copy of it. A return is usable without."""
    rows = {s.dataset: (s.rows, s.usable) for s in kept.supplied}
    checked = Checked(file=source.name, tables={}, findings=kept.findings, rows=rows)
    marked = marked_in(submission.folder)
    marked.mkdir(mode=0o700, exist_ok=True)
    for left in marked.iterdir():
        left.unlink()
    try:
        write_findings(checked, marked, source if source.is_file() else None)
    except Exception:
        _log.exception("A workbook could not be marked")
