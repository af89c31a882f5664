"""How far the partnership has come in setting up: worked out from what there is, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from plait_web.accounts.models import Membership
from plait_web.partnership import access
from plait_web.partnership.models import Adoption, Agency, Group, Party
from plait_web.roles import Role
from plait_web.ui.jinja import day as said
from plait_web.ui.jinja import plural

P = "partnership:"
NOT_STARTED, DONE = "Not started", "Completed"
NAMED = 3  # of the people still needed


@dataclass(frozen=True, slots=True)
class Task:
    """`page` is the name of its page; `state` is said beside it, `hint` below it."""

    section: str
    text: str
    page: str
    done: bool
    state: str
    hint: str = ""


def tasks() -> list[Task]:
    """Every task, in the order in which they are best done."""
    return [*_yourselves(), *_members(), *_working()]


def next_adoption() -> Adoption | None:
    """A pack that is adopted and has yet to take effect."""
    return Adoption.objects.last()


def _yourselves() -> list[Task]:
    here, adoption = access.current(), access.adopted() or next_adoption()
    name, areas = (here.name, here.areas) if here else ("", [])
    section = "Who you are"
    return [
        Task(section, "Name the partnership", f"{P}set_up_name", bool(name), _state(bool(name)), name),
        Task(section, "Choose its areas", f"{P}set_up_areas", bool(areas), _state(bool(areas)), _count(areas, "area")),
        Task(
            section,
            "Adopt a pack",
            f"{P}set_up_pack",
            adoption is not None,
            _state(adoption is not None),
            f"{adoption}, from {said(adoption.effective)}" if adoption else "What you collect and on what terms",
        ),
    ]


def _members() -> list[Task]:
    agencies, groups = list(access.agencies()), _groups()
    empty = sum(1 for g in groups if not g.seated)
    return [
        Task("Who takes part", "Add agencies", f"{P}set_up_agencies", *_some(len(agencies), 0, "agency", "agencies")),
        Task("Who takes part", "Add boards and groups", f"{P}set_up_groups", *_some(len(groups), empty, "group")),
        _people(agencies),
    ]


def _groups() -> list[Group]:
    return list(Group.objects.filter(until=None).annotate(seated=Count("seats")))


def _some(count: int, unfinished: int, one: str, many: str = "") -> tuple[bool, str, str]:
    """Done when there are some and none is unfinished."""
    hint = plural(count, one, many) if count else ""
    if unfinished:
        return False, "In progress", f"{hint}, {unfinished} without anybody in it"
    return bool(count), _state(bool(count)), hint


def _people(agencies: list[Agency]) -> Task:
    """Done when somebody leads on information governance, and each agency has a contributor and a strategic lead."""
    held = set(Membership.objects.current().values_list("role", "agency"))
    lacking = [] if (Role.GOVERNANCE, None) in held else [Role.GOVERNANCE.label]
    for role in (Role.CONTRIBUTOR, Role.STRATEGIC_LEAD):
        lacking += [f"{role.label} for {agency}" for agency in agencies if (role, agency.pk) not in held]
    more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    done = bool(agencies) and not lacking
    hint = f"Still needed: {', '.join(lacking[:NAMED])}{more}" if lacking else ""
    return Task("Who takes part", "Invite people", "accounts:people", done, DONE if done else "In progress", hint)


def _working() -> list[Task]:
    today = timezone.localdate()
    bound = Party.objects.filter(
        Q(agreement__withdrawn=None) | Q(agreement__withdrawn__gte=today),
        signed__isnull=False,
        agreement__until__gte=today,
    )
    signed = bound.values("agreement").distinct().count()
    return [
        Task(
            "Beginning to share",
            "Draw up and sign agreements",
            f"{P}agreements",
            signed > 0,
            _state(signed > 0),
            f"{plural(signed, 'agreement')} signed" if signed else "Nothing is stored before one is in force",
        ),
        Task(
            "Beginning to share",
            "Plan the first collection",
            "returns:calendar",
            False,
            "",
            "The calendar says what is due from whom, and when",
        ),
    ]


def _state(done: bool) -> str:
    return DONE if done else NOT_STARTED


def _count(things: list[str], one: str) -> str:
    return plural(len(things), one) if things else ""
