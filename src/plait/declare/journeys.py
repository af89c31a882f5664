"""How groups of people on several lists, and of journeys, are named: for whoever counts them, checks them or shows them."""

from collections.abc import Sequence

TOGETHER = ("lists", "list", "how_many", "steps", "waited")  # the breakdowns of such groups
NOBODY = "none"  # on none of the lists, or at none of the steps
HOW = ("helped", "left", "waiting")  # how a journey stands when it is last looked at
WAITS = (0, 7, 28, 91, 182, 365)  # days: a wait is in the last of these that it reaches


def named(ids: Sequence[str], pattern: int) -> str:
    """The group of people on exactly the lists whose bits are in the pattern, in the order of the lists."""
    return "&".join(one for place, one in enumerate(ids) if pattern >> place & 1) or NOBODY


def parts(group: str) -> tuple[str, ...]:
    """The lists that a group is on."""
    return () if group == NOBODY else tuple(group.split("&"))


def waited(how: str, place: int) -> str:
    """The group of journeys that stand so after a wait of at least `WAITS[place]` days and less than the next."""
    return f"{how}-{WAITS[place]}"
