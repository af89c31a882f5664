"""A second look at the words somebody typed. It warns, says why and suggests; it changes nothing and stops nobody.

A page that takes words asks `to_look_at_again` once its form is valid. The first time, words that put harm in the child bring the
page back with remarks beside their fields; sent again, the same words are kept as they are. The macros `errors` and `field`
of `ui/forms.html` draw the remarks by themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django import forms

from plait.declare import Pack
from plait.language import check_language

SEEN = "words_seen"  # what a page sends back for remarks that it has shown


@dataclass(frozen=True, slots=True)
class Noticed:
    """One place in what somebody typed, with what it could be instead."""

    said: str
    why: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What was noticed in one field. `mark` tells these remarks from others, so that each is shown before it is passed over."""

    mark: str
    remarks: tuple[Noticed, ...]


def to_look_at_again(form: forms.Form, pack: Pack, *, spared: Collection[str] = ()) -> bool:
    """Whether the page should come back with remarks that its reader has not seen. The form carries them as `noticed`.

    `spared` are fields that may hold such words, such as an entry of the dictionary itself.
    """
    found = {name: look for name, text in _texts(form, spared) if (look := look_over(name, text, pack)).remarks}
    form.noticed = found
    data = form.data
    seen = set(data.getlist(SEEN) if hasattr(data, "getlist") else data.get(SEEN, ()))
    return any(look.mark not in seen for look in found.values())


def look_over(name: str, text: str, pack: Pack) -> Look:
    """What the pack's language guides remark in a text; `name` says where it stands."""
    found = tuple(Noticed(text[r.start : r.end], r.why, r.instead) for r in check_language(text, pack))
    words = "\0".join([name, *(one.said for one in found)])
    return Look(hashlib.sha256(words.encode()).hexdigest()[:16], found)


def _texts(form: forms.Form, spared: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each field in which a person writes freely, with what they wrote."""
    for name, field in form.fields.items():
        free = type(field) is forms.CharField and isinstance(field.widget, forms.Textarea | forms.TextInput)
        if free and name not in spared and form.cleaned_data.get(name):
            yield name, form.cleaned_data[name]
