"""Declared checks, compiled to SQL: usable rows out, and findings in the person's own terms. No finding holds a cell."""

from plait.validate.checked import Checked, Context, Heading, Problem, Tables, by_problem
from plait.validate.codes import finding_codes
from plait.validate.places import place_of
from plait.validate.rule import ACCEPTED, SAMPLE
from plait.validate.validate import validate, worst_first
from plait.validate.wording import WORDINGS
from plait.validate.write import write_findings

__all__ = [
    "ACCEPTED",
    "SAMPLE",
    "WORDINGS",
    "Checked",
    "Context",
    "Heading",
    "Problem",
    "Tables",
    "by_problem",
    "finding_codes",
    "place_of",
    "validate",
    "worst_first",
    "write_findings",
]
