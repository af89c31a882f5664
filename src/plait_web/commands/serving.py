"""`plait serve`: the web server and the worker as one service. What stops by itself is started again."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType

_log = logging.getLogger("plait.serve")

GRACE = 30  # seconds to finish a page, or to put a piece of work back
_TOO_OFTEN = 5  # a part that stopped so often within a minute cannot be helped by starting it again


def web_command(bind: str, processes: int) -> list[str]:
    """The web server: a few processes of a few threads, so that a slow upload keeps nobody waiting."""
    return [
        sys.executable, "-m", "gunicorn", "plait_web.wsgi:application", "--bind", bind, "--workers", str(processes),
        "--worker-class", "gthread", "--threads", "8", "--timeout", "120", "--graceful-timeout", str(GRACE - 5),
        "--keep-alive", "15", "--max-requests", "5000", "--max-requests-jitter", "500", "--limit-request-line", "4094",
        "--limit-request-field_size", "8190", "--no-control-socket",
    ]  # fmt: skip


def serve(*, bind: str, processes: int) -> int:
    """Runs both until told to stop, or until one cannot be kept up; the exit code."""
    commands = {"web": web_command(bind, processes), "worker": [sys.executable, "-m", "plait_web.commands.working"]}
    return Pair(commands).run()


class Pair:
    """Commands that run side by side and stop together."""

    def __init__(self, commands: Mapping[str, list[str]]) -> None:
        self.commands = commands
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stops: dict[str, list[float]] = {name: [] for name in commands}
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        try:
            for name in self.commands:
                self._start(name)
            while not self.stopping:
                if not all(self._kept_up(name) for name in self.commands):
                    return 1
                time.sleep(0.2)
            return 0
        finally:
            self._stop_all()

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603 - ours

    def _kept_up(self, name: str) -> bool:
        """The part runs, started again if it had stopped; False once that happens too often."""
        if self.running[name].poll() is None:
            return True
        now = time.monotonic()
        self.stops[name] = [t for t in self.stops[name] if now - t < 60] + [now]
        _log.error("The %s stopped with code %s", name, self.running[name].returncode)
        if len(self.stops[name]) >= _TOO_OFTEN:
            return False
        if not self.stopping:
            time.sleep(0.2 * len(self.stops[name]))
            self._start(name)
        return True

    def _stop_all(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
