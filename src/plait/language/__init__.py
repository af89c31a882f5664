"""Language with care: what in a text may put harm in the child, why, and what one could write instead."""

from plait.language.check import Remark, check_language

__all__ = ["Remark", "check_language"]
