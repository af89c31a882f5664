"""`plait load-demo`: the invented partnership in the web application, with a way in for every role."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from plait_web.environment import of_demonstration
from plait_web.roles import Role
from tests.web.operations.conftest import COMMANDS


def loaded(folder: Path, *, well: bool = True) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    done = subprocess.run(
        [str(COMMANDS), "load-demo", str(folder)], env=kept, capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode == 0) is well, done.stdout + done.stderr
    return done.stdout + done.stderr


def told_by(script: str, *given: str, **env: str) -> dict:
    """What a script beside this one prints, run in a workspace of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PLAIT_HOME")}
    env = kept | {"DJANGO_SETTINGS_MODULE": "plait_web.settings", "PLAIT_HOSTS": "testserver"} | env
    command = [sys.executable, Path(__file__).with_name(script), *given]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def asked_too_often(folder: Path) -> dict[str, int]:
    """The pages that ask the database more often than they may, with a whole partnership to show."""
    found = told_by("walked.py", **of_demonstration(folder))
    assert found.pop("opened") > 120, "nearly every page opened"
    return found


def a_pack_goes_to_another_partnership(folder: Path, room: Path) -> None:
    """Two workspaces, two databases: one adopts part of what the other sends, and nothing of data goes with it."""
    file, elsewhere = room / "pack.zip", room / "elsewhere"
    elsewhere.mkdir()
    never = told_by("exchanged.py", "sends", str(file), **of_demonstration(folder))["never"]
    with zipfile.ZipFile(file) as archive:
        sent = "\n".join(name + archive.read(name).decode() for name in archive.namelist())
    assert len(never) > 20 and [word for word in never if word in sent] == []
    there = told_by("exchanged.py", "takes", str(file), PLAIT_HOME=str(elsewhere))
    assert ["questions", "safe-places"] in there["offered"] and there["refused"] == []
    assert not there["before"] and not there["first"] and "feel safe" in there["asks"]
    assert there["agencies"] == 0


def test_the_demonstration_is_loaded_once_and_says_how_to_sign_in(invented: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(invented, tmp_path / "demo"))
    told = loaded(folder)
    assert all(role.label in told for role in Role)
    assert re.search(r"with [1-9]\d* returns accepted", told)
    pictures = list((folder / "web" / "pictures").glob("*/partnership/index.json"))
    assert any(q["standing"] == "partly" for path in pictures for q in json.loads(path.read_text())["questions"])
    ways_in = folder / "sign-ins.json"
    assert ways_in.stat().st_mode & 0o077 == 0
    assert asked_too_often(folder) == {}
    before = ways_in.read_text()
    assert "returns accepted" in loaded(folder), "told again, with the codes of the moment"
    assert ways_in.read_text() == before
    a_pack_goes_to_another_partnership(folder, tmp_path)
    (folder / "web" / "loaded").unlink()
    assert "Loading was stopped half way" in loaded(folder, well=False)
