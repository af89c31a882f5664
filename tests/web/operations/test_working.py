"""The worker does what waits, takes up what another left, and stops when it is told to."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from django.utils import timezone

from plait_web.commands import working
from plait_web.commands.reminding import remind

ONE = """
from plait_web.commands.working import work
work(until_idle=True)
from django.core.cache import cache
from plait_web.commands.working import SEEN
print(cache.get(SEEN) is not None)
"""


def test_it_says_that_it_is_there_and_ends_when_idle(new_service):
    service = new_service()
    service.plait("upgrade")
    assert service.python(ONE) == "True"


def test_it_stops_when_told_to_and_leaves_the_next_task_alone():
    tasks = type("Tasks", (), {"running": True})()
    stop = working._Stop()
    stop.tasks = tasks
    with pytest.raises(working.Stopped):
        stop(signal.SIGTERM, None)
    assert (stop.asked, tasks.running) == (True, False)


def test_the_command_ends_well_when_it_is_told_to(new_service):
    service = new_service()
    service.plait("upgrade")
    command = [sys.executable, "-m", "plait_web.commands.working"]
    process = subprocess.Popen(command, env=service.environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert any("The worker is at work" in line for line in process.stderr)
    process.terminate()
    process.communicate()
    assert process.returncode == 0


def test_a_step_that_fails_does_not_stop_the_worker(caplog):
    def fail() -> bool:
        raise ValueError("a name")

    assert working._did(fail) is False
    assert "could not finish a step" in caplog.text


@pytest.mark.django_db
def test_with_nothing_due_no_mail_is_sent(mailoutbox):
    assert remind(timezone.localdate()).startswith("Reminders sent: 0 of returns, 0 of agreements.")
    assert mailoutbox == []
