"""Declared codes, and a file's own spellings of them."""

from __future__ import annotations

from collections.abc import Mapping

from plait.declare import Pack

_MOST = 10_000


class Memo(dict[str | None, str | None]):
    """Codes as the file writes them to what they are known as: trimmed, and whatever their case. Others stay."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def __missing__(self, text: str | None) -> str | None:
        trimmed = (text or "").strip()
        code = self._known.get(trimmed.upper(), trimmed) or None
        if len(self) < _MOST:
            self[text] = code
        return code


def declared_codes(pack: Pack, name: str) -> dict[str, str]:
    """A code list's codes by their capitals."""
    return {code.code.upper(): code.code for code in pack.codelist(name).codes}
