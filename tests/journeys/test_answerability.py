"""One thing is taken away from the invented partnership, and each reason appears on what rests on it and nowhere else.

What rests on what is worked out here from the pack alone: an indicator rests on an agency's data set when the agency is of a
kind that supplies it and the indicator needs the data set.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plait.answer import answer
from plait.answers import Answers, Evidence, Standing
from plait.decided import Agreement, Asset, Partnership, Supplied
from plait.declare import Pack
from plait.declare.needed import needed
from plait.invent import invent
from plait.partnership import open_workspace
from plait.pipeline import keep_all
from plait.pseudonymise import Key
from plait.values import Period
from tests.journeys.conftest import ON, PERIOD

ASKED, BEFORE = Period.parse(PERIOD), "2023-24"
Found = dict[str, Evidence]


@dataclass(frozen=True)
class Ground:
    """What answers are worked out from, as it lies in a folder."""

    pack: Pack
    partnership: Partnership
    supplied: tuple[Supplied, ...]

    @classmethod
    def of(cls, folder: Path) -> Ground:
        place = open_workspace(folder / "partnership")
        with place.store.writing():
            kept = keep_all(place, key=Key.read(folder / "key"), on=ON)
        return cls(place.pack, place.partnership, tuple(s for k in kept for s in k.supplied))

    def answers(self) -> Answers:
        return answer(self.pack, self.partnership, self.supplied, period=ASKED, on=ON)

    def decided(self, **changes: Any) -> Ground:
        return replace(self, partnership=self.partnership.model_copy(update=changes))

    def sent(self, which: Callable[[Supplied], bool]) -> Ground:
        return replace(self, supplied=tuple(s for s in self.supplied if which(s)))

    def agreements(self, name: str, **changes: Any) -> Ground:
        """With this agreement changed; without it where nothing is."""
        every = ((a, a.id == name) for a in self.partnership.agreements)
        left = (a.model_copy(update=changes) if named else a for a, named in every if changes or not named)
        return self.decided(agreements=tuple(left))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented partnership: every agency's returns of one year, and what police sent the year before."""
    folder = tmp_path_factory.mktemp("answerability")
    invent(folder / "partnership", seed=1, size=100, periods=(PERIOD,))
    Key.create(folder / "key")
    return folder


@pytest.fixture(scope="module")
def whole(base: Path) -> Ground:
    return Ground.of(base)


def evidence(found: Answers) -> Found:
    return {e.indicator.id: e for a in found.answers for e in a.evidence}


def rest_on(found: Found, kind: str, *datasets: str, column: str = "") -> set[str]:
    """Indicators that an agency of this kind supplies from these data sets, and from this column where one is named."""

    def rests(one: Evidence) -> bool:
        wanted = [columns for name, columns in needed(one.indicator).items() if name in datasets]
        return kind in one.indicator.suppliers and any(not column or column in columns for columns in wanted)

    return {name for name, one in found.items() if rests(one)}


def supplied_by(found: Found, *agencies: str) -> set[str]:
    return {name for name, e in found.items() if set(agencies) & set(e.suppliers)}


def said_of(found: Found, reason: str) -> set[str]:
    return {name for name, e in found.items() if any(reason in gap.reason for gap in e.gaps)}


def changed(before: Found, after: Found) -> set[str]:
    """Indicators whose suppliers or gaps are no longer what they were."""
    assert before.keys() == after.keys()
    return {n for n in before if (before[n].suppliers, before[n].gaps) != (after[n].suppliers, after[n].gaps)}


def check_reason_is_on_its_questions(found: Answers, reason: str) -> None:
    """A question says a reason exactly when one of its indicators does."""
    indicators = said_of(evidence(found), reason)
    for one in found.answers:
        rests = any(e.indicator.id in indicators for e in one.evidence)
        assert any(reason in said for said in one.reasons) is rests, one.question.id


def test_without_an_agreement(whole: Ground) -> None:
    """Health is a party to one agreement: withdrawn, nothing of health is in any figure, and each says that it was withdrawn."""
    before = evidence(whole.answers())
    without = whole.agreements("exploitation-health", withdrawn=date(2025, 6, 30)).answers()
    after, reason = evidence(without), "Agreement exploitation-health was withdrawn on 30 June 2025."
    held = supplied_by(before, "health")
    assert held and not supplied_by(after, "health")
    assert held <= said_of(after, reason)
    assert changed(before, after) <= rest_on(before, "health", "people", "events", "services"), (
        "the council has another"
    )
    check_reason_is_on_its_questions(without, reason)


