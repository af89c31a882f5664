"""Names, postcodes and numbers in the forms that are hashed: the same for two agencies that wrote the same thing differently.

Work is done once for each distinct value. Sounds are jellyfish's Metaphone, taken after romanised spellings are made alike;
a name in another script than Latin sounds as it is written. Any change here raises `key.SCHEME`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from jellyfish import metaphone

from plait.identifiers import is_nhs_number, is_upn, tidy_postcode

_MAX_FORMS = 6  # of one recorded name: more tokens would say more than they find


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set("mr mrs miss ms mx master mstr dr prof rev sir lady lord")
_SUFFIXES = _set("jr jnr junior sr snr senior ii iii iv")
_NOT_A_NAME = _set("unknown unnamed unborn notknown nk tbc tba anon anonymous withheld refused unspecified none")
_NOT_YET_NAMED = _set("baby bb infant newborn twin triplet foetus fetus male female")
_DROPPED = _set("al el bin ibn ben bint ul ur")  # parts one agency writes and another leaves out
_JOINED = _set("o mc mac de da di du del della der den van von la le st san dos das ter ten af d")
_SERVANT_OF = {"abdul": "abdul", "abd": "abdul", "abdel": "abdul", "abdal": "abdul", "abdi": "abdi", "abu": "abu"}
_COMMON_FIRST = frozenset(("mohammed", "syed", "sheikh", "mirza"))  # borne before the name a person goes by
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
_SILENT = str.maketrans(dict.fromkeys("'’‘`´ʼʻʹʿʾ＇"))


@dataclass(frozen=True, slots=True)
class Given:
    """One form of a given name. A lone initial has only its first letter."""

    name: str | None
    nickname: str | None
    sound: str | None
    first: str
    first3: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """One form of a family name."""

    name: str
    sound: str
    first3: str


def given_forms(text: str) -> tuple[Given, ...]:
    """The forms a given name is matched by; none for a baby not yet named or a word that is no name."""
    words = _words(text)
    while words and words[0] in _TITLES:
        words = words[1:]
    if not words or any(w in _NOT_A_NAME for w in words) or words[0] in _NOT_YET_NAMED or words[:2] == ["not", "known"]:
        return ()
    if len(words[0]) == 1:
        return (Given(None, None, None, words[0], None),)
    return tuple(dict.fromkeys(_given(name) for name in _called(words)))[:_MAX_FORMS]


def family_forms(text: str) -> tuple[Family, ...]:
    """The forms a family name is matched by: whole, and each half of a double-barrelled one."""
    words = [part for word in _words(text) for part in word.split("-") if part]
    words = [w for i, w in enumerate(words) if not (w in _TITLES and i == 0 and len(words) > 1)]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    if not words or any(w in _NOT_A_NAME for w in words) or words[:2] == ["not", "known"]:
        return ()
    parts = _parts(words)
    whole = "".join(parts)
    names = [whole, *(p for p in parts if len(p) > 2)] if len(parts) > 1 else [whole]
    return tuple(Family(n, sound(spelling(n)), n[:3]) for n in dict.fromkeys(names) if len(n) > 1)[:_MAX_FORMS]


def full_name(text: str) -> tuple[str, str]:
    """An alias as given and family name: 'Khan, Ali' or 'Ali Khan'; a single word is taken for a given name."""
    family, comma, given = text.partition(",")
    if comma:
        return given.strip(), family.strip()
    words = text.split()
    joined = max(1, len(words) - 1)
    while joined > 1 and words[joined - 1].casefold().strip("'’.") in _JOINED:
        joined -= 1
    return " ".join(words[:joined]), " ".join(words[joined:])


def nickname(name: str) -> str:
    """The one name that stands for this one, those it is short for and whatever else they are shortened to.

    One and never several, though 'Alex' is short for two: how many tokens a child has would tell which names it may bear, to
    somebody without the key (docs/adr/0008).
    """
    plain = spelling(name)
    return _classes()[0].get(plain, plain)


def spelling(name: str) -> str:
    """The one romanised spelling that stands for this name's several; itself when it has only one here."""
    return _classes()[1].get(name, name)


def sound(name: str) -> str:
    """Metaphone of a Latin name; the name itself when it has no sound or is written in another script."""
    return (metaphone(name).replace(" ", "") if name.isascii() else "") or name


def postcode(text: str) -> str | None:
    """The postcode without its space; None for what is none, and for the NHS's stand-ins that begin with ZZ."""
    tidy = tidy_postcode(text)
    return tidy if tidy and not tidy.startswith("ZZ") else None


def nhs_number(text: str) -> str | None:
    """Ten digits whose check digit is right, else None."""
    return re.sub(r"[\s-]", "", text) if is_nhs_number(text) else None


def upn(text: str) -> str | None:
    """A UPN whose check letter is right, else None."""
    return text.strip().upper() if is_upn(text) else None


def _words(text: str) -> list[str]:
    """Words in lower case without marks; hyphens inside a word stay. Apostrophes vanish: O'Brien is obrien."""
    plain = unicodedata.normalize("NFKD", text.translate(_SILENT).casefold()).translate(_LETTERS)
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "M")
    plain = re.sub(r"[‐‑‒–—]", "-", plain)
    return re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.sub(r"\s*-\s*", "-", plain))


def _called(words: list[str]) -> tuple[str, ...]:
    """The names a person may go by, from their given names.

    Brothers often share Mohammed as their first name, so the second counts as much; Abdul is half of a name.
    """
    parts = words[0].split("-")
    following = [*parts[1:], *(p for w in words[1:] for p in w.split("-"))]
    if parts[0] in _SERVANT_OF and following:
        return (_SERVANT_OF[parts[0]] + following[0],)
    if spelling(parts[0]) in _COMMON_FIRST and following and len(following[0]) > 1:
        return parts[0], following[0]
    return ("".join(parts), parts[0]) if len(parts) > 1 and len(parts[0]) > 1 else ("".join(parts),)


def _given(name: str) -> Given:
    return Given(name, nickname(name), sound(spelling(name)), name[0], name[:3])


def _parts(words: list[str]) -> list[str]:
    """A family name's parts, each with the small words before it: 'van der berg' is one, 'al hassan' is hassan."""
    parts, before = [], ""
    for place, word in enumerate(words):
        last = place == len(words) - 1
        if word in _DROPPED and not last:
            continue
        if word in _JOINED and not last:
            before += word
            continue
        parts.append(before + word)
        before = ""
    return parts


@lru_cache(maxsize=1)
def _classes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names and their short forms to the first of all that hang together, and spellings to the usual one, from names.csv."""
    heads: dict[str, set[str]] = {}
    spellings: dict[str, str] = {}
    with files(__package__).joinpath("names.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            if row["kind"] == "spelling":
                spellings[row["name"]] = row["class"]
            else:
                one, other = (heads.setdefault(row[part], {row[part]}) for part in ("name", "class"))
                one |= other
                heads |= dict.fromkeys(one, one)
    return {name: min(together) for name, together in heads.items()}, spellings
