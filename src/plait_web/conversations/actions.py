"""The only writers of conversations."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.conversations import policies
from plait_web.conversations.access import title_in
from plait_web.conversations.models import Conversation, Next, Reading
from plait_web.partnership.models import Agency
from plait_web.picture.access import Shown
from plait_web.picture.actions import raise_question
from plait_web.picture.models import Raised
from plait_web.response.models import Meeting


@transaction.atomic
def begin(
    shown: Shown, *, about: str, asked: str, by: User, on: date | None = None, meeting: Meeting | None = None
) -> Conversation:
    """A conversation about one figure or answer of the picture that is looked at."""
    policies.check_shown(title_in(shown, about))
    made = Conversation.objects.create(
        about=about, run=shown.run, asked=asked, on=on or timezone.localdate(), meeting=meeting, by=by
    )
    record("conversation.begun", by=by, target=made, about=about, run=shown.run.pk)
    return made


@transaction.atomic
def read(pk: int, *, text: str, whose: str, by: User, agency: Agency | None = None) -> Reading:
    """One more reading, beside the others."""
    conversation = _going(pk)
    made = Reading.objects.create(conversation=conversation, text=text, whose=whose, agency=agency, by=by)
    record("conversation.read", by=by, target=conversation, agency=agency.code if agency else "")
    return made


@transaction.atomic
def ask_next(pk: int, *, text: str, by: User) -> Raised:
    """A question that came of it goes to those who make the picture."""
    conversation = _going(pk)
    raised = raise_question(by=by, about=conversation.about, pack=conversation.run.pack, text=text)
    Next.objects.create(conversation=conversation, raised=raised)
    record("conversation.asked", by=by, target=conversation, raised=raised.pk)
    return raised


@transaction.atomic
def end(pk: int, *, uncertain: str, taken: str, by: User) -> Conversation:
    """It ends with what is not known, and what is taken from it if anything is."""
    conversation = _going(pk)
    conversation.uncertain, conversation.taken, conversation.ended = uncertain, taken, timezone.localdate()
    conversation.save(update_fields=["uncertain", "taken", "ended"])
    record("conversation.ended", by=by, target=conversation)
    return conversation


def _going(pk: int) -> Conversation:
    conversation = Conversation.objects.select_for_update(of=("self",)).select_related("run").get(pk=pk)
    policies.check_goes_on(conversation)
    return conversation
