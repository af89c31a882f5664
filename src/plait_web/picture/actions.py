"""The only writers of runs and questions raised. `work` is what the worker does; a killed run is taken up again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from plait.errors import UserError
from plait.partnership import Workspace
from plait.pipeline import Progress
from plait.store import Kept
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.picture import making, policies
from plait_web.picture.access import ZONES, folder_of, workspace
from plait_web.picture.models import Raised, Run, Verdict
from plait_web.returns import port
from plait_web.ui.logs import reference

_log = logging.getLogger("plait.runs")
KEPT = 12  # pictures that stay: a year of months
LEASE = timedelta(minutes=5)  # a running run not heard of for so long has lost its worker


@transaction.atomic
def ask_for_run(*, by: User | None, why: str = "Asked for") -> Run:
    """A run waits; the worker starts it. Raises Refused when one waits already."""
    policies.check_can_ask_for_run(Run.objects.select_for_update().filter(state=Run.State.WAITING).first())
    try:
        with transaction.atomic():
            run = Run.objects.create(by=by, why=why)
    except IntegrityError:
        raise Refused("A run is waiting to start already. It will use everything accepted by then.") from None
    record("run.asked", by=by, target=run, why=why)
    return run


@transaction.atomic
def judge_pair(*, pair: int, same: bool | None, by: User) -> Verdict:
    """What somebody says of a pair is kept. Raises Refused when somebody has said something of it already."""
    try:
        with transaction.atomic():
            said = Verdict.objects.create(pair=pair, same=same, by=by)
    except IntegrityError:
        raise Refused("Somebody has looked at this pair already. Here is the next.") from None
    record("link.judged", by=by, target=said)
    return said


def work(between: Callable[[], object] = lambda: None) -> bool:
    """Makes the picture of the run that waits; False when none does.

    `between` is called from stage to stage, so that what takes seconds need not wait until the run ends.
    """
    run = _claimed()
    if run is None:
        return False
    try:
        _make(run, between)
    except UserError as problem:
        _failed(run, str(problem))
    except Exception:
        number = reference()
        _log.exception("A run failed", extra={"reference": number})
        _failed(run, f"Something went wrong inside Plait. Tell your administrator this number: {number}.")
    return True


@transaction.atomic
def _claimed() -> Run | None:
    """The run that waits, now running; one whose worker was lost is taken up first."""
    now = timezone.now()
    lost = Q(state=Run.State.RUNNING) & Q(seen__lt=now - LEASE)
    run = Run.objects.select_for_update().filter(lost).first()
    if run is None:
        if Run.objects.filter(state=Run.State.RUNNING).exists():
            return None
        run = Run.objects.select_for_update().filter(state=Run.State.WAITING).first()
    if run is None:
        return None
    run.state, run.started, run.seen, run.stage = Run.State.RUNNING, run.started or now, now, ""
    run.save(update_fields=["state", "started", "seen", "stage"])
    record("run.started", by=None, target=run)
    return run


@transaction.atomic
def put_back() -> None:
    """What a stopped worker was running waits again. Called when a worker starts: there is one worker."""
    for run in Run.objects.select_for_update().filter(state=Run.State.RUNNING):
        if Run.objects.filter(state=Run.State.WAITING).exists():
            _end(run, Run.State.FAILED, failure="The worker was stopped. Another run was waiting and takes its place.")
        else:
            run.state, run.stage = Run.State.WAITING, ""
            run.save(update_fields=["state", "stage"])


def want() -> bool:
    """Asks for a run when what the last one rested on has changed; whether it did."""
    if not ready() or Run.objects.filter(state__in=(Run.State.WAITING, Run.State.RUNNING)).exists():
        return False
    today, last = timezone.localdate(), Run.objects.first()
    if last is not None and last.basis == making.basis(workspace(today), port.accepted_kept(today), on=today):
        return False
    try:
        ask_for_run(by=None, why="Something it rests on changed" if last else "The first picture")
    except Refused:
        return False
    return True


def ready() -> bool:
    """The partnership has a name, areas, an agency and a pack: enough to say what data could answer."""
    row = partnership.current()
    return bool(row and row.areas and partnership.adopted() and partnership.agencies().exists())


def _make(run: Run, between: Callable[[], object]) -> None:
    if not ready():
        raise UserError("The partnership is not set up yet: it needs a name, areas, an agency and a pack.")
    today = timezone.localdate()
    place, kept = workspace(today), port.accepted_kept(today)
    run.period, run.returns, run.pack = making.latest_period(kept, today).label, len(kept), place.pack.digest
    run.basis = making.basis(place, kept, on=today)
    run.save(update_fields=["period", "returns", "pack", "basis"])
    _make_whole(folder_of(run), place, kept, today, progress=_teller(run, between))
    with transaction.atomic():
        _end(Run.objects.select_for_update().get(pk=run.pk), Run.State.MADE)
    prune()


def prune() -> int:
    """The newest pictures stay, and those that another room's row points at, such as what was released; how many went.

    The rows of their runs stay, and the store keeps what was withheld: later pictures are protected against it.
    """
    made = Run.objects.filter(state=Run.State.MADE).values_list("pk", flat=True)
    old = set(made[KEPT:]) - _pointed_at()
    gone = [folder for folder in map(_folder, sorted(old)) if folder.is_dir()]
    for folder in gone:
        shutil.rmtree(folder)
    return len(gone)


def _folder(pk: int) -> Path:
    return folder_of(Run(pk=pk))


def _pointed_at() -> set[int]:
    links = [link.field for link in Run._meta.related_objects]
    return {pk for field in links for pk in field.model._base_manager.values_list(field.attname, flat=True)}


def _make_whole(folder: Path, place: Workspace, kept: Sequence[Kept], today: date, *, progress: Progress) -> None:
    """The picture of each zone under `folder`, put there in one step when all are whole."""
    fresh = folder.with_name(f".{folder.name}.new")
    for left in (fresh, folder):  # by a worker that was killed at this
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    for zone in ZONES:
        making.make(place, kept, on=today, zone=zone, into=fresh / zone, progress=progress)
    fresh.rename(folder)


def _teller(run: Run, between: Callable[[], object]) -> Progress:
    """Writes how far the run has come, and that its worker is alive, to its row; then lets others have their turn."""

    def tell(stage: str, done: int, of: int) -> None:
        Run.objects.filter(pk=run.pk).update(stage=stage, done=done, of=of, seen=timezone.now())
        between()

    return tell


@transaction.atomic
def _failed(run: Run, why: str) -> None:
    """The last good picture stays; people are told why there is no newer one."""
    _end(Run.objects.select_for_update().get(pk=run.pk), Run.State.FAILED, failure=why)


def _end(run: Run, state: Any, failure: str = "") -> None:
    """`state` is one of Run.State."""
    run.state, run.ended, run.failure = state, timezone.now(), failure
    run.save(update_fields=["state", "ended", "failure"])
    record(f"run.{state}", by=None, target=run, returns=run.returns, period=run.period)


@transaction.atomic
def raise_question(*, by: User, about: str, pack: str, text: str) -> Raised:
    """A question for those who make the picture, about one answer or figure, or about the whole."""
    raised = Raised.objects.create(by=by, about=about, pack=pack, text=text)
    record("question.raised", by=by, target=raised, about=about)
    return raised


@transaction.atomic
def reply(raised_id: int, *, by: User, text: str) -> Raised:
    """The question is answered, once. Raises Refused when somebody else was first."""
    raised = Raised.objects.select_for_update().get(pk=raised_id)
    policies.check_can_reply(raised)
    raised.reply, raised.replied_by, raised.replied_at = text, by, timezone.now()
    raised.save(update_fields=["reply", "replied_by", "replied_at"])
    record("question.replied", by=by, target=raised)
    return raised
