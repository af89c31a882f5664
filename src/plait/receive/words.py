"""An agency's own words as the codes of a list: told by a map, by the code or label itself, or by the code before a label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from plait.declare import CodeList

_LETTERED = re.compile(r"^[a-z]{1,2}\)\s*")  # Ofsted's 'a) Male'
_CODE_FIRST = re.compile(r"^([a-z]{0,3}[0-9]{1,3}[a-z]?)\s*[:–-]\s*")  # 'N1 - Abuse', '2A: Schools'; holds a digit

Resolve = Callable[[str], str]


def fold(text: str) -> str:
    """A word as words are compared: case, spacing and the shape of quotes and dashes do not matter."""
    plain = unicodedata.normalize("NFKC", text).translate(_SHAPES)
    return " ".join(plain.casefold().split())


_SHAPES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def resolver(codes: CodeList | None, told: Mapping[str, str] | None = None) -> Resolve:
    """What turns one tidied word into its code. A word that no code answers to is given back as it is.

    `told` is the map's own words and goes first. A map may tell a word to be nothing ('').
    """
    known = _known(codes)
    known |= {fold(word): code for word, code in (told or {}).items()}
    exact = {code.code for code in codes.codes} - set(told or ()) if codes else set()

    def resolve(word: str) -> str:
        if word in exact:
            return word
        for form in _forms(fold(word)):
            if form in known:
                return known[form]
        return word

    return resolve


def _forms(word: str) -> tuple[str, ...]:
    """The word, without a letter before it, and the code before its label."""
    bare = _LETTERED.sub("", word)
    first = _CODE_FIRST.match(bare)
    return (word, bare, first.group(1)) if first else (word, bare)


def _known(codes: CodeList | None) -> dict[str, str]:
    """Folded labels, where only one code has it, then folded codes."""
    if codes is None:
        return {}
    labels = [fold(code.label) for code in codes.codes]
    known = {label: code.code for label, code in zip(labels, codes.codes, strict=True) if labels.count(label) == 1}
    return known | {fold(code.code): code.code for code in codes.codes}
