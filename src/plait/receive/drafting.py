"""A column-and-code map drafted from what a file looks like, for a person to correct once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from rapidfuzz import fuzz, process

from plait.declare import CodeList, Column, ColumnMap, ColumnType, DataSet, FileMap, Pack, Privacy
from plait.errors import FileRefused
from plait.receive.detect import open_grids
from plait.receive.likeness import Looks, Match, is_private, looked_at, matches_in
from plait.receive.tabular import Grid, Headed, letter, likely_headed
from plait.receive.types import Draft, Sketch
from plait.receive.words import fold, resolver

_ENOUGH = 1.5  # the weight below which a sheet is not like a data set
_NEAR = 0.8
_LIKELY = 0.7
_SURE = 0.9
_SEEN = 3  # a word seen less often may be about one person
_WORDS = 60  # a column with more different words than this is not coded
_LISTED = 0.3  # of the cells, for which a code must be near before a column's words are shown
_WORD_ALIKE = 75


def draft_map(source: Path, pack: Pack, *, dataset: str | None = None) -> Draft:
    """Maps for the sheets of the file that look like a data set. Nothing of the file is kept but what the draft shows.

    Raises FileRefused when no sheet has any heading like a column of the data sets.
    """
    with TemporaryDirectory() as scratch:
        grids = [grid for grid in open_grids(source, Path(scratch)) if not grid.hidden]
        drafted = [one for grid in grids for one in _drafts(grid, pack, dataset, source)]
    if not drafted:
        raise FileRefused(
            f"No sheet of {source.name} has headings like those of a data set. Check that its first rows hold headings; "
            "the template shows what each data set asks for."
        )
    return Draft(
        tuple(one for one, _, _ in drafted),
        {one.id: text for one, text, _ in drafted},
        {one.id: sketch for one, _, sketch in drafted},
    )


_Matched = tuple[DataSet, list["Match"]]


def _drafts(grid: Grid, pack: Pack, only: str | None, source: Path) -> Iterator[tuple[FileMap, str, Sketch]]:
    """A map, its text and its sketch for each data set that the sheet seems to hold."""
    found = likely_headed(grid)
    if not any(found.headings) or any(map(is_private, found.headings)):
        return  # no headings, so the first row is somebody's
    looks = looked_at(found)
    datasets = [pack.dataset(only)] if only else [d for d in pack.datasets.values() if d.retired is None]
    tried = [(d, matches) for d in datasets if (matches := matches_in(found, looks, d, pack))]
    chosen = tried if only else _likely(tried)
    for dataset, matches in chosen:
        columns = [_mapped(m, found, looks, pack) for m in matches]
        file_map = FileMap(
            id=_id_of(source, grid, dataset),
            dataset=dataset.id,
            sheet=grid.sheet or None,
            heading_row=found.row,
            columns=tuple(column for column, _ in columns),
        )
        others = [d.id for d, m in tried if (d, m) not in chosen and _weight(d, m) > _NEAR * _weight(dataset, matches)]
        text = "".join(_written(file_map, found, matches, (columns, others, dataset)))
        yield file_map, text, _sketch(found, matches, columns)


def _sketch(found: Headed, matches: Sequence[Match], mapped: Sequence[_Mapped]) -> Sketch:
    return Sketch(
        headings=tuple(heading for heading in found.headings if heading),
        reasons={match.column.id: f"{_sureness(match.sure)}: {match.why}" for match in matches},
        words={column.column: dict(why) for column, why in mapped if why},
    )


def _likely(tried: Sequence[_Matched]) -> list[_Matched]:
    """The data set the sheet is most like, and any other whose needed columns are all here with something of its own."""
    ranked = sorted((one for one in tried if _weight(*one) >= _ENOUGH), key=lambda one: -_weight(*one))
    chosen: list[_Matched] = []
    used: set[int] = set()
    for dataset, matches in ranked:
        needed = {c.id for c in dataset.columns if c.required} - {m.column.id for m in matches}
        if not chosen or (not needed and len({m.index for m in matches if m.sure >= _LIKELY} - used) >= 2):
            chosen.append((dataset, matches))
            used |= {m.index for m in matches}
    return chosen


def _id_of(source: Path, grid: Grid, dataset: DataSet) -> str:
    """The map's id, from the sheet and the data set only: a file's name may hold a person's."""
    stem = re.sub(r"[^a-z0-9]+", "-", (grid.sheet if grid.sheet != source.name else "").casefold()).strip("-")
    return f"{stem}-{dataset.id}"[:80].strip("-") if stem else f"our-{dataset.id}"


def _weight(dataset: DataSet, matches: Sequence[Match]) -> float:
    """How much of the data set the file seems to hold; a required column that is missing counts against it."""
    missing = {c.id for c in dataset.columns if c.required} - {m.column.id for m in matches}
    return sum(m.sure for m in matches) - 0.75 * len(missing)


_Mapped = tuple[ColumnMap, Mapping[str, str]]


