"""A worker killed while it reads loses nothing: the file stays, and the next worker reads it whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed.py")
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
