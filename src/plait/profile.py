"""What a profile is made from: released figures, answers, and plain facts already fit to be shown."""

from dataclasses import dataclass, field
from datetime import date

from plait.answers import Answers
from plait.areas import Areas
from plait.decided import Partnership
from plait.declare import Pack
from plait.released import Released
from plait.values import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One data set of one return as the profile may show it. Numbers are words by now: protect has rounded them."""

    agency: str
    dataset: str
    period: str
    received_on: date
    rows: str
    usable: str
    filled: dict[str, str] = field(default_factory=dict)  # column title to a share such as '95 %'
    agreement: str = ""
    digest: str = ""
    caveats: tuple[str, ...] = ()
    file: str = ""  # the name of what was sent; '' where it may not be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSummary:
    """How often one problem was found in one agency's return, without the rows."""

    agency: str
    dataset: str
    code: str
    problem: str
    severity: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFact:
    """Estimated linkage error for one group ('' for everyone): percentages with their 95 % intervals; None: not known."""

    by: str
    group: str
    precision: tuple[float, float, float] | None  # estimate, low, high
    recall: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that passed the gate and were signed by a second person. `whose` says what kind of person, never who."""

    text: str
    whose: str
    about: str = ""  # the title of the question it helps with


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenShown:
    """How many of an area's people may be on no list at all: a range and how far it moves, or why there is none."""

    area: str
    indicator: str  # whose lists these are
    lists: tuple[str, ...]
    refused: tuple[str, ...] = ()
    range: tuple[int, int] | None = None
    tried: tuple[tuple[str, int | None], ...] = ()  # what was otherwise, and the number then; None where there is none
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything `publish` needs. Nothing in it can name or find a person."""

    title: str
    period: Period
    periods: tuple[Period, ...]  # all periods with figures, oldest first
    made_on: date
    next_update: date | None
    invented: bool
    areas: Areas
    top: tuple[str, ...]
    pack: Pack
    released: Released
    answers: Answers
    partnership: Partnership | None
    coverage: tuple[Coverage, ...] = ()
    findings: tuple[FindingSummary, ...] = ()
    linkage: tuple[LinkFact, ...] = ()  # as a number kept back judges links made without it
    reviewed: tuple[LinkFact, ...] = ()  # as people who looked at pairs judge the links as they are
    worth: tuple[LinkFact, ...] = ()  # what figures allow for, from both
    unseen: tuple[UnseenShown, ...] = ()
    numbering: str = ""  # whether people were followed from the last linking, and why not where they were not
    software: str = ""
    quotes: tuple[Quote, ...] = ()
