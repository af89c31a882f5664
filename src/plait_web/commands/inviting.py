"""`plait invite`: the first way in. From then on people are invited on a page, by those who may."""

from __future__ import annotations

from plait.errors import UserError
from plait_web import mail
from plait_web.accounts import actions
from plait_web.accounts.models import Membership
from plait_web.roles import MAY, Permission, Role


def invite_first(email: str) -> str:
    """Invites a partnership manager. Raises UserError where somebody can manage people already."""
    managing = [role for role, may in MAY.items() if Permission.MANAGE_PEOPLE in may]
    if Membership.objects.current().filter(role__in=managing).exists():
        raise UserError("Somebody can manage people already: ask them to invite you on the page People.")
    try:
        _, path = actions.invite(email=email, role=Role.MANAGER, by=None)
    except mail.NotSent:
        raise UserError("The mail could not be sent. Check PLAIT_MAIL, or set it to console for now.") from None
    return f"{email} is invited. The link works once, for 7 days:\n{mail.address(path)}"
