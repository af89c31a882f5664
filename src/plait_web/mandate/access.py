"""The door to who answers for what. Everybody of the partnership sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from plait_web.accounts.models import User
from plait_web.mandate.models import About, Audience, Leave, Message, Part, Report, Responsibility
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency, Group
from plait_web.response.models import Action

PARTS = (Part.RESPONSIBLE, Part.ACCOUNTABLE, Part.CONSULTED, Part.INFORMED)
PAIRED = (Part.PRACTICE, Part.DATA)
NEEDED = {  # parts that somebody must hold
    About.QUESTION: (Part.RESPONSIBLE, Part.ACCOUNTABLE),
    About.INDICATOR: (Part.ACCOUNTABLE, *PAIRED),
    About.ACTION: (Part.RESPONSIBLE, Part.ACCOUNTABLE),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing and who has which part in it. `note` is what is known of it besides."""

    item: str
    title: str
    note: str
    holders: Mapping[str, tuple[str, ...]]
    holes: tuple[str, ...]  # parts that somebody must hold and nobody does

    @property
    def whole(self) -> bool:
        return not self.holes


def parts_of(about: str) -> tuple[Part, ...]:
    """The columns of the matrix."""
    return (*PARTS, *PAIRED) if about == About.INDICATOR else PARTS


def lines(about: str) -> list[Line]:
    """Every question, indicator or open action with who has which part in it."""
    held: dict[str, dict[str, list[str]]] = {}
    for row in responsibilities().filter(about=about):
        held.setdefault(row.item, {}).setdefault(row.part, []).append(row.who)
    return [_line(about, item, title, note, held.get(item, {}), owner) for item, title, note, owner in _things(about)]


def _line(about: str, item: str, title: str, note: str, held: Mapping[str, list[str]], owner: str) -> Line:
    own = {Part.RESPONSIBLE.value: [owner]} if owner else {}
    merged = {p.value: (*own.get(p.value, []), *held.get(p.value, [])) for p in parts_of(about)}
    holes = tuple(part.value for part in NEEDED[About(about)] if not merged[part.value])
    return Line(item, title, note, merged, holes)


def _things(about: str) -> Iterable[tuple[str, str, str, str]]:
    """Id, title, a note, and who owns it already ('' when nobody does)."""
    if about == About.ACTION:
        running = Action.objects.filter(state=Action.State.OPEN).select_related("owner")
        return [(str(a.pk), a.what, "", str(a.owner)) for a in running]
    pack = partnership.pack()
    if about == About.INDICATOR:
        return [
            (i.id, i.title, f"Owner in the pack: {i.owner}", "")
            for i in sorted(pack.live_indicators, key=lambda i: i.title)
        ]
    live = sorted((q for q in pack.questions.values() if not q.retired), key=lambda q: (q.rank, q.id))
    return [(q.id, q.title, f"Decides: {q.decides}", "") for q in live]


def line(about: str, item: str) -> Line | None:
    """One thing, or None where there is no such thing."""
    return next((found for found in lines(about) if found.item == item), None)


def responsibilities() -> QuerySet[Responsibility]:
    return Responsibility.objects.select_related("lead", "group", "agency")


def holders() -> list[tuple[str, str]]:
    """Whom a part may be given to: people, groups and agencies, as choices."""
    people = [(f"person-{u.pk}", str(u)) for u in partnership.people()]
    groups = [(f"group-{g.pk}", f"{g} (group)") for g in partnership.groups()]
    agencies = [(f"agency-{a.pk}", f"{a} (agency)") for a in partnership.agencies()]
    return [*people, *groups, *agencies]


def holder(choice: str) -> User | Group | Agency | None:
    """Whom a choice of `holders` means."""
    kind, _, pk = choice.partition("-")
    found = {"person": partnership.people, "group": partnership.groups, "agency": partnership.agencies}
    return found[kind]().filter(pk=int(pk)).first() if kind in found and pk.isdecimal() else None


def leaves() -> QuerySet[Leave]:
    return Leave.objects.select_related("of", "by")


def messages() -> QuerySet[Message]:
    """Each with its audiences, and how many of them have not heard it."""
    waiting = Count("audiences", filter=Q(audiences__heard=None))
    return (
        Message.objects.select_related("owner").annotate(unheard=waiting, all=Count("audiences")).order_by("-at", "-id")
    )


def audiences() -> QuerySet[Audience]:
    return Audience.objects.select_related("message")


def reports() -> QuerySet[Report]:
    return Report.objects.select_related("group", "owner")


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of one subject. Two bodies that ask for the same can be given one report."""

    title: str
    reports: list[Report]

    @property
    def twice(self) -> bool:
        return len({report.body for report in self.reports}) > 1


def report_map() -> list[Told]:
    """By subject, the whole profile first."""
    titles = {q.id: q.title for q in partnership.pack().questions.values()}
    found: dict[str, list[Report]] = {}
    for report in reports():
        found.setdefault(report.question, []).append(report)
    return [Told(titles.get(name, name) if name else "The whole profile", rows) for name, rows in found.items()]
