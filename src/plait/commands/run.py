"""`plait run` and `plait profile`: a partnership folder to its profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from plait.errors import StoreError, UserError
from plait.partnership import Workspace, open_workspace
from plait.pipeline import Outcome, Progress, run
from plait.pseudonymise import Key
from plait.store import replace_folder
from plait.values import Period, Severity


def run_folder(
    folder: Path, *, period: str, on: date, key_file: Path | None, into: Path | None, progress: Progress
) -> Outcome:
    """What the run made. Raises UserError for what a person can put right."""
    place = open_workspace(folder)
    asked, key = asked_period(place, period), _key(key_file)
    return run(place, period=asked, on=on, key=key, into=into or folder / "profile", progress=progress)


def told(outcome: Outcome) -> str:
    """Where the profile is, how far the questions are answered, what to put right, and last what was set aside."""
    counts = {standing: len(outcome.answers.of(standing)) for standing in {a.standing for a in outcome.answers.answers}}
    standings = ", ".join(f"{n} {s.value.replace('_', ' ')}" for s, n in sorted(counts.items()))
    read = [k for k in outcome.kept if not k.set_aside]
    errors = sum(f.severity in (Severity.ERROR, Severity.REFUSED) for k in read for f in k.findings)
    lines = [
        f"The profile is in {outcome.folder}. Open {outcome.folder / 'index.html'} in a browser.",
        f"Questions: {standings}. Returns read: {len(read)}; kinds of problem to put right: {errors}.",
    ]
    aside = [finding for k in outcome.set_aside for finding in k.findings]
    if aside:
        are = "1 return was" if len(aside) == 1 else f"{len(aside)} returns were"
        lines += [f"{are} set aside, and the profile is made without:", *(f"  {f.problem}" for f in aside)]
    return "\n".join(lines)


def copy_profile(folder: Path, out: Path) -> None:
    """The last whole profile of the partnership stands at `out`. Raises StoreError when there is none yet."""
    source = folder / "profile"
    if not (source / "index.html").is_file():
        raise StoreError(f"There is no profile in {folder} yet. Make one with 'plait run {folder}'.")
    replace_folder(source, out)


def asked_period(place: Workspace, period: str) -> Period:
    """The period asked for, or the latest that returns were sent for."""
    if period:
        return Period.parse(period)
    sent = [Period.parse(r.period) for r in place.partnership.returns]
    if not sent:
        raise StoreError(
            "No returns are listed in returns/returns.yaml yet, so say which period with --period 2024-25."
        )
    return max(sent, key=lambda p: (p.end, p.days))


def _key(key_file: Path | None) -> Key:
    if key_file is None:
        raise UserError(
            "The run needs the partnership's key, to code who is in the returns. Give it with --key FILE, or make one with\n"
            "'plait key new FILE'. Keep it away from the partnership folder: who holds both can find names."
        )
    return Key.read(key_file)
