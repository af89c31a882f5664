"""Pairs of records that share any token, with which keys agree and which differ. All of it is SQL over token columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from plait.engine import Engine
from plait.errors import UserError
from plait.link.weights import Bits, Scores, Weights

Tables = Mapping[str, Path]
MADE = ("link_person", "link_token", "link_record", "link_kept", "link_seen", "link_shared", "link_pair", "link_wanted")
VIEWS = (
    "link_persons",
    "link_tokens",
    "link_merged",
    "link_scored",
    "link_edge",
    "link_number",
    "link_found",
    "link_found_pairs",
)


# What each shared token adds: too little to link anybody, enough to tell two brothers both called Mohammed apart by their
# second names, where the same keys agree.
_EACH = 0.001


@dataclass(frozen=True)
class Pairs:
    """One entry a pair of records: `a` before `b`, which keys agree and differ, and its log odds with and without strong."""

    a: Bits
    b: Bits
    agree: Bits
    differ: Bits
    weight: Scores
    blind: Scores

    def __len__(self) -> int:
        return len(self.a)


def load(engine: Engine, coded: Sequence[Tables], weights: Weights) -> int:
    """`link_person` and `link_token`: every person of every return once, numbered by agency and reference. How many.

    Numbering by agency and reference, not by order of returns, is what makes every later step repeatable.
    """
    sent = [tables for tables in coded if "persons" in tables and "tokens" in tables]
    engine.register("link_persons", [t["persons"] for t in sent] if sent else _NO_PERSONS)
    engine.register("link_tokens", [t["tokens"] for t in sent] if sent else _NO_TOKENS)
    _check_one_key(engine)
    engine.run("""
        CREATE OR REPLACE TEMP TABLE link_person AS
        SELECT (row_number() OVER (ORDER BY agency, person) - 1)::INTEGER AS id,
            (dense_rank() OVER (ORDER BY agency) - 1)::SMALLINT AS place,
            agency, person, min(sex) AS sex, min(ethnicity) AS ethnicity
        FROM link_persons GROUP BY agency, person""")
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE link_token AS
        SELECT id, place, ({weights.bit_sql("token_kind")})::TINYINT AS bit, token
        FROM link_tokens JOIN link_person USING (agency, person)
        WHERE token_kind >= 1000 OR list_contains($1, token_kind)""",
        [list(weights.known_kinds)],
    )
    ((people,),) = engine.rows("SELECT count(*) FROM link_person")
    return int(people)


def merge(engine: Engine, record: Bits) -> None:
    """`link_record`: the record each person's row is part of, known by its first row."""
    engine.register(
        "link_merged", pa.table({"id": np.arange(len(record), dtype=np.int32), "record": record.astype(np.int32)})
    )
    engine.run("CREATE OR REPLACE TEMP TABLE link_record AS SELECT * FROM link_merged")


