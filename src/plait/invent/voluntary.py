"""The voluntary project: counts only, on the template, with small ones written as <5. It sends nothing about any person."""

from collections.abc import Iterator

import numpy as np

from plait.invent.draw import Column, Rng, chance, day, words
from plait.invent.files import Table, template, write_csv
from plait.invent.people import GROUPS
from plait.invent.places import COUNTY
from plait.invent.sending import Sending
from plait.invent.world import World
from plait.values import Period

_BANDS = (("10-13", 10, 14), ("14-15", 14, 16), ("16-17", 16, 18), ("18-20", 18, 21), ("21-25", 21, 26))
_LEAST_SHOWN = 5
Row = dict[str, str]


def send_voluntary(rng: Rng, sending: Sending) -> None:
    """How many young people the project supported in each period, and how many wait."""
    for period in sending.world.periods:
        supported = _supported(rng, sending.world, period)
        rows = list(_rows(rng, sending, period, supported))
        names = dict.fromkeys(name for row in rows for name in row)
        table = template("counts", {name: words([row.get(name, "") for row in rows]) for name in names})
        source = sending.source(period, "counts.csv")
        sending.faults.plant(table, source, "Figure", "unknown-symbol", wrong="tbc")
        sending.expect(period, "people supported", int(supported.sum()))
        _write(sending, period, table)


def _supported(rng: Rng, world: World, period: Period) -> Column:
    age = world.people.age(day(period.end))
    likely = np.where((age >= 10) & (age < 26), 0.02 + 0.22 * world.harm.harmed, 0)
    return chance(rng, likely)


def _rows(rng: Rng, sending: Sending, period: Period, supported: Column) -> Iterator[Row]:
    world = sending.world
    people, age = world.people, world.people.age(day(period.end))
    support = {"measure": "VC01", "part": "value", "period": period.label, "area": COUNTY}
    everyone = int(supported.sum())
    interviews = int(rng.binomial(everyone, 0.2))
    yield {**support, "value": _shown(everyone)}
    yield {**support, "type": "voluntary_support", "value": _shown(everyone - interviews)}
    yield {**support, "type": "return_interview_service", "value": _shown(interviews)}
    for band, low, high in _BANDS:
        yield {**support, "age_band": band, "value": _shown(int((supported & (age >= low) & (age < high)).sum()))}
    for sex, female in (("F", True), ("M", False)):
        yield {**support, "sex": sex, "value": _shown(int((supported & (people.female == female)).sum()))}
    for group in GROUPS:
        yield {**support, "ethnicity": group, "value": _shown(int((supported & (people.group == group)).sum()))}
    yield {**support, "measure": "VC02", "value": _shown(int(rng.poisson(everyone / 9)))}


def _shown(count: int) -> str:
    return f"<{_LEAST_SHOWN}" if 0 < count < _LEAST_SHOWN else str(count)


def _write(sending: Sending, period: Period, table: Table) -> None:
    write_csv(sending.path(period, "counts.csv"), table)
    sending.list_return(period, "counts.csv", dataset="counts")
