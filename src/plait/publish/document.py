"""The profile as a tagged PDF: the board's version, with the same figures and caveats as the website."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from plait.publish import quality
from plait.publish.checklist import checklist
from plait.publish.gaps import blocked, step_table, steps
from plait.publish.headline import headline
from plait.publish.picture import Picture
from plait.publish.pieces import Block, Table
from plait.publish.sections import SECTIONS, blocks_of
from plait.publish.telling import one_line
from plait.publish.wording import MARKS, RANGE_KEY, STANDINGS, Said, Shown, day, sentence, span

_CHARTED = 2  # blocks with a chart that a section has in the document
_GAPS = 10
_ROWS = 14  # of a list in the document; the website has them all
_TREND = 3  # points from which a line says more than its two numbers
_BESIDE = 16  # rows of a table that still fits beside its chart


def write_document(picture: Picture, into: Path) -> Path:
    """The PDF at `into`, tagged for people (PDF/UA-1) and for keeping (PDF/A-2a). No word in it is taken for markup."""
    fonts = Path(font_source_sans_pro.__file__).parent / "files"
    with as_file(files("plait.publish").joinpath("document.typ")) as template:
        typst.compile(
            str(template), output=str(into), format="pdf", font_paths=[str(fonts)], ignore_system_fonts=True,
            pdf_standards=["ua-1", "a-2a"], sys_inputs={"profile": json.dumps(_told(picture))},
        )  # fmt: skip
    return into


def _told(picture: Picture) -> dict[str, Any]:
    """Everything the document says, as plain lists and strings."""
    profile, known = picture.profile, headline(picture)
    made = profile.made_on
    return {
        "title": profile.title,
        "made": [made.year, made.month, made.day],
        "invented": profile.invented,
        "lead": picture.lead,
        "recorded_by": picture.recorded_by,
        "licence": picture.licence,
        "first_table": _table(known.table) if known.table else None,
        "place": picture.place,
        "period": picture.period,
        "facts": _facts(picture),
        "recorded": known.recorded,
        "recorded_note": f"{known.recorded_note.rstrip('.')}, {picture.period}."
        if known.indicator
        else known.recorded_note,
        "unknown": known.unknown,
        "standings": [_standing(picture, s, words) for s, words in STANDINGS.items()],
        "points": [[f"{n}. {p.title}", p.met.value, p.reason] for n, p in enumerate(checklist(picture), start=1)],
        "sections": [*_sections(picture), *_voices(picture)],
        "gaps": _gaps(picture),
        "quality": [
            _block(b) for b in (quality.senders(picture), quality.linkage(picture), *quality.reviewed(picture))
        ],
        "rule": quality.rule(picture),
        "marks": [[f"{text} [{mark}]", why] for mark, text, why in MARKS.values()]
        + [["0", _ZERO], ["between", RANGE_KEY]],
        "rests_on": _rests_on(picture),
    }


_ZERO = "Recorded as none. Nothing hidden is ever shown as 0."


def _facts(picture: Picture) -> list[list[str]]:
    profile = picture.profile
    due = profile.next_update
    if due is None:
        update = "No date set."
    elif due < profile.made_on:
        update = f"Overdue. It was due on {day(due)}."
    else:
        update = f"Due on {day(due)}. After that day this profile is out of date."
    return [
        ["Areas", picture.place],
        *([["Made from", f"{picture.sources}."]] if picture.first_look and picture.sources else []),
        ["Period", f"{picture.period}: {span(profile.period)}"],
        ["Made on", day(profile.made_on)],
        ["Next update", update],
    ]


def _standing(picture: Picture, standing: Shown, words: str) -> dict[str, Any]:
    answers = picture.of(standing)
    return {
        "words": f"{words} ({len(answers)})",
        "answers": [[a.question.title, one_line(picture, a)] for a in answers],
    }


def _sections(picture: Picture) -> Iterator[dict[str, Any]]:
    """Each section's summary, and the few blocks whose charts say most, each chart once in the document."""
    drawn: set[str] = set()
    for section in SECTIONS:
        found = blocks_of(picture, section)
        charted = [b for b in found if b.anchor not in drawn and _worth_drawing(b)]
        charted = sorted(charted, key=lambda b: -sum(c.drawn for c in b.charts))[:_CHARTED]
        if len(picture.top) > 1 and not charted:  # areas side by side have tables where one area has bars
            charted = [b for b in found if b.anchor not in drawn and _worth_a_table(b)][:_CHARTED]
        drawn |= {b.anchor for b in charted if b.anchor != "overlap-table"}
        lists = _LISTS[1:] if any(b.anchor == "overlap-table" for b in found) else _LISTS
        kept = [b for b in found if b in charted or b.anchor in lists]
        yield {
            "title": section.title,
            "lead": section.lead,
            "caution": section.caution,
            "blocks": [_block(b, short=b.anchor in _LISTS) for b in kept],
        }


