"""Killed at whatever moment, nothing that was sent or accepted is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.operations.conftest import new_service  # noqa: F401 - a fixture

SCRIPT = Path(__file__).with_name("killed.py")
DYING = Path(__file__).with_name("dying.py")
ROOT = Path(__file__).parents[3]
ROWS = 60_000


@pytest.fixture
def service(tmp_path):
    """Runs one step of a service of its own; `start` does not wait for its end."""
    env = {
        **os.environ, "PLAIT_HOME": str(tmp_path / "service" / "home"), "PLAIT_KEY_FILE": str(tmp_path / "service.key"),
        "DJANGO_SETTINGS_MODULE": "plait_web.settings", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'service.sqlite3'}",
    }  # fmt: skip

    class Service:
        def run(self, step: str) -> str:
            done = subprocess.run([sys.executable, SCRIPT, step], env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
            return done.stdout

        def start(self, step: str) -> subprocess.Popen:
            return subprocess.Popen(
                [sys.executable, SCRIPT, step], env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
            )

    return Service()


def _killed_while_reading(service) -> None:
    worker = service.start("work")
    for line in worker.stderr:  # the log says when the task has begun
        if "state=RUNNING" in line:
            break
    worker.kill()
    worker.wait()
    worker.stderr.close()


def test_a_killed_worker_loses_nothing(service):
    service.run("begin")
    for _ in range(2):
        _killed_while_reading(service)
        state, _, _, files, *_ = service.run("told").split()
        assert state in ("received", "reading") and files == "1"
        service.run("age")
    service.run("work")
    service.run("age")  # what `resume` put off until the lease runs out
    service.run("work")
    state, usable, _, files, *why = service.run("told").split()
    assert (state, usable, files, why) == ("ready", str(ROWS), "1", [])


def test_killed_at_any_moment_no_upload_and_no_accepted_return_is_lost(new_service):  # noqa: F811
    """What was answered stays; what was not is whole or not there at all, and whoever carries on comes to the same end."""
    lines = new_service().run(DYING).splitlines()
    moments = [json.loads(line) for line in lines if line.startswith("{")]  # mails are printed between them
    assert len(moments) == 26
    for at in moments:
        told = at.pop("stage"), at.pop("moment")
        left = at.pop("left")
        assert at == {
            "killed": True, "whole": True, "ended": "accepted", "rows": [40, 40], "kept": True, "names left": 0,
            "chain": True, "accepted": 1, "returns": 1,
        }, told  # fmt: skip
        assert (
            left
            in {"send": ("", "received"), "read": ("received", "reading", "ready"), "sign": ("waiting", "accepted")}[
                told[0]
            ]
        ), told
