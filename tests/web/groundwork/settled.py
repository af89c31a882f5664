"""What six agencies settle before any data, done through the actions that their pages call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.agreed import access as agreed
from plait_web.agreed import actions as agreeing
from plait_web.knowledge.actions import map_asset
from plait_web.maturity import actions as maturity
from plait_web.maturity.access import model_of
from plait_web.maturity.models import Round
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.response import actions as response

KINDS = {
    "council": "Marlshire Council",
    "police": "Marlshire Police",
    "health": "Marl Valley Health",
    "education": "Marlshire Schools Service",
    "youth_justice": "Marlshire Youth Justice",
    "voluntary": "Lantern Project",
}
TEN, FIFTEEN = 10, 15
DISSENT = "We count a concern when it is written down, not when it is confirmed."
HELD = {  # what each agency says it has, and how; what is not named here nobody has said
    "council": (("people", "coded"), ("services", "coded"), ("events", "coded"), ("concerns", "spreadsheet"), ("needs", "coded")),
    "police": (("people", "coded"), ("events", "coded"), ("concerns", "free_text")),
    "health": (("people", "coded"), ("events", "coded"), ("concerns", "document")),
    "education": (("people", "coded"), ("events", "coded"), ("concerns", "paper")),
    "youth_justice": (("people", "coded"), ("services", "coded"), ("concerns", "not_recorded")),
    "voluntary": (("counts", "spreadsheet"), ("concerns", "free_text")),
}  # fmt: skip


def settle(leads: Mapping[str, User], manager: User, *, but: str = "") -> None:
    """Everything for every agency; what the agency `but` says of questions, words and its readiness is left to others."""
    agencies = {a.code: a for a in partnership.agencies()}
    for code, lead in leads.items():
        _map(agencies[code], lead)
        if code != but:
            _say(agencies[code], lead)
    round_ = Round.objects.first() or _open(manager)
    for number, (code, lead) in enumerate(leads.items()):
        if code != but:
            _rate(round_, agencies[code], lead, 1 + number % 4)
    _plan(round_, agencies, leads, manager)


def _say(agency: Agency, lead: User) -> None:
    """Ten questions in order, a view of each, and fifteen definitions; the last agency does not use the last of these."""
    questions = list(agreed.questions().values())[:TEN]
    turned = questions[len(agency.code) % 3 :] + questions[: len(agency.code) % 3]
    agreeing.rank(agency=agency, order=[q.id for q in turned], why="Children wait longest here.", by=lead)
    for number, question in enumerate(questions):
        adapts = agency.code == "health" and number == 1
        agreeing.say(
            question, agency=agency, says="adapt" if adapts else "shared", by=lead, comment="Say children." * adapts
        )
    for number, definition in enumerate(list(agreed.definitions().values())[:FIFTEEN], 1):
        says = "dissent" if agency.code == "police" and number == FIFTEEN else "signed"
        agreeing.say(definition, agency=agency, says=says, by=lead, comment=DISSENT * (says == "dissent"))


def _map(agency: Agency, lead: User) -> None:
    for dataset, capture in HELD[agency.code]:
        map_asset(agency=agency, by=lead, dataset=dataset, columns=("*",), capture=capture, system="Its own")


def _open(manager: User) -> Round:
    closes = timezone.localdate() + timedelta(days=30)
    given = {"pack": partnership.pack(), "model": "strategic_data", "owner": manager, "by": manager}
    return maturity.open_round(title="Before any data", closes=closes, **given)


def _rate(round_: Round, agency: Agency, lead: User, level: int) -> None:
    said = {
        s.id: (None, "") if n % 7 == 6 else (level, "In our guidance")
        for n, s in enumerate(model_of(round_).statements)
    }
    maturity.rate(round_, agency=agency, said=said, by=lead)


def _plan(round_: Round, agencies: Mapping[str, Agency], leads: Mapping[str, User], manager: User) -> None:
    goal = response.set_goal(title="See every child", why="Too many are not seen", owner=manager, by=manager)
    due = timezone.localdate() + timedelta(days=60)
    for number, (code, lead) in enumerate(leads.items()):
        statement = model_of(round_).statements[number]
        maturity.accept(
            round_, agency=agencies[code], statement=statement.id, by=lead, what=statement.action, goal=goal,
            measure="Shown at the board", due=due + timedelta(days=number), owner=lead,
        )  # fmt: skip
