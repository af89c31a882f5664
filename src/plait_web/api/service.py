"""The addresses that other systems use: packs, answers, released figures, and an agency's own returns.

Each asks for one permission, which the token must hold; the same table as the pages' says so.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, NinjaAPI, Query, Schema, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile
from ninja.security import HttpBearer

import plait
from plait.errors import UserError
from plait_web.api import actions, figures
from plait_web.api.access import expected_of, returns_of, token_of
from plait_web.api.models import Token
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Adoption
from plait_web.permissions import Refused
from plait_web.picture.access import Shown, newest
from plait_web.returns import actions as returns
from plait_web.returns.access import places
from plait_web.returns.models import Submission
from plait_web.roles import Permission


class Bearer(HttpBearer):
    """A token in the header `Authorization: Bearer …` that may do what the address asks for."""

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = token_of(token)
        if found is None:
            return None
        if self.permission not in found.scopes:
            raise HttpError(403, f"This token is not for this: {self.permission.label.lower()}.")
        assert request.resolver_match is not None
        actions.used(found, act=f"api.{request.resolver_match.url_name}"[:60], address=request.path[:300])
        return found


KNOWLEDGE, PICTURE, RETURNS = (
    Bearer(p) for p in (Permission.SEE_KNOWLEDGE, Permission.SEE_PICTURE, Permission.SEND_RETURNS)
)
api = NinjaAPI(
    title="Plait",
    version=plait.__version__,
    description="Packs, answers, released figures and an agency's own returns. Every figure here was protected before.",
    docs_url=None,  # the page that would show it asks for scripts from elsewhere
    openapi_url="openapi.json",
    urls_namespace="api:service",
)


class Problem(Schema):
    """What is wrong, in words."""

    detail: Any


SOME_FILES: Any = File(min_length=1)
ASKS: dict[str, Permission] = {}  # name of an address to the permission its token must hold
REFUSALS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Problem}


def _address(
    method: str, path: str, bearer: Bearer, *, name: str, gives: Any, more: dict[int, Any] | None = None
) -> Any:
    """Makes the function below it answer at this address, for tokens that hold the bearer's permission."""
    ASKS[name] = bearer.permission
    responses = REFUSALS | {202 if method == "POST" else 200: gives} | (more or {})
    return api.api_operation([method], path, auth=bearer, response=responses, url_name=name)


class PackOut(Schema):
    id: str
    version: str
    digest: str
    effective: date


class ItemOut(Schema):
    id: str
    title: str


class PackWhole(Schema):
    id: str
    title: str
    version: str
    digest: str
    questions: list[ItemOut]
    indicators: list[ItemOut]
    datasets: list[ItemOut]
    definitions: list[ItemOut]


class AnswerOut(Schema):
    id: str
    title: str
    theme: str
    standing: str
    line: str
    reasons: list[str]
    fresh: date | None
    gaps: int
    figures: list[str]


class AnswersOut(Schema):
    period: str
    place: str
    made_on: date
    answers: list[AnswerOut]


class FigureOut(Schema):
    """One released figure. `low` and `high` are equal when it is exact, and null where nothing may be known."""

    indicator: str
    period: str
    area: str
    supplier: str
    by: str
    group: str
    state: str
    low: float | None
    high: float | None
    mark: str


class FiguresOut(Schema):
    count: int
    figures: list[FigureOut]


class FiguresAsked(Schema):
    indicator: str = ""
    period: str = ""
    area: str = ""
    by: str | None = None
    offset: int = 0
    limit: int = 1_000


class ExpectedOut(Schema):
    id: int
    period: str
    datasets: list[str]
    opens: date
    due: date
    standing: str


class ReturnOut(Schema):
    id: UUID
    period: str
    number: int
    state: str
    sent: datetime
    refusal: str


@_address("GET", "packs", KNOWLEDGE, name="packs", gives=list[PackOut])
def packs(request: HttpRequest) -> list[dict[str, Any]]:
    """Every pack the partnership adopted, the newest first."""
    rows = Adoption.objects.all()
    return [{"id": a.pack, "version": a.version, "digest": a.digest, "effective": a.effective} for a in rows]


