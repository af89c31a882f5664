"""May this happen, now? Each refusal is a sentence."""

from __future__ import annotations

from plait_web.permissions import Refused
from plait_web.picture.models import Raised, Run


def check_can_ask_for_run(waiting: Run | None) -> None:
    if waiting is not None:
        raise Refused("A run is waiting to start already. It will use everything accepted by then.")


def check_can_reply(raised: Raised) -> None:
    if raised.reply:
        raise Refused("Somebody has replied to this question already.")
