"""The small pattern language of a guide, as regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache

_PARTS = re.compile(r"\([^()]*\)\*?|\[[^\[\]]*\]|\.\.\.|[^\s()\[\]]+")
_BETWEEN = r"[\s\-–]+"  # 'at-risk', 'at risk' and a line's end are the same
_UP_TO_FOUR = rf"(?:{_BETWEEN}[\w'’]+){{0,4}}?"
_STARTS, _ENDS = r"(?<![\w'’])", r"(?![\w])"
_APOSTROPHE = re.compile("['’]")


@lru_cache(maxsize=4_096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression over whole words, whatever their case."""
    found, gap = "", ""
    for part in _PARTS.findall(pattern):
        if part == "...":
            found += _UP_TO_FOUR
        elif part.startswith("["):
            found += f"(?:{gap}{_alternatives(part[1:-1])})?"
        else:
            found += gap + _word(part)
        gap = _BETWEEN if found else ""
    return re.compile(f"{_STARTS}{found}{_ENDS}", re.IGNORECASE)


def plainly(pattern: str) -> str:
    """The pattern as somebody might say it: the first of words that stand for one another, and none that may be left out."""
    said = re.sub(r"\(([^()|]*)[^()]*\)", r"\1", re.sub(r"\[[^\[\]]*\]", "", pattern))
    return " ".join(said.replace("...", "…").replace("*", "…").split()).removeprefix("… ").removesuffix(" …")


def wider(patterns: tuple[str, ...]) -> str:
    """One expression in the form of RE2 that is in every text in which any of the patterns is, and in some others.

    RE2 cannot look back or ahead, and its letters are English ones only. Wide classes, as the classes of Unicode take ten
    times as long to make ready.
    """
    return "|".join(f"(?:{_wider(compiled(pattern).pattern)})" for pattern in patterns)


def _wider(expression: str) -> str:
    inside = expression.removeprefix(_STARTS).removesuffix(_ENDS)
    return inside.replace(_BETWEEN, "[^0-9A-Za-z]+").replace(r"[\w", r"[\S")


def _word(part: str) -> str:
    if part.startswith("("):
        return _alternatives(part.rstrip("*")[1:-1]) + (r"[\w]*" if part.endswith("*") else "")
    ending = r"[\w'’]*" if part.endswith("*") else ""
    return _APOSTROPHE.sub("['’]", re.escape(part.rstrip("*"))) + ending


def _alternatives(words: str) -> str:
    return "(?:" + "|".join(_phrase(words.strip()) for words in words.split("|")) + ")"


def _phrase(words: str) -> str:
    return _BETWEEN.join(_word(word) for word in words.split())
