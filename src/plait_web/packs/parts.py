"""Which parts of an item people write in a form, what each is called, and why others stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from plait.declare import Pack
from plait_web.packs.versions import Standing, items_of

Kind = Literal["line", "text", "lines", "pairs", "triples", "number", "decimal", "yes", "day", "choice", "several"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of an item. `path` leads to it: 'what', or 'partnership.hide_below' for one inside another.

    A part of something that may be left out whole is in its `group`, and `needed` where it cannot stand without it. A part
    that names a column may say in which other part the data set is named that should have it.
    """

    path: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    optional: bool = False
    choices: Callable[[Pack], list[tuple[str, str]]] | None = None
    default: Any = None
    group: str = ""
    needed: bool = False
    column_of: str = ""

    @property
    def field(self) -> str:
        """What the part is called in a form."""
        return self.path.replace(".", "__")


def read(body: Any, path: str) -> Any:
    """What a dumped item says at the path, things of a list by their number; None where it says nothing."""
    found = body
    for step in path.split(".") if path else ():
        if isinstance(found, list | tuple):
            found = found[int(step)] if step.isdecimal() and int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, Mapping) else None
    return found


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Has the dumped item say this at the path; with None, nothing there."""
    *above, last = path.split(".")
    held: Any = body
    for step, then in pairwise([*above, last]):
        held = _held(held, step, [] if then.isdecimal() else {})
    if isinstance(held, list):
        _held(held, last, None)
        held[int(last)] = value
    elif value is None:
        held.pop(last, None)
    else:
        held[last] = value


def _held(above: Any, step: str, fresh: Any) -> Any:
    """What stands at one step, made where nothing does."""
    if isinstance(above, list):
        above.extend([None] * (int(step) + 1 - len(above)))
        above[int(step)] = fresh if above[int(step)] is None else above[int(step)]
        return above[int(step)]
    if above.get(step) is None:
        above[step] = fresh
    return above[step]


def _of(*words: tuple[str, str]) -> Callable[[Pack], list[tuple[str, str]]]:
    return lambda _: list(words)


def _rules(pack: Pack) -> list[tuple[str, str]]:
    return [("", "The rule in force"), *((one.id, one.title) for one in pack.disclosures.values())]


def _kinds(pack: Pack) -> list[tuple[str, str]]:
    return [(code.code, code.label) for code in pack.codelist("agency_kind").codes]


_TITLE = Part(path="title", label="Title", kind="line")
_OWNER = Part(
    path="owner",
    label="Who answers for it",
    kind="line",
    hint="A role, such as Partnership manager; never a person’s name.",
)
_SOURCE = Part(
    path="source", label="Where it comes from", kind="line", hint="The guidance, return or agreement it rests on."
)
_MORE = "Fewer figures are shown the higher this is. A local pack may withhold more, never less."


def _zone(zone: str, words: str) -> tuple[Part, ...]:
    return (
        Part(path=f"{zone}.hide_below", label=f"{words}: withhold counts below", kind="number", hint=_MORE),
        Part(
            path=f"{zone}.round_to",
            label=f"{words}: round the others to",
            kind="number",
            hint="1, or a multiple of what the pack it rests on rounds to.",
        ),
        Part(
            path=f"{zone}.minimum_denominator",
            label=f"{words}: withhold rates and shares on fewer than",
            kind="number",
            hint=_MORE,
        ),
        Part(
            path=f"{zone}.least_range",
            label=f"{words}: how far apart a reader’s least and most must be",
            kind="number",
            hint="0 for half of what is withheld.",
        ),
        Part(path=f"{zone}.hide_zero", label=f"{words}: withhold noughts as well", kind="yes"),
    )


PARTS: Mapping[str, tuple[Part, ...]] = {
    "questions": (
        _TITLE,
        Part(path="what", label="What it asks"),
        Part(path="how", label="How it can be looked into, with data and without"),
        Part(path="why", label="Why it is asked"),
        Part(path="decides", label="Which body decides on the answer", kind="line"),
        Part(path="theme", label="Theme", kind="line"),
        Part(path="domain", label="What it is about", kind="choice", choices=_of(
            ("vulnerability_context", "What children live with"), ("harm", "Harm"), ("help", "Help"),
            ("perpetration", "Who causes harm"), ("missing_from_data", "What data does not hold"))),
        Part(path="never_by_data", label="What no data could answer, and what could", optional=True),
        Part(path="review", label="How often it is looked at again", kind="choice", choices=_of(
            ("quarterly", "Every quarter"), ("half_yearly", "Every half year"), ("annual", "Every year"))),
        Part(path="rank", label="Place among the questions", kind="number", hint="1 stands first."),
        _OWNER, _SOURCE,
    ),
    "definitions": (
        Part(path="title", label="Term", kind="line"),
        Part(path="text", label="What it means"),
        Part(path="scope", label="Where it holds, and where not"),
        Part(path="examples_in", label="Examples that count", kind="lines", hint="One on each line.", optional=True),
        Part(path="examples_out", label="Examples that do not count", kind="lines", hint="One on each line.", optional=True),
        Part(path="statutory", label="It rests on statute or statutory guidance", kind="yes"),
        _OWNER, _SOURCE,
    ),
    "indicators": (
        _TITLE,
        Part(path="why", label="Why it is counted"),
        Part(path="evidence", label="Where it has been seen to matter"),
        Part(path="can_say", label="What the figure can say"),
        Part(path="cannot_say", label="What the figure cannot say"),
        Part(path="stage", label="Stage", kind="choice", choices=_of(
            ("proposed", "Proposed"), ("piloting", "Piloting"), ("live", "Live"), ("retired", "Retired"))),
        Part(path="frequency", label="How often", kind="choice", choices=_of(
            ("monthly", "Monthly"), ("quarterly", "Quarterly"), ("termly", "Termly"), ("half_yearly", "Half-yearly"),
            ("annual", "Annual"))),
        Part(path="zone_rule", label="Disclosure rule", kind="choice", choices=_rules, optional=True,
             hint="A stricter one than the rule in force, or none of its own."),
        _OWNER,
    ),
    "codelists": (_TITLE, _OWNER),
    "datasets": (_TITLE, Part(path="guidance", label="Guidance for those who send it", optional=True), _OWNER),
    "disclosure": (
        _TITLE,
        Part(path="note", label="What it does, and why"),
        *_zone("partnership", "Partnership"), *_zone("public", "Public"),
        _OWNER, _SOURCE,
    ),
    "agreements": (
        _TITLE,
        Part(path="why_we_may_share", label="Why we may share"),
        Part(path="retention_years", label="Years it is kept", kind="number",
             hint="As long as the terms it rests on allow, or less."),
        Part(path="review_by", label="Looked at again by", kind="day", optional=True),
        Part(path="partners", label="Kinds of agency it suits", kind="several", choices=_kinds,
             hint="Those of the terms it rests on, or fewer."),
        _OWNER,
    ),
    "language": (
        _TITLE,
        Part(path="allowed", label="Names and statutory labels that stay as they are", kind="lines",
             hint="One on each line.", optional=True),
        _OWNER, _SOURCE,
    ),
}  # fmt: skip

FOLDER_WORDS: Mapping[str, tuple[str, str]] = {
    "questions": ("Questions", "question"),
    "definitions": ("Definitions", "definition"),
    "indicators": ("Indicators", "indicator"),
    "codelists": ("Code lists", "code list"),
    "datasets": ("Data sets and checks", "data set"),
    "disclosure": ("Disclosure rules", "disclosure rule"),
    "agreements": ("Agreement terms", "set of agreement terms"),
    "language": ("Language guides", "language guide"),
    "maturity": ("Self-assessments", "self-assessment"),
    "maps": ("Maps of files", "map of a file"),
    "published": ("Published tables", "published table"),
}

WHY_FIXED = (
    "The pack that yours rests on declares these. A local pack may not change them: figures of different places would no longer "
    "be the same. Where you need another, add a new one."
)


def fixed_parts(now: Standing, folder: str, name: str, body: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """Why some parts of the item stay as they are, and each such part with what it says."""
    fixed = now.fixed(folder, name)
    offered = [
        (part.label, _said(read(body, part.path))) for part in PARTS.get(folder, ()) if part.path.split(".")[0] in fixed
    ]
    others = sorted(fixed - {part.path.split(".")[0] for part in PARTS.get(folder, ())} - {"id"})
    said = [(one.replace("_", " ").capitalize(), _said(body[one])) for one in others if one in body]
    return (WHY_FIXED if name in items_of(now.base, folder) else "", offered + said)


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return (
            ", ".join(str(one) for one in value) if all(not isinstance(one, dict) for one in value) else f"{len(value)}"
        )
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "Declared" if isinstance(value, dict) else str(value if value is not None else "")