def _voices(picture: Picture) -> Iterator[dict[str, Any]]:
    """What people said, where words that were signed go with the figures."""
    quotes = picture.profile.quotes
    if not quotes:
        return
    blocks = [
        {
            "heading": quote.whose + (f", on: {quote.about}" if quote.about else ""),
            "words": [quote.text],
            "charts": [],
            "table": None,
            "beside": False,
        }
        for quote in quotes
    ]
    yield {
        "title": "In people’s own words",
        "lead": "What young people, families and practitioners said, with consent, beside what was counted.",
        "caution": "One voice is one voice: it is not a count.",
        "blocks": blocks,
    }


_LISTS = ("summary", "nothing-yet", "overlap-table", "not-recorded")


def _worth_drawing(block: Block) -> bool:
    drawn = max((c.drawn for c in block.charts), default=0)
    return drawn >= (_TREND if block.anchor.endswith("over-time") else 2)


def _worth_a_table(block: Block) -> bool:
    """A breakdown that has no chart, as where areas stand side by side, and has numbers."""
    if block.table is None or block.anchor in (*_LISTS, "cannot-show"):
        return False
    return len(block.table.rows) <= _BESIDE and any(_says(c) for row in block.table.rows for c in row[1:])


def _block(block: Block, *, short: bool = False) -> dict[str, Any]:
    table = block.table
    kept, left = _shortened(table) if table and short else (table, "")
    rows, columns = (len(kept.rows), len(kept.headings)) if kept else (0, 0)
    return {
        "heading": block.heading,
        "words": [*(w for w in block.words if w), *([left] if left else [])],
        "charts": [{"svg": c.svg, "label": c.label, "note": c.note} for c in block.charts[:1]],
        "table": _table(kept) if kept else None,
        "beside": 0 < rows <= _BESIDE and columns <= 3,
    }


def _shortened(table: Table) -> tuple[Table | None, str]:
    """The rows that hold a number above nought, at most so many, and a sentence on those left to the website."""
    told = [row for row in table.rows if any(_says(cell) for cell in row[1:])]
    rows = tuple(told[:_ROWS])
    left = len(table.rows) - len(rows)
    words = (
        f"{left} more, most of them 0, withheld or not sent, {'are' if left > 1 else 'is'} on the website."
        if left
        else ""
    )
    return (replace(table, rows=rows) if rows else None), words


def _says(cell: Said) -> bool:
    """A number above nought, or a pointer to where there is one."""
    return cell.text.endswith(" only") or any("1" <= letter <= "9" for letter in cell.text)


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "headings": table.headings,
        "rows": [[cell.plain + (f" ({cell.note})" if cell.note else "") for cell in row] for row in table.rows],
        "note": table.note,
    }


def _gaps(picture: Picture) -> dict[str, Any]:
    found = steps(picture)
    caption = f"The {min(len(found), _GAPS)} steps that would help the most questions"
    table = step_table(picture, found[:_GAPS], caption, reasons=False)
    return {"count": len(found), "kinds": _table(blocked(picture)), "table": _table(table)}


def _rests_on(picture: Picture) -> list[list[str]]:
    profile, cover = picture.profile, picture.profile.pack.cover
    return [
        ["Pack", f"{cover.title}, version {cover.version}"],
        ["Approved by", sentence(f"{cover.approver}, {day(cover.approved_on)}")],
        ["Digest of the pack", profile.pack.digest],
        ["Software", profile.software or "Not stated"],
        ["Figures for", "The partnership" if profile.released.zone == "partnership" else "The public"],
    ]
