"""A column of cells looked over. What comes out is which phrases stand in which cell, never what the cell says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from plait.declare import Pack
from plait.language.check import check_language, live_phrases
from plait.language.pattern import wider

_expression = lru_cache(maxsize=16)(wider)


def remarks_in(cells: pa.Array, pack: Pack) -> Iterator[tuple[int, frozenset[str]]]:
    """(which cell, the ids of the phrases in it), for those cells of a text array in which there is any.

    One wider expression finds the texts worth a closer look, twenty times as fast as looking closely at each; a text that
    many cells hold is looked at once.
    """
    patterns = tuple(said for phrase in live_phrases(pack) for said in phrase.say)
    if not patterns:
        return
    coded = cells.dictionary_encode()
    worth = pc.match_substring_regex(coded.dictionary, _expression(patterns), ignore_case=True)
    texts = ((at, coded.dictionary[at].as_py()) for at in pc.indices_nonzero(worth).to_pylist())
    found = {at: seen for at, text in texts if (seen := frozenset(r.phrase for r in check_language(text, pack)))}
    for cell in pc.indices_nonzero(pc.is_in(coded.indices, pa.array(list(found), coded.indices.type))).to_pylist():
        yield cell, found[coded.indices[cell].as_py()]
