"""Pages of actions, meetings and what groups ask of one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.response import access, actions, forms
from plait_web.response.models import Action
from plait_web.roles import Permission

P = Permission
PAGE = 50
ASK_AND_SEND = require_http_methods(["GET", "POST"])


def _done(request: HttpRequest, act: Callable[[], Any], said: str) -> Any:
    """What the act gives back, with word that it is done; None, with the sentence why not, when it is refused."""
    try:
        result = act()
    except Refused as no:
        messages.error(request, str(no))
        return None
    messages.success(request, said)
    return result


def _asked(
    request: HttpRequest, form: django_forms.Form, title: str, button: str, back: str, **more: Any
) -> HttpResponse:
    """A page with one form. The back link leads to the address `back`."""
    page = {"form": form, "title": title, "button": button, "back": back, **more}
    return render(request, "response/form.html", page)


def _titles() -> dict[str, str]:
    return {q.id: q.title for q in partnership.pack().questions.values()}


# Actions


@permitted(P.SEE_ACTIONS)
def action_list(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("view", "open")
    view = view if view in access.VIEWS else "open"
    today = timezone.localdate()
    rows = Paginator(access.actions_for(request.user, view, today), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "view": view, "views": access.VIEWS, "today": today}
    return render(request, "response/actions.html", page | {"may_manage": request.user.may(P.MANAGE_ACTIONS)})


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_action(request: HttpRequest) -> HttpResponse:
    """An action from nothing, from a thought (?thought=), a meeting (?meeting=) or a question (?question=)."""
    thought = access.thoughts_for(request.user).filter(pk=_number(request, "thought")).first()
    meeting = access.meetings().filter(pk=_number(request, "meeting")).first()
    begun = {"what": thought.text[:300] if thought else "", "question": request.GET.get("question", "")}
    form = forms.ActionForm(request.POST or None, initial=begun)
    if form.is_valid():
        said = form.cleaned_data
        taken = _done(
            request,
            lambda: actions.take_on(**said, thought=thought, meeting=meeting, by=request.user),
            "The action is kept.",
        )
        if taken:
            return redirect("response:meeting", meeting.pk) if meeting else redirect("response:action", taken.pk)
    about = meeting or (thought and thought.text)
    return _asked(request, form, "New action", "Keep the action", "response:actions", about=about)


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _action(request: HttpRequest, pk: int) -> Action:
    return get_object_or_404(access.actions_for(request.user), pk=pk)


@permitted(P.SEE_ACTIONS)
def action(request: HttpRequest, pk: int) -> HttpResponse:
    found = _action(request, pk)
    may = request.user.may(P.MANAGE_ACTIONS) or request.user.pk in (found.owner_id, found.deputy_id)
    page = {
        "action": found,
        "notes": found.notes.select_related("by"),
        "question": _titles().get(found.question, ""),
        "today": timezone.localdate(),
        "may_move": may and found.open,
    }
    return render(request, "response/action.html", page)


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def change_action(request: HttpRequest, pk: int) -> HttpResponse:
    found = _action(request, pk)
    parts = ("what", "measure", "due", "question")
    begun = {part: getattr(found, part) for part in parts} | {
        part: getattr(found, f"{part}_id") for part in ("owner", "deputy", "agency", "goal")
    }
    form = forms.ActionForm(request.POST or None, initial=begun)
    if form.is_valid():
        said = form.cleaned_data
        if _done(request, lambda: actions.change(pk, by=request.user, **said), "The action has been changed."):
            return redirect("response:action", pk)
    return _asked(request, form, "Change action", "Save", "response:action", at=pk)


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def note_action(request: HttpRequest, pk: int) -> HttpResponse:
    found = _action(request, pk)
    form = forms.NoteForm(request.POST or None)
    if form.is_valid():
        text = form.cleaned_data["text"]
        if _done(request, lambda: actions.note(pk, text=text, by=request.user), "Your note is kept."):
            return redirect("response:action", pk)
    return _asked(request, form, "How does it stand?", "Keep the note", "response:action", at=pk, about=found)


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def close_action(request: HttpRequest, pk: int) -> HttpResponse:
    found = _action(request, pk)
    form = forms.CloseForm(request.POST or None)
    if form.is_valid():
        done, outcome = form.cleaned_data["done"] == "yes", form.cleaned_data["outcome"]
        closed = _done(
            request, lambda: actions.close(pk, done=done, outcome=outcome, by=request.user), "The action is closed."
        )
        if closed:
            return redirect("response:action", pk)
    return _asked(request, form, "Close action", "Close the action", "response:action", at=pk, about=found)


# Thoughts


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def inbox(request: HttpRequest) -> HttpResponse:
    """Thoughts that wait, and a form for another; `?from=` says which page it was written on."""
    form = forms.CaptureForm(request.POST or None, initial={"page": request.GET.get("from", "")[:200]})
    if form.is_valid():
        said = form.cleaned_data
        messages.success(request, "Kept. Whoever keeps the list of actions will deal with it.")
        actions.capture(**said, by=request.user)
        return redirect("response:inbox")
    rows = Paginator(access.thoughts_for(request.user), PAGE).get_page(request.GET.get("page"))
    page = {"form": form, "rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS)}
    return render(request, "response/inbox.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    thought = get_object_or_404(access.thoughts_for(request.user), pk=pk)
    form = forms.AsideForm(request.POST or None)
    if form.is_valid():
        why = form.cleaned_data["why"]
        _done(request, lambda: actions.put_aside(pk, why=why, by=request.user), "Put aside.")
        return redirect("response:inbox")
    return _asked(request, form, "Put aside", "Put aside", "response:inbox", about=thought.text)


# Goals


@permitted(P.SEE_ACTIONS)
def goal_list(request: HttpRequest) -> HttpResponse:
    page = {"goals": access.goals(), "may_manage": request.user.may(P.MANAGE_ACTIONS)}
    return render(request, "response/goals.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_goal(request: HttpRequest) -> HttpResponse:
    form = forms.GoalForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if _done(request, lambda: actions.set_goal(**said, by=request.user), "The goal is kept."):
            return redirect("response:goals")
    return _asked(request, form, "New goal", "Keep the goal", "response:goals")


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def end_goal(request: HttpRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(access.goals(), pk=pk)
    form = forms.EndGoalForm(request.POST or None)
    if form.is_valid():
        why = form.cleaned_data["why"]
        if _done(request, lambda: actions.end_goal(pk, why=why, by=request.user), "The goal has ended."):
            return redirect("response:goals")
    return _asked(request, form, "End goal", "End the goal", "response:goals", about=goal)


# Meetings


@permitted(P.SEE_ACTIONS)
def meeting_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.meetings(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS), "today": timezone.localdate()}
    return render(request, "response/meetings.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_meeting(request: HttpRequest) -> HttpResponse:
    form = forms.MeetingForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if made := _done(request, lambda: actions.call_meeting(**said, by=request.user), "The meeting is kept."):
            return redirect("response:meeting", made.pk)
    return _asked(request, form, "New meeting", "Keep the meeting", "response:meetings")


@permitted(P.SEE_ACTIONS)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda built from what is due, what was said, decided and taken on."""
    found = get_object_or_404(access.meeting_whole(), pk=pk)
    page = {
        "meeting": found,
        "agenda": access.agenda(found),
        "titles": _titles(),
        "today": timezone.localdate(),
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "response/meeting.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def hold_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.meetings(), pk=pk)
    form = forms.HoldForm(request.POST or None)
    if form.is_valid():
        notes = form.cleaned_data["notes"]
        if _done(request, lambda: actions.hold_meeting(pk, notes=notes, by=request.user), "Kept."):
            return redirect("response:meeting", pk)
    return _asked(request, form, "What was said", "Keep it", "response:meeting", at=pk, about=found)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.meetings(), pk=pk)
    form = forms.DecisionForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if _done(request, lambda: actions.decide(found, by=request.user, **said), "The decision is kept."):
            return redirect("response:meeting", pk)
    return _asked(request, form, "Record a decision", "Keep the decision", "response:meeting", at=pk, about=found)


# Between groups


@permitted(P.SEE_ACTIONS)
def route_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.routes(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS), "today": timezone.localdate()}
    return render(request, "response/routes.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_route(request: HttpRequest) -> HttpResponse:
    form = forms.RouteForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if _done(request, lambda: actions.ask(**said, by=request.user), "Asked. The reply will be on this page."):
            return redirect("response:routes")
    return _asked(request, form, "Ask another group", "Ask", "response:routes")


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def reply_route(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.routes(), pk=pk)
    form = forms.ReplyForm(request.POST or None)
    if form.is_valid():
        text = form.cleaned_data["text"]
        if _done(request, lambda: actions.reply(pk, text=text, by=request.user), "The reply is kept."):
            return redirect("response:routes")
    return _asked(request, form, "Reply", "Reply", "response:routes", about=found.text)