def within_agencies(engine: Engine, weights: Weights, records: int) -> Pairs:
    """Pairs of rows of one agency that share a strong number."""
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE link_wanted AS
        WITH strong AS (SELECT * FROM link_token WHERE (1::BIGINT << bit) & {weights.strong_bits} <> 0)
        SELECT DISTINCT x.id AS a, y.id AS b FROM strong x
        JOIN strong y ON x.bit = y.bit AND x.token = y.token AND x.place = y.place AND x.id < y.id""")
    ((found,),) = engine.rows("SELECT count(*) FROM link_wanted")
    if not found:
        return _NO_PAIRS
    _keep(engine, weights, "SEMI JOIN (SELECT a AS id FROM link_wanted UNION SELECT b FROM link_wanted) USING (id)")
    _agreed(engine, "x.place = y.place", "SEMI JOIN link_wanted USING (a, b)")
    return _scored(engine, weights, records)


def between_agencies(engine: Engine, weights: Weights, records: int) -> Pairs:
    """Pairs of records of two agencies that share any token held by few enough, less those not worth a look."""
    _keep(engine, weights, "")
    _agreed(engine, "x.place <> y.place", "")
    return _scored(engine, weights, records)


def tidy(engine: Engine) -> None:
    """Nothing of linking is left in the engine."""
    for table in MADE:
        engine.run(f"DROP TABLE IF EXISTS {table}")
    for view in VIEWS:
        engine.run(f"DROP VIEW IF EXISTS {view}")


def _check_one_key(engine: Engine) -> None:
    versions = engine.rows("SELECT DISTINCT key_version FROM link_tokens LIMIT 2")
    if len(versions) > 1:
        raise UserError(
            "These returns were coded with different keys or different versions of Plait, so nobody in them can be linked. "
            "Ask every agency to prepare its return again with the key and the version in force."
        )


def _keep(engine: Engine, weights: Weights, only: str) -> None:
    """`link_kept`: each record's tokens less those that too many hold; `link_shared`: those that several do."""
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE link_kept AS
        SELECT {"DISTINCT" if _repeated(engine) else ""} record AS id, place, bit, token
        FROM link_token JOIN link_record USING (id) {only}""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE link_seen AS
        SELECT bit, token, count(*) AS seen FROM link_kept GROUP BY bit, token HAVING seen > 1""")
    ((most,),) = engine.rows("SELECT coalesce(max(seen), 0) FROM link_seen")
    if most > weights.most_seen:
        engine.run(
            "DELETE FROM link_kept USING link_seen s WHERE s.bit = link_kept.bit AND s.token = link_kept.token AND seen > $1",
            [weights.most_seen],
        )
    engine.run("""
        CREATE OR REPLACE TEMP TABLE link_shared AS
        SELECT * FROM link_kept SEMI JOIN link_seen USING (bit, token)""")


def _repeated(engine: Engine) -> bool:
    """Whether a record may hold a token twice: when its agency sent several returns or rows of it were merged."""
    ((repeated,),) = engine.rows(
        "SELECT (SELECT count(*) FROM link_persons) > (SELECT count(DISTINCT record) FROM link_record)"
    )
    return bool(repeated)


def _agreed(engine: Engine, agencies: str, wanted: str) -> None:
    """`link_pair`, by a key index: one self-join of the long table of tokens, then a row a pair with its keys as bits."""
    engine.run(f"""
        CREATE OR REPLACE TEMP TABLE link_pair AS
        WITH held AS (SELECT id, bit_or(1::BIGINT << bit) AS held FROM link_kept GROUP BY id),
        agreed AS (SELECT x.id AS a, y.id AS b, bit_or(1::BIGINT << x.bit) AS agree, count(*) AS shared
            FROM link_shared x
            JOIN link_shared y ON x.bit = y.bit AND x.token = y.token AND x.id < y.id AND {agencies} GROUP BY ALL)
        SELECT a, b, agree, h.held & k.held & ~agree AS differ, shared FROM agreed {wanted}
        JOIN held h ON h.id = a JOIN held k ON k.id = b""")


def _scored(engine: Engine, weights: Weights, records: int) -> Pairs:
    """Each pattern is scored once: a million pairs have a few thousand patterns."""
    patterns = engine.table("SELECT DISTINCT agree, differ FROM link_pair")
    agree, differ = (patterns[name].to_numpy() for name in ("agree", "differ"))
    scores = {
        "agree": agree, "differ": differ, "weight": weights.score(agree, differ, records=records),
        "blind": weights.score(agree, differ, records=records, strong=False),
    }  # fmt: skip
    engine.register("link_scored", pa.table(scores))
    found = engine.table(
        f"""SELECT a::BIGINT AS a, b::BIGINT AS b, agree, differ,
            weight + {_EACH} * shared AS weight, blind + {_EACH} * shared AS blind
        FROM link_pair JOIN link_scored USING (agree, differ)
        WHERE weight >= {weights.review} OR blind >= {weights.review} OR agree & {weights.strong_bits} <> 0
        ORDER BY a, b"""
    )
    columns: dict[str, Any] = {name: found[name].to_numpy() for name in found.column_names}
    return Pairs(**columns)


_NO_PERSONS = pa.table(
    {
        "agency": pa.array([], pa.string()), "person": pa.array([], pa.int64()), "sex": pa.array([], pa.string()),
        "ethnicity": pa.array([], pa.string()),
    }
)  # fmt: skip
_NO_TOKENS = pa.table(
    {
        "agency": pa.array([], pa.string()), "person": pa.array([], pa.int64()), "token_kind": pa.array([], pa.int16()),
        "token": pa.array([], pa.int64()), "key_version": pa.array([], pa.string()),
    }
)  # fmt: skip
_NONE, _NOUGHT = np.array([], dtype=np.int64), np.array([], dtype=np.float64)
_NO_PAIRS = Pairs(_NONE, _NONE, _NONE, _NONE, _NOUGHT, _NOUGHT)