def _mapped(match: Match, found: Headed, looks: Sequence[Looks], pack: Pack) -> _Mapped:
    """The column's map, and for each of the file's words why its code was chosen."""
    column, heading = match.column, found.headings[match.index]
    codes = pack.codelists.get(column.codes or "")
    if codes is None or column.privacy is Privacy.IDENTIFIER:
        return ColumnMap(column=column.id, heading=heading), {}
    words = _words(looks[match.index], column)
    told = {word: _code_for(word, codes) for word in words}
    chosen = {word: code for word, (code, _) in told.items() if code}
    if sum(words[word] for word in chosen) < _LISTED * sum(words.values()):
        return ColumnMap(column=column.id, heading=heading), {}  # these may not be codes at all, but names
    return ColumnMap(column=column.id, heading=heading, codes=chosen), {w: why for w, (_, why) in told.items()}


def _words(looks: Looks, column: Column) -> dict[str, int]:
    """The file's words for a coded column with their counts: none seen once or twice, none of a free text."""
    counts: Counter[str] = Counter()
    for cell, number in looks.words.items():
        parts = cell.split(";") if column.type is ColumnType.CODES else [cell]
        counts.update({part.strip(): number for part in parts if part.strip()})
    common = {word: number for word, number in counts.most_common() if number >= _SEEN and len(word) <= 80}
    coded = len(common) <= _WORDS and sum(common.values()) >= 0.5 * counts.total()
    return {word: number for word, number in common.items() if not is_private(word)} if coded else {}


def _code_for(word: str, codes: CodeList) -> tuple[str, str]:
    """The code a word most likely means, '' when none is near, and why in words."""
    resolve, listed = resolver(codes), {code.code for code in codes.codes}
    if (code := resolve(word)) in listed:
        return code, "the list's own code or label"
    labels = {c.code: fold(c.label) for c in codes.codes}
    near = process.extractOne(fold(word), labels, scorer=fuzz.token_set_ratio, score_cutoff=_WORD_ALIKE)
    if near is None:
        return "", "nothing in the list is near: write its code, or leave it and it is kept and reported"
    return str(near[2]), f"nearest label: {codes.label(str(near[2]))}. Please check"


def _written(
    file_map: FileMap, found: Headed, matches: Sequence[Match], rest: tuple[Sequence[_Mapped], list[str], DataSet]
) -> Iterator[str]:
    """The map as YAML, each line explained for the person who will correct it."""
    mapped, others, dataset = rest
    yield f"# A draft, made from the headings and words of the file. It is read as '{dataset.title}': {dataset.row}.\n"
    if others:
        yield f"# It might also be: {', '.join(others)}. Draft that with: plait map FILE --as {others[0]}\n"
    yield "# Correct what is wrong, then keep it in the pack's 'maps' folder under its id.\n"
    yield f"id: {file_map.id}\ndataset: {file_map.dataset}\n"
    if file_map.sheet:
        yield f"sheet: {_quoted(file_map.sheet)}\n"
    yield f"heading_row: {file_map.heading_row}  # the row that holds the headings\ncolumns:\n"
    for match, (column, why) in zip(matches, mapped, strict=True):
        yield from _column_lines(match, column, why)
    yield from _left_out(found, matches, dataset)


def _column_lines(match: Match, column: ColumnMap, why: Mapping[str, str]) -> Iterator[str]:
    yield f"  # {match.column.title}: {match.column.meaning} {_sureness(match.sure)}: {match.why}.\n"
    yield f"  - column: {column.column}\n    heading: {_quoted(column.heading or '')}\n"
    if column.codes:
        yield "    codes:  # your word: our code\n"
        yield from (f"      {_quoted(w)}: {_quoted(c)}  # {why[w]}\n" for w, c in column.codes.items())
    unknown = [word for word in why if word not in column.codes]
    if unknown:
        yield "    # Words that no code was found for. To map one, write it above under codes:\n"
        yield from (f"    #   {_quoted(word)}: \n" for word in unknown)


def _sureness(sure: float) -> str:
    return "Sure" if sure >= _SURE else "Likely" if sure >= _LIKELY else "A guess"


def _left_out(found: Headed, matches: Sequence[Match], dataset: DataSet) -> Iterator[str]:
    missing = [c for c in dataset.columns if c.id not in {m.column.id for m in matches}]
    for column in (c for c in missing if c.required):
        yield f"  # NEEDED, and no heading is like it: {column.title} ({column.id}). {column.meaning}\n"
        yield "  # Give its heading, or one value for every row, and remove the marks:\n"
        yield f"  # - column: {column.id}\n  #   heading: \n  #   value: \n"
    if spare := [c.id for c in missing if not c.required]:
        yield f"# Not found, and not needed: {', '.join(spare)}.\n"
    used = {match.index for match in matches}
    if left := [letter(i) for i, heading in enumerate(found.headings) if heading and i not in used]:
        yield f"# Nothing is read from column {', '.join(left)} of the file.\n"


def _quoted(text: str) -> str:
    """The text as YAML on one line, quoted wherever YAML would take it for something else."""
    return yaml.safe_dump(text, allow_unicode=True, width=10_000, default_style="'").strip()
