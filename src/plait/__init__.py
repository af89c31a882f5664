"""Plait: one protected picture of child exploitation from what agencies separately know."""

__version__ = "0.1.0"
