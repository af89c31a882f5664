"""The ten points a good exploitation profile meets, each judged from this one.

Drawn from what the Independent Inquiry into Child Sexual Abuse (organised networks, 2022) and the Police Foundation (2017)
found wrong with local profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from plait.publish.picture import Picture
from plait.publish.wording import day

_HARMED = ("who-is-harmed", "how-many-known", "forms-of-harm")
_CAUSING = ("who-causes-harm",)


class Met(StrEnum):
    YES = "Met"
    PARTLY = "Partly met"
    NO = "Not met"


@dataclass(frozen=True, slots=True)
class Point:
    title: str
    met: Met
    reason: str


def checklist(picture: Picture) -> tuple[Point, ...]:
    return tuple(Point(title, *judge(picture)) for title, judge in _POINTS)


def _long_enough(picture: Picture) -> tuple[Met, str]:
    days = picture.profile.period.days
    if days >= 365:
        return Met.YES, f"The latest period, {picture.period}, is 12 months or more."
    return (
        Met.NO,
        f"The latest period, {picture.period}, is {days} days. Less than a year is too short to see patterns.",
    )


def _incomplete(picture: Picture) -> tuple[Met, str]:
    stated = [
        name for by, name in (("harm", "form of harm"), ("status", "how sure agencies were")) if _unknown(picture, by)
    ]
    if len(stated) == 2:
        return Met.YES, "How many have no form of harm, and no level of certainty, is stated as a figure."
    if stated:
        return Met.PARTLY, f"How many have no {stated[0]} is stated; for the other it cannot be shown."
    return Met.NO, "How many have no form of harm or level of certainty recorded cannot be shown."


def _dated(picture: Picture) -> tuple[Met, str]:
    made, due = picture.profile.made_on, picture.profile.next_update
    if due is None:
        return Met.PARTLY, f"Made on {day(made)}. No date for the next update has been set."
    if due < made:
        return Met.NO, f"The update due on {day(due)} had been missed when this was made on {day(made)}."
    return Met.YES, f"Made on {day(made)}; the next update is due on {day(due)}."


def _forms_apart(picture: Picture) -> tuple[Met, str]:
    forms = {c for i in picture.asked(_HARMED) for c in _groups(picture, i.id, "harm")}
    sure = any(len(_groups(picture, i.id, "status")) > 1 for i in picture.asked(_HARMED))
    needs = {c for i in picture.asked(_HARMED) for c in _groups(picture, i.id, "need")}
    apart = {"CSE", "CCE"} <= forms or {"11A", "24A"} <= needs
    have = ["sexual and criminal exploitation are shown apart"] if apart else []
    have += ["what is suspected and what is known are shown apart"] if sure else []
    if not have:
        return Met.NO, "Forms of exploitation, and what is suspected and known, cannot be shown apart."
    said = " and ".join(have)
    return (
        Met.PARTLY,
        f"{said[0].upper()}{said[1:]}. Nobody's records say whether one person or a group caused the harm.",
    )


def _characteristics(picture: Picture) -> tuple[Met, str]:
    harmed = _shown_by(picture, _HARMED, ("sex", "ethnicity", "disability"))
    causing = _shown_by(picture, _CAUSING, ("sex", "ethnicity", "disability"))
    words = f"Of children harmed: {_or_none(harmed)}. Of people causing harm: {_or_none(causing)}."
    if len(harmed) == 3 and len(causing) == 3:
        return Met.YES, words
    return (Met.PARTLY if harmed or causing else Met.NO), words


def _tested(picture: Picture) -> tuple[Met, str]:
    tests = picture.asked(("do-we-agree",))
    told = [i.title for i in tests if picture.told(i)]
    if told and len(told) == len(tests):
        return Met.YES, f"Tested by: {'; '.join(told)}."
    if told:
        return Met.PARTLY, f"Tested only by: {'; '.join(told)}."
    return (
        Met.NO,
        "No test of how accurately records are flagged was sent. Ask agencies to code the same cases, or to audit a sample.",
    )


def _many_sources(picture: Picture) -> tuple[Met, str]:
    sources = {s for i in picture.indicators.values() if (c := picture.cell(i)) and c.told for s in c.sources}
    names = sorted(picture.names.agency(s) for s in sources)
    partnership = picture.profile.partnership
    kinds = {a.kind for a in partnership.agencies if a.id in sources} if partnership else set()
    if len(kinds - {"police"}) >= 1 and len(kinds) > 1:
        return Met.YES, f"Rests on records from {', '.join(names)}; each data set is listed under data quality."
    if names:
        return Met.PARTLY, f"Rests on one kind of source: {', '.join(names)}."
    return Met.NO, "No source's figures can be shown."


def _says_unknown(picture: Picture) -> tuple[Met, str]:
    groups = any(_unknown(picture, by) for by in ("harm", "ethnicity", "status", "disability"))
    residents = any(i.measure.kind == "disparity" and picture.told(i) for i in picture.indicators.values())
    if groups and residents:
        return Met.YES, "What is not recorded is counted, and groups are set beside the children who live here."
    if groups:
        return Met.PARTLY, "What is not recorded is counted, but no group can be set beside the children who live here."
    return Met.PARTLY, "Gaps are listed, but how much is not recorded cannot be shown as figures."


def _trends(picture: Picture) -> tuple[Met, str]:
    periods = len(picture.periods)
    if periods >= 3:
        return Met.YES, f"{periods} periods are shown, with a break marked where a definition changed."
    if periods == 2:
        return Met.PARTLY, "Two periods are shown. Two points are a difference, not a trend."
    return Met.NO, "One period is shown, so nothing can be said about change."


def _activity(picture: Picture) -> tuple[Met, str]:
    done = [i.title for i in picture.asked(("disruption",)) if picture.told(i)]
    came = [i.title for i in picture.asked(("justice-outcomes", "does-help-reduce-harm")) if picture.told(i)]
    if done and came:
        return Met.YES, "What was done to disrupt harm, and what came of help or of reports, are both shown."
    if done or came:
        missing = "what came of it" if done else "what was done to disrupt harm"
        return Met.PARTLY, f"Shown only in part: {missing} cannot be shown."
    return Met.NO, "Neither what was done to disrupt harm nor what came of it can be shown."


_POINTS: tuple[tuple[str, Callable[[Picture], tuple[Met, str]]], ...] = (
    ("The period is at least 12 months", _long_enough),
    ("How much of the data is incomplete is stated", _incomplete),
    ("It says when it was made and when it will be updated", _dated),
    ("Forms of exploitation, and what is suspected and known, are kept apart", _forms_apart),
    ("Sex, ethnic group and disability are given, for those harmed and those causing harm", _characteristics),
    ("How accurately records are flagged has been tested", _tested),
    ("It uses more than police data and names its sources", _many_sources),
    ("It says what is not known, and who is missing", _says_unknown),
    ("It shows change over time, with breaks", _trends),
    ("It leads to activity, and shows results", _activity),
)


def _groups(picture: Picture, indicator: str, by: str) -> set[str]:
    """Groups of a breakdown of which something can be said."""
    return {c.group for c in picture.figures.shared(indicator, picture.period, by) if c.told}


def _unknown(picture: Picture, by: str) -> bool:
    """A figure is shown for those whose answer is not known."""
    return any(
        picture.names.not_known(i, by, group) for i in picture.asked(_HARMED) for group in _groups(picture, i.id, by)
    )


def _shown_by(picture: Picture, questions: Iterable[str], dimensions: Iterable[str]) -> list[str]:
    names = {"sex": "sex", "ethnicity": "ethnic group", "disability": "disability"}
    indicators = picture.asked(tuple(questions))
    return [names[by] for by in dimensions if any(len(_groups(picture, i.id, by)) > 1 for i in indicators)]


def _or_none(names: list[str]) -> str:
    return ", ".join(names) if names else "none can be shown"
