"""Files of lines: read, looked through by a person, and only then saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.knowledge import policies, reading
from plait_web.knowledge.actions.assets import change_asset, map_asset
from plait_web.knowledge.models import MapFile
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused


@transaction.atomic
def take_file(
    *, kind: str, headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], agency: Agency | None, by: User
) -> MapFile:
    """The file's lines wait for this person to look through what would be saved. Nothing is saved yet."""
    policies.check_file_size(len(rows))
    if agency is not None:
        policies.check_may_map(agency, by)
    MapFile.objects.filter(by=by, saved=None).delete()  # one at a time: an older one nobody came back to
    kept = [[number, list(cells)] for number, cells in rows]
    fields = reading.guessed(headings) if kind == "catalogue" else {}
    file = MapFile.objects.create(
        kind=kind, headings=list(headings), rows=kept, fields=fields, agency=agency, by=by
    )  # fmt: skip
    record("data_map.file_read", by=by, target=file, lines=len(kept), kind=kind)
    return file


@transaction.atomic
def map_headings(pk: int, *, fields: Mapping[str, str], by: User) -> MapFile:
    """Which heading of the catalogue is which field of a line."""
    file = _waiting(pk, by)
    file.fields = {field: heading for field, heading in fields.items() if heading}
    file.save(update_fields=["fields"])
    record("data_map.headings_mapped", by=by, target=file, fields=sorted(file.fields))
    return file


@transaction.atomic
def save_file(pk: int, *, by: User) -> int:
    """Every good line is in the map; how many are new or changed. Refused whole when no line is good."""
    file = _waiting(pk, by)
    looked = reading.looked_through(file, by)
    if not looked.changing:
        raise Refused("There is nothing in the file to save.")
    for line in looked.new:
        map_asset(agency=line.agency, by=by, origin="file", **line.said)
    for line in looked.changed:
        assert line.asset is not None, "a changed line is one that was there"
        change_asset(line.asset.pk, by=by, **line.said)
    _settle(file)
    record("data_map.file_saved", by=by, target=file, new=len(looked.new), changed=len(looked.changed))
    return len(looked.changing)


@transaction.atomic
def put_file_aside(pk: int, *, by: User) -> None:
    """Nothing of the file is saved, and its lines are erased."""
    file = _waiting(pk, by)
    _settle(file)
    record("data_map.file_put_aside", by=by, target=file)


def _settle(file: MapFile) -> None:
    file.saved, file.rows, file.headings = timezone.now(), [], []
    file.save(update_fields=["saved", "rows", "headings"])


def _waiting(pk: int, by: User) -> MapFile:
    file = MapFile.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk, by=by)
    policies.check_file_waits(file)
    return file
