"""The partnership itself: its name, its areas, the pack it uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from plait.declare.load import CORE, cover_of
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access, policies
from plait_web.partnership.models import Adoption, Partnership


def the_partnership() -> Partnership:
    """The one row, locked: whoever changes what there may be only one of waits here for the other."""
    Partnership.objects.get_or_create(pk=1)
    return Partnership.objects.select_for_update().get(pk=1)


@transaction.atomic
def name_partnership(*, name: str, by: User | None) -> Partnership:
    """The partnership has this name."""
    here = the_partnership()
    here.name = name
    here.save(update_fields=["name"])
    record("partnership.named", by=by, target=here)
    return here


@transaction.atomic
def choose_areas(*, areas: Sequence[str], by: User | None) -> Partnership:
    """The profile is about these areas, given by their codes, largest first."""
    here = the_partnership()
    here.areas = list(areas)
    here.save(update_fields=["areas"])
    record("partnership.areas_chosen", by=by, target=here, areas=list(areas))
    return here


@transaction.atomic
def plan_next_update(*, on: date | None, by: User | None) -> Partnership:
    """The profile says that it will be made anew on this day."""
    here = the_partnership()
    here.next_update = on
    here.save(update_fields=["next_update"])
    record("partnership.next_update_planned", by=by, target=here, day=str(on or ""))
    return here


@transaction.atomic
def adopt(*, folder: Path = CORE, effective: date, why: str = "", by: User | None) -> Adoption:
    """The partnership uses the pack in this folder from a day on. Its bytes, and the core's, are on the shelf for good.

    Raises PackError when the folder holds no pack Plait can read.
    """
    the_partnership()
    digest = shelve(folder)
    cover = access.pack_of(digest).cover
    policies.check_can_adopt(digest, effective, Adoption.objects.first(), timezone.localdate())
    adoption = Adoption.objects.create(
        pack=cover.id, version=cover.version, digest=digest, effective=effective, why=why, by=by
    )
    record("pack.adopted", by=by, target=adoption, why=why, digest=digest, effective=str(effective))
    return adoption


def shelve(folder: Path) -> str:
    """The digest of the pack in the folder, which lies on the shelf from now on with the pack it rests on.

    That is the core as it ships with this Plait, or the newest on the shelf of the id it names.
    """
    store = access.shelf()
    with store.writing():
        core = store.put_pack(CORE)
        extends = "" if folder == CORE else cover_of(folder).extends
        return store.put_pack(folder, base=core if extends == "core" else store.newest_pack(extends or ""))