def test_an_agreement_never_made(whole: Ground) -> None:
    gone = ("police", "youth_justice", "education")
    before, after = evidence(whole.answers()), evidence(whole.agreements("exploitation-strategic").answers())
    assert supplied_by(before, *gone) and not supplied_by(after, *gone)
    assert supplied_by(before, *gone) <= said_of(after, "No agreement lets ")
    assert supplied_by(after, "council") == supplied_by(before, "council"), "its other agreement stands"


def test_terms_without_a_column(whole: Ground) -> None:
    """What came of events may not be shared: nothing else is said to be out of reach."""
    terms = whole.pack.agreements["pseudonymised_strategic"]
    rest = tuple(c for c in whole.pack.dataset("events").column_ids if c != "outcome")
    narrow = terms.model_copy(update={"columns": {**terms.columns, "events": rest}})
    given = {name: getattr(whole.pack, name) for name in Pack.model_fields}
    pack = Pack.model_construct(**given | {"agreements": {**whole.pack.agreements, terms.id: narrow}})
    unsent = replace(whole, pack=pack).sent(lambda s: s.dataset != "events")
    found = evidence(unsent.answers())
    reason = "The agreement lets Wenfordshire and Ostmere Police share events without 'Outcome'."
    assert said_of(found, reason) == rest_on(found, "police", "events", column="outcome") - said_of(
        found, "Police holds"
    ) - said_of(found, "does not record")


def test_a_column_that_never_comes(base: Path, whole: Ground, tmp_path: Path) -> None:
    """Police leave one column of their file empty; everything else of theirs is as it was."""
    here = Path(shutil.copytree(base, tmp_path / "here"))
    _empty(here / "partnership/returns/police" / PERIOD / "occurrences.csv", "Result")
    without = Ground.of(here).answers()
    before, after = evidence(whole.answers()), evidence(without)
    reason = "Wenfordshire and Ostmere Police sent events, but 'Outcome' is never filled."
    rests = rest_on(before, "police", "events", column="outcome")
    assert rests and not said_of(before, reason)
    assert said_of(after, reason) == changed(before, after) == rests
    check_reason_is_on_its_questions(without, reason)


def _empty(path: Path, column: str) -> None:
    with path.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert any(row[column] for row in rows)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {column: ""} for row in rows)


def test_a_column_the_data_map_does_not_have(whole: Ground) -> None:
    """Before anything came, a column that no line names is not known to be held; with the line, it is only not sent."""
    before = _with_police_line(whole, "*")
    columns = ";".join(c for c in whole.pack.dataset("concerns").column_ids if c != "setting")
    without = _with_police_line(whole, columns).answers()
    reason = (
        "The data map does not say whether Wenfordshire and Ostmere Police holds 'Settings' of its concerns for this."
    )
    rests = rest_on(evidence(without), "police", "concerns", column="setting")
    assert rests
    assert said_of(evidence(without), reason) == changed(evidence(before.answers()), evidence(without)) == rests
    check_reason_is_on_its_questions(without, reason)


def _with_police_line(whole: Ground, columns: str) -> Ground:
    line = Asset(agency="police", dataset="concerns", columns=tuple(columns.split(";")))
    others = tuple(a for a in whole.partnership.assets if (a.agency, a.dataset) != ("police", "concerns"))
    return whole.decided(assets=(*others, line)).sent(lambda s: (s.agency, s.dataset) != ("police", "concerns"))


def test_without_an_agency(whole: Ground) -> None:
    """It is expected nowhere; where it alone is of its kind, the partnership is told whom to ask."""
    before = evidence(whole.answers())
    without = _without(whole, "education").answers()
    after = evidence(without)
    expecting = {n for n, e in before.items() if "education" in e.expected}
    alone = {n for n in expecting if before[n].expected == ("education",)}
    assert alone
    assert changed(before, after) == expecting
    assert not any("education" in e.expected for e in after.values())
    reason = "No education agency is in the partnership."
    assert said_of(after, reason) == alone
    check_reason_is_on_its_questions(without, reason)


