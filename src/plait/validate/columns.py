"""Rules that follow from the declared columns, so that nobody declares them twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from plait.declare import CodeList, Column, ColumnType, Privacy
from plait.engine import identifier, literal
from plait.identifiers import is_postcode
from plait.validate import shapes
from plait.validate.conditions import not_held, some, texts
from plait.validate.rule import Effect, Rule, Scene, both, cell, one_cell
from plait.validate.wording import EXPECTED, OTHERWISE_EXPECTED, WORDINGS
from plait.values import Severity

_NUMBER = r"[0-9]+(\.[0-9]+)?"
_PARTED = r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"
_BELOW = r"< ?[0-9]+"
FIGURE = rf"{_NUMBER}|{_PARTED}|{_BELOW}"
VALUE_SYMBOLS = "value_symbol"
NOWHERE = "ZZ99"  # the start of pseudo-postcodes: no fixed abode, abroad. They are right, and in no area.


def column_rules(scene: Scene) -> Iterator[Rule]:
    """The rules of every column, in the order of the columns."""
    for column in scene.dataset.columns:
        yield from _presence(scene, column)
        if column.codes and column.type in (ColumnType.CODE, ColumnType.CODES):
            yield from _codes(scene, column, scene.pack.codelist(column.codes))
        if column.type is ColumnType.VALUE:
            yield _figure(scene, column)
        yield from _shapes(scene, column)
        yield from _counts(scene, column)


def implied(code: str, column: Column, severity: Severity, effect: Effect, **words: str) -> Rule:
    """A rule in the words of the catalogue, to which the caller adds what SQL finds."""
    wording = WORDINGS[code]
    words = {"column": column.title, **words}
    return Rule(
        code=code,
        problem=wording.problem.format(**words),
        remedy=wording.remedy.format(**words),
        severity=severity,
        effect=effect,
        column=column.id,
    )


def code_joins(scene: Scene, rules: Sequence[Rule]) -> str:
    """SQL that joins each single-code column to its code list, a small Arrow table, where one of the rules looks there."""
    joins = []
    for column in scene.dataset.columns:
        alias = _list_of(column)
        if column.codes and any(f"{alias}." in rule.fails for rule in rules):
            name = f"validate_codes_{column.codes}"
            scene.engine.register(name, _code_table(scene.pack.codelist(column.codes)))
            joins.append(f"LEFT JOIN {identifier(name)} AS {alias} ON {alias}.code = {cell(column.id)}")
    return " ".join(joins)


def _list_of(column: Column) -> str:
    """What a column's code list is called where it is joined."""
    return identifier(f"codes_{column.id}")


def _code_table(codes: CodeList) -> pa.Table:
    spans = windows(codes)
    columns = (list(spans), [span[0] for span in spans.values()], [span[1] for span in spans.values()])
    types = (pa.string(), pa.date32(), pa.date32())
    return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=["code", "since", "until"])


def windows(codes: CodeList) -> dict[str, tuple[date | None, date | None]]:
    """Each code once, from its first day to its last over all its lines."""
    found: dict[str, tuple[date | None, date | None]] = {}
    for code in codes.codes:
        since, until = found.get(code.code, (code.since, code.until))
        since = None if since is None or code.since is None else min(since, code.since)
        until = None if until is None or code.until is None else max(until, code.until)
        found[code.code] = (since, until)
    return found


def _presence(scene: Scene, column: Column) -> Iterator[Rule]:
    unread = f"list_contains(t._unread, {literal(column.id)})"
    if column.required:
        rule = implied("column.required-empty", column, Severity.ERROR, Effect.LEAVE_OUT)
        yield replace(rule, fails=both(not_held(scene, column), f"NOT coalesce({unread}, false)"))
    if column.type in EXPECTED or column.type is ColumnType.CODES:
        expected, write = EXPECTED.get(column.type, OTHERWISE_EXPECTED)
        severity, effect = one_cell(scene, Severity.ERROR, column)
        rule = implied("column.unreadable", column, severity, effect, expected=expected, write=write)
        yield replace(rule, fails=unread, needs=frozenset({"_unread"}))


def _codes(scene: Scene, column: Column, codes: CodeList) -> Iterator[Rule]:
    lost = (Severity.ERROR, Effect.LEAVE_OUT) if scene.aggregate else (Severity.WARNING, Effect.KEEP)
    listed = windows(codes)
    words = scene.stored.words.get(column.id)
    if words is None or not words <= listed.keys():
        yield _with(implied("code.unlisted", column, *lost, list=codes.title), _unlisted(column, listed))
    span = _file_span(scene)
    held = {code: days for code, days in listed.items() if words is None or code in words}
    dated = {code: days for code, days in held.items() if not _always_in(days, span)}
    if dated:
        replaced = _replacements(codes)
        rule = implied("code.out-of-date", column, Severity.WARNING, Effect.KEEP, list=codes.title, replaced=replaced)
        yield _with(rule, f"({_out_of_date(scene, column, dated)}) AND {_has_figure(scene)}")


def _unlisted(column: Column, listed: Iterable[str]) -> str:
    if column.type is ColumnType.CODE:
        return f"{cell(column.id)} IS NOT NULL AND {_list_of(column)}.code IS NULL"
    return some(cell(column.id), f"NOT IN ({', '.join(literal(code) for code in listed)})")


def _always_in(days: tuple[date | None, date | None], span: tuple[date | None, date | None]) -> bool:
    """True when a code of these days had begun by every day of the file, and ended by none."""
    (since, until), (first, last) = days, span
    return not (since and (first is None or since > first)) and not (until and (last is None or until < last))


