"""What one partnership does when packs go between two: `python exchanged.py sends|takes FILE`, each in its own environment.

`sends` adopts a new question in a loaded demonstration, writes the pack to the file as the page that sends it would, and
prints what of the partnership's own data must not be in it. `takes` sets up another partnership from nothing, takes that
question out of the file, adopts it, and prints what it then has.
"""

# ruff: noqa: E402 - Django is set up before what needs it is imported

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.db import models
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.packs import access, actions, exchange, history
from plait_web.packs.versions import standing
from plait_web.partnership import access as partnership
from plait_web.partnership import actions as deciding
from plait_web.partnership.models import Agency
from plait_web.returns.models import Submission

ASKED = "Where do young people say that they feel safe?"


def sends(file: Path) -> dict:
    by = User.objects.filter(is_active=True).order_by("pk").first()
    question = standing().item("questions", "who-refers").model_copy(update={"id": "safe-places", "title": ASKED})
    draft = actions.draft("questions", question, why="Young people asked it.", by=by, new=True)
    said = {"id": "wenfordshire", "title": "Our pack", "version": "1", "approver": "Board"}
    made = actions.adopt([draft.pk], effective=timezone.localdate(), why="The board agreed.", by=by, **said)
    file.write_bytes(exchange.packed(partnership.shelf().kept("packs", made.digest)))
    return {"never": sorted(_of_the_partnership())}


def _of_the_partnership() -> set[str]:
    """Names of people and agencies, their mail addresses, and whatever a return is known by."""
    words = set(Agency.objects.values_list("name", flat=True))
    words |= {word for user in User.objects.all() for word in (user.name, user.email)}
    texts = [f.name for f in Submission._meta.fields if isinstance(f, (models.CharField, models.UUIDField))]
    kept = Submission.objects.values_list(*texts)
    return words | {str(word) for row in kept for word in row if word and len(str(word)) > 15}


def takes(file: Path) -> dict:
    call_command("migrate", verbosity=0)
    by = User.objects.create(email="mo@mersea.example.org", name="Mo Mersea")
    first = deciding.adopt(effective=timezone.localdate() - timedelta(days=9), why="Agreed", by=by)
    received = actions.receive(file, sender="Wenfordshire", by=by)
    offered = history.offered(standing(), access.received_pack(received.digest))
    drafts, refused = actions.take(received, [("questions", "safe-places")], by=by)
    before = "safe-places" in partnership.pack().questions
    said = {"id": "mersea", "title": "Mersea pack", "version": "1", "approver": "Board"}
    actions.adopt([d.pk for d in drafts], effective=timezone.localdate(), why="Ours too.", by=by, **said)
    return {
        "offered": [[one.folder, one.name] for one in offered],
        "refused": refused,
        "before": before,
        "asks": partnership.pack().questions["safe-places"].title,
        "agencies": Agency.objects.count(),
        "first": first.digest == standing().pack.digest,
    }


if __name__ == "__main__":
    print(json.dumps({"sends": sends, "takes": takes}[sys.argv[1]](Path(sys.argv[2]))))
