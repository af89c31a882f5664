"""Everybody in the returns once, numbered by agency and reference, and the tokens each is known by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plait.engine import Engine
from plait.errors import UserError
from plait.link.cluster import UNBORN
from plait.link.weights import DECLARED_FROM, Bits, Flags, Weights

Tables = Mapping[str, Path]
_VIEWS = ("link_persons", "link_tokens", "link_wanted")


@dataclass(frozen=True)
class Records:
    """A row a person of an agency, in order of agency and reference, so that every later step can be repeated."""

    about: pa.Table  # agency (dictionary), person, sex, ethnicity, birth_month
    place: Bits  # each row's agency, as its place in the alphabet

    def __len__(self) -> int:
        return len(self.place)

    @cached_property
    def agencies(self) -> list[str]:
        found: list[str] = self.about["agency"].chunk(0).dictionary.to_pylist() if len(self) else []
        return found

    @cached_property
    def born(self) -> Bits:
        """Months since 1970, or the smallest number where no birth is known."""
        months: pa.Array = self.about["birth_month"].cast(pa.int32())
        days = months.fill_null(np.iinfo(np.int32).min).to_numpy()
        found: Bits = np.where(days == np.iinfo(np.int32).min, UNBORN, np.round(days / 30.4369)).astype(np.int64)
        return found

    @cached_property
    def between(self) -> float:
        """Pairs there are between agencies for each one within an agency."""
        sent = np.bincount(self.place).astype(float) if len(self) else np.zeros(1)
        within = float((sent * (sent - 1)).sum())
        between = len(self) ** 2 - float((sent**2).sum())
        return between / within if within and between else 1.0

    def part(self, rows: Bits) -> Records:
        """Only these rows, which are in order."""
        if len(rows) == len(self):
            return self
        return Records(self.about.take(pa.array(rows)), self.place[rows])

    def joined(self, others: Records) -> tuple[Records, Bits]:
        """These and others, in order, and where each came from: these come first, then the others. No one may be in both."""
        names = sorted(set(self._present()) | set(others._present()))
        place = np.concatenate([_placed(one, names) for one in (self, others)])
        about = pa.concat_tables([one.about.drop(["agency"]) for one in (self, others)]).unify_dictionaries()
        order = np.lexsort((about["person"].to_numpy(), place))
        about = about.take(pa.array(order)).combine_chunks()
        agency = pa.DictionaryArray.from_arrays(pa.array(place[order].astype(np.int32)), pa.array(names, pa.string()))
        return Records(about.add_column(0, "agency", agency), place[order]), order

    def _present(self) -> list[str]:
        return [self.agencies[n] for n in np.unique(self.place)]

    def rows_of(self, others: pa.Table) -> Bits:
        """The row of each (agency, person) of another table, or -1."""
        agencies = {name: n for n, name in enumerate(self.agencies)}
        coded = others["agency"].cast(pa.string()).combine_chunks().dictionary_encode()
        places = np.array([agencies.get(name, -1) for name in coded.dictionary.to_pylist()], dtype=np.int64)
        place = places[coded.indices.to_numpy()] if len(others) else np.array([], dtype=np.int64)
        found = np.full(len(others), -1)
        people, numbers = self.about["person"].to_numpy(), others["person"].to_numpy()
        starts = np.searchsorted(self.place, np.arange(len(agencies) + 1))
        for n in range(len(agencies)):
            mine, theirs = people[starts[n] : starts[n + 1]], np.flatnonzero(place == n)
            if not len(mine):
                continue
            where = np.minimum(np.searchsorted(mine, numbers[theirs]), len(mine) - 1)
            found[theirs] = np.where(mine[where] == numbers[theirs], where + starts[n], -1)
        return found


def _placed(records: Records, names: list[str]) -> Bits:
    """Each record's agency as its place among these names."""
    places = {name: n for n, name in enumerate(names)}
    found = np.array([places.get(name, -1) for name in records.agencies], dtype=np.int64)
    return found[records.place] if len(records) else np.array([], dtype=np.int64)


@dataclass(frozen=True)
class Tokens:
    """One entry a record and token, less tokens of kinds that are not used: the record's row, the kind's bit, the token."""

    row: npt.NDArray[np.int32]
    bit: npt.NDArray[np.int8]
    token: Bits

    def of(self, bit: int) -> tuple[Bits, Bits]:
        """The rows and tokens of one kind."""
        wanted = np.flatnonzero(self.bit == bit)
        return self.row[wanted].astype(np.int64), self.token[wanted]

    def where(self, wanted: Flags) -> Tokens:
        return Tokens(self.row[wanted], self.bit[wanted], self.token[wanted])


