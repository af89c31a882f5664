"""How identifiers look: enough to check them, and to notice them where they must not be. Pure; keeps nothing."""

import re

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
POSTCODE = r"(GIR ?0AA|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9]([0-9]|[ABEHMNPRV-Y])?|[0-9][A-HJKPS-UW]) ?[0-9][ABD-HJLNP-UW-Z]{2})"


def is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the modulus-11 check of the others (NHS Data Dictionary). Spaces and dashes are allowed."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits) or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return (0 if check == 11 else check) == int(digits[9])


def upn_letter(middle: str) -> str:
    """The check letter for a UPN's twelve other characters; the last may be a letter (a temporary number)."""
    values = [int(c) if c.isdigit() else _UPN_LETTERS.index(c) for c in middle]
    return _UPN_LETTERS[sum(v * (i + 2) for i, v in enumerate(values)) % 23]


def is_upn(text: str) -> bool:
    """A check letter, then eleven digits and a digit or letter (DfE UPN guide)."""
    upn = text.strip().upper()
    if not re.fullmatch(rf"[{_UPN_LETTERS}][0-9]{{11}}[0-9{_UPN_LETTERS}]", upn):
        return False
    return upn_letter(upn[1:]) == upn[0]


def is_postcode(text: str) -> bool:
    """A whole UK postcode, with or without its space, in either case."""
    return re.fullmatch(POSTCODE, " ".join(text.upper().split())) is not None


def tidy_postcode(text: str) -> str:
    """'ab1 2cd' as 'AB12CD'; '' for what is no postcode."""
    return re.sub(r"\s", "", text).upper() if is_postcode(text) else ""
