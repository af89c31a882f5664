"""Pages on which each agency's own words stand beside the shared ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from plait.declare import CodeList
from plait_web.agreed.access import definitions, spoken_for
from plait_web.crosswalk import access, actions, forms, lines
from plait_web.crosswalk.beside import beside, how_far, newest
from plait_web.crosswalk.models import OwnText
from plait_web.knowledge.views.files import read_upload
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.roles import Permission
from plait_web.ui.asking import Asked, ask
from plait_web.ui.sheets import written_csv

P = Permission
PAGE = 50
CODES, TERM = "crosswalk:codes", "crosswalk:term"
ASK_AND_SEND = require_http_methods(["GET", "POST"])


def _ask(request: HttpRequest, form: django_forms.Form, act: Callable[..., Any], page: Asked) -> HttpResponse:
    """What an agency's own system calls a thing is told as it is."""
    return ask(request, form, act, page, pack=partnership.pack, spared=("code", "meaning"))


def _list(name: str) -> CodeList:
    found = partnership.pack().codelists.get(name)
    if found is None:
        raise Http404
    return found


@permitted(P.SEE_KNOWLEDGE)
def home(request: HttpRequest) -> HttpResponse:
    """The shared lists, with how many codes of their own the agencies have set beside each, the most used first; and
    how far each agency has come.
    """
    codes = list(access.local_codes().values_list("codelist", "agency", "shared"))
    used = {c.codes for d in partnership.pack().datasets.values() for c in d.columns if c.codes}
    lists = [one for one in partnership.pack().codelists.values() if one.id in used and one.retired is None]
    said, unmapped = Counter(name for name, _, _ in codes), Counter(name for name, _, shared in codes if not shared)
    rows = [(one, said[one.id], unmapped[one.id]) for one in sorted(lists, key=lambda one: (-said[one.id], one.title))]
    page = {"rows": rows, "agencies": how_far(partnership.agencies(), codes), "harm": access.HARM}
    return render(request, "crosswalk/home.html", page)


@permitted(P.SEE_KNOWLEDGE)
def codes(request: HttpRequest, name: str) -> HttpResponse:
    """One list: each agency's own codes beside the shared ones, what has none, and what is lost."""
    found, agencies = _list(name), list(partnership.agencies())
    ours = spoken_for(request.user, agencies)
    side = beside(found, agencies, access.local_codes(name))
    page = {
        "codelist": found,
        "side": side,
        "rows": Paginator(side.rows, PAGE).get_page(request.GET.get("page")),
        "ours": {a.pk for a in ours},
        "harm": access.HARM,
    }
    return render(request, "crosswalk/codes.html", page)


@ASK_AND_SEND
@permitted(P.SPEAK)
def add(request: HttpRequest, name: str) -> HttpResponse:
    found = _list(name)
    mine = spoken_for(request.user)
    form = forms.CodeForm(request.POST or None, agencies=mine, codelist=found, field="shared")
    page = Asked("A code of your own", "Save", "The code is kept.", back=CODES, at=name, about=found.title)
    return _ask(request, form, partial(actions.add_code, found, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SPEAK)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    code = get_object_or_404(access.local_codes_for(request.user), pk=pk)
    begun = {"shared": code.shared, "meaning": code.meaning, "loss": code.loss}
    form = forms.ChangeForm(
        request.POST or None, agencies=[], codelist=_list(code.codelist), field="shared", initial=begun
    )
    page = Asked(f"Your code {code.code}", "Save", "The code is changed.", back=CODES, at=code.codelist)
    return _ask(request, form, partial(actions.change_code, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SPEAK)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    code = get_object_or_404(access.local_codes_for(request.user), pk=pk)
    form = forms.RemoveForm(request.POST if request.method == "POST" else None)
    about = "Remove it where your system no longer has it."
    page = Asked(
        f"Remove your code {code.code}", "Remove", "The code is removed.", back=CODES, at=code.codelist, about=about
    )
    return _ask(request, form, partial(actions.remove_code, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SPEAK)
def take(request: HttpRequest, name: str) -> HttpResponse:
    """Lines from the maps with which the agency's files are read."""
    found = _list(name)
    form = forms.TakeForm(request.POST or None, agencies=spoken_for(request.user))
    about = "What your people matched when your files were first read. Every agency will see these words."
    words = ("Take codes from your files’ maps", "Take them", "The codes are here to be looked over.")
    act = partial(actions.take_from_maps, found, by=request.user)
    return _ask(request, form, act, Asked(*words, back=CODES, at=name, about=about))


@permitted(P.SEE_KNOWLEDGE)
def written(request: HttpRequest, name: str) -> HttpResponse:
    """Every agency's codes beside the list, as a file that can be sent in again."""
    found = _list(name)
    answer = HttpResponse(written_csv(lines.written(access.local_codes(name))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="codes-{found.id}.csv"'
    return answer


@ASK_AND_SEND
@permitted(P.SPEAK)
def send(request: HttpRequest, name: str) -> HttpResponse:
    """Codes from a file: all its lines are taken, or none and each problem is told with its place and remedy."""
    found = _list(name)
    form = forms.FileForm(request.POST or None, request.FILES or None)

    def act(file: Any) -> HttpResponse:
        known = access.local_codes_for(request.user).filter(codelist=name)
        good, problems = lines.read(read_upload(file), found, spoken_for(request.user), known)
        if problems:
            return render(request, "crosswalk/problems.html", {"codelist": found, "problems": problems[:200]})
        taken = actions.take_lines(found, good, by=request.user)
        messages.success(request, f"{taken} {'code is' if taken == 1 else 'codes are'} added or changed.")
        return redirect(CODES, name)

    about = "Lines of agencies you do not speak for are refused. A code that is not in the file stays as it is."
    return _ask(request, form, act, Asked("Codes from a file", "Read it", back=CODES, at=name, about=about))


@permitted(P.SEE_KNOWLEDGE)
def term(request: HttpRequest, name: str) -> HttpResponse:
    """What each agency means by a term, side by side and beside the agreed text, with the forms of harm each includes."""
    found = definitions().get(name)
    if found is None:
        raise Http404
    agencies, texts = list(partnership.agencies()), list(access.own_texts(name))
    said = newest(texts)
    speaking = [(a, said[a.pk]) for a in agencies if a.pk in said]
    harms = partnership.pack().codelist(access.HARM).codes
    page = {
        "item": found,
        "said": speaking,
        "silent": [a for a in agencies if a.pk not in said],
        "harms": [(code.label, [_included(code.code, text) for _, text in speaking]) for code in harms]
        if any(text.includes for _, text in speaking)
        else [],
        "before": [text for text in texts if said[text.agency_id] != text],
        "may_speak": bool(spoken_for(request.user, agencies)),
    }
    return render(request, "crosswalk/term.html", page)


def _included(code: str, text: OwnText) -> str:
    if not text.includes:
        return "Has not said"
    return "Included" if code in text.includes else "Not included"


@ASK_AND_SEND
@permitted(P.SPEAK)
def say(request: HttpRequest, name: str) -> HttpResponse:
    found = definitions().get(name)
    if found is None:
        raise Http404
    mine, harms = spoken_for(request.user), partnership.pack().codelist(access.HARM)
    form = forms.OwnTextForm(request.POST or None, agencies=mine, codelist=harms, field="includes")
    page = Asked("What your agency means by it", "Save", "Your text is kept.", back=TERM, at=name, about=found.title)
    return _ask(request, form, partial(actions.say, name, by=request.user), page)
