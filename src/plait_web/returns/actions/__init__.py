"""The only writers of the calendar and of returns. Each checks its policy, makes its change and records it, together."""

from plait_web.returns.actions.calendar import (
    add_point,
    change_days,
    next_year,
    remind,
    remove_point,
    set_people,
)
from plait_web.returns.actions.erasing import erase_ended
from plait_web.returns.actions.links import end_link, make_link, opened, save_draft, send_counts
from plait_web.returns.actions.reading import end_waiver, match_columns, read, read_as, read_waiting, resume, waive
from plait_web.returns.actions.sending import submit, submit_nil
from plait_web.returns.actions.settling import (
    send_back,
    send_for_sign_off,
    sign_off,
    tidy,
    withdraw,
)

__all__ = [
    "add_point", "change_days", "end_link", "end_waiver", "erase_ended", "make_link", "match_columns", "next_year",
    "opened", "read", "read_as", "read_waiting",
    "remind", "remove_point", "resume", "save_draft", "send_back", "send_counts", "send_for_sign_off", "set_people",
    "sign_off", "submit", "submit_nil", "tidy", "waive", "withdraw",
]  # fmt: skip
