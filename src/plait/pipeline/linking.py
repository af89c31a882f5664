"""People linked from one run to the next: numbers that last, and only what was added compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

import plait
from plait.engine import Engine
from plait.partnership import Workspace
from plait.store import Kept, Store, digest_of

if TYPE_CHECKING:
    from plait.link import Linked

_LAST = "last-linking"  # the store's name for the newest linking's key
_BEGAN = "began.json"
_WORDS = {
    "first": "This is the first linking. Every person has a new number.",
    "kept": "People keep the number of the last linking wherever most of its records still belong together.",
    "gone": "The numbering began anew: the last linking went with a return that was erased.",
    "anew": (
        "The numbering began anew: the key or the way tokens are made has changed since the last linking, so nobody can be "
        "followed from before it."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Linking:
    """Everybody linked, the key of the step, and whether people were followed from the last linking, in words."""

    linked: Linked
    key: str
    words: str


def link_people(place: Workspace, kept: Iterable[Kept]) -> Linking:
    """One number for each person across all agencies and periods, the same as last time where the evidence stands.

    Only returns added since the last linking are compared; the result is that of a run from nothing. The store then
    remembers this linking as the last. Needs the store to be open for writing.
    """
    from plait.link import Linked, link, load_weights

    coded = [k for k in kept if "tokens" in k.tables]
    weights, groups = load_weights(), {c.code: c.group for c in place.pack.codelist("ethnicity").codes}
    name = digest_of("link", plait.__version__, weights.model_dump(mode="json"), groups, sorted(k.key for k in coded))
    folder = place.store.kept("steps", name)
    if folder is None:
        scheme = _scheme(coded)
        last, began = _last(place, scheme)
        with place.store.keeping("steps", name) as room, Engine(spill=room) as engine:
            linked = link(
                engine, [k.tables for k in coded], weights, room, ethnic_groups=groups,
                before=last / "numbers.parquet" if last else None, last=last, resumable=True,
            )  # fmt: skip
            linked.save(room)
            (room / _BEGAN).write_text(json.dumps({"began": began, "scheme": scheme}), encoding="utf-8")
        folder = place.store.kept("steps", name)
        assert folder is not None
    if place.store.recalled(_LAST) != name:
        place.store.remember(_LAST, name)
    return Linking(linked=Linked.load(folder), key=name, words=_WORDS[_said(folder)["began"]])


def last_evidence(store: Store) -> tuple[str, Path] | None:
    """The key of the last linking and the evidence for its links, which names nobody; None before the first."""
    key = store.recalled(_LAST)
    folder = store.kept("steps", key) if key else None
    return (key, folder / "evidence.parquet") if folder else None


def _last(place: Workspace, scheme: list[str]) -> tuple[Path | None, str]:
    """The last linking's folder where people can be followed from it, and how this one begins."""
    key = place.store.recalled(_LAST)
    folder = place.store.kept("steps", key) if key else None
    if folder is None:
        return None, "gone" if key else "first"
    return (folder, "kept") if set(scheme) & set(_said(folder)["scheme"]) else (None, "anew")


def _said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / _BEGAN).read_text(encoding="utf-8"))
    return found


def _scheme(coded: Sequence[Kept]) -> list[str]:
    """The versions of the key behind these tokens, read from what Parquet says of the column."""
    found: set[str] = set()
    for one in coded:
        about = pq.read_metadata(one.tables["tokens"])
        column = about.schema.names.index("key_version")
        for group in range(about.num_row_groups):
            said = about.row_group(group).column(column).statistics
            found |= {str(said.min), str(said.max)} if said and said.has_min_max else set()
    return sorted(found)
