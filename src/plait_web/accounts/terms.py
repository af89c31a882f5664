"""The terms every person accepts before entry. Changed words are a new version: everybody is asked again."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

TEXT = "accounts/terms_text.html"  # the template that holds the wording, and nothing else


@cache
def version() -> str:
    """The first twelve signs of the SHA-256 of the wording: nobody has to remember to count a version up."""
    wording = Path(__file__).parent / "jinja2" / TEXT
    return hashlib.sha256(wording.read_bytes()).hexdigest()[:12]
