"""The partnership's own pack, version by version: the one adopted last, what it rests on, and the next before it is written."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from plait.declare import AgreementTerms, CodeList, Cover, Definition, Disclosure, Pack, Question
from plait.declare.extend import REWORDED
from plait.declare.item import Declared
from plait.declare.pack import FOLDERS
from plait.declare.revise import revise
from plait.errors import PackError
from plait_web.packs.models import Draft
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Adoption

Items = Mapping[tuple[str, str], Declared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The pack adopted last, in effect or not yet; what its next version will rest on; and where its own files lie.

    Before the partnership has a pack of its own `folder` is None, and `pack` is the core.
    """

    pack: Pack
    base: Pack
    folder: Path | None

    def item(self, folder: str, name: str) -> Declared | None:
        """The item as it was adopted last."""
        return items_of(self.pack, folder).get(name)

    def fixed(self, folder: str, name: str) -> frozenset[str]:
        """Parts of an item that may not be said afresh, because what the pack rests on declares them."""
        if name not in items_of(self.base, folder):
            return frozenset({"id"})
        field, kind = FOLDERS[folder]
        return frozenset(kind.model_fields) - REWORDED[field] - {"retired"}


def standing() -> Standing:
    """How the partnership's own pack stands."""
    last = Adoption.objects.first()
    if last is None:
        return Standing(pack=partnership.shipped(), base=partnership.shipped(), folder=None)
    pack = partnership.pack_of(last.digest)
    if not pack.cover.extends:
        return Standing(pack=pack, base=partnership.shipped(), folder=None)
    folder = partnership.shelf().pack_folders(last.digest)[-1]
    below = None if pack.cover.extends == "core" else partnership.shelf().newest_pack(pack.cover.extends)
    base = partnership.pack_of(below) if below else partnership.shipped()
    return Standing(pack=pack, base=base, folder=folder)


def items_of(pack: Pack, folder: str) -> Mapping[str, Any]:
    """The items of one folder of the pack, by id. Raises KeyError for what is no folder of a pack."""
    return getattr(pack, FOLDERS[folder][0])


def as_kept(item: Declared) -> dict[str, Any]:
    """The item as a draft keeps it."""
    return item.model_dump(mode="json", exclude_defaults=True)


def item_of(folder: str, body: Mapping[str, Any]) -> Declared:
    """The item a draft's body says. Raises PackError, in words, where it is none."""
    try:
        return FOLDERS[folder][1].model_validate(body)
    except ValidationError as problem:
        lines = (_wrong(error) for error in problem.errors(include_input=False, include_url=False))
        raise PackError(" ".join(lines)) from None


def _wrong(error: Any) -> str:
    """'Hide below: Input should be greater than 0.', without repeating what was typed."""
    where = ", ".join(str(part).replace("_", " ") for part in error["loc"] if not isinstance(part, int))
    return f"{where.capitalize()}: {error['msg']}."


def digest_of(item: Declared | None) -> str:
    """The digest of all an item says; '' for none."""
    said = json.dumps(as_kept(item), sort_keys=True) if item is not None else ""
    return hashlib.sha256(said.encode()).hexdigest() if said else ""


def drafted(now: Standing, drafts: Iterable[Draft], effective: date | None = None) -> dict[tuple[str, str], Declared]:
    """What the drafts say, by folder and id; given the day from which it is to hold, with that day in it."""
    found = {(d.folder, d.item): item_of(d.folder, d.body) for d in drafts}
    if effective is None:
        return found
    return {where: _from(now.item(*where), item, effective) for where, item in found.items()}


# An item whose these parts change holds from another day: a series that rests on a definition breaks there.
_MEANING: Mapping[type, tuple[str, ...]] = {
    Definition: ("text", "scope"),
    Question: ("what",),
    Disclosure: ("partnership", "public", "reader"),
    AgreementTerms: ("columns", "retention_years", "partners"),
}


def _from(before: Any, item: Any, effective: date) -> Any:
    """The item with the day on which it begins, means something else, or is retired. A code new in its list begins then."""
    changed: dict[str, Any] = {}
    parts = _MEANING.get(type(item), ())
    dated = "since" in type(item).model_fields
    if dated and (before is None or any(getattr(before, part) != getattr(item, part) for part in parts)):
        changed["since"] = effective
    if item.retired and not (before and before.retired):
        changed["retired"] = effective
    if isinstance(item, CodeList):
        known = {code.code for code in before.codes} if before else set()
        changed["codes"] = tuple(
            code if code.code in known else code.model_copy(update={"since": code.since or effective})
            for code in item.codes
        )
    return item.model_copy(update=changed)


@contextmanager
def written(now: Standing, cover: Cover, items: Items) -> Iterator[tuple[Pack, Path]]:
    """The next version, whole and checked, with the folder it lies in until the block ends.

    Raises PackError with the library's reason where it loosens what it rests on or means nothing.
    """
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "pack"
        try:
            made = revise(now.folder, cover=cover, items=items, into=folder, find=lambda _: now.base)
        except PackError as problem:
            raise PackError(str(problem).replace(f"{folder}/", "")) from None
        yield made, folder


def tried(now: Standing, items: Items) -> Pack:
    """The next version as it would be, of which nothing is kept. Raises PackError as `written` does."""
    with written(now, next_cover(now), items) as (made, _):
        return made


def next_cover(now: Standing, **said: Any) -> Cover:
    """The cover of the next version: that of the last with what is said afresh."""
    if now.folder is not None:
        return now.pack.cover.model_copy(update=said)
    begun = {
        "id": "ours", "title": "Our pack", "version": "1", "owner": "Partnership manager", "approver": "The partnership",
        "approved_on": now.base.cover.approved_on, "extends": now.base.cover.id,
    }  # fmt: skip
    return Cover.model_validate(begun | said)


def next_version(now: Standing) -> str:
    """'3' after '2'; '1' for the first; after words, those words."""
    if now.folder is None:
        return "1"
    last = now.pack.cover.version
    return str(int(last) + 1) if last.isdecimal() else last
