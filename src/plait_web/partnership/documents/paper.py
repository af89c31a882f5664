"""A document as a tagged PDF, for people (PDF/UA-1) and for keeping (PDF/A-2a)."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path

import font_source_sans_pro
import typst

from plait_web.partnership.documents.told import Document

_WIDE = 6  # columns from which a page is turned on its side


def as_pdf(document: Document) -> bytes:
    """The PDF. Every word goes in as a string, which is never read as markup."""
    told = asdict(document) | {
        "made": [document.made.year, document.made.month, document.made.day],
        "wide": any(len(t.headings) >= _WIDE for p in document.parts for t in p.tables),
    }
    fonts = Path(font_source_sans_pro.__file__).parent / "files"
    with as_file(files("plait_web.partnership.documents").joinpath("document.typ")) as template:
        return typst.compile(
            str(template), format="pdf", font_paths=[str(fonts)], ignore_system_fonts=True,
            pdf_standards=["ua-1", "a-2a"], sys_inputs={"told": json.dumps(told)},
        )  # fmt: skip
