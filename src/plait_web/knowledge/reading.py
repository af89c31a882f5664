"""Lines of the data map from a file, looked through before anything is saved, and the map written as a file.

The template's headings are said here once: what is written out can be read in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from plait import decided, mapped
from plait.areas import Areas
from plait.declare import Pack
from plait_web.accounts.models import User
from plait_web.knowledge import access, policies
from plait_web.knowledge.models import Asset, MapFile
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.partnership.policies import why_not
from plait_web.ui.sheets import Problem

# Field of a line to the heading of its column. The number lets a line that was exported be recognised again.
HEADINGS: dict[str, str] = {
    "number": "Line number",
    "agency": "Agency",
    "item": "What it is called",
    "meaning": "What it means",
    "dataset": "Data set",
    "columns": "Items of the data set",
    "types": "Types",
    "capture": "How it is recorded",
    "extractable": "Can be got out",
    "system": "System",
    "recorded_by": "Who records it and when",
    "grain": "One record is",
    "coverage": "Who is in it and who is not",
    "frequency": "How often",
    "footprint": "Areas",
    "since": "Since",
    "quality": "How good",
    "contact": "Post or team to ask",
    "succession": "Who could bring it out",
    "purposes": "Useful for",
    "note": "Note",
}
# The guess for a catalogue: what its heading is called to the field it becomes.
_GUESSES: dict[str, tuple[str, ...]] = {
    "item": ("title", "name", "dataset", "item"),
    "meaning": ("description", "notes", "meaning", "summary", "abstract"),
    "system": ("system", "source", "isPartOf"),
    "contact": ("contactpoint", "contact", "maintainer", "owner"),
    "frequency": ("accrualperiodicity", "frequency", "update frequency"),
    "coverage": ("coverage", "spatial", "population"),
    "since": ("issued", "start", "created", "since"),
    "note": ("keyword", "tags", "theme"),
    "agency": ("publisher", "agency", "organisation", "organization"),
}
WORDS: dict[str, dict[str, str]] = {
    "capture": mapped.CAPTURES,
    "grain": mapped.GRAINS,
    "frequency": mapped.FREQUENCIES,
    "quality": mapped.QUALITIES,
    "succession": mapped.SUCCESSION,
    "purposes": mapped.PURPOSES,
}
_SOME = ("columns", "types", "footprint", "purposes")
_LONGEST = {"item": 200, "system": 120, "contact": 120}
_FREQUENCIES = {"continuous": "live", "daily": "live", "weekly": "live", "month": "monthly", "quarter": "quarterly",
                "annual": "yearly", "irreg": "seldom"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One good line of a file: whose, its fields, and the line of the map it changes, if any."""

    row: int
    agency: Agency
    said: dict[str, Any]
    asset: Asset | None = None

    @property
    def same(self) -> bool:
        return self.asset is not None and all(getattr(self.asset, p) == _stored(v) for p, v in self.said.items())


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it would be saved: lines new, changed and as they were, and the problems of the others."""

    new: tuple[Line, ...]
    changed: tuple[Line, ...]
    same: tuple[Line, ...]
    problems: tuple[Problem, ...]

    @property
    def changing(self) -> tuple[Line, ...]:
        return (*self.new, *self.changed)


def guessed(headings: Sequence[str]) -> dict[str, str]:
    """Field of a line to the heading of a catalogue that looks like it, each heading once."""
    left = {heading.casefold().replace("_", " "): heading for heading in headings}
    found: dict[str, str] = {}
    for name, words in _GUESSES.items():
        heading = next((left.pop(word) for word in map(str.casefold, words) if word in left), None)
        if heading is not None:
            found[name] = heading
    return found


def looked_through(file: MapFile, by: User) -> Looked:
    """What saving the file would do, line by line; nothing is saved."""
    own = {a.pk: a for a in access.assets_for(by)}
    reader = _Reader(
        pack=partnership.pack(), agencies=access.agencies_kept_by(by), of=file.agency, known=own, areas=partnership.areas()
    )  # fmt: skip
    fields = _columns(file)
    for number, cells in file.rows:
        reader.read(number, {name: cells[place].strip() for name, place in fields.items() if place < len(cells)})
    changed = [line for line in reader.good if line.asset is not None]
    return Looked(
        new=tuple(line for line in reader.good if line.asset is None),
        changed=tuple(line for line in changed if not line.same),
        same=tuple(line for line in changed if line.same),
        problems=tuple(reader.problems),
    )


def _columns(file: MapFile) -> dict[str, int]:
    """Field to its place among the file's headings."""
    places = {heading.casefold(): place for place, heading in reversed(list(enumerate(file.headings)))}
    if file.kind == "catalogue":
        return {
            name: places[heading.casefold()] for name, heading in file.fields.items() if heading.casefold() in places
        }
    wanted = {name: (heading.casefold(), name) for name, heading in HEADINGS.items()}
    return {name: places[word] for name, words in wanted.items() for word in words if word in places}


