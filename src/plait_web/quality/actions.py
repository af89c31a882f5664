"""The only writers of gaps, discrepancies, exercises and of what returns were like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.quality import policies
from plait_web.quality.measuring import measured
from plait_web.quality.models import Coder, Coding, Discrepancy, Exercise, Gap, Measured, Vignette
from plait_web.response import actions as response
from plait_web.response.models import Action
from plait_web.returns.models import Submission
from plait_web.returns.states import State

# Gaps


@transaction.atomic
def take_on_gap(
    *, kind: str, what: str, step: str, owner: User, due: date, by: User, agency: Agency | None = None, key: str = "",
    dataset: str = "", columns: Sequence[str] = (), questions: Sequence[str] = (), decisions: str = "",
    action: Action | None = None,
) -> Gap:  # fmt: skip
    """The gap has an owner, a next step and a day."""
    policies.check_due(due, timezone.localdate())
    if key:
        policies.check_free(Gap.objects.select_for_update().filter(key=key, state=Gap.State.OPEN).first())
    gap = Gap.objects.create(
        kind=kind, what=what, step=step, owner=owner, due=due, agency=agency, key=key, dataset=dataset,
        columns=list(columns), questions=list(questions), decisions=decisions, action=action,
    )  # fmt: skip
    record("gap.taken_on", by=by, target=gap, owner=owner.pk, due=str(due))
    return gap


@transaction.atomic
def change_gap(pk: int, *, by: User, **said: Any) -> Gap:
    """Its step, owner, day or decisions are others from now on."""
    gap = _open_gap(pk, by)
    if said.get("due", gap.due) != gap.due:
        policies.check_due(said["due"], timezone.localdate())
    for part, value in said.items():
        setattr(gap, part, value)
    gap.save(update_fields=list(said))
    record("gap.changed", by=by, target=gap, changed=sorted(said))
    return gap


@transaction.atomic
def end_gap(pk: int, *, state: str, outcome: str, by: User) -> Gap:
    """Closed, or left open for now with the reason."""
    gap = _open_gap(pk, by)
    gap.state, gap.outcome, gap.ended = state, outcome, timezone.localdate()
    gap.save(update_fields=["state", "outcome", "ended"])
    record(f"gap.{state}", by=by, target=gap)
    return gap


@transaction.atomic
def plan_gap(pk: int, *, by: User, **action: Any) -> Action:
    """An action of the plan that closes the gap."""
    gap = _open_gap(pk, by)
    taken = response.take_on(**action, agency=gap.agency, by=by)
    gap.action = taken
    gap.save(update_fields=["action"])
    record("gap.planned", by=by, target=gap, action=taken.pk)
    return taken


def _open_gap(pk: int, by: User) -> Gap:
    gap = Gap.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_may_settle(gap, by)
    policies.check_open(gap)
    return gap


# Figures and practice


@transaction.atomic
def note_discrepancy(
    *, figure_says: str, practice_says: str, heard_from: str, test: str, owner: User, due: date, by: User,
    indicator: str = "", question: str = "",
) -> Discrepancy:  # fmt: skip
    """What the figure says and what practice says stand side by side, with what will be done to find out."""
    policies.check_due(due, timezone.localdate())
    noted = Discrepancy.objects.create(
        figure_says=figure_says, practice_says=practice_says, heard_from=heard_from, test=test, owner=owner, due=due, by=by,
        indicator=indicator, question=question,
    )  # fmt: skip
    record("discrepancy.noted", by=by, target=noted, indicator=indicator)
    return noted


@transaction.atomic
def settle_discrepancy(pk: int, *, state: str, found: str, by: User) -> Discrepancy:
    """What the test found. Both sides stay as they were said."""
    noted = Discrepancy.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_may_settle(noted, by)
    policies.check_open(noted)
    noted.state, noted.found, noted.ended = state, found, timezone.localdate()
    noted.save(update_fields=["state", "found", "ended"])
    record("discrepancy.settled", by=by, target=noted, state=state)
    return noted


@transaction.atomic
def plan_discrepancy(pk: int, *, by: User, **action: Any) -> Action:
    """An action of the plan that makes the test."""
    noted = Discrepancy.objects.select_for_update(of=("self",)).get(pk=pk)
    policies.check_may_settle(noted, by)
    policies.check_open(noted)
    noted.action = response.take_on(**action, indicator=noted.indicator, by=by)
    noted.save(update_fields=["action"])
    record("discrepancy.planned", by=by, target=noted, action=noted.action.pk)
    return noted.action


# The same cases


@transaction.atomic
def make_exercise(*, title: str, codelist: str, closes: date, owner: User, by: User, why: str = "") -> Exercise:
    policies.check_due(closes, timezone.localdate())
    pack = partnership.pack()
    made = Exercise.objects.create(
        title=title, codelist=codelist, pack=pack.digest, closes=closes, owner=owner, why=why
    )  # fmt: skip
    record("exercise.made", by=by, target=made, codelist=codelist)
    return made


@transaction.atomic
def add_case(exercise: Exercise, *, text: str, by: User) -> Vignette:
    found = _locked(exercise)
    count = found.cases.count()
    policies.check_can_change(found, count)
    record("exercise.case_added", by=by, target=found, number=count + 1)
    return Vignette.objects.create(exercise=found, number=count + 1, text=text)


@transaction.atomic
def ask_coders(exercise: Exercise, *, people: Sequence[User], by: User) -> None:
    """These people are asked, besides those who were."""
    found = _locked(exercise)
    policies.check_can_change(found)
    for user in people:
        Coder.objects.get_or_create(exercise=found, user=user)
    record("exercise.coders_asked", by=by, target=found, asked=len(people))


@transaction.atomic
def open_exercise(exercise: Exercise, *, by: User) -> Exercise:
    found = _locked(exercise)
    policies.check_can_open(found, found.cases.count(), found.coders.count())
    found.opened = timezone.localdate()
    found.save(update_fields=["opened"])
    record("exercise.opened", by=by, target=found)
    return found


@transaction.atomic
def code_cases(exercise: Exercise, *, said: Mapping[int, tuple[Sequence[str], str]], by: User) -> None:
    """What this person says of the cases so far: (codes, what was missing to decide) by number. They may still change it."""
    coder = _coder(exercise, by)
    for case in coder.exercise.cases.filter(number__in=said):
        codes, unsure = said[case.number]
        Coding.objects.update_or_create(coder=coder, case=case, defaults={"codes": sorted(codes), "unsure": unsure})
    record("exercise.coded", by=by, target=coder.exercise, cases=len(said))


@transaction.atomic
def hand_in(exercise: Exercise, *, by: User) -> Exercise:
    """This person's answers stand. When all are in, the exercise closes and everybody may read them."""
    coder = _coder(exercise, by)
    policies.check_all_coded(coder.exercise.cases.count(), coder.codings.count())
    coder.done = timezone.now()
    coder.save(update_fields=["done"])
    record("exercise.handed_in", by=by, target=coder.exercise)
    if not coder.exercise.coders.filter(done=None).exists():
        _close(coder.exercise, by)
    return coder.exercise


