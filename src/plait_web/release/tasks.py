"""What the worker is asked to do for releases."""

from __future__ import annotations

from django_tasks import task

from plait_web.release.models import Attack, Release


@task()
def draw_release(pk: int, turn: int) -> None:
    """Makes the files of one turn of a release."""
    from plait_web.release.actions.preparing import draw  # the actions ask for this task

    draw(pk, turn)


@task()
def attack_release(pk: int) -> None:
    """Makes one attack."""
    from plait_web.release.actions.attacking import attack  # the actions ask for this task

    attack(pk)


def draw_later(release: Release) -> None:
    """The files will be made. Asked for within a transaction, it stands or falls with it."""
    draw_release.enqueue(release.pk, release.turn)


def attack_later(attack: Attack) -> None:
    """The attack will be made."""
    attack_release.enqueue(attack.pk)
