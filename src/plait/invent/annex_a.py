"""Annex A, the workbook Ofsted asks for on inspection, as at the end of the last period: a title, then the headings."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, day, pick, uk, words
from plait.invent.files import Table, write_titled
from plait.invent.sending import Sending
from plait.invent.social_care import Assessments, Episodes
from plait.invent.ssda903 import Looked
from plait.values import Period

FILE = "Annex_A.xlsx"
_SIX_MONTHS = 183
_ETHNICITY = (
    "WBRI", "WIRI", "WIRT", "WOTH", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN", "AOTH", "BCRB", "BAFR",
    "BOTH", "CHNE", "OOTH", "NOBT",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrs"
_SOURCE_NAMES = {
    "1A": "Individual", "1B": "Individual", "1C": "Individual", "1D": "Individual", "2A": "Schools", "2B": "Education services",
    "3A": "Health services", "3B": "Health services", "3C": "Health services", "3D": "Health services", "3E": "Health services",
    "3F": "Health services", "4": "Housing", "5A": "LA services", "5B": "LA services", "5C": "LA services", "6": "Police",
    "7": "Other legal agency", "8": "Other", "9": "Anonymous", "10": "Unknown",
}  # fmt: skip
_SOURCES = {
    code: f"{letter}) {code}: {name}"
    for letter, (code, name) in zip("abcdefghijklmnopqrstu", _SOURCE_NAMES.items(), strict=True)
}
_SOURCES["5D"] = _SOURCES["5C"]  # the workbook is older than the code for early help
_ABUSE = {"NEG": "a) Neglect", "PHY": "b) Physical abuse", "SAB": "c) Sexual abuse", "EMO": "d) Emotional abuse"}
_MANY = "e) Multiple/not recommended"
_NO, _YES = "b) No", "a) Yes"


@cache
def lists() -> dict[int, dict[str, Any]]:
    """Number of each list to its title and headings."""
    text = Path(__file__).with_name("annex_a.yaml").read_text(encoding="utf-8")
    loaded: dict[int, dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


class AnnexA:
    """The workbook for one council on one day."""

    def __init__(
        self, rng: Rng, sending: Sending, work: tuple[Episodes, Assessments], filed: Column, period: Period
    ) -> None:
        self._rng, self._sending, self._period = rng, sending, period
        self._episodes, self._assessments = work
        self._filed = filed
        self._end = day(period.end)
        self._since = self._end - _SIX_MONTHS

    def write(self, looked: Looked) -> Path:
        """The workbook, lists 1 to 11; nobody is on the lists of adoption."""
        made = {
            1: self._contacts(),
            2: self._early_help(),
            3: self._referrals(),
            4: self._assessed(),
            5: self._enquiries(),
            6: self._in_need(),
            7: self._protected(),
            8: self._in_care(looked),
            9: self._care_leavers(),
            10: {},
            11: {},
        }
        sheets = {
            f"List_{number}": ([lists()[number]["title"]], _filled(number, table)) for number, table in made.items()
        }
        return write_titled(self._sending.path(self._period, FILE), sheets)

    def _child(self, record: Column) -> Table:
        records = self._sending.records
        born = records.born[record]
        age = np.where(born == NO_DAY, "", np.maximum((self._end - born) / YEAR, 0).astype(np.int64).astype(str))
        letters = {code: f"{letter}) {code}" for letter, code in zip(_LETTERS, _ETHNICITY, strict=True)}
        return {
            "Child Unique ID": records.ref[record],
            "Gender": np.where(records.sex[record] == "M", "a) Male", "b) Female").astype(object),
            "Ethnicity": words([letters[code] for code in records.ethnicity[record].tolist()]),
            "Date of Birth": uk(born),
            "Age of Child (Years)": age.astype(object),
            "Does the Child have a Disability": np.where(records.disability[record] != "", _YES, _NO).astype(object),
            "Allocated Team": words([f"Team {number % 9 + 1}" for number in record.tolist()]),
        }

    def _lately(self, days: Column) -> Column:
        return np.flatnonzero((days >= self._since) & (days <= self._end))

    def _episode_source(self, rows: Column) -> Column:
        return words([_SOURCES[code] for code in self._episodes.source[rows].tolist()])

    def _contacts(self) -> Table:
        rows = self._lately(self._episodes.referred - 1)
        dates = {"Date of Contact": uk(self._episodes.referred[rows] - 1), "Contact Source": self._episode_source(rows)}
        return {**self._child(self._filed[rows]), **dates}

    def _early_help(self) -> Table:
        rows = np.flatnonzero(
            (self._episodes.reason == "RC9")
            & (self._episodes.closed <= self._end)
            & (self._episodes.closed >= self._since)
        )
        begun = self._episodes.closed[rows] + 3
        who = pick(self._rng, ("Early help team", "School", "Children's centre"), len(rows))
        return {
            **self._child(self._filed[rows]),
            "Assessment start date": uk(begun),
            "Assessment completion date": uk(np.where(begun + 25 > self._end, NO_DAY, begun + 25)),
            "Organisation completing assessment": who,
        }

    def _referrals(self) -> Table:
        rows = self._lately(self._episodes.referred)
        return {
            **self._child(self._filed[rows]),
            "Date of referral": uk(self._episodes.referred[rows]),
            "Referral Source": self._episode_source(rows),
            "Referral NFA?": np.where(self._episodes.no_action[rows], _YES, _NO).astype(object),
        }

    def _assessed(self) -> Table:
        rows = self._lately(self._assessments.start)
        done = np.where(self._assessments.done[rows] > self._end, NO_DAY, self._assessments.done[rows])
        return {
            **self._child(self._filed[self._assessments.episode[rows]]),
            "Continuous Assessment Start Date": uk(self._assessments.start[rows]),
            "Child Seen During Continuous Assessment": np.where(chance(self._rng, 0.95, len(rows)), _YES, _NO).astype(
                object
            ),
            "Continuous Assessment Date of Authorisation": uk(done),
        }

    def _enquiries(self) -> Table:
        rows = self._lately(self._episodes.section47)
        held = np.where(self._episodes.conference[rows] > self._end, NO_DAY, self._episodes.conference[rows])
        return {
            **self._child(self._filed[rows]),
            "Strategy discussion initiating Section 47 Enquiry Start Date": uk(self._episodes.section47[rows]),
            "Was an Initial Child Protection Conference deemed unnecessary?": np.where(
                held == NO_DAY, _YES, _NO
            ).astype(object),
            "Date of Initial Child Protection Conference": uk(held),
        }

    def _in_need(self) -> Table:
        episodes = self._episodes
        rows = np.flatnonzero(~episodes.no_action & (episodes.referred <= self._end) & (episodes.closed >= self._since))
        closed = np.where(episodes.closed[rows] > self._end, NO_DAY, episodes.closed[rows])
        open_status = np.where(episodes.protected[rows] != NO_DAY, "b) Child Protection plan", "c) Child in need plan")
        return {
            **self._child(self._filed[rows]),
            "CIN Start Date": uk(episodes.referred[rows]),
            "Primary Need Code": episodes.need[rows],
            "CIN Closure Date": uk(closed),
            "Reason for Closure": np.where(closed == NO_DAY, "", episodes.reason[rows]).astype(object),
            "Case status": np.where(closed == NO_DAY, open_status, "e) Closed episode").astype(object),
        }

    def _protected(self) -> Table:
        episodes = self._episodes
        on_plan = (
            (episodes.protected != NO_DAY) & (episodes.protected <= self._end) & (episodes.protected_to >= self._since)
        )
        rows = np.flatnonzero(on_plan)
        abuse = words([_ABUSE.get(code, _MANY) for code in episodes.category[rows].tolist()])
        return {
            **self._child(self._filed[rows]),
            "Child Protection Plan Start Date": uk(episodes.protected[rows]),
            "Initial Category of Abuse": abuse,
            "Latest Category of Abuse": abuse,
            "Child Protection Plan End Date": uk(
                np.where(episodes.protected_to[rows] > self._end, NO_DAY, episodes.protected_to[rows])
            ),
        }

    def _in_care(self, looked: Looked) -> Table:
        """One row a child: the latest placement of those in care at any time in the six months."""
        care, missing = self._sending.world.care, self._sending.world.missing
        now = (care.start <= self._end) & (care.end >= self._since) & (care.last | (care.end > self._end))
        rows = np.flatnonzero(now)
        rows = rows[np.unique(care.person[rows], return_index=True)[1]]
        person = care.person[rows]
        counted = missing.from_care & (missing.start > self._end - 365) & (missing.start <= self._end)
        gone, absent = (
            np.bincount(missing.person[counted & (missing.away == away)], minlength=len(self._sending.world.people))[
                person
            ]
            for away in (False, True)
        )
        ended = np.where(care.until[person] > self._end, NO_DAY, care.until[person])
        offered = np.where(gone > 0, np.where(chance(self._rng, 0.85, len(rows)), _YES, _NO), "")
        return {
            **self._child(looked.filed[rows]),
            "Date Started to be Looked After": uk(care.since[person]),
            "Child's Category of Need": words(["N1 - Abuse or neglect"] * len(rows)),
            "Child's Legal Status": looked.legal[rows],
            "Date Ceased to be Looked After": uk(ended),
            "Start Date of Most Recent Placement": uk(care.start[rows]),
            "Placement Type": looked.place[rows],
            "Placement Provider": looked.provider[rows],
            "Placement postcode": looked.placed_at[rows],
            "URN of Placement": looked.urn[rows],
            "Placement Location": words(["a) In"] * len(rows)),
            "LA of Placement": words(["Wenfordshire"] * len(rows)),
            _heading(8, "‘Missing’"): words([str(count) for count in gone.tolist()]),
            _heading(8, "‘Absent’"): words([str(count) for count in absent.tolist()]),
            _heading(8, "offered a Return"): offered.astype(object),
            _heading(8, "accept a Return"): np.where(
                offered == _YES, pick(self._rng, (_YES, _NO), len(rows), (7, 3)), ""
            ).astype(object),
        }

    def _care_leavers(self) -> Table:
        world = self._sending.world
        age = world.people.age(self._end)
        left = (world.care.until != NO_DAY) & (world.care.until <= self._end) & (age >= 17.5) & (age < 25)
        record = self._sending.records.first[np.flatnonzero(left)]
        n = len(record)
        return {
            **self._child(record),
            "Eligibility Category": words(["Former relevant"] * n),
            "LA In Touch": pick(self._rng, ("Yes", "No"), n, (9, 1)),
            "Suitability of Accommodation": pick(self._rng, ("Suitable", "Unsuitable"), n, (8, 2)),
            "Activity Status": pick(self._rng, ("F4", "G5", "F2"), n),
        }


def _heading(number: int, part: str) -> str:
    return next(str(heading) for heading in lists()[number]["headings"] if part in heading)


def _filled(number: int, table: Table) -> Table:
    """All the list's headings, empty where nothing is known."""
    rows = len(next(iter(table.values()))) if table else 0
    blank = np.full(rows, "", dtype=object)
    return {heading: table.get(heading, blank) for heading in lists()[number]["headings"]}
