"""A service of its own on disk, for the test that kills its worker: `python killed.py begin|work|age|told`."""

# ruff: noqa: E402 - Django is set up before what needs it is imported

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plait_web.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from plait.pseudonymise import Key
from plait_web.accounts.models import Membership, User
from plait_web.commands.working import work
from plait_web.partnership import access
from plait_web.partnership.models import Agency, Agreement, Partnership, Party
from plait_web.returns import actions
from plait_web.returns.files import Made
from plait_web.returns.models import Submission
from plait_web.roles import Role

ROWS = 60_000


def begin() -> None:
    """A partnership of one council, and a return of many rows that waits to be read."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    Key.create(Path(settings.KEY_FILE))
    today = timezone.localdate()
    Partnership.objects.create(pk=1, name="Marlshire", areas=["X1"])
    council = Agency.objects.create(code="council", name="Marlshire Council", kind="council", areas=["X1"])
    terms, since, until = "pseudonymised_strategic", today - timedelta(days=9), today + timedelta(days=9)
    agreement = Agreement.objects.create(
        code="agreed", terms=terms, pack=access.shipped().digest, since=since, until=until
    )
    Party.objects.create(agreement=agreement, agency=council, signed=since, signed_by="Invented, Director")
    manager = User.objects.create(email="m@example.org", name="Manager")
    Membership.objects.create(user=manager, role=Role.MANAGER, since=since)
    point = actions.add_point(
        datasets=["concerns"], period="2025-26", opens=since, due=until, agencies=[council], by=manager
    )
    lines = ["person,recorded_on,harms", *(f"A{n},2025-06-{n % 28 + 1:02d},CSE" for n in range(ROWS))]
    actions.submit(point.expected.get(), [Made("concerns.csv", "\n".join(lines).encode())], by=None, route="api")


def age() -> None:
    """As if the dead worker's lease had run out: its task may be taken up now."""
    from django_tasks_db.models import DBTaskResult

    past = timezone.now() - timedelta(minutes=5)
    Submission.objects.filter(state="reading").update(lease_until=past)
    DBTaskResult.objects.filter(run_after__gt=past).update(run_after=past)


def told() -> None:
    """The return's state, how many rows of it can be used, how often it was tried, and whether its file is there."""
    (made,) = Submission.objects.all()
    rows = made.summary.get("rows", {}).get("concerns", [0, 0])
    print(made.state, rows[1], made.tries, len(list(made.folder.rglob("your file.csv"))), made.refusal)


if __name__ == "__main__":
    {"begin": begin, "work": lambda: work(until_idle=True), "age": age, "told": told}[sys.argv[1]]()
