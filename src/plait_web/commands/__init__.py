"""Commands of the service, from `plait serve` and `plait upgrade` to `plait backup`.

`plait.cli` finds them by the entry points `plait.commands`. Django is set up only once one of them is called.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click

FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


def ready() -> None:
    """Django is set up, once, with the settings of the environment."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plait_web.settings")
    django.setup()


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Where to listen.")
@click.option("--processes", type=click.IntRange(1, 32), default=2, show_default=True, help="Of the web server.")
def serve(bind: str, processes: int) -> None:
    """Run the web application and its worker together, until stopped.

    \b
    plait serve
    plait serve --bind 127.0.0.1:8080
    """
    ready()
    from plait_web.commands.serving import serve as start
    from plait_web.commands.upgrading import check_upgraded

    check_upgraded()
    sys.exit(start(bind=bind, processes=processes))


@click.command()
def work() -> None:
    """Run the worker alone: it reads what was sent and makes the picture. `plait serve` runs one already."""
    ready()
    from plait_web.commands.upgrading import check_upgraded
    from plait_web.commands.working import work as start

    check_upgraded()
    start()


@click.command()
def upgrade() -> None:
    """Make the database, or bring it up to this version. Safe to run again. Take a backup first."""
    ready()
    from plait_web.commands.upgrading import upgrade as bring_up

    for line in bring_up():
        click.echo(line)


@click.command()
@click.argument("email")
def invite(email: str) -> None:
    """Invite the first person, as partnership manager: prints and mails a link that works once, for 7 days.

    \b
    plait invite manager@example.org
    """
    ready()
    from plait_web.commands.inviting import invite_first

    click.echo(invite_first(email))


@click.command()
def doctor() -> None:
    """Say whether the service is well, and what to do where it is not. Exits 1 when something must be done."""
    ready()
    from plait_web.commands.doctoring import checks

    found = list(checks())
    for check in found:
        click.echo(check.told())
    sys.exit(1 if any(check.state == "must" for check in found) else 0)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything decided and kept to FILE. The key and uploads that are still being put right are not in it.

    \b
    plait backup /var/backups/plait/2026-11-21.plait-backup
    """
    ready()
    from plait_web.commands.backing_up import backup as write

    click.echo(write(file))


@click.command()
@click.argument("file", type=THERE)
def restore(file: Path) -> None:
    """Bring back what FILE holds, into a workspace and a database that are still empty.

    \b
    PLAIT_HOME=/srv/plait-new plait restore 2026-11-21.plait-backup
    """
    ready()
    from plait_web.commands.backing_up import restore as bring_back

    click.echo(bring_back(file))


@click.group()
def audit() -> None:
    """The audit trail: who did and read what."""


@audit.command("verify")
def audit_verify() -> None:
    """Read the whole trail and say whether any of it was changed. Exits 1 when it was."""
    ready()
    from plait_web.audit.record import verify

    verdict = verify()
    if verdict.broken is None:
        click.echo(f"{verdict.count:,} events, each as it was written.")
        return
    click.echo(f"The trail is broken at event {verdict.broken}: {verdict.why}. Keep a copy and find out why.", err=True)
    sys.exit(1)


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="As on this day; today when not given.")
def remind(on: object) -> None:
    """Send the reminders that are due: returns, and agreements about to end. Run it each morning from cron."""
    ready()
    from django.utils import timezone

    from plait_web.commands.reminding import remind as send

    day = on.date() if hasattr(on, "date") else timezone.localdate()
    assert isinstance(day, date)
    click.echo(send(day))


@click.command("load-demo")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="demo")
@click.option("--serve", "and_serve", is_flag=True, help="Then run the service, until stopped.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Where to listen.")
def load_demo(folder: Path, and_serve: bool, bind: str) -> None:
    """Load the partnership that `plait demo` invented into the web application, and print how to sign in.

    \b
    plait demo --out demo
    plait load-demo demo --serve
    """
    from plait_web.environment import of_demonstration

    os.environ.update(of_demonstration(folder))
    ready()
    from plait_web.commands.demonstration import load, ways_in
    from plait_web.commands.serving import serve as start

    load(folder.resolve())
    click.echo(ways_in(folder.resolve(), address=f"http://{bind}"))
    if and_serve:
        sys.exit(start(bind=bind, processes=2))
