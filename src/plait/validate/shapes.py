"""The shapes of identifiers as SQL. Each says of a text just what its plain version in `plait.identifiers` says.

The expressions that `*_in` build look inside longer text; they find what the plain test says of each candidate there.
"""

from __future__ import annotations

from plait.engine import literal
from plait.identifiers import POSTCODE

# What Python's str.split and \s take for white space, for an engine whose \s knows only six characters.
SPACE = r"\t-\r\x1c-\x20\x{85}\pZ"
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = rf"[{_UPN_LETTERS}][0-9]{{11}}[0-9{_UPN_LETTERS}]"

# A candidate starts where no letter, digit or decimal mark comes before it: no figure's decimals are an NHS number.
_START = r"(?:^|[^0-9A-Za-z_.,])"
NHS_CANDIDATE = rf"{_START}([0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{4}})\b"
UPN_CANDIDATE = rf"{_START}({_UPN})\b"
POSTCODE_CANDIDATE = rf"{_START}{POSTCODE}\b"
EMAIL = r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)[0-9]{2}"
_NAMED = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[A-Za-z]*"
DATE = (
    r"(?:^|[^0-9A-Za-z_])(?:"
    rf"{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}|{_DAY}/{_MONTH}/[0-9]{{2}}|{_YEAR}[/.-]{_MONTH}[/.-]{_DAY}"
    rf"|{_DAY}(?:st|nd|rd|th)?[ -]+{_NAMED}[ ,-]+{_YEAR}"
    r")(?:[^0-9]|$)"
)


def upper(text: str) -> str:
    return f"upper({text})"


def trimmed(text: str) -> str:
    return rf"regexp_replace({text}, '^[{SPACE}]+|[{SPACE}]+$', '', 'g')"


def one_spaced(text: str) -> str:
    """Trimmed, with any white space inside it as one space."""
    return rf"regexp_replace({trimmed(text)}, '[{SPACE}]+', ' ', 'g')"


def is_nhs_number(text: str) -> str:
    return _where_given(text, _nhs_of_digits(rf"regexp_replace({text}, '[{SPACE}-]', '', 'g')"))


def _nhs_of_digits(digits: str) -> str:
    total = " + ".join(f"(ascii(d[{i}]) - 48) * {11 - i}" for i in range(1, 10))
    return _let(
        digits,
        f"CASE WHEN NOT regexp_full_match(d, '[0-9]{{10}}') OR d = repeat(d[1], 10) THEN false "
        f"ELSE (11 - ({total}) % 11) % 11 = ascii(d[10]) - 48 END",
    )


def is_upn(text: str) -> str:
    return _where_given(text, _upn_of(upper(trimmed(text))))


def _upn_of(tidy: str) -> str:
    values = (
        f"(CASE WHEN d[{i}] BETWEEN '0' AND '9' THEN ascii(d[{i}]) - 48 ELSE strpos('{_UPN_LETTERS}', d[{i}]) - 1 END)"
        for i in range(2, 14)
    )
    total = " + ".join(f"{value} * {i}" for i, value in enumerate(values, start=2))
    return _let(
        tidy,
        f"CASE WHEN NOT regexp_full_match(d, {literal(_UPN)}) THEN false "
        f"ELSE '{_UPN_LETTERS}'[({total}) % 23 + 1] = d[1] END",
    )


def is_postcode(text: str) -> str:
    """Most postcodes are written as they should be, so tidying, which takes longer, comes only after a plain look."""
    plain, tidied = (f"regexp_full_match({form}, {literal(POSTCODE)})" for form in (text, upper(one_spaced(text))))
    return f"CASE WHEN {plain} THEN true ELSE {tidied} END"


def has_nhs_number(text: str) -> str:
    """True where a text holds an NHS number, alone or among words."""
    found = f"regexp_extract_all({one_spaced(text)}, {literal(NHS_CANDIDATE)}, 1)"
    return _any(found, is_nhs_number("d"))


def has_upn(text: str) -> str:
    found = f"regexp_extract_all({upper(one_spaced(text))}, {literal(UPN_CANDIDATE)}, 1)"
    return _any(found, is_upn("d"))


def has_postcode(text: str) -> str:
    return f"regexp_matches({upper(one_spaced(text))}, {literal(POSTCODE_CANDIDATE)})"


def has_email(text: str) -> str:
    return f"regexp_matches({text}, {literal(EMAIL)})"


def has_date(text: str) -> str:
    return f"regexp_matches({one_spaced(text)}, {literal(DATE)})"


def is_period(text: str) -> str:
    """True where `Period.parse` reads the text: a year, a quarter, a month, a financial year or two dates in order."""
    day = r"\d{4}-\d{2}-\d{2}"
    years = r"(\d{4})[-/](?:\d{2})?(\d{2})"
    return _let(
        trimmed(text),
        r"CASE WHEN regexp_full_match(d, '\d{4}|\d{4}-Q[1-4]|\d{4}-(0[1-9]|1[0-2])') THEN d[1:4] <> '0000' "
        rf"WHEN regexp_full_match(d, '{years}') THEN d[1:4] <> '0000' "
        r"AND (CAST(d[1:4] AS INTEGER) + 1) % 100 = CAST(d[-2:] AS INTEGER) "
        rf"WHEN regexp_full_match(d, '{day}/{day}') THEN coalesce(try_cast(d[1:10] AS DATE) <= try_cast(d[12:] AS DATE), false) "
        "ELSE false END",
    )


def period_days(text: str) -> tuple[str, str]:
    """SQL for the first and last day of a period that `is_period` reads; NULL for anything else."""
    month = r"\d{4}-(0[1-9]|1[0-2])"
    starts = (
        rf"CASE WHEN regexp_full_match(d, '{month}') THEN d || '-01' WHEN length(d) = 21 THEN d[1:10] "
        r"WHEN regexp_full_match(d, '\d{4}-Q[1-4]') THEN d[1:5] || (['01', '04', '07', '10'])[CAST(d[7] AS INTEGER)] || '-01' "
        "WHEN length(d) = 4 THEN d || '-01-01' ELSE d[1:4] || '-04-01' END"
    )
    months = rf"CASE WHEN regexp_full_match(d, '{month}') THEN 1 WHEN d[6] = 'Q' THEN 3 ELSE 12 END"
    first = f"try_cast({starts} AS DATE)"
    last = (
        f"CASE WHEN length(d) = 21 THEN try_cast(d[12:] AS DATE) "
        f"ELSE CAST({first} + to_months({months}) - INTERVAL 1 DAY AS DATE) END"
    )
    return _let(trimmed(text), first), _let(trimmed(text), last)


def _let(value: str, body: str) -> str:
    """SQL for `body`, in which `d` is the value, worked out once."""
    return f"list_transform([{value}], lambda d: {body})[1]"


def _where_given(text: str, test: str) -> str:
    """The test, spared for empty cells: most people have no number of one kind or another."""
    return f"CASE WHEN {text} IS NOT NULL THEN {test} END"


def _any(values: str, test: str) -> str:
    return f"list_bool_or(list_transform({values}, lambda d: {test}))"
