"""Laws of checking: a finding says nothing of a cell, the order of rows does not matter, and the plain versions agree."""

from __future__ import annotations

import importlib
import re
import tempfile
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.engine import Engine
from plait.errors import UserError
from plait.identifiers import is_nhs_number, is_postcode, is_upn, upn_letter
from plait.validate import shapes, write_findings
from plait.validate.stored import Stored, rows_in
from plait.values import Period
from tests.unit.validate.checking import checked, codes_by_row, column, dataset, pack_of, table_of

FEW = settings(max_examples=20, deadline=None)
ENGINE = Engine()
VALIDATE = importlib.import_module("plait.validate.validate")  # the room's verb has the module's name

GREEK = st.text(alphabet="ΑΒΓΔΩ", min_size=1, max_size=300)  # letters no message of ours uses
DAYS = st.one_of(st.just(""), st.integers(0, 40).map(lambda n: (date(2026, 1, 1) + timedelta(days=n)).isoformat()))

PEOPLE = dataset(
    "people",
    column("person", required=True), column("nhs_number"), column("upn"), column("postcode", after_coding="area"),
    column("sex", "code", codes="sex"), column("needs", "codes", codes="need"), tier="identity",
    checks=[
        {"kind": "pattern", "column": "person", "shape": "reference", "code": "p.shape"},
        {"kind": "unique", "columns": ["person"], "code": "p.twice"},
        {"kind": "forbidden_if", "column": "sex", "when": [{"column": "needs", "not_in": ["11A"]}], "code": "p.sex"},
    ],
)  # fmt: skip
COUNTS = dataset(
    "counts", column("measure"), column("area"), column("period"), column("sex", "code", codes="sex"),
    column("value", "value", required=True), tier="aggregate",
)  # fmt: skip


def said_of(of, row) -> str:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        result = checked(ENGINE, pack_of(of), {of.id: table_of([row, row], of)}, into)
        written = write_findings(result, into, None)
        return " ".join([repr(result.findings), *(path.read_text(encoding="utf-8-sig") for path in written)])


@FEW
@given(
    st.sampled_from((PEOPLE, COUNTS)).flatmap(
        lambda of: st.tuples(st.just(of), st.fixed_dictionaries({c.id: GREEK for c in of.columns}))
    )
)
def test_no_finding_repeats_what_a_cell_said(drawn):
    """A finding may be e-mailed or logged; a child's details may not."""
    of, row = drawn
    said = said_of(of, row)
    assert "finding" in said.lower()
    assert not set(said) & set("ΑΒΓΔΩ")


PLANS = dataset(
    "plans", column("person", required=True), column("start", "date"), column("end", "date"),
    checks=[
        {"kind": "unique", "columns": ["person", "start"], "code": "p.twice"},
        {"kind": "order", "earlier": "start", "later": "end", "code": "p.order"},
        {"kind": "no_overlap", "by": ["person"], "start": "start", "end": "end", "code": "p.overlap", "severity": "warning"},
        {"kind": "required_if", "column": "start", "when": [{"column": "end", "recorded": True}], "code": "p.start"},
        {"kind": "date_range", "column": "end", "latest": "reference_date", "code": "p.future"},
    ],
)  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries({"person": st.sampled_from(["", "A", "B"]), "start": DAYS, "end": DAYS}), max_size=12
)
REFERENCE_DATE = date(2026, 1, 31)


def found(rows) -> tuple:
    with tempfile.TemporaryDirectory() as folder:
        tables = {"plans": table_of(rows, PLANS)}
        result = checked(ENGINE, pack_of(PLANS), tables, Path(folder), reference_date=REFERENCE_DATE)
        kept = ENGINE.rows(
            'SELECT person, start, "end", _row FROM read_parquet(?) ORDER BY _row', [str(result.tables["plans"])]
        )
        return result, kept


