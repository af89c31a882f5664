"""Checked tables in, coded tables out: what names or finds a person becomes a token, a month or an area, or is dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from plait.declare import Column, ColumnType, DataSet, Pack
from plait.engine import Engine, identifier, literal
from plait.pseudonymise.columns import Select, area_name, coded_columns, coded_types
from plait.pseudonymise.key import Key
from plait.pseudonymise.persons import person_findings, write_persons
from plait.pseudonymise.pieces import pieces
from plait.pseudonymise.tokens import tokens
from plait.values import Finding, Place, Severity

_ROWS, _PIECE = "plait_rows", "plait_piece"  # apart: one name for an Arrow table and for a file would be two views
_VIEWS = (_ROWS, _PIECE, "plait_people", "plait_area", "plait_source", "plait_unlisted", "plait_found")
_SQL = {
    ColumnType.DATE: "DATE", ColumnType.CODES: "VARCHAR[]", ColumnType.INTEGER: "BIGINT", ColumnType.NUMBER: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
}  # fmt: skip
_NO_POSTCODES = pa.table({"postcode": pa.array([], pa.string()), "area": pa.array([], pa.string())})


@dataclass(frozen=True, slots=True)
class Coded:
    """Coded tables by name, and what coding could not do."""

    tables: Mapping[str, Path]
    findings: tuple[Finding, ...] = ()


def pseudonymise(
    engine: Engine, tables: Mapping[str, Path], pack: Pack, *, agency: str, key: Key, postcodes: Path | None, into: Path
) -> Coded:
    """The agency's tables without anything that names a person (docs/explanation/how-it-fits.md).

    The same tables, key and agency give the same bytes. `postcodes` has columns postcode (without its space) and area.
    Nothing of the tables stays in the engine.
    """
    into.mkdir(parents=True, exist_ok=True)
    work = _Work(engine, pack, agency, key, into)
    datasets = {name: pack.dataset(name) for name in tables}
    try:
        engine.register("plait_area", _NO_POSTCODES if postcodes is None else postcodes)
        coded = {
            name: work.table(datasets[name], path) for name, path in tables.items() if datasets[name].tier != "identity"
        }
        findings = [finding for name in coded for finding in work.places(datasets[name], tables[name])]
        if any(dataset.tier != "aggregate" for dataset in datasets.values()):
            identities = [path for name, path in tables.items() if datasets[name].tier == "identity"]
            others = [coded[name] for name in coded if "person" in datasets[name].column_ids]
            people, about = work.people(identities, others)
            coded, findings = people | coded, about + findings
    finally:
        for view in _VIEWS:
            engine.run(f"DROP VIEW IF EXISTS {view}")
    return Coded(coded, tuple(findings))


@dataclass(frozen=True)
class _Work:
    """One agency's return being coded."""

    engine: Engine
    pack: Pack
    agency: str
    key: Key
    into: Path

    @property
    def subkeys(self) -> dict[str, bytes]:
        """One reference has one token in every table of the agency's."""
        return {family: self.key.derive(f"reference|{self.agency}|{family}") for family in ("person", "record")}

    def table(self, dataset: DataSet, path: Path) -> Path:
        """The data set coded: agency first, then the columns that are kept, then the person's own row number."""
        self.engine.register("plait_source", path)
        select = coded_columns(self.engine, dataset, self.pack, key=self.key, source="plait_source")
        select.columns = {"agency": literal(self.agency)} | select.columns | {"_row": "s._row"}
        order = ", ".join(identifier(name) for name in ("_row", *list(select.columns)[1:-1]))
        out = self.into / f"{dataset.id}.parquet"
        schema = pa.schema(list(coded_types(dataset).items()))
        words = [
            name for name, kind in coded_types(dataset).items() if kind != pa.int64()
        ]  # a token seldom comes twice
        with pq.ParquetWriter(out, schema, compression="zstd", use_dictionary=words) as writer:
            for piece in pieces(self.engine, dataset, "plait_source", self.subkeys):
                self.engine.register(_PIECE, piece)
                coded = self.engine.table(f"{select.sql(_PIECE)} ORDER BY {order}")
                writer.write_table(coded.combine_chunks().cast(schema))
        return out

    def places(self, dataset: DataSet, path: Path) -> list[Finding]:
        """A finding for each postcode column that holds postcodes of no known area."""
        self.engine.register("plait_source", path)
        columns = [column for column in dataset.columns if column.after_coding == "area"]
        return [finding for column in columns if (finding := self._unplaced(dataset, column))]

    def _unplaced(self, dataset: DataSet, column: Column) -> Finding | None:
        cell = identifier(column.id)
        ((count, row),) = self.engine.rows(
            f"""SELECT count(*), min(_row) FROM plait_source WHERE {cell} IS NOT NULL
            AND regexp_replace(upper({cell}), '\\s', '', 'g') NOT IN (SELECT postcode FROM plait_area)"""
        )
        if not count:
            return None
        return Finding(
            code=f"{dataset.id}.postcode-without-area",
            where=Place(file=dataset.id, row=row, column=column.id),
            problem=f"The postcode is not in the partnership's postcode file, so {area_name(column)} is empty.",
            remedy="Check the postcode. If it is right, ask the analyst for a newer postcode file.",
            severity=Severity.WARNING,
            count=count,
            dataset=dataset.id,
        )

    def people(self, paths: list[Path], others: list[Path]) -> tuple[dict[str, Path], list[Finding]]:
        """`persons`, `homes` and `tokens`, made even when only other files, coded already, name a person."""
        dataset = next(d for d in self.pack.datasets.values() if d.tier == "identity")
        self.engine.register(_ROWS, paths or self._nobody(dataset))
        select = coded_columns(self.engine, dataset, self.pack, key=self.key, source=_ROWS)
        kept = {column.id: f"s.{identifier(column.id)}" for column in dataset.columns if column.id != "person"}
        coded = {name: select.columns[name] for name in ("sex", "ethnicity", "disability", "area")}
        select.columns = {"p": select.columns["person"]} | kept | coded | {"_row": "s._row"}
        self.engine.register("plait_people", pa.concat_tables(self._people(dataset, select)))
        written = write_persons(self.engine, self.agency, others, self.into) | {"tokens": self._tokens(dataset)}
        return written, person_findings(self.engine, dataset.id)

    def _people(self, dataset: DataSet, select: Select) -> Iterator[pa.Table]:
        for piece in pieces(self.engine, dataset, _ROWS, self.subkeys):
            self.engine.register(_PIECE, piece)
            yield self.engine.table(f"SELECT * FROM ({select.sql(_PIECE)}) WHERE p IS NOT NULL")

    def _tokens(self, dataset: DataSet) -> Path:
        sexes = self.pack.codelist("sex")
        said = frozenset(code.code for code in sexes.codes) - set(sexes.missing)
        self.engine.register("plait_found", tokens(self.engine, dataset, self.key, said))
        out = self.into / "tokens.parquet"
        self.engine.write(
            f"""SELECT DISTINCT {literal(self.agency)} AS agency, person, token_kind, token,
            {literal(self.key.label)} AS key_version FROM plait_found ORDER BY person, token_kind, token""",
            out,
        )
        return out

    def _nobody(self, dataset: DataSet) -> pa.Table:
        columns = ", ".join(f"NULL::{_SQL.get(c.type, 'VARCHAR')} AS {identifier(c.id)}" for c in dataset.columns)
        return self.engine.table(f"SELECT {columns}, NULL::BIGINT AS _row LIMIT 0")
