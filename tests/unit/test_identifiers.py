"""How an NHS number, a UPN and a postcode look, by published examples and by laws."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plait.identifiers import is_nhs_number, is_postcode, is_upn, tidy_postcode, upn_letter


@pytest.mark.parametrize("text", ["9434765919", "943 476 5919", "943-476-5919", " 9434765919 ", "9990330409"])
def test_nhs_numbers(text: str) -> None:
    """The first is the NHS Data Dictionary's own example; those from 999 are never issued."""
    assert is_nhs_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9434765918",
        "943476591",
        "94347659190",
        "0000000000",
        "4444444444",
        "943476591X",
        "٩٤٣٤٧٦٥٩١٩",
        "1000000010",
    ],
)
def test_what_is_no_nhs_number(text: str) -> None:
    assert not is_nhs_number(text)


@st.composite
def nhs_numbers(draw: st.DrawFn) -> str:
    """Nine digits and the check digit they need, worked out apart from the code under test."""
    digits = draw(st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(lambda d: len(set(d)) > 1))
    rest = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    assume(rest != 1)  # its check digit would be ten: such a number is never issued
    return "".join(map(str, [*digits, (11 - rest) % 11]))


@given(nhs_numbers(), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, change: int) -> None:
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert is_nhs_number(number)
    assert not is_nhs_number(wrong)


@given(st.from_regex(r"[0-9]{11}[0-9ABCDEFGHJKLMNPQRTUVWXYZ]", fullmatch=True).filter(str.isascii))
def test_a_upn_with_its_check_letter_and_no_other(middle: str) -> None:
    letter = upn_letter(middle)
    assert is_upn(letter + middle)
    assert is_upn(f" {(letter + middle).lower()} ")
    assert [x for x in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_upn(x + middle)] == [letter]


@pytest.mark.parametrize(
    "text", ["", "R990200015281X", "I990200015281", "R99020001528", "1990200015281", "R99020001528I"]
)
def test_what_is_no_upn(text: str) -> None:
    assert not is_upn(text)


@pytest.mark.parametrize(
    "text",
    ["SW1A 1AA", "sw1a1aa", " M1  1AE ", "B33 8TH", "CR2 6XH", "DN55 1PT", "EC1A 1BB", "W1A 0AX", "GIR 0AA", "L1 8JQ"],
)
def test_postcodes(text: str) -> None:
    assert is_postcode(text)
    assert tidy_postcode(text) == "".join(text.upper().split())


@pytest.mark.parametrize(
    "text", ["", "SW1A", "SW1A 1A", "SW1A 1AAA", "QW1 1AA", "E08000032", "AB1 2CI", "1AA SW1A", "M1 1AE x"]
)
def test_what_is_no_postcode(text: str) -> None:
    assert not is_postcode(text)
    assert tidy_postcode(text) == ""
