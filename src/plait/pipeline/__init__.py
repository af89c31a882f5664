"""The only place where the stages meet: files in, a protected profile out. Nothing that names a person leaves `keep`.

check_return    one file, read and checked: findings with places; nothing of it is kept
prepare_return  the same, coded, as one sealed file that an agency can send
keep, keep_all  returns checked, coded and kept in the store, once for the same bytes
profile_of      what one zone may see of the returns kept: figures, answers and facts
keep_profile    that profile kept whole in the store
told_again      a profile of figures let out before, or a part of them
publish_kept    that profile kept in the store, and put where it was asked for
run             keep_all, then publish_kept
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from plait.partnership import Workspace
from plait.pipeline.linking import Linking, last_evidence, link_people
from plait.pipeline.profiles import (
    Made,
    Outcome,
    keep_profile,
    measure_period,
    profile_of,
    publish_kept,
    shared,
    told_again,
)
from plait.pipeline.progress import Progress, silent
from plait.pipeline.returns import (
    Beside,
    Looked,
    check_received,
    check_return,
    keep,
    keep_all,
    prepare_return,
    supplied_so_far,
)
from plait.store import check_replaceable
from plait.values import Period

if TYPE_CHECKING:
    from plait.pseudonymise import Key

__all__ = [
    "Beside",
    "Linking",
    "Looked",
    "Made",
    "Outcome",
    "Progress",
    "check_received",
    "check_return",
    "keep",
    "keep_all",
    "keep_profile",
    "last_evidence",
    "link_people",
    "measure_period",
    "prepare_return",
    "profile_of",
    "publish_kept",
    "run",
    "shared",
    "silent",
    "supplied_so_far",
    "told_again",
]


def run(
    place: Workspace, *, period: Period, on: date, key: Key, into: Path, progress: Progress = silent
) -> Outcome:  # fmt: skip
    """The partnership's profile for a period, from every return that may be used on that day.

    Whatever was done before and rests on the same bytes is not done again. Killed at any moment, the store holds what it
    held before or the whole of a step, and `into` the last whole profile. A return that cannot be read is set aside and
    told of. Raises UserError for what a person can put right, and when no return at all can be read.
    """
    check_replaceable(into)
    with place.store.writing():
        place.store.put_packs(place.pack_folders)
        kept = keep_all(place, key=key, on=on, progress=progress)
        return publish_kept(place, kept, period=period, on=on, into=into, progress=progress)
