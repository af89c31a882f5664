"""What stands in the addresses of pages about one thing: each room's tests say it in a file `objects.py` of their own.

Such a file has `KWARGS`: for the name of a page, a function that makes the thing and answers what its address needs. A page
that is not named there is opened with something that does not exist: those who may open it then find nothing (404).

    KWARGS = {"accounts:person": lambda: {"pk": somebody().pk}}
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Make = Callable[[], dict[str, Any]]


def all_kwargs() -> dict[str, Make]:
    """Every room's, together."""
    found: dict[str, Make] = {}
    for file in sorted(Path(__file__).parent.glob("*/objects.py")):
        found |= import_module(f"tests.web.{file.parent.name}.objects").KWARGS
    return found
