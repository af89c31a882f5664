"""Pages of actions, meetings and what groups ask of one another."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.response import access, actions, forms
from plait_web.response.models import Action
from plait_web.roles import Permission
from plait_web.ui.asking import Asked, ask
from plait_web.ui.wording import to_look_at_again

P = Permission
PAGE = 50
ASK_AND_SEND = require_http_methods(["GET", "POST"])


_ask = partial(ask, pack=partnership.pack)


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

    def act(**said: Any) -> HttpResponse:
        taken = actions.take_on(**said, thought=thought, meeting=meeting, by=request.user)
        return redirect("response:meeting", meeting.pk) if meeting else redirect("response:action", taken.pk)

    about = meeting or (thought and thought.text)
    words = ("New action", "Keep the action", "The action is kept.")
    page = Asked(*words, back="response:actions", about=about)
    return _ask(request, forms.ActionForm(request.POST or None, initial=begun), act, page)


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
    begun = {part: getattr(found, part) for part in ("what", "measure", "due", "question")}
    begun |= {part: getattr(found, f"{part}_id") for part in ("owner", "deputy", "agency", "goal")}
    words = ("Change action", "Save", "The action has been changed.")
    page = Asked(*words, back="response:action", at=pk)
    act = partial(actions.change, pk, by=request.user)
    return _ask(request, forms.ActionForm(request.POST or None, initial=begun), act, page)


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def note_action(request: HttpRequest, pk: int) -> HttpResponse:
    words = ("How does it stand?", "Keep the note", "Your note is kept.")
    page = Asked(*words, back="response:action", at=pk, about=_action(request, pk))
    return _ask(request, forms.NoteForm(request.POST or None), partial(actions.note, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def close_action(request: HttpRequest, pk: int) -> HttpResponse:
    words = ("Close action", "Close the action", "The action is closed.")
    page = Asked(*words, back="response:action", at=pk, about=_action(request, pk))

    def act(done: str, outcome: str) -> Action:
        return actions.close(pk, done=done == "yes", outcome=outcome, by=request.user)

    return _ask(request, forms.CloseForm(request.POST or None), act, page)


# Thoughts


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def inbox(request: HttpRequest) -> HttpResponse:
    """Thoughts that wait, and a form for another; `?from=` says which page it was written on."""
    form = forms.CaptureForm(request.POST or None, initial={"page": request.GET.get("from", "")[:200]})
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        actions.capture(**form.cleaned_data, by=request.user)
        messages.success(request, "Kept. Whoever keeps the list of actions will deal with it.")
        return redirect("response:inbox")
    rows = Paginator(access.thoughts_for(request.user), PAGE).get_page(request.GET.get("page"))
    page = {"form": form, "rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS)}
    return render(request, "response/inbox.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    thought = get_object_or_404(access.thoughts_for(request.user), pk=pk)
    page = Asked("Put aside", "Put aside", "Put aside.", back="response:inbox", about=thought.text)
    return _ask(request, forms.AsideForm(request.POST or None), partial(actions.put_aside, pk, by=request.user), page)


# Goals


@permitted(P.SEE_ACTIONS)
def goal_list(request: HttpRequest) -> HttpResponse:
    page = {"goals": access.goals(), "may_manage": request.user.may(P.MANAGE_ACTIONS)}
    return render(request, "response/goals.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_goal(request: HttpRequest) -> HttpResponse:
    page = Asked("New goal", "Keep the goal", "The goal is kept.", back="response:goals")
    return _ask(request, forms.GoalForm(request.POST or None), partial(actions.set_goal, by=request.user), page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def end_goal(request: HttpRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(access.goals(), pk=pk)
    words = ("End goal", "End the goal", "The goal has ended.")
    page = Asked(*words, back="response:goals", about=goal)
    return _ask(request, forms.EndGoalForm(request.POST or None), partial(actions.end_goal, pk, by=request.user), page)


# Meetings


@permitted(P.SEE_ACTIONS)
def meeting_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.meetings(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS), "today": timezone.localdate()}
    return render(request, "response/meetings.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_meeting(request: HttpRequest) -> HttpResponse:
    words = ("New meeting", "Keep the meeting", "The meeting is kept.")

    def act(**said: Any) -> HttpResponse:
        return redirect("response:meeting", actions.call_meeting(**said, by=request.user).pk)

    return _ask(request, forms.MeetingForm(request.POST or None), act, Asked(*words, back="response:meetings"))


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
    page = Asked("What was said", "Keep it", "Kept.", back="response:meeting", at=pk, about=found)
    return _ask(request, forms.HoldForm(request.POST or None), partial(actions.hold_meeting, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.meetings(), pk=pk)
    words = ("Record a decision", "Keep the decision", "The decision is kept.")
    page = Asked(*words, back="response:meeting", at=pk, about=found)
    return _ask(
        request, forms.DecisionForm(request.POST or None), partial(actions.decide, found, by=request.user), page
    )


# Between groups


@permitted(P.SEE_ACTIONS)
def route_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.routes(), PAGE).get_page(request.GET.get("page"))
    page = {"rows": rows, "may_manage": request.user.may(P.MANAGE_ACTIONS), "today": timezone.localdate()}
    return render(request, "response/routes.html", page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_route(request: HttpRequest) -> HttpResponse:
    words = ("Ask another group", "Ask", "Asked. The reply will be on this page.")
    page = Asked(*words, back="response:routes")
    return _ask(request, forms.RouteForm(request.POST or None), partial(actions.ask, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SEE_ACTIONS)
def reply_route(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(access.routes(), pk=pk)
    page = Asked("Reply", "Reply", "The reply is kept.", back="response:routes", about=found.text)
    return _ask(request, forms.ReplyForm(request.POST or None), partial(actions.reply, pk, by=request.user), page)
