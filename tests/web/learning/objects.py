"""One of each thing that a page is about."""

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.learning.models import Audit, Need, Review
from plait_web.partnership.models import Agency


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _audit() -> dict[str, int]:
    said = {"title": "Return interviews", "sample": "Ten", "criterion": "Offered", "result": "Most"}
    return {"pk": Audit.objects.create(on=timezone.localdate(), owner=_somebody(), **said).pk}


def _need() -> dict[str, int]:
    return {"pk": Need.objects.create(agency=Agency.objects.first(), role="Desk", topic="Words", people=9).pk}


def _review() -> dict[str, int]:
    said = {"process": "A form", "purpose": "To refer", "benefit": "None", "verdict": "stop", "why": "Nobody reads it"}
    return {"pk": Review.objects.create(by=_somebody(), **said).pk}


KWARGS = {
    "learning:act_on_audit": _audit,
    "learning:hold_training": _need,
    "learning:end_need": _need,
    "learning:carry_out": _review,
}