@FEW
@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))))
def test_the_order_in_which_rows_arrive_does_not_change_what_is_found(drawn):
    rows, order = drawn
    rows = [{**row, "_row": str(number)} for number, row in enumerate(rows, start=2)]
    straight, kept = found(rows)
    shuffled, kept_shuffled = found([rows[i] for i in order])
    assert shuffled.findings == straight.findings
    assert kept_shuffled == kept


@FEW
@given(ROWS)
def test_sql_finds_what_plain_python_finds(rows):
    result, kept = found(rows)
    expected = plain(rows)
    assert {r: c for r, c in codes_by_row(result, "plans").items() if r} == {r: c for r, c in expected.items() if c}
    lost = {"column.required-empty", "p.twice", "p.order", "p.start"}
    assert [row[-1] for row in kept] == [number for number, codes in expected.items() if not codes & lost]


def plain(rows) -> dict[int, set[str]]:
    """The checks of PLANS, a row and a rule at a time."""
    codes: dict[int, set[str]] = {number: set() for number, _ in enumerate(rows, start=2)}
    keys = set()
    for number, row in enumerate(rows, start=2):
        person, start, end = row["person"], row["start"], row["end"]
        rules = {
            "column.required-empty": not person,
            "p.order": bool(start and end and end < start),
            "p.start": bool(end and not start),
            "p.future": bool(end and end > REFERENCE_DATE.isoformat()),
            "p.twice": bool(person and start and (person, start) in keys),
        }
        keys.add((person, start))
        codes[number] |= {code for code, broken in rules.items() if broken}
    spells = [(r["person"], r["start"], r["end"] or "9999-12-31", n) for n, r in enumerate(rows, start=2)]
    spells = sorted(s for s in spells if s[0] and s[1] and s[1] <= s[2])
    for i, (person, start, _, number) in enumerate(spells):
        if any(other == person and end > start for other, _, end, _ in spells[:i]):
            codes[number].add("p.overlap")
    return codes


SPELLS = dataset(
    "spells", column("person", required=True), column("need", "code", codes="need", required=True),
    column("sex", "code", codes="sex"), column("harms", "codes", codes="need"), column("start", "date", required=True),
    column("end", "date"), column("where", after_coding="area"),
    checks=[
        {"kind": "date_range", "column": "start", "earliest": "2020-03-01", "latest": "reference_date", "code": "s.range"},
        {"kind": "required_if", "column": "end", "code": "s.end", "when": [{"column": "need", "is_in": ["11A", "18A"]}]},
        {"kind": "forbidden_if", "column": "sex", "code": "s.sex", "when": [{"column": "harms", "in_group": ["harm"]}]},
        {"kind": "forbidden_if", "column": "end", "code": "s.unsexed", "severity": "warning",
         "when": [{"column": "need", "not_in": ["U"]}, {"column": "sex", "recorded": False}]},
        {"kind": "order", "earlier": "start", "later": "end", "code": "s.order",
         "when": [{"column": "harms", "has_any": ["18B"]}]},
        {"kind": "unique", "columns": ["person", "need"], "code": "s.twice",
         "when": [{"column": "need", "in_set": "exploitation"}]},
        {"kind": "no_overlap", "by": ["person"], "start": "start", "end": "end", "code": "s.overlap", "severity": "note",
         "when": [{"column": "sex", "is_in": ["F"]}]},
    ],
)  # fmt: skip
# The last day of 18A, the first of 18B, and days to either side; the day of the return is within them.
AROUND_A_CHANGE = st.sampled_from(["2020-02-28", "2020-03-31", "2020-04-01", "2020-06-01"])
WORDS = {"need": ("11A", "18A", "18B", "U", "X", "?", ""), "sex": ("F", "M", "U", "f", "")}


