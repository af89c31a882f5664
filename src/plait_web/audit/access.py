"""The door to the audit trail."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from plait_web.audit.models import Event

READ = "read."  # acts that begin so are readings of a page


def events(*, words: str = "", act: str = "", since: date | None = None, until: date | None = None) -> QuerySet[Event]:
    """Events, newest first, whose who, act, label, key or reason holds the words, within the days.

    `act` is one act, or the beginning of several with a full stop at its end.
    """
    found = Event.objects.all()
    if words:
        said = Q(who__icontains=words) | Q(label__icontains=words) | Q(act__icontains=words) | Q(why__icontains=words)
        found = found.filter(said | Q(key=words))
    if act:
        found = found.filter(act__startswith=act) if act.endswith(".") else found.filter(act=act)
    if since:
        found = found.filter(at__date__gte=since)
    if until:
        found = found.filter(at__date__lte=until)
    return found


def acts() -> list[str]:
    """Every kind of act that occurs, writings first; the readings stand together as one."""
    written = Event.objects.exclude(act__startswith=READ).order_by("act").values_list("act", flat=True).distinct()
    return [*written, READ]
