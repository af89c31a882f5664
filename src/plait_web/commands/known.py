"""What the invented agencies know about their own data, beside the lines of the map: ratings, flags, systems and requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.knowledge import actions
from plait_web.knowledge.models import Asset, System
from plait_web.partnership.models import Agency

_EXTRA: tuple[dict[str, Any], ...] = (
    {"agency": "voluntary", "item": "Drop-in session notes", "capture": "paper", "coverage": "Young people of 11 to 18 who come",
     "contact": "Project lead", "succession": "one", "purposes": ("recognition", "prevention")},
    {"agency": "council", "item": "Licensing visits", "capture": "spreadsheet", "system": "Licensing workbook", "grain": "place",
     "coverage": "Hotels, takeaways and taxi firms visited", "frequency": "monthly", "contact": "Licensing team",
     "succession": "two", "purposes": ("disruption",), "meaning": "Each visit, its reason and what was found at the place."},
    {"agency": "police", "item": "Abduction warning notices served", "capture": "document", "extractable": False,
     "contact": "Exploitation team", "succession": "team", "purposes": ("disruption",)},
)  # fmt: skip

_FLAGS: tuple[dict[str, Any], ...] = (
    {"agency": "council", "name": "Exploitation flag", "system": "Case system", "to_panel": True, "review_weeks": 12,
     "meaning": "The multi-agency panel has agreed a plan because a child is being harmed, or may be.",
     "set_by": "The panel's administrator, within two days of the panel", "ended_by": "The panel, when the plan closes"},
    {"agency": "police", "name": "Exploitation marker", "system": "Records system",
     "meaning": "An officer saw or heard something that may be exploitation.",
     "set_by": "Any officer, when writing the record", "note": "Markers are seldom taken off."},
    {"agency": "health", "name": "Care alert", "system": "Hospital system", "review_weeks": 52,
     "meaning": "Staff should look at the child protection information first.",
     "set_by": "The safeguarding nurse", "ended_by": "The safeguarding nurse, once a year", "harms": ["CSE"]},
)  # fmt: skip

_SYSTEMS: tuple[dict[str, Any], ...] = (
    {"agency": "council", "name": "Case system", "supplier": "Supplier A", "change": "supplier", "who": "Systems team",
     "effort": "Four to six weeks; no charge for a list of codes"},
    {"agency": "police", "name": "Records system", "supplier": "Supplier B", "change": "others", "who": "Regional user group",
     "effort": "A year: eight forces share it"},
    {"agency": "health", "name": "Hospital system", "supplier": "Supplier C", "change": "unknown"},
    {"agency": "youth_justice", "name": "Case system", "supplier": "Supplier A", "change": "supplier", "who": "Service manager"},
)  # fmt: skip


def known(agencies: Mapping[str, Agency], senders: Mapping[str, User], manager: User) -> None:
    """The registers hold something in each state, written by the people of the agency it is about."""
    for one in _EXTRA:
        _said(actions.map_asset, agencies, senders, one)
    for one in _FLAGS:
        _said(actions.add_flag, agencies, senders, one)
    systems = [_said(actions.add_system, agencies, senders, one) for one in _SYSTEMS]
    _asked(systems[0], systems[1], senders, manager)
    _rated(senders)
    for code in ("council", "police", "education"):
        actions.confirm(agency=agencies[code], by=senders[code])


def _said(
    act: Callable[..., Any], agencies: Mapping[str, Agency], senders: Mapping[str, User], said: Mapping[str, Any]
) -> Any:
    line = dict(said)
    code = line.pop("agency")
    return act(agency=agencies[code], by=senders[code], **line)


def _asked(case: System, records: System, senders: Mapping[str, User], manager: User) -> None:
    soon = timezone.localdate() + timedelta(days=60)
    actions.ask_for_change(
        case, what="A list for the form of harm, with the shared codes", why="So that forms of harm can be counted apart.",
        owner=senders["council"], wanted_by=soon, by=senders["council"],
    )  # fmt: skip
    asked = actions.ask_for_change(
        records, what="An end date for the exploitation marker", why="Open markers cannot be told from old ones.",
        owner=manager, by=senders["police"],
    )  # fmt: skip
    actions.settle_request(
        asked.pk, state="agreed", outcome="On the user group's list for next year.", by=senders["police"]
    )


def _rated(senders: Mapping[str, User]) -> None:
    """Each agency's concerns are judged, where it has any that can be counted."""
    for asset in Asset.objects.filter(dataset="concerns", capture__in=("coded", "spreadsheet")).select_related(
        "agency"
    ):
        actions.change_asset(
            asset.pk, succession="one" if asset.capture == "spreadsheet" else "team",
            recorded_by="The worker, when the concern is raised; the form asks for it.", by=senders[asset.agency.code],
        )  # fmt: skip
        actions.rate(
            asset.pk, complete="usable", consistent="weak" if asset.quality == "weak" else "usable", timely="good",
            evidence="Forty records read again by a second worker; nine had the form of harm in words only.",
            by=senders[asset.agency.code],
        )  # fmt: skip
