"""An attack on a release: what a determined reader could work out from it and every release before it, tried before they do."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from plait import protect
from plait.errors import UserError
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.release import access, ledger, policies
from plait_web.release.models import Attack, Release
from plait_web.release.tasks import attack_later
from plait_web.ui.logs import reference

_log = logging.getLogger("plait.releases")


@transaction.atomic
def ask_for_attack(pk: int, *, by: User) -> Attack:
    """An attack waits; the worker makes it, with the release and all that left before it in hand."""
    release = Release.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_can_attack(release, Attack.objects.filter(release=release, state=Attack.State.WAITING).first())
    earlier = [one.pk for one in ledger.earlier_than(release)]
    made = Attack.objects.create(release=release, turn=release.turn, by=by, beside=earlier)
    record("release.attack_asked", by=by, target=release, turn=release.turn, beside=earlier)
    attack_later(made)
    return made


def attack(pk: int) -> None:
    """Tries it, and keeps what was tried and learned. It holds no count."""
    waiting = Attack.objects.select_related("release").filter(pk=pk, state=Attack.State.WAITING).first()
    if waiting is None:
        return
    try:
        found = _try(waiting)
        state, learned, told = Attack.State.DONE, len(found.learned), list(found.told())
    except UserError as problem:
        state, learned, told = Attack.State.FAILED, 0, [str(problem)]
    except Exception:
        number = reference()
        _log.exception("An attack could not be finished", extra={"reference": number})
        state, learned = Attack.State.FAILED, 0
        told = [f"Something went wrong inside Plait. Tell your administrator this number: {number}."]
    _keep(waiting.pk, state, learned, told)


def _try(waiting: Attack) -> protect.Attack:
    """The rule is public, and so is geography; the tables are those that readers have."""
    beside = Release.objects.filter(pk__in=waiting.beside)
    tables = [path for one in (waiting.release, *beside) for path in access.files(one) if path.suffix == ".csv"]
    rule = partnership.pack().disclosure().public
    known = protect.Rule(rule.hide_below, rule.round_to)
    return protect.attack(tables, areas=partnership.areas(), rule=known, narrow=rule.width)


@transaction.atomic
def _keep(pk: int, state: Attack.State, learned: int, told: list[str]) -> None:
    done = Attack.objects.select_for_update(of=("self",)).select_related("release").get(pk=pk)
    done.state, done.learned, done.told, done.ended_at = state, learned, told, timezone.now()
    done.save(update_fields=["state", "learned", "told", "ended_at"])
    record("release.attacked", by=None, target=done.release, turn=done.turn, state=state, learned=learned > 0)
