"""Declared checks, compiled to SQL: usable rows out, and findings in the person's own terms. No finding holds a cell."""

from plait.validate.checked import Checked, Context, Heading, Problem, Tables, by_problem
from plait.validate.codes import finding_codes
from plait.validate.places import Located
from plait.validate.rule import SAMPLE
from plait.validate.validate import validate, worst_first
from plait.validate.words import Remarked, remarked
from plait.validate.write import write_findings

__all__ = [
    "SAMPLE",
    "Checked",
    "Context",
    "Heading",
    "Located",
    "Problem",
    "Remarked",
    "Tables",
    "by_problem",
    "finding_codes",
    "remarked",
    "validate",
    "worst_first",
    "write_findings",
]
