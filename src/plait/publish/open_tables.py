"""Every released figure as open tables: one CSV with a figure a row, and an Excel workbook that a screen reader can follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from math import inf
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from plait.publish import quality
from plait.publish.checklist import checklist
from plait.publish.figures import Cell
from plait.publish.gaps import step_table, steps
from plait.publish.picture import Picture
from plait.publish.pieces import Table, plain
from plait.publish.telling import one_line
from plait.publish.wording import DIMENSIONS, MARKS, RANGE_KEY, STANDINGS, Said, day, said, span
from plait.values import State

_NUMBERS = ("low", "high", "count_low", "count_high", "base_low", "base_high", "ci_low", "ci_high")
_MARK = {state.value: mark for state, (mark, _, _) in MARKS.items()}


def write_csv(picture: Picture, into: Path) -> Path:
    """Every released figure that says something, one a row, with its state and mark. A bound nobody may know is empty."""
    table = _telling(picture, picture.profile.released.figures)
    may_show = pc.is_in(table["state"], pa.array(["zero", "exact", "between"], pa.string()))
    columns: dict[str, Any] = {
        "indicator": _safe(table["indicator"]),
        "title": _lookup(table["indicator"], lambda code: _title(picture, code)),
        "unit": _lookup(table["indicator"], lambda code: _unit(picture, code)),
        "period": _safe(table["period"]),
        "area": _safe(table["area"]),
        "area_name": _lookup(table["area"], picture.names.area),
        "agency": _lookup(table["supplier"], picture.names.agency),
        "breakdown": _lookup(table["by"], lambda by: DIMENSIONS.get(by, by) if by else "Everyone"),
        "group": _groups(picture, table),
        "state": table["state"],
        "mark": _lookup(table["state"], lambda state: _MARK.get(state, "")),
        **{name: _shown(table[name], may_show) for name in _NUMBERS},
        "sources": _safe(pc.binary_join(table["sources"], "; ")),
        "counted_by": _lookup(table["origin"], lambda origin: "agency" if origin == "counts" else "Plait"),
    }
    pacsv.write_csv(pa.table(columns), into)
    return into


_SAME_AS_EVERYONE = ("not_held", "not_collected", "not_applicable", "zero")
_LARGE = frozenset({"district", "authority", "county", "region", "country", "force", "health_board"})
_LEFT_OUT = (
    "In figures.csv, areas smaller than a district have no row where nothing was sent or nobody records it. A group has no row "
    "where everyone's figure already says the same: 0, not held, not collected or not applicable.",
    "Figures by group, area and agency that were not sent have no row on their sheets here.",
)


def _telling(picture: Picture, table: pa.Table) -> pa.Table:
    """The table less groups that only repeat what everyone's row says, and small areas from which nothing was sent."""
    large = [a.code for a in picture.profile.areas.all if a.kind in _LARGE]
    keys = ["indicator", "period", "area", "supplier"]
    rows = table.select([*keys, "by", "state"]).append_column("place", pa.array(range(table.num_rows), pa.int64()))
    everyone = rows.filter(pc.equal(rows["by"], "")).select([*keys, "state"]).rename_columns([*keys, "of_everyone"])
    joined = rows.join(everyone.group_by(keys).aggregate([("of_everyone", "min")]), keys=keys).sort_by("place")
    small = pc.invert(pc.is_in(joined["area"], pa.array([*picture.top, *large], pa.string())))
    unsent = pc.is_in(joined["state"], pa.array(_SAME_AS_EVERYONE[:2], pa.string()))
    empty = pc.is_in(joined["state"], pa.array(_SAME_AS_EVERYONE, pa.string()))
    same = pc.fill_null(pc.equal(joined["state"], joined["of_everyone_min"]), False)
    repeated = pc.and_(same, pc.and_(empty, pc.not_equal(joined["by"], "")))
    return table.filter(pc.invert(pc.or_(repeated, pc.and_(small, pc.and_(same, unsent)))))


def safe_text(text: str) -> str:
    """Text that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _safe(column: Any) -> Any:
    return _lookup(column, lambda text: text)


def _lookup(column: Any, words: Callable[[str], str]) -> Any:
    """Each value's words: worked out once a distinct value, then laid over the column."""
    coded = cast(pa.ChunkedArray, column).combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    said_once = pa.array(
        [safe_text(words(value)) if value is not None else "" for value in coded.dictionary.to_pylist()], pa.string()
    )
    return said_once.take(coded.indices)


def _groups(picture: Picture, table: pa.Table) -> Any:
    """Labels of groups, which depend on the indicator and the breakdown."""
    joined = pc.binary_join_element_wise(table["indicator"], table["by"], table["group"], "\x1f")

    def label(key: str) -> str:
        indicator, by, group = key.split("\x1f")
        known = picture.profile.pack.indicators.get(indicator)
        return picture.names.group(known, by, group) if known and by else "Everyone" if not by else group

    return _lookup(joined, label)


