"""The only writers of the partnership's rows. Each takes who does it, and records it in the same transaction."""

from plait_web.partnership.actions.agencies import add_agency, change_agency, end_agency
from plait_web.partnership.actions.agreements import (
    discard,
    draw_up,
    leave,
    put_in_charge,
    refuse,
    renew,
    sign,
    withdraw,
)
from plait_web.partnership.actions.expiry import warn_of_expiry
from plait_web.partnership.actions.groups import (
    add_group,
    add_seat,
    change_group,
    change_seat,
    end_group,
    give_up_seat,
)
from plait_web.partnership.actions.partnership import adopt, choose_areas, name_partnership, plan_next_update
from plait_web.partnership.actions.records import (
    change_barrier,
    decide_not_to_share,
    end_decision,
    keep_decision,
    raise_barrier,
    resolve_barrier,
)

__all__ = [
    "add_agency",
    "add_group",
    "add_seat",
    "adopt",
    "change_agency",
    "change_barrier",
    "change_group",
    "change_seat",
    "choose_areas",
    "decide_not_to_share",
    "discard",
    "draw_up",
    "end_agency",
    "end_decision",
    "end_group",
    "give_up_seat",
    "keep_decision",
    "leave",
    "name_partnership",
    "plan_next_update",
    "put_in_charge",
    "raise_barrier",
    "refuse",
    "renew",
    "resolve_barrier",
    "sign",
    "warn_of_expiry",
    "withdraw",
]
