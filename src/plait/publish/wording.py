"""How figures, days, places and codes are said. Every word here is shown to people who decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import inf

from plait.answers import GapKind
from plait.declare import Indicator, journeys, rows_of
from plait.declare.disclosure import JOINED
from plait.declare.indicators import GROUPED, Journey, Lists
from plait.declare.journeys import HOW, WAITS, waited
from plait.declare.needed import ROW_COLUMNS
from plait.profile import Profile
from plait.publish.figures import Cell
from plait.values import Period, State

# The mark set beside a figure that is not a number, and what it means.
MARKS: dict[State, tuple[str, str, str]] = {
    State.WITHHELD: (
        "c",
        "withheld",
        "To protect people: the number, or what it rests on, is small, or would let a small number be worked out. "
        "It does not mean none.",
    ),
    State.LOW_RELIABILITY: ("u", "low reliability", "The agency that sent it would not stand by the number."),
    State.NOT_COLLECTED: ("n", "not collected", "Nobody records this, so nobody could count it."),
    State.NOT_HELD: ("x", "not held", "Not sent, or not in what was sent. It does not mean none."),
    State.NOT_APPLICABLE: ("z", "not applicable", "There is nothing for the figure to be a part of."),
}
_NO_NUMBER = ("x", "not known", "")  # a range without ends
RANGE_KEY = "A range is given where the number is known only to lie between two bounds."


class Shown(StrEnum):
    """How far a question is answered in what a reader may see."""

    ANSWERED = "answered"
    PARTLY = "partly"
    UNSHOWN = "unshown"  # records came, and nothing made from them can be shown
    NOT_YET = "not_yet"
    NEVER = "never"


STANDINGS: dict[Shown, str] = {
    Shown.ANSWERED: "Answered",
    Shown.PARTLY: "Partly answered",
    Shown.UNSHOWN: "Records sent, but no number can be shown",
    Shown.NOT_YET: "Not answered yet",
    Shown.NEVER: "Never by data alone",
}
GAPS: dict[GapKind, str] = {
    GapKind.NOT_KNOWN: "Not known",
    GapKind.NOT_RECORDED: "Not recorded",
    GapKind.NOT_EXTRACTABLE: "Recorded, but cannot be counted",
    GapKind.NOT_SHARED: "Not shared",
    GapKind.NOT_ANALYSED: "Not analysed",
}
DIMENSIONS: dict[str, str] = {
    "age_band": "Age", "sex": "Sex", "ethnicity": "Ethnic group", "disability": "Disability", "harm": "Form of harm",
    "status": "How sure the agency was", "role": "Harmed, causing harm, or both", "need": "Need or factor",
    "type": "Kind", "detail": "Detail", "outcome": "Outcome", "source": "Who raised it", "setting": "Setting",
    "method": "How contact or control worked", "agency": "Agency", "lists": "On exactly these", "list": "On each",
    "how_many": "How many of them", "steps": "Steps reached", "waited": "How the wait stood",
}  # fmt: skip
DOMAINS: dict[str, str] = {
    "vulnerability_context": "Circumstances around children",
    "harm": "Harm",
    "help": "Help",
    "perpetration": "People causing harm",
    "missing_from_data": "What data leaves out",
}
RESIDENCE: dict[str, str] = {
    "home": "The area where the person lived.",
    "placement": "The area where the person was placed, wherever home is.",
    "incident": "The area where it happened, wherever the people live.",
    "responsible": "The area of the council responsible for the work, wherever the child lives.",
    "none": "No one place: it belongs to the agency as a whole.",
}
FREQUENCY: dict[str, str] = {
    "monthly": "every month", "quarterly": "every three months", "termly": "every school term",
    "half_yearly": "every six months", "annual": "every year",
}  # fmt: skip
NOT_RECORDED = "not_recorded"
# What a kind of area is called where several are meant.
KINDS: dict[str, str] = {
    "ward": "ward", "district": "district", "county": "county", "authority": "local authority", "region": "region",
    "oa": "the smallest census area", "lsoa": "small census area", "msoa": "census neighbourhood", "postcode": "postcode",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A figure in words, with its mark when it is no number, and where it opens to."""

    text: str
    mark: str = ""
    href: str = ""
    note: str = ""

    @property
    def brief(self) -> str:
        """The figure as short as a chart needs it."""
        return self.text.removeprefix("between ").replace(" and ", " to ").replace("at most ", "up to ")

    @property
    def plain(self) -> str:
        return f"{self.text} [{self.mark}]" if self.mark else self.text


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def span(period: Period) -> str:
    return f"{day(period.start)} to {day(period.end)}"