def _file_span(scene: Scene) -> tuple[date | None, date | None]:
    """A day that no row's last day is before, and one that no row's first day is after; None where not known."""
    held = [c.id for c in _row_dates(scene) if c.id not in scene.stored.empty]
    spans = [scene.stored.spans.get(name) for name in held]
    known = [span for span in spans if span]
    if scene.aggregate or len(known) < len(spans):
        return None, None
    as_at = scene.context.as_at
    return min([as_at, *(span[0] for span in known)]), max([as_at, *(span[1] for span in known)])


def _out_of_date(scene: Scene, column: Column, dated: dict[str, tuple[date | None, date | None]]) -> str:
    """A code is out of date when no day of the row was within the code's: a spell may hold a code of its end."""
    first, last = _row_span(scene)
    if column.type is ColumnType.CODE:
        joined = _list_of(column)
        return f"({joined}.until < {first} OR {joined}.since > {last})"
    tests = []
    for code, (since, until) in dated.items():
        outside = [f"{first} > {_day(until)}"] if until else []
        outside += [f"{last} < {_day(since)}"] if since else []
        tests.append(f"(list_contains({cell(column.id)}, {literal(code)}) AND ({' OR '.join(outside)}))")
    return " OR ".join(tests)


def _row_span(scene: Scene) -> tuple[str, str]:
    """SQL for the row's first and last day: its period's in counts, else of its own dates (a birth is none), else as at."""
    as_at = _day(scene.context.as_at)
    if scene.aggregate and "period" in scene.dataset.column_ids:
        first, last = shapes.period_days(cell("period"))
        return f"coalesce({first}, {as_at})", f"coalesce({last}, {as_at})"
    listed = ", ".join(cell(column.id) for column in _row_dates(scene))
    if not listed:
        return as_at, as_at
    return f"coalesce(least({listed}), {as_at})", f"coalesce(greatest({listed}), {as_at})"


def _row_dates(scene: Scene) -> list[Column]:
    dates = [column for column in scene.dataset.columns if column.type is ColumnType.DATE]
    return [column for column in dates if column.privacy is not Privacy.IDENTIFIER]


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _has_figure(scene: Scene) -> str:
    """In counts, a nought or a symbol under a code that was not collected then is no mistake."""
    figures = [cell(column.id) for column in scene.dataset.columns if column.type is ColumnType.VALUE]
    nought = r"0+(\.0+)?"
    tests = [
        f"regexp_full_match({f}, {literal(FIGURE)}) AND NOT regexp_full_match({f}, {literal(nought)})" for f in figures
    ]
    return " AND ".join(tests) or "true"


def _replacements(codes: CodeList) -> str:
    """What the list's notes say of every code that has ended: of all, so that the words tell no one cell."""
    notes = [f"{code.code}: {code.note.rstrip('.')}." for code in codes.codes if code.until and code.note]
    return f" Codes that ended: {' '.join(notes)}" if notes else ""


def _figure(scene: Scene, column: Column) -> Rule:
    symbols = scene.pack.codelists.get(VALUE_SYMBOLS)
    listed = [code.code for code in symbols.codes if code.code != "<n"] if symbols else []
    name = cell(column.id)
    shown = ", ".join(listed) or "(the pack has none)"
    rule = implied("figure.unreadable", column, *one_cell(scene, Severity.ERROR, column), symbols=shown)
    return _with(
        rule, f"NOT regexp_full_match({name}, {literal(FIGURE)}) AND NOT list_contains({texts(listed)}, {name})"
    )


def _shapes(scene: Scene, column: Column) -> Iterator[Rule]:
    """Identifiers by the column's own name; any text that becomes an area is a postcode."""
    if column.type is not ColumnType.TEXT:
        return
    name = cell(column.id)
    if column.after_coding == "area":
        words = scene.stored.words.get(column.id)
        if words is not None and all(map(is_postcode, words)):
            return
        test = f"NOT {shapes.is_postcode(name)} AND NOT starts_with({shapes.upper(name)}, '{NOWHERE}')"
        yield _with(implied("shape.postcode", column, Severity.WARNING, Effect.EMPTY), test)
    elif scene.dataset.tier == "identity" and column.id == "nhs_number":
        yield _with(
            implied("shape.nhs-number", column, Severity.WARNING, Effect.EMPTY), f"NOT {shapes.is_nhs_number(name)}"
        )
    elif scene.dataset.tier == "identity" and column.id == "upn":
        yield _with(implied("shape.upn", column, Severity.WARNING, Effect.EMPTY), f"NOT {shapes.is_upn(name)}")


def _counts(scene: Scene, column: Column) -> Iterator[Rule]:
    """In counts: a period that can be read, a measure that the pack has."""
    if not scene.aggregate or column.type is not ColumnType.TEXT:
        return
    bad = (Severity.ERROR, Effect.LEAVE_OUT)
    if column.id == "period":
        yield _with(implied("period.unreadable", column, *bad), f"NOT {shapes.is_period(cell('period'))}")
    if column.id == "measure" and scene.pack.indicators:
        known = f"NOT list_contains({texts(scene.pack.indicators)}, {cell('measure')})"
        yield _with(implied("measure.unknown", column, *bad), known)


def _with(rule: Rule, fails: str) -> Rule:
    """The rule with its SQL: an empty cell does not break it."""
    return replace(rule, fails=fails, needs=frozenset({rule.column}))
