"""A service of its own in which processes die, as by `kill -9`, at one moment after another: `python dying.py`.

Prints a line of JSON for each moment: what was there just after, and what came of it when somebody carried on.
"""

# ruff: noqa: E402 - Django is set up before what needs it is imported

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import django

django.setup()
logging.disable()

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from plait.pseudonymise import Key
from plait_web.accounts.models import Membership, User
from plait_web.audit.models import Event
from plait_web.audit.record import verify
from plait_web.partnership import access
from plait_web.partnership.models import Agency, Agreement, Partnership, Party
from plait_web.returns import actions
from plait_web.returns.files import Made
from plait_web.returns.models import CollectionPoint, Expected, Submission
from plait_web.returns.states import State
from plait_web.roles import Role

ROOM = "plait_web.returns."
SENDING = (
    "files._put",
    "files.take_in",
    "actions.sending._add",
    "actions.sending.record",
    "actions.sending.read_later",
)
READING = ("actions.reading._take_up", "reading.keep", "reading._mark", "actions.reading._settle")
SIGNING = ("files.place_snapshot", "actions.settling.end", "actions.settling.record", "files.erase")
LINES = ["person,recorded_on,harms,status", *(f"A{n},2025-06-{n % 28 + 1:02d},CSE,known" for n in range(40))]


def begin() -> tuple[Agency, User]:
    call_command("migrate", verbosity=0)
    Key.create(Path(settings.KEY_FILE))
    today = timezone.localdate()
    Partnership.objects.create(pk=1, name="Marlshire", areas=["X1"])
    council = Agency.objects.create(code="council", name="Marlshire Council", kind="council", areas=["X1"])
    since, until = today - timedelta(days=9), today + timedelta(days=9)
    made = Agreement.objects.create(
        code="agreed", terms="pseudonymised_strategic", pack=access.shipped().digest, since=since, until=until
    )
    Party.objects.create(agreement=made, agency=council, signed=since, signed_by="Invented, Director")
    second = User.objects.create(email="s@example.org", name="Second")
    Membership.objects.create(user=second, role=Role.CONTRIBUTOR, agency=council, since=since)
    return council, second


def a_place(council: Agency, number: int) -> Expected:
    today = timezone.localdate()
    point = CollectionPoint.objects.create(
        datasets=["concerns"], period="2025-26", opens=today, due=today + timedelta(days=number)
    )
    return Expected.objects.create(point=point, agency=council)


def send(place: Expected) -> Submission:
    return actions.submit(place, [Made("concerns.csv", "\n".join(LINES).encode())], by=None, route="api")


def dies(moment: str, when: str, act: Callable[[], object]) -> bool:
    """Whether a process that did this was killed at the moment, before or after the function that is named."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        _trap(moment, when)
        act()
        os._exit(3)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _trap(moment: str, when: str) -> None:
    module, _, name = (ROOM + moment).rpartition(".")
    found = import_module(module)
    real = getattr(found, name)

    def trapped(*args: object, **kwargs: object) -> object:
        if when == "after":
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(found, name, trapped)


def carry_on(place: Expected, second: User) -> Submission:
    """What people and the worker do next: send what is not there, read what waits, sign it off."""
    found = place.submissions.first() or send(place)
    if found.state in (State.RECEIVED, State.READING):
        Submission.objects.filter(pk=found.pk, state=State.READING).update(lease_until=timezone.now() - timedelta(1))
        actions.read(found.pk)
        found.refresh_from_db()
    if found.state == State.READY:
        actions.send_for_sign_off(found, by=None)
        found.refresh_from_db()
    if found.state == State.WAITING:
        actions.sign_off(found, by=second)
    return Submission.objects.get(pk=found.pk)


def tell(stage: str, moment: str, when: str, place: Expected, second: User, act: Callable[[], object]) -> None:
    killed = dies(moment, when, act)
    left = place.submissions.first()
    whole = left is None or left.state == State.ACCEPTED or _whole(left)
    ended = carry_on(place, second)
    for folder in (Path(settings.HOME) / "uploads").glob("*"):
        os.utime(folder, (0, 0))  # as if a day had passed
    actions.tidy(on=timezone.localdate())
    store = Path(settings.HOME) / "store" / "returns" / ended.kept
    said = {
        "stage": stage, "moment": f"{when} {moment}", "killed": killed, "left": left.state if left else "", "whole": whole,
        "ended": ended.state, "rows": ended.summary["rows"]["concerns"], "kept": (store / "return.json").is_file(),
        "names left": len(list((Path(settings.HOME) / "uploads").glob("*"))), "chain": verify().broken is None,
        "accepted": Event.objects.filter(act="return.accepted", key=str(ended.pk)).count(),
        "returns": place.submissions.count(),
    }  # fmt: skip
    print(json.dumps(said), flush=True)


def _whole(left: Submission) -> bool:
    return [p.read_bytes().count(b"\n") for p in left.folder.rglob("your file.csv")] == [len(LINES) - 1]


def main() -> None:
    council, second = begin()
    number = 0
    for stage, moments in (("send", SENDING), ("read", READING), ("sign", SIGNING)):
        for moment in moments:
            for when in ("before", "after"):
                number += 1
                place = a_place(council, number)
                made = send(place) if stage != "send" else None
                if made and stage == "sign":
                    actions.read(made.pk)
                    actions.send_for_sign_off(made, by=None)
                act = {
                    "send": lambda place=place: send(place),
                    "read": lambda made=made: actions.read(made.pk),
                    "sign": lambda made=made: actions.sign_off(made, by=second),
                }[stage]
                tell(stage, moment, when, place, second, act)


if __name__ == "__main__":
    main()
