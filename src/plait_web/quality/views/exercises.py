"""The same cases, coded by several people who do not see one another's answers until all are in."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from plait.declare import CodeList
from plait.errors import UserError
from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.partnership import access as partnership
from plait_web.partnership.policies import why_not
from plait_web.permissions import Refused, permitted
from plait_web.quality import access, actions, forms, policies
from plait_web.quality.agreement import Result, result
from plait_web.quality.models import Exercise
from plait_web.roles import Permission

P = Permission
PAGE = 50


def _codes(exercise: Exercise) -> CodeList:
    """The codes as they were when the exercise was made; those in force now when that pack can no longer be read."""
    shipped = partnership.shipped()
    try:
        pack = shipped if exercise.pack == shipped.digest else partnership.pack_of(exercise.pack)
    except UserError:
        pack = partnership.pack()
    return pack.codelist(exercise.codelist)


def _result(exercise: Exercise) -> Result:
    return result(access.codings_of(exercise), _codes(exercise))


@permitted(P.SEE_QUALITY)
def exercises(request: HttpRequest) -> HttpResponse:
    """Every exercise; of those that are closed, whether people agree more than before."""
    rows = Paginator(access.exercises_for(request.user), PAGE).get_page(request.GET.get("page"))
    closed = [row for row in rows if row.closed][:6]
    coded = access.codings_in(closed)
    page = {
        "rows": rows,
        "results": {row.pk: result(coded[row.pk], _codes(row)) for row in closed},
        "own": access.own_places(rows, request.user),
        "today": timezone.localdate(),
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "quality/exercises.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_exercise(request: HttpRequest) -> HttpResponse:
    form = forms.ExerciseForm(request.POST or None, initial={"owner": request.user.pk}, pack=partnership.pack())

    def act(**said: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                made = actions.make_exercise(**said, by=request.user)
        except IntegrityError:
            raise Refused("There is an exercise with this name already. Choose another.") from None
        return redirect("quality:exercise", made.pk)

    page = Asked(
        title="The same cases, coded by several", button="Continue", back="quality:exercises",
        about="You write a few invented cases and ask people to code them. It tells whether figures split by these codes can be "
        "compared. It gives nobody a score.",
    )  # fmt: skip
    return ask(request, form, act, page)


def _exercise(request: HttpRequest, pk: int) -> Exercise:
    return get_object_or_404(access.exercises_for(request.user), pk=pk)


@permitted(P.SEE_QUALITY)
def exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """While it is open: how many are in. Once it is closed: how far people agree, and where they differ most."""
    found = _exercise(request, pk)
    place, codes = access.own_place(found, request.user), _codes(found)
    manages = request.user.may(P.MANAGE_ACTIONS)
    cases = list(access.cases_of(found))
    page = {
        "exercise": found,
        "codes": codes,
        "cases": cases,
        "coders": access.coders_of(found) if manages and found.opened is None else [],
        "place": place,
        "coded": len(access.own_codings(place)) if place else 0,
        "result": _result(found) if found.closed else None,
        "why_not_open": why_not(policies.check_can_open, found, len(cases), found.asked),
        "why_not_close": why_not(policies.check_can_close, found, found.done),
        "manages": manages,
        "today": timezone.localdate(),
    }
    return render(request, "quality/exercise.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def add_case(request: HttpRequest, pk: int) -> HttpResponse:
    found = _exercise(request, pk)
    page = Asked(title="Write a case", button="Add it", back="quality:exercise", at=pk, about=found)
    return ask(request, forms.CaseForm(request.POST or None), partial(actions.add_case, found, by=request.user), page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def ask_people(request: HttpRequest, pk: int) -> HttpResponse:
    found = _exercise(request, pk)
    page = Asked(title="Ask people to code the cases", button="Ask them", back="quality:exercise", at=pk)
    act = partial(actions.ask_coders, found, by=request.user)
    return ask(request, forms.PeopleForm(request.POST or None), act, page)


@require_POST
@permitted(P.MANAGE_ACTIONS)
def open_it(request: HttpRequest, pk: int) -> HttpResponse:
    return _tried(request, pk, actions.open_exercise, "The exercise is open. Those who were asked find it here.")


@require_POST
@permitted(P.MANAGE_ACTIONS)
def close_it(request: HttpRequest, pk: int) -> HttpResponse:
    return _tried(
        request, pk, actions.close_exercise, "The exercise is closed. Its answers can be read, without names."
    )


@require_POST
@permitted(P.SEE_QUALITY)
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    return _tried(request, pk, actions.hand_in, "Your answers are in. You can read everybody's once all are.")


def _tried(request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
    try:
        act(_exercise(request, pk), by=request.user)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, done)
    return redirect("quality:exercise", pk)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def code(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One case a page. Who was not asked finds nothing."""
    found = _exercise(request, pk)
    place = access.own_place(found, request.user)
    case = access.cases_of(found).filter(number=number).first()
    if place is None or case is None:
        raise Http404
    codes, said = _codes(found), access.own_codings(place).get(case.pk)
    begun = {"codes": said.codes, "unsure": said.unsure} if said else {}
    form = forms.CodesForm(request.POST or None, initial=begun, codes=codes)
    refused = why_not(policies.check_takes_codes, found, place, timezone.localdate())
    if request.method == "POST" and form.is_valid():
        return _coded(request, found, number, form.cleaned_data)
    page = {"form": form, "exercise": found, "case": case, "of": found.cases.count(), "refused": refused}
    return render(request, "quality/code.html", page)


def _coded(request: HttpRequest, exercise: Exercise, number: int, said: dict[str, Any]) -> HttpResponse:
    """The next case, or the exercise's page after the last."""
    try:
        actions.code_cases(exercise, said={number: (said["codes"], said["unsure"])}, by=request.user)
    except Refused as no:
        messages.error(request, str(no))
        return redirect("quality:exercise", exercise.pk)
    more = access.cases_of(exercise).filter(number=number + 1).exists()
    return redirect("quality:code", exercise.pk, number + 1) if more else redirect("quality:exercise", exercise.pk)
