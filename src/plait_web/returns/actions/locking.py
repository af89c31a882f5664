"""A return nobody else can change meanwhile."""

from __future__ import annotations

from uuid import UUID

from plait_web.returns.models import Submission


def locked(pk: UUID) -> Submission:
    """The return as it is now, ours until the transaction ends: of two people acting at once, the second sees what the
    first did."""
    rows = Submission.objects.select_for_update(of=("self",))
    return rows.select_related("expected__point", "expected__agency", "sent_by", "link").get(pk=pk)
