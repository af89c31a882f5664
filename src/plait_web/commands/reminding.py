"""`plait remind`: the mails that are due today. Each is a link and never a figure; none is sent twice."""

from __future__ import annotations

from datetime import date

from plait_web.partnership.actions import warn_of_expiry
from plait_web.returns import actions as returns


def remind(day: date) -> str:
    """Sends them, erases what nobody finished putting right, and says how many there were of each."""
    late, ending, stale = returns.remind(on=day), warn_of_expiry(on=day), returns.tidy(on=day)
    return f"Reminders sent: {late} of returns, {ending} of agreements. Unfinished uploads erased: {stale}."
