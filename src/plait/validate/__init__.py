"""Declared checks, compiled to SQL: usable rows out, and findings in the person's own terms. No finding holds a cell."""

from plait.validate.checked import Checked, Context, Heading, Problem, Tables, by_problem
from plait.validate.codes import finding_codes
from plait.validate.validate import validate
from plait.validate.write import write_findings

__all__ = [
    "Checked",
    "Context",
    "Heading",
    "Problem",
    "Tables",
    "by_problem",
    "finding_codes",
    "validate",
    "write_findings",
]
