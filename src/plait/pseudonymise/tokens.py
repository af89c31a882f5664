"""Identity to keyed tokens: each is made of two to four fields together, so that no name can be counted back (ADR 0003)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from plait.declare import DataSet
from plait.engine import Engine, identifier
from plait.pseudonymise import normalise
from plait.pseudonymise.key import Key, keyed

# Fields: fn given name, fn_nk what it is short for, fn_dm how it sounds, fn1 and fn3 its first letters; sn, sn_dm, sn3 the
# same of the family name; nm_sorted both names in order of the alphabet; dob date of birth, d_can with day and month in
# ascending order, d_ym, d_md, d_yd, d_y its parts; pc and pc_s postcode and sector; gen sex.
# A key's place is its token_kind, for ever: add at the end.
KEYS: tuple[str, ...] = (
    "fn sn dob", "fn_nk sn_dm dob", "fn sn pc", "fn dob pc", "sn dob pc", "fn_nk dob pc_s", "fn dob", "sn dob", "fn sn",
    "fn_nk sn d_ym", "fn_nk sn d_md", "fn_nk sn d_yd", "fn sn d_can", "nm_sorted dob", "fn3 sn3 dob", "fn1 dob pc_s",
    "fn pc d_ym", "fn_nk dob gen", "fn_dm sn_dm d_y", "fn1 sn_dm d_md pc_s", "dob pc", "sn pc d_y", "fn sn d_y", "fn3 dob",
    "sn3 dob", "fn d_ym pc_s", "fn3 sn3 pc_s", "fn_dm pc", "d_md pc fn1", "d_ym pc fn1", "fn pc_s",
)  # fmt: skip
STRONG: dict[str, int] = {
    "nhs_number d_y": 32,
    "upn d_y": 33,
}  # two numbers that are one child's alone, and their kinds
_DECLARED_FROM = 1000  # kinds of further numbers that a pack's own people columns declare
_IDENTITY = frozenset(("person", "given_name", "family_name", "aliases", "nhs_number", "upn"))
_AT_ONCE = 8  # keys a query: fewer queries for a small return, and a large one's messages never all in memory
_SEPARATOR = "\x1f"  # found in no name, so that two fields never run together
_DAY = {"d_ym": "%Y-%m", "d_md": "%m-%d", "d_yd": "%Y-%d", "d_y": "%Y"}
_STAND_INS = ("1900-01-01", "1901-01-01")  # what systems write for an unknown date of birth
TABLES = ("plait_given", "plait_family", "plait_alias", "plait_place", "plait_number")
MADE = ("plait_name", "plait_who")

_NO_TOKENS = pa.table(
    {"person": pa.array([], pa.int64()), "token_kind": pa.array([], pa.int16()), "token": pa.array([], pa.int64())}
)

Forms = tuple[str | None, ...]


def tokens(engine: Engine, dataset: DataSet, key: Key, sexes: frozenset[str]) -> pa.Table:
    """Columns person, token_kind, token from the view `plait_people`, whose `p` is the person's coded reference.

    `sexes` are the codes that say something. Values are normalised once each; nothing of them stays in the engine.
    """
    numbers = {**STRONG, **declared_numbers(dataset)}
    try:
        _normalised(engine, [name.split()[0] for name in numbers])
        _identities(engine, [name.split()[0] for name in numbers], sexes)
        kinds = [(name, kind) for kind, name in enumerate(KEYS, 1)] + list(numbers.items())
        held = _held(engine)
        wanted = [(name, kind) for name, kind in kinds if held.issuperset(name.split())]
        batches = [wanted[i : i + _AT_ONCE] for i in range(0, len(wanted), _AT_ONCE)]
        found = [table for batch in batches for table in _tokens_of(engine, batch, key)]
    finally:
        for view in TABLES:
            engine.run(f"DROP VIEW IF EXISTS {view}")
        for table in MADE:
            engine.run(f"DROP TABLE IF EXISTS {table}")
    return pa.concat_tables(found) if found else _NO_TOKENS


def declared_numbers(dataset: DataSet) -> dict[str, int]:
    """Further numbers that only one person bears, which the pack's own `people` declares as identifiers to be tokens."""
    return {
        f"{column.id} d_y": _DECLARED_FROM + int.from_bytes(hashlib.sha256(column.id.encode()).digest()[:2]) % 30_000
        for column in dataset.columns
        if column.after_coding == "token" and column.type == "text" and column.id not in _IDENTITY
    }


def _normalised(engine: Engine, numbers: Iterable[str]) -> None:
    """Small tables from each distinct recorded value to its forms."""
    _forms(engine, "plait_given", ("fn", "fn_nk", "fn_dm", "fn1", "fn3"), _names(engine, "given_name", 0), _given)
    _forms(engine, "plait_family", ("sn", "sn_dm", "sn3"), _names(engine, "family_name", 1), _family)
    _forms(engine, "plait_alias", ("given_name", "family_name"), _distinct(engine, "aliases"), _alias)
    _forms(engine, "plait_place", ("pc", "pc_s"), _distinct(engine, "postcode"), _place)
    rows = [
        (column, text, form)
        for column in numbers
        for text in _distinct(engine, column)
        if (form := _NUMBERS.get(column, _any_number)(text))
    ]
    columns = {name: pa.array([r[i] for r in rows], pa.string()) for i, name in enumerate(("field", "raw", "form"))}
    engine.register("plait_number", pa.table(columns))


