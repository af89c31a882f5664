"""The questions and how far they are answered, each answer, each figure, the profile, and the runs that made them."""

from __future__ import annotations

import mimetypes
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.picture import actions
from plait_web.picture.access import LEAST, Shown, raised_for, runs_for, shown_to
from plait_web.picture.access import review as find_review
from plait_web.picture.forms import SAID, PairForm, RaiseForm, ReplyForm
from plait_web.picture.models import Run
from plait_web.roles import Permission
from plait_web.ui.navigation import links_for
from plait_web.ui.wording import to_look_at_again

_STANDINGS = ("answered", "partly", "unshown", "not_yet", "never")
_SAVED = (".pdf", ".xlsx", ".csv")  # handed over as files, not shown in the page


@require_GET
@permitted(Permission.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The questions and how far each is answered; for those who do not read the picture, where they may go."""
    if not request.user.may(Permission.SEE_PICTURE):
        places = [link for link in links_for(request) if not link.active]
        return render(request, "picture/start.html", {"places": places})
    shown = shown_to(request.user)
    given: dict[str, Any] = {"shown": shown, **_newer(request)}
    if shown is not None:
        given |= _questions(shown, request.GET.get("state", "")) | {"days": _days(shown)}
    return render(request, "picture/home.html", given)


def _newer(request: HttpRequest) -> dict[str, Any]:
    """The run under way, and the last where it failed."""
    under_way = Run.objects.filter(state__in=(Run.State.WAITING, Run.State.RUNNING)).first()
    last = Run.objects.filter(state__in=(Run.State.MADE, Run.State.FAILED)).first()
    failed = last if last is not None and last.state == Run.State.FAILED else None
    return {"under_way": under_way, "failed": failed, "may_run": request.user.may(Permission.RUN_PICTURE)}


def _questions(shown: Shown, state: str) -> dict[str, Any]:
    every = shown.index["questions"]
    counts = {s: [q for q in every if q["standing"] == s] for s in _STANDINGS}
    chosen = state if state in counts else ""
    groups = [(s, found) for s, found in counts.items() if found and chosen in ("", s)]
    return {"counts": [(s, found[0]["words"], len(found)) for s, found in counts.items() if found],
            "groups": groups, "chosen": chosen, "total": len(every)}  # fmt: skip


def _days(shown: Shown) -> dict[str, date | None]:
    due = shown.index["next_update"]
    return {"made": date.fromisoformat(shown.index["made_on"]), "due": date.fromisoformat(due) if due else None}


@require_GET
@permitted(Permission.SEE_PICTURE)
def question(request: HttpRequest, name: str) -> HttpResponse:
    """One question: what data says to it, what it cannot, and why."""
    shown = _shown(request)
    found, inner = shown.question(name), shown.page("questions", name)
    if found is None or inner is None:
        raise Http404
    fresh = date.fromisoformat(found["fresh"]) if found["fresh"] else None
    return render(request, "picture/question.html", {"shown": shown, "question": found, "inner": inner, "fresh": fresh,
                                                     "days": _days(shown)})  # fmt: skip


@require_GET
@permitted(Permission.SEE_PICTURE)
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: every breakdown, how it is counted, from whom, how good and how fresh."""
    shown = _shown(request)
    inner = shown.page("figures", name)
    if inner is None:
        raise Http404
    given = {"shown": shown, "title": shown.index["figures"][name], "inner": inner, "name": name, "days": _days(shown)}
    return render(request, "picture/figure.html", given)


@require_GET
@permitted(Permission.SEE_PICTURE)
def across(request: HttpRequest) -> HttpResponse:
    """What no agency sees alone: a list of the pages drawn from all records together."""
    shown = shown_to(request.user)
    return render(
        request, "picture/across.html", {"shown": shown, "topics": shown.index.get("across", {}) if shown else {}}
    )


@require_http_methods(["GET", "POST"])
@permitted(Permission.REVIEW_LINKS)
def review(request: HttpRequest) -> HttpResponse:
    """One pair of records at a time, as how alike they are and nothing else, and what the verdicts so far say."""
    found = find_review()
    form = PairForm(request.POST if request.method == "POST" else None)
    if found is not None and request.method == "POST" and form.is_valid():
        pair, same = form.cleaned_data["pair"], form.cleaned_data["same"]
        if pair not in {one.pair for one in found.pairs}:
            raise Http404
        try:
            actions.judge_pair(pair=pair, same=SAID[same], by=request.user)
        except Refused as reason:
            messages.error(request, str(reason))
        return redirect("picture:review")
    return render(request, "picture/review.html", {"found": found, "form": form, "least": LEAST})


@require_GET
@permitted(Permission.SEE_PICTURE)
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """One page across agencies: its caveat, its charts, their tables, and the tables to take away."""
    shown = _shown(request)
    inner = shown.page("across", name)
    if inner is None:
        raise Http404
    title, lead = shown.index["across"][name]
    return render(request, "picture/topic.html", {"shown": shown, "name": name, "title": title, "lead": lead, "inner": inner,
                                                  "days": _days(shown)})  # fmt: skip


@require_GET
@permitted(Permission.SEE_PICTURE)
def topic_tables(request: HttpRequest, name: str) -> HttpResponse:
    """Every table of a page across agencies, as a file."""
    found = _shown(request).table(name)
    if found is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(found.read_bytes(), content_type="text/csv; charset=utf-8", headers=headers)


@require_GET
@permitted(Permission.SEE_PICTURE)
def profile(request: HttpRequest, path: str = "index.html") -> HttpResponse:
    """A page or a document of the profile, as the person's zone may see it."""
    found = _shown(request).file(path or "index.html")
    if found is None:
        raise Http404
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    response = FileResponse(found.open("rb"), as_attachment=found.suffix in _SAVED, filename=found.name)
    response["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return response


def _shown(request: HttpRequest) -> Shown:
    shown = shown_to(request.user)
    if shown is None:
        raise Http404
    return shown


@require_GET
@permitted(Permission.RUN_PICTURE)
def runs(request: HttpRequest) -> HttpResponse:
    """How each run went, newest first."""
    page = Paginator(runs_for(request.user), 50).get_page(request.GET.get("page"))
    waits = any(run.state == Run.State.WAITING for run in page)
    return render(request, "picture/runs.html", {"page": page, "waits": waits})


@require_GET
@permitted(Permission.RUN_PICTURE)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what came of it. The page follows it until it is over."""
    return render(request, "picture/run.html", {"run": get_object_or_404(runs_for(request.user), pk=pk)})


@require_GET
@permitted(Permission.RUN_PICTURE)
def run_state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is: 202 until it is over, so that asking is not recorded as reading a page."""
    found = get_object_or_404(runs_for(request.user), pk=pk)
    told = {"words": found.stage_words, "done": found.done, "of": found.of}
    return JsonResponse(told, status=200 if found.finished else 202)


@require_POST
@permitted(Permission.RUN_PICTURE)
def start_run(request: HttpRequest) -> HttpResponse:
    try:
        made = actions.ask_for_run(by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect("picture:runs")
    return redirect("picture:run", pk=made.pk)


@require_http_methods(["GET", "POST"])
@permitted(Permission.RAISE_QUESTION)
def raise_question(request: HttpRequest, about: str = "") -> HttpResponse:
    """A question about an answer, a figure, or the whole picture."""
    shown = shown_to(request.user)
    title = _title(shown, about)
    if about and title is None:
        raise Http404
    form = RaiseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not to_look_at_again(form, partnership.pack()):
        pack = shown.run.pack if shown else ""
        actions.raise_question(by=request.user, about=about, pack=pack, text=form.cleaned_data["text"])
        messages.success(
            request, "Your question was sent to those who make the picture. Their reply will be on this page."
        )
        return redirect("picture:raised")
    return render(request, "picture/raise.html", {"form": form, "about": about, "title": title})


def _title(shown: Shown | None, about: str) -> str | None:
    if shown is None or not about:
        return None
    found = shown.question(about)
    return found["title"] if found else shown.index["figures"].get(about)


@require_GET
@permitted(Permission.RAISE_QUESTION)
def raised(request: HttpRequest) -> HttpResponse:
    """Questions raised and what was replied: all for those who answer, a person's own for others."""
    page = Paginator(raised_for(request.user), 50).get_page(request.GET.get("page"))
    shown = shown_to(request.user)
    titles = {item.about: _title(shown, item.about) for item in page}
    may_reply = request.user.may(Permission.ANSWER_QUESTIONS)
    return render(request, "picture/raised.html", {"page": page, "titles": titles, "may_reply": may_reply})


@require_http_methods(["GET", "POST"])
@permitted(Permission.ANSWER_QUESTIONS)
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(raised_for(request.user), pk=pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not to_look_at_again(form, partnership.pack()):
        try:
            actions.reply(found.pk, by=request.user, text=form.cleaned_data["text"])
        except Refused as reason:
            messages.error(request, str(reason))
        return redirect("picture:raised")
    return render(request, "picture/reply.html", {"form": form, "raised": found})
