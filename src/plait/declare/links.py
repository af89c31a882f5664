"""Every name in a pack must lead somewhere, and every figure must answer a question."""

from collections.abc import Iterator

from plait.declare.datasets import (
    AgreesCheck,
    Check,
    ColumnType,
    Condition,
    DataSet,
    ForbiddenBesideCheck,
    Privacy,
    ReferenceCheck,
)
from plait.declare.disclosure import Disclosure
from plait.declare.indicators import GROUPED, Indicator, Journey, Lists, Reported, Rows
from plait.declare.pack import Pack
from plait.errors import PackError, nearest

AS_PUBLISHED = "as_published"


def check_links(pack: Pack) -> None:
    """Every reference inside the pack leads to an item of it. Raises PackError listing all that do not."""
    combined = (problem for rule in pack.disclosures.values() for problem in _combined_problems(rule, pack))
    problems = [*_dataset_problems(pack), *_indicator_problems(pack), *combined, *_other_problems(pack)]
    if problems:
        raise PackError(
            f"Pack '{pack.cover.id}' names things it does not have:\n" + "\n".join(f"  {p}" for p in problems)
        )


def rows_of(indicator: Indicator) -> tuple[Rows, ...]:
    """The sets of rows an indicator rests on, first the one it counts."""
    measure = indicator.measure
    parts = [getattr(measure, part, None) for part in ("rows", "then", "others", "among")]
    several = measure.lists if isinstance(measure, Lists) else measure.steps if isinstance(measure, Journey) else ()
    return tuple(part for part in (*parts, *(one.rows for one in several)) if isinstance(part, Rows))


def _dataset_problems(pack: Pack) -> Iterator[str]:
    for dataset in pack.datasets.values():
        for column in dataset.columns:
            coded = column.type in (ColumnType.CODE, ColumnType.CODES)
            if coded and column.codes not in pack.codelists:
                yield f"datasets/{dataset.id}: column '{column.id}' has no code list '{column.codes}'."
            if column.privacy is Privacy.IDENTIFIER and column.after_coding == "keep":
                yield f"datasets/{dataset.id}: column '{column.id}' identifies a person, so it cannot be kept as it is."
        for check in dataset.checks:
            yield from _check_problems(pack, dataset, check)


def _check_problems(pack: Pack, dataset: DataSet, check: Check) -> Iterator[str]:
    where = f"datasets/{dataset.id}, check {check.code}"
    single = [getattr(check, part, None) for part in ("column", "earlier", "later", "start", "end")]
    several = [name for part in ("columns", "by") for name in getattr(check, part, ())]
    for name in [n for n in single if n] + several:
        yield from _column_problem(dataset, name, where)
    yield from _condition_problems(pack, dataset, check.when, where)
    for other, mine, theirs, conditions in _others(check):
        for name in mine:
            yield from _column_problem(dataset, name, where)
        if other not in pack.datasets:
            yield f"{where}: no data set '{other}'.{nearest(other, pack.datasets)}"
            continue
        for name in theirs:
            yield from _column_problem(pack.datasets[other], name, where)
        yield from _condition_problems(pack, pack.datasets[other], conditions, where)


def _others(check: Check) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], tuple[Condition, ...]]]:
    """Each other data set a check looks at: its id, the check's own columns and its that are compared, its conditions."""
    match check:
        case ReferenceCheck():
            yield check.to, check.columns, check.to_columns, check.to_when
        case AgreesCheck():
            yield check.other, (check.column,), (check.other_column,), check.other_when
        case ForbiddenBesideCheck():
            yield from ((beside.to, beside.columns, beside.to_columns, beside.when) for beside in check.beside)


def _condition_problems(pack: Pack, dataset: DataSet, conditions: tuple[Condition, ...], where: str) -> Iterator[str]:
    for condition in conditions:
        yield from _column_problem(dataset, condition.column, where)
        yield from _code_problems(pack, dataset, condition, where)


def _indicator_problems(pack: Pack) -> Iterator[str]:
    for indicator in pack.indicators.values():
        where = f"indicators/{indicator.id}"
        for question in indicator.questions:
            if question not in pack.questions:
                yield f"{where}: no question '{question}'.{nearest(question, pack.questions)}"
        for definition in indicator.definitions:
            if definition not in pack.definitions:
                yield f"{where}: no definition '{definition}'.{nearest(definition, pack.definitions)}"
        yield from _rule_problems(pack, indicator, where)
        for rows in rows_of(indicator):
            yield from _rows_problems(pack, rows, where)


