"""A return arrives, is read in the background, and says how it went."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.permissions import Refused
from plait_web.returns import actions, files
from plait_web.returns.models import Submission
from plait_web.returns.states import State
from tests.web.returns.conftest import fresh

pytestmark = pytest.mark.django_db


def test_a_good_file_is_ready_to_check(sent):
    made = sent()
    assert (made.state, made.refusal) == (State.READY, "")
    assert made.summary["rows"] == {"concerns": [12, 12]}


def test_a_file_with_faults_needs_attention_and_says_where(sent):
    made = sent("A1,2025-06-01,CSE,known", "A2,,CSE,known")
    assert made.state == State.NEEDS_ATTENTION
    row = made.findings.get(severity="error")
    assert (row.row, row.dataset) == (3, "concerns")


def test_no_finding_or_summary_holds_what_a_cell_said(sent):
    made = sent("Zebedee Quill,not-a-day,Zebra,Quagga")
    said = str(made.summary) + "".join(f"{f.problem}{f.remedy}{f.column}" for f in made.findings.all())
    assert not any(word in said for word in ("Zebedee", "not-a-day", "Zebra", "Quagga"))


def test_an_unknown_layout_asks_which_column_is_which(sent):
    made = sent("A1,1/6/2025,CSE", columns="Our ref,When noted,Exploitation type")
    assert made.state == State.NEEDS_MAP
    assert {c["column"] for m in made.maps for c in m["columns"]} >= {"harms"}


def test_what_nobody_can_read_is_refused_in_words(sent):
    made = sent(name="concerns.csv", columns="")
    assert made.state in (State.REFUSED, State.NEEDS_MAP)


def test_the_coded_form_waits_in_quarantine_and_not_in_the_store(sent, workspace):
    made = sent()
    assert (files.coded_in(made.folder) / "returns" / made.kept).is_dir()
    assert not (workspace / "store" / "returns").exists()


def test_a_newer_file_replaces_one_that_is_being_put_right(sent, django_capture_on_commit_callbacks):
    first = sent("A2,,CSE,known")
    with django_capture_on_commit_callbacks(execute=True):
        second = sent()
    assert (fresh(first).state, second.state, second.number) == (State.REPLACED, State.READY, 2)
    assert not first.folder.exists()
    assert second.folder.exists()


def test_a_return_that_waits_for_sign_off_is_not_replaced(waiting, sent):
    with pytest.raises(Refused, match="waiting for sign-off"):
        sent()
    assert fresh(waiting).state == State.WAITING


def test_only_the_agencys_own_people_send(expected, stranger, manager, csv):
    for by in (stranger, manager):
        with pytest.raises(Refused, match="Only people of Marlshire Council"):
            actions.submit(expected, [csv()], by=by)


def test_nothing_is_sent_before_the_collection_opens(expected, sender, csv, today):
    expected.point.opens = expected.point.due = today + timedelta(days=3)
    expected.point.save()
    with pytest.raises(Refused, match="This collection opens on"):
        actions.submit(expected, [csv()], by=sender)


def test_an_agreement_that_ended_is_named_and_nothing_is_stored(expected, sender, csv, agreement, today, workspace):
    agreement.until = today - timedelta(days=1)
    agreement.save()
    with pytest.raises(Refused, match="The agreement pseudonymised-strategic ended on"):
        actions.submit(expected, [csv()], by=sender)
    assert not Submission.objects.exists()
    assert not list(workspace.glob("uploads/*"))


def test_sending_no_file_is_refused(expected, sender):
    with pytest.raises(Refused, match="Choose at least one file"):
        actions.submit(expected, [], by=sender)


def test_sending_and_reading_are_recorded_without_a_figure(sent, recorded):
    sent()
    assert recorded()[-2:] == ["return.sent", "return.read"]


def test_several_files_are_one_return(expected, sender, csv):
    sent = actions.submit(expected, [csv(), csv(name="concerns.csv")], by=sender)
    assert fresh(sent).names == ["concerns.csv", "concerns (2).csv"]


def test_the_agencys_own_system_sends_too(expected, csv):
    made = actions.submit(expected, [csv()], by=None, route=Submission.Route.API)
    assert fresh(made).state == State.READY


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\concerns.csv", "concerns.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("<script>.csv", "script_.csv"),
        ("-rf.csv", "rf.csv"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".xlsx", "x" * 120 + ".xlsx"),
        ("Ünïcode ŷ.csv", "Ünïcode ŷ.csv"),
    ],
)
def test_names_are_safe_to_store(given, kept):
    assert files.safe_name(given) == kept


def test_quarantine_is_for_its_owner_only(sent):
    made = sent()
    assert made.folder.stat().st_mode & 0o077 == 0
    assert files.source_in(made.folder, made.names).stat().st_mode & 0o077 == 0


def test_a_sealed_file_goes_the_same_way(expected, sender, csv, tmp_path, workspace):
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from plait.declare import load_pack
    from plait.pipeline import prepare_return
    from plait.pseudonymise import Key
    from plait.values import Period

    raw, out, room = tmp_path / "concerns.csv", tmp_path / "sealed.plait", tmp_path / "room"
    raw.write_bytes(csv().read())
    room.mkdir()
    prepare_return(
        raw, load_pack(), out, room, agency="council", period=Period.parse("2025-26"), key=Key.read(settings.KEY_FILE),
        on=timezone.localdate(),
    )  # fmt: skip
    made = actions.submit(expected, [SimpleUploadedFile("sealed.plait", out.read_bytes())], by=sender)
    assert (fresh(made).state, fresh(made).refusal) == (State.READY, "")
    assert fresh(made).summary["rows"] == {"concerns": [12, 12]}


def test_a_sealed_file_of_another_agency_is_refused(point, stranger, police, csv, tmp_path):
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from plait.declare import load_pack
    from plait.pipeline import prepare_return
    from plait.pseudonymise import Key
    from plait.values import Period

    raw, out, room = tmp_path / "concerns.csv", tmp_path / "sealed.plait", tmp_path / "room"
    raw.write_bytes(csv().read())
    room.mkdir()
    prepare_return(
        raw, load_pack(), out, room, agency="council", period=Period.parse("2025-26"), key=Key.read(settings.KEY_FILE),
        on=timezone.localdate(),
    )  # fmt: skip
    theirs = point.expected.get(agency=police)
    made = actions.submit(theirs, [SimpleUploadedFile("sealed.plait", out.read_bytes())], by=stranger)
    assert fresh(made).state == State.REFUSED
    assert "another agency" in fresh(made).refusal
