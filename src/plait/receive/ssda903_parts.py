"""The files of the looked-after children return, told apart by their columns, and some rows of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

COLUMNS: dict[str, tuple[str, ...]] = {
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    "episodes": (
        "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE",
        "HOME_POST", "PL_POST", "URN",
    ),
    "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
    "oc2": (
        "CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK",
        "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED",
    ),
    "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
    "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "uasc": ("CHILD", "SEX", "DOB", "DUC"),
    "ad1": ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
    "placed_adoption": ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
    "prev_perm": ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"),
    "social_worker": ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
    "dolo": ("CHILD", "DOB", "DOLO_START", "DOLO_END"),
}  # fmt: skip

# The columns Plait reads. Only the lack of one of these is worth telling.
READ: dict[str, tuple[str, ...]] = {
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN"),
    "episodes": ("CHILD", "DECOM", "RNE", "CIN", "PLACE", "DEC", "REC", "HOME_POST"),
    "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
    "oc2": ("CHILD", "DOB"),
    "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACCOM"),
    "reviews": ("CHILD", "DOB", "REVIEW"),
    "uasc": ("CHILD", "SEX", "DOB"),
    "dolo": ("CHILD", "DOB", "DOLO_START", "DOLO_END"),
}
OTHER_NAMES = {"CHILDID": "CHILD", "CHILD_ID": "CHILD", "PL": "PLACE", "PLACEMENT": "PLACE"}

_HELD_BY = Counter(column for columns in COLUMNS.values() for column in columns)
# The columns that no other table has.
OWN = {table: {c for c in columns if _HELD_BY[c] == 1} for table, columns in COLUMNS.items()}
_ENOUGH = 1 / 3  # of the columns that no other table has


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one table: a column of text for each of its columns that the file has, and where they stand."""

    table: str
    cells: dict[str, pa.Array]
    rows: pa.Array
    sheet: str
    paths: Sequence[str] | str = ""

    def get(self, column: str) -> pa.Array:
        """The column, or one that holds nothing where the file has none."""
        found = self.cells.get(column)
        return pa.nulls(len(self.rows), pa.string()) if found is None else found


def name_of(heading: str) -> str:
    """A heading or element name as the return spells it: capitals, underscores for spaces."""
    name = "_".join(heading.replace("_", " ").upper().split())
    return OTHER_NAMES.get(name, name)


def table_of(names: Iterable[str]) -> str | None:
    """The table with the largest share of its own columns among these names; None where no share is large enough."""
    held = set(names)
    shares = {table: len(own & held) / len(own) for table, own in OWN.items()}
    best = max(shares, key=lambda table: shares[table])
    return best if shares[best] >= _ENOUGH else None
