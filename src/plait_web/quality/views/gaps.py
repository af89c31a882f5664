"""The gap register, and on whom the picture relies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from plait.mapped import MOST
from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.partnership import access as partnership
from plait_web.permissions import permitted
from plait_web.quality import access, actions, forms
from plait_web.quality.models import KINDS, Gap
from plait_web.quality.standing import Found, standing, taken_on
from plait_web.roles import Permission

P = Permission
PAGE = 50
VIEWS = {"": "All", "free": "Nobody has taken on", "taken": "Being closed", "late": "Overdue", "ended": "Ended"}


@dataclass(frozen=True, slots=True)
class Row:
    """A gap that is worked out, one that somebody has taken on, or both at once."""

    kind: str
    agency: str
    what: str
    questions: tuple[str, ...]
    found: Found | None
    gap: Gap | None

    @property
    def healed(self) -> bool:
        """Somebody is closing it, and Plait finds it no longer."""
        return self.gap is not None and self.gap.open and bool(self.gap.key) and self.found is None


@permitted(P.SEE_QUALITY)
def gaps(request: HttpRequest) -> HttpResponse:
    """Every gap once, those before most questions first: what it blocks decides its place, not how easily it is closed."""
    now, today = standing(), timezone.localdate()
    asked = {name: request.GET.get(name, "")[:80] for name in ("view", "kind", "agency")}
    names = now.names
    rows = _rows(list(now.gaps), list(access.gaps_for(request.user)), names)
    shown = [row for row in rows if _wanted(row, asked, names, today)]
    page = {
        "rows": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "total": len(shown),
        "asked": asked,
        "query": "".join(f"{name}={value}&" for name, value in asked.items() if value),
        "views": VIEWS,
        "kinds": {kind.value: words for kind, words in KINDS.items()},
        "agencies": names,
        "titles": {q.id: q.title for q in now.pack.questions.values()},
        "today": today,
        "may_manage": request.user.may(P.MANAGE_ACTIONS),
    }
    return render(request, "quality/gaps.html", page)


def _rows(found: list[Found], taken: list[Gap], names: dict[str, str]) -> list[Row]:
    mine = taken_on(taken)
    rows = [_computed(one, mine.pop(one.key, None), names) for one in found]
    others = [g for g in taken if not g.open or not g.key or g.key in mine]
    rows += [Row(g.kind, str(g.agency or ""), g.what, tuple(g.questions), None, g) for g in others]
    return sorted(rows, key=lambda row: (row.gap is not None and not row.gap.open, -len(row.questions), row.agency))


def _computed(found: Found, gap: Gap | None, names: dict[str, str]) -> Row:
    agency = names.get(found.gap.agency, found.gap.agency)
    return Row(found.gap.kind.value, agency, found.gap.reason, found.questions, found, gap)


def _wanted(row: Row, asked: dict[str, str], names: dict[str, str], today: Any) -> bool:
    gap, view = row.gap, asked["view"]
    if asked["kind"] and row.kind != asked["kind"]:
        return False
    if asked["agency"] and row.agency != names.get(asked["agency"], ""):
        return False
    if view == "ended":
        return gap is not None and not gap.open
    if gap is not None and not gap.open:
        return False
    return {
        "free": gap is None, "taken": gap is not None, "late": gap is not None and gap.late(today)
    }.get(view, True)  # fmt: skip


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def take_on(request: HttpRequest, key: str) -> HttpResponse:
    """A gap that is worked out gets an owner, a next step and a day."""
    found = standing().gap(key)
    if found is None:
        raise Http404
    gap = found.gap

    def act(**said: Any) -> HttpResponse:
        agency = partnership.agencies().filter(code=gap.agency).first()
        made = actions.take_on_gap(
            key=key, kind=gap.kind.value, what=gap.reason, agency=agency, dataset=gap.dataset, columns=gap.columns,
            questions=found.questions, by=request.user, **said,
        )  # fmt: skip
        return redirect("quality:gap", made.pk)

    begun = {"step": gap.action[:300], "owner": request.user.pk}
    page = Asked(
        title="Take a gap on",
        button="Take it on",
        said="The gap has an owner.",
        about=gap.reason,
        back="quality:gaps",
    )
    return ask(request, forms.TakeOnForm(request.POST or None, initial=begun), act, page)


@ASK_AND_SEND
@permitted(P.MANAGE_ACTIONS)
def new_gap(request: HttpRequest) -> HttpResponse:
    form = forms.GapForm(request.POST or None, initial={"owner": request.user.pk}, pack=partnership.pack())
    page = Asked(title="Add a gap", button="Add it", said="The gap is in the register.", back="quality:gaps")
    return ask(request, form, partial(actions.take_on_gap, by=request.user), page)


def _gap(request: HttpRequest, pk: int) -> Gap:
    return get_object_or_404(access.gaps_for(request.user), pk=pk)


@permitted(P.SEE_QUALITY)
def gap(request: HttpRequest, pk: int) -> HttpResponse:
    found, pack = _gap(request, pk), partnership.pack()
    page = {
        "gap": found,
        "titles": {q: pack.questions[q].title for q in found.questions if q in pack.questions},
        "dataset": pack.datasets.get(found.dataset),
        "still": bool(found.key) and standing().gap(found.key) is not None,
        "today": timezone.localdate(),
        "may_move": found.open and (found.owner_id == request.user.pk or request.user.may(P.MANAGE_ACTIONS)),
    }
    return render(request, "quality/gap.html", page)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def change_gap(request: HttpRequest, pk: int) -> HttpResponse:
    found = _gap(request, pk)
    begun = {"step": found.step, "owner": found.owner_id, "due": found.due, "decisions": found.decisions}
    page = Asked(title="Change a gap", button="Save", said="Changed.", about=found.what, back="quality:gap", at=pk)
    act = partial(actions.change_gap, pk, by=request.user)
    return ask(request, forms.TakeOnForm(request.POST or None, initial=begun), act, page)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def end_gap(request: HttpRequest, pk: int) -> HttpResponse:
    page = Asked(
        title="How did it end?", button="Save", said="Kept.", about=_gap(request, pk).what, back="quality:gap", at=pk
    )
    return ask(request, forms.EndGapForm(request.POST or None), partial(actions.end_gap, pk, by=request.user), page)


@ASK_AND_SEND
@permitted(P.SEE_QUALITY)
def plan_gap(request: HttpRequest, pk: int) -> HttpResponse:
    """Its next step becomes an action of the plan."""
    found = _gap(request, pk)
    begun = {"what": found.step, "owner": found.owner_id, "due": found.due}
    page = Asked(
        title="Make an action of it",
        button="Keep the action",
        said="The action is kept.",
        about=found.what,
        back="quality:gap",
        at=pk,
    )
    act = partial(actions.plan_gap, pk, by=request.user)
    return ask(request, forms.ActionForm(request.POST or None, initial=begun), _done(act, pk), page)


def _done(act: Any, pk: int) -> Any:
    def acted(**said: Any) -> HttpResponse:
        act(**said)
        return redirect("quality:gap", pk)

    return acted


@permitted(P.SEE_QUALITY)
def reliance(request: HttpRequest) -> HttpResponse:
    """How much of what is answered rests on each agency, and a warning where one supplies most of it."""
    now = standing()
    heavy = [r for r in now.reliance if now.figures and r.alone / now.figures > MOST]
    page = {
        "rows": now.reliance,
        "figures": now.figures,
        "names": now.names,
        "heavy": heavy,
        "most": MOST,
    }
    return render(request, "quality/reliance.html", page)
