"""Run a partnership and kill it, without warning, at each of the moments named, one run after another.

    python -m tests.journeys.stopped FOLDER KEY MOMENT...

A moment is a stage and a number as the progress tells them ('read 2'), or one of those between two writes below. After
each, a line of JSON says how the run ended and what the store and the profile then held. Each run is a fork of this
process, which has imported everything and started nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import plait.link
import plait.measure
import plait.protect
import plait.publish  # noqa: F401
from plait.partnership import Workspace, open_workspace
from plait.pipeline import run
from plait.pseudonymise import Key
from plait.store import Store
from plait.store.store import Kind
from plait.values import Period


def kill(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def instead(owner: object, name: str, *, at: Callable[..., bool], then: bool = False) -> None:
    """The call is killed where it answers `at`: before it is made, or just after."""
    real = getattr(owner, name)

    def call(*given: Any, **named: Any) -> Any:
        wanted = at(*given)
        if wanted and not then:
            kill()
        result = real(*given, **named)
        if wanted:
            kill()
        return result

    setattr(owner, name, call)


def arrange(moment: str) -> None:
    """The moments that no progress is told of."""
    if moment == "a coded table written":
        instead(sys.modules["plait.pipeline.returns"], "write_record", at=lambda *_: True)
    elif moment == "a return whole and not yet in place":
        instead(os, "replace", at=lambda _from, to: "/returns/" in str(to))
    elif moment == "a return just put in place":
        instead(os, "replace", at=lambda _from, to: "/returns/" in str(to), then=True)
    elif moment == "a run whole and not yet in place":
        instead(os, "replace", at=lambda _from, to: "/runs/" in str(to))
    elif moment == "the profile half copied":
        instead(shutil, "copyfile", at=lambda _from, to: Path(to).name == "index.html")
    elif moment == "the old profile moved away":
        instead(Path, "rename", at=lambda _from, to: Path(to).name == ".profile.old", then=True)
    elif moment == "the new profile in place":
        instead(Path, "rename", at=lambda path, _to: path.name == ".profile.new", then=True)


def run_until(place: Workspace, key: Key, into: Path, moment: str) -> None:
    def progress(stage: str, done: int, _of: int) -> None:
        if moment == f"{stage} {done}":
            kill()

    arrange(moment)
    run(place, period=Period.parse("2024-25"), on=date(2025, 7, 1), key=key, into=into, progress=progress)


def main(folder: str, key_file: str, *moments: str) -> None:
    place, key = open_workspace(Path(folder)), Key.read(Path(key_file))
    for moment in moments:
        if not (child := os.fork()):
            run_until(place, key, Path(folder) / "profile", moment)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        told = {
            "moment": moment,
            "ended": ended,
            "store": things(place.store),
            "profile": digests(Path(folder) / "profile"),
        }
        print(json.dumps(told), flush=True)


def digests(folder: Path) -> dict[str, str]:
    """Each file's SHA-256. A workbook says when it was made, so it is left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "figures.xlsx"
    }


def things(store: Store) -> dict[str, dict[str, str]]:
    """Everything the store keeps, by what it is kept under."""
    kinds: tuple[Kind, ...] = ("packs", "returns", "steps", "runs")
    return {f"{kind}/{folder.name}": digests(folder) for kind in kinds for folder in store.all(kind)}


if __name__ == "__main__":
    main(*sys.argv[1:])
