"""The pages of the calendar and of returns: what each person sees, what is refused, and how little they ask of the database."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plait_web.returns import actions
from plait_web.returns.models import CollectionPoint, Submission
from plait_web.returns.states import State
from plait_web.roles import Role
from tests.web.returns.conftest import GOOD, fresh, text_of
from tests.web.returns.test_reading import OWN, OWN_LINES

pytestmark = pytest.mark.django_db
BAD = [f"A{n},,CSE,known" for n in range(3)] + GOOD


@pytest.fixture
def seen(client_of):
    """The words of a page as this person sees it, within twelve queries."""

    def get(user, name, *args, query=None, status=200):
        client = client_of(user)
        address = reverse(f"returns:{name}", args=args)
        client.get(address, query)  # what is looked up once a session is looked up
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = client.get(address, query)
        assert response.status_code == status, (response.status_code, text_of(response))
        if status == 200:
            assert len(asked) <= 12, "\n".join(q["sql"] for q in asked.captured_queries)
        return text_of(response)

    return get


def test_a_contributor_sees_their_own_agencys_calendar(seen, point, sender, police):
    text = seen(sender, "calendar")
    assert "Concerns" in text
    assert police.name not in text


def test_the_manager_sees_every_agency(seen, point, manager, police, council):
    text = seen(manager, "calendar")
    assert police.name in text and council.name in text


def test_an_empty_calendar_says_what_happens_next(seen, sender, manager, partnership):
    assert "Nothing is asked for yet" in seen(sender, "calendar")
    assert "Add a collection" in seen(manager, "calendar")


def test_late_returns_stand_first(seen, point, manager, today):
    from datetime import timedelta

    CollectionPoint.objects.update(due=today - timedelta(days=4))
    assert "Late" in seen(manager, "calendar")


def test_a_calendar_of_many_collections_stays_quick(seen, point, manager, council, police, today):
    for n in range(40):
        actions.add_point(
            datasets=["concerns", "events"],
            period=f"{1980 + n}",
            opens=today,
            due=today,
            agencies=[council, police],
            by=manager,
        )
    assert "Marlshire Police" in seen(manager, "calendar")


@pytest.mark.parametrize("name", ["place", "people", "send", "nil"])
def test_what_another_agency_is_asked_for_is_not_found(seen, expected, stranger, name):
    seen(stranger, name, expected.pk, status=404)


@pytest.mark.parametrize(
    "name",
    [
        "return",
        "state",
        "columns",
        "findings",
        "findings_csv",
        "marked",
        "changes",
        "check",
        "sign_off",
        "send_back",
        "withdraw",
    ],
)
def test_another_agencys_return_is_not_found(seen, sent, stranger, name):
    seen(stranger, name, sent(*BAD).pk, status=404)


@pytest.mark.parametrize("name", ["columns", "findings", "findings_csv", "marked", "changes", "check", "withdraw"])
def test_the_exact_pages_are_closed_to_the_manager(seen, sent, manager, name):
    seen(manager, name, sent(*BAD).pk, status=403)


def test_the_manager_sees_kinds_of_problem_and_no_small_number_or_place(seen, sent, manager, analyst):
    made = sent(*BAD, name="Zebedee Quill.csv")
    for reader in (manager, analyst):
        text = seen(reader, "return", made.pk)
        assert "fewer than" in text
        assert "Zebedee" not in text and " 3 " not in text and "Row 2" not in text


def test_its_own_people_see_exact_numbers(seen, sent, sender):
    text = seen(sender, "return", sent(*BAD).pk)
    assert "There is something to put right" in text
    assert " 15 " in text and " 12 " in text


def test_findings_are_in_the_persons_own_rows_and_filtered(seen, sent, sender):
    made = sent(*BAD)
    assert "Column B (recorded_on) Rows 2, 3, 4" in seen(sender, "findings", made.pk)
    assert "Nothing is like what you chose" in seen(
        sender, "findings", made.pk, query={"severity": "note", "kind": "none"}
    )


def test_findings_are_paged(seen, sent, sender):
    made = sent(*(f"A{n},,,known" for n in range(200)), *GOOD)
    if made.findings.count() > 50:
        assert "Next" in seen(sender, "findings", made.pk)


def test_files_to_take_away(client_of, sent, sender):
    client, made = client_of(sender), sent(*BAD)
    response = client.get(reverse("returns:findings_csv", args=[made.pk]))
    assert response.status_code == 200
    assert b"what to do" in b"".join(response.streaming_content)
    assert client.get(reverse("returns:marked", args=[made.pk])).status_code == 404  # a CSV has no cells to mark


def test_a_workbook_comes_back_marked(client_of, expected, sender, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for line in ("person,recorded_on,harms,status", *BAD):
        book.active.append(line.split(","))
    book.save(tmp_path / "ours.xlsx")
    made = actions.submit(expected, [SimpleUploadedFile("ours.xlsx", (tmp_path / "ours.xlsx").read_bytes())], by=sender)
    response = client_of(sender).get(reverse("returns:marked", args=[made.pk]))
    assert response.status_code == 200
    assert 'filename="ours-marked.xlsx"' in response["Content-Disposition"]
    response.close()


def test_sending_by_the_page(client_of, expected, sender, csv):
    client = client_of(sender)
    response = client.post(reverse("returns:send", args=[expected.pk]), {"files": [csv()]})
    made = Submission.objects.get()
    assert response["Location"] == reverse("returns:return", args=[made.pk])
    assert made.state == State.READY


def test_a_template_filled_in_is_read(client_of, expected, sender, tmp_path):
    import openpyxl

    client = client_of(sender)
    path = tmp_path / "concerns.xlsx"
    path.write_bytes(client.get(reverse("returns:template", args=["concerns"])).content)
    book = openpyxl.load_workbook(path)
    sheet = book["Concerns"]
    headings = [cell.value for cell in sheet[1]]
    for heading, value in (("Your reference", "A1"), ("Recorded on", "2025-06-01"), ("Forms of harm", "CSE")):
        sheet.cell(2, headings.index(heading) + 1, value)
    book.save(path)
    client.post(
        reverse("returns:send", args=[expected.pk]), {"files": [SimpleUploadedFile("c.xlsx", path.read_bytes())]}
    )
    assert Submission.objects.get().summary["rows"] == {"concerns": [1, 1]}
    assert client.get(reverse("returns:template", args=["nonsense"])).status_code == 404


def test_sending_nothing_says_so_beside_the_field(client_of, expected, sender):
    response = client_of(sender).post(reverse("returns:send", args=[expected.pk]), {})
    assert response.status_code == 400
    assert "There is a problem" in text_of(response) and "Choose at least one file" in text_of(response)


def test_a_blocked_page_names_the_agreement_and_greys_the_button(client_of, expected, sender, agreement, today):
    from datetime import timedelta

    agreement.until = today - timedelta(days=1)
    agreement.save()
    response = client_of(sender).get(reverse("returns:send", args=[expected.pk]))
    assert "pseudonymised-strategic ended on" in text_of(response)
    assert "disabled" in response.content.decode()


def test_the_way_from_sending_to_the_receipt(client_of, sent, sender, second, seen):
    made = sent()
    client = client_of(sender)
    assert "Check before it is signed off" in seen(sender, "check", made.pk)
    client.post(reverse("returns:check", args=[made.pk]))
    assert "A second person of Marlshire Council must sign it off: Sam Second" in seen(sender, "return", made.pk)
    assert "Sign off this return" in seen(second, "sign_off", made.pk)
    client_of(second).post(reverse("returns:sign_off", args=[made.pk]))
    text = seen(sender, "return", made.pk)
    assert "Return accepted" in text and fresh(made).kept in text


def test_the_sender_finds_the_sign_off_closed_in_words(client_of, waiting, sender):
    client = client_of(sender)
    assert "You sent this return" in text_of(client.get(reverse("returns:sign_off", args=[waiting.pk])))
    response = client.post(reverse("returns:sign_off", args=[waiting.pk]), follow=True)
    assert "You sent this return" in text_of(response)
    assert fresh(waiting).state == State.WAITING


def test_columns_are_matched_in_the_page(client_of, sent, sender, seen):
    made = sent(*OWN_LINES, columns=OWN)
    text = seen(sender, "columns", made.pk)
    assert "Which column is which?" in text and "the heading is another name for it" in text
    client = client_of(sender)
    said = {"0-person": "Our ref", "0-recorded_on": "When noted", "0-harms": "Exploitation type"}
    response = client.post(reverse("returns:columns", args=[made.pk]), said)
    assert response.status_code == 302
    assert fresh(made).state in (State.READY, State.NEEDS_ATTENTION)
    assert fresh(made).summary["rows"]["concerns"][0] == 20


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"0-harms": ""}, "Concerns needs: Forms of harm"),
        ({"0-status": "Our ref"}, "is chosen for both"),
        ({"0-harms": "Not a heading"}, "That could not be read"),
    ],
)
def test_columns_that_make_no_sense_are_refused_beside_the_form(client_of, sent, sender, change, sentence):
    made = sent(*OWN_LINES, columns=OWN)
    said = {"0-person": "Our ref", "0-recorded_on": "When noted", "0-harms": "Exploitation type"} | change
    response = client_of(sender).post(reverse("returns:columns", args=[made.pk]), said)
    assert response.status_code == 400
    assert sentence in text_of(response)


def test_one_value_for_every_row(client_of, sent, sender):
    made = sent(*(line.rpartition(",")[0].rpartition(",")[0] for line in OWN_LINES), columns="Our ref,When noted")
    assert made.state == State.NEEDS_MAP
    said = {"0-person": "Our ref", "0-recorded_on": "When noted", "0-harms-value": "CSE"}
    client_of(sender).post(reverse("returns:columns", args=[made.pk]), said)
    assert fresh(made).summary["rows"] == {"concerns": [20, 20]}


def test_the_state_is_told_without_a_record_of_reading(client_of, sent, no_worker, sender, recorded):
    made = sent()
    client = client_of(sender)
    before = len(recorded())
    assert client.get(reverse("returns:state", args=[made.pk])).status_code == 202
    assert len(recorded()) == before
    assert "Reading your return" in text_of(client.get(reverse("returns:return", args=[made.pk])))


def test_what_changed_since_last_time(seen, sent, sender):
    sent(*BAD)
    made = sent(*GOOD[:6])
    text = seen(sender, "changes", made.pk)
    assert "Since your last submission" in text and "9 fewer (60%)" in text and "Gone" in text


def test_a_collection_is_added_in_four_questions(client_of, agreement, manager, council, police):
    client = client_of(manager)

    def answer(step, **said):
        return client.post(reverse("returns:add_step", args=[step]), said)["Location"]

    assert client.get(reverse("returns:add_step", args=["check"]))["Location"].endswith("/datasets/")
    assert answer("datasets", datasets=["concerns"]).endswith("/period/")
    assert answer("period", period="2025-26").endswith("/days/")
    days = {"opens_0": 1, "opens_1": 4, "opens_2": 2026, "due_0": 31, "due_1": 5, "due_2": 2026}
    assert answer("days", **days).endswith("/agencies/")
    assert answer("agencies", agencies=["council", "police"]).endswith("/check/")
    assert "31 May 2026" in text_of(client.get(reverse("returns:add_step", args=["check"])))
    client.post(reverse("returns:add_step", args=["check"]))
    assert CollectionPoint.objects.get().expected.count() == 2


def test_an_answer_that_makes_no_sense_is_asked_again(client_of, agreement, manager):
    client = client_of(manager)
    client.post(reverse("returns:add_step", args=["datasets"]), {"datasets": ["concerns"]})
    response = client.post(reverse("returns:add_step", args=["period"]), {"period": "whenever"})
    assert "That is not a period Plait can read" in text_of(response)


def test_waiving_in_the_page(client_of, sent, analyst, seen):
    made = sent(*BAD)
    code = next(iter(made.summary["kinds"]))
    assert "Waive a check" in seen(analyst, "waive", made.pk, code)
    client_of(analyst).post(reverse("returns:waive", args=[made.pk, code]), {"why": "Agreed by the board"})
    assert fresh(made).state in (State.READY, State.NEEDS_ATTENTION)
    seen(analyst, "waive", made.pk, "no.such-check", status=404)


@pytest.mark.parametrize("state", list(State))
def test_a_return_has_a_page_in_each_state(seen, sent, sender, manager, state):
    made = sent(*BAD)
    Submission.objects.filter(pk=made.pk).update(state=state)
    if state == State.NEEDS_MAP:
        Submission.objects.filter(pk=made.pk).update(maps=[])
        seen(manager, "return", made.pk)
        return
    assert text_of is not None and seen(sender, "return", made.pk)
    assert seen(manager, "return", made.pk)


@pytest.mark.parametrize("role", [Role.STRATEGIC_LEAD, Role.PRACTITIONER, Role.REGIONAL, Role.PARTICIPATION])
def test_roles_without_returns_see_none(seen, person, point, role):
    seen(person(role), "calendar", status=403)


def test_a_page_never_names_the_key_file_or_the_store(seen, sent, sender):
    text = seen(sender, "return", sent(*BAD).pk)
    assert str(settings.HOME) not in text and str(settings.KEY_FILE) not in text