@st.composite
def spells(draw) -> list[dict[str, str]]:
    """Rows that hold only some of the words, as files do: then there is something to be known of the file."""
    some = {name: st.sampled_from(draw(st.lists(st.sampled_from(words), min_size=1))) for name, words in WORDS.items()}
    row = st.fixed_dictionaries(
        {
            "person": st.sampled_from(["A", "B", draw(st.sampled_from(["A", ""]))]), **some,
            "harms": st.lists(some["need"], max_size=2).map(";".join),
            "start": st.one_of(AROUND_A_CHANGE, st.just("")), "end": st.one_of(st.just(""), AROUND_A_CHANGE),
            "where": st.sampled_from(["HR1 1AA", "zz99 3vz", draw(st.sampled_from(["HR1 1AA", "nowhere", ""]))]),
        }
    )  # fmt: skip
    return draw(st.lists(row, max_size=10))


@settings(FEW, max_examples=60)
@given(spells())
def test_what_is_known_of_a_file_as_a_whole_spares_work_and_changes_nothing(rows):
    def looked_at() -> tuple:
        with tempfile.TemporaryDirectory() as folder:
            result = checked(
                ENGINE, pack_of(SPELLS), {"spells": table_of(rows, SPELLS)}, Path(folder), reference_date=day
            )
            columns = ", ".join(f'"{c.id}"' for c in SPELLS.columns)
            kept = ENGINE.rows(
                f"SELECT _row, {columns} FROM read_parquet(?) ORDER BY 1", [str(result.tables["spells"])]
            )
            return result.findings, kept, result.rows

    day = date(2020, 4, 1)
    with patch.object(VALIDATE, "stored", lambda path, _: Stored(rows_in(path))):
        plainly = looked_at()
    assert looked_at() == plainly


SPACES = " \t\n\x0b\x1c\x85\xa0\u2003\u3000"
DIGITS = st.text(alphabet="0123456789", min_size=9, max_size=11)


def nhs_numbers() -> st.SearchStrategy[str]:
    """Ten digits that are, more often than by chance, an NHS number."""

    def complete(nine: str) -> str:
        return next((nine + last for last in "0123456789" if is_nhs_number(nine + last)), nine + "0")

    return st.one_of(DIGITS, st.text(alphabet="0123456789", min_size=9, max_size=9).map(complete))