@transaction.atomic
def close_exercise(exercise: Exercise, *, by: User) -> Exercise:
    """It closes with the answers that are in; those not handed in are left out."""
    found = _locked(exercise)
    policies.check_can_close(found, found.coders.exclude(done=None).count())
    _close(found, by)
    return found


def _close(exercise: Exercise, by: User) -> None:
    exercise.closed = timezone.localdate()
    exercise.save(update_fields=["closed"])
    record("exercise.closed", by=by, target=exercise)


def _locked(exercise: Exercise) -> Exercise:
    return Exercise.objects.select_for_update(of=("self",)).get(pk=exercise.pk)


def _coder(exercise: Exercise, by: User) -> Coder:
    found = _locked(exercise)
    coder = Coder.objects.select_related("exercise").filter(exercise=found, user=by).first()
    policies.check_takes_codes(found, coder, timezone.localdate())
    assert coder is not None, "who was not asked is refused"
    return coder


# What returns were like


def measure_next() -> bool:
    """Measures one accepted return that was not yet; False when there is none. What the worker does when it is idle.

    What was measured of a return that was withdrawn, replaced or erased is forgotten first.
    """
    Measured.objects.exclude(submission__state=State.ACCEPTED).delete()
    row = (
        Submission.objects.filter(state=State.ACCEPTED, measured=None)
        .exclude(kept="")
        .exclude(route=Submission.Route.NIL)
        .select_related("expected__point", "expected__agency")
        .first()
    )
    if row is None:
        return False
    found = measured(row)
    with transaction.atomic():
        Measured.objects.bulk_create(found)
        record("return.measured", by=None, target=row, datasets=[one.dataset for one in found])
    return True
