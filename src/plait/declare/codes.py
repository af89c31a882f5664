"""Code lists: what a coded column may hold, and in which years."""

from datetime import date

from pydantic import Field

from plait.declare.item import Declared, Item, Text


class Code(Declared):
    """One code. `group` gathers codes for showing; `sets` are tags such as the lists of adversities it belongs to."""

    code: Text
    label: Text
    since: date | None = Field(None, description="First day the code was valid; none means always.")
    until: date | None = Field(None, description="Last day the code was valid; none means still.")
    group: str = ""
    group_label: str = ""
    sets: tuple[str, ...] = ()
    note: str = ""


class CodeList(Item):
    """A list of codes, kept beside its YAML as a CSV with the columns of `Code`."""

    codes: tuple[Code, ...] = Field(min_length=1)
    missing: tuple[str, ...] = Field((), description="Codes that mean the answer was not obtained or not recorded.")
    ordered: bool = Field(False, description="The codes have an order worth keeping when shown.")

    def label(self, code: str) -> str:
        return next((c.label for c in self.codes if c.code == code), code)