def said(cell: Cell | None, unit: str, *, href: str = "") -> Said:
    """A figure by its state. No figure at all is said to be not held; nothing hidden is ever nought."""
    if cell is None:
        return Said("not held", "x", href)
    if cell.known and cell.low is not None:
        return Said(_amount(cell.low, unit), href=href)
    if cell.bounded:
        return Said(_between(cell, unit), href=href)
    mark, text, _ = MARKS.get(cell.state, _NO_NUMBER)
    return Said(text, mark, href)


def key_of(cells: Iterable[Said]) -> tuple[tuple[str, str], ...]:
    """Each mark among these with what it means, once, for printing below a table."""
    used = {cell.mark for cell in cells}
    return tuple((mark, f"{text.capitalize()}. {why}") for mark, text, why in MARKS.values() if mark in used)


def is_percent(unit: str) -> bool:
    return unit.startswith("percent")


def rests_on(cell: Cell | None) -> str:
    """'45 of 120' where a figure is a part of a whole and both may be shown; '' otherwise."""
    if cell is None or not cell.known or cell.base_low is None or cell.base_low != cell.base_high:
        return ""
    if cell.count_low is None or cell.count_low != cell.count_high:
        return ""
    return f"{number(cell.count_low)} of {number(cell.base_low)}"


def interval(cell: Cell | None) -> str:
    if cell is None or cell.ci_low is None or cell.ci_high is None or not cell.told:
        return ""
    return f"{number(cell.ci_low)} to {number(cell.ci_high)}"


def named(indicator: Indicator) -> str:
    """The figure's title in running text."""
    return indicator.title.removesuffix(" by group")


def lowered(text: str) -> str:
    """The text as it stands within a sentence; letters that stand for words keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def and_so(names: Sequence[str]) -> str:
    """'A, B and C'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def many(unit: str) -> str:
    """'child' as 'children', 'meeting or enquiry' as 'meetings or enquiries'; other units as they are."""
    if " of " in unit or " for " in unit or "," in unit:
        return unit
    return " or ".join(_plural(part) for part in unit.split(" or "))


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _plural(noun: str) -> str:
    first, _, rest = noun.partition(" ")
    irregular = {"child": "children", "person": "people"}
    if first in irregular:
        return f"{irregular[first]} {rest}".strip()
    if noun.endswith("y"):
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def _amount(value: float, unit: str) -> str:
    return f"{number(value)}%" if is_percent(unit) else number(value)


def _between(cell: Cell, unit: str) -> str:
    low, high = cell.low or 0.0, inf if cell.high is None else cell.high
    high = min(high, 100.0) if is_percent(unit) else high
    if high == inf:
        return f"{_amount(low, unit)} or more"
    if low == 0:
        return f"at most {_amount(high, unit)}"
    return f"between {_amount(low, unit)} and {_amount(high, unit)}"


