"""One of each thing that a page is about."""

from datetime import timedelta

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.partnership.models import Agency
from plait_web.quality.models import Coder, Discrepancy, Exercise, Gap, Vignette


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _gap() -> dict[str, int]:
    return {
        "pk": Gap.objects.create(kind="not_known", what="?", step="Ask", owner=_somebody(), due=timezone.localdate()).pk
    }


def _noted() -> dict[str, int]:
    said = dict.fromkeys(("figure_says", "practice_says", "heard_from", "test"), "?")
    return {"pk": Discrepancy.objects.create(owner=_somebody(), by=_somebody(), due=timezone.localdate(), **said).pk}


def _exercise() -> dict[str, int]:
    """Open, with everybody there is asked to code it."""
    today = timezone.localdate()
    opened = {
        "codelist": "harm",
        "pack": "0" * 64,
        "owner": _somebody(),
        "opened": today,
        "closes": today + timedelta(days=9),
    }
    made, _ = Exercise.objects.get_or_create(title="Before", defaults=opened)
    Vignette.objects.get_or_create(exercise=made, number=1, defaults={"text": "An invented case"})
    for user in User.objects.all():
        Coder.objects.get_or_create(exercise=made, user=user)
    return {"pk": made.pk}


def _found() -> dict[str, str]:
    """A gap that is worked out: of an agency that has mapped nothing."""
    from plait_web.quality.standing import standing

    Agency.objects.get_or_create(
        code="council", defaults={"name": "A council", "kind": "council", "areas": ["X10000001"]}
    )
    return {"key": standing().gaps[0].key}


KWARGS = {
    **{f"quality:{page}": _gap for page in ("gap", "change_gap", "end_gap", "plan_gap")},
    **{f"quality:{page}": _noted for page in ("settle", "plan_test")},
    **{
        f"quality:{page}": _exercise
        for page in ("exercise", "add_case", "ask_people", "open_exercise", "close_exercise", "hand_in")
    },
    "quality:code": lambda: {**_exercise(), "number": 1},
    "quality:take_on": _found,
}
