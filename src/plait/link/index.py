"""Every token with who holds it, in order, so that the holders of a few are found without reading the rest.

Holders are known by an id that no later run gives to anybody else, so that what stands in the index stays true when people come
between others. Ids of people who are gone, or were read again, are nobody's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from plait.link.pairs import in_order
from plait.link.weights import Bits, Flags

Ids = npt.NDArray[np.int32]
NOBODY = (np.array([], dtype=np.int32), np.array([], dtype=np.int64))  # no holders, no tokens
_PARTS = (".token", ".holder", ".starts")


@dataclass(frozen=True)
class Index:
    """The tokens of one kind after another, each kind's in order."""

    starts: Bits  # where each kind begins, and the end of the last
    token: Bits
    holder: Ids

    @classmethod
    def load(cls, folder: Path, name: str) -> Index:
        """What `written` left under this name; parts of it are read when they are asked for."""
        starts = np.fromfile(folder / f"{name}.starts", dtype=np.int64)
        token, holder = _mapped(folder / f"{name}.token", np.int64), _mapped(folder / f"{name}.holder", np.int32)
        return cls(starts, token, holder)

    def of(self, bit: int) -> tuple[Bits, Ids]:
        """The tokens of one kind, and their holders."""
        mine = slice(self.starts[bit], self.starts[bit + 1])
        return self.token[mine], self.holder[mine]

    def holders(self, bit: int, tokens: Bits) -> tuple[Ids, Bits]:
        """Whoever holds one of these tokens of one kind, and which."""
        mine, holder = self.of(bit)
        low = np.searchsorted(mine, tokens)
        many = np.searchsorted(mine, tokens, side="right") - low
        some = np.flatnonzero(many)
        ends = np.cumsum(many[some])
        place = np.repeat(low[some] - ends + many[some], many[some]) + np.arange(int(ends[-1]) if len(some) else 0)
        return holder[place], np.repeat(tokens[some], many[some])

    def of_whom(self, bit: int, live: Flags) -> tuple[Ids, Bits]:
        """The holders of one kind who are still somebody, and their tokens."""
        token, holder = self.of(bit)
        kept = live[holder]
        return holder[kept], token[kept]


def _mapped(path: Path, kind: type[np.integer[Any]]) -> npt.NDArray[Any]:
    """The numbers in a file, read as they are asked for."""
    return np.memmap(path, dtype=kind, mode="r") if path.stat().st_size else np.array([], dtype=kind)


@contextmanager
def written(folder: Path, name: str) -> Iterator[_Writer]:
    """An index under this name, of what the writer is told, one kind after another."""
    with (folder / f"{name}.token").open("wb") as token, (folder / f"{name}.holder").open("wb") as holder:
        writer = _Writer(token, holder, [0])
        yield writer
    np.array(writer.starts, dtype=np.int64).tofile(folder / f"{name}.starts")


@dataclass(frozen=True)
class _Writer:
    token: BinaryIO
    holder: BinaryIO
    starts: list[int]

    def add(self, tokens: Bits, holders: Bits | Ids) -> None:
        """The next kind's tokens, in order, and who holds them."""
        tokens.astype(np.int64, copy=False).tofile(self.token)
        holders.astype(np.int32, copy=False).tofile(self.holder)
        self.starts.append(self.starts[-1] + len(tokens))


def write_merged(parts: list[tuple[Index, Flags]], fresh: list[tuple[Ids, Bits]], folder: Path, name: str) -> None:
    """One index of those who are still somebody in others, and of fresh holders and tokens of each kind."""
    with written(folder, name) as writer:
        for bit, mine in enumerate(fresh):
            both = [*(part.of_whom(bit, live) for part, live in parts), mine]
            holders, tokens = (np.concatenate([one[n] for one in both]) for n in (0, 1))
            holders, tokens = in_order(holders, tokens)
            writer.add(tokens, holders)


def same_index(last: Path, name: str, folder: Path) -> None:
    """The same index in another folder, on the same bytes where the disk allows it."""
    for part in _PARTS:
        try:
            os.link(last / f"{name}{part}", folder / f"{name}{part}")
        except OSError:
            shutil.copyfile(last / f"{name}{part}", folder / f"{name}{part}")
