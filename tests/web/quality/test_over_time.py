"""What a return was like is measured once it is accepted: exact for its agency, protected for others, forgotten with it."""

import pytest

from plait.declare import load_pack
from plait_web.audit.models import Event
from plait_web.quality import actions, over_time
from plait_web.quality.models import Measured
from plait_web.quality.views.over_time import chart
from plait_web.returns import actions as returns
from plait_web.returns.models import CollectionPoint, Expected, Submission
from tests.web.returns.conftest import (  # noqa: F401
    GOOD,
    accepted,
    agreement,
    csv,
    expected,
    point,
    second,
    sender,
    sent,
    waiting,
    workspace,
)

pytestmark = pytest.mark.django_db
PACK = load_pack()
RULE = PACK.disclosure().partnership


def measured(**said) -> Measured:
    return Measured(**({"read": 200, "usable": 200, "conflicting": 0, "days_late": 0, "dataset": "concerns"} | said))


@pytest.fixture
def whole(accepted):  # noqa: F811
    assert actions.measure_next() and not actions.measure_next()
    return accepted


def test_a_return_is_measured_once(whole):
    row = Measured.objects.get()
    assert (row.dataset, row.read, row.usable, row.columns["harms"]) == ("concerns", len(GOOD), len(GOOD), [0, 0, 0])
    assert row.columns["source"][0] == len(GOOD) and row.days_late == -20
    event = Event.objects.latest("id")
    assert (event.act, event.detail) == ("return.measured", {"datasets": ["concerns"]})


def test_its_agency_sees_it_exactly_and_others_do_not(whole, client_of, sender, manager, theirs):  # noqa: F811
    page = "/data-quality/council/concerns/"
    assert "100.0%" in client_of(sender).get(page).content.decode()
    for other in (manager, theirs):
        shown = client_of(other).get(page).content.decode()
        assert "Too few rows to say" in shown and "100.0%" not in shown
        assert "Too few rows to say" in client_of(other).get("/data-quality/").content.decode()


@pytest.fixture
def theirs(person, police):
    from plait_web.roles import Role

    return person(Role.CONTRIBUTOR, agency=police)


def test_what_is_withdrawn_is_forgotten(whole, sender, keeper):  # noqa: F811
    returns.withdraw(whole, why="Wrong year", by=sender)
    assert keeper.get("/data-quality/council/concerns/").status_code == 404
    assert not actions.measure_next() and not Measured.objects.exists()


def test_what_was_never_measured_is_not_found(keeper, partnership, council):
    assert [keeper.get(f"/data-quality/council/{name}/").status_code for name in ("concerns", "no-such")] == [404, 404]


def test_each_measure_counts_what_it_says():
    row = measured(conflicting=30, columns={"harms": [20, 50, 10], "person": [0, 0, 0]})
    lines = {
        (line.title, line.measure): line.shares[0].words
        for line in over_time.by_column([row], PACK.dataset("concerns"), RULE)
    }
    assert lines["Forms of harm", "empty"] == "10%" and lines["Forms of harm", "unknown"] == "25%"
    assert lines["Forms of harm", "valid"] == "94%"  # 170 of the 180 that hold something
    assert [line.shares[0].words for line in over_time.by_dataset([row], RULE)] == ["100%", "82%", "85%"]


def test_two_returns_of_a_period_are_taken_together(council):
    asked = CollectionPoint(period="2024-25")
    rows = [
        measured(read=60, usable=50, columns={"harms": [10, 0, 0]}),
        measured(read=60, usable=50, columns={"harms": [5, 1, 0]}),
    ]
    for row in rows:
        row.submission = Submission(expected=Expected(point=asked, agency=council))
    ((period, whole),) = over_time.by_period(rows)
    assert (period, whole.read, whole.usable, whole.columns) == ("2024-25", 120, 100, {"harms": [15, 1, 0]})


def test_of_few_rows_not_even_an_empty_column_is_told():
    row = measured(read=50, usable=50, columns={"harms": [50, 0, 0]})
    found = over_time.by_column([row], PACK.dataset("concerns"), RULE)
    assert {line.shares[0].words for line in found} == {"Too few rows to say"}


def test_a_column_that_did_not_come_is_said_to_be_missing():
    rows = [measured(columns={"harms": [0, 0, 0]}), measured(columns={"harms": [0, 0, 0], "status": [0, 0, 0]})]
    found = {
        (line.title, line.measure): line.shares for line in over_time.by_column(rows, PACK.dataset("concerns"), RULE)
    }
    assert found["Status", "empty"][0].words == "Not in the return"


def test_a_chart_leaves_a_gap_where_nothing_may_be_said():
    rows = [measured(), measured(read=50, usable=50), measured(usable=150)]
    for row in rows:
        row.columns = {"harms": [0, 0, 0]}
    drawn = chart("a", ("2022-23", "2023-24", "2024-25"), over_time.by_dataset(rows, RULE)[0])
    assert drawn.drawn == 2 and "2023-24: Too few rows to say" in drawn.label


def test_pages_take_few_queries(whole, keeper, django_assert_max_num_queries):
    for page in ("/data-quality/", "/data-quality/council/concerns/"):
        keeper.get(page)
        with django_assert_max_num_queries(12):
            assert keeper.get(page).status_code == 200