def _shown(column: Any, may_show: Any) -> Any:
    """Numbers of figures whose state lets them be shown, and that are not without end."""
    return pc.if_else(pc.and_(may_show, pc.invert(pc.is_inf(column))), column, pa.scalar(None, pa.float64()))


def _title(picture: Picture, code: str) -> str:
    known = picture.profile.pack.indicators.get(code)
    return known.title if known else code


def _unit(picture: Picture, code: str) -> str:
    known = picture.profile.pack.indicators.get(code)
    return known.unit if known else ""


def write_workbook(picture: Picture, into: Path) -> Path:
    """Cover, contents, notes, and one table a sheet, with symbols where a figure is no number."""
    sheets = _sheets(picture)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(into), options) as book:
        profile = picture.profile
        made = datetime.combine(profile.made_on, time())  # the day alone, so that the same run gives the same bytes
        book.set_properties(
            {
                "title": profile.title,
                "subject": f"Figures, {picture.period}",
                "comments": "Protected figures.",
                "created": made,
            }
        )
        formats = _Formats(book)
        _lines(book.add_worksheet("Cover"), formats, profile.title, _cover(picture))
        contents = [("Sheet", "What it holds"), *((name, table.caption) for name, table in sheets)]
        _contents(book.add_worksheet("Contents"), formats, contents)
        _lines(book.add_worksheet("Notes"), formats, "Notes and key", _notes(picture))
        for name, table in sheets:
            _sheet(book.add_worksheet(name), formats, table)
    return into


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 16, "font_name": "Arial"})
        self.head: Format = book.add_format(
            {"bold": True, "text_wrap": True, "font_name": "Arial", "bottom": 1, "valign": "bottom"}
        )
        self.text: Format = book.add_format({"text_wrap": True, "font_name": "Arial", "valign": "top"})
        self.number: Format = book.add_format(
            {"font_name": "Arial", "num_format": "#,##0.##;-#,##0.##;0", "valign": "top"}
        )
        self.whole: Format = book.add_format({"font_name": "Arial", "num_format": "#,##0", "valign": "top"})
        self.mark: Format = book.add_format({"font_name": "Arial", "align": "right", "valign": "top"})
        self.link: Format = book.add_format({"font_name": "Arial", "underline": 1, "font_color": "#0b5460"})


def _cover(picture: Picture) -> list[str]:
    profile = picture.profile
    due = day(profile.next_update) if profile.next_update else "no date set"
    return [
        *(["Invented data: no person, place, agency or number here is real."] if profile.invented else []),
        f"Areas: {picture.place}.",
        f"Period: {picture.period}, {span(profile.period)}.",
        f"Made on {day(profile.made_on)} by {profile.software or 'Plait'}. Next update: {due}.",
        f"Figures show what {picture.recorded_by} recorded, which is not all that happens. "
        "Agencies' counts of children are never added up.",
        *([picture.licence] if picture.licence else []),
        f"Pack: {profile.pack.cover.title}, version {profile.pack.cover.version}, digest {profile.pack.digest}.",
        "Every figure, for every area and agency, is in figures.csv. Definitions are in the website beside this file.",
    ]


def _notes(picture: Picture) -> list[str]:
    marks = [f"[{mark}] {text.capitalize()}. {why}" for mark, text, why in MARKS.values()]
    return [
        *marks,
        "0: recorded as none. Nothing hidden is ever shown as 0.",
        RANGE_KEY,
        *_LEFT_OUT,
        *quality.rule(picture),
    ]


def _sheets(picture: Picture) -> list[tuple[str, Table]]:
    answers = picture.profile.answers
    questions = tuple(
        plain((a.question.title, STANDINGS[picture.standing(a)], one_line(picture, a), a.question.decides))
        for a in answers.answers
    )
    points = tuple(plain((p.title, p.met.value, p.reason)) for p in checklist(picture))
    made = [
        ("Questions", Table(caption="Questions, and how far data answers each",
                            headings=("Question", "Standing", "Answer", "Who decides"), rows=questions)),
        ("Everyone", _figures_table(picture, "Figures for everyone, every period", _everyone(picture))),
        ("By group", _figures_table(picture, f"Figures by group, {picture.period}", _by_group(picture))),
        ("By area", _figures_table(picture, f"Figures by area, {picture.period}", _by_area(picture))),
        ("By agency", _figures_table(picture, f"Figures by agency, {picture.period}; never to be added up", _by_agency(picture))),
        ("Gaps", step_table(picture, steps(picture), "Steps that would close gaps, and the questions each would help")),
        ("Checklist", Table(caption="How this profile meets ten points", headings=("Point", "Judgement", "Why"), rows=points)),
    ]  # fmt: skip
    names = {
        "received": "Returns",
        "completeness": "Completeness",
        "findings": "Problems",
        "linkage": "Linkage",
        "reviewed": "Linkage reviewed",
        "audit": "Checks",
    }
    blocks = (*quality.blocks(picture), quality.checks(picture))
    made += [(names[b.anchor], b.table) for b in blocks if b.table]
    return [(name, table) for name, table in made if table.rows]


