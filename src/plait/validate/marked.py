"""The person's own workbook with the cells marked that have something wrong with them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from plait.validate.checked import Checked
from plait.values import Finding, Severity

LARGEST = 30_000  # rows; marking keeps the whole workbook in memory
_TOO_LARGE = f"Your workbook has more than {LARGEST:,} rows, so no marked copy of it was made."
_COLOURS = {Severity.WARNING: "FFF2CC", Severity.NOTE: "DDEBF7"}
_WORST = "F8CBAD"


def mark_workbook(checked: Checked, into: Path, source: Path | None) -> tuple[Path | None, str]:
    """Where the marked copy is, or None; and a sentence when a workbook was too large to mark."""
    if source is None or source.suffix.lower() != ".xlsx" or not checked.findings:
        return None, ""
    if sum(read for read, _ in checked.rows.values()) > LARGEST:
        return None, _TOO_LARGE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl says which features of Excel it cannot carry over
        book = openpyxl.load_workbook(source)
    if max(sheet.max_row for sheet in book.worksheets) > LARGEST:
        return None, _TOO_LARGE
    for spot, findings in _by_cell(checked.findings, book).items():
        _mark(book, spot, findings)
    path = into / f"{source.stem}-marked.xlsx"
    book.save(path)
    return path, ""


def _by_cell(findings: Iterable[Finding], book: Workbook) -> dict[tuple[str, str], list[Finding]]:
    """Findings by sheet and cell. One with a row and no column marks the row's first cell."""
    gathered: dict[tuple[str, str], list[Finding]] = {}
    names = {sheet.title for sheet in book.worksheets}
    only = book.worksheets[0].title if len(names) == 1 else ""
    for finding in findings:
        sheet = finding.where.sheet if finding.where.sheet in names else only
        if sheet and finding.where.row is not None:
            gathered.setdefault((sheet, f"{finding.where.letter or 'A'}{finding.where.row}"), []).append(finding)
    return gathered


def _mark(book: Workbook, spot: tuple[str, str], findings: list[Finding]) -> None:
    sheet, address = spot
    cell = book[sheet][address]
    if isinstance(cell, MergedCell):
        return
    worst = min((finding.severity for finding in findings), key=list(Severity).index)
    colour = _COLOURS.get(worst, _WORST)
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    said = "\n".join(dict.fromkeys(f"{finding.problem} {finding.remedy}" for finding in findings))
    before = f"{cell.comment.text}\n\n" if cell.comment else ""
    cell.comment = Comment(f"{before}{said}", "Plait", width=360, height=160)
