"""What somebody who takes over needs: who holds what, what is open, what ends soon, and where the keys are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from plait_web.accounts.models import Membership
from plait_web.partnership.documents.told import Document, Part, Table, blank
from plait_web.partnership.models import Group, Partnership
from plait_web.ui.jinja import day as said

SUBJECT = "What whoever takes over needs"

# Rooms above this one add what only they know, such as the calendar: each gives parts for a day.
_more: list[Callable[[date], Sequence[Part]]] = []


def include(parts: Callable[[date], Sequence[Part]]) -> Callable[[date], Sequence[Part]]:
    """What this function gives is part of each handover pack from now on."""
    _more.append(parts)
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for somebody. `kind` is barrier, review or agreement."""

    kind: str
    what: str
    whose: str
    by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Everything the pack is made from. `groups` have their seats loaded."""

    here: Partnership
    adoption: str
    roles: Sequence[Membership]
    groups: Sequence[Group]
    tasks: Sequence[Task]
    home: str
    key_file: str


def handover(held: Holdings, *, on: date, invented: bool, more: bool = True) -> Document:
    """The pack as it stands on the day; without `more` it leaves out what other rooms add."""
    return Document(
        title="Handover pack",
        subject=SUBJECT,
        author=held.here.name,
        made=on,
        invented=invented,
        lead="Made from what is recorded on this day. Print it, go through it together, and make it anew next time.",
        parts=(
            _begin(held),
            _roles(held.roles),
            *(_group(group) for group in held.groups),
            *(added(on) if more else ()),
            _open(held.tasks, on),
            _expiring(held.tasks),
            _keys(held),
        ),
    )


def added(on: date) -> tuple[Part, ...]:
    """What other rooms add to the pack, as it stands on the day."""
    return tuple(part for parts in _more for part in parts(on))


def _begin(held: Holdings) -> Part:
    return Part(
        heading="Where things are",
        points=(
            f"Pack in force: {held.adoption or 'none adopted yet'}.",
            f"Next update of the profile: {said(held.here.next_update) or 'no day set'}.",
            "The partnership's page in Plait leads to its agencies, groups, agreements and calendar.",
            "Words are explained in the glossary; each step of the yearly round in the how-to guides.",
            blank("what a newcomer would not guess: habits, sensitivities, promises made"),
        ),
    )


def _roles(roles: Sequence[Membership]) -> Part:
    rows = tuple(
        (m.get_role_display(), str(m.user), str(m.agency or "The partnership"), f"{said(m.since)} to {said(m.until)}"
         if m.until else f"since {said(m.since)}")
        for m in roles
    )  # fmt: skip
    table = Table(caption="Roles held today", headings=("Role", "Who", "For", "When"), rows=rows)
    return Part(heading="Who holds what", tables=(table,))


def _group(group: Group) -> Part:
    rows = tuple(
        (str(s.lead) + (" (chair)" if s.chairs else ""), str(s.agency or "No one agency"), str(s.deputy or "Nobody"))
        for s in group.seats.all()
    )
    about = (
        group.level_word,
        group.get_kind_display().lower(),
        f"reports to {group.reports_to}" if group.reports_to else "",
    )
    return Part(
        heading=group.name,
        level=2,
        words=(", ".join(word for word in about if word) + ".", *([group.remit] if group.remit else [])),
        tables=(
            Table(
                caption=f"Seats of {group.name}",
                headings=("Seat held by", "For", "Stands in"),
                rows=rows,
                empty="Nobody has a seat yet.",
            ),
        ),
    )


def _open(tasks: Sequence[Task], on: date) -> Part:
    rows = tuple((t.what, t.whose or "Nobody", _by(t.by, on)) for t in tasks if t.kind != "agreement")
    table = Table(caption="Tasks that are open", headings=("What", "Whose", "By"), rows=rows, empty="Nothing is open.")
    return Part(heading="Open tasks", tables=(table,))


def _by(day: date | None, on: date) -> str:
    return said(day) + (" (overdue)" if day and day < on else "")


def _expiring(tasks: Sequence[Task]) -> Part:
    rows = tuple((t.what, said(t.by), t.whose or "Nobody") for t in tasks if t.kind == "agreement")
    table = Table(
        caption="Agreements that end within 90 days and are not renewed",
        headings=("Agreement", "Last day", "Who looks after it"),
        rows=rows,
        empty="None ends within 90 days.",
    )
    return Part(heading="Agreements that end soon", tables=(table,))


def _keys(held: Holdings) -> Part:
    return Part(
        heading="The key, the workspace and the backups",
        points=(
            f"The key that makes the codes is read from {held.key_file}. Whoever holds both it and the data can find "
            "names: it is kept apart, by somebody who never sees the data.",
            blank("who keeps the key, who keeps the spare, and where"),
            f"Everything else lies in {held.home}: what was decided, the store, and files that wait to be put right.",
            "Back up: plait backup FILE. Put back: plait restore FILE. Try it once a year on another machine.",
            "After an update of the software: plait upgrade. When something is odd: plait doctor.",
            blank("where the backups go, who checks them, and when one was last put back"),
        ),
    )