class Names:
    """What codes, agencies, areas and data sets are called in this profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._labels: dict[
            tuple[str, str], dict[str, str]
        ] = {}  # by indicator and breakdown; asked for with every figure
        self._unknown: dict[tuple[str, str], tuple[str, ...]] = {}
        partnership = profile.partnership
        self._agencies = {a.id: a.name for a in partnership.agencies} if partnership else {}
        suppliers = {c.agency for c in profile.coverage}
        self._only = next(iter(suppliers)) if not partnership and len(suppliers) == 1 else ""

    def area(self, code: str) -> str:
        return _forward(self._profile.areas.name(code))

    def agency(self, agency: str) -> str:
        if not agency:
            return "The partnership as a whole"
        return self._agencies.get(agency) or self._only or _spelt(agency)

    def dataset(self, dataset: str) -> str:
        known = self._profile.pack.datasets.get(dataset)
        return known.title if known else _spelt(dataset)

    def column(self, dataset: str, column: str) -> str:
        known = self._profile.pack.datasets.get(dataset)
        return known.column(column).title if known and column in known.column_ids else _spelt(column)

    def agreement(self, agreement: str) -> str:
        """The title of an agreement's terms; its id where it is not known here."""
        partnership = self._profile.partnership
        signed = {a.id: a.terms for a in partnership.agreements} if partnership else {}
        terms = self._profile.pack.agreements.get(signed.get(agreement, agreement))
        return terms.title if terms else _spelt(agreement)

    def group(self, indicator: Indicator, by: str, group: str) -> str:
        """The label of one group of a breakdown, from the code list that the breakdown reads."""
        if by == "agency":
            return self.agency(group)
        if group == NOT_RECORDED:
            return "Not recorded"
        if group == "unlisted":
            return "A code that the list does not hold"
        if JOINED in group:
            return "; ".join(self.group(indicator, by, one) for one in group.split(JOINED))
        return self.groups(indicator, by).get(group) or _spelt(group)

    def table(self, kind: str) -> str:
        """What protect calls a kind of table, in words: 'age_band by ward' as 'age within each ward', 'by ward' as 'ward'."""
        by, _, area = kind.rpartition("by ")
        by, area = by.strip(), KINDS.get(area, area.replace("_", " "))
        return f"{DIMENSIONS.get(by, by).lower()} within each {area}" if by else area

    def order(self, indicator: Indicator, by: str, group: str) -> tuple[int, str]:
        """Where a group stands in its table: the code list's own order, what is not known last."""
        if group in (NOT_RECORDED, "unlisted") or group in self._missing(indicator, by):
            return (10_001, group)
        known, first = list(self.groups(indicator, by)), group.split(JOINED)[0]
        return (known.index(first) if first in known else 10_000, group)

    def groups(self, indicator: Indicator, by: str) -> dict[str, str]:
        """Code to label, in the order of the list that a breakdown of this indicator reads."""
        key = (indicator.id, by)
        if key not in self._labels:
            self._labels[key] = _together(indicator, by) if by in journeys.TOGETHER else self._coded(indicator, by)
        return self._labels[key]

    def _coded(self, indicator: Indicator, by: str) -> dict[str, str]:
        codes = self._profile.pack.codelists.get(self._list(indicator, by))
        return {c.code: c.label for c in codes.codes} if codes else {}

    def not_known(self, indicator: Indicator, by: str, group: str) -> bool:
        """The group of those for whom the answer was not recorded or not known."""
        return group == NOT_RECORDED or group in self._missing(indicator, by)

    def _missing(self, indicator: Indicator, by: str) -> tuple[str, ...]:
        key = (indicator.id, by)
        if key not in self._unknown:
            codes = self._profile.pack.codelists.get(self._list(indicator, by))
            self._unknown[key] = codes.missing if codes else ()
        return self._unknown[key]

    def _list(self, indicator: Indicator, by: str) -> str:
        if by in ("age_band", "sex", "disability") or by in GROUPED:
            return GROUPED.get(by, by)
        rows = rows_of(indicator)
        dataset = self._profile.pack.datasets.get(rows[0].of if rows else "counts")
        column = ROW_COLUMNS.get(by, by) if rows else by
        if dataset is None or column not in dataset.column_ids:
            return ""
        return dataset.column(column).codes or ""


_HOW = {"helped": "Help began", "left": "Turned 18 without help", "waiting": "Waits still"}


def titles(indicator: Indicator) -> dict[str, str]:
    """What each list, or each step, of the indicator is called."""
    measure = indicator.measure
    found = measure.lists if isinstance(measure, Lists) else measure.steps if isinstance(measure, Journey) else ()
    return {one.id: one.title for one in found}


def span_of_wait(place: int) -> str:
    """The days of the waits that are in this place of `WAITS`, in words."""
    low, high = WAITS[place], WAITS[place + 1] - 1 if place + 1 < len(WAITS) else None
    return f"{low} days or more" if high is None else f"{low} to {high} days" if low else f"within {high} days"


def _together(indicator: Indicator, by: str) -> dict[str, str]:
    """Group to label, of people on several lists and of journeys, fewest lists first."""
    names = titles(indicator)
    if by == "list":
        return names
    if by == "how_many":
        return {str(n): "None of them" if n == 0 else f"{n} of them" for n in range(len(names) + 1)}
    if by == "waited":
        return {
            waited(how, place): f"{_HOW[how]}, {'' if place == 0 else 'after '}{span_of_wait(place)}"
            for how in HOW
            for place in range(len(WAITS))
        }
    patterns = sorted(range(1 << len(names)), key=lambda n: (n.bit_count(), n))
    return {journeys.named(list(names), n): _combined(list(names.values()), n, by) for n in patterns}


def _combined(names: Sequence[str], pattern: int, by: str) -> str:
    found = [name for place, name in enumerate(names) if pattern >> place & 1]
    if not found:
        return "No step yet" if by == "steps" else "None of them"
    if by == "steps":
        return ", ".join([found[0], *(lowered(name) for name in found[1:])])
    return f"{found[0]} only" if len(found) == 1 else " + ".join(found)


def _forward(name: str) -> str:
    """'Herefordshire, County of', as a list in order of the alphabet spells it, as 'Herefordshire'."""
    place, _, kind = name.rpartition(", ")
    return place if place and kind in ("County of", "City of") else name


def _spelt(code: str) -> str:
    """A code without its joining marks, for want of a label."""
    text = code.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]
