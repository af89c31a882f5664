"""What an agency sends: its records, the files of each period as returns, and the maps its own layouts need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from plait.decided import Return
from plait.declare.maps import ColumnMap, FileMap
from plait.invent.draw import NO_DAY, Column, day, iso
from plait.invent.faults import Faults, Source
from plait.invent.files import Table, only, stacked, template, write_csv
from plait.invent.records import Records
from plait.invent.world import World
from plait.values import Period


@dataclass
class Sending:
    """One agency's returns as they are written. `root` is the partnership's returns folder."""

    agency: str
    root: Path
    world: World
    records: Records
    faults: Faults
    weeks: int  # after the period's end that its files come
    returns: list[Return] = field(default_factory=list)
    maps: list[FileMap] = field(default_factory=list)
    expected: list[tuple[str, str, str, int]] = field(default_factory=list)  # agency, period, what is counted, count
    sent: Column = field(init=False)  # one truth value a record: it is in at least one file

    def __post_init__(self) -> None:
        self.sent = np.zeros(len(self.records.ref), dtype=bool)

    def path(self, period: Period, file: str) -> Path:
        """Where a file of the period goes."""
        return self.root / self.agency / period.label / file

    def source(self, period: Period, file: str, **about: object) -> Source:
        """The file as a place for faults."""
        return Source(agency=self.agency, period=period.label, file=file, **about)  # type: ignore[arg-type]

    def sent_on(self, period: Period) -> date:
        """The day the period's files came."""
        return period.end + timedelta(weeks=self.weeks, days=len(self.agency) % 3)

    def list_return(
        self, period: Period, file: str, *, dataset: str | None = None, by_map: FileMap | None = None
    ) -> None:
        """The file is a return of the period, read by a map where its layout is the agency's own."""
        if by_map is not None and by_map not in self.maps:
            self.maps.append(by_map)
        self.returns.append(
            Return(
                agency=self.agency,
                period=period.label,
                path=Path(self.agency) / period.label / file,
                dataset=dataset,
                map=by_map.id if by_map else None,
                received_on=self.sent_on(period),
            )
        )

    def expect(self, period: Period, what: str, count: int) -> None:
        """A count that a faultless reading of the files gives, before planted mistakes."""
        self.expected.append((self.agency, period.label, what, int(count)))


def within(days: Column, period: Period) -> Column:
    """True where the day is in the period."""
    inside: Column = (days >= day(period.start)) & (days <= day(period.end))
    return inside


def people_columns(sending: Sending, rows: Column) -> Table:
    """The records as columns of the people data set: one row more where an earlier address is kept. They are now sent."""
    records = sending.records
    sending.sent[rows] = True
    since = records.postcode_from[rows]
    now = {
        "person": records.ref[rows],
        "nhs_number": records.nhs[rows],
        "upn": records.upn[rows],
        "given_name": records.given[rows],
        "family_name": records.family[rows],
        "aliases": records.alias[rows],
        "date_of_birth": iso(records.born[rows]),
        "sex": records.sex[rows],
        "ethnicity": records.ethnicity[rows],
        "disability": records.disability[rows],
        "postcode": records.postcode[rows],
        "postcode_from": iso(since),
        "postcode_to": np.full(len(rows), "", dtype=object),
    }
    two = records.before[rows] != ""
    earlier = only(now, two)
    earlier["postcode"] = records.before[rows][two]
    earlier["postcode_from"] = np.full(int(two.sum()), "", dtype=object)
    earlier["postcode_to"] = iso(np.where(since[two] == NO_DAY, NO_DAY, since[two] - 1))
    return stacked([now, earlier])


def send_people(sending: Sending, period: Period, rows: Column) -> None:
    """people.csv under the headings of Plait's template, for the records that the period's other files name."""
    table = template("people", people_columns(sending, np.unique(rows[rows >= 0])))
    source = sending.source(period, "people.csv", key="Your reference")
    plant_in_people(sending.faults, table, source, nhs="NHS number", upn="Unique pupil number")
    sending.faults.plant(table, source, "Date of birth", "impossible-date", wrong="2011-02-30")
    sending.faults.plant(table, source, "Home postcode", "place-not-known", wrong="WQ99 9ZZ")
    write_csv(sending.path(period, "people.csv"), table)
    sending.list_return(period, "people.csv", dataset="people")


def plant_in_people(faults: Faults, table: Table, source: Source, *, nhs: str = "", upn: str = "") -> None:
    """Numbers whose check character is wrong."""
    if nhs:
        last_off = np.array(
            [text[:-1] + str((int(text[-1]) + 3) % 10) if text else "" for text in table[nhs].tolist()], dtype=object
        )
        faults.plant(table, source, nhs, "wrong-check-digit", wrong=last_off)
    if upn:
        first_off = np.array(
            [("B" if text[:1] == "A" else "A") + text[1:] for text in table[upn].tolist()], dtype=object
        )
        faults.plant(table, source, upn, "wrong-check-letter", wrong=first_off)


def column_map(
    column: str, heading: str, codes: Mapping[str, str] | None = None, *, parted_by: str = ";", dates: str = ""
) -> ColumnMap:
    """One line of a map: the file's heading for one of our columns, and its words for our codes."""
    return ColumnMap.model_validate(
        {"column": column, "heading": heading, "codes": dict(codes or {}), "parted_by": parted_by, "dates": dates}
    )


def in_words(codes: Column, meaning: Mapping[str, str], other: str = "") -> Column:
    """Our codes in the agency's words, where `meaning` leads from its words to our codes."""
    said = {code: word for word, code in reversed(list(meaning.items()))}
    return np.array([said.get(code, other) for code in codes.tolist()] or [""], dtype=object)[: len(codes)]
