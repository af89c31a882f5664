"""What may happen to the data map and its registers, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from plait.declare import Pack
from plait_web.accounts.models import User
from plait_web.knowledge.models import Asset, ChangeRequest, MapFile, MapLink
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.roles import Permission

MOST_LINES = 2_000  # in one file


def check_may_map(agency: Agency, by: User | None) -> None:
    """Those who work for an agency keep its part of the map, and those who keep the whole. None: the service itself."""
    if by is not None and not by.may(Permission.KEEP_MAP, agency.pk):
        raise Refused(f"Only people of {agency} and those who keep the whole data map can change this.")


def check_line(line: dict, pack: Pack) -> None:
    """A line says what it is about, by names the pack has."""
    if not line.get("item") and not line.get("dataset"):
        raise Refused("Say what it is called, or which data set it is towards.")
    if line.get("dataset") and not line.get("columns"):
        raise Refused("Say which items of the data set it holds: choose all, or some.")
    if line.get("dataset"):
        _check_known(line, pack)


def _check_known(line: dict, pack: Pack) -> None:
    if line["dataset"] not in pack.datasets:
        raise Refused("The pack in force has no such data set.")
    if set(line.get("columns", ())) - {"*", *pack.dataset(line["dataset"]).column_ids}:
        raise Refused("The data set has no such item.")


def check_runs(asset: Asset) -> None:
    if asset.ended is not None:
        raise Refused("This line has ended. Add a new one if the agency holds it again.")


def check_rated(levels: Iterable[str], evidence: str) -> None:
    if not any(levels):
        raise Refused("Judge at least one respect.")
    if not evidence.strip():
        raise Refused("Say what the judgement rests on: a rating without evidence is not kept.")


def check_can_say_nothing(agency: Agency, lines: int) -> None:
    if lines:
        raise Refused(f"The map has lines of {agency}. End them first, or say that the map is whole.")


def check_link_open(link: MapLink, now: datetime) -> None:
    if link.used:
        raise Refused("What you hold was sent already. Ask for a new link to change it.")
    if link.ended is not None or now > link.expires:
        raise Refused("This link opens nothing any more. Ask the person who sent it for a new one.")


def check_file_waits(file: MapFile) -> None:
    if file.saved is not None:
        raise Refused("This file was dealt with already. Send it again to save more.")


def check_file_size(lines: int) -> None:
    if not lines:
        raise Refused("The file has no line below its headings.")
    if lines > MOST_LINES:
        raise Refused(f"The file has more than {MOST_LINES:,} lines. Send it in parts.")


def check_wanted(asked: date, wanted_by: date | None) -> None:
    if wanted_by is not None and wanted_by < asked:
        raise Refused("The day it is wanted by must not be before the day it was asked for.")


def check_waits(request: ChangeRequest) -> None:
    if not request.waits:
        raise Refused(f"This request is settled: {request.get_state_display().lower()}.")


def check_new_system(agency: Agency, name: str, taken: Iterable[str]) -> None:
    if name.casefold() in (other.casefold() for other in taken):
        raise Refused(f"{agency} has a system of this name on the list already.")
