"""Questions asked one a page, then all the answers to check, then done. What was typed waits in the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from plait.errors import UserError
from plait_web.permissions import Refused
from plait_web.ui.jinja import day as said

CHECK = "check"


class Question(forms.Form):
    """One page of a journey. `asks` is its heading, unless its only field's label is; `so_far` is what was answered before."""

    asks = ""

    def __init__(self, *arguments: Any, so_far: dict[str, Any] | None = None, asks: str = "", **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.so_far = so_far or {}
        self.asks = asks or self.asks
        self.prepare()

    def prepare(self) -> None:
        """Fills in choices that are not known when the class is written."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the answers to check."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`steps` are slugs and their pages, in order. `done` acts on all the answers and says where to go."""

    name: str
    route: str  # the name of the address that takes a step's slug
    title: str
    button: str
    steps: tuple[tuple[str, type[Question]], ...]
    done: Callable[[HttpRequest, dict[str, Any]], HttpResponse]
    back: str  # the name of the page it starts from

    def page(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The page of that step, shown or answered."""
        if slug == CHECK:
            return self._check(request)
        return self._step(request, slug)

    def _step(self, request: HttpRequest, slug: str) -> HttpResponse:
        kind = dict(self.steps).get(slug)
        if kind is None:
            raise Http404
        forms_, _ = self._so_far(request, slug)
        so_far = _together(forms_)
        if len(forms_) < self._slugs.index(slug):
            return redirect(self._href(self._slugs[len(forms_)]))
        if request.method == "POST":
            form = kind(request.POST, so_far=so_far)
            if form.is_valid():
                self._hold(request, slug)
                return redirect(self._href(self._next(request)))
        else:
            held = self._held(request).get(slug)
            form = kind(_typed(held), so_far=so_far) if held else kind(so_far=so_far)
        return render(
            request, "partnership/question.html", {"form": form, "title": self.title, "back": self._back(slug)}
        )

    def _check(self, request: HttpRequest) -> HttpResponse:
        found, missing = self._so_far(request)
        if missing:
            return redirect(self._href(missing))
        problem = ""
        if request.method == "POST":
            try:
                answer = self.done(request, _together(found))
            except (Refused, UserError) as reason:
                problem = str(reason)
            else:
                self.forget(request)
                return answer
        context = {
            "title": self.title,
            "button": self.button,
            "answers": list(self._answers(found)),
            "problem": problem,
            "back": self._href(self._slugs[-1]),
        }
        return render(request, "partnership/check.html", context)

    def begin(self, request: HttpRequest) -> HttpResponse:
        """To the first question, with nothing held over from last time."""
        self.forget(request)
        return redirect(self._href(self._slugs[0]))

    def forget(self, request: HttpRequest) -> None:
        """Nothing is held any more."""
        request.session.pop(self.name, None)

    @property
    def _slugs(self) -> list[str]:
        return [slug for slug, _ in self.steps]

    def _held(self, request: HttpRequest) -> dict[str, dict[str, list[str]]]:
        return request.session.get(self.name, {})

    def _hold(self, request: HttpRequest, slug: str) -> None:
        typed = {k: request.POST.getlist(k) for k in request.POST if k != "csrfmiddlewaretoken"}
        request.session[self.name] = self._held(request) | {slug: typed}

    def _next(self, request: HttpRequest) -> str:
        return self._so_far(request)[1] or CHECK

    def _so_far(self, request: HttpRequest, until: str = "") -> tuple[list[Question], str]:
        """The answered pages before `until`, in order, and the first that is missing or no longer right; '' when none is."""
        found: list[Question] = []
        for slug, kind in self.steps:
            if slug == until:
                break
            held = self._held(request).get(slug)
            form = kind(_typed(held), so_far=_together(found)) if held else None
            if form is None or not form.is_valid():
                return found, slug
            found.append(form)
        return found, ""

    def _answers(self, found: list[Question]) -> Iterator[Answer]:
        for slug, form in zip(self._slugs, found, strict=True):
            for bound in form:
                if not isinstance(bound.field.widget, forms.HiddenInput):
                    yield Answer(bound.label, worded(bound), self._href(slug))

    def _back(self, slug: str) -> str:
        place = self._slugs.index(slug)
        return self._href(self._slugs[place - 1]) if place else reverse(self.back)

    def _href(self, slug: str) -> str:
        return reverse(self.route, args=[slug])


def _typed(held: dict[str, list[str]] | None) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in (held or {}).items():
        data.setlist(name, values)
    return data


def _together(found: list[Question]) -> dict[str, Any]:
    return {name: value for form in found for name, value in form.cleaned_data.items()}


def worded(bound: forms.BoundField) -> str:
    """A valid answer as the page to check says it."""
    value = bound.form.cleaned_data.get(bound.name)
    if value in (None, "", []):
        return "None given"
    if isinstance(value, date):
        return said(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if words := getattr(bound.field, "worded", None):
        return words(value)
    if isinstance(bound.field, forms.ModelChoiceField):
        return "\n".join(map(str, value)) if isinstance(value, QuerySet) else str(value)
    labels = dict(getattr(bound.field, "choices", ()))
    return str(labels.get(value, value))