@_address("GET", "packs/{digest}", KNOWLEDGE, name="pack", gives=PackWhole)
def pack(request: HttpRequest, digest: str) -> dict[str, Any]:
    """What is in a pack that was adopted."""
    if not Adoption.objects.filter(digest=digest).exists():
        raise HttpError(404, "No pack with this digest was adopted.")
    found = partnership.pack_of(digest)
    parts = ("questions", "indicators", "datasets", "definitions")
    items = {part: [{"id": i.id, "title": i.title} for i in getattr(found, part).values()] for part in parts}
    cover = found.cover
    return {"id": cover.id, "title": cover.title, "version": cover.version, "digest": found.digest, **items}


@_address("GET", "answers", PICTURE, name="answers", gives=AnswersOut)
def answers(request: HttpRequest) -> dict[str, Any]:
    """How far each question is answered in the newest picture."""
    index = _newest().index
    return {"period": index["period"], "place": index["place"], "made_on": index["made_on"],
            "answers": [_answer(q) for q in index["questions"]]}  # fmt: skip


@_address("GET", "answers/{name}", PICTURE, name="answer", gives=AnswerOut)
def answer(request: HttpRequest, name: str) -> dict[str, Any]:
    """How far one question is answered."""
    found = _newest().question(name)
    if found is None:
        raise HttpError(404, "There is no such question in the newest picture.")
    return _answer(found)


@_address("GET", "figures", PICTURE, name="figures", gives=FiguresOut)
def released(request: HttpRequest, asked: Query[FiguresAsked]) -> dict[str, Any]:
    """Released figures of the newest picture, by what they count, when, where and of whom; at most 1,000 at once."""
    return figures.select(_newest().folder, asked)


@_address("GET", "expected", RETURNS, name="expected", gives=list[ExpectedOut])
def expected(request: HttpRequest) -> list[dict[str, Any]]:
    """What the token's agency is asked for, and how each stands."""
    return [
        {"id": p.expected.pk, "period": p.expected.point.period, "datasets": p.expected.point.datasets,
         "opens": p.expected.point.opens, "due": p.expected.point.due, "standing": p.standing.value}
        for p in places(expected_of(_token(request)))
    ]  # fmt: skip


@_address("POST", "expected/{number}/returns", RETURNS, name="send", gives=ReturnOut, more={409: Problem})
def send(request: HttpRequest, number: int, files: list[UploadedFile] = SOME_FILES, dataset: str = "") -> Any:
    """Sends files as the agency's return. They are read in the background; a person of the agency signs it off."""
    asked = expected_of(_token(request)).filter(pk=number if number < 2**63 else 0).first()
    if asked is None:
        raise HttpError(404, "Your agency is not asked for this.")
    try:
        made = returns.submit(asked, files, by=None, route=Submission.Route.API, dataset=dataset)
    except (Refused, UserError) as reason:
        raise HttpError(409, str(reason)) from None
    return Status(202, _return(made))


@_address("GET", "returns/{identity}", RETURNS, name="return", gives=ReturnOut)
def sent(request: HttpRequest, identity: UUID) -> dict[str, Any]:
    """How a return of the token's agency stands."""
    found = returns_of(_token(request)).filter(pk=identity).first()
    if found is None:
        raise HttpError(404, "Your agency has sent no such return.")
    return _return(found)


def _token(request: HttpRequest) -> Token:
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Token)
    return found


def _newest() -> Shown:
    shown = newest("partnership")
    if shown is None:
        raise HttpError(404, "There is no picture yet.")
    return shown


def _answer(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"fresh": found["fresh"] or None}


def _return(found: Submission) -> dict[str, Any]:
    return {"id": found.pk, "period": found.expected.point.period, "number": found.number, "state": found.state,
            "sent": found.sent_at, "refusal": found.refusal}  # fmt: skip
