"""How an item came to say what it says, version by version; and what a pack of others says that ours does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plait.declare import Pack
from plait.declare.pack import FOLDERS
from plait_web.packs import access
from plait_web.packs.differences import Difference, differences
from plait_web.packs.models import Draft
from plait_web.packs.versions import Standing, digest_of, items_of
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Adoption


@dataclass(frozen=True, slots=True)
class Step:
    """A version in which an item began or came to say something else."""

    adoption: Adoption
    differences: tuple[Difference, ...]  # none where it began
    began: bool
    draft: Draft | None


def of_item(folder: str, name: str) -> tuple[Step, ...]:
    """Every step of an item through the versions that were adopted, the newest first."""
    steps: list[Step] = []
    last: Any = None
    drafts = {d.adoption_id: d for d in access.drafts().filter(folder=folder, item=name, state=Draft.State.ADOPTED)}
    for adoption in reversed(access.versions()):
        found = items_of(partnership.pack_of(adoption.digest), folder).get(name)
        if found is not None and digest_of(found) != digest_of(last):
            told = differences(folder, last, found) if last is not None else ()
            steps.append(Step(adoption, told, last is None, drafts.get(adoption.pk)))
        last = found
    return tuple(reversed(steps))


def before(adoption: Adoption) -> Adoption | None:
    """The version adopted before this one."""
    versions: Sequence[Adoption] = access.versions()
    place = next(n for n, one in enumerate(versions) if one.pk == adoption.pk)
    return versions[place + 1] if place + 1 < len(versions) else None


@dataclass(frozen=True, slots=True)
class Offered:
    """An item of a pack received that ours has not, or words otherwise."""

    folder: str
    name: str
    title: str
    new: bool


def offered(now: Standing, theirs: Pack) -> tuple[Offered, ...]:
    """What could be taken from a pack received, in the order of its folders. What the core says alike is not offered."""
    found = []
    for folder in sorted(FOLDERS):
        for name, item in items_of(theirs, folder).items():
            same = digest_of(item) in (
                digest_of(now.item(folder, name)),
                digest_of(items_of(now.base, folder).get(name)),
            )
            if not same:
                found.append(Offered(folder, name, item.title, now.item(folder, name) is None))
    return tuple(found)
