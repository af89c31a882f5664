"""How many people no agency knows: estimated from how the agencies' lists overlap, or refused in plain words."""

from plait.measure.unseen.estimate import LinkWorth, OneModel, Tried, Unseen, refusals, unseen
from plait.measure.unseen.lists import Lists

__all__ = ["LinkWorth", "Lists", "OneModel", "Tried", "Unseen", "refusals", "unseen"]
