"""One of each thing that a page is about."""

from datetime import timedelta

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.network.models import Method, Note, Offer, Request, Section
from plait_web.partnership.models import Agency


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _agency() -> Agency:
    return Agency.objects.get_or_create(
        code="council", defaults={"name": "Marlshire Council", "kind": "council", "areas": ["XD01"]}
    )[0]


def _offer() -> dict[str, int]:
    return {"pk": Offer.objects.create(agency=_agency(), kind="time", what="Maps", owner=_somebody()).pk}


def _request() -> dict[str, int]:
    due = timezone.localdate() + timedelta(days=9)
    return {"pk": Request.objects.create(what="Maps", why="The profile", by_day=due, by=_somebody()).pk}


def _section() -> dict[str, int]:
    number = Section.objects.count()
    return {"pk": Section.objects.create(work="Profile", title=f"Part {number}", due=timezone.localdate()).pk}


def _method() -> dict[str, int]:
    method = Method.objects.create(title=f"Count maps {Method.objects.count()}")
    Note.objects.create(method=method, number=1, text="Count them", why="First version", by=_somebody())
    return {"pk": method.pk}


KWARGS = {
    "network:end_offer": _offer,
    "network:end_request": _request,
    **{f"network:{page}": _section for page in ("take_section", "finish_section")},
    **{f"network:{page}": _method for page in ("method", "rewrite_method", "use_method")},
}
