"""Pages of the partnership's questions and definitions, and what each agency says of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from plait.declare import Definition, Question
from plait_web.agreed import access, actions, forms
from plait_web.agreed.models import Kind
from plait_web.agreed.specification import specification
from plait_web.agreed.together import Agreement, combined, views
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission
from plait_web.ui.wording import to_look_at_again

P = Permission
ASK_AND_SEND = require_http_methods(["GET", "POST"])


def _register(request: HttpRequest, kind: Kind, items: dict[str, Any], template: str) -> HttpResponse:
    """Every item with how far the agencies agree on it; `?view=open` shows those not every agency backs."""
    agencies, said = list(partnership.agencies()), list(access.stances(kind))
    rows = [(item, Agreement.of(views(item, agencies, said))) for item in items.values()]
    some = request.GET.get("view") == "open"
    shown = [row for row in rows if row[1].back < len(agencies)] if some else rows
    return render(request, template, {"rows": shown, "some": some, "agencies": agencies})


@permitted(P.SEE_KNOWLEDGE)
def question_list(request: HttpRequest) -> HttpResponse:
    return _register(request, Kind.QUESTION, access.questions(), "agreed/questions.html")


@permitted(P.SEE_KNOWLEDGE)
def definition_list(request: HttpRequest) -> HttpResponse:
    return _register(request, Kind.DEFINITION, access.definitions(), "agreed/definitions.html")


def _found(items: dict[str, Any], name: str) -> Any:
    if name not in items:
        raise Http404
    return items[name]


def _item(request: HttpRequest, kind: Kind, item: Question | Definition, template: str) -> HttpResponse:
    said = list(access.stances(kind, item.id))
    page = {
        "item": item,
        "views": views(item, partnership.agencies(), said),
        "history": said,
        "pack": partnership.pack(),
        "may_speak": bool(access.spoken_for(request.user)),
    }
    return render(request, template, page)


@permitted(P.SEE_KNOWLEDGE)
def question(request: HttpRequest, name: str) -> HttpResponse:
    return _item(request, Kind.QUESTION, _found(access.questions(), name), "agreed/question.html")


@permitted(P.SEE_KNOWLEDGE)
def definition(request: HttpRequest, name: str) -> HttpResponse:
    return _item(request, Kind.DEFINITION, _found(access.definitions(), name), "agreed/definition.html")


@permitted(P.SEE_KNOWLEDGE)
def question_specification(request: HttpRequest, name: str) -> HttpResponse:
    """One page to print: the question, what would be counted, from which columns, and who holds them."""
    found, pack = _found(access.questions(), name), partnership.pack()
    page = {"question": found, "specified": specification(pack, found, partnership.agencies()), "pack": pack}
    return render(request, "agreed/specification.html", page)


@permitted(P.SEE_KNOWLEDGE)
def by_age(request: HttpRequest) -> HttpResponse:
    """Words that change at eighteen: both sides, or one alone (`?view=`), which then says nothing of the other."""
    view = request.GET.get("view", "")
    guides = (guide for guide in partnership.pack().language.values() if guide.retired is None)
    page = {
        "rows": [word for guide in guides for word in guide.by_age],
        "view": view if view in AGES else "",
        "ages": AGES,
    }
    return render(request, "agreed/by_age.html", page)


AGES = {"under_18": "Under 18", "over_18": "18 and over"}


@ASK_AND_SEND
@permitted(P.SPEAK)
def say_of_question(request: HttpRequest, name: str) -> HttpResponse:
    return _say(request, Kind.QUESTION, _found(access.questions(), name), "agreed:question")


@ASK_AND_SEND
@permitted(P.SPEAK)
def say_of_definition(request: HttpRequest, name: str) -> HttpResponse:
    return _say(request, Kind.DEFINITION, _found(access.definitions(), name), "agreed:definition")


def _say(request: HttpRequest, kind: Kind, item: Question | Definition, back: str) -> HttpResponse:
    form = forms.StanceForm(request.POST or None, kind=kind, agencies=access.spoken_for(request.user))
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        try:
            actions.say(item, **form.cleaned_data, by=request.user)
        except Refused as no:
            form.add_error("comment", str(no))
        else:
            messages.success(request, "What your agency says is kept.")
            return redirect(back, item.id)
    return render(request, "agreed/say.html", {"form": form, "item": item, "back": back})


@permitted(P.SEE_KNOWLEDGE)
def order(request: HttpRequest) -> HttpResponse:
    """The questions in the order the agencies give them together, and each agency's own."""
    agencies, ranked = list(partnership.agencies()), list(access.rankings())
    placed = combined(access.questions(), agencies, ranked)
    newest = {r.agency_id: r for r in reversed(ranked)}
    page = {
        "placed": placed,
        "ranked": [newest[a.pk] for a in agencies if a.pk in newest],
        "silent": [a for a in agencies if a.pk not in newest],
        "may_speak": bool(access.spoken_for(request.user)),
    }
    return render(request, "agreed/order.html", page)


@ASK_AND_SEND
@permitted(P.SPEAK)
def rank(request: HttpRequest) -> HttpResponse:
    mine = access.spoken_for(request.user)
    form = forms.RankingForm(request.POST or None, questions=access.questions(), agencies=mine)
    if form.is_valid() and not to_look_at_again(form, partnership.pack()):
        said = form.cleaned_data
        try:
            actions.rank(agency=said["agency"], order=form.order, why=said["why"], by=request.user)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, "Your agency's order is kept.")
            return redirect("agreed:order")
    return render(request, "agreed/rank.html", {"form": form})