@dataclass(frozen=True)
class Sent:
    """The returns as views of the engine."""

    engine: Engine
    weights: Weights
    of: str  # what leaves only the people who are wanted
    version: str | None  # of the key; None where there are no tokens

    def count(self) -> int:
        """How many people are in them."""
        ((found,),) = self.engine.rows(
            f"SELECT count(*) FROM (SELECT DISTINCT agency, person FROM link_persons {self.of})"
        )
        return int(found)

    def records(self) -> Records:
        """Everybody in them; also left as `link_person` for the tokens."""
        self.engine.run(f"""
            CREATE OR REPLACE TEMP TABLE link_person AS
            SELECT (row_number() OVER (ORDER BY agency, person) - 1)::INTEGER AS row,
                (dense_rank() OVER (ORDER BY agency) - 1)::BIGINT AS place,
                agency, person, min(sex) AS sex, min(ethnicity) AS ethnicity, min(birth_month) AS birth_month
            FROM link_persons {self.of} GROUP BY agency, person""")
        found = self.engine.table("SELECT * EXCLUDE row FROM link_person ORDER BY row").combine_chunks()
        about = found.drop(["place"])
        for n, name in enumerate(about.column_names):
            if pa.types.is_string(about.schema.field(name).type):
                about = about.set_column(n, name, about[name].combine_chunks().dictionary_encode())
        return Records(about, found["place"].to_numpy())

    def tokens(self) -> Tokens:
        """The tokens of kinds that are used.

        Reading is one scan and one join; the kinds that are not used never leave the file. In one order, as what is kept of
        them must be the same bytes whoever reads them.
        """
        cases = " ".join(f"WHEN {kind} THEN {bit}" for bit, kind in enumerate(self.weights.kinds[:-1]))
        bit = f"(CASE token_kind {cases} ELSE {len(self.weights.kinds) - 1} END)::TINYINT"
        found = self.engine.table(
            f"""SELECT {"DISTINCT" if self._sent_again() else ""} row, {bit} AS bit, token
            FROM link_tokens JOIN link_person USING (agency, person)
            WHERE token_kind >= {DECLARED_FROM} OR token_kind IN ({", ".join(map(str, self.weights.kinds))})
            ORDER BY ALL"""
        )
        return Tokens(*(found[name].to_numpy() for name in ("row", "bit", "token")))

    def _sent_again(self) -> bool:
        """Whether some person is in several returns, so that a token may come twice."""
        ((again,),) = self.engine.rows(
            f"SELECT (SELECT count(*) FROM link_persons {self.of}) > (SELECT count(*) FROM link_person)"
        )
        return bool(again)


@contextmanager
def opened(engine: Engine, coded: Sequence[Tables], weights: Weights, *, of: pa.Table | None = None) -> Iterator[Sent]:
    """The returns, whose views are gone afterwards, of everybody or only of some (agency, person).

    Raises UserError when they were coded with different keys.
    """
    sent = with_people(coded)
    engine.register("link_persons", [t["persons"] for t in sent] if sent else _NO_PERSONS)
    engine.register("link_tokens", [t["tokens"] for t in sent] if sent else _NO_TOKENS)
    if of is not None:
        engine.register("link_wanted", of)
    try:
        version = _one_key(engine)
        yield Sent(engine, weights, "" if of is None else "SEMI JOIN link_wanted USING (agency, person)", version)
    finally:
        for view in _VIEWS:
            engine.run(f"DROP VIEW IF EXISTS {view}")
        engine.run("DROP TABLE IF EXISTS link_person")


def with_people(coded: Sequence[Tables]) -> list[Tables]:
    """The returns that say anything of who somebody is."""
    return [tables for tables in coded if "persons" in tables and "tokens" in tables]


def _one_key(engine: Engine) -> str | None:
    versions = engine.rows("SELECT DISTINCT key_version FROM link_tokens LIMIT 2")
    if len(versions) > 1:
        raise UserError(
            "These returns were coded with different keys or different versions of Plait, so nobody in them can be linked. "
            "Ask every agency to prepare its return again with the key and the version in force."
        )
    return versions[0][0] if versions else None


_NO_PERSONS = pa.table(
    {
        "agency": pa.array([], pa.string()), "person": pa.array([], pa.int64()), "sex": pa.array([], pa.string()),
        "ethnicity": pa.array([], pa.string()), "birth_month": pa.array([], pa.date32()),
    }
)  # fmt: skip
_NO_TOKENS = pa.table(
    {
        "agency": pa.array([], pa.string()), "person": pa.array([], pa.int64()), "token_kind": pa.array([], pa.int16()),
        "token": pa.array([], pa.int64()), "key_version": pa.array([], pa.string()),
    }
)  # fmt: skip
