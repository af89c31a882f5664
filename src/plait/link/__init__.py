"""Tokens to people: one number a person across agencies, the evidence, and how sure it is, and for whom less sure."""

from plait.link.clerical import LEAST_JUDGED, PairShown, ReviewedQuality, clerical_quality, clerical_sample
from plait.link.explain import explained
from plait.link.linking import Linked, link
from plait.link.quality import GroupQuality, LinkQuality
from plait.link.weights import Weights, load_weights

__all__ = [
    "LEAST_JUDGED", "GroupQuality", "LinkQuality", "Linked", "PairShown", "ReviewedQuality", "Weights", "clerical_quality",
    "clerical_sample", "explained", "link", "load_weights",
]  # fmt: skip
