"""One of each thing that a page is about."""

from __future__ import annotations

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.picture.models import Run
from plait_web.release.models import Release
from plait_web.words.models import Passage


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _release() -> dict[str, int]:
    """One that is out, so that everybody who may see any sees it; its figures are not kept here."""
    run = Run.objects.get_or_create(state=Run.State.MADE, defaults={"period": "2024-25"})[0]
    told = {"description": "?", "population": "?", "relation": "?", "drawn_at": timezone.now()}
    told["facts"] = {"periods": ["2024-25"], "figures": 1, "withheld": 0, "files": {}}
    made = Release.objects.create(
        title="Figures", audience="public", run=run, by=_somebody(), state="published", published_at=timezone.now(),
        published_by=_somebody(), **told,
    )  # fmt: skip
    return {"pk": made.pk}


def _passage() -> dict[str, int]:
    signer = User.objects.get_or_create(email="signer@example.org", defaults={"name": "Signer"})[0]
    made = Passage.objects.create(
        kind="practice", whose="practitioner", text="Adults wait outside.", heard="A panel, spring", by=_somebody(),
        state="signed", signed_by=signer, signed_at=timezone.now(),
    )  # fmt: skip
    return {"pk": made.pk}


KWARGS = {
    **{
        f"release:{page}": _release
        for page in ("release", "who", "about", "figures", "quotes", "send", "withdraw", "check", "agree", "publish", "recall",
                     "correct", "attack", "taken")
    },
    **{f"words:{page}": _passage for page in ("passage", "change", "sign", "send_back", "withdraw", "answer")},
}  # fmt: skip
