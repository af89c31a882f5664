"""The command's own process: it ends at once, and yet nothing that was said or set to be done last is lost."""

import subprocess
import sys

import pytest

BEFORE = "import atexit, sys, threading, time; from plait import cli; sys.argv = ['plait', *sys.argv[1:]]"


def ended(then: str, *asked: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"{BEFORE}; {then}; cli.start()", *asked]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("asked", "code"), [("--help", 0), ("no-such-command", 2)])
def test_what_it_says_comes_whole_through_a_pipe_with_its_exit_code(asked: str, code: int) -> None:
    done = ended("pass", asked)
    assert done.returncode == code
    assert "plait" in done.stdout + done.stderr


def test_what_was_to_be_done_at_the_end_is_done() -> None:
    assert ended("atexit.register(print, 'put away')", "--help").stdout.endswith("put away\n")


def test_work_still_going_on_beside_it_is_waited_for() -> None:
    beside = "threading.Thread(target=lambda: (threading.main_thread().join(), print('written'))).start()"
    assert ended(beside, "--help").stdout.endswith("written\n")