@dataclass
class _Reader:
    """Reads lines one after another. `of` is whose they are when the file does not say."""

    pack: Pack
    agencies: Sequence[Agency]
    of: Agency | None
    known: Mapping[int, Asset]
    areas: Areas
    good: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, dict[str, str]] = field(init=False)  # what a thing may be called to its id

    def __post_init__(self) -> None:
        pairs = {name: _titled(self.pack, name) for name in ("dataset", "columns", "types")}
        pairs["footprint"] = [(area.code, area.name) for area in self.areas.all]
        self.names = {
            name: {word.casefold(): ident for ident, title in reversed(found) for word in (title, ident)}
            for name, found in pairs.items()
        }

    def read(self, row: int, cells: Mapping[str, str]) -> None:
        before = len(self.problems)
        agency = self._agency(row, cells)
        said = self._fields(row, cells)
        asset = self._asset(row, cells, agency)
        if len(self.problems) == before and agency is not None and self._whole(row, agency, said):
            self.good.append(Line(row, agency, said, asset))

    def _trouble(self, row: int, name: str, problem: str, remedy: str) -> None:
        self.problems.append(Problem(row, HEADINGS.get(name, ""), problem, remedy))

    def _agency(self, row: int, cells: Mapping[str, str]) -> Agency | None:
        given = cells.get("agency", "").casefold()
        if self.of is not None and (not given or "number" not in cells):
            return self.of  # a catalogue's publisher is a word of its own
        found = next((a for a in self.agencies if given in (a.code.casefold(), a.name.casefold())), None)
        if found is None:
            self._trouble(
                row, "agency", "No agency whose lines you keep is called this.", "Use its name as Plait shows it."
            )
        return found

    def _asset(self, row: int, cells: Mapping[str, str], agency: Agency | None) -> Asset | None:
        """The line that is changed. A number of a line that is not there, or is another agency's, is a problem."""
        given = cells.get("number", "")
        if not given:
            return None
        asset = self.known.get(int(given)) if given.isdecimal() and len(given) < 10 else None
        if asset is None or agency is None or asset.agency_id != agency.pk:
            self._trouble(row, "number", "The agency has no line of this number.", "Leave it empty to add a new line.")
        return asset

    def _fields(self, row: int, cells: Mapping[str, str]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name, text in cells.items():
            if name not in ("number", "agency"):
                said[name] = self._field(row, name, text)
        return said

    def _field(self, row: int, name: str, text: str) -> Any:
        if name in _SOME:
            return tuple(self._word(row, name, part.strip()) for part in text.split(";") if part.strip())
        if name == "extractable":
            return text.casefold() not in ("no", "false", "n", "0")
        if name == "since":
            return self._day(row, text)
        if len(text) > _LONGEST.get(name, 4_000):
            self._trouble(row, name, f"This is longer than {_LONGEST.get(name, 4_000)} letters.", "Shorten it.")
            return text[: _LONGEST.get(name, 4_000)]
        return self._word(row, name, text)

    def _word(self, row: int, name: str, text: str) -> str:
        """The code that is meant: itself, or the words shown for it."""
        if name in ("dataset", "columns", "types", "footprint"):
            return self._named(row, name, text)
        words = WORDS.get(name)
        if words is None or not text:
            return text or ("coded" if name == "capture" else "")
        meant = next((code for code, shown in words.items() if text.casefold() in (code, shown.casefold())), "")
        if name == "frequency" and not meant:
            return next((code for part, code in _FREQUENCIES.items() if part in text.casefold()), "")
        if not meant:
            self._trouble(
                row, name, "This is none of the words that can stand here.", f"Use one of: {', '.join(words.values())}."
            )
        return meant

    def _named(self, row: int, name: str, text: str) -> str:
        """A data set, item, type or area by its id or its title."""
        if not text or text.casefold() in ("*", "all"):
            return "*" if text and name == "columns" else ""
        meant = self.names[name].get(text.casefold(), "")
        if not meant:
            self._trouble(row, name, "Nothing of this name is known here.", "Use the name that the data map shows.")
        return meant

    def _day(self, row: int, text: str) -> date | None:
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m", "%Y", "%d %B %Y"):
            try:
                return datetime.strptime(text[:19].removesuffix("T00:00:00"), form).date() if text else None  # noqa: DTZ007
            except ValueError:
                continue
        self._trouble(row, "since", "This is not a day that can be read.", "Write it as 2024-04-01 or 1/4/2024.")
        return None

    def _whole(self, row: int, agency: Agency, said: dict[str, Any]) -> bool:
        """Whether the fields make a line together."""
        if refusal := why_not(policies.check_line, said, self.pack):
            self._trouble(row, "item", refusal, "Fill in what is missing.")
            return False
        try:
            decided.Asset(agency=agency.code, **said)
        except ValidationError as wrong:
            names = [str(e["loc"][0]) for e in wrong.errors(include_input=False, include_url=False) if e["loc"]]
            self._trouble(
                row,
                names[0] if names else "",
                "This cannot be a line of the data map.",
                "Compare it with the template.",
            )
            return False
        return True


def _titled(pack: Pack, name: str) -> list[tuple[str, str]]:
    """(id, title) of every data set, item or type of the pack."""
    if name == "dataset":
        return [(d.id, d.title) for d in pack.datasets.values()]
    if name == "columns":
        return [(c.id, c.title) for d in pack.datasets.values() for c in d.columns]
    lists = dict.fromkeys(c.codes for d in pack.datasets.values() for c in d.columns if c.id == "type" and c.codes)
    return [(code.code, code.label) for listed in lists for code in pack.codelist(listed).codes]


def written(assets: Iterable[Asset], pack: Pack) -> list[list[str]]:
    """The lines as the template has them, headings first, in words a person reads."""
    names = {name: dict(_titled(pack, name)) for name in ("dataset", "types")} | WORDS
    return [list(HEADINGS.values()), *([_shown(one, name, names, pack) for name in HEADINGS] for one in assets)]


def _shown(asset: Asset, name: str, names: Mapping[str, Mapping[str, str]], pack: Pack) -> str:
    if name == "number":
        return str(asset.pk)
    value = getattr(asset, name)
    words = names.get(name, {})
    if name == "columns" and asset.dataset in pack.datasets:
        words = {"*": "All"} | {c.id: c.title for c in pack.dataset(asset.dataset).columns}
    if isinstance(value, list):
        return "; ".join(words.get(one, one) for one in value)
    if name == "extractable":
        return "yes" if value else "no"
    return words.get(value, str(value if value is not None else ""))
