"""The facts of a return as it arrived: how full it was, which types occur, and what an agreement in force lets stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plait.decided import Partnership, Supplied, permitted
from plait.declare import ColumnType, Pack
from plait.engine import Engine, identifier, literal
from plait.values import Finding, Place, Severity

Tables = Mapping[str, Path]


def described(
    engine: Engine, pack: Pack, tables: Tables, rows: Mapping[str, tuple[int, int]],
    *, agency: str, period: str, received_on: date, form: str,
) -> tuple[Supplied, ...]:  # fmt: skip
    """What each checked table holds. `rows` is (read, usable) by data set, `form` the file's format.

    Agreement and caveats are not known yet.
    """
    return tuple(
        Supplied(
            agency=agency,
            period=period,
            dataset=name,
            rows=rows[name][0],
            usable=rows[name][1],
            received_on=received_on,
            format=form,
            filled=filled(engine, pack, name, path),
            types=types_in(engine, pack, name, path),
        )
        for name, path in tables.items()
    )


def filled(engine: Engine, pack: Pack, dataset: str, path: Path) -> dict[str, float]:
    """Each declared column's share of rows that hold an answer: not empty, and not a code that means not known."""
    tests = {c.id: _answered(pack, c.codes, c.id, c.type) for c in pack.dataset(dataset).columns}
    shares = ", ".join(f"avg(CASE WHEN {test} THEN 1.0 ELSE 0.0 END)" for test in tests.values())
    (row,) = engine.rows(f"SELECT {shares} FROM read_parquet({literal(str(path))})")
    return {name: round(share, 4) for name, share in zip(tests, row, strict=True) if share is not None}


def _answered(pack: Pack, codes: str | None, column: str, kind: ColumnType) -> str:
    name = identifier(column)
    missing = ", ".join(literal(code) for code in (pack.codelist(codes).missing if codes else ()))
    if kind is ColumnType.CODES:
        rest = f"list_filter({name}, lambda x: x NOT IN ({missing}))" if missing else name
        return f"coalesce(len({rest}), 0) > 0"
    return f"{name} IS NOT NULL" + (f" AND {name} NOT IN ({missing})" if missing else "")


def types_in(engine: Engine, pack: Pack, dataset: str, path: Path) -> tuple[str, ...]:
    """The event or service types, or the measures, that occur: declared words only."""
    column, known = ("measure", set(pack.indicators)) if dataset == "counts" else ("type", _type_codes(pack, dataset))
    if not known:
        return ()
    rows = engine.rows(f"SELECT DISTINCT {identifier(column)} FROM read_parquet({literal(str(path))})")
    return tuple(sorted(str(word) for (word,) in rows if word in known))


def _type_codes(pack: Pack, dataset: str) -> set[str]:
    column = next((c for c in pack.dataset(dataset).columns if c.id == "type" and c.codes), None)
    return {code.code for code in pack.codelist(column.codes).codes} if column and column.codes else set()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one agency may share on a day."""

    pack: Pack
    partnership: Partnership
    agency: str
    on: date

    def agreement(self, dataset: str) -> str:
        """The first agreement in force that covers the data set; '' when none does."""
        return next(iter(self._permitted(dataset)), "")

    def columns(self, dataset: str) -> frozenset[str]:
        """The columns of the data set that some agreement in force lets the agency share."""
        return frozenset().union(*self._permitted(dataset).values())

    def digestible(self) -> dict[str, list[tuple[str, list[str]]]]:
        """Every data set's agreements in force and the columns each covers, as JSON holds them."""
        return {
            name: [(agreement, sorted(columns)) for agreement, columns in sorted(self._permitted(name).items())]
            for name in self.pack.datasets
        }

    def _permitted(self, dataset: str) -> dict[str, frozenset[str]]:
        return permitted(self.pack, self.partnership, agency=self.agency, dataset=dataset, on=self.on)

    def allow(
        self, engine: Engine, tables: Tables, file: str, into: Path
    ) -> tuple[dict[str, Path], tuple[Finding, ...]]:
        """The tables an agreement covers, emptied of columns it does not, and findings for what was left out."""
        allowed: dict[str, Path] = {}
        findings: list[Finding] = []
        for name, path in tables.items():
            may = self.columns(name)
            if not may:
                findings.append(self._none(name, file))
                continue
            outside = [c for c in self.pack.dataset(name).column_ids if c not in may]
            allowed[name] = _emptied(engine, path, outside, into / f"{name}.parquet") if outside else path
            if outside:
                findings.append(self._left_out(name, file, outside))
        return allowed, tuple(findings)

    def refusals(self, sent: Sequence[Supplied], file: str) -> Iterator[Finding]:
        """A coded data set that no agreement covers, or with columns none covers: codes cannot be taken apart here."""
        for one in sent:
            may = self.columns(one.dataset)
            outside = [c for c, share in one.filled.items() if share > 0 and c not in may]
            if not may:
                yield self._none(one.dataset, file)
            elif outside:
                yield self._coded_columns(one.dataset, file, outside)

    def _none(self, dataset: str, file: str) -> Finding:
        return Finding(
            code="agreement.none",
            where=Place(file=file),
            problem=f"No agreement in force lets {self._name} share {self.pack.dataset(dataset).title.lower()}, so none of it "
            "was kept.",
            remedy="Sign or renew an agreement that covers it, then send the file again.",
            severity=Severity.REFUSED,
            dataset=dataset,
        )

    def _left_out(self, dataset: str, file: str, columns: Sequence[str]) -> Finding:
        return Finding(
            code="agreement.columns",
            where=Place(file=file),
            problem=f"The agreement with {self._name} does not cover: {self._titles(dataset, columns)}. They were not kept.",
            remedy="Nothing to do, unless the partnership means to agree to share them.",
            severity=Severity.NOTE,
            dataset=dataset,
        )

    def _coded_columns(self, dataset: str, file: str, columns: Sequence[str]) -> Finding:
        title = self.pack.dataset(dataset).title.lower()
        return Finding(
            code="agreement.sealed-columns",
            where=Place(file=file),
            problem=f"The agreement does not cover all that this file holds of {title} ({self._titles(dataset, columns)}), "
            "and a coded file cannot be cut down here. None of it was kept.",
            remedy="Take those columns out of the file and prepare it again, or agree to share them.",
            severity=Severity.REFUSED,
            dataset=dataset,
        )

    @property
    def _name(self) -> str:
        return self.partnership.agency(self.agency).name

    def _titles(self, dataset: str, columns: Sequence[str]) -> str:
        return ", ".join(self.pack.dataset(dataset).column(c).title for c in columns)


def _emptied(engine: Engine, path: Path, columns: Sequence[str], into: Path) -> Path:
    emptied = ", ".join(f"NULL AS {identifier(c)}" for c in columns)
    engine.write(f"SELECT * REPLACE ({emptied}) FROM read_parquet({literal(str(path))})", into)
    return into
