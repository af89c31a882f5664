"""The web server and the worker run as one service: what falls over is started again, and both stop when told to."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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


@dataclass
class Running:
    """A service that runs, and where it answers."""

    service: object
    process: subprocess.Popen
    port: int

    def said(self, page: str) -> tuple[str, str]:
        """Where one ended, and what the page says."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{page}", timeout=90) as answer:
            return answer.url, answer.read().decode()

    def send(self, *parts: bytes) -> bytes:
        """What comes back to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=90) as line:
            for part in parts:
                line.sendall(part)
            return line.recv(4096)


@pytest.fixture
def running(new_service):
    """`plait serve` with one process, up; at the end it stops when told to."""
    service = new_service()
    service.plait("upgrade")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "plait.cli", "serve", "--bind", f"127.0.0.1:{port}", "--processes", "1"]
    process = subprocess.Popen(command, env=service.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert any("Booting worker" in line for line in process.stderr), "the web server came up"
        yield Running(service, process, port)
    finally:
        process.terminate()
        rest = process.stderr.read()
        process.stderr.close()
    assert process.wait(40) == 0, rest


def test_the_service_answers(running):
    """Health and readiness answer, and an unknown person is asked to sign in."""
    for page in ("health", "ready"):
        assert json.loads(running.said(page)[1]) == {"status": "ok"}
    address, page = running.said("")
    assert "/sign-in/" in address
    assert re.search(r"<h1[^>]*>", page)


@pytest.mark.parametrize(
    "head",
    [b"X-Big: " + b"x" * 100_000, b"\r\n".join(b"X-%d: x" % n for n in range(500)), b"X: a\r\nContent-Length: -1"],
    ids=["one huge header", "many headers", "a length that is none"],
)
def test_headers_beyond_all_measure_are_refused(running, head):
    assert running.said("health")[1], "it is up, and would answer"
    answer = running.send(b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n", head, b"\r\n\r\n")
    assert re.match(rb"HTTP/1.1 4\d\d .+", answer), answer[:100]
    assert b"x" * 100 not in answer
    assert running.said("health")[1]


def test_a_web_server_killed_while_a_file_arrives_leaves_nothing_of_it(running):
    arriving = running.service.home / "arriving"
    head = (
        b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\nCookie: csrf=" + b"a" * 32 + b"\r\n"
        b"Content-Type: multipart/form-data; boundary=cut\r\n\r\n"
        b'--cut\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", running.port), timeout=90) as line:
        line.sendall(head + b"Zebedee Quill\n" * 200_000)
        _until(lambda: any(path.stat().st_size for path in arriving.iterdir()))
        for pid in _web_workers(running.process.pid):
            os.kill(pid, signal.SIGKILL)
    (left,) = arriving.iterdir()
    _until(lambda: running.said("health"))
    os.utime(left, (0, 0))  # as if a day had passed
    assert "Unfinished uploads erased: 1." in running.service.plait("remind")
    assert not list(arriving.iterdir())


def _until(true: Callable[[], object]) -> None:
    """Comes back when it is true; asks again and again, as nothing tells of it."""
    for _ in range(300):
        with suppress(OSError):
            if true():
                return
        select.select([], [], [], 0.1)
    raise AssertionError("it never became true")


def _web_workers(service: int) -> list[int]:
    """The processes that answer: children of the web server's first, itself a child of the service."""
    parts = [(pid, _children(pid)) for pid in _children(service)]
    return [worker for _, workers in parts for worker in workers]


def _children(pid: int) -> list[int]:
    return [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
