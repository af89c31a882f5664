"""The web server and the worker run as one service: what falls over is started again, and both stop when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

# One write for the whole line: both parts write to the same pipe, and would otherwise write into each other's lines.
PART = "import os, signal; os.write(1, f'{name} {{os.getpid()}}\\n'.encode()); signal.pause()"
PAIR = f"""
import sys
from plait_web.commands.serving import Pair
parts = {{name: [sys.executable, "-c", {PART!r}.format(name=name)] for name in ("web", "worker")}}
sys.exit(Pair(parts).run())
"""
FALLS = """
import sys
from plait_web.commands.serving import Pair
sys.exit(Pair({"web": [sys.executable, "-c", "raise SystemExit(3)"]}).run())
"""


@pytest.fixture
def pair():
    process = subprocess.Popen([sys.executable, "-c", PAIR], stdout=subprocess.PIPE, text=True)
    pids = dict(_up(process) for _ in range(2))
    yield process, pids
    process.kill()
    process.wait()
    process.stdout.close()


def _up(process):
    while len(said := process.stdout.readline().split()) != 2:
        assert said or process.poll() is None, "it ended before its parts were up"
    return said[0], int(said[1])


def _gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_part_that_is_killed_is_started_again(pair, name):
    process, pids = pair
    os.kill(pids[name], signal.SIGKILL)
    again, pid = _up(process)
    assert (again, pid != pids[name]) == (name, True)
    process.terminate()
    process.wait(20)
    assert _gone(pid)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_both_stop_when_the_service_is_told_to(pair, how):
    process, pids = pair
    process.send_signal(how)
    assert process.wait(20) == 0
    assert all(_gone(pid) for pid in pids.values())


def test_a_part_that_cannot_stay_up_ends_the_service():
    done = subprocess.run([sys.executable, "-c", FALLS], capture_output=True, timeout=60, check=False)
    assert done.returncode == 1


def test_the_service_answers_and_stops(new_service):
    """The command itself: health and readiness answer, an unknown person is asked to sign in, and it ends when told to."""
    service = new_service()
    service.plait("upgrade")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "plait.cli", "serve", "--bind", f"127.0.0.1:{port}", "--processes", "1"]
    process = subprocess.Popen(command, env=service.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert any("Booting worker" in line for line in process.stderr), "the web server came up"
        for page in ("health", "ready"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=20) as answer:
                assert json.load(answer) == {"status": "ok"}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            assert "/sign-in/" in answer.url
            assert re.search(r"<h1[^>]*>", answer.read().decode())
    finally:
        process.terminate()
        rest = process.stderr.read()
        process.stderr.close()
    assert process.wait(40) == 0, rest
