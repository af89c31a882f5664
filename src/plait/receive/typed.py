"""Columns of text as columns of a declared type. What cannot be read becomes NULL and is marked.

Each distinct text is read once: a column of 100,000 dates holds a few thousand different ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from plait.declare import ColumnType

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.CODE: pa.string(),
    ColumnType.VALUE: pa.string(),
    ColumnType.CODES: pa.list_(pa.string()),
    ColumnType.DATE: pa.date32(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
}

WORDS = pa.dictionary(pa.int32(), pa.string())  # text of which much is the same, held once and by number

_MONTHS = {
    name: i
    for i, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_MONTH_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]([A-Z]{{3,9}})[-/. ,]+(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE
)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{1,5}(?:\.\d+)?")
_EXCEL_DAY_NOUGHT = date(1899, 12, 30)
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)

Reader = Callable[[str], Any]


def tidy(texts: pa.Array) -> pa.Array:
    """The texts trimmed, with the empty ones NULL."""
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)


def convert(texts: pa.Array, read: Reader, arrow_type: pa.DataType) -> tuple[pa.Array, pa.Array]:
    """The texts read, and for each whether it held something that could not be (`read` raised ValueError for it)."""
    encoded = texts.dictionary_encode()
    values = [_read_or_none(read, text) for text in encoded.dictionary.to_pylist()]
    return pa.array(values, arrow_type).take(encoded.indices), spread([value is None for value in values], encoded)


def spread(marks: list[bool], encoded: pa.DictionaryArray) -> pa.Array:
    """For each cell whether its distinct text is marked."""
    if not any(marks):
        return pa.repeat(pa.scalar(False), len(encoded))
    return pc.fill_null(pa.array(marks, pa.bool_()).take(encoded.indices), False)


def looked_up(texts: pa.Array, read: Callable[[str | None], str | None]) -> pa.Array:
    """What `read` makes of each text, asked once for each distinct one. A NULL stays NULL."""
    encoded = texts.dictionary_encode()
    values = [read(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(encoded.indices)


def _read_or_none(read: Reader, text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


def reader_for(kind: ColumnType, *, dates: str = "", parted_by: str = ";") -> Reader:
    """What reads one tidied text as this type. `dates` is '' (ISO or UK), 'dmy', 'mdy', 'ymd' or 'excel'."""
    if kind is ColumnType.DATE:
        return lambda text: read_date(text, dates)
    if kind is ColumnType.CODES:
        return lambda text: read_set(text, parted_by)
    return _READERS.get(kind, str)


def read_date(text: str, form: str = "") -> date:
    """The day a text names; a time of day after it is left off. Raises ValueError when it names none.

    Without a form: ISO, or a UK date with the day first, or its month as a word. A two-figure year is taken to be
    2000 to 2049 or 1950 to 1999. Excel day numbers are read only when `form` is 'excel'.
    """
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        return _sensible(date.fromisoformat(text))
    if form == "excel" and _SERIAL.fullmatch(text):
        return _sensible(_EXCEL_DAY_NOUGHT + timedelta(days=int(float(text))))
    if found := _YEAR_FIRST.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text):
        year, month, day = found.groups()
    elif found := _YEAR_LAST.fullmatch(text):
        day, month, year = found.groups()
        if form == "mdy":
            day, month = month, day
    elif found := _MONTH_NAMED.fullmatch(text):
        day, named, year = found.groups()
        month = str(_MONTHS.get(named[:3].lower(), 0))
    else:
        raise ValueError("not a date")
    return _sensible(date(_whole_year(year), int(month), int(day)))


def _whole_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 50 else 1900)


def _sensible(day: date) -> date:
    if not _EARLIEST <= day <= _LATEST:
        raise ValueError("not a date anybody living could have")
    return day


def read_integer(text: str) -> int:
    """A whole number; thousands may be parted by commas, and '3.0' is 3. Raises ValueError for anything else."""
    if not re.fullmatch(r"[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.0+)?", text):
        raise ValueError("not a whole number")
    return int(text.replace(",", "").partition(".")[0])


def read_number(text: str) -> float:
    """A number; thousands may be parted by commas. Raises ValueError for anything else, 'nan' and 'inf' included."""
    if not re.fullmatch(r"[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})?(\.\d+)?(E[+-]?\d{1,2})?", text, re.IGNORECASE):
        raise ValueError("not a number")
    return float(text.replace(",", ""))


def read_boolean(text: str) -> bool:
    """Yes or no, in the ways returns write it. Raises ValueError for anything else."""
    word = text.lower()
    if word in ("1", "true", "t", "yes", "y", "1.0"):
        return True
    if word in ("0", "false", "f", "no", "n", "0.0"):
        return False
    raise ValueError("not yes or no")


def read_set(text: str, parted_by: str = ";") -> list[str]:
    """The words of a set, each once, in the order first met."""
    return list(dict.fromkeys(word for part in text.split(parted_by) if (word := part.strip())))


_READERS: dict[ColumnType, Reader] = {
    ColumnType.INTEGER: read_integer,
    ColumnType.NUMBER: read_number,
    ColumnType.BOOLEAN: read_boolean,
}


def as_declared(
    cells: pa.Array | Sequence[Any], kind: ColumnType, *, tidied: bool = False
) -> tuple[pa.Array, pa.Array | None]:
    """A column as its declared type, and which of its cells could not be read (None where all could).

    Cells that already have the type, and tidied codes by number, are left as they are; text is tidied, unless it has been,
    and read.
    """
    wanted = ARROW_TYPES[kind]
    array = cells if isinstance(cells, pa.Array) else _as_array(cells, wanted)
    if array.type == wanted and wanted != pa.string():
        return (pc.fill_null(array, pa.scalar([], wanted)) if kind is ColumnType.CODES else array), None
    if array.type == WORDS and tidied and kind is ColumnType.CODE:
        return array, None
    if pa.types.is_null(array.type):
        return nothing(kind, len(array)), None
    texts = array if tidied and array.type == pa.string() else tidy(array.cast(pa.string()))
    if wanted == pa.string():
        return texts, None
    values, bad = convert(texts, reader_for(kind), wanted)
    return (pc.fill_null(values, pa.scalar([], wanted)) if kind is ColumnType.CODES else values), bad


def _as_array(cells: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    first = next((cell for cell in cells if cell is not None), None)
    return pa.array(cells, pa.string() if isinstance(first, str) else wanted)


def nothing(kind: ColumnType, length: int) -> pa.Array:
    """A column of this type that holds no answers."""
    if kind is ColumnType.CODES:
        return no_lists(length)
    return pa.nulls(length, ARROW_TYPES[kind])


def no_lists(length: int) -> pa.Array:
    """That many empty lists of text."""
    return pa.ListArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), length + 1), pa.array([], pa.string()))