def _distinct(engine: Engine, column: str) -> list[str]:
    name = identifier(column)
    return [
        row[0] for row in engine.rows(f"SELECT DISTINCT {name} FROM plait_people WHERE {name} IS NOT NULL ORDER BY 1")
    ]


def _names(engine: Engine, column: str, part: int) -> list[str]:
    aliases = {pair[part] for text in _distinct(engine, "aliases") for pair in _alias(text) if pair[part]}
    return sorted({*_distinct(engine, column), *(name for name in aliases if name is not None)})


def _forms(
    engine: Engine, name: str, columns: tuple[str, ...], values: Iterable[str], forms: Callable[[str], Iterable[Forms]]
) -> None:
    rows = [(value, *form) for value in values for form in forms(value)]
    arrays = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(columns) + 1)]
    engine.register(name, pa.table(arrays, names=["raw", *columns]))


def _given(text: str) -> Iterator[Forms]:
    return ((g.name, g.nickname, g.sound, g.first, g.first3) for g in normalise.given_forms(text))


def _family(text: str) -> Iterator[Forms]:
    return ((f.name, f.sound, f.first3) for f in normalise.family_forms(text))


def _alias(text: str) -> list[Forms]:
    names = [normalise.full_name(part) for part in text.split(";") if part.strip()]
    return [(given or None, family or None) for given, family in names]


def _place(text: str) -> list[Forms]:
    code = normalise.postcode(text)
    return [(code, code[:-2])] if code else []


def _any_number(text: str) -> str | None:
    return "".join(text.split()).upper() or None


_NUMBERS: dict[str, Callable[[str], str | None]] = {"nhs_number": normalise.nhs_number, "upn": normalise.upn}


def _identities(engine: Engine, numbers: Iterable[str], sexes: frozenset[str]) -> None:
    """`plait_who`: a row for each person, name, date of birth and home they are known by, with every field of a key."""
    engine.run("""
        CREATE OR REPLACE TEMP TABLE plait_name AS
        WITH recorded AS (
            SELECT p, given_name, family_name FROM plait_people
            UNION SELECT p, a.given_name, coalesce(a.family_name, w.family_name)
            FROM plait_people w JOIN plait_alias a ON w.aliases = a.raw)
        SELECT DISTINCT p, fn, fn_nk, fn_dm, fn1, fn3, sn, sn_dm, sn3,
            CASE WHEN fn < sn THEN fn || ' ' || sn ELSE sn || ' ' || fn END AS nm_sorted
        FROM recorded LEFT JOIN plait_given g ON given_name = g.raw LEFT JOIN plait_family f ON family_name = f.raw""")
    listed = ", ".join(f"{identifier(c)}.form AS {identifier(c)}" for c in numbers)
    joins = " ".join(
        f"LEFT JOIN plait_number {identifier(c)} ON {identifier(c)}.field = '{c}' AND {identifier(c)}.raw = w.{identifier(c)}"
        for c in numbers
    )
    days = ", ".join(f"strftime(born, '{form}') AS {name}" for name, form in _DAY.items())
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE plait_who AS
        WITH person AS (
            SELECT DISTINCT p, {listed}, pc, pc_s, CASE WHEN list_contains($1, sex) THEN sex END AS gen,
                   CASE WHEN NOT list_contains($2, strftime(date_of_birth, '%Y-%m-%d')) THEN date_of_birth END AS born
            FROM plait_people w LEFT JOIN plait_place ON postcode = plait_place.raw {joins})
        SELECT *, strftime(born, '%Y-%m-%d') AS dob, {days}, strftime(born, '%Y-') || CASE
                   WHEN day(born) < month(born) THEN strftime(born, '%d-%m') ELSE strftime(born, '%m-%d') END AS d_can
        FROM person JOIN plait_name USING (p)""",
        [sorted(sexes), list(_STAND_INS)],
    )


def _held(engine: Engine) -> frozenset[str]:
    """The fields that at least one person has: a key with any other field makes no token."""
    counts = engine.table("SELECT count(COLUMNS(* EXCLUDE (p, born))) FROM plait_who")
    return frozenset(name for name, column in zip(_fields(engine), counts.columns, strict=True) if column[0].as_py())


def _fields(engine: Engine) -> list[str]:
    return [
        row[0] for row in engine.rows("SELECT column_name FROM (DESCRIBE SELECT * EXCLUDE (p, born) FROM plait_who)")
    ]


def _tokens_of(engine: Engine, kinds: list[tuple[str, int]], key: Key) -> Iterator[pa.Table]:
    """Each key's tokens: one hash for each distinct message. A person may have a token twice here."""
    joined = (f" || '{_SEPARATOR}' || ".join(identifier(field) for field in name.split()) for name, _ in kinds)
    rows = engine.table(
        f"SELECT p, {', '.join(f'{message} AS m{n}' for n, message in enumerate(joined))} FROM plait_who"
    )
    for n, (name, kind) in enumerate(kinds):
        messages = rows[f"m{n}"].combine_chunks().dictionary_encode()
        held = messages.is_valid()
        codes = keyed(key.derive(name), messages.dictionary.to_pylist())
        token = codes[messages.indices.filter(held).to_numpy()]
        columns: dict[str, Any] = {
            "person": rows["p"].filter(held), "token_kind": np.full(len(token), kind, dtype=np.int16), "token": token,
        }  # fmt: skip
        yield pa.table(columns)
