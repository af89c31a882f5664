"""The main verb: linked, coded tables in, figures out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from plait.areas import Areas
from plait.decided import Agency
from plait.declare import Indicator, Pack
from plait.engine import Engine
from plait.measure.cells import count_cells
from plait.measure.finish import finish
from plait.measure.groups import gather
from plait.measure.held import standings, what_was_sent
from plait.measure.intervals import declare_intervals
from plait.measure.people import prepare_people
from plait.measure.pick import pick
from plait.measure.plan import Plan, by_data_set
from plait.measure.populations import prepare_populations
from plait.measure.prepare import (
    Tables,
    prepare_agencies,
    prepare_groups,
    prepare_places,
    prepare_rows,
)
from plait.measure.reported import lay_over
from plait.measure.together import pick_together
from plait.values import Period


def measure(
    engine: Engine,
    coded: Sequence[Tables],
    numbers: Path | None,
    pack: Pack,
    *,
    period: Period,
    areas: Areas,
    top: Sequence[str],
    agencies: Sequence[Agency],
    indicators: Sequence[str] | None = None,
    formats: Sequence[str] = (),
    earlier: Sequence[Tables] = (),
) -> pa.Table:
    """One row a figure, in the columns set out in docs/explanation/how-it-fits.md, for every live indicator.

    `coded` are the returns sent for the period, oldest first, with identity and populations from any period. Figures are
    exact where people are linked (`numbers`) and bounded where they could not be. `formats` says of each return what
    `receive` called its format: what a format has no code for is not held, never nought. `earlier` are the returns of periods
    before: whoever has a sign in them is on no journey that begins now. Nothing here is yet safe to show.
    """
    chosen = _chosen(pack, indicators)
    engine.run("CREATE SCHEMA IF NOT EXISTS measure")
    try:
        prepare_agencies(engine, agencies, pack)
        places = prepare_places(engine, areas, top, agencies)
        plan = Plan(
            pack=pack, period=period, areas=areas, top=tuple(top), agencies=tuple(agencies), indicators=chosen,
            groups=gather(pack, agencies), places=places, linked=numbers is not None,
        )  # fmt: skip
        return _measured(engine, plan, coded, numbers, formats, earlier)
    finally:
        engine.run("DROP SCHEMA measure CASCADE")


def _chosen(pack: Pack, indicators: Sequence[str] | None) -> tuple[Indicator, ...]:
    if indicators is None:
        return pack.live_indicators
    return tuple(pack.indicator(name) for name in indicators)


def _measured(
    engine: Engine,
    plan: Plan,
    coded: Sequence[Tables],
    numbers: Path | None,
    formats: Sequence[str],
    earlier: Sequence[Tables],
) -> pa.Table:
    declare_intervals(engine)
    prepare_groups(engine, plan.groups, plan.pack)
    prepare_people(engine, coded, numbers, plan.pack, plan.groups)
    used = by_data_set(plan.indicators)
    for name in used:
        prepare_rows(engine, coded, plan.pack.dataset(name))
    prepare_populations(engine, plan, coded)
    pick(engine, plan, formats)
    pick_together(engine, plan, before=earlier)
    count_cells(engine, plan)
    made = finish(engine, plan, standings(plan, what_was_sent(engine, plan, coded, used, formats)))
    return lay_over(engine, plan, coded, made)
