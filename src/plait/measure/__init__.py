"""Indicators to figures: counts, rates, shares, waits and overlaps, each with its state, bounds and interval."""

from plait.declare.needed import needed, needed_by
from plait.intervals import poisson_limits, wilson_limits
from plait.measure.breaks import series_breaks
from plait.measure.figures import measure

__all__ = ["measure", "needed", "needed_by", "poisson_limits", "series_breaks", "wilson_limits"]
