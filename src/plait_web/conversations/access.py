"""The door to conversations. Everybody who takes part reads them; what was shown is read from the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from plait_web.conversations.models import Conversation, Next, Reading
from plait_web.conversations.withheld import why_withheld
from plait_web.picture.access import Shown, shown_in
from plait_web.release.access import recalled_of


def conversations() -> QuerySet[Conversation]:
    """All of them, the latest first, with how many readings and questions each has."""
    counted = {"read": Count("readings", distinct=True), "raised": Count("next", distinct=True)}
    return Conversation.objects.select_related("run", "meeting__group", "by").annotate(**counted).order_by("-on", "-id")


def whole() -> QuerySet[Conversation]:
    """All of them with what was said, and whether a release of the same run was recalled."""
    readings = Reading.objects.select_related("agency", "by")
    recalled = Exists(recalled_of(OuterRef("run")))
    found = Conversation.objects.select_related("run", "meeting__group", "by").annotate(recalled=recalled)
    return found.prefetch_related(
        Prefetch("readings", readings), Prefetch("next", Next.objects.select_related("raised__replied_by"))
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be seen of what a conversation was about."""

    shown: Shown | None  # None when that picture is no longer kept
    title: str
    question: dict[str, Any] | None
    withheld: str = ""  # why it may not be shown any more

    @property
    def kind(self) -> str:
        """'questions' or 'figures': where its page lies."""
        return "questions" if self.question else "figures"


def sight(conversation: Conversation) -> Sight:
    """The picture as it was then, as the partnership may see it: all who read conversations take part in it."""
    shown = shown_in(conversation.run, "partnership")
    question = shown.question(conversation.about) if shown else None
    title = (title_in(shown, conversation.about) if shown else None) or conversation.about
    return Sight(shown, title, question, why_withheld(conversation) if shown else "")


def title_in(shown: Shown, about: str) -> str | None:
    """What a picture calls the question or figure; None when it has none of that id."""
    question = shown.question(about)
    return question["title"] if question else shown.index["figures"].get(about)
