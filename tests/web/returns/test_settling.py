"""Checked, signed off by a second person, kept for good; withdrawn and superseded with their history."""

from datetime import timedelta

import pytest
from django.core import mail

from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns import access, actions, port
from plait_web.returns.models import Expected, Submission
from plait_web.returns.states import STEPS, Standing, State, table
from tests.web.returns.conftest import fresh

pytestmark = pytest.mark.django_db


def test_a_second_person_signs_off_and_the_snapshot_is_kept(accepted, second, workspace):
    assert (accepted.state, accepted.signed_by) == (State.ACCEPTED, second)
    assert (workspace / "store" / "returns" / accepted.kept / "return.json").is_file()
    assert not accepted.folder.exists()
    assert accepted.names == []


def test_what_the_file_was_called_is_gone_once_it_is_accepted(
    sent, sender, second, workspace, django_capture_on_commit_callbacks
):
    made = sent("A1,2025-06-01,CSE,known", name="Zebedee Quill.csv")
    assert made.names == ["Zebedee Quill.csv"]
    actions.send_for_sign_off(made, by=sender)
    with django_capture_on_commit_callbacks(execute=True):
        actions.sign_off(made, by=second)
    kept = [p.read_bytes() for p in (workspace / "store").rglob("*") if p.is_file()]
    assert kept and not any(b"Zebedee" in one for one in kept)
    rows = str(list(Submission.objects.values())) + str(list(made.findings.values()))
    assert "Zebedee" not in rows


def test_the_sender_never_signs_off(waiting, sender):
    with pytest.raises(Refused, match="You sent this return"):
        actions.sign_off(waiting, by=sender)
    assert fresh(waiting).state == State.WAITING


def test_nobody_of_another_agency_signs_off(waiting, stranger, manager):
    for by in (stranger, manager):
        with pytest.raises(Refused, match="Only people of Marlshire Council"):
            actions.sign_off(waiting, by=by)


def test_signing_off_twice_is_refused(accepted, second, person, council):
    with pytest.raises(Refused, match="not waiting for sign-off"):
        actions.sign_off(accepted, by=second)


def test_an_agreement_that_ended_meanwhile_stops_the_sign_off(waiting, second, agreement, today):
    agreement.until = today - timedelta(days=1)
    agreement.save()
    with pytest.raises(Refused, match="pseudonymised-strategic ended"):
        actions.sign_off(waiting, by=second)


def test_what_was_accepted_is_no_longer_used_once_the_agreement_ends(accepted, agreement, today):
    (kept,) = port.accepted_kept(today)
    assert "concerns" in kept.tables and kept.supplied
    later = agreement.until + timedelta(days=1)
    (kept,) = port.accepted_kept(later)
    assert kept.tables == {} and kept.supplied == ()
    assert [f.code for f in kept.findings if f.severity == "refused"] == ["agreement.none"]


def test_a_later_return_supersedes_the_first_and_both_stay(accepted, sent, sender, second):
    newer = sent("A1,2025-06-01,CSE,known", by=second)
    actions.send_for_sign_off(newer, by=second)
    actions.sign_off(fresh(newer), by=sender)
    assert (fresh(accepted).state, fresh(newer).state) == (State.SUPERSEDED, State.ACCEPTED)
    assert partnership.shelf().kept("returns", accepted.kept) is not None
    assert [s.pk for s in access.accepted("2025-26")] == [newer.pk]


def test_sending_back_needs_a_reason_and_tells_the_sender(waiting, second, django_capture_on_commit_callbacks):
    with pytest.raises(Refused, match="Say what is to be put right"):
        actions.send_back(waiting, why=" ", by=second)
    with django_capture_on_commit_callbacks(execute=True):
        actions.send_back(waiting, why="Row 4 has the wrong year", by=second)
    assert (fresh(waiting).state, fresh(waiting).back_why) == (State.NEEDS_ATTENTION, "Row 4 has the wrong year")
    assert [m.to for m in mail.outbox] == [[waiting.sent_by.email]]


