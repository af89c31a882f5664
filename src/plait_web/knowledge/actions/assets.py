"""The only writers of lines of the data map, of how good they are said to be, and of an agency's word that they are whole."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait import decided
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.knowledge import policies
from plait_web.knowledge.models import Asset, AssetChange, Confirmation, Rating
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency

_LISTS = ("columns", "types", "footprint", "purposes")


@transaction.atomic
def map_asset(*, agency: Agency, by: User | None, origin: str = "page", **line: Any) -> Asset:
    """One more line of the data map, with the fields of `plait.decided.Asset`, which checks them."""
    policies.check_may_map(agency, by)
    policies.check_line(line, partnership.pack())
    asset = Asset.objects.create(agency=agency, origin=origin, **_checked(agency, line))
    record("asset.mapped", by=by, target=asset, dataset=asset.dataset, capture=asset.capture, origin=origin)
    return asset


def _checked(agency: Agency, line: dict[str, Any]) -> dict[str, Any]:
    """The line's fields as they are stored, when each is as the library would have it."""
    kept = decided.Asset(agency=agency.code, **line).model_dump(exclude={"agency"})
    return kept | {part: list(kept[part]) for part in _LISTS}


@transaction.atomic
def change_asset(pk: int, *, by: User, **line: Any) -> Asset:
    """The line as it is now said to be; what it was is kept beside it."""
    asset = _running(pk, by)
    whole = {**_fields(asset), **line}
    policies.check_line(whole, partnership.pack())
    fresh = _checked(asset.agency, whole)
    changed = {part: [_plain(getattr(asset, part)), _plain(value)] for part, value in fresh.items()}
    changed = {part: pair for part, pair in changed.items() if pair[0] != pair[1]}
    if not changed:
        return asset
    for part in changed:
        setattr(asset, part, fresh[part])
    asset.save(update_fields=list(changed))
    AssetChange.objects.create(asset=asset, by=by, fields=changed)
    record("asset.changed", by=by, target=asset, changed=sorted(changed))
    return asset


def _fields(asset: Asset) -> dict[str, Any]:
    return {part: getattr(asset, part) for part in decided.Asset.model_fields if part != "agency"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def end_asset(pk: int, *, why: str, by: User) -> Asset:
    """The agency no longer holds this. The line stays in the history and no answer rests on it."""
    asset = _running(pk, by)
    asset.ended, asset.ended_why = timezone.localdate(), why
    asset.save(update_fields=["ended", "ended_why"])
    record("asset.ended", by=by, target=asset)
    return asset


@transaction.atomic
def rate(pk: int, *, evidence: str, by: User, **levels: str) -> Rating:
    """How good its own people say it is, and why. The line takes the weakest word given."""
    asset = _running(pk, by)
    policies.check_rated(levels.values(), evidence)
    rating = Rating.objects.create(asset=asset, evidence=evidence, by=by, **levels)
    if rating.lowest != asset.quality:
        AssetChange.objects.create(asset=asset, by=by, fields={"quality": [asset.quality, rating.lowest]})
        asset.quality = rating.lowest
        asset.save(update_fields=["quality"])
    record("asset.rated", by=by, target=asset, levels={part: level for part, level in levels.items() if level})
    return rating


def _running(pk: int, by: User) -> Asset:
    """The line, locked, not ended, and this person's to change."""
    asset = Asset.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    policies.check_may_map(asset.agency, by)
    policies.check_runs(asset)
    return asset


@transaction.atomic
def confirm(*, agency: Agency, by: User | None, holds_nothing: bool = False, note: str = "") -> Confirmation:
    """The agency says that its part of the map is whole, or that it holds nothing."""
    policies.check_may_map(agency, by)
    if holds_nothing:
        policies.check_can_say_nothing(agency, Asset.objects.filter(agency=agency, ended=None).count())
    said = Confirmation.objects.create(agency=agency, holds_nothing=holds_nothing, note=note, by=by)
    record("data_map.confirmed", by=by, target=agency, holds_nothing=holds_nothing)
    return said