def upns() -> st.SearchStrategy[str]:
    middles = st.from_regex(r"[0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True)
    return middles.flatmap(
        lambda m: st.sampled_from("ABCDEFGHJKLMNPQRTUVWXYZ" + upn_letter(m) * 20).map(lambda c: c + m)
    )


POSTCODES = st.from_regex(r"[A-Z]{1,2}[0-9]{1,2}[A-Z]? ?[0-9][A-Z]{2}", fullmatch=True)


def spaced(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The texts in either case, with white space or a dash put in somewhere."""
    marks = st.sampled_from(["", "", "-", *SPACES, "  "])
    return st.tuples(texts, st.integers(0, 14), marks, marks, st.booleans()).map(
        lambda d: d[3] + d[0][: d[1]] + d[2] + (d[0].lower() if d[4] else d[0])[d[1] :] + d[3]
    )


ANY_TEXT = st.one_of(
    spaced(nhs_numbers()), spaced(upns()), spaced(POSTCODES), st.text(alphabet="019AZaz -/<5.\t", max_size=16)
)


def sql(expression: str, texts: list[str]) -> list[bool]:
    ENGINE.register("texts", pa.table({"n": range(len(texts)), "x": pa.array(texts, pa.string())}))
    return [bool(row[0]) for row in ENGINE.rows(f"SELECT {expression} FROM texts ORDER BY n")]


@pytest.mark.parametrize(
    ("plainly", "expression"),
    [(is_nhs_number, shapes.is_nhs_number("x")), (is_upn, shapes.is_upn("x")), (is_postcode, shapes.is_postcode("x"))],
)
@FEW
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=40))
def test_sql_knows_an_identifier_when_plain_python_does(plainly, expression, texts):
    assert sql(expression, texts) == [plainly(text) for text in texts]


def reads(text: str) -> bool:
    try:
        Period.parse(text)
    except UserError:
        return False
    return True


YEARS = st.integers(1900, 2100).map(str)
ENDINGS = st.one_of(YEARS, st.integers(0, 99).map("{:02d}".format), st.integers(0, 5).map(str))
PERIODS = st.one_of(
    st.tuples(YEARS, st.sampled_from(["-", "/", "-Q"]), ENDINGS).map("".join),
    YEARS.flatmap(lambda y: st.sampled_from(["", "{:02d}"]).map(lambda form: f"{y}-{form.format((int(y) + 1) % 100)}")),
    st.tuples(st.dates(), st.dates()).map(lambda d: f"{d[0]}/{d[1]}"),
    st.sampled_from(["2024-02-30/2024-03-31", "2024-01-01/2024-13-01", "24-25", "2024-25 ", " 2024", "2024-25-26", "0000"]),
)  # fmt: skip


@FEW
@given(st.lists(PERIODS, min_size=1, max_size=60))
def test_sql_reads_a_period_when_plain_python_does(texts):
    assert sql(shapes.is_period("x"), texts) == [reads(text) for text in texts]


@FEW
@given(st.lists(PERIODS, min_size=1, max_size=60))
def test_sql_knows_the_days_of_a_period(texts):
    texts = [text for text in texts if reads(text)]
    ENGINE.register("texts", pa.table({"n": range(len(texts)), "x": pa.array(texts, pa.string())}))
    first, last = shapes.period_days("x")
    periods = [Period.parse(text) for text in texts]
    assert ENGINE.rows(f"SELECT {first}, {last} FROM texts ORDER BY n") == [(p.start, p.end) for p in periods]


AROUND = st.sampled_from(["", " ", "no. ", "see (", ") ", " | ", "x", "0.", ",", "."])
IDENTIFIERS = st.one_of(
    spaced(nhs_numbers()), upns(), POSTCODES, st.sampled_from(["E06000019", "0.1234567891", "202425", "<5"])
)
CELLS = st.lists(st.tuples(AROUND, IDENTIFIERS, AROUND).map("".join), max_size=3).map("".join)


def plain_scan(text: str) -> set[str]:
    """What may name a person in a cell: candidates by their shape, each put to the plain test."""
    one_spaced = " ".join(text.split())
    start, end = r"(?:^|(?<=[^0-9A-Za-z_.,]))", r"(?![0-9A-Za-z_])"
    numbers = re.finditer(rf"{start}[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{4}}{end}", one_spaced)
    pupils = re.finditer(rf"{start}[A-Z][0-9]{{11}}[0-9A-Z]{end}", one_spaced.upper())
    words = re.finditer(rf"(?={start}([A-Z]{{1,2}}[0-9][0-9A-Z]? ?[0-9][A-Z]{{2}}|GIR ?0AA){end})", one_spaced.upper())
    tests = {
        "identifier.nhs-number": any(is_nhs_number(m[0]) for m in numbers),
        "identifier.upn": any(is_upn(m[0]) for m in pupils),
        "identifier.postcode": any(is_postcode(m[1]) for m in words),
    }
    return {code for code, hit in tests.items() if hit}


@settings(FEW, max_examples=8)
@given(st.lists(CELLS, min_size=20, max_size=40))
def test_the_search_of_counts_finds_what_a_plain_search_finds(cells):
    looked_for = {"identifier.nhs-number", "identifier.upn", "identifier.postcode"}
    with tempfile.TemporaryDirectory() as folder:
        rows = [{"area": cell, "value": "1"} for cell in cells]
        result = checked(ENGINE, pack_of(COUNTS), {"counts": table_of(rows, COUNTS)}, Path(folder))
    by_row = codes_by_row(result, "counts")
    assert [by_row.get(n, set()) & looked_for for n, _ in enumerate(cells, start=2)] == [plain_scan(c) for c in cells]
