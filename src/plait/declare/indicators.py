"""Indicators: what is counted, of what, where, when, at what age. A closed vocabulary; no user text reaches SQL."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from plait.declare.datasets import Condition
from plait.declare.item import Declared, Id, Item, Text

Domain = Literal["vulnerability_context", "harm", "help", "perpetration", "missing_from_data"]
Dimension = Literal[
    "age_band", "sex", "ethnicity", "disability", "harm", "status", "role", "need", "type", "detail", "outcome",
    "source", "setting", "agency", "method", "lists", "list", "how_many", "steps", "waited",
]  # fmt: skip

# Breakdowns shown by the group a code belongs to, and the list that declares those groups.
GROUPED = {"ethnicity": "ethnic_group", "source": "referral_source_group"}


class Rows(Declared):
    """Rows of one data set that meet every condition and fall in the period by `dated` (and `until`, for spells).

    `in_period`: `dated` is within the period. `open_at_end`: `dated` on or before its last day and `until` empty or
    after it. `open_in_period`: the spell touches the period. `before_18` and `after_18` are of people who turn 18 in a
    month of the period that 91 more days of it follow: open on the day before that month, and on any of those 91 days.
    """

    of: Id
    where: tuple[Condition, ...] = ()
    dated: Id
    until: Id | None = None
    when: Literal["in_period", "open_at_end", "open_in_period", "before_18", "after_18"] = "in_period"
    agencies: tuple[str, ...] = Field((), description="Only rows from these kinds of agency; empty: any.")


class Count(Declared):
    """How many: rows, people (each once, however many agencies know them), or distinct values of a column."""

    kind: Literal["count"]
    rows: Rows
    unit: Literal["rows", "people"] | Id = "rows"


class Rate(Declared):
    """How many for every hundred, thousand or other number of the population of the same area, ages and group."""

    kind: Literal["rate"]
    rows: Rows
    unit: Literal["rows", "people"] | Id = "people"
    per: int = 10_000
    population_ages: tuple[int, int] = (10, 17)


class Share(Declared):
    """The percentage of the rows (or people) that also meet a further condition, the subset."""

    kind: Literal["share"]
    rows: Rows
    subset: tuple[Condition, ...] = Field(min_length=1)
    unit: Literal["rows", "people"] | Id = "rows"


class Mean(Declared):
    """Rows for each distinct value of another column (over), on average."""

    kind: Literal["mean"]
    rows: Rows
    over: Literal["people"] | Id = "people"


class MedianDays(Declared):
    """The median number of days from one date column to another of the same row."""

    kind: Literal["median_days"]
    rows: Rows
    start: Id
    end: Id


class Within(Declared):
    """The percentage of rows followed, for the same person, by another kind of row (then) within so many days."""

    kind: Literal["within"]
    rows: Rows
    then: Rows
    days: int = Field(ge=0)


class MedianWait(Declared):
    """The median number of days from a row to the same person's first row of another kind (then) on or after it."""

    kind: Literal["median_wait"]
    rows: Rows
    then: Rows


class Repeat(Declared):
    """People with at least so many rows within any so many days that end in the period."""

    kind: Literal["repeat"]
    rows: Rows
    at_least: int = Field(ge=2)
    within_days: int = Field(ge=1)


class Overlap(Declared):
    """People among `rows` who are also, or are not, among `others`; as a number or a percentage of `rows`."""

    kind: Literal["overlap"]
    rows: Rows
    others: Rows
    present: bool
    share: bool = False


class Disparity(Declared):
    """A group's rate divided by the rate of everyone, in the same area and period."""

    kind: Literal["disparity"]
    rows: Rows
    population_ages: tuple[int, int] = (10, 17)


class Reported(Declared):
    """A figure agencies count for themselves and send in `counts`; person-level rows cannot make it."""

    kind: Literal["reported"]
    value: Literal["count", "share", "rate", "median_days", "mean", "agreement"] = "count"


class Listed(Declared):
    """Rows under a name of their own: a list that people are on, or a step that they reach."""

    id: Id
    title: Text
    rows: Rows


class Lists(Declared):
    """People on any of several lists, each once across agencies, by exactly which of the lists they are on.

    With `among`, only people with such rows, and those of them on none of the lists too. A list whose rows nobody sent is
    left out.
    """

    kind: Literal["lists"]
    lists: tuple[Listed, ...] = Field(min_length=2, max_length=6)
    among: Rows | None = None


class Journey(Declared):
    """People whose first row falls in the period, by how long until help or until they left, and by the steps on the way.

    The last step is the help. Somebody leaves by turning 18; whoever has neither left nor been helped by the last day is
    waiting still. Help in place on the first day came at once.
    """

    kind: Literal["journey"]
    rows: Rows
    steps: tuple[Listed, ...] = Field(min_length=1, max_length=5)


Measure = Annotated[
    Count
    | Rate
    | Share
    | Mean
    | MedianDays
    | Within
    | MedianWait
    | Repeat
    | Overlap
    | Disparity
    | Reported
    | Lists
    | Journey,
    Field(discriminator="kind"),
]


class AgeRule(Declared):
    """From `low` to `high`, both included, in whole years on the given day."""

    low: int = Field(ge=0, le=120)
    high: int = Field(ge=0, le=120)
    at: Literal["event", "period_start", "period_end"] = "event"


class Break(Declared):
    """From this day the series is not comparable with what came before."""

    on: date
    why: Text


class Example(Declared):
    """A worked example that a test runs. Tables are text: a heading line, then rows, parted by '|'.

    `given` holds coded tables by name (persons, populations or any data set); `expect` maps a breakdown such as
    'all', 'sex=F' or 'harm=CSE' to the number of the indicator's own unit, or to a state's name.
    """

    why: Text
    period: Text
    given: dict[str, str]
    expect: dict[str, float | str]


class Indicator(Item):
    """What can be counted, how, and what the figure can and cannot say."""

    domain: Domain
    why: Text
    unit: Text = Field(description="What one is: child, episode, assessment, percent of …, days.")
    measure: Measure
    age: AgeRule | None = None
    residence: Literal["home", "placement", "incident", "responsible", "none"] = Field(
        description="Which place decides the area a figure belongs to."
    )
    breakdowns: tuple[Dimension, ...] = ()
    frequency: Literal["monthly", "quarterly", "termly", "half_yearly", "annual"]
    suppliers: tuple[str, ...] = Field(min_length=1, description="Kinds of agency that hold it.")
    stage: Literal["proposed", "piloting", "live", "retired"] = "live"
    period_rule: Text
    counting_rule: Text = Field(description="What makes two records one.")
    evidence: Text = Field(description="Why it is worth counting, and where it has been seen.")
    can_say: Text
    cannot_say: Text
    questions: tuple[Id, ...] = Field(min_length=1)
    definitions: tuple[Id, ...] = ()
    breaks: tuple[Break, ...] = ()
    zone_rule: Id | None = Field(None, description="A stricter disclosure rule for this indicator.")
    examples: tuple[Example, ...] = ()
