"""An invented partnership, from a seed: nothing in it is about a real place or a real person."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from plait.errors import StoreError, UserError
from plait.invent import council, education, health, police, voluntary, youth_justice
from plait.invent.draw import Rng
from plait.invent.faults import Faults
from plait.invent.folder import write_partnership
from plait.invent.geography import write_areas
from plait.invent.records import Habits, write_down
from plait.invent.sending import Sending
from plait.invent.truth import write_truth
from plait.invent.world import World, invent_world

# Agency, how it keeps records, how it sends them, and how many weeks after the period its files come.
_SENDERS: tuple[tuple[str, Habits, Callable[[Rng, Sending], None], int], ...] = (
    ("council", council.HABITS, council.send_council, 12),
    ("police", police.HABITS, police.send_police, 6),
    ("health", health.HABITS, health.send_health, 8),
    ("youth_justice", youth_justice.HABITS, youth_justice.send_youth_justice, 5),
    ("education", education.HABITS, education.send_education, 10),
    ("voluntary", Habits(letters="V"), voluntary.send_voluntary, 4),
)
LEAST, MOST = 100, 700_000


@dataclass(frozen=True)
class Invented:
    """Where it is, and how many people are in it. `truth` is None when it was not kept."""

    folder: Path
    truth: Path | None
    seed: int
    people: int
    periods: tuple[str, ...]


def invent(
    into: Path,
    *,
    seed: int,
    size: int = 20_000,
    periods: tuple[str, ...] = ("2023-24", "2024-25"),
    keep_truth: Path | None = None,
) -> Invented:
    """A partnership folder at `into`, the same bytes for the same seed, size, periods and core pack.

    `size` is how many people are known to at least one agency; about thirty times as many live in the county. What is
    true goes to `keep_truth`, which may not lie inside the folder. Raises StoreError when the folder holds something.
    """
    _check(into, size, keep_truth)
    world_rng, fault_rng, *agency_rngs = np.random.default_rng(seed).spawn(3 + len(_SENDERS))
    world = invent_world(world_rng, size, periods)
    faults = Faults(fault_rng)
    sendings = [
        _send(rng, into / "returns", world, faults, sender)
        for rng, sender in zip(agency_rngs[1:], _SENDERS, strict=True)
    ]
    write_areas(into / "areas", world.places)
    write_partnership(
        into,
        returns=[one for sending in sendings for one in sending.returns],
        maps=[one for sending in sendings for one in sending.maps],
        first=world.periods[0].start,
        last=world.periods[-1].end,
    )
    if keep_truth is not None:
        write_truth(keep_truth, world, sendings, faults.planted)
    return Invented(into, keep_truth, seed, size, periods)


def _check(into: Path, size: int, keep_truth: Path | None) -> None:
    if not LEAST <= size <= MOST:
        raise UserError(
            f"An invented partnership has between {LEAST} and {MOST:,} people. Ask for a size between them."
        )
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise StoreError(f"{into} is there already and is not empty. Choose a folder that is new or empty.")
    if keep_truth is not None and keep_truth.resolve().is_relative_to(into.resolve()):
        raise UserError("What is true must be kept apart from the partnership folder. Choose a place outside it.")


def _send(
    rng: Rng, root: Path, world: World, faults: Faults, sender: tuple[str, Habits, Callable[[Rng, Sending], None], int]
) -> Sending:
    agency, habits, send, weeks = sender
    record_rng, send_rng = rng.spawn(2)
    nobody = np.zeros(len(world.people), dtype=bool)
    records = write_down(record_rng, world.people, world.places, world.known.get(agency, nobody), habits)
    sending = Sending(agency=agency, root=root, world=world, records=records, faults=faults, weeks=weeks)
    send(send_rng, sending)
    return sending
