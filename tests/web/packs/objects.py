"""A definition of the core pack, a draft of it, and a pack taken in."""

from __future__ import annotations

from typing import Any

from plait.declare import load_pack
from plait.declare.load import CORE
from plait_web.accounts.models import User
from plait_web.packs import access
from plait_web.packs.models import Draft, Received
from plait_web.packs.versions import as_kept

PACK = load_pack()
_NAME = "disruption"


def _somebody() -> User:
    return User.objects.order_by("pk").first() or User.objects.create(email="drafter@example.org", name="A drafter")


def _draft() -> Draft:
    item = PACK.definitions[_NAME].model_copy(update={"text": "What we mean by it here."})
    made, _ = Draft.objects.get_or_create(
        folder="definitions", item=_NAME, defaults={"body": as_kept(item), "why": "Agreed.", "by": _somebody()}
    )
    return made


def _received() -> dict[str, Any]:
    """The core itself, as if somebody had sent it."""
    shelf = access.received_shelf()
    with shelf.writing():
        shelf.put_packs([CORE])
    made, _ = Received.objects.get_or_create(
        digest=PACK.digest,
        defaults={"pack": "core", "version": "1", "title": "Core", "sender": "Next door", "by": _somebody()},
    )  # fmt: skip
    return {"pk": made.pk}


ITEM = {"folder": "definitions", "name": _NAME}
KWARGS = {
    "packs:items": lambda: {"folder": "definitions"},
    "packs:new": lambda: {"folder": "definitions"},
    "packs:item": lambda: ITEM,
    "packs:change": lambda: ITEM,
    "packs:thing": lambda: ITEM,
    "packs:change_part": lambda: ITEM | {"way": "retire"},
    **{f"packs:{page}": lambda: {"pk": _draft().pk} for page in ("draft", "say", "comment", "withdraw")},
    "packs:received": _received,
    "packs:received_item": lambda: _received() | ITEM,
}
