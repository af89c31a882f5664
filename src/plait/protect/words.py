"""The gate for words: quotes, stories and narrative are read for what could point at a person, before a person signs.

Finds and explains; a second person decides. No finding repeats the words it is about: it says where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from plait.areas import Areas
from plait.identifiers import POSTCODE, is_nhs_number, is_upn
from plait.released import Released
from plait.values import Finding, Place, Severity

_SMALL_PLACE = 10_000  # people: a place of fewer points at few children
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = rf"(?:{_MONTHS}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_DATES = re.compile(
    rf"\b(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*\d))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,/-])(\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w/-]|,\d|\.\d)(\s*(?:%|per cent|percent))?")
_IN_WORDS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine)\s+(?:\w+\s+){0,2}?"
    r"(?:child|children|girls?|boys?|people|person|teenagers?|pupils?|cases?|victims?|siblings?|brothers?|sisters?)\b",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(
    r"\b(?:named|called|Mr|Mrs|Ms|Miss|Dr|mother|father|mum|dad|brother|sister|friend|boyfriend|girlfriend)\.?\s+[A-Z][a-z]+\b"
)
_TWO_CAPITALS = re.compile(
    r"(?<![.!?\"“]\s)(?<!^)\b[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)?\s+[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)?\b", re.MULTILINE
)
_POSTCODE = re.compile(rf"\b{POSTCODE}\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\b(?:[A-Z]?\d[\d -]{8,13}[A-Z\d])\b")

# Kinds of fact that each point at few; two or more in one sentence point at one.
_FACTS: Mapping[str, re.Pattern[str]] = {
    "an age": re.compile(r"\b(?:aged?\s+\d{1,2}|\d{1,2}[- ]years?[- ]old|(?:1[0-9]|[1-9])\s?yo)\b", re.IGNORECASE),
    "an ethnicity, language or faith": re.compile(
        r"\b(?:Roma|Gypsy|Travellers?|Albanian|Vietnamese|Romanian|Polish|Somali|Afghan|Eritrean|Sudanese|Kurdish|Pakistani|"
        r"Bangladeshi|Chinese|Jewish|Muslim|Sikh|Hindu|mixed[- ]race)\b",
        re.IGNORECASE,
    ),
    "a disability or condition": re.compile(
        r"\b(?:autis\w*|ADHD|epilep\w*|diabet\w*|wheelchair|deaf|blind|learning disabilit\w*|pregnan\w*)\b", re.IGNORECASE
    ),
    "a school, home or unit": re.compile(
        r"\b(?:academy|college|primary school|high school|pupil referral unit|children[’']s home|secure unit)\b", re.IGNORECASE
    ),
    "a family fact": re.compile(
        r"\b(?:twins?|foster (?:carer|family|placement)|in care|only child|asylum|unaccompanied|adopted)\b", re.IGNORECASE
    ),
}  # fmt: skip
_RARE = 2


@dataclass(frozen=True)
class Context:
    """What the gate holds the words against."""

    areas: Areas
    populations: Mapping[str, int]  # of areas, by code; a place of unknown population is taken to be small
    names: frozenset[str] = frozenset()  # of people, in lower case; none is ever repeated
    released: Released | None = None  # whose figures alone may be typed


def check_words(text: str, context: Context, *, source: str = "text") -> tuple[Finding, ...]:
    """What in the text could point at a person, place by place, each with what to do. Words that pass still need judgement."""
    found: list[Finding] = []
    for row, sentence in enumerate(_sentences(text), start=1):
        found += [
            Finding(code=code, where=Place(file=source, row=row), problem=problem, remedy=remedy, severity=severity)
            for code, problem, remedy, severity in _in_sentence(sentence, context)
        ]
    return tuple(found)


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if part]


_Said = tuple[str, str, str, Severity]


def _in_sentence(sentence: str, context: Context) -> Iterator[_Said]:
    if _names(sentence, context):
        yield (
            "words.name", "A name, or what looks like one, is in this sentence.",
            "Leave it out, or say who they were to the child: a parent, a youth worker.", Severity.ERROR,
        )  # fmt: skip
    if _identifiers(sentence):
        yield (
            "words.identifier", "A postcode or an identifying number is in this sentence.",
            "Take it out. A district is close enough.", Severity.ERROR,
        )  # fmt: skip
    if _small_places(sentence, context):
        yield (
            "words.small-place", f"A place of fewer than {_SMALL_PLACE:,} people, or of unknown size, is in this sentence.",
            "Name the district or the county instead.", Severity.ERROR,
        )  # fmt: skip
    if _DATES.search(sentence):
        yield (
            "words.date", "An exact day is in this sentence, and could be matched with the news or with a record.",
            "Say the season or the year.", Severity.ERROR,
        )  # fmt: skip
    if facts := _facts(sentence):
        yield (
            "words.rare-combination", f"Together these could point at one child: {', '.join(facts)}.",
            "Keep the one that matters to the lesson, and make the others broader.", Severity.ERROR,
        )  # fmt: skip
    yield from _figures(sentence, context)


def _names(sentence: str, context: Context) -> bool:
    words = {word.lower() for word in re.findall(r"\b[A-Z][a-z'’-]+", sentence)}
    places = {area.name.lower() for area in context.areas.all}
    pairs = [pair for pair in _TWO_CAPITALS.findall(sentence) if not any(pair.lower() in place for place in places)]
    return bool(words & context.names) or bool(_NAME_BEFORE.search(sentence)) or bool(pairs)


def _identifiers(sentence: str) -> bool:
    numbers = _LONG_NUMBER.findall(sentence)
    return bool(_POSTCODE.search(sentence)) or any(is_nhs_number(n) or is_upn(n) for n in numbers)


def _small_places(sentence: str, context: Context) -> bool:
    return any(
        context.populations.get(area.code, 0) < _SMALL_PLACE
        and re.search(rf"\b{re.escape(area.name)}\b", sentence, re.IGNORECASE)
        for area in context.areas.all
        if len(area.name) > 2
    )


def _facts(sentence: str) -> tuple[str, ...]:
    found = tuple(kind for kind, pattern in _FACTS.items() if pattern.search(sentence))
    return found if len(found) >= _RARE else ()


def _figures(sentence: str, context: Context) -> Iterator[_Said]:
    """Figures typed by hand: only one that was released may stand, and a small one in words never does."""
    allowed = _released_numbers(context.released)
    typed = [float(number.replace(",", "")) for number in _typed(sentence)]
    if any(number not in allowed for number in typed):
        yield (
            "words.figure", "A figure in this sentence is not one that was released.",
            "Quote the released figure as it is shown, rounding and all, or leave the number out.", Severity.ERROR,
        )  # fmt: skip
    if _IN_WORDS.search(sentence):
        yield (
            "words.small-number", "A small number of people is written in words.",
            "Say ‘a few’ or ‘some’.", Severity.WARNING,
        )  # fmt: skip


def _typed(sentence: str) -> Iterator[str]:
    """Numbers that are figures: not years, ages, school years, laws or days."""
    plain = _DATES.sub(" ", _FACTS["an age"].sub(" ", sentence))
    for found in _NUMBER.finditer(plain):
        digits = re.sub(r"[^\d.,]", "", found.group(0)).rstrip(".,")
        before = plain[: found.start()].rstrip().rsplit(" ", 1)[-1].lower()
        year = re.fullmatch(r"(?:19|20)\d\d", digits)
        if not year and before not in {
            "section",
            "article",
            "part",
            "chapter",
            "page",
            "question",
            "year",
            "under",
            "over",
        }:
            yield digits


def _released_numbers(released: Released | None) -> frozenset[float]:
    if released is None:
        return frozenset()
    columns = [
        released.figures[name].to_pylist()
        for name in ("low", "high", "count_low", "count_high", "base_low", "base_high")
    ]
    shown = {value for column in columns for value in column if value is not None}
    return frozenset(shown | {float(round(value)) for value in shown if abs(value) < 1e15})


def sign(findings: Iterable[Finding], *, author: str, signed_by: str, on: date, reason: str) -> Signed:
    """The words may be used: somebody other than their author answers for every finding left. Raises ValueError otherwise."""
    if signed_by == author:
        raise ValueError("Words are signed by somebody other than their author.")
    left = tuple(findings)
    if left and not reason.strip():
        raise ValueError("Say why the words may stand in spite of what was found.")
    return Signed(author, signed_by, on, tuple(f.code for f in left), reason)


@dataclass(frozen=True)
class Signed:
    """Who signed words, when, in spite of which kinds of finding, and why."""

    author: str
    signed_by: str
    on: date
    in_spite_of: tuple[str, ...]
    reason: str
