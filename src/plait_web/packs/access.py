"""The door to drafts and to packs received. Everybody of the partnership reads them: they hold nothing but words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from plait.declare import Pack
from plait.declare.load import cover_of
from plait.store import Store
from plait_web.packs.models import Draft, Opinion, Received
from plait_web.packs.versions import Standing, digest_of
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Adoption, Agency


def drafts() -> QuerySet[Draft]:
    """Every draft there has been."""
    return Draft.objects.select_related("by", "received", "adoption")


def open_drafts() -> QuerySet[Draft]:
    """What waits to be adopted or withdrawn."""
    return drafts().filter(state=Draft.State.OPEN)


def opinions_of(drafts: Iterable[Draft]) -> QuerySet[Opinion]:
    """What agencies said of these drafts, the newest first."""
    return Opinion.objects.filter(draft__in=[d.pk for d in drafts]).select_related("agency")


def digest_now(now: Standing, draft: Draft) -> str:
    """The digest of the item a draft would replace, as it was adopted last."""
    return digest_of(now.item(draft.folder, draft.item))


def received() -> QuerySet[Received]:
    return Received.objects.select_related("by")


def received_shelf() -> Store:
    """Where packs of others lie: apart from the shelf, so that none of them is ever taken for one that was adopted."""
    return Store(Path(settings.HOME) / "received")


def received_pack(digest: str) -> Pack:
    """A pack received, whole. Raises StoreError when it is lost or was altered."""
    return _received(digest, str(received_shelf().folder))


@lru_cache(maxsize=4)
def _received(digest: str, folder: str) -> Pack:
    return Store(Path(folder)).pack(digest)


def pack_ids() -> set[str]:
    """The id of every pack on the shelf, and of the core."""
    return {"core", *(cover_of(folder).id for folder in partnership.shelf().all("packs"))}


def versions() -> list[Adoption]:
    """Every version of the pack that was adopted, the newest first."""
    return list(partnership.adoptions())


@dataclass(frozen=True, slots=True)
class View:
    """What one agency says of a draft as it is worded now, if it has."""

    agency: Agency
    opinion: Opinion | None
    outdated: bool = False

    @property
    def standing(self) -> str:
        if self.opinion is None:
            return "Has not said"
        said = str(self.opinion.get_says_display())
        return f"{said} (of an earlier wording)" if self.outdated else said

    @property
    def counted(self) -> str:
        """'adopt', 'adapt', 'dissent' or 'unsaid'."""
        return "unsaid" if self.opinion is None or self.outdated else str(self.opinion.says)


def views_of(draft: Draft, agencies: Iterable[Agency], opinions: Iterable[Opinion]) -> tuple[View, ...]:
    """Every agency's view of the draft; `opinions` are the newest first, of this draft or of all."""
    newest: dict[int, Opinion] = {}
    for opinion in opinions:
        if opinion.draft_id == draft.pk:
            newest.setdefault(opinion.agency_id, opinion)
    return tuple(View(a, o := newest.get(a.pk), o is not None and o.edition != draft.edition) for a in agencies)


def told(views: Iterable[View]) -> str:
    """'3 would adopt it, 1 worded otherwise, 1 would not, 1 has not said'."""
    counts = [view.counted for view in views]
    unsaid = counts.count("unsaid")
    has = "has" if unsaid == 1 else "have"
    return (
        f"{counts.count('adopt')} would adopt it, {counts.count('adapt')} worded otherwise, "
        f"{counts.count('dissent')} would not, {unsaid} {has} not said"
    )
