"""The only writer of the data map."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from plait import decided
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.knowledge.models import Asset
from plait_web.partnership.models import Agency


@transaction.atomic
def map_asset(*, agency: Agency, by: User | None, **line: Any) -> Asset:
    """One more line of the data map, with the fields of `plait.decided.Asset`, which checks them."""
    checked = decided.Asset(agency=agency.code, **line)
    kept = checked.model_dump(exclude={"agency"})
    asset = Asset.objects.create(agency=agency, **kept | {p: list(kept[p]) for p in ("columns", "types")})
    record("asset.mapped", by=by, target=asset, dataset=checked.dataset, capture=checked.capture)
    return asset
