"""The map goes out as a file and comes in again; nothing is saved before it was looked through."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from plait_web.audit.models import Event
from plait_web.knowledge import access, actions, reading
from plait_web.knowledge.models import Asset, MapFile
from plait_web.permissions import Refused

pytestmark = pytest.mark.django_db


def sent(browser, content: str, name="map.csv", **more):
    file = SimpleUploadedFile(name, content.encode())
    return browser.post("/data-map/files/", {"file": file, **more}, follow=True)


def template(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(reading.HEADINGS.values()))
    writer.writeheader()
    writer.writerows({reading.HEADINGS[name]: text for name, text in row.items()} for row in rows)
    return out.getvalue()


def looked(user):
    return reading.looked_through(access.files_of(user).get(), user)


GOOD = {
    "agency": "Marlshire Council",
    "item": "Incident book",
    "capture": "On paper",
    "dataset": "Events",
    "columns": "All",
}


def test_what_goes_out_comes_in_as_it_was(line, client_of, ours):
    browser = client_of(ours)
    out = browser.get("/data-map/file.csv").content.decode("utf-8-sig")
    assert "Exploitation tracker" in out
    sent(browser, out)
    found = looked(ours)
    assert ([x.asset.pk for x in found.same], found.changing, found.problems) == ([line.pk], (), ())


def test_the_workbook_comes_in_too(line, client_of, ours):
    browser = client_of(ours)
    file = SimpleUploadedFile("map.xlsx", browser.get("/data-map/file.xlsx").content)
    browser.post("/data-map/files/", {"file": file, "agency": ""}, follow=True)
    assert len(looked(ours).same) == 1


def test_nothing_is_saved_before_it_was_looked_through(client_of, ours):
    browser = client_of(ours)
    page = sent(browser, template(GOOD)).content.decode()
    assert "Nothing is saved yet" in page and "Incident book" in page and not Asset.objects.exists()
    browser.post(f"/data-map/files/{MapFile.objects.get().pk}/")
    made = Asset.objects.get()
    assert (made.item, made.dataset, made.columns, made.capture, made.origin) == (
        "Incident book",
        "events",
        ["*"],
        "paper",
        "file",
    )
    kept = MapFile.objects.get()
    assert (kept.rows, kept.headings) == ([], []) and kept.saved


def test_a_line_with_its_number_changes_what_is_there(line, client_of, ours):
    row = GOOD | {"number": str(line.pk), "item": "Tracker", "capture": "Coded in a system"}
    sent(client_of(ours), template(row))
    actions.save_file(MapFile.objects.get().pk, by=ours)
    line.refresh_from_db()
    assert (line.item, line.capture, Asset.objects.count()) == ("Tracker", "coded", 1)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"agency": "Marlshire Police"}, "No agency whose lines you keep"),
        ({"capture": "On stone"}, "none of the words"),
        ({"dataset": "Secrets"}, "Nothing of this name"),
        ({"columns": "Secrets"}, "Nothing of this name"),
        ({"columns": ""}, "which items"),
        ({"since": "long ago"}, "not a day"),
        ({"item": "x" * 201}, "longer than 200"),
        ({"number": "987654"}, "no line of this number"),
        ({"number": "x"}, "no line of this number"),
        ({"item": "", "dataset": "", "columns": ""}, "what it is called"),
    ],
)
def test_each_problem_says_the_row_and_never_the_cell(row, problem, client_of, ours, police):
    page = sent(client_of(ours), template(GOOD, GOOD | row)).content.decode()
    (found,) = looked(ours).problems
    assert found.row == 3 and problem in found.problem and problem in page
    said = f"{found.problem} {found.remedy}"
    assert not [text for text in row.values() if text and len(text) > 1 and text in said]


def test_good_lines_are_saved_beside_bad_ones(client_of, ours):
    sent(client_of(ours), template(GOOD, GOOD | {"capture": "?"}))
    assert actions.save_file(MapFile.objects.get().pk, by=ours) == 1


def test_another_persons_file_is_not_found(client_of, ours, theirs):
    sent(client_of(ours), template(GOOD))
    pk, other = MapFile.objects.get().pk, client_of(theirs)
    assert [
        other.get(f"/data-map/files/{pk}/").status_code,
        other.get(f"/data-map/files/{pk}/headings/").status_code,
    ] == [404, 404]
    with pytest.raises(MapFile.DoesNotExist):
        actions.save_file(pk, by=theirs)


def test_a_file_is_dealt_with_once(client_of, ours):
    sent(client_of(ours), template(GOOD))
    pk = MapFile.objects.get().pk
    actions.put_file_aside(pk, by=ours)
    with pytest.raises(Refused, match="dealt with already"):
        actions.save_file(pk, by=ours)
    assert not Asset.objects.exists()
    assert Event.objects.latest("id").act == "data_map.file_put_aside"


def test_a_catalogue_is_mapped_and_then_looked_through(client_of, ours):
    content = '{"@type": "dcat:Dataset", "dct:title": "Missing episodes", "dct:description": "Reports", "dct:issued": "2023-05"}'
    browser = client_of(ours)
    page = sent(browser, content, "catalogue.json").content.decode()
    assert "What is in this catalogue?" in page
    pk = MapFile.objects.get().pk
    shown = browser.post(
        f"/data-map/files/{pk}/headings/", {"item": "title", "meaning": "description", "since": "issued"}, follow=True
    )
    assert "Missing episodes" in shown.content.decode()
    browser.post(f"/data-map/files/{pk}/")
    made = Asset.objects.get()
    assert (made.item, made.meaning, str(made.since), made.dataset) == ("Missing episodes", "Reports", "2023-05-01", "")


@pytest.mark.parametrize(("name", "content"), [("a.pdf", "%PDF-1.7"), ("a.json", "{"), ("a.csv", "Title,Notes\n")])
def test_a_file_that_holds_no_lines_is_refused_in_words(name, content, client_of, ours):
    page = sent(client_of(ours), content, name).content.decode()
    assert "govuk-error-summary" in page and not MapFile.objects.exists()


def test_no_cell_of_a_download_is_a_formula(client_of, ours, council):
    actions.map_asset(agency=council, item="=1+1", by=ours)
    assert ",'=1+1," in client_of(ours).get("/data-map/file.csv").content.decode()
