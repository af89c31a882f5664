"""Pages of words: what people said, wrote or know from practice, and their way past the gate."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission
from plait_web.ui.asking import Asked, ask
from plait_web.ui.wording import to_look_at_again
from plait_web.words import access, actions, forms, gate, policies
from plait_web.words.models import Passage
from plait_web.words.states import STEPS, Kind, State

P = Permission
PAGE = 50
ASK_AND_SEND = require_http_methods(["GET", "POST"])
_ask = partial(ask, pack=partnership.pack)


@require_GET
@permitted(P.SEE_WORDS)
def word_list(request: HttpRequest) -> HttpResponse:
    """Words, signed ones first; `?question=` narrows to those about one question."""
    view = request.GET.get("view", "signed")
    view = view if view in access.VIEWS else "signed"
    question = request.GET.get("question", "")[:80]
    found = access.passages_for(request.user, view)
    rows = Paginator(found.filter(question=question) if question else found, PAGE).get_page(request.GET.get("page"))
    titles = access.question_titles()
    page = {"rows": rows, "view": view, "views": access.VIEWS, "titles": titles, "about": titles.get(question, "")}
    page |= {"question": question, "heard": access.counts(), "may_write": request.user.may(P.WRITE_WORDS)}
    return render(request, "words/list.html", page)


@ASK_AND_SEND
@permitted(P.WRITE_WORDS)
def write(request: HttpRequest) -> HttpResponse:
    """New words, or a new version of signed ones (?replaces=)."""
    earlier = access.passages_for(request.user, "signed").filter(pk=_number(request)).first()
    begun = _as_typed(earlier) if earlier else {"question": request.GET.get("question", "")[:80]}
    return _typed(request, begun, partial(actions.write, replaces=earlier, by=request.user), earlier)


@ASK_AND_SEND
@permitted(P.WRITE_WORDS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    passage = _passage(request, pk)
    return _typed(request, _as_typed(passage), partial(actions.change, pk, by=request.user), passage)


def _typed(request: HttpRequest, begun: dict[str, Any], act: Any, about: Passage | None) -> HttpResponse:
    """The form until the words have passed the gate. What is typed is read and shown again, and kept only once it may be."""
    findings = gate.read(request.POST.get("text", "")) if request.method == "POST" else ()
    form = forms.WordsForm(request.POST or None, initial=begun, found=bool(findings))
    if form.is_valid() and not to_look_at_again(form, partnership.pack(), spared=_spared(form)):
        try:
            made = act(**form.cleaned_data)
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(request, "Kept. A second person will read the words and decide.")
            return redirect("words:passage", made.pk)
    return render(request, "words/write.html", {"form": form, "findings": gate.kept(findings), "about": about})


def _spared(form: forms.WordsForm) -> frozenset[str]:
    """Somebody's own words stand as they said them."""
    own = form.cleaned_data["kind"] in (Kind.QUOTE, Kind.STORY)
    return frozenset({"text"}) if own else frozenset()


def _as_typed(passage: Passage) -> dict[str, Any]:
    names = ("kind", "whose", "text", "question", "heard", "consent", "consent_until", "part", "stands")
    return {name: getattr(passage, name) for name in names}


def _number(request: HttpRequest) -> int | None:
    asked = request.GET.get("replaces", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _passage(request: HttpRequest, pk: int) -> Passage:
    return get_object_or_404(access.passages_for(request.user), pk=pk)


@require_GET
@permitted(P.SEE_WORDS)
def passage(request: HttpRequest, pk: int) -> HttpResponse:
    found = _passage(request, pk)
    page = {
        "passage": found,
        "question": access.question_titles().get(found.question, ""),
        "may": {act: _may(request, found, act) for act in STEPS if act != "write"},
        "consent_ended": bool(found.consent_until and found.consent_until < timezone.localdate()),
    }
    return render(request, "words/passage.html", page)


def _may(request: HttpRequest, found: Passage, act: str) -> bool:
    """Whether this person could do it now: the policies decide again when they try."""
    try:
        policies.check_step(found, act)
        if act == "change":
            policies.check_writer(found, request.user)
        if act in ("sign", "send_back"):
            policies.check_second(found, request.user)
        if act == "withdraw":
            policies.check_may_withdraw(found, request.user, may_sign=request.user.may(P.SIGN_WORDS))
    except Refused:
        return False
    step = STEPS[act]
    return step.permission is not None and bool(request.user.may(step.permission))


@ASK_AND_SEND
@permitted(P.SIGN_WORDS)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, held against today's picture, beside the words; then a second person's name under them."""
    found = _passage(request, pk)
    form = forms.SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign(pk, by=request.user, **form.cleaned_data)
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(request, "Signed. The words may be used.")
            return redirect("words:passage", pk)
    findings = gate.kept(gate.read(found.text)) if found.state == State.WAITING else found.findings
    return render(request, "words/sign.html", {"form": form, "passage": found, "findings": findings})


@ASK_AND_SEND
@permitted(P.SIGN_WORDS)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    page = Asked("Send back", "Send back", "Sent back.", back="words:passage", at=pk, about=_passage(request, pk).text)
    return _ask(request, forms.BackForm(request.POST or None), partial(actions.send_back, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SEE_WORDS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    _passage(request, pk)
    said = "Withdrawn, and the words erased."
    page = Asked("Withdraw these words", "Withdraw", said, back="words:passage", at=pk, warning=True)
    return _ask(request, forms.WithdrawForm(request.POST or None), partial(actions.withdraw, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SIGN_WORDS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = _passage(request, pk)
    page = Asked("What came of these words", "Keep it", "Kept.", back="words:passage", at=pk, about=found.text)
    begun = {"did": found.did}
    return _ask(
        request,
        forms.AnswerForm(request.POST or None, initial=begun),
        partial(actions.answer, pk, by=request.user),
        page,
    )
