"""What is left of the people file: one coded row a person, and the months they lived in each area."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plait.engine import Engine, identifier, literal
from plait.values import Finding, Place, Severity

_ONE_ANSWER = {"date_of_birth": "date of birth", "sex": "sex", "ethnicity": "ethnicity"}

# Where an agency's own rows disagree, the row of the newest home wins, then the fullest; an empty cell never wins.
_RANKED = """
    SELECT *, row_number() OVER (PARTITION BY p ORDER BY postcode_to IS NULL DESC, postcode_from DESC NULLS LAST,
        (date_of_birth IS NULL)::INT + (sex IS NULL)::INT + (ethnicity IS NULL)::INT + (postcode IS NULL)::INT,
        _row DESC, date_of_birth, sex, ethnicity, postcode) AS place
    FROM plait_people"""


def write_persons(engine: Engine, agency: str, others: Sequence[Path], into: Path) -> dict[str, Path]:
    """`persons` and `homes` from the view plait_people (coded but for its days) and the other tables, coded.

    Somebody known only from other files has a row of NULLs in `persons` and none in `homes`.
    """
    paths = {name: into / f"{name}.parquet" for name in ("persons", "homes")}
    who = literal(agency)
    named = "".join(f" UNION SELECT person FROM read_parquet({literal(str(path))})" for path in others)
    engine.write(
        f"""WITH ranked AS ({_RANKED}), known AS (
            SELECT p, {_newest("date_trunc('month', date_of_birth)::DATE")} AS birth_month, {_newest("sex")} AS sex,
                {_newest("ethnicity")} AS ethnicity, {_newest("disability", "len(disability) > 0")} AS disability,
                {_newest("date_trunc('month', died_on)::DATE")} AS died_month,
                {_newest("area", "postcode IS NOT NULL")} AS area
            FROM ranked GROUP BY p)
        SELECT {who} AS agency, person, birth_month, sex, ethnicity,
            CASE WHEN p IS NOT NULL THEN coalesce(disability, []) END AS disability, died_month, area
        FROM (SELECT DISTINCT p AS person FROM plait_people{named}) LEFT JOIN known ON person = p
        WHERE person IS NOT NULL ORDER BY person""",
        paths["persons"],
    )
    engine.write(
        f"""SELECT DISTINCT {who} AS agency, p AS person, area, date_trunc('month', postcode_from)::DATE AS from_month,
            date_trunc('month', postcode_to)::DATE AS to_month
        FROM plait_people WHERE postcode IS NOT NULL ORDER BY ALL""",
        paths["homes"],
    )
    return paths


def person_findings(engine: Engine, file: str) -> list[Finding]:
    """Answers that differ between one agency's rows for a person, and homes whose area is not known. Never a cell."""
    found = _conflicts(engine, file)
    nowhere = _nowhere(engine, file)
    return [*found, nowhere] if nowhere else found


def _newest(column: str, test: str | None = None) -> str:
    return f"first({column} ORDER BY place) FILTER (WHERE {test or f'{column} IS NOT NULL'})"


def _conflicts(engine: Engine, file: str) -> list[Finding]:
    """A finding for each answer that should be one and differs between rows of a person."""
    answers = [f"count(DISTINCT {identifier(column)}) AS n{place}" for place, column in enumerate(_ONE_ANSWER)]
    differ = [f"count(*) FILTER (n{n} > 1), min(r) FILTER (n{n} > 1)" for n in range(len(_ONE_ANSWER))]
    (told,) = engine.rows(
        f"SELECT {', '.join(differ)} FROM (SELECT min(_row) AS r, {', '.join(answers)} FROM plait_people GROUP BY p)"
    )
    pairs = zip(_ONE_ANSWER.items(), told[::2], told[1::2], strict=True)
    return [_conflict(column, words, file, count, row) for (column, words), count, row in pairs if count]


def _conflict(column: str, words: str, file: str, count: int, row: int) -> Finding:
    return Finding(
        code=f"people.conflicting-{column.replace('_', '-')}",
        where=Place(file=file, row=row, column=column),
        problem=f"Rows for the same person give different answers for {words}. The row of the newest home was used.",
        remedy="Correct the record, so that all rows for a person agree.",
        severity=Severity.WARNING,
        count=count,
        dataset="people",
    )


def _nowhere(engine: Engine, file: str) -> Finding | None:
    ((count, row),) = engine.rows(
        "SELECT count(DISTINCT p), min(_row) FROM plait_people WHERE postcode IS NOT NULL AND area IS NULL"
    )
    if not count:
        return None
    return Finding(
        code="people.postcode-without-area",
        where=Place(file=file, row=row, column="postcode"),
        problem="The home postcode is not in the partnership's postcode file, so these people count in no area.",
        remedy="Check the postcode. If it is right, ask the analyst for a newer postcode file.",
        severity=Severity.WARNING,
        count=count,
        dataset="people",
    )