def _everyone(picture: Picture) -> Iterable[Cell]:
    for name in picture.indicators:
        for period in picture.periods:
            yield from (c for c in picture.figures.shared(name, period) if c.area in picture.top)


def _by_group(picture: Picture) -> Iterable[Cell]:
    for indicator in picture.indicators.values():
        for by in indicator.breakdowns:
            cells = picture.figures.shared(indicator.id, picture.period, by)
            yield from sorted(filter(_sent, cells), key=lambda c: picture.names.order(indicator, c.by, c.group))


def _by_area(picture: Picture) -> Iterable[Cell]:
    for name in picture.indicators:
        yield from (c for c in picture.figures.shared(name, picture.period) if c.area not in picture.top and _sent(c))


def _by_agency(picture: Picture) -> Iterable[Cell]:
    for name in picture.indicators:
        yield from filter(_sent, picture.figures.agencies(name, picture.period))


def _sent(cell: Cell) -> bool:
    return cell.state is not State.NOT_HELD


def _figures_table(picture: Picture, caption: str, cells: Iterable[Cell]) -> Table:
    headings = ("Figure", "Period", "Area", "Agency", "Breakdown", "Group", "Figure shown", "Lowest", "Highest", "Unit")
    return Table(caption=caption, headings=headings, rows=tuple(_figure_row(picture, cell) for cell in cells))


def _figure_row(picture: Picture, cell: Cell) -> tuple[Said, ...]:
    indicator = picture.indicators[cell.indicator]
    shown = said(cell, indicator.unit)
    low, high = (cell.low, cell.high) if cell.told else (None, None)
    return (
        *plain((indicator.title, cell.period, picture.names.area(cell.area), picture.names.agency(cell.supplier),
                DIMENSIONS.get(cell.by, "Everyone"),
                picture.names.group(indicator, cell.by, cell.group) if cell.by else "Everyone")),
        Said(shown.text if not shown.mark else f"[{shown.mark}]"),
        Said(_bound(low) or (f"[{shown.mark}]" if shown.mark else "")),
        Said(_bound(high) or (f"[{shown.mark}]" if shown.mark else "")),
        Said(indicator.unit),
    )  # fmt: skip


def _bound(value: float | None) -> str:
    return "" if value is None or value == inf else repr(value)


def _lines(sheet: Worksheet, formats: _Formats, title: str, lines: Sequence[str]) -> None:
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, safe_text(title), formats.title)
    for row, line in enumerate(lines, start=2):
        sheet.write_string(row, 0, safe_text(line), formats.text)


def _contents(sheet: Worksheet, formats: _Formats, rows: Sequence[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, "Contents", formats.title)
    for row, (name, words) in enumerate(rows, start=2):
        if row == 2:
            sheet.write_string(row, 0, name, formats.head)
            sheet.write_string(row, 1, words, formats.head)
            continue
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link, name)
        sheet.write_string(row, 1, safe_text(words), formats.text)


def _sheet(sheet: Worksheet, formats: _Formats, table: Table) -> None:
    """One table, from its caption in the first row; numbers as numbers, nothing merged, headings frozen."""
    sheet.write_string(0, 0, safe_text(table.caption), formats.title)
    sheet.write_string(1, 0, "One table. Marks such as [c] are explained on the sheet Notes.", formats.text)
    for column, heading in enumerate(table.headings):
        sheet.write_string(3, column, heading, formats.head)
        sheet.set_column(column, column, 16 if heading in ("Lowest", "Highest", "Period", "Figure shown") else 36)
    numeric = {table.headings.index(name) for name in ("Lowest", "Highest") if name in table.headings}
    for row, cells in enumerate(table.rows, start=4):
        for column, cell in enumerate(cells):
            if column in numeric and cell.text and not cell.text.startswith("["):
                value = float(cell.text)
                sheet.write_number(row, column, value, formats.whole if value.is_integer() else formats.number)
            elif cell.text:
                sheet.write_string(
                    row, column, safe_text(cell.plain), formats.mark if column in numeric else formats.text
                )
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + len(table.rows), len(table.headings) - 1)
