"""A run starts when what it rests on has changed, never takes the last good picture away, and loses nothing when killed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from plait.errors import UserError
from plait_web.audit.models import Event
from plait_web.partnership import actions as partnership
from plait_web.permissions import Refused
from plait_web.picture import access, actions, making
from plait_web.picture.models import Run
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


def test_before_the_partnership_is_set_up_nothing_runs(db, home):
    assert not actions.want()
    assert not actions.work()
    assert not Run.objects.exists()


def test_the_first_picture_is_made_without_a_return(made):
    """What data could answer is said from the first day."""
    shown = access.newest("partnership")
    assert shown.run == made
    assert len(shown.index["questions"]) > 40
    assert {q["standing"] for q in shown.index["questions"]} <= {"not_yet", "never"}
    assert (shown.folder / "profile" / "profile.pdf").is_file()


def test_nothing_runs_while_nothing_changes(made):
    assert not actions.want()
    assert not actions.work()


def test_what_it_rests_on_changing_starts_a_run(made):
    partnership.add_agency(code="police", name="Marlshire Police", kind="police", areas=["X10000001"], by=None)
    assert actions.want()
    assert Run.objects.first().state == Run.State.WAITING
    assert not actions.want(), "one waits already"


def test_a_run_is_recorded(made):
    acts = list(Event.objects.filter(act__startswith="run.").order_by("id").values_list("act", flat=True))
    assert acts == ["run.asked", "run.started", "run.made"]


@pytest.fixture
def failing(made, monkeypatch):
    """The next run fails, for a reason a person can put right or not."""

    def fail(problem: Exception) -> Run:
        def make(*_: object, **__: object) -> None:
            raise problem

        monkeypatch.setattr(making, "make", make)
        actions.ask_for_run(by=None)
        assert actions.work()
        return Run.objects.first()

    return fail


def test_a_failed_run_leaves_the_last_good_picture_and_says_why(failing, made):
    run = failing(UserError("The pack is not on the shelf."))
    assert (run.state, run.failure) == (Run.State.FAILED, "The pack is not on the shelf.")
    assert access.newest("partnership").run == made


def test_a_fault_of_the_software_is_told_by_a_number_and_never_by_its_words(failing, caplog):
    run = failing(ValueError("Ann Other, born 2011"))
    assert "Ann" not in run.failure + caplog.text.split("Traceback")[0]
    assert "this number" in run.failure


def test_a_run_whose_worker_died_is_taken_up_again(made):
    actions.ask_for_run(by=None)
    lost = Run.objects.get(state=Run.State.WAITING)
    long_ago = timezone.now() - actions.LEASE - timedelta(seconds=1)
    Run.objects.filter(pk=lost.pk).update(state=Run.State.RUNNING, seen=long_ago)
    assert actions.work()
    lost.refresh_from_db()
    assert lost.state == Run.State.MADE


def test_a_run_that_is_alive_is_left_alone(made):
    actions.ask_for_run(by=None)
    Run.objects.filter(state=Run.State.WAITING).update(state=Run.State.RUNNING, seen=timezone.now())
    assert not actions.work()


def test_a_worker_that_starts_puts_back_what_the_last_one_ran(made):
    actions.ask_for_run(by=None)
    Run.objects.filter(state=Run.State.WAITING).update(state=Run.State.RUNNING, seen=timezone.now())
    actions.put_back()
    assert Run.objects.first().state == Run.State.WAITING
    assert actions.work()


def test_killed_half_way_the_next_picture_is_whole(made, monkeypatch):
    """What the killed run left in its folder is not shown, and goes."""
    real = making.make

    def killed(*given: object, into, **more: object) -> None:
        into.mkdir(parents=True)
        (into / "half").write_text("x")
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "make", killed)
    actions.ask_for_run(by=None)
    with pytest.raises(KeyboardInterrupt):
        actions.work()
    assert access.newest("partnership").run == made
    monkeypatch.setattr(making, "make", real)
    actions.put_back()
    assert actions.work()
    folder = access.folder_of(Run.objects.first())
    assert not list(folder.parent.rglob("half"))
    assert (folder / "partnership" / "index.json").is_file()


def test_two_runs_never_wait(made, person):
    actions.ask_for_run(by=person(Role.ANALYST))
    with pytest.raises(Refused, match="waiting to start already"):
        actions.ask_for_run(by=person(Role.MANAGER))


def test_progress_is_told_as_it_goes(made, monkeypatch):
    told = []
    monkeypatch.setattr(actions, "_teller", lambda run, between: lambda *said: told.append(said))
    actions.ask_for_run(by=None)
    actions.work()
    assert [stage for stage, *_ in told][:1] == ["link"]
    assert {stage for stage, *_ in told} >= {"measure", "protect", "publish"}


def test_old_pictures_go_and_what_another_room_points_at_stays(set_up, home, monkeypatch):
    runs = [Run.objects.create(state=Run.State.MADE, why="x") for _ in range(actions.KEPT + 3)]
    failed = Run.objects.create(state=Run.State.FAILED, why="x")
    for run in (*runs, failed):
        (access.folder_of(run) / "partnership").mkdir(parents=True)
    monkeypatch.setattr(actions, "_pointed_at", lambda: {runs[1].pk})
    assert actions.prune() == 2
    assert [access.folder_of(run).exists() for run in runs[:4]] == [False, True, False, True]
    assert access.folder_of(failed).exists()
    assert Run.objects.count() == actions.KEPT + 4, "how each run went stays to be read"
    assert actions.prune() == 0


def test_after_a_run_old_pictures_go(made, monkeypatch):
    monkeypatch.setattr(actions, "KEPT", 1)
    actions.ask_for_run(by=None)
    assert actions.work()
    newest = Run.objects.first()
    assert not access.folder_of(made).exists()
    assert access.newest("partnership").run == newest


def test_from_stage_to_stage_others_have_their_turn(set_up):
    """A return sent while a run goes on is read meanwhile."""
    seen = []
    assert actions.want()
    assert actions.work(between=lambda: seen.append(Run.objects.get().stage))
    assert seen == ["link", "measure", "protect", "publish"] * 2, "for each zone"
