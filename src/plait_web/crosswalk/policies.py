"""What an agency may say of its own words, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Collection

from plait_web.permissions import Refused


def check_shared(shared: Collection[str], known: Collection[str]) -> None:
    if set(shared) - set(known):
        raise Refused("One of these codes is not in the shared list. Load the page again.")


def check_loss(shared: Collection[str], loss: str) -> None:
    if not shared and not loss.strip():
        raise Refused(
            "Nothing shared stands for this code. Say what it means, so that others know what is not counted."
        )


def check_something_to_take(found: Collection[str]) -> None:
    if not found:
        raise Refused("The maps with which this agency’s files are read hold no code that is not here already.")
