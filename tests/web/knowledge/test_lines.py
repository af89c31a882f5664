"""The data map: each agency keeps its own part, what was is kept, and answers use what is."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from plait_web.audit.models import Event
from plait_web.knowledge import access, actions
from plait_web.knowledge.models import Asset, AssetChange, Rating
from plait_web.permissions import Refused
from plait_web.returns.port import decided_assets

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return list(Event.objects.order_by("id").values_list("act", flat=True))


def test_a_line_is_on_the_map_and_in_the_trail(line):
    assert (access.assets_for(None).get(), acts()[-1]) == (line, "asset.mapped")


def test_another_agency_may_not_add_to_it(council, theirs):
    with pytest.raises(Refused, match="Only people of Marlshire Council"):
        actions.map_asset(agency=council, item="Tracker", by=theirs)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({}, "what it is called"), ({"dataset": "concerns"}, "which items"), ({"item": " ", "dataset": ""}, "")],
)
def test_a_line_says_what_it_is(said, sentence, council, ours):
    if said.get("item") == " ":
        assert actions.map_asset(agency=council, by=ours, **said)
        return
    with pytest.raises(Refused, match=sentence):
        actions.map_asset(agency=council, by=ours, **said)


def test_a_change_keeps_what_was_and_who_changed_it(line, ours):
    actions.change_asset(line.pk, capture="coded", since=date(2024, 4, 1), by=ours)
    change = AssetChange.objects.get()
    assert (change.by, change.fields) == (ours, {"capture": ["spreadsheet", "coded"], "since": [None, "2024-04-01"]})
    assert acts()[-1] == "asset.changed"


def test_nothing_changed_is_no_change(line, ours):
    actions.change_asset(line.pk, capture="spreadsheet", by=ours)
    assert not AssetChange.objects.exists() and acts()[-1] == "asset.mapped"


@pytest.mark.parametrize("said", [{"dataset": "no-such"}, {"columns": ("no-such",)}])
def test_a_line_names_what_the_pack_has(said, line, ours):
    with pytest.raises(Refused, match="no such"):
        actions.change_asset(line.pk, **said, by=ours)


def test_an_ended_line_is_no_ground_of_answers_and_stays(line, ours):
    assert [a.dataset for a in decided_assets()] == ["concerns"]
    actions.end_asset(line.pk, why="Closed", by=ours)
    assert decided_assets() == () and Asset.objects.get().ended_why == "Closed"
    with pytest.raises(Refused, match="has ended"):
        actions.change_asset(line.pk, note="?", by=ours)
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.update(ended_why="")


def test_who_to_ask_is_no_ground_of_answers(line, ours):
    """A picture is not made anew because somebody else answers the telephone."""
    before = decided_assets()
    actions.change_asset(line.pk, contact="Data team", meaning="?", by=ours)
    assert decided_assets() == before


def test_a_rating_has_evidence_and_the_line_takes_its_weakest_word(line, ours):
    actions.rate(line.pk, evidence="Forty cases read again", complete="good", timely="weak", by=ours)
    line.refresh_from_db()
    assert line.quality == "weak" and Rating.objects.get().respects[0][1] == "Good"
    assert acts()[-1] == "asset.rated"


@pytest.mark.parametrize(
    ("levels", "evidence", "sentence"),
    [({}, "A sample", "at least one"), ({"complete": "good"}, " ", "without evidence")],
)
def test_a_rating_without_ground_is_not_kept(levels, evidence, sentence, line, ours):
    with pytest.raises(Refused, match=sentence):
        actions.rate(line.pk, evidence=evidence, by=ours, **levels)
    assert not Rating.objects.exists()


def test_an_agency_with_lines_cannot_say_it_holds_nothing(line, council, police, ours, theirs):
    with pytest.raises(Refused, match="has lines"):
        actions.confirm(agency=council, holds_nothing=True, by=ours)
    assert actions.confirm(agency=police, holds_nothing=True, by=theirs).holds_nothing
    assert acts()[-1] == "data_map.confirmed"


@pytest.mark.parametrize("page", ["change", "move", "rate", "end"])
def test_another_agencys_line_is_not_found(page, line, client_of, theirs):
    assert client_of(theirs).get(f"/data-map/{line.pk}/{page}/").status_code == 404


@pytest.mark.parametrize("page", ["whole", "link"])
def test_another_agencys_part_is_not_found(page, line, client_of, theirs):
    assert client_of(theirs).get(f"/data-map/agencies/council/{page}/").status_code == 404


def test_everybody_reads_every_line(line, client_of, theirs):
    page = client_of(theirs).get(f"/data-map/{line.pk}/").content.decode()
    assert "Exploitation tracker" in page and "Only one person" in page and "Say how good" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 1), ("agency=council", 1), ("agency=police", 0), ("dataset=concerns", 1), ("capture=spreadsheet", 1),
        ("capture=uncountable", 0), ("purpose=disruption", 1), ("purpose=help", 0), ("succession=one", 1), ("words=TRACK", 1),
        ("words=nothing-like-it", 0), ("sort=use", 1), ("quality=weak", 0), ("sort=nonsense&page=9", 1),
    ],
)  # fmt: skip
def test_each_way_of_narrowing(query, shown, line, client_of, ours):
    page = client_of(ours).get(f"/data-map/?{query}").content.decode()
    assert ("Exploitation tracker<" in page) == bool(shown)


def test_a_line_is_added_in_the_browser_a_question_a_page(client_of, manager, council, police):
    keeper = client_of(manager)
    assert keeper.post("/data-map/add/", {"agency": "council"}).url == "/data-map/add/?agency=council"
    step = keeper.post("/data-map/add/?agency=council", {"dataset": "events"}).url
    assert step == "/data-map/add/?agency=council&dataset=events"
    sent = {
        "item": "Missing log",
        "columns": ["*", "person"],
        "types": ["missing_home"],
        "capture": "coded",
        "extractable": "yes",
    }
    keeper.post(step, sent)
    made = Asset.objects.get()
    assert (made.agency, made.dataset, made.columns, made.types) == (council, "events", ["*"], ["missing_home"])


def test_what_meets_no_data_set_is_listed_by_its_name(client_of, ours):
    address = "/data-map/add/?agency=council&dataset=none"
    page = client_of(ours).post(address, {"capture": "paper", "extractable": "no"}).content.decode()
    assert "Say what it is called" in page
    client_of(ours).post(address, {"item": "Incident book", "capture": "paper", "extractable": "no"})
    assert Asset.objects.get().dataset == ""


def test_a_line_is_moved_and_changed_in_the_browser(line, client_of, ours):
    browser = client_of(ours)
    browser.post(f"/data-map/{line.pk}/move/", {"dataset": "services"})
    line.refresh_from_db()
    assert (line.dataset, line.columns) == ("services", ["*"])
    sent = {
        "item": "List",
        "columns": ["*"],
        "capture": "paper",
        "extractable": "no",
        "since_0": "1",
        "since_1": "4",
        "since_2": "2024",
    }
    browser.post(f"/data-map/{line.pk}/change/", sent)
    line.refresh_from_db()
    assert (line.capture, line.since) == ("paper", date(2024, 4, 1))
    assert "In a spreadsheet" in browser.get(f"/data-map/{line.pk}/").content.decode()


def test_rating_ending_and_confirming_in_the_browser(line, client_of, ours):
    browser = client_of(ours)
    browser.post(f"/data-map/{line.pk}/rate/", {"complete": "usable", "evidence": "A sample of forty"})
    browser.post("/data-map/agencies/council/whole/", {"holds_nothing": "no"})
    assert "A sample of forty" in browser.get(f"/data-map/{line.pk}/").content.decode()
    assert "its part of the map is whole" in browser.get("/data-map/agencies/council/").content.decode()
    browser.post(f"/data-map/{line.pk}/end/", {"why": "The system was closed"})
    assert "Ended" in browser.get(f"/data-map/{line.pk}/").content.decode()


@pytest.mark.parametrize(
    "page", ["/data-map/", "/data-map/coverage/", "/data-map/coverage/?dataset=concerns", "/flags/", "/systems/"]
)
def test_pages_take_few_queries(page, line, client_of, manager, council, django_assert_max_num_queries):
    for n in range(60):
        Asset.objects.create(agency=council, item=f"Line {n}", dataset="events", columns=["*"])
    browser = client_of(manager)
    browser.get(page)
    with django_assert_max_num_queries(12):
        assert browser.get(page).status_code == 200
