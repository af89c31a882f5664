"""The data map as a file: out as a template that is filled already, in with a look at what would be saved."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from plait.errors import UserError
from plait.receive.catalogue import Listed, read_listed
from plait_web.knowledge import access, actions, forms, reading
from plait_web.knowledge.models import MapFile
from plait_web.knowledge.views.asking import ASK_AND_SEND, Asked, ask
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused, permitted
from plait_web.roles import Permission
from plait_web.ui.sheets import written_csv

P = Permission
_SHOWN = 50  # lines and problems of a file on its page
_KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@permitted(P.SEE_KNOWLEDGE)
def written(request: HttpRequest, kind: str) -> HttpResponse:
    """The lines in force as the template has them; with `?agency=`, one agency's; with `?empty=yes`, headings alone."""
    rows = access.assets_for(request.user)
    if code := request.GET.get("agency", ""):
        rows = rows.filter(agency__code=code)
    table = reading.written(rows.none() if request.GET.get("empty") else rows, partnership.pack())
    content = written_csv(table) if kind == "csv" else _xlsx(table)
    answer = HttpResponse(content, content_type=_KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="data-map.{kind}"'
    return answer


def _xlsx(table: Sequence[Sequence[str]]) -> bytes:
    """The lines on one sheet, headings held in place, and the words that may stand in a cell on another."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": "Data map"})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet("Data map")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(table[0]) - 1, 22, wrap)
    for number, row in enumerate(table):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, wrap if number else head)
    words = book.add_worksheet("Words to use")
    words.set_column(0, 1, 34)
    words.write_row(0, 0, ["Column", "Words that may stand there"], head)
    pairs = [(reading.HEADINGS[name], word) for name, known in reading.WORDS.items() for word in known.values()]
    for number, (heading, word) in enumerate(pairs, start=1):
        words.write_string(number, 0, heading)
        words.write_string(number, 1, word)
    book.close()
    return out.getvalue()


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def send(request: HttpRequest) -> HttpResponse:
    """A file is read; nothing is saved before it has been looked through."""
    agencies = access.agencies_kept_by(request.user)
    form = forms.FileForm(request.POST or None, request.FILES or None, agencies=agencies)

    def act(file: Any, agency: str) -> HttpResponse:
        listed = read_upload(file)
        own = agencies[0] if len(agencies) == 1 else next((a for a in agencies if a.code == agency), None)
        kind = "template" if {"Agency", "What it is called"} <= set(listed.headings) else "catalogue"
        taken = actions.take_file(kind=kind, headings=listed.headings, rows=listed.rows, agency=own, by=request.user)
        return redirect("knowledge:headings" if kind == "catalogue" else "knowledge:look", taken.pk)

    page = Asked(
        title="Add lines from a file", button="Read it", back="knowledge:data_map",
        about="Nothing is saved yet: you see first what would be added, changed or cannot be used.",
    )  # fmt: skip
    return ask(request, form, act, page)


def read_upload(file: Any) -> Listed:
    """The lines of an upload. Raises Refused with the library's reason."""
    with TemporaryDirectory() as room:
        path = Path(room) / f"your file{Path(str(file.name)).suffix.lower()[:6]}"
        with path.open("wb") as handle:
            for block in file.chunks():
                handle.write(block)
        try:
            return read_listed(path, Path(room), wanted=())
        except UserError as problem:
            raise Refused(str(problem)) from None


def _file(request: HttpRequest, pk: int) -> MapFile:
    return get_object_or_404(access.files_of(request.user), pk=pk)


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def headings(request: HttpRequest, pk: int) -> HttpResponse:
    """Which heading of a catalogue is which field; guessed first."""
    file = _file(request, pk)
    fields = {name: words for name, words in reading.HEADINGS.items() if name in _MAPPED}
    form = forms.MappingForm(request.POST or None, initial=file.fields, headings=file.headings, fields=fields)

    def act(**said: str) -> HttpResponse:
        actions.map_headings(pk, fields=said, by=request.user)
        return redirect("knowledge:look", pk)

    page = Asked(
        title="What is in this catalogue?", button="Continue", back="knowledge:send_file",
        about=f"{len(file.rows)} lines. Choose which of its headings each part of a line is read from.",
    )  # fmt: skip
    return ask(request, form, act, page)


_MAPPED = ("agency", "item", "meaning", "capture", "system", "coverage", "frequency", "since", "contact", "note")


@ASK_AND_SEND
@permitted(P.KEEP_MAP)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What saving the file would add and change, and what of it cannot be used and why."""
    file = _file(request, pk)
    if request.method == "POST":
        try:
            count = actions.save_file(pk, by=request.user)
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(request, f"{count} {'line is' if count == 1 else 'lines are'} on the data map.")
            return redirect("knowledge:data_map")
    looked = reading.looked_through(file, request.user)
    page = {"file": file, "looked": looked, "shown": _SHOWN, "pack": partnership.pack()}
    return render(request, "knowledge/look.html", page)


@require_POST
@permitted(P.KEEP_MAP)
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    actions.put_file_aside(_file(request, pk).pk, by=request.user)
    messages.success(request, "Nothing of the file was saved.")
    return redirect("knowledge:data_map")
