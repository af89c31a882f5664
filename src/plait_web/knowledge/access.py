"""The door to the data map."""

from __future__ import annotations

from django.db.models import QuerySet

from plait_web.accounts.models import User
from plait_web.knowledge.models import Asset


def assets_for(user: User) -> QuerySet[Asset]:
    """The lines of the data map this person may read: all of them, for it holds nothing but what is recorded where."""
    return Asset.objects.select_related("agency")
