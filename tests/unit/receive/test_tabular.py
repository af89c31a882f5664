"""Delimited text: every dialect a return has come in, and every way it has been broken."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plait.declare import FileMap, Pack
from plait.errors import FileRefused
from plait.receive import Received, delimited, receive
from plait.receive.delimited import TextGrid, read_delimited
from plait.receive.tabular import Notes, _is_tidy, letter, letters
from plait.receive.typed import tidy
from tests.unit.receive.core import CORE

NEEDS = "Your reference,Need,Recorded on,Belongs to"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


@pytest.fixture
def read(tmp_path: Path, pack: Pack):
    def _read(content: str | bytes, **said) -> Received:
        path = tmp_path / "needs.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return receive(path, pack, tmp_path / "into", **said)

    return _read


def rows(received: Received, *columns: str, table: str = "needs") -> list[tuple]:
    shown = pq.read_table(received.tables[table]).to_pylist()
    return [tuple(row[c].isoformat() if hasattr(row[c], "isoformat") else row[c] for c in columns) for row in shown]


def codes(received: Received) -> dict[str, tuple]:
    return {f.code: (f.severity.value, f.where.row, f.count) for f in received.findings}


PLAIN = [("P1", "3A", "2024-04-01", 2), ("P2", "11A", "2024-05-02", 3)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("commas", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n"),
        ("no last line end", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A"),
        ("semicolons", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n".replace(",", ";")),
        ("tabs", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n".replace(",", "\t")),
        ("pipes", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n".replace(",", "|")),
        ("CRLF", f"{NEEDS}\r\nP1,3A,2024-04-01,\r\nP2,11A,2024-05-02,A\r\n"),
        ("CR", f"{NEEDS}\rP1,3A,2024-04-01,\rP2,11A,2024-05-02,A\r"),
        ("CRLF and LF", f"{NEEDS}\r\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\r\n"),
        ("all quoted", f'"{NEEDS}"\n"P1,3A,2024-04-01,"\n"P2,11A,2024-05-02,A"\n'.replace(",", '","')),
        ("UTF-8 with its mark", f"\ufeff{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n"),
        ("trailing blank lines", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n\n\n"),
        ("trailing empty rows", f"{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n,,,\n , ,,\n"),
        ("trailing empty columns", f"{NEEDS},,\nP1,3A,2024-04-01,,,\nP2,11A,2024-05-02,A,,\n"),
        ("ids for headings", "person,need,recorded_on,relates_to\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n"),
        ("shouted headings", f"{NEEDS.upper()}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n"),
        ("spaces round cells", f"{NEEDS}\n P1 ,3A\t, 2024-04-01,\n\u00a0P2,11A ,2024-05-02,A\n"),
        ("Excel's separator line", f"sep=;\n{NEEDS}\nP1,3A,2024-04-01,\nP2,11A,2024-05-02,A\n".replace(",", ";")),
        ("small letters for codes", f"{NEEDS}\nP1,3a,2024-04-01,\nP2,11a,2024-05-02,A\n"),
        ("UK dates", f"{NEEDS}\nP1,3A,01/04/2024,\nP2,11A,2-May-24,A\n"),
        ("dotted dates and times", f"{NEEDS}\nP1,3A,01.04.2024,\nP2,11A,02/05/2024 00:00:00,A\n"),
        ("Excel day numbers", f"{NEEDS}\nP1,3A,45383,\nP2,11A,45414.5,A\n"),
    ],
)
def test_the_same_two_rows_in_every_dialect(read, name, content):
    """A return reads the same however its system writes text. The row is the one a spreadsheet shows."""
    assert rows(read(content), "person", "need", "recorded_on", "_row") == PLAIN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(read, encoding):
    received = read(f"{NEEDS}\nZoë,3A,2024-04-01,\nNia’s,11A,2024-05-02,\n".encode(encoding))
    assert rows(received, "person") == [("Zoë",), ("Nia’s",)]
    assert codes(received) == {}


def test_windows_text_is_read_and_noted(read):
    received = read(f"{NEEDS}\nZoë,3A,2024-04-01,\nNia’s,11A,2024-05-02,\n".encode("cp1252"))
    assert rows(received, "person") == [("Zoë",), ("Nia’s",)]
    assert codes(received) == {"file.encoding": ("note", None, 1)}


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("quoted line ends", f'{NEEDS}\n"P\n1",3A,2024-04-01,\nP2,11A,2024-05-02,\n', [("P\n1", 2), ("P2", 3)]),
        ("blank line between", f"{NEEDS}\nP1,3A,2024-04-01,\n\nP2,11A,2024-05-02,\n", [("P1", 2), ("P2", 4)]),
        ("empty row between", f"{NEEDS}\nP1,3A,2024-04-01,\n,,,\nP2,11A,2024-05-02,\n", [("P1", 2), ("P2", 4)]),
        ("titles above", f"Our return,,,\n\n{NEEDS}\nP1,3A,2024-04-01,\n", [("P1", 4)]),
        ("short titles above", f"Our return\nApril\n{NEEDS}\nP1,3A,2024-04-01,\n", [("P1", 4)]),
        ("title of two lines", f'"Our\nreturn"\n{NEEDS}\nP1,3A,2024-04-01,\n', [("P1", 3)]),
        ("doubled quotes", f'{NEEDS}\n"P ""1""",3A,2024-04-01,\n', [('P "1"', 2)]),
        ("quote within", f'{NEEDS}\nP 6" 1,3A,2024-04-01,\n', [('P 6" 1', 2)]),
        ("quoted comma", f'{NEEDS}\n"P,1",3A,2024-04-01,\n', [("P,1", 2)]),
        ("huge cell", f"{NEEDS}\n{'P' * 150_000},3A,2024-04-01,\n", [("P" * 150_000, 2)]),
    ],
)
def test_rows_are_numbered_as_a_spreadsheet_shows_them(read, name, content, expected):
    assert rows(read(content), "person", "_row") == expected


