"""What a person sees while they match columns: the file's own headings and words, kept in quarantine beside the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import ValidationError

from plait.declare import CodeList, Column, ColumnMap, ColumnType, DataSet, FileMap, Pack
from plait.receive import Draft, Sketch
from plait_web.permissions import Refused

_FILE = "sketch.json"
_CODED = (ColumnType.CODE, ColumnType.CODES)
Said = Mapping[str, str]


def keep(folder: Path, draft: Draft) -> None:
    """The sketch of each sheet and data set lies beside the file."""
    said = {f"{m.sheet or ''}|{m.dataset}": asdict(draft.sketches[m.id]) for m in draft.maps}
    (folder / _FILE).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def kept(folder: Path) -> bool:
    return (folder / _FILE).is_file()


def _sketch_for(folder: Path, file_map: FileMap) -> Sketch:
    """The sketch of the map's sheet as its data set; else one that knows what the map itself says."""
    said = json.loads((folder / _FILE).read_text(encoding="utf-8")) if kept(folder) else {}
    found = said.get(f"{file_map.sheet or ''}|{file_map.dataset}")
    if found is None:
        same = [one for name, one in said.items() if name.partition("|")[0] == (file_map.sheet or "")]
        own = tuple(c.heading for c in file_map.columns if c.heading)
        found = {"headings": same[0]["headings"] if same else own, "reasons": {}, "words": {}}
    return Sketch(headings=tuple(found["headings"]), reasons=found["reasons"], words=found["words"])


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the file in a coded column, and the code it stands for."""

    name: str
    word: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the data set, and where it comes from in the file."""

    name: str
    column: Column
    heading: str
    value: str
    reason: str
    codes: CodeList | None
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One map, as a person corrects it: a line for each column of its data set."""

    number: int
    file_map: FileMap
    dataset: DataSet
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    unused: tuple[str, ...]


def sheets(maps: Sequence[FileMap], pack: Pack, folder: Path) -> tuple[Sheet, ...]:
    """Every map with its choices."""
    return tuple(_sheet(number, one, pack, _sketch_for(folder, one)) for number, one in enumerate(maps))


def _sheet(number: int, file_map: FileMap, pack: Pack, sketch: Sketch) -> Sheet:
    dataset = pack.dataset(file_map.dataset)
    taken = {c.column: c for c in file_map.columns}
    lines = tuple(_line(number, column, taken.get(column.id), pack, sketch) for column in dataset.columns)
    used = {c.heading for c in file_map.columns}
    unused = tuple(h for h in sketch.headings if h not in used)
    return Sheet(number, file_map, dataset, sketch.headings, lines, unused)


def _line(number: int, column: Column, mapped: ColumnMap | None, pack: Pack, sketch: Sketch) -> Line:
    codes = pack.codelists.get(column.codes or "") if column.type in _CODED else None
    name = f"{number}-{column.id}"
    given = mapped.codes if mapped else {}
    why = sketch.words.get(column.id, {})
    told = {**why, **{word: why.get(word, "as it was matched before") for word in given}} if codes else {}
    words = tuple(
        Word(f"{name}-word-{place}", word, given.get(word, ""), reason)
        for place, (word, reason) in enumerate(told.items())
    )
    return Line(
        name=name,
        column=column,
        heading=(mapped.heading or "") if mapped else "",
        value=(mapped.value or "") if mapped else "",
        reason=sketch.reasons.get(column.id, ""),
        codes=codes,
        words=words,
    )


def said(shown: Sequence[Sheet], posted: Said) -> tuple[FileMap, ...]:
    """The maps as they were corrected. Raises Refused for what cannot be read, naming the column."""
    found = []
    for sheet in shown:
        if posted.get(f"{sheet.number}-skip"):
            continue
        columns = tuple(_columns(sheet, posted))
        missing = [
            n.column.title for n in sheet.lines if n.column.required and n.column.id not in {c.column for c in columns}
        ]
        if missing:
            raise Refused(
                f"{sheet.dataset.title} needs: {', '.join(missing)}. Choose a column, or one value for every row."
            )
        found.append(_map(sheet, columns))
    if not found:
        raise Refused("Leave at least one sheet in.")
    return tuple(found)


def _map(sheet: Sheet, columns: tuple[ColumnMap, ...]) -> FileMap:
    """The map under an id of its own: two maps of one file never share one."""
    stem = re.sub(r"[^a-z0-9]+", "-", (sheet.file_map.sheet or "").casefold()).strip("-")
    name = f"{sheet.number + 1}-{stem or 'our'}-{sheet.dataset.id}"[:80].strip("-")
    said = sheet.file_map.model_dump() | {"id": f"m{name}", "columns": columns, "ignored": ()}
    try:
        return FileMap.model_validate(said)
    except ValidationError:
        raise Refused("That could not be read. Load the page again and choose anew.") from None


def _columns(sheet: Sheet, posted: Said) -> Iterator[ColumnMap]:
    """The columns that something fills; one heading fills one column."""
    used: dict[str, str] = {}
    for line in sheet.lines:
        heading, value = posted.get(line.name, ""), posted.get(f"{line.name}-value", "").strip()
        if heading and heading not in sheet.headings:
            raise Refused("That could not be read. Load the page again and choose anew.")
        if heading in used:
            raise Refused(
                f"'{heading}' is chosen for both {used[heading]} and {line.column.title}. Change one of them."
            )
        if heading:
            used[heading] = line.column.title
            codes = (
                {w.word: code for w in line.words if (code := posted.get(w.name, ""))}
                if heading == line.heading
                else {}
            )
            yield ColumnMap(column=line.column.id, heading=heading, codes=codes)
        elif value:
            yield ColumnMap(column=line.column.id, value=value)
