"""How often the estimate of the unseen holds the truth, on invented lists: python bench/link_unseen.py [SEEDS]

Where its assumptions hold, where lists refer people to one another, where links are missed, and where lists hardly overlap.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time

import numpy as np

from plait.measure.unseen import LinkWorth, Lists, unseen

PEOPLE, CHANCES, NAMES = 500, (0.2, 0.15, 0.12, 0.1), ("police", "health", "school", "charity")
KNOWN = LinkWorth(recall=(0.9, 0.86, 0.94), precision=(1.0, 1.0, 1.0))


def drawn(
    rng: np.random.Generator, chances: tuple[float, ...] = CHANCES, referred: float = 0.0, missed: float = 0.0
) -> Lists:
    """Lists of invented people; `referred` of the first are put on the second, and `missed` of links are lost."""
    on = rng.random((PEOPLE, len(chances))) < np.array(chances)
    on[:, 1] |= on[:, 0] & (rng.random(PEOPLE) < referred)
    if missed:
        lost = on & (on.sum(axis=1) > 1)[:, None] & (rng.random(on.shape) < 1 - np.sqrt(1 - missed))
        alone = np.zeros((int(lost.sum()), len(chances)), dtype=bool)
        alone[np.arange(len(alone)), np.nonzero(lost)[1]] = True
        on = np.concatenate([on & ~lost, alone])
    history = on @ (1 << np.arange(len(chances)))
    counts = np.bincount(history, minlength=1 << len(chances)).astype(float)
    counts[0] = 0.0
    return Lists(NAMES, counts)


CASES: dict[str, tuple[Callable[[np.random.Generator], Lists], LinkWorth | None]] = {
    "assumptions hold": (drawn, None),
    "30 % referred from police to health": (lambda rng: drawn(rng, referred=0.3), None),
    "10 % of links missed, and known to be": (lambda rng: drawn(rng, missed=0.1), KNOWN),
    "10 % of links missed, and not known": (lambda rng: drawn(rng, missed=0.1), None),
    "hardly any overlap": (lambda rng: drawn(rng, chances=(0.08, 0.06, 0.05, 0.03)), None),
}


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(
        "| case | refused | stepwise holds the truth | the range does | median estimate | median width of range | CPU s |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, (make, links) in CASES.items():
        start = process_time()
        rng = np.random.default_rng(7)
        found = [unseen(make(rng), area="region", links=links, seed=s, repeats=200) for s in range(seeds)]
        told = [u for u in found if not u.refused]
        if not told:
            print(f"| {name} | {seeds} of {seeds} | | | | | {process_time() - start:.0f} |")
            continue
        step = np.mean([u.stepwise_interval[0] <= PEOPLE <= u.stepwise_interval[1] for u in told])
        whole = np.mean([u.range[0] <= PEOPLE <= u.range[1] for u in told])
        middle = np.median([u.stepwise for u in told])
        width = np.median([u.range[1] - u.range[0] for u in told])
        print(f"| {name} | {seeds - len(told)} of {seeds} | {step:.1%} | {whole:.1%} | {middle:.0f} | {width:.0f} | "
              f"{process_time() - start:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