def _rule_problems(pack: Pack, indicator: Indicator, where: str) -> Iterator[str]:
    """An indicator's own rule may only be stricter, save for figures that somebody has already protected."""
    if indicator.zone_rule is None:
        return
    if indicator.zone_rule not in pack.disclosures:
        yield f"{where}: no disclosure rule '{indicator.zone_rule}'.{nearest(indicator.zone_rule, pack.disclosures)}"
    elif indicator.zone_rule == AS_PUBLISHED:
        if not isinstance(indicator.measure, Reported):
            yield f"{where}: '{AS_PUBLISHED}' is only for reported figures, which their publisher has protected."
    elif not pack.disclosure(indicator.zone_rule).at_least_as_strict_as(pack.disclosure()):
        yield (
            f"{where}: the disclosure rule '{indicator.zone_rule}' shows more than the rule in force, "
            f"'{pack.disclosure().id}'. Make it at least as strict, or name none."
        )


def _rows_problems(pack: Pack, rows: Rows, where: str) -> Iterator[str]:
    if rows.of not in pack.datasets:
        yield f"{where}: no data set '{rows.of}'.{nearest(rows.of, pack.datasets)}"
        return
    dataset = pack.datasets[rows.of]
    for name in [rows.dated, *([rows.until] if rows.until else [])]:
        yield from _column_problem(dataset, name, where)
    yield from _condition_problems(pack, dataset, rows.where, where)


def _column_problem(dataset: DataSet, name: str, where: str) -> Iterator[str]:
    if name not in dataset.column_ids:
        yield f"{where}: data set '{dataset.id}' has no column '{name}'.{nearest(name, dataset.column_ids)}"


def _code_problems(pack: Pack, dataset: DataSet, condition: Condition, where: str) -> Iterator[str]:
    if condition.column not in dataset.column_ids:
        return
    codes = pack.codelists.get(dataset.column(condition.column).codes or "")
    if codes is None:
        return
    named = (*(condition.is_in or ()), *(condition.not_in or ()), *(condition.has_any or ()))
    known = {code.code for code in codes.codes}
    yield from (
        f"{where}: code list '{codes.id}' has no code '{n}'.{nearest(n, known)}" for n in named if n not in known
    )
    groups = {code.group for code in codes.codes}
    for name in condition.in_group or ():
        if name not in groups:
            yield f"{where}: code list '{codes.id}' has no group '{name}'.{nearest(name, groups)}"
    if condition.in_set and not any(condition.in_set in code.sets for code in codes.codes):
        yield f"{where}: no code of the list '{codes.id}' is tagged '{condition.in_set}'."


def _combined_problems(rule: Disclosure, pack: Pack) -> Iterator[str]:
    """Groups that may be shown as one are groups there are, two or more together, and none in two sets."""
    for by, sets in rule.combine.items():
        where, named = f"disclosure/{rule.id}, {by} to be shown as one", [group for one in sets for group in one]
        listed = pack.codelists.get(GROUPED.get(by, by))
        known = {c.code for one in ([listed] if listed else pack.codelists.values()) for c in one.codes}
        yield from (f"{where}: no group '{n}'.{nearest(n, known)}" for n in named if n not in known)
        if len(named) != len(set(named)) or any(len(one) < 2 for one in sets):
            yield f"{where}: name two groups or more in each set, and none in two of them."


def _other_problems(pack: Pack) -> Iterator[str]:
    for table in pack.published.values():
        for heading, counted in table.measures.items():
            if counted.measure not in pack.indicators:
                yield f"published/{table.id}: '{heading}' counts '{counted.measure}', which is no indicator."
    for terms in pack.agreements.values():
        for name, columns in terms.columns.items():
            if name not in pack.datasets:
                yield f"agreements/{terms.id}: no data set '{name}'.{nearest(name, pack.datasets)}"
                continue
            for covered in columns:
                if covered != "*":
                    yield from _column_problem(pack.datasets[name], covered, f"agreements/{terms.id}")
    for file_map in pack.maps.values():
        if file_map.dataset not in pack.datasets:
            yield f"maps/{file_map.id}: no data set '{file_map.dataset}'.{nearest(file_map.dataset, pack.datasets)}"
        else:
            for column in file_map.columns:
                yield from _column_problem(pack.datasets[file_map.dataset], column.column, f"maps/{file_map.id}")
