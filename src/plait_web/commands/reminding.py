"""`plait remind`: the mails that are due today. Each is a link and never a figure; none is sent twice."""

from __future__ import annotations

from datetime import date

from plait.errors import StoreError
from plait_web.partnership.actions import warn_of_expiry
from plait_web.returns import actions as returns


def remind(day: date) -> str:
    """Sends them, erases what nobody finished putting right and what may be kept no longer; how many there were of each."""
    late, ending, stale = returns.remind(on=day), warn_of_expiry(on=day), returns.tidy(on=day)
    said = f"Reminders sent: {late} of returns, {ending} of agreements. Unfinished uploads erased: {stale}."
    return f"{said} {_erased(day)}"


def _erased(day: date) -> str:
    try:
        return f"Returns erased as their agreed time was over: {returns.erase_ended(on=day)}."
    except StoreError:
        return "Returns whose agreed time is over wait: a run is using the store. The next reminder erases them."
