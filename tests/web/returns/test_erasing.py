"""What an agreement lets be kept for so long is gone after it, and what was worked out from it person by person too."""

from datetime import date, timedelta

import pytest

from plait.errors import StoreError
from plait_web.audit.models import Event
from plait_web.partnership import access as partnership
from plait_web.returns import access, actions, port
from plait_web.returns.actions.erasing import _years_later
from plait_web.returns.models import Submission
from plait_web.returns.states import Standing, State
from tests.web.returns.conftest import fresh, text_of

pytestmark = pytest.mark.django_db


def after(submission):
    return submission.keep_until + timedelta(days=1)


def in_store(workspace):
    return sorted(p.name for p in (workspace / "store" / "returns").iterdir())


def test_how_long_it_may_be_kept_is_told_on_the_receipt(accepted, today, client_of, second):
    years = partnership.pack().agreements["pseudonymised_strategic"].retention_years
    assert accepted.keep_until.year == today.year + years
    page = text_of(client_of(second).get(f"/returns/{accepted.pk}/"))
    assert f"Kept until {accepted.keep_until.day} {accepted.keep_until:%B %Y}, then erased" in page


def test_on_its_last_day_it_is_still_there(accepted, workspace):
    assert actions.erase_ended(on=accepted.keep_until) == 0
    assert in_store(workspace) == [accepted.kept]


def test_the_day_after_nothing_of_it_is_left(accepted, workspace, client_of, second):
    snapshot, day = accepted.kept, after(accepted)
    assert actions.erase_ended(on=day) == 1
    gone = fresh(accepted)
    assert in_store(workspace) == []
    assert (gone.state, gone.kept, gone.summary, gone.maps, gone.findings.count()) == (State.ERASED, "", {}, [], 0)
    assert port.accepted_kept(day) == ()
    (event,) = Event.objects.filter(act="return.erased")
    assert event.detail["snapshot"] == snapshot
    for path in (f"/returns/{gone.pk}/", f"/returns/{gone.pk}/findings/", f"/returns/{gone.pk}/changes/"):
        assert client_of(second).get(path).status_code == 200
    assert "Its coded form was erased on" in text_of(client_of(second).get(f"/returns/{gone.pk}/"))


def test_the_calendar_says_erased_and_not_late(accepted, expected, sender):
    day = after(accepted)
    actions.erase_ended(on=day)
    place = access.place(expected, day)
    assert (place.standing, place.late) == (Standing.ERASED, False)
    assert access.late(sender, day) == []


def test_links_and_counts_made_from_it_go_with_it(accepted, workspace):
    made = workspace / "store" / "steps" / "linked"
    made.mkdir(parents=True)
    (made / "numbers.parquet").touch()
    actions.erase_ended(on=accepted.keep_until)
    assert made.exists(), "while nothing was erased they stay"
    actions.erase_ended(on=after(accepted))
    assert not made.exists()


def test_what_was_superseded_or_withdrawn_goes_too(accepted, sent, sender, second, workspace):
    newer = sent("A1,2025-06-01,CSE,known", by=second)
    actions.send_for_sign_off(newer, by=second)
    actions.sign_off(fresh(newer), by=sender)
    actions.withdraw(fresh(newer), why="The export was wrong", by=sender)
    assert actions.erase_ended(on=after(accepted)) == 2
    assert in_store(workspace) == []
    assert [fresh(one).state for one in (accepted, newer)] == [State.SUPERSEDED, State.WITHDRAWN]
    assert all(fresh(one).erased for one in (accepted, newer))


def test_a_snapshot_that_another_return_rests_on_stays(accepted, expected, second, workspace):
    twin = Submission.objects.create(
        pk="00000000-0000-0000-0000-000000000001", expected=expected, number=9, state=State.SUPERSEDED,
        kept=accepted.kept, signed_at=accepted.signed_at, keep_until=after(accepted),
    )  # fmt: skip
    actions.erase_ended(on=after(accepted))
    assert in_store(workspace) == [twin.kept]
    actions.erase_ended(on=after(twin))
    assert in_store(workspace) == []


def test_an_erasure_that_was_cut_off_is_finished_by_the_next(accepted, workspace, monkeypatch):
    from plait.store import Store

    def cut_off(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as during, pytest.raises(KeyboardInterrupt):
        during.setattr(Store, "drop", cut_off)
        actions.erase_ended(on=after(accepted))
    assert fresh(accepted).state == State.ERASED and in_store(workspace)
    assert actions.erase_ended(on=after(accepted)) == 0
    assert in_store(workspace) == []


def test_while_a_run_uses_the_store_nothing_is_erased(accepted, workspace):
    with partnership.shelf().writing(), pytest.raises(StoreError):
        actions.erase_ended(on=after(accepted))
    assert fresh(accepted).state == State.ACCEPTED
    assert in_store(workspace) == [accepted.kept]


def test_a_return_on_its_way_in_is_not_taken_for_an_orphan(waiting, workspace):
    """Its snapshot is placed just before the sign-off is settled."""
    place = workspace / "store" / "returns" / waiting.kept
    place.mkdir(parents=True)
    actions.erase_ended(on=date(2099, 1, 1))
    assert place.exists()


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2026, 4, 1), 3, date(2029, 4, 1)),
        (date(2028, 2, 29), 3, date(2031, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
    ],
)
def test_years_later(day, years, then):
    assert _years_later(day, years) == then
