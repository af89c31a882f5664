"""What the invented partnership doubts of its own data: gaps taken on, figures against practice, and the same cases coded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.partnership.models import Agency
from plait_web.quality import actions
from plait_web.quality.models import Exercise
from plait_web.quality.standing import standing

_CASES = (
    "A school reports that a boy of 14 has two phones and new trainers, and has been met by a car twice this week.",
    "A girl of 15 tells a nurse that a man she met online asks her for pictures and has offered to buy her things.",
    "Police find a boy of 16 in a flat 80 miles from home. The tenant, a man with a learning disability, says he cannot leave.",
    "A mother says that her son of 13 was hurt by older boys and now carries a knife because he is afraid.",
    "A girl of 17 works twelve hours a day in a nail bar. She sleeps there and has not been paid.",
    "A boy of 12 is missing from care for the third time. He will not say where he was.",
)
# What each of four people chose for each case: before the training and after it.
_BEFORE = (
    (("CCE",), ("CCE-COUNTY-LINES",), ("UNSPECIFIED",), ("CCE",)),
    (("CSE",), ("CSE",), ("CSE",), ("CSE", "PEER-HSB")),
    (("CCE-COUNTY-LINES", "CUCKOOED"), ("CCE",), ("CUCKOOED",), ("CCE-COUNTY-LINES",)),
    (("SYV",), ("SYV",), ("CCE",), ()),
    (("LABOUR-SERVITUDE",), ("TRAFFICKING-MS",), ("LABOUR-SERVITUDE",), ("TRAFFICKING-MS",)),
    ((), ("UNSPECIFIED",), ("CCE",), ("CSE",)),
)
_AFTER = (
    (("CCE-COUNTY-LINES",), ("CCE-COUNTY-LINES",), ("CCE",), ("CCE-COUNTY-LINES",)),
    (("CSE",), ("CSE",), ("CSE",), ("CSE",)),
    (("CCE-COUNTY-LINES", "CUCKOOED"), ("CCE-COUNTY-LINES", "CUCKOOED"), ("CCE-COUNTY-LINES",), ("CCE-COUNTY-LINES", "CUCKOOED")),
    (("SYV",), ("SYV",), ("SYV",), ("SYV",)),
    (("LABOUR-SERVITUDE",), ("LABOUR-SERVITUDE",), ("LABOUR-SERVITUDE", "TRAFFICKING-MS"), ("LABOUR-SERVITUDE",)),
    (("UNSPECIFIED",), ("UNSPECIFIED",), (), ("UNSPECIFIED",)),
)  # fmt: skip


def doubted(agencies: Mapping[str, Agency], senders: Mapping[str, User], manager: User) -> None:
    """Each page about how good the data is has something to show, written by the people it would be written by."""
    _gaps(agencies, senders, manager)
    _practice(senders, manager)
    coders = [senders[code] for code in ("council", "police", "health", "youth_justice")]
    for title, why, chosen in (
        ("Forms of harm, before the training", "Do our figures by form of harm mean the same everywhere?", _BEFORE),
        ("Forms of harm, after the training", "The same cases again, half a year after the shared training.", _AFTER),
    ):
        _exercise(title, why, chosen, coders, manager)
    while actions.measure_next():
        pass


def _gaps(agencies: Mapping[str, Agency], senders: Mapping[str, User], manager: User) -> None:
    soon = timezone.localdate() + timedelta(days=45)
    for found in standing().gaps[:3]:
        actions.take_on_gap(
            key=found.key, kind=found.gap.kind.value, what=found.gap.reason, step=found.gap.action[:300],
            agency=agencies.get(found.gap.agency), dataset=found.gap.dataset, columns=found.gap.columns,
            questions=found.questions, owner=senders.get(found.gap.agency, manager), due=soon, by=manager,
            decisions="Which help to commission for next year, and where.",
        )  # fmt: skip
    actions.take_on_gap(
        kind="not_analysed", what="Nobody has compared where harm happens with where licensed premises were visited.",
        step="Bring licensing visits by ward to the next panel.", agency=agencies["council"], owner=senders["council"],
        due=soon, by=manager,
    )  # fmt: skip


def _practice(senders: Mapping[str, User], manager: User) -> None:
    soon = timezone.localdate() + timedelta(days=60)
    actions.note_discrepancy(
        indicator="MI01", question="missing-and-harm",
        figure_says="Fewer missing episodes from home were reported than in the year before.",
        practice_says="Families say that they no longer ring, because nobody came the last time.",
        heard_from="Return interview team", test="Ask thirty families at return interviews whether they rang each time.",
        owner=senders["police"], due=soon, by=manager,
    )  # fmt: skip
    noted = actions.note_discrepancy(
        indicator="CE01", question="how-many-known",
        figure_says="The number of open exploitation plans rose by a fifth in one quarter.",
        practice_says="Nothing changed on the street; the form did.", heard_from="Exploitation panel chair",
        test="Compare the plans opened before and after the new form, case by case.", owner=senders["council"], due=soon,
        by=manager,
    )  # fmt: skip
    actions.settle_discrepancy(
        noted.pk, state="practice", by=senders["council"],
        found="The new form asks the question at each referral. The rise is recognition, and the series has a break there.",
    )  # fmt: skip


def _exercise(
    title: str, why: str, chosen: tuple[tuple[tuple[str, ...], ...], ...], coders: list[User], manager: User
) -> Exercise:
    closes = timezone.localdate() + timedelta(days=14)
    made = actions.make_exercise(title=title, codelist="harm", why=why, closes=closes, owner=manager, by=manager)
    for text in _CASES:
        actions.add_case(made, text=text, by=manager)
    actions.ask_coders(made, people=coders, by=manager)
    actions.open_exercise(made, by=manager)
    for place, coder in enumerate(coders):
        said = {n: (codes[place], "") for n, codes in enumerate(chosen, start=1)}
        actions.code_cases(made, said=said, by=coder)
        actions.hand_in(made, by=coder)
    return made
