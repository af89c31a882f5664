"""The gate words pass before anybody else reads them: the library's, held against what this partnership knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from plait.areas import Areas
from plait.errors import StoreError
from plait.protect import Context, check_words, load_released
from plait.released import Released
from plait.values import Finding, Place, Severity
from plait_web.partnership import access as partnership
from plait_web.picture import access as picture

# Kinds of area that hold at least as many people as the gate asks for; every other place is taken to be small.
_LARGE = frozenset({"district", "authority", "county", "region", "country", "force", "health_board"})
_MANY = 100_000


def read(text: str) -> tuple[Finding, ...]:
    """What in the text could point at a person, and figures in it that were not released to the public."""
    return check_words(text, context(), source="your words")


def context() -> Context:
    """Places, names of people with accounts, and the figures the public may see in the newest picture."""
    areas = partnership.areas()
    return Context(areas=areas, populations=_populations(areas), names=_names(), released=_released())


def _populations(areas: Areas) -> Mapping[str, int]:
    return {area.code: _MANY for area in areas.all if area.kind in _LARGE}


def _names() -> frozenset[str]:
    """Names of those who work here: a child may share one, and a colleague should not be quoted by it."""
    words = (word for person in partnership.people() for word in re.findall(r"[^\W\d_]{3,}", person.name.lower()))
    return frozenset(words) - _NOT_NAMES


# Words that stand in the names of accounts and are the name of nobody.
_NOT_NAMES = frozenset({"agency", "partnership", "manager", "lead", "analyst", "the", "and", "information", "governance",
                        "contributor", "strategic", "participation", "practitioner", "regional", "viewer",
                        "administrator"})  # fmt: skip


def _released() -> Released | None:
    shown = picture.newest("public")
    return _kept(shown.folder) if shown else None


@lru_cache(maxsize=2)
def _kept(folder: Path) -> Released | None:
    """None for a picture made before releases were kept with their checks: then no figure may be typed."""
    try:
        return load_released(folder)
    except StoreError:
        return None


def kept(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as a row keeps them: codes, sentences counted from 1, and what to do. None repeats the words."""
    return [
        {"code": f.code, "row": f.where.row, "problem": f.problem, "remedy": f.remedy, "severity": f.severity.value}
        for f in findings
    ]


def found(rows: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Findings from a row."""
    return tuple(
        Finding(code=r["code"], where=Place(file="", row=r["row"]), problem=r["problem"], remedy=r["remedy"],
                severity=Severity(r["severity"]))
        for r in rows
    )  # fmt: skip
