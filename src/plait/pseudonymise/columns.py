"""One data set's columns as coded SQL: tokens for references, areas for postcodes, months for days, hashes for unlisted codes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from plait.declare import Column, ColumnType, DataSet, Pack, Privacy
from plait.engine import Engine, identifier, literal
from plait.pseudonymise.key import Key, keyed_bytes

# Text that is kept must be an area's code: a few letters then digits, as E06000019, or a local authority's three digits.
# No name fits in it, nor a whole postcode, an NHS number or a UPN.
AREA_CODE = r"[A-Z]{1,3}[0-9]{2,8}|[0-9]{3}"

_TYPES = {
    ColumnType.DATE: pa.date32(), ColumnType.CODES: pa.list_(pa.string()), ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(), ColumnType.BOOLEAN: pa.bool_(),
}  # fmt: skip


@dataclass
class Select:
    """The coded columns of one source table, `s`, and the joins they need."""

    columns: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)

    def sql(self, source: str) -> str:
        listed = ", ".join(f"{expression} AS {identifier(name)}" for name, expression in self.columns.items())
        return f"SELECT {listed} FROM {identifier(source)} s {' '.join(self.joins)}"

    def add(self, name: str, expression: str, join: str = "") -> None:
        self.columns[name] = expression
        if join:
            self.joins.append(join)


def coded_columns(engine: Engine, dataset: DataSet, pack: Pack, *, key: Key, source: str) -> Select:
    """Every declared column that is kept, in declared order, over a piece of the view `source`. Others are not in it.

    Joins the views plait_area and plait_unlisted, which this fills for the data set.
    """
    unlisted = _unlisted(engine, dataset, pack, key=key, source=source)
    engine.register("plait_unlisted", unlisted)
    fields = set(unlisted["field"].to_pylist())
    select = Select()
    tokened = references(dataset)
    for place, column in enumerate(dataset.columns):
        if column.after_coding == "token" and column not in tokened:
            continue
        _add(select, column, alias=f"j{place}", unlisted=column.id in fields)
    return select


def references(dataset: DataSet) -> list[Column]:
    """The columns that become tokens one value at a time. What else identifies a person is coded together (tokens.py)."""
    return [
        c for c in dataset.columns if c.after_coding == "token" and (dataset.tier != "identity" or c.id == "person")
    ]


def token_name(column: Column) -> str:
    """The column of a piece that holds the tokens. A name of its own: text never passes for a token."""
    return f"plait_token_{column.id}"


def reference_family(column: Column) -> str:
    """References of people are one family; those of events, concerns and spells are another, for `relates_to` names any."""
    return "person" if column.id == "person" else "record"


def area_name(column: Column) -> str:
    """'incident_postcode' as 'incident_area'."""
    return column.id.replace("postcode", "area") if "postcode" in column.id else f"{column.id}_area"


def coded_types(dataset: DataSet) -> dict[str, pa.DataType]:
    """The columns the data set has after coding, in order, with their types; the row number is the last."""
    types = {"agency": pa.string()}
    for column in dataset.columns:
        if column.after_coding == "token":
            types[column.id] = pa.int64()
        elif column.after_coding == "area":
            types[area_name(column)] = pa.string()
        elif column.after_coding == "month":
            types[column.id] = pa.date32()
        elif _is_kept(column):
            types[column.id] = _TYPES.get(column.type, pa.string())
    return types | {"_row": pa.int64()}


def listed_codes(column: Column, pack: Pack) -> set[str]:
    """Every code of the column's list, whenever it was valid."""
    codes = pack.codelist(str(column.codes))
    return {code.code for code in codes.codes} | set(codes.missing)


def _is_kept(column: Column) -> bool:
    return column.after_coding == "keep" and column.privacy is not Privacy.IDENTIFIER


def _add(select: Select, column: Column, *, alias: str, unlisted: bool) -> None:
    cell = f"s.{identifier(column.id)}"
    if column.after_coding == "token":
        select.add(column.id, f"s.{identifier(token_name(column))}")
    elif column.after_coding == "area":
        tidy = f"regexp_replace(upper({cell}), '\\s', '', 'g')"
        select.add(
            area_name(column),
            f"CAST({alias}.area AS VARCHAR)",
            f"LEFT JOIN plait_area {alias} ON {alias}.postcode = {tidy}",
        )
    elif column.after_coding == "month":
        select.add(column.id, f"CAST(date_trunc('month', {cell}) AS DATE)")
    elif _is_kept(column):
        _add_kept(select, column, alias=alias, unlisted=unlisted)


def _add_kept(select: Select, column: Column, *, alias: str, unlisted: bool) -> None:
    cell = f"s.{identifier(column.id)}"
    if not unlisted:
        select.add(column.id, cell)
        return
    found = f"(SELECT map(list(raw), list(coded)) AS m FROM plait_unlisted WHERE field = {literal(column.id)}) {alias}"
    coded = f"coalesce({alias}.m[x], x)"
    if column.type is ColumnType.CODES:
        expression = f"list_transform({cell}, lambda x: {coded})"
    else:
        expression = coded.replace("x]", f"{cell}]").replace(", x)", f", {cell})")
    select.add(column.id, expression, f"CROSS JOIN {found}")


def _unlisted(engine: Engine, dataset: DataSet, pack: Pack, *, key: Key, source: str) -> pa.Table:
    """Columns field, raw, coded: each value that its list does not hold, with what stands for it after coding."""
    held = [(c, allowed) for c in dataset.columns if (allowed := _unknown(c, dataset, pack)) is not None]
    parts = [_not_allowed(column, place, source, inside=of[0]) for place, (column, of) in enumerate(held, 1)]
    found = engine.rows(f"{' UNION ALL '.join(parts)} ORDER BY ALL", [of[1] for _, of in held]) if held else []
    codes = [keyed_bytes(key.derive(f"unlisted|{column.codes or column.id}")) for column, _ in held]
    rows = [(held[n - 1][0].id, value, f"unlisted:{codes[n - 1](value).hex()[:8]}") for n, value in found]
    return pa.table(
        {name: pa.array([r[i] for r in rows], pa.string()) for i, name in enumerate(("field", "raw", "coded"))}
    )


def _not_allowed(column: Column, place: int, source: str, *, inside: bool) -> str:
    """SQL for the column's place among those held to something, and each of its values that parameter `place` leaves out."""
    cell = identifier(column.id)
    values = f"unnest({cell})" if column.type is ColumnType.CODES else cell
    test = f"list_contains(${place}, v)" if inside else f"regexp_full_match(v, ${place})"
    return f"SELECT DISTINCT {place} AS n, v FROM (SELECT {values} AS v FROM {identifier(source)}) WHERE NOT {test}"


def _unknown(column: Column, dataset: DataSet, pack: Pack) -> tuple[bool, list[str] | str] | None:
    """What a kept column's values are held to: (True, codes), (False, pattern), or None for days, numbers and counts."""
    if column.codes is not None and column.type in (ColumnType.CODE, ColumnType.CODES):
        return True, sorted(listed_codes(column, pack))
    if column.type is ColumnType.TEXT and dataset.tier != "aggregate" and column.privacy is not Privacy.IDENTIFIER:
        return False, AREA_CODE
    return None
