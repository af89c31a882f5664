"""From which keys agree and which differ to how alike each field is, though no field of anybody was ever sent.

Every key is two to four parts of fields hashed together. Where a key agrees all its parts do. Where it differs while all its
parts but one are known to agree, that one differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from plait.link.weights import Bits, Compared, Flags, Weights

# What agrees when a part does: parts as named in pseudonymise/tokens.py.
IMPLIES: dict[str, tuple[str, ...]] = {
    "fn": ("fn_nk", "fn_dm", "fn3", "fn1"), "fn3": ("fn1",), "sn": ("sn_dm", "sn3"),
    "dob": ("d_can", "d_ym", "d_md", "d_yd", "d_y"), "d_can": ("d_y",), "d_ym": ("d_y",), "d_yd": ("d_y",), "pc": ("pc_s",),
}  # fmt: skip
_BORN = ("d_ym", "d_md")  # together the whole date


def levels(agree: Bits, differ: Bits, weights: Weights) -> Bits:
    """One row a pattern and one column a field: the place of its level in the field's words."""
    same, other = _parts(agree, differ, weights)
    return np.stack([_level(same, other, field) for field in weights.fields], axis=1)


def _parts(agree: Bits, differ: Bits, weights: Weights) -> tuple[Bits, Bits]:
    """The parts known to agree and those known to differ, as bits of `_bit`."""
    keys = [(bit, key.name.split()) for bit, key in enumerate(weights.keys)]
    same = np.zeros(len(agree), dtype=np.int64)
    for bit, parts in keys:
        same |= np.where(agree >> bit & 1, _mask(p for part in parts for p in (part, *IMPLIES.get(part, ()))), 0)
    whole = _mask(_BORN)
    same |= np.where((same & whole) == whole, _mask(("dob", *IMPLIES["dob"])), 0)
    other = np.zeros(len(agree), dtype=np.int64)
    for bit, parts in keys:
        left = _mask(parts) & ~same
        other |= np.where((differ >> bit & 1 == 1) & (np.bitwise_count(left) == 1), left, 0)
    return same, other


def _level(same: Bits, other: Bits, field: Compared) -> Bits:
    parts = [level.part for level in field.levels]
    found = np.where(_any(other, parts), len(parts), len(parts) + 1)
    for place, part in reversed(list(enumerate(parts))):
        found = np.where(_any(same, [part]), place, found)
    return found


def _any(bits: Bits, parts: Iterable[str]) -> Flags:
    held: Flags = (bits & _mask(parts)) != 0
    return held


def _mask(parts: Iterable[str]) -> int:
    total = 0
    for part in parts:
        total |= 1 << _bit(part)
    return total


_PARTS = (
    "fn", "fn_nk", "fn_dm", "fn3", "fn1", "sn", "sn_dm", "sn3", "nm_sorted", "dob", "d_can", "d_ym", "d_md", "d_yd", "d_y", "pc",
    "pc_s", "gen",
)  # fmt: skip


@cache
def _bit(part: str) -> int:
    return _PARTS.index(part)
