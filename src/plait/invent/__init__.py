"""An invented partnership with known truth, for demonstrations, tests and benchmarks."""

from plait.invent.invention import Invented, invent

__all__ = ["Invented", "invent"]