def _without(whole: Ground, agency: str) -> Ground:
    """The agency was never part of it."""

    def others(agreement: Agreement) -> Agreement:
        signed = {a: day for a, day in agreement.signed.items() if a != agency}
        return agreement.model_copy(
            update={"signed": signed, "parties": tuple(p for p in agreement.parties if p != agency)}
        )

    here = whole.partnership
    return whole.decided(
        agencies=tuple(a for a in here.agencies if a.id != agency),
        agreements=tuple(others(a) for a in here.agreements),
        assets=tuple(a for a in here.assets if a.agency != agency),
    ).sent(lambda s: s.agency != agency)


def test_an_agency_that_left(whole: Ground) -> None:
    """Before the period it is expected no longer; after it, what it held is told of as gone, and so is the day."""

    def left(day: date) -> Found:
        agencies = (
            a.model_copy(update={"until": day}) if a.id == "education" else a for a in whole.partnership.agencies
        )
        return evidence(whole.decided(agencies=tuple(agencies)).sent(lambda s: s.agency != "education").answers())

    found = left(date(2025, 6, 1))
    assert said_of(
        found, "Wenfordshire Education Service left the partnership on 1 June 2025, and its events may not be used."
    )
    assert not said_of(found, "Education Service may share")
    assert not any("education" in e.expected for e in left(date(2024, 3, 31)).values())


def test_without_a_period(whole: Ground) -> None:
    """Police sent the year before and not this one: who people are is known, what happened is not."""

    def a_year_before(one: Supplied) -> Supplied:
        return one.model_copy(update={"period": BEFORE}) if one.agency == "police" else one

    before = evidence(whole.answers())
    without = replace(whole, supplied=tuple(a_year_before(s) for s in whole.supplied)).answers()
    after, reason = (
        evidence(without),
        "Wenfordshire and Ostmere Police may share events and has not sent it for 2024-25.",
    )
    held = supplied_by(before, "police")
    assert held and not supplied_by(after, "police")
    assert said_of(after, reason) & held == rest_on(before, "police", "events") & held
    assert changed(before, after) <= rest_on(before, "police", "people", "events", "concerns")
    check_reason_is_on_its_questions(without, reason)


def test_part_of_a_period(whole: Ground) -> None:
    """A quarter is in the figure and is not the year: the figure says what it lacks."""

    def a_quarter(one: Supplied) -> Supplied:
        return one.model_copy(update={"period": "2024-Q2"}) if one.agency == "police" else one

    before = evidence(whole.answers())
    after = evidence(replace(whole, supplied=tuple(a_quarter(s) for s in whole.supplied)).answers())
    reason = "Wenfordshire and Ostmere Police sent events for part of 2024-25 only: 2024-Q2."
    assert said_of(after, reason) == rest_on(before, "police", "events")
    assert supplied_by(after, "police") == supplied_by(before, "police")
    assert not [n for n in said_of(after, reason) if after[n].standing is Standing.ANSWERED]


def test_questions_come_to_an_answer_as_returns_arrive(whole: Ground) -> None:
    """From nothing, agency by agency: no question falls back, and with the last the answers are those of the whole."""
    order = [Standing.NOT_YET, Standing.PARTLY, Standing.ANSWERED]
    last: dict[str, Standing] = {}
    for upto in _growing(whole):
        found = upto.answers()
        for one in found.answers:
            before = last.get(one.question.id, Standing.NOT_YET)
            assert one.standing is Standing.NEVER or order.index(one.standing) >= order.index(before), one.question.id
        last = {a.question.id: a.standing for a in found.answers}
    assert found == whole.answers()
    assert {Standing.ANSWERED, Standing.PARTLY} <= set(last.values())


def _growing(whole: Ground) -> Iterator[Ground]:
    nothing = whole.sent(lambda _: False)
    assert not any(e.suppliers for e in evidence(nothing.answers()).values())
    agencies = list(dict.fromkeys(s.agency for s in whole.supplied))
    yield nothing
    for number in range(1, len(agencies) + 1):
        yield whole.sent(lambda s, known=agencies[:number]: s.agency in known)


def test_what_was_taken_away_and_put_back_leaves_nothing_behind(whole: Ground) -> None:
    again = whole.agreements("exploitation-health", withdrawn=date(2025, 6, 30)).agreements(
        "exploitation-health", withdrawn=None
    )
    assert evidence(again.answers()) == evidence(whole.answers())
