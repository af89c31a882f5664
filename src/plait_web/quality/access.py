"""The doors to gaps, discrepancies, exercises and what returns were like.

Everybody of the partnership reads gaps and discrepancies. Of an exercise nobody reads an answer before all are in, and then
without names. Exact counts of a return are for its own agency; others read shares in protected words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from plait_web.accounts.models import User
from plait_web.quality.models import Coder, Coding, Discrepancy, Exercise, Gap, Measured, Vignette
from plait_web.response.models import Action
from plait_web.returns.states import State
from plait_web.roles import MAY, Permission, Role


def gaps_for(user: User) -> QuerySet[Gap]:
    """Gaps that were taken on, ended or not, the soonest due first."""
    return Gap.objects.select_related("agency", "owner", "action")


def open_gaps() -> QuerySet[Gap]:
    """Gaps that somebody is closing, the soonest due first."""
    return Gap.objects.filter(state=Gap.State.OPEN).select_related("agency", "owner")


def discrepancies_for(user: User) -> QuerySet[Discrepancy]:
    return Discrepancy.objects.select_related("owner", "by", "action")


def open_actions() -> QuerySet[Action]:
    """Actions that something here may be tied to."""
    return Action.objects.filter(state=Action.State.OPEN)


def exercises_for(user: User) -> QuerySet[Exercise]:
    """Exercises, with how many were asked and how many handed in; those not open yet only for who keeps the list."""
    counted = Exercise.objects.select_related("owner").annotate(
        asked=Count("coders", distinct=True), done=Count("coders", filter=~Q(coders__done=None), distinct=True)
    )
    counted = counted.order_by("-made", "-id")
    return counted if user.may(Permission.MANAGE_ACTIONS) else counted.exclude(opened=None)


def cases_of(exercise: Exercise) -> QuerySet[Vignette]:
    return exercise.cases.all()


def coders_of(exercise: Exercise) -> QuerySet[Coder]:
    return exercise.coders.select_related("user")


def own_place(exercise: Exercise, user: User) -> Coder | None:
    """This person's place among those who were asked; None when they were not."""
    return Coder.objects.filter(exercise=exercise, user=user).first()


def own_places(exercises: Iterable[Exercise], user: User) -> set[int]:
    """Those of the exercises, by number, in which this person was asked."""
    return set(Coder.objects.filter(exercise__in=list(exercises), user=user).values_list("exercise", flat=True))


def own_codings(coder: Coder) -> dict[int, Coding]:
    """Case to what this person coded it as so far."""
    return {coding.case_id: coding for coding in Coding.objects.filter(coder=coder)}


def codings_of(exercise: Exercise) -> list[tuple[Vignette, list[Coding]]]:
    """Each case with the answers that were handed in, in an order that tells nobody whose is whose."""
    return codings_in([exercise])[exercise.pk]


def codings_in(exercises: Sequence[Exercise]) -> dict[int, list[tuple[Vignette, list[Coding]]]]:
    """The same for several exercises, by their numbers, in two queries."""
    handed_in = Coding.objects.filter(coder__done__isnull=False).order_by("codes", "unsure", "id")
    cases = Vignette.objects.prefetch_related(Prefetch("codings", handed_in, to_attr="answers"))
    prefetch_related_objects(exercises, Prefetch("cases", cases, to_attr="coded"))
    return {exercise.pk: [(case, case.answers) for case in exercise.coded] for exercise in exercises}


def measured_for(user: User) -> QuerySet[Measured]:
    """What accepted returns were like, oldest period first. Whether exact or protected is for `sees_exact` to say."""
    rows = Measured.objects.filter(submission__state=State.ACCEPTED).exclude(dataset="")
    return rows.select_related("submission__expected__point", "submission__expected__agency").order_by(
        "submission__expected__agency__name", "dataset", "submission__expected__point__period", "id"
    )


def sees_exact(user: User, agency_id: int) -> bool:
    """Whether this person works for the agency and sends its returns."""
    return any(m.agency_id == agency_id and Permission.SEND_RETURNS in MAY[Role(m.role)] for m in user.held)
