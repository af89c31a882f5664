"""What the library is given of what was decided here: the partnership as a workspace, and the returns a run may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from plait import decided
from plait.declare import FileMap, Pack
from plait.declare.load import CORE
from plait.partnership import Workspace
from plait.store import Kept, Store, read_kept
from plait.supplied import Terms
from plait_web.knowledge.access import decided_asset
from plait_web.knowledge.models import Asset
from plait_web.partnership import access as partnership
from plait_web.returns import access
from plait_web.returns.models import Submission

# What the data set of people becomes when it is coded. Nobody is known any more once nothing says who they are.
_PEOPLE = frozenset({"people", "persons", "homes", "tokens"})


def workspace(on: date | None = None, *, maps: Iterable[FileMap] = (), store: Store | None = None) -> Workspace:
    """Everything decided, as it stands on the day."""
    day = on or timezone.localdate()
    pack = partnership.pack(day)
    return Workspace(
        partnership=_partnership(pack, day),
        pack=pack,
        pack_folders=_pack_folders(pack),
        areas=partnership.areas(),
        maps=dict(pack.maps) | {one.id: one for one in maps},
        store=store or partnership.shelf(),
    )


def _pack_folders(pack: Pack) -> tuple[Path, ...]:
    """The pack in force, from the shelf, after the packs it rests on; the one that ships while none is adopted."""
    shelf = partnership.shelf()
    return shelf.pack_folders(pack.digest) if shelf.kept("packs", pack.digest) else (CORE,)


def _partnership(pack: Pack, day: date) -> decided.Partnership:
    row = partnership.current()
    return decided.Partnership.model_construct(
        name=row.name if row else "",
        areas=tuple(row.areas) if row else (),
        agencies=partnership.decided_agencies(),
        agreements=partnership.bound(day).agreements,
        assets=decided_assets(),
        waivers=decided_waivers(day),
        returns=tuple(record_of(submission) for submission in access.accepted()),
        pack_digest=pack.digest,
        next_update=row.next_update if row else None,
        invented=settings.INVENTED,
    )


def decided_assets() -> tuple[decided.Asset, ...]:
    """The data map in force, as the library knows it."""
    return tuple(decided_asset(a) for a in Asset.objects.filter(ended=None).select_related("agency"))


def decided_waivers(on: date | None = None) -> tuple[decided.Waiver, ...]:
    """The checks that are waived on the day, each with the role in which it was decided."""
    rows = access.waivers_in_force(on).select_related("agency")
    return tuple(
        decided.Waiver(agency=w.agency.code, code=w.code, reason=w.reason, by=w.acting_as, on=w.on) for w in rows
    )


def record_of(submission: Submission, path: Path | None = None) -> decided.Return:
    """The return as the library lists it. Once it is kept, its file is gone and its number stands for it."""
    return decided.Return(
        agency=submission.expected.agency.code,
        period=submission.expected.point.period,
        path=path or Path(f"return {submission.number}"),
        dataset=submission.dataset or None,
        map=tuple(one["id"] for one in submission.maps) or None,
        received_on=timezone.localdate(submission.sent_at),
    )


def snapshot(submission: Submission) -> Kept:
    """An accepted return, from the store, as it was when it was signed off."""
    folder = partnership.shelf().kept("returns", submission.kept)
    assert folder is not None, "an accepted return is in the store"
    return read_kept(folder, record_of(submission))


def accepted_kept(on: date | None = None, *, period: str = "") -> tuple[Kept, ...]:
    """Every accepted return, less what no agreement in force on the day covers; oldest period first."""
    place = workspace(on)
    found = (snapshot(submission) for submission in access.accepted(period))
    kept = [_still_permitted(place, one, on or timezone.localdate()) for one in found]
    return tuple(sorted(kept, key=lambda k: (k.record.period, k.record.agency)))


def _still_permitted(place: Workspace, kept: Kept, on: date) -> Kept:
    """What was permitted when it was sent is used only while it still is."""
    terms = Terms(pack=place.pack, partnership=place.partnership, agency=kept.record.agency, on=on)
    refusals = tuple(terms.refusals(kept.supplied, kept.record.path.name))
    if not refusals:
        return kept
    refused = {finding.dataset for finding in refusals}
    left = tuple(s for s in kept.supplied if s.dataset not in refused)
    gone = refused if any(s.dataset == "people" for s in left) else refused | _PEOPLE
    return replace(
        kept,
        tables={name: path for name, path in kept.tables.items() if name not in gone},
        supplied=left,
        findings=(*kept.findings, *refusals),
    )


def file_maps(stored: Sequence[dict]) -> tuple[FileMap, ...]:
    """Maps as the library knows them, from their rows."""
    return tuple(FileMap.model_validate(one) for one in stored)
