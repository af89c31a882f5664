"""Reading in the background: one worker at a time, and one that dies loses nothing."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from plait.declare import FileMap
from plait.store import Store
from plait_web.permissions import Refused
from plait_web.returns import actions, files, reading
from plait_web.returns.actions import reading as worker
from plait_web.returns.models import AgencyMap, Submission, Waiver
from plait_web.returns.states import State
from tests.web.returns.conftest import fresh

pytestmark = pytest.mark.django_db
OWN = "Our ref,When noted,Exploitation type,Level"
OWN_LINES = [f"A{n},{n % 28 + 1}/6/2025,CSE,known" for n in range(20)]


def _held(submission: Submission, *, until: int) -> None:
    Submission.objects.filter(pk=submission.pk).update(
        state=State.READING,
        lease="6f0f3b52-3a77-4a3e-9f58-2a3c2c4e9f11",
        lease_until=timezone.now() + timedelta(seconds=until),
    )


def test_a_return_another_worker_has_is_left_alone(no_worker, sent):
    made = sent()
    _held(made, until=30)
    actions.read(made.pk)
    assert fresh(made).state == State.READING


def test_a_return_whose_worker_died_is_taken_up_again(no_worker, sent):
    made = sent()
    _held(made, until=-1)
    actions.read(made.pk)
    assert fresh(made).state == State.READY


def test_a_return_that_kills_its_workers_is_given_up_in_words(no_worker, sent):
    made = sent()
    Submission.objects.filter(pk=made.pk).update(tries=worker.TRIES)
    _held(made, until=-1)
    actions.read(made.pk)
    assert fresh(made).state == State.REFUSED
    assert "stopped the service more than once" in fresh(made).refusal


def test_resuming_asks_for_each_that_waits(sent, no_worker, settings):
    made = sent()
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
    assert actions.resume() == 1
    assert fresh(made).state == State.READY


def test_a_worker_told_to_stop_puts_the_return_back(no_worker, sent, monkeypatch):
    made = sent()

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "read", stop)
    with pytest.raises(KeyboardInterrupt):
        actions.read(made.pk)
    assert (fresh(made).state, fresh(made).lease, fresh(made).tries) == (State.RECEIVED, None, 0)


def test_a_fault_of_ours_says_so_and_gives_a_number(no_worker, sent, monkeypatch, caplog):
    made = sent()

    def fail(*_, **__):
        raise RuntimeError("Zebedee Quill was born on 3 April")

    monkeypatch.setattr(reading, "read", fail)
    actions.read(made.pk)
    assert fresh(made).state == State.REFUSED
    assert "Zebedee" not in fresh(made).refusal
    assert "It is a fault of the software" in fresh(made).refusal


def test_a_return_waits_while_the_service_has_no_key(no_worker, sent, settings, tmp_path):
    made = sent()
    real = settings.KEY_FILE
    settings.KEY_FILE = tmp_path / "nowhere.key"
    actions.read(made.pk)
    assert (fresh(made).state, fresh(made).refusal) == (State.RECEIVED, "")
    settings.KEY_FILE = real
    actions.read(made.pk)
    assert fresh(made).state == State.READY


def test_a_return_whose_quarantine_another_worker_holds_waits(no_worker, sent):
    made = sent()
    with Store(files.coded_in(made.folder)).writing():
        actions.read(made.pk)
    assert fresh(made).state == State.RECEIVED
    actions.read(made.pk)
    assert fresh(made).state == State.READY


def test_what_a_slow_worker_found_does_not_stand_once_the_return_is_withdrawn(no_worker, sent, sender, monkeypatch):
    made = sent()
    real = reading.read

    def meanwhile(*args, **kwargs):
        actions.withdraw(made, why="A mistake", by=sender)
        return real(*args, **kwargs)

    monkeypatch.setattr(reading, "read", meanwhile)
    actions.read(made.pk)
    assert fresh(made).state == State.WITHDRAWN


def test_columns_matched_once_are_matched_the_next_time(sent, sender, council):
    made = sent(*OWN_LINES, columns=OWN)
    assert made.state == State.NEEDS_MAP
    actions.match_columns(made, maps=[FileMap.model_validate(m) for m in made.maps], by=sender)
    assert fresh(made).state in (State.READY, State.NEEDS_ATTENTION)
    assert AgencyMap.objects.get(agency=council).by == sender
    first = fresh(made)
    again = sent(*OWN_LINES, columns=OWN)
    assert (again.state, again.maps) == (first.state, first.maps)


def test_another_agencys_maps_are_not_used(sent, sender, stranger, police, point, csv):
    made = sent(*OWN_LINES, columns=OWN)
    actions.match_columns(made, maps=[FileMap.model_validate(m) for m in made.maps], by=sender)
    theirs = actions.submit(point.expected.get(agency=police), [csv(*OWN_LINES, columns=OWN)], by=stranger)
    assert fresh(theirs).state == State.NEEDS_MAP


def test_the_sketch_lies_in_quarantine_with_the_headings(sent):
    made = sent(*OWN_LINES, columns=OWN)
    said = json.loads((made.folder / "sketch.json").read_text())
    assert any("Exploitation type" in one["headings"] for one in said.values())


def test_a_check_is_waived_with_a_reason_by_role_and_read_again(sent, analyst, council):
    made = sent(*(f"A{n},2025-06-01,CSE,known" for n in range(9)), "A2,2031-01-01,CSE,known")
    code = made.findings.exclude(severity="note").first().code
    with pytest.raises(Refused, match="Give the reason"):
        actions.waive(made, code=code, reason="", by=analyst)
    actions.waive(made, code=code, reason="Dates are of review", by=analyst)
    waiver = Waiver.objects.get(agency=council)
    assert waiver.acting_as == "Partnership analyst"
    assert fresh(made).findings.get(code=code).severity == "note"


def test_only_the_analyst_or_manager_waives(sent, sender, recorded):
    made = sent("A2,,CSE,known", "A1,2025-06-01,CSE,known")
    code = made.findings.filter(severity="error").first().code
    with pytest.raises(Refused, match="analyst or manager"):
        actions.waive(made, code=code, reason="Please", by=sender)
    assert "return.check_waived" not in recorded()


def test_what_waits_can_be_read_before_its_task_comes_to_it(sent, no_worker):
    made = sent()
    assert made.state == State.RECEIVED
    assert actions.read_waiting()
    assert fresh(made).state == State.READY
    assert not actions.read_waiting()
    settled = fresh(made).changed_at
    actions.read(made.pk)  # the task that comes after finds nothing to do
    assert fresh(made).changed_at == settled