def test_a_row_with_too_many_cells_is_left_out_and_said_so(read):
    """Its cells may stand under the wrong headings: an address with an unquoted comma moves everything after it."""
    received = read(f"{NEEDS}\nP1,3A,2024-04-01,\nP,2,11A,2024-05-02,A\nP3,3A,2024-04-01,\n")
    assert rows(received, "person", "_row") == [("P1", 2), ("P3", 4)]
    assert codes(received) == {"file.long-row": ("error", 3, 1)}


def test_what_stands_above_the_headings_is_no_row(read):
    """A title wider than the table is not a row with too many cells."""
    received = read(f"a,b,c,d,e,f\n\n{NEEDS}\nP1,3A,2024-04-01,\n")
    assert rows(received, "person", "_row") == [("P1", 4)]
    assert codes(received) == {}


def test_a_row_that_stops_early_is_kept(read):
    received = read(f"{NEEDS}\nP1,3A,2024-04-01\nP2,11A,2024-05-02,A\n")
    assert rows(received, "person", "need", "recorded_on", "_row") == PLAIN
    assert codes(received) == {"file.short-row": ("note", 2, 1)}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("never closed", f'{NEEDS}\nP1,3A,2024-04-01,\nP2,"11A,2024-05-02,\nP3,3A,2024-04-01,\n', "line 3"),
        ("closed too soon", f'{NEEDS}\nP1,3A,2024-04-01,\n"P2"x,11A,2024-05-02,\n', "line 3"),
        ("after a two-line cell", f'{NEEDS}\n"P\n1",3A,2024-04-01,\nP2,"11A,2024-05-02,\n', "line 4"),
        ("NUL", f"{NEEDS}\nP1,3A,2024-04-01,\0\n", "NUL"),
        ("NUL far down", NEEDS + "\nP1,3A,2024-04-01,\n" * 400 + "P2\0,3A,2024-04-01,\n", "NUL"),
        ("empty", "", "empty"),
        ("only spaces", " \n\n ", "empty"),
        ("no encoding", NEEDS.encode() + b"\nP1\x81\x8d,3A,2024-04-01,\n", "encoding"),
        ("same heading twice", "Your reference,Need,Recorded on,need\nP1,3A,2024-04-01,3A\n", "columns B and D"),
        ("a required column missing", "Your reference,Need,Other\nP1,3A,x\n", "plait map"),
        ("a PDF", b"%PDF-1.7\n1 0 obj", "PDF"),
        ("vast cell", f'{NEEDS}\nP1,3A\n"{"x" * 200_000}",3A,2024-04-01,\n', "line 3"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_place(read, tmp_path, name, content, said):
    """Nothing is kept of a refused file, not even the folder made for it."""
    with pytest.raises(FileRefused, match=said):
        read(content)
    assert not (tmp_path / "into").exists()


def test_a_refusal_leaves_the_folder_as_it_was(read, tmp_path):
    first = read(f"{NEEDS}\nP1,3A,2024-04-01,\n")
    before = {p: p.read_bytes() for p in (tmp_path / "into").iterdir()}
    with pytest.raises(FileRefused):
        read(f'{NEEDS}\nP1,3A,2024-04-01,\nP2,"11A,2024-05-02,\n')
    assert {p: p.read_bytes() for p in (tmp_path / "into").iterdir()} == before
    assert list(before) == list(first.tables.values())


def test_headings_only_make_an_empty_table_and_a_finding(read):
    received = read(f"{NEEDS}\n")
    assert received.rows == {"needs": 0}
    assert rows(received, "person") == []
    assert codes(received) == {"file.no-rows": ("warning", 1, 1)}


def test_columns_that_nothing_takes_are_told_once_by_letter(read):
    received = read("Your reference,Need,Worker,Recorded on,Team\nP1,3A,x,2024-04-01,y\n")
    finding = next(f for f in received.findings if f.code == "file.extra-columns")
    assert "columns C and E" in finding.problem
    assert finding.count == 2


def test_cells_under_no_heading_are_told(read):
    received = read(f"{NEEDS},\nP1,3A,2024-04-01,,\nP2,3A,2024-04-01,,x\n")
    assert codes(received) == {"file.no-heading": ("warning", 3, 1)}


def test_cells_like_formulas_stay_text(read):
    received = read(f"{NEEDS}\n=1+1,3A,2024-04-01,\n")
    assert rows(received, "person") == [("=1+1",)]
    assert codes(received) == {"file.formula-text": ("note", None, 1)}


def test_more_than_three_hundred_columns(read):
    """An export of everything is read through a map, and what the map leaves out is one note."""
    columns = [{"column": "person", "heading": "Ref"}, {"column": "need", "heading": "Factor"}]
    columns += [{"column": "recorded_on", "value": "2024-04-01"}]
    wide = FileMap.model_validate({"id": "wide", "dataset": "needs", "columns": columns})
    headings = ",".join(f"Column {i}" for i in range(350))
    received = read(f"{headings},Ref,Factor\n{',' * 350}P1,3A\n", maps=[wide])
    assert rows(received, "person", "need", "recorded_on", "_row") == [("P1", "3A", "2024-04-01", 2)]
    assert codes(received) == {"file.extra-columns": ("note", 1, 350)}


def test_what_cannot_be_read_is_marked_and_left_empty(read):
    received = read(f"{NEEDS}\nP1,3A,31/02/2024,\nP2,not a need,2024-05-02,\n")
    assert rows(received, "need", "recorded_on", "_unread") == [
        ("3A", None, ["recorded_on"]),
        ("not a need", "2024-05-02", []),
    ]


def test_letters():
    assert [letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert letters([0]) == "column A"
    assert letters(range(14)).endswith("K, L and 2 more")


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs", "Cc")), max_size=12)
TIDY = CELL.map(str.strip).filter(lambda cell: not cell.startswith("\ufeff"))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(TIDY, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_written_as_text_reads_back(tmp_path, table, delimiter, end, encoding, quoting):
    """Whatever the cells hold, a table written in a supported dialect comes back cell for cell and row for row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["First heading", "Second heading", "Third heading"])
    writer.writerows(table)
    path = tmp_path / "table.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    grid = read_delimited(path, Notes("table.csv"), scratch)
    assert read_back(grid) == [[cell or None for cell in row] for row in table]


@pytest.mark.parametrize(("count", "batch"), [(3_000, 1_000), pytest.param(260_000, 100_000, marks=pytest.mark.deep)])
def test_the_fast_reader_and_the_careful_one_agree_over_many_batches(tmp_path, monkeypatch, count, batch):
    """The rows come in order, numbered as the careful reader numbers them, wherever a block of the file ends."""
    monkeypatch.setattr(delimited, "_BLOCK", 20 * batch)
    path = tmp_path / "table.csv"
    lines = [f'{i},"a ""quoted"" {i % 7}",{"x;y" if i % 3 else ""}' for i in range(count)]
    path.write_text("\n".join(["First heading,Second heading,Third heading", *lines]))
    (tmp_path / "scratch").mkdir()
    grid = read_delimited(path, Notes("table.csv"), tmp_path / "scratch")
    fast = [pa.table([numbers, *columns], list("nabc")) for numbers, columns in grid.batches(1, 3)]
    careful = [pa.table([numbers, *columns], list("nabc")) for numbers, columns in grid._careful(1, 3)]
    assert grid._dialect.regular
    fast_rows, careful_rows = pa.concat_tables(fast), pa.concat_tables(careful)
    assert fast_rows.num_rows == count
    empty = pc.fill_null(fast_rows["c"], "")
    assert fast_rows.select("nab").equals(careful_rows.select("nab"))
    assert empty.equals(careful_rows["c"])


def read_back(grid: TextGrid) -> list[list[str | None]]:
    found = []
    for _, columns in grid.batches(1, 3):
        found += [[cell or None for cell in row] for row in zip(*(c.to_pylist() for c in columns), strict=True)]
    return found


ENDS = st.sampled_from(["", "", "", " ", "\t", "\x1c", "\x85", "\xa0", "\u3000"])
SPACED = st.one_of(st.none(), st.tuples(ENDS, st.sampled_from(["", "a", "a b", "é", "Ω1"]), ENDS).map("".join))


@given(st.lists(SPACED, max_size=6), st.integers(0, 3))
def test_only_a_column_that_trimming_leaves_alone_is_spared_it(texts, skipped):
    column = pa.array(texts, pa.string()).slice(skipped)
    assert not _is_tidy(column) or tidy(column).equals(column)


@pytest.mark.parametrize("texts", [[], [None], ["a", None, "b c"], ["AB1 1DE", "x;y"]])
def test_plain_columns_are_spared_trimming(texts):
    assert _is_tidy(pa.array(texts, pa.string()))


def test_coded_columns_are_stored_as_a_list_of_words_and_their_places(read):
    """`validate` need not look at every row to know which codes there are."""
    received = read(
        "Event reference,Type,Started on,Forms of harm\nE1,contact,2024-04-01,CSE;CCE\nE2,contact,2024-04-02,\n"
    )
    file = pq.ParquetFile(received.tables["events"]).metadata.row_group(0)
    stored = {column.path_in_schema: column.encodings for column in map(file.column, range(file.num_columns))}
    assert all("RLE_DICTIONARY" in stored[name] for name in ("type", "harms.list.element", "incident_postcode"))
    assert "RLE_DICTIONARY" not in stored["event"]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "good"),
    [
        ('a,b\n"x","y"\n', True),
        ('"a","b"', True),
        ('\ufeff"a",b\n', True),
        ('a,b\n"x ""y""",""\r\n"1\n2",3\n', True),
        ('a,b\n"x"y,z\n', False),
        ('a,b\n5" pipe,z\n', False),
        ('a,b\n"x";y,z\n', False),
        ('a,b\n"x,y\n', False),
        ('a,b\nx,y\n"', False),
    ],
)
def test_a_quote_is_in_place_where_it_opens_or_closes_a_cell_or_stands_for_one(
    tmp_path, monkeypatch, text, good, block
):
    monkeypatch.setattr(delimited, "_BLOCK", block)
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert delimited._quotes_in_place(path, ",") is good
