"""What may happen to a conversation, and the sentence when it may not."""

from __future__ import annotations

from plait_web.conversations.models import Conversation
from plait_web.permissions import Refused


def check_goes_on(conversation: Conversation) -> None:
    if conversation.ended is not None:
        raise Refused("This conversation has ended. Start another about the same figure.")


def check_shown(title: str | None) -> None:
    if title is None:
        raise Refused("The picture has no such figure now. Start from a figure's own page.")
