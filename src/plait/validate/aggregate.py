"""Files of counts must name nobody: every cell is looked through for what identifies a person.

One cheap pattern over each row's cells together finds the rows worth a closer look; in a clean file there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from plait.declare import ColumnType
from plait.engine import literal
from plait.identifiers import is_nhs_number, is_postcode, is_upn
from plait.validate import shapes
from plait.validate.places import Located, locate
from plait.validate.rule import Effect, Rule, Scene, cell, parquet
from plait.validate.scan import failures
from plait.validate.wording import WORDINGS
from plait.values import Finding, Severity

LONG = 200  # characters; no label of a published table comes near
EXTRA = "_extra"
_OUTSIDE = "A cell of a column that is not part of the template, or one that could not be read,"

_WHOSE = (
    "fore|first|given|christian|sur|family|last|middle|maiden|full|preferred|child|children|pupil|patient|client"
    "|young[ _-]?person|person|mother|father|parent|carer|victim|suspect|offender|perpetrator|(?:social[ _-]?)?worker"
)
NAME_HEADING = rf"(?:(?:{_WHOSE})(?:['’]?s)?[ _-]*names?|alias(?:es)?|known[ _-]?as|initials)"
BIRTH_HEADING = r"(?:d\.? ?o\.? ?b\.?|(?:date|day)[ _-]?of[ _-]?birth|birth[ _-]?(?:date|day)|born(?:[ _-]?on)?)"
_HEADING_KINDS = {"identifier.name": rf"{NAME_HEADING}|names?", "identifier.birth-date": BIRTH_HEADING}
_IDENTIFIERS = {
    "identifier.nhs-number": is_nhs_number,
    "identifier.upn": is_upn,
    "identifier.postcode": is_postcode,
}

# Wider than every closer look: digits enough for a number, the end of a postcode, an @, a date's beginning.
_SP = shapes.SPACE
_WORTH_A_LOOK = (
    rf"@|[0-9]([{_SP}-]*[0-9]){{9}}|[0-9]\pL{{2}}|(?i)gir[{_SP}]*0aa"
    r"|[0-9] *[/.-] *[0-9]{1,2} *[/.-] *[0-9]{2}"
    rf"|[0-9](st|nd|rd|th)?[{_SP}-]+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|name|birth|born|alias|initials|known|d\.? ?o\.? ?b"
)


def identifier_findings(scene: Scene) -> Iterator[Finding]:
    """What in this table may name a person: by its headings, then by its cells."""
    yield from _heading_findings(scene)
    for name, text in _worth_a_look(scene):
        narrowed = f"(SELECT * FROM {scene.source} WHERE {_worth(text)}) AS t"
        rules = list(_rules(scene, name, text))
        for rule, found in failures(scene, rules, source=narrowed).items():
            yield from locate(rule, found, scene)


def _heading_findings(scene: Scene) -> Iterator[Finding]:
    for name, heading in scene.context.headings.get(scene.dataset.id, {}).items():
        at = Located(count=1, places=((heading.sheet, None, ""),))
        for code, pattern in _HEADING_KINDS.items():
            if re.fullmatch(pattern, heading.text.strip(), re.IGNORECASE):
                yield from locate(_refusal(code, name, scene), at, scene)
        for code, is_one in _IDENTIFIERS.items():
            if is_one(heading.text):  # the first row is somebody's, not headings: it must not be repeated
                for finding in locate(_refusal(code, name, scene), at, scene):
                    yield replace(finding, where=replace(finding.where, column=""))


def _worth_a_look(scene: Scene) -> list[tuple[str, str]]:
    """The columns in which any cell is worth a closer look, found in one pass over all of them."""
    cells = list(_cells(scene))
    together = f"concat_ws(' ', {', '.join(text for _, text in cells)})"
    found = ", ".join(f"coalesce(bool_or({_worth(text)}), false)" for _, text in cells)
    flags = scene.engine.rows(f"SELECT {found} FROM {scene.source} WHERE {_worth(together)}")[0]
    return [pair for pair, flag in zip(cells, flags, strict=True) if flag]


def _worth(text: str) -> str:
    return f"(regexp_matches({text}, {literal(_WORTH_A_LOOK)}) OR len({text}) > {LONG})"


def _cells(scene: Scene) -> Iterator[tuple[str, str]]:
    """Each column and SQL for its cells as text. A cell that could not be read is NULL, and no longer here to be read."""
    for column in scene.dataset.columns:
        name = cell(column.id)
        yield (
            column.id,
            f"array_to_string({name}, ' ')" if column.type is ColumnType.CODES else f"CAST({name} AS VARCHAR)",
        )
    if EXTRA in _columns_of(scene):
        yield EXTRA, f"t.{EXTRA}"


def _columns_of(scene: Scene) -> set[str]:
    found = scene.engine.rows(f"DESCRIBE SELECT * FROM {parquet(scene.received[scene.dataset.id])}")
    return {str(row[0]) for row in found}


def _rules(scene: Scene, name: str, text: str) -> Iterator[Rule]:
    tests = {
        "identifier.nhs-number": shapes.has_nhs_number(text),
        "identifier.upn": shapes.has_upn(text),
        "identifier.postcode": shapes.has_postcode(text),
        "identifier.email": shapes.has_email(text),
        "identifier.birth-date": _birth(name, text),
        "identifier.long-text": f"len({text}) > {LONG}",
    }
    if name == EXTRA:
        tests["identifier.long-text"] = _long_part(text)
        tests["identifier.name"] = _headed(text, NAME_HEADING)
    for code, fails in tests.items():
        yield replace(_refusal(code, name, scene), fails=fails)


def _birth(name: str, text: str) -> str:
    """A full date. A period may be written as two of them; elsewhere counts have no use for one."""
    test = shapes.has_date(text)
    if name == "period":
        return f"{test} AND NOT {shapes.is_period(text)}"
    return f"{test} OR {_headed(text, BIRTH_HEADING)}" if name == EXTRA else test


def _headed(text: str, heading: str) -> str:
    """A cell of an unmapped column under such a heading, where `receive` gives the heading before the cell."""
    pattern = rf"""(?i)(?:^|[^A-Za-z])(?:{heading})["’]?\s*[:=]"""
    return f"regexp_matches({text}, {literal(pattern)})"


def _long_part(text: str) -> str:
    return f"regexp_matches({text}, '[^|;\\n\\x1f\"]{{{LONG + 1},}}')"


def _refusal(code: str, name: str, scene: Scene) -> Rule:
    wording = WORDINGS[code]
    titles = {column.id: f"‘{column.title}’" for column in scene.dataset.columns}
    column = titles.get(name, _OUTSIDE if name == EXTRA else "A column that is not part of the template")
    return Rule(
        code=code,
        problem=wording.problem.format(column=column),
        remedy=wording.remedy,
        severity=Severity.REFUSED,
        effect=Effect.LEAVE_OUT,
        column=name,
    )
