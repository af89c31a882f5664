"""Findings as files a person can work through: a page, a list for a spreadsheet, and their own workbook marked."""

from __future__ import annotations

import csv
from pathlib import Path

from plait.validate.checked import Checked
from plait.values import Finding

_COLUMNS = (
    "severity",
    "problem",
    "what to do",
    "data set",
    "sheet",
    "row or line",
    "column",
    "heading",
    "element",
    "how many in all",
    "code",
)


def write_findings(checked: Checked, into: Path, source: Path | None) -> tuple[Path, ...]:
    """The files now in `into`: findings.html, findings.csv and, for a workbook, `<its name>-marked.xlsx`.

    The marked workbook holds the person's own cells, so it goes back to nobody but its sender. The others hold none.
    """
    from plait.validate.marked import mark_workbook  # only here: checking alone need not start a writer of workbooks
    from plait.validate.page import page

    into.mkdir(parents=True, exist_ok=True)
    workbook, note = mark_workbook(checked, into, source)
    html, listing = into / "findings.html", into / "findings.csv"
    html.write_text(page(checked, workbook=workbook.name if workbook else "", note=note), encoding="utf-8")
    _write_list(checked, listing)
    return (html, listing, workbook) if workbook else (html, listing)


def _write_list(checked: Checked, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(_COLUMNS)
        writer.writerows([_plain(text) for text in _line(finding)] for finding in checked.findings)


def _line(finding: Finding) -> tuple[str, ...]:
    at = finding.where
    row = "" if at.row is None else str(at.row)
    said = (finding.severity.value, finding.problem, finding.remedy, finding.dataset)
    return (*said, at.sheet, row, at.letter, at.column, at.path, str(finding.count), finding.code)


def _plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula: headings and sheet names come from outside."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n") else text
