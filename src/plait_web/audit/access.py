"""The door to the audit trail."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from plait_web.audit.models import Event


def events(*, words: str = "", act: str = "", since: object = None, until: object = None) -> QuerySet[Event]:
    """Events, newest first, whose who, act, label, key or reason holds the words, within the days."""
    found = Event.objects.all()
    if words:
        found = found.filter(
            Q(who__icontains=words)
            | Q(label__icontains=words)
            | Q(act__icontains=words)
            | Q(key=words)
            | Q(why__icontains=words)
        )
    if act:
        found = found.filter(act__startswith=act)
    if since:
        found = found.filter(at__date__gte=since)
    if until:
        found = found.filter(at__date__lte=until)
    return found
