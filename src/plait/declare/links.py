"""Every name in a pack must lead somewhere, and every figure must answer a question."""

from collections.abc import Iterator

from plait.declare.datasets import ColumnType, Condition, DataSet
from plait.declare.indicators import Indicator, Rows
from plait.declare.pack import Pack
from plait.errors import PackError, nearest


def check_links(pack: Pack) -> None:
    """Every reference inside the pack leads to an item of it. Raises PackError listing all that do not."""
    problems = [*_dataset_problems(pack), *_indicator_problems(pack), *_other_problems(pack)]
    if problems:
        raise PackError(
            f"Pack '{pack.cover.id}' names things it does not have:\n" + "\n".join(f"  {p}" for p in problems)
        )


def rows_of(indicator: Indicator) -> tuple[Rows, ...]:
    """The sets of rows an indicator rests on, first the one it counts."""
    parts = (getattr(indicator.measure, part, None) for part in ("rows", "then", "others"))
    return tuple(part for part in parts if isinstance(part, Rows))


def _dataset_problems(pack: Pack) -> Iterator[str]:
    for dataset in pack.datasets.values():
        for column in dataset.columns:
            coded = column.type in (ColumnType.CODE, ColumnType.CODES)
            if coded and column.codes not in pack.codelists:
                yield f"datasets/{dataset.id}: column '{column.id}' has no code list '{column.codes}'."
        for check in dataset.checks:
            named = [check.model_dump().get(part) for part in ("column", "earlier", "later", "start", "end")]
            for name in [n for n in named if n] + [c.column for c in check.when]:
                yield from _column_problem(dataset, name, f"datasets/{dataset.id}, check {check.code}")


def _indicator_problems(pack: Pack) -> Iterator[str]:
    for indicator in pack.indicators.values():
        where = f"indicators/{indicator.id}"
        for question in indicator.questions:
            if question not in pack.questions:
                yield f"{where}: no question '{question}'.{nearest(question, pack.questions)}"
        for definition in indicator.definitions:
            if definition not in pack.definitions:
                yield f"{where}: no definition '{definition}'.{nearest(definition, pack.definitions)}"
        if indicator.zone_rule and indicator.zone_rule not in pack.disclosures:
            yield f"{where}: no disclosure rule '{indicator.zone_rule}'."
        for rows in rows_of(indicator):
            yield from _rows_problems(pack, rows, where)


def _rows_problems(pack: Pack, rows: Rows, where: str) -> Iterator[str]:
    if rows.of not in pack.datasets:
        yield f"{where}: no data set '{rows.of}'.{nearest(rows.of, pack.datasets)}"
        return
    dataset = pack.datasets[rows.of]
    for name in [rows.dated, *([rows.until] if rows.until else []), *(c.column for c in rows.where)]:
        yield from _column_problem(dataset, name, where)
    for condition in rows.where:
        yield from _code_problems(pack, dataset, condition, where)


def _column_problem(dataset: DataSet, name: str, where: str) -> Iterator[str]:
    if name not in dataset.column_ids:
        yield f"{where}: data set '{dataset.id}' has no column '{name}'.{nearest(name, dataset.column_ids)}"


def _code_problems(pack: Pack, dataset: DataSet, condition: Condition, where: str) -> Iterator[str]:
    if condition.column not in dataset.column_ids:
        return
    codes = pack.codelists.get(dataset.column(condition.column).codes or "")
    if codes is None:
        return
    known = {code.code for code in codes.codes}
    for name in (*(condition.is_in or ()), *(condition.not_in or ()), *(condition.has_any or ())):
        if name not in known:
            yield f"{where}: code list '{codes.id}' has no code '{name}'.{nearest(name, known)}"


def _other_problems(pack: Pack) -> Iterator[str]:
    for table in pack.published.values():
        for heading, counted in table.measures.items():
            if counted.measure not in pack.indicators:
                yield f"published/{table.id}: '{heading}' counts '{counted.measure}', which is no indicator."
    for terms in pack.agreements.values():
        for dataset in terms.columns:
            if dataset not in pack.datasets:
                yield f"agreements/{terms.id}: no data set '{dataset}'.{nearest(dataset, pack.datasets)}"
    for file_map in pack.maps.values():
        if file_map.dataset not in pack.datasets:
            yield f"maps/{file_map.id}: no data set '{file_map.dataset}'.{nearest(file_map.dataset, pack.datasets)}"
        else:
            for column in file_map.columns:
                yield from _column_problem(pack.datasets[file_map.dataset], column.column, f"maps/{file_map.id}")
