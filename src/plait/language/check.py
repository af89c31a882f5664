"""Looking a text over with a pack's language guides. It warns, says why and suggests; it changes nothing and stops nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from plait.declare import Pack, Phrase
from plait.language.pattern import compiled

# A person's own words stay theirs: what stands between quotation marks is passed over. A single mark opens a quotation
# only after a space or at the start, so that an apostrophe does not.
_QUOTED = re.compile(
    r"“[^”]*”|\"[^\"\n]*\""
    r"|(?<![^\s(])‘(?:[^’\n]|(?<=\w)’(?=\w))*’(?!\w)"
    r"|(?<![^\s(])'(?:[^'\n]|(?<=\w)'(?=\w))*'(?!\w)"
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One place in a text worth a second thought: `text[start:end]`."""

    phrase: str
    start: int
    end: int
    kind: Literal["rephrase", "translate"]
    instead: tuple[str, ...]
    why: str


def check_language(text: str, pack: Pack) -> tuple[Remark, ...]:
    """Remarks in the order of the text, none inside another, in a quotation, or in a name or statutory label."""
    spared = [match.span() for match in _spared(text, pack)]
    found = (
        remark
        for start, sentence in _sentences(text)
        for phrase in live_phrases(pack)
        for remark in _remarks(phrase, start, sentence)
    )
    free = (r for r in found if not any(a < r.end and r.start < b for a, b in spared))
    return tuple(_outermost(sorted(free, key=lambda r: (r.start, -r.end))))


def live_phrases(pack: Pack) -> tuple[Phrase, ...]:
    """The phrases of every guide in force, less those that a guide silences."""
    guides = [guide for guide in pack.language.values() if guide.retired is None]
    silenced = {name for guide in guides for name in guide.silenced}
    return tuple(phrase for guide in guides for phrase in guide.phrases if phrase.id not in silenced)


def _spared(text: str, pack: Pack) -> Iterator[re.Match[str]]:
    labels = (compiled(label).finditer(text) for guide in pack.language.values() for label in guide.allowed)
    return chain(_QUOTED.finditer(text), *labels)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in chain(_SENTENCE_ENDS.finditer(text), [None]):
        yield start, text[start : end.start() if end else len(text)].replace("_", " ")  # a column's name is words too
        start = end.end() if end else len(text)


def _remarks(phrase: Phrase, start: int, sentence: str) -> Iterator[Remark]:
    if phrase.near and not _any(phrase.near, sentence):
        return
    if _any(phrase.unless, sentence):
        return
    for pattern in phrase.say:
        for match in compiled(pattern).finditer(sentence):
            yield Remark(
                phrase=phrase.id,
                start=start + match.start(),
                end=start + match.end(),
                kind=phrase.kind,
                instead=phrase.instead,
                why=phrase.why,
            )


def _any(patterns: tuple[str, ...], sentence: str) -> bool:
    return any(compiled(pattern).search(sentence) for pattern in patterns)


def _outermost(remarks: list[Remark]) -> Iterator[Remark]:
    reached = -1
    for remark in remarks:
        if remark.start >= reached:
            yield remark
            reached = remark.end
