"""What a person can put right, said in words they can act on.

Four kinds of "no" (docs/adr/0004): a *finding* is a value about data (`values.Finding`), a *refusal* is a policy's
sentence, a *user error* is raised from here, and anything else is a bug.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """Something the person can put right: what happened, what was expected, what to do. Never holds a cell."""

    exit_code = 1


class PackError(UserError):
    """A pack cannot be read, does not mean anything, or loosens what it extends."""

    exit_code = 3


class FileRefused(UserError):
    """A file cannot be read safely or at all. Nothing of it has been kept."""

    exit_code = 4


class NotRecognised(FileRefused):
    """A safe file whose columns are not known: saying which is which would make it readable."""


class StoreError(UserError):
    """The partnership folder or its store is not as it must be."""

    exit_code = 6


class NotSafe(UserError):
    """`protect` found a release that would let a small count be worked out. Nothing was released."""

    exit_code = 7


class NotFinished(NotSafe):
    """The check of some tables came to no end, so nothing of them may be shown."""


def nearest(name: str, known: Iterable[str]) -> str:
    """' Did you mean 'x'?' for the nearest known name, or nothing when none is near."""
    near = get_close_matches(name, list(known), n=1)
    return f" Did you mean '{near[0]}'?" if near else ""
