"""Each page about how good the data is, empty and full, in a real browser: no accessibility fault, nothing too wide."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from plait_web.quality import actions
from plait_web.quality.models import Exercise, Measured
from plait_web.quality.standing import standing
from plait_web.returns.models import CollectionPoint, Expected, Submission
from plait_web.returns.states import State
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]
SIZES = pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])


def exercise(title, people, manager, *, closed):
    made = actions.make_exercise(
        title=title, codelist="harm", closes=timezone.localdate() + timedelta(days=9), owner=manager, by=manager
    )
    for n in range(2):
        actions.add_case(made, text=f"An invented case {n}", by=manager)
    actions.ask_coders(made, people=people, by=manager)
    actions.open_exercise(made, by=manager)
    for user, codes in zip(people if closed else people[:1], (["CSE"], ["CSE", "CCE"]), strict=False):
        actions.code_cases(made, said={1: (codes, "The age"), 2: (["SYV"], "")}, by=user)
        if closed:
            actions.hand_in(made, by=user)
    return Exercise.objects.get(pk=made.pk)


def returned(council, period, usable):
    today = timezone.localdate()
    point = CollectionPoint.objects.create(datasets=["concerns"], period=period, opens=today, due=today)
    asked = Expected.objects.create(point=point, agency=council)
    sent = Submission.objects.create(id=UUID(int=int(period[:4])), expected=asked, number=1, state=State.ACCEPTED)
    said = {
        "read": 500,
        "usable": usable,
        "conflicting": 20,
        "days_late": 3,
        "columns": {"harms": [90, 60, 2], "person": [0, 0, 0]},
    }
    Measured.objects.create(submission=sent, dataset="concerns", **said)


@pytest.fixture
def full(setting, council, manager, practitioner, stranger, today):
    """Something of each kind, in more than one state."""
    found = standing().gaps[0]
    taken = actions.take_on_gap(
        key=found.key, kind=found.gap.kind.value, what=found.gap.reason, step="Ask", agency=council, questions=found.questions,
        owner=manager, due=today, by=manager,
    )  # fmt: skip
    left = actions.take_on_gap(kind="not_recorded", what="No method", step="Ask", owner=manager, due=today, by=manager)
    actions.end_gap(left.pk, state="left", outcome="The supplier cannot", by=manager)
    said = {"figure_says": "Fewer", "practice_says": "More", "heard_from": "Street team", "test": "Read cases"}
    for indicator in ("MI01", "MI01", ""):
        noted = actions.note_discrepancy(**said, owner=manager, due=today, indicator=indicator, by=manager)
    actions.settle_discrepancy(noted.pk, state="both", found="Reports fell, harm did not", by=manager)
    return {
        "gap": taken, "noted": noted, "key": standing().gaps[1].key,
        "open": exercise("Open", [manager, stranger], manager, closed=False),
        "closed": exercise("Closed", [practitioner, stranger], manager, closed=True),
    }  # fmt: skip


@SIZES
def test_every_page_full(reader, full, council, manager, options):  # noqa: F811
    for period, usable in (("2022-23", 450), ("2023-24", 470), ("2024-25", 500)):
        returned(council, period, usable)
    here = reader(manager, **options)
    for name, *args in (
        ("gaps",), ("new_gap",), ("reliance",), ("take_on", full["key"]), ("gap", full["gap"].pk), ("change_gap", full["gap"].pk),
        ("end_gap", full["gap"].pk), ("plan_gap", full["gap"].pk), ("discrepancies",), ("new_discrepancy",),
        ("settle", full["noted"].pk), ("plan_test", full["noted"].pk), ("exercises",), ("new_exercise",),
        ("exercise", full["open"].pk), ("exercise", full["closed"].pk), ("add_case", full["open"].pk),
        ("ask_people", full["open"].pk), ("code", full["open"].pk, 1), ("quality",),
        ("one", "council", "concerns"),
    ):  # fmt: skip
        here.open(f"quality:{name}", *args)
    here.open("quality:gaps", query="?view=ended")
    here.open("quality:new_discrepancy", query="?indicator=MI01")
    here.send("Keep it")  # nothing is filled in: the page with its error summary


def test_every_page_empty(reader, partnership, manager):  # noqa: F811
    here = reader(manager)
    for name in ("gaps", "reliance", "discrepancies", "exercises", "quality"):
        here.open(f"quality:{name}")
