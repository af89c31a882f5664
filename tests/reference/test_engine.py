"""The fast engine gives what the plain one gives: every area, breakdown and supplier of every kind of indicator."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, isinf
from pathlib import Path

import pytest

from plait.declare import Indicator, load_pack
from plait.engine import Engine
from plait.measure import measure
from tests.reference.engine import Figure, Key, World, reference
from tests.reference.together import together
from tests.reference.world import MEASURES, indicators, invent, with_indicators, write, write_earlier

CHOSEN = indicators()
PACK = with_indicators(load_pack(), CHOSEN)
TOGETHER = [i for i in CHOSEN if i.measure.kind in ("lists", "journey")]
NUMBERS = ("low", "high", "count_low", "count_high", "base_low", "base_high")
UNSAID = ("not_held", "not_collected", "low_reliability")


def fast(world: World, folder: Path) -> dict[Key, Figure]:
    returns, numbers = write(world, folder)
    with Engine(threads=1) as engine:
        table = measure(
            engine, returns, numbers, world.pack, period=world.period, areas=world.areas, top=world.top,
            agencies=world.agencies, indicators=[i.id for i in CHOSEN], earlier=write_earlier(world, folder),
        )  # fmt: skip
    return {
        (r["indicator"], r["supplier"], r["area"], r["by"], r["group"]): (r["state"], *(r[n] for n in NUMBERS))
        for r in table.to_pylist()
    }


def plainly(world: World) -> dict[Key, Figure]:
    return reference(world, [i for i in CHOSEN if i not in TOGETHER]) | together(world, TOGETHER)


def differences(slow: dict[Key, Figure], quick: dict[Key, Figure]) -> Iterator[str]:
    for key in sorted(slow.keys() | quick.keys()):
        a, b = slow.get(key), quick.get(key)
        if a is None or b is None or not same(a, b):
            yield f"{key}: plainly {a}, fast {b}"


def same(a: Figure, b: Figure) -> bool:
    """Counts behind a figure nobody can give are not compared: none is claimed."""
    numbers = slice(1, 3) if a[0] in UNSAID else slice(1, None)
    return a[0] == b[0] and all(alike(x, y) for x, y in zip(a[numbers], b[numbers], strict=True))


def alike(x: object, y: object) -> bool:
    if x is None or y is None:
        return x is y
    assert isinstance(x, int | float)
    assert isinstance(y, int | float)
    return x == y if isinf(x) or isinf(y) else isclose(x, y, abs_tol=1e-9)


def compare(seed: int, folder: Path, *, linked: bool) -> None:
    world = invent(seed, PACK, linked=linked)
    found = list(differences(plainly(world), fast(world, folder)))
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:12])


@pytest.mark.parametrize("seed", range(3))
def test_linked(seed: int, tmp_path: Path) -> None:
    """With links people are counted once across agencies, and every figure is exact."""
    compare(seed, tmp_path, linked=True)


@pytest.mark.parametrize("seed", range(4, 6))
def test_without_links(seed: int, tmp_path: Path) -> None:
    """Without links the partnership's figures of people are bounded and each agency's are exact."""
    compare(seed, tmp_path, linked=False)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 160))
def test_many(seed: int, tmp_path: Path) -> None:
    compare(seed, tmp_path, linked=seed % 2 == 0)


def test_every_kind_is_compared() -> None:
    """A kind of indicator added to the vocabulary must be added here."""
    kinds = {kind.__name__ for kind in Indicator.model_fields["measure"].annotation.__args__}  # type: ignore[union-attr]
    compared = {type(i.measure).__name__ for i in CHOSEN}
    assert compared == kinds - {"Reported"}, "reported figures are compared in tests/unit/measure/test_counts.py"
    assert len(MEASURES) == len(CHOSEN)
