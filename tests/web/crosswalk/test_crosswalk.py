"""Each agency's own codes and terms beside the shared ones: one to many, the loss told, what has no place listed."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plait.declare import ColumnMap, FileMap, load_pack
from plait_web.audit.models import Event
from plait_web.crosswalk import access, actions
from plait_web.crosswalk.beside import beside, how_far, newest
from plait_web.crosswalk.models import LocalCode, OwnText
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns.models import AgencyMap
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
HARM = load_pack().codelist("harm")


@pytest.fixture
def ours(person, council):
    return person(Role.STRATEGIC_LEAD, agency=council)


@pytest.fixture
def theirs(person, police):
    return person(Role.CONTRIBUTOR, agency=police)


@pytest.fixture
def said(council, police, ours, theirs):
    """The council says CE for two forms at once; the police tell them apart and have a code that nothing shared says."""
    actions.add_code(HARM, agency=council, code="CE", shared=["CSE", "CCE"], loss="Does not say which.", by=ours)
    actions.add_code(HARM, agency=police, code="CSE1", shared=["CSE"], by=theirs)
    actions.add_code(HARM, agency=police, code="OCG", shared=[], loss="Linked to an organised group.", by=theirs)


def side():
    return beside(HARM, list(partnership.agencies()), access.local_codes("harm"))


def test_one_code_stands_for_several_and_each_agency_is_beside_the_others(said):
    rows = {row.shared.code: [[c.code for c in cell] for cell in row.cells] for row in side().rows}
    assert rows["CSE"] == [["CE"], ["CSE1"]] and rows["CCE"] == [["CE"], []] and rows["ONLINE"] == [[], []]


def test_what_has_no_place_and_what_is_lost_are_listed(said):
    assert [c.code for c in side().unmapped] == ["OCG"]
    assert [(c.code, c.loss) for c in side().lossy] == [("CE", "Does not say which.")]


def test_how_far_each_agency_has_come_is_told(said, council, police, client_of, ours):
    codes = access.local_codes().values_list("codelist", "agency", "shared")
    told = {one.agency: (one.lists, one.codes, one.unmapped) for one in how_far([council, police], codes)}
    assert told == {council: (1, 1, 0), police: (1, 2, 1)}
    assert how_far([council], [])[0].codes == 0
    assert "How far each agency has come" in client_of(ours).get("/crosswalk/").content.decode()


def test_an_agency_that_has_said_nothing_is_named(council, police, ours):
    actions.add_code(HARM, agency=council, code="CE", shared=["CSE"], by=ours)
    assert side().silent == (police,)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"shared": ["GONE"]}, "not in the shared list"),
        ({"shared": []}, "Say what it means"),
        ({"code": "CE"}, "already"),
    ],
)
def test_what_cannot_be_said_of_a_code(given, sentence, council, ours):
    actions.add_code(HARM, agency=council, code="CE", shared=["CSE"], by=ours)
    with pytest.raises(Refused, match=sentence):
        actions.add_code(HARM, agency=council, by=ours, **({"code": "CE2", "shared": ["CSE"]} | given))


def test_nobody_speaks_for_another_agency(said, council, theirs):
    code = LocalCode.objects.get(code="CE")
    for act in (
        lambda: actions.add_code(HARM, agency=council, code="X", shared=["CSE"], by=theirs),
        lambda: actions.change_code(code.pk, shared=["CSE"], by=theirs),
        lambda: actions.remove_code(code.pk, by=theirs),
        lambda: actions.take_from_maps(HARM, agency=council, by=theirs),
        lambda: actions.say("disruption", agency=council, text="…", by=theirs),
    ):
        with pytest.raises(Refused, match="Only those who speak for Marlshire Council"):
            act()


def test_a_code_is_changed_and_removed_and_that_is_on_record(said, ours):
    code = LocalCode.objects.get(code="CE")
    actions.change_code(code.pk, shared=["CSE"], by=ours)
    actions.remove_code(code.pk, by=ours)
    assert not LocalCode.objects.filter(code="CE").exists()
    acts = list(Event.objects.filter(act__startswith="local_code").values_list("act", flat=True))
    assert acts[:2] == ["local_code.removed", "local_code.changed"]


def test_codes_are_taken_from_the_maps_that_files_are_read_with(council, ours):
    column = ColumnMap(column="harms", heading="Type", codes={"sexual exp": "CSE", "drugs line": "CCE-COUNTY-LINES"})
    file_map = FileMap(id="tracker", dataset="concerns", columns=(column,))
    AgencyMap.objects.create(agency=council, maps=[file_map.model_dump(mode="json")], by=ours)
    taken = actions.take_from_maps(HARM, agency=council, by=ours)
    assert [(c.code, c.shared) for c in taken] == [("drugs line", ["CCE-COUNTY-LINES"]), ("sexual exp", ["CSE"])]
    with pytest.raises(Refused, match="not here already"):
        actions.take_from_maps(HARM, agency=council, by=ours)


def test_each_agencys_text_stands_beside_the_agreed_one_and_the_newest_counts(council, police, ours, theirs):
    actions.say("disruption", agency=council, text="Any plan to get in the way.", by=ours)
    actions.say("disruption", agency=police, text="Enforcement.", by=theirs, includes=["CCE"])
    actions.say("disruption", agency=police, text="Enforcement and orders.", by=theirs, includes=["CCE", "CSE"])
    counts = newest(access.own_texts("disruption"))
    assert [counts[a.pk].text for a in (council, police)] == ["Any plan to get in the way.", "Enforcement and orders."]
    assert OwnText.objects.count() == 3


def test_differences_are_read_in_the_browser(said, client_of, ours, council):
    desk = client_of(ours)
    page = desk.get("/crosswalk/codes/harm/").content.decode()
    assert "What each agency’s child exploitation includes" in page and "Does not say which." in page and "OCG" in page
    given = {"agency": council.pk, "text": "Any plan.", "includes": ["CSE"]}
    page = desk.post("/crosswalk/terms/disruption/say/", given, follow=True).content.decode()
    assert "Any plan." in page and "Not included" in page


def test_another_agencys_code_is_not_found(said, client_of, ours):
    theirs = LocalCode.objects.get(code="OCG")
    assert [client_of(ours).get(f"/crosswalk/code/{theirs.pk}/{part}").status_code for part in ("", "remove/")] == [
        404,
        404,
    ]


def test_what_a_system_calls_a_thing_is_told_as_it_is(client_of, ours, council):
    given = {"agency": council.pk, "code": "Risky behaviour", "shared": ["CSE"], "loss": ""}
    client_of(ours).post("/crosswalk/codes/harm/add/", given)
    assert LocalCode.objects.get().code == "Risky behaviour"


def test_pages_open_in_few_queries(said, client_of, ours):
    desk, found = client_of(ours), {}
    desk.get("/crosswalk/")
    for page in (
        "",
        "codes/harm/",
        "codes/harm/add/",
        "codes/harm/take/",
        "terms/disruption/",
        "terms/disruption/say/",
    ):
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(f"/crosswalk/{page}").status_code == 200, page
        found[page] = len(asked)
    assert {page: count for page, count in found.items() if count > 12} == {}


# As a file

HEAD = "Agency,Own code,What it means,Shared codes,What is lost\n"


def sent(client, text):
    file = SimpleUploadedFile("codes.csv", text.encode("utf-8-sig"), "text/csv")
    return client.post("/crosswalk/codes/harm/send/", {"file": file}, follow=True).content.decode()


def told():
    return {(c.agency.code, c.code, c.meaning, tuple(c.shared), c.loss) for c in access.local_codes("harm")}


def test_codes_go_out_as_a_file_and_come_in_again_as_they_were(said, council, ours, client_of):
    actions.add_code(HARM, agency=council, code="=1+1", shared=["CSE"], meaning="+44, or so", loss="@home; -", by=ours)
    client, before = client_of(ours), told()
    taken = client.get("/crosswalk/codes/harm/codes.csv")
    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert rows[0] == HEAD.strip().split(",") and len(rows) == 5
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    own = io.StringIO()
    csv.writer(own).writerows([rows[0], *(row for row in rows if row[0] == council.name)])
    LocalCode.objects.filter(code="=1+1").delete()
    assert "1 code is added or changed" in sent(client, own.getvalue())
    assert told() == before


def test_a_file_changes_a_code_that_is_there_and_names_may_stand_for_codes(said, council, ours, client_of):
    page = sent(
        client_of(ours), f"{HEAD}{council.name},CE,Both,{HARM.label('CSE')};CCE,Which\n{council.code},New,,CSE,\n"
    )
    assert "2 codes are added or changed" in page
    found = LocalCode.objects.get(code="CE")
    assert (found.meaning, found.shared, found.loss) == ("Both", ["CSE", "CCE"], "Which")


@pytest.mark.parametrize(
    ("line", "heading", "problem"),
    [
        ("Marlshire Police,X1,,CSE,", "Agency", "no agency that you speak for"),
        ("council,,,CSE,", "Own code", "no code here"),
        ("council,X1,,Secret,", "Shared codes", "not in the shared list"),
        ("council,X1,,,", "What is lost", "No shared code stands for this one"),
        (f"council,{'X' * 121},,CSE,", "Own code", "longer than 120 letters"),
        ("council,X1,,CSE,\ncouncil,X1,,CCE,", "Own code", "on an earlier line"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_remedy_and_nothing_is_taken(
    line, heading, problem, said, ours, client_of
):
    before = told()
    page = " ".join(sent(client_of(ours), f"{HEAD}council,Good,,CSE,\n{line}\n").split())
    number = 3 + line.count("\n")
    assert f'>{number}</th><td class="govuk-table__cell">{heading}</td>' in page and problem in page
    assert told() == before and "Secret" not in page


def test_a_file_without_the_headings_says_which(said, ours, client_of):
    page = sent(client_of(ours), "Agency,Code\ncouncil,X\n")
    assert "no such heading" in page and "Own code" in page
