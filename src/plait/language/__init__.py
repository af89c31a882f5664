"""Language with care: what in a text may put harm in the child, why, and what one could write instead."""

from plait.language.check import Remark, check_language, live_phrases
from plait.language.columns import remarks_in
from plait.language.pattern import plainly

__all__ = ["Remark", "check_language", "live_phrases", "plainly", "remarks_in"]
