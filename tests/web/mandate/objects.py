"""One of each thing that a page is about."""

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.mandate.models import Audience, Leave, Message, Report, Responsibility
from plait_web.partnership.models import Group


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _board() -> Group:
    return Group.objects.get_or_create(name="Board", defaults={"kind": "board", "level": "strategic"})[0]


def _thing() -> dict[str, str]:
    return {"about": "question", "item": "turning-eighteen"}


def _part() -> dict[str, int]:
    return {"pk": Responsibility.objects.create(**_thing(), part="informed", lead=_somebody()).pk}


def _leave() -> dict[str, int]:
    return {"pk": Leave.objects.create(what="A shared desk", asked_by="Analysts", of=_board(), by=_somebody()).pk}


def _audience() -> dict[str, int]:
    message = Message.objects.create(title="The vision", text="Every child is seen", owner=_somebody())
    return {"pk": Audience.objects.create(message=message, who="School leads").pk}


def _report() -> dict[str, int]:
    return {"pk": Report.objects.create(body="Board", often="year", due=timezone.localdate(), owner=_somebody()).pk}


KWARGS = {
    "mandate:one": _thing,
    "mandate:give": _thing,
    "mandate:take_away": _part,
    "mandate:answer_leave": _leave,
    "mandate:heard": _audience,
    "mandate:end_report": _report,
}