def test_withdrawing_needs_a_reason_and_erases_the_file(sent, sender, django_capture_on_commit_callbacks):
    made = sent()
    with pytest.raises(Refused, match="Say why"):
        actions.withdraw(made, why="", by=sender)
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(made, why="Sent by mistake", by=sender)
    assert fresh(made).state == State.WITHDRAWN
    assert not made.folder.exists()


def test_an_accepted_return_can_be_withdrawn_and_is_not_used_then(accepted, sender):
    actions.withdraw(accepted, why="The export was wrong", by=sender)
    assert not access.accepted().exists()
    assert partnership.shelf().kept("returns", accepted.kept) is not None


def test_a_withdrawn_return_is_settled(sent, sender):
    made = sent()
    actions.withdraw(made, why="A mistake", by=sender)
    for act in (
        lambda: actions.withdraw(made, why="Again", by=sender),
        lambda: actions.send_for_sign_off(made, by=sender),
    ):
        with pytest.raises(Refused, match="It is now: withdrawn"):
            act()


def test_a_nil_return_is_signed_off_by_a_second_person(expected, sender, second):
    made = actions.submit_nil(expected, by=sender)
    with pytest.raises(Refused, match="You sent this return"):
        actions.sign_off(made, by=sender)
    actions.sign_off(made, by=second)
    assert access.place(expected).standing == Standing.NIL
    assert not access.accepted().exists()


def test_files_nobody_finished_are_erased_after_thirty_days(sent, today, django_capture_on_commit_callbacks):
    made = sent("A2,,CSE,known")
    assert actions.tidy(on=today + timedelta(days=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.tidy(on=today + timedelta(days=31)) == 1
    assert fresh(made).state == State.EXPIRED
    assert not made.folder.exists()


def test_receipts_and_requests_hold_a_link_and_no_figure(sent, sender, second, django_capture_on_commit_callbacks):
    made = sent()
    with django_capture_on_commit_callbacks(execute=True):
        actions.send_for_sign_off(made, by=sender)
    with django_capture_on_commit_callbacks(execute=True):
        actions.sign_off(fresh(made), by=second)
    asked, receipt = mail.outbox
    assert (asked.to, receipt.to) == ([second.email], [sender.email])
    assert all(f"/returns/{made.pk}/" in m.body and "12" not in m.body.replace(str(made.pk), "") for m in mail.outbox)


def test_every_step_starts_where_the_table_says(sent, sender, second, expected):
    """Each act is tried from each state: it is refused exactly where the table does not list the state."""
    acts = {
        "send": lambda s: actions.send_for_sign_off(s, by=sender),
        "send_back": lambda s: actions.send_back(s, why="Again", by=second),
        "sign_off": lambda s: actions.sign_off(s, by=second),
        "withdraw": lambda s: actions.withdraw(s, why="A mistake", by=sender),
    }
    made = sent()
    for name, act in acts.items():
        for state in State:
            Submission.objects.filter(pk=made.pk).update(
                state=state, kept="", names=["concerns.csv"], signed_by=None, signed_at=None
            )
            allowed = True
            try:
                act(fresh(made))
            except Refused as reason:
                allowed = False
                assert STEPS[name].refusal in str(reason)
            assert allowed == (state in STEPS[name].before), (name, state)
            if allowed:
                assert fresh(made).state in STEPS[name].after


def test_the_documentation_shows_the_table():
    from pathlib import Path

    page = Path(__file__).parents[3] / "docs" / "how-to" / "send-a-return.md"
    assert table() in page.read_text(encoding="utf-8")


def test_the_database_itself_refuses_a_sender_who_signs(waiting, sender):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=waiting.pk).update(signed_by=sender)


def test_a_person_keeps_no_return_ownerless(expected, sender, second, manager):
    actions.set_people(expected, owner=sender, deputy=second, by=manager)
    assert Expected.objects.get(pk=expected.pk).owner == sender
