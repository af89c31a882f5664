"""What may be done with a draft, by whom, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Collection

from plait_web.accounts.models import User
from plait_web.packs.models import Draft
from plait_web.permissions import Refused
from plait_web.roles import Permission


def check_open(draft: Draft) -> None:
    if not draft.open:
        raise Refused(f"This draft is {draft.get_state_display().lower()} already. Begin another.")


def check_may_change(draft: Draft, by: User) -> None:
    check_open(draft)
    if draft.by_id != by.pk and not by.may(Permission.ADOPT_PACK):
        raise Refused(
            f"{draft.by} began this draft. Say what you would have otherwise; they, or the partnership manager, change it."
        )


def check_something_changed(was: str, now: str) -> None:
    if was == now:
        raise Refused("This says what the pack says already. Change something, or leave it.")


def check_says(says: str, words: str) -> None:
    if says != "adopt" and not words.strip():
        raise Refused("Say what you would have otherwise, or why not: the drafter needs it to find common words.")


def check_can_adopt(drafts: Collection[Draft]) -> None:
    if not drafts:
        raise Refused("Choose at least one draft to adopt.")
    for draft in drafts:
        check_open(draft)


def check_fresh(draft: Draft, standing: str) -> None:
    """`standing` is the digest of the item as it was adopted last."""
    if draft.was != standing:
        raise Refused(
            f"{draft} has changed in the pack since this draft was begun. Open the draft, look at both, and save it again."
        )


def check_new_id(name: str, taken: Collection[str]) -> None:
    if name in taken:
        raise Refused("The pack has something of this name, now or retired. Give it another name: an id is for ever.")


def check_may_take_out(was_adopted: bool) -> None:
    """A code that was in use stands in returns and figures for good."""
    if was_adopted:
        raise Refused("This code has been in use. Change it, and say the last day on which it holds.")


def check_pack_id(name: str, taken: Collection[str]) -> None:
    if name in taken:
        raise Refused("There is a pack of this name already. Give yours another.")


def check_may_take(by: User) -> None:
    if not by.may(Permission.ADOPT_PACK):
        raise Refused("Only the partnership manager begins drafts from a pack of others.")


def check_not_received(known: bool) -> None:
    if known:
        raise Refused("This pack was taken in before. It is among the packs received.")
