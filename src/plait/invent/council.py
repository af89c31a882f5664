"""The council: the national returns its system writes, an identity file for them, and its own exploitation records."""

import numpy as np

from plait.invent.annex_a import AnnexA
from plait.invent.cin import census, plant, write_census
from plait.invent.draw import Column, Rng
from plait.invent.files import template, write_csv
from plait.invent.geography import populations
from plait.invent.records import Habits
from plait.invent.sending import Sending, send_people
from plait.invent.social_care import ENGLAND, Assessments, Episodes, social_work
from plait.invent.ssda903 import send_ssda903, settle
from plait.invent.tracker import Tracker
from plait.values import Period

HABITS = Habits(
    letters="7",
    typo=0.015,
    no_postcode=0.03,
    no_ethnicity=0.05,
    has_nhs=0.55,
    has_upn=0.86,
    knows_disability=0.8,
    blank_more_for={"other": 1.8, "asian": 1.3},
)


def send_council(rng: Rng, sending: Sending) -> None:
    """Everything the council sends for each period."""
    work = social_work(rng, sending.world)
    filed = sending.records.of(rng, work[0].person)
    looked, tracker = settle(rng, sending), Tracker(rng, sending)
    residents = populations(rng, sending.world.places, tuple(period.start.year for period in sending.world.periods))
    for period in sending.world.periods:
        named = [
            _send_census(sending, period, work, filed),
            send_ssda903(rng, sending, looked, period),
            tracker.send(period),
        ]
        send_people(sending, period, np.concatenate(named))
        write_csv(sending.path(period, "populations.csv"), template("populations", residents[period.start.year]))
        sending.list_return(period, "populations.csv", dataset="populations")
    AnnexA(rng, sending, work, filed, sending.world.periods[-1]).write(looked)


def _send_census(sending: Sending, period: Period, work: tuple[Episodes, Assessments], filed: Column) -> Column:
    """The census of the year; which records it names."""
    file = f"CIN_Census_{period.end.year}.xml"
    year = census(work, filed, sending.records, period)
    done = year.assessments["AssessmentAuthorisationDate"]
    completed = year.assessments["AssessmentFactors"][(done != "") & (done >= period.start.isoformat())].tolist()
    sending.expect(period, "assessments completed", len(completed))
    for code in ENGLAND:
        sending.expect(period, f"assessments with {code}", sum(code in text.split(";") for text in completed))
    plant(year, sending.faults, sending.source(period, file, key="LAchildID", top=0), period)
    write_census(sending.path(period, file), year, period, sent=sending.sent_on(period).isoformat())
    sending.list_return(period, file)
    return year.record
