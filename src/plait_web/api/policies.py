"""May a token be made or taken back?"""

from __future__ import annotations

from collections.abc import Collection

from plait_web.api.models import SCOPES, Token
from plait_web.permissions import Refused

LONGEST = 366  # days


def check_can_make(scopes: Collection[str], days: int) -> None:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused("Choose at least one thing the token is for.")
    if not 1 <= days <= LONGEST:
        raise Refused(f"A token lasts between 1 and {LONGEST} days.")


def check_can_withdraw(token: Token) -> None:
    if token.withdrawn is not None:
        raise Refused("This token was withdrawn already.")
