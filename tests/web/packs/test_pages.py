"""The pages of the partnership's own pack."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from plait_web.packs.models import Comment, Draft, Opinion
from plait_web.packs.versions import standing
from plait_web.partnership import access as partnership
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
DISRUPTION = "/packs/items/definitions/disruption/"


@pytest.fixture
def desk(client_of, analyst, adopted):
    return client_of(analyst)


@pytest.fixture
def office(client_of, manager, adopted):
    return client_of(manager)


def said(page):
    """What a form's fields say, as a browser would send them back unchanged."""
    given = {}
    for name, value in html.fromstring(page.content).forms[-1].form_values():
        given.setdefault(name, []).append(value)
    return given


def test_pages_open_in_few_queries(desk, reword, adopt, police):
    adoption, draft = adopt(reword("Ours.")), reword("Next.", name="missing")
    both = f"old={adoption.digest}&new={adoption.digest}"
    desk.get("/packs/")
    found = {}
    for page in (
        "", "items/definitions/", "items/language/", "items/language/care/", "items/language/care/?page=2",
        "items/codelists/harm/", "items/datasets/events/", "items/agreements/own_use/", "items/disclosure/srs10/",
        "items/definitions/disruption/", f"drafts/{draft.pk}/", "drafts/", "compare/", f"compare/?{both}", "exchange/",
        f"versions/{adoption.digest}/", f"versions/{adoption.digest}/definitions/disruption/",
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(f"/packs/{page}").status_code == 200, page
        found[page] = len(asked)
    assert {page: count for page, count in found.items() if count > 12} == {}


@pytest.mark.parametrize(
    ("folder", "name", "part", "value", "kept"),
    [
        ("questions", "who-refers", "what", "Who refers, and who is silent?", "Who refers, and who is silent?"),
        ("definitions", "disruption", "examples_in", "One.\nTwo.", ("One.", "Two.")),
        ("indicators", "CE01", "can_say", "How many were known.", "How many were known."),
        ("codelists", "harm", "title", "Forms of harm here", "Forms of harm here"),
        ("datasets", "events", "guidance", "Send each event once.", "Send each event once."),
        ("agreements", "own_use", "retention_years", "1", 1),
        ("language", "care", "allowed", "young person", ("young person",)),
    ],
)
def test_each_kind_of_item_is_changed_in_a_form(folder, name, part, value, kept, desk):
    address = f"/packs/items/{folder}/{name}/change/"
    answer = desk.post(address, said(desk.get(address)) | {part: value, "reason": "Agreed."}, follow=True)
    assert "The draft is kept" in answer.content.decode()
    assert getattr(standing_item(folder, name), part) != kept
    from plait_web.packs.versions import item_of

    draft = Draft.objects.get()
    assert getattr(item_of(draft.folder, draft.body), part) == kept


def standing_item(folder, name):
    return standing().item(folder, name)


def test_a_rule_that_shows_more_is_refused_on_its_page(desk):
    address = "/packs/items/disclosure/partnership_default/change/"
    page = desk.post(address, said(desk.get(address)) | {"public__hide_below": "1", "reason": "…"}).content.decode()
    assert "A local pack may withhold more, never less" in page and not Draft.objects.exists()


def test_what_may_not_be_changed_is_shown_with_the_reason(desk):
    page = desk.get("/packs/items/indicators/CE01/change/").content.decode()
    assert "A local pack may not change them" in page and "Counting rule" in page


@pytest.mark.parametrize(
    ("address", "sent", "found"),
    [
        ("codelists/harm/change/code/", {"code": "CSE-LOCAL", "label": "A form seen here", "group": "sexual", "note": ""},
         lambda b: b["codes"][-1]["code"] == "CSE-LOCAL"),
        ("codelists/harm/change/code/?of=CSE", {"label": "Sexual exploitation of a child", "note": ""},
         lambda b: b["codes"][0]["label"] == "Sexual exploitation of a child"),
        ("language/our-words/change/phrase/", {"say": "clean skin", "kind": "translate", "instead": "a child not known",
                                               "why": "It is a word of those who exploit."},
         lambda b: b["phrases"][0]["say"] == ["clean skin"]),
        ("language/our-words/change/silence/", {"phrase": "risky-behaviour"}, lambda b: "risky-behaviour" in b["silenced"]),
        ("agreements/own_use/change/columns/?of=events", {"columns": ["event"]}, lambda b: b["columns"]["events"] == ["event"]),
        ("definitions/disruption/change/retire/", {}, lambda b: b["retired"]),
    ],
)  # fmt: skip
def test_smaller_things_are_added_and_changed(address, sent, found, desk):
    answer = desk.post(f"/packs/items/{address}", sent | {"reason": "Agreed."}, follow=True)
    assert "The draft is kept" in answer.content.decode(), re.findall(r"error-summary.*", answer.content.decode())[:2]
    assert found(Draft.objects.get().body)


def test_a_graver_check_is_drafted_and_a_milder_one_refused(desk):
    checks = standing().pack.datasets["events"].checks
    number = next(n for n, c in enumerate(checks) if c.severity == "warning")
    address = f"/packs/items/datasets/events/thing/?at=checks.{number}&edition=0"
    for severity, kept in (("note", 0), ("error", 1)):
        desk.post(address, said(desk.get(address)) | {f"checks__{number}__severity": severity, "reason": "Agreed."})
        assert Draft.objects.count() == kept


def test_a_new_question_is_drafted_and_adopted_and_asked(desk, office, today):
    sent = said(desk.get("/packs/items/questions/new/")) | {
        "title": "Where do children feel safe?", "what": "Which places do children say are safe?", "how": "Ask them.",
        "why": "They know.", "decides": "Exploitation board", "theme": "Place", "domain": "help", "review": "annual",
        "rank": "4", "owner": "Participation lead", "source": "Young people", "reason": "Young people asked it.",
    }  # fmt: skip
    desk.post("/packs/items/questions/new/", sent)
    draft = Draft.objects.get()
    page = office.get(f"/packs/adopt/?draft={draft.pk}")
    assert "is new: Where do children feel safe?" in page.content.decode().replace("Is new", "is new")
    version = {"title": "Marlshire pack", "version": "1", "approver": "Exploitation board", "why": "Agreed.",
               "effective_0": today.day, "effective_1": today.month, "effective_2": today.year}  # fmt: skip
    page = office.post(f"/packs/adopt/?draft={draft.pk}", version, follow=True).content.decode()
    assert "marlshire-pack 1 is adopted" in page
    assert partnership.pack().questions["where-do-children-feel-safe"].since == today
    assert "Where do children feel safe?" in office.get("/agreed/questions/").content.decode()


def test_before_adopting_one_sees_which_series_and_questions_break(office, reword):
    used = next(i for i in standing().pack.indicators.values() if i.definitions)
    page = office.get(f"/packs/drafts/{reword('Narrower.', name=used.definitions[0]).pk}/").content.decode()
    assert "cannot be compared" in page and used.title in page.replace("&#39;", "'")
    assert standing().pack.questions[used.questions[0]].title in page.replace("&#39;", "'")


def test_an_agency_speaks_and_people_comment_in_the_browser(client_of, lead, council, desk, reword):
    draft = reword()
    client_of(lead).post(
        f"/packs/drafts/{draft.pk}/say/", {"agency": council.pk, "says": "adapt", "words": "Say 'plan'."}
    )
    desk.post(f"/packs/drafts/{draft.pk}/comment/", {"text": "See the statutory text."})
    page = desk.get(f"/packs/drafts/{draft.pk}/").content.decode()
    assert Opinion.objects.get().says == "adapt" and Comment.objects.exists()
    assert "Adopt it, worded otherwise" in page and "See the statutory text." in page


def test_words_that_blame_are_looked_at_again_and_the_dictionary_may_hold_them(desk, reword):
    draft = reword()
    text = {"text": "She puts herself at risk."}
    page = desk.post(f"/packs/drafts/{draft.pk}/comment/", text).content.decode()
    assert "Words to look at again" in page and not Comment.objects.exists()


def test_a_reader_neither_drafts_nor_adopts(client_of, person, analyst, reword):
    draft = reword()
    reader = client_of(person(Role.PRACTITIONER))
    assert reader.get(f"/packs/drafts/{draft.pk}/").status_code == 200
    assert [reader.get(f"/packs/{page}").status_code for page in ("items/questions/new/", "adopt/")] == [403, 403]
    assert client_of(analyst).get("/packs/adopt/").status_code == 403


def test_what_is_not_there_is_not_found(desk):
    for page in ("items/none/", "items/definitions/none/", "items/none/new/", "drafts/987654/", "versions/none/",
                 "items/definitions/disruption/change/none/", "items/codelists/harm/change/code/?of=none"):  # fmt: skip
        assert desk.get(f"/packs/{page}").status_code == 404, page
