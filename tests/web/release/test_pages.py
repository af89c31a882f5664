"""Each page opens for those who may, in few queries, says what to do when it is empty, and shows nobody another's check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plait.released import KnownAnyway
from plait_web.picture.models import Run
from plait_web.release import access, actions
from plait_web.release.models import Attack, Check, Download, Release
from plait_web.release.states import State
from plait_web.roles import Role
from tests.web.release.conftest import TOLD, fresh

pytestmark = pytest.mark.django_db


def said(client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def test_pages_open_empty(client_of, author, set_up):
    client = client_of(author)
    for page in (
        "/releases/",
        "/releases/?view=mine",
        "/releases/?view=nonsense",
        "/releases/new/",
        "/ledger/",
        "/words/",
    ):
        said(client, page)


def test_a_release_is_asked_for_told_of_and_sent_in_the_browser(client_of, author, picture):
    client = client_of(author)
    client.post("/releases/new/?figure=CE01", {"title": "For the board", "audience": "public", "recipients": ""})
    made = Release.objects.get()
    assert made.indicators == ["CE01"]
    at = f"/releases/{made.pk}/"
    client.post(f"{at}figures/", {"extent": "chosen", "indicators": ["CE01", "MI01"], "periods": "latest"})
    client.post(f"{at}about/", TOLD)
    client.post(f"{at}send/")
    assert fresh(made).state == State.CHECKING and fresh(made).indicators == ["CE01", "MI01"]


def test_a_refusal_greys_the_button_and_answers_the_press(client_of, author, draft):
    client = client_of(author)
    sentence = "Describe what is released and what it is for."
    assert sentence in said(client, f"/releases/{draft.pk}/")
    assert sentence in client.post(f"/releases/{draft.pk}/send/").content.decode()


@pytest.mark.parametrize(("extent", "wrong"), [("chosen", "Choose at least one figure"), ("", "Say how much")])
def test_what_is_chosen_wrongly_is_said_beside_the_field(extent, wrong, client_of, author, draft):
    sent = {"extent": extent, "periods": "all"}
    assert wrong in client_of(author).post(f"/releases/{draft.pk}/figures/", sent).content.decode()


def test_mail_addresses_are_mail_addresses(client_of, author, picture):
    sent = {"title": "For the region", "audience": "region", "recipients": "nobody"}
    assert "one mail address a line" in client_of(author).post("/releases/new/", sent).content.decode()


def test_one_checkers_words_are_on_no_page_of_anybody_else(client_of, checking, first, second, author, manager):
    sent = {"approves": "no", "reasons": ["small"], "said": "Too few in Alderwick"}
    client_of(first).post(f"/releases/{checking.pk}/check/", sent)
    assert Check.objects.get().said == sent["said"]
    page = f"/releases/{checking.pk}/"
    assert sent["said"] in said(client_of(first), page)
    for other in (second, author, manager):
        text = said(client_of(other), page)
        assert sent["said"] not in text and "1 of 2 people have spoken" in text and "it may not leave" not in text
    actions.check(checking.pk, approves=True, by=second)
    assert sent["said"] in said(client_of(author), page)


def test_a_check_without_a_reason_says_so_and_keeps_what_was_typed(client_of, checking, first):
    page = (
        client_of(first).post(f"/releases/{checking.pk}/check/", {"approves": "no", "said": "Not yet"}).content.decode()
    )
    assert "at least one reason" in page and "Not yet" in page and not Check.objects.exists()


def test_a_lead_agrees_or_objects_in_the_browser(client_of, approved, leads, council, police):
    at = f"/releases/{approved.pk}/agree/"
    client_of(leads["council"]).post(at, {"agency": council.pk, "agrees": "yes"})
    page = client_of(leads["police"]).post(at, {"agency": police.pk, "agrees": "no"}).content.decode()
    assert "Say why" in page
    client_of(leads["police"]).post(at, {"agency": police.pk, "agrees": "no", "why": "The case is not over"})
    assert fresh(approved).state == State.REFUSED


def test_it_is_published_recalled_and_each_taking_of_it_kept(client_of, ready, manager, regional):
    client, reader = client_of(manager), client_of(regional)
    assert reader.get(f"/releases/{ready.pk}/").status_code == 404
    client.post(f"/releases/{ready.pk}/publish/")
    assert "received by" not in said(reader, f"/releases/{ready.pk}/").lower()
    taken = reader.get(f"/releases/{ready.pk}/files/release-{ready.pk}.csv")
    assert taken.status_code == 200 and Download.objects.get().by == regional
    b"".join(taken.streaming_content)
    assert "Who took it" in said(client, f"/releases/{ready.pk}/")
    assert regional.name in said(client, f"/releases/{ready.pk}/taken/")
    client.post(f"/releases/{ready.pk}/recall/", {"why": "A wrong year"})
    assert "A wrong year" in said(reader, f"/releases/{ready.pk}/")
    assert reader.get(f"/releases/{ready.pk}/files/release-{ready.pk}.csv").status_code == 403


def test_a_file_that_is_not_of_the_release_is_not_found(client_of, published, manager):
    for name in ("released.parquet", "checks.json", "..%2Fsecret-key"):
        assert client_of(manager).get(f"/releases/{published.pk}/files/{name}").status_code == 404


def test_who_sees_a_release_that_has_not_left(client_of, approved, author, manager, leads, person, regional):
    page = f"/releases/{approved.pk}/"
    seers = (author, manager, leads["council"])
    others = (regional, person(Role.PRACTITIONER), person(Role.CONTRIBUTOR))
    assert [client_of(one).get(page).status_code for one in (*seers, *others)] == [200, 200, 200, 404, 404, 404]


def test_a_lead_whose_agency_is_not_in_it_does_not_see_it(approved, person):
    from plait_web.partnership.models import Agency

    health = Agency.objects.create(code="health", name="Marlshire Health", kind="health", areas=["XC01"])
    other = person(Role.STRATEGIC_LEAD, agency=health)
    assert not access.releases_for(other).exists()


def test_the_evidence_says_what_checkers_refuse_for(client_of, checking, first):
    text = said(client_of(first), f"/releases/{checking.pk}/evidence/")
    for words in ("The smallest count shown", "Narrowest range left to a reader", "9 counts", "A reader who knows this rule",
                  "No release given outside holds any of these figures"):  # fmt: skip
        assert words in text


def test_the_evidence_sets_it_beside_what_left_before(client_of, published, author, first):
    later = fresh(actions.begin(title="Next year", audience="public", indicators=["CE01"], by=author))
    text = said(client_of(first), f"/releases/{later.pk}/evidence/")
    assert published.title in text and "0 figures new" in text


def test_every_page_takes_few_queries(client_of, published, manager, django_assert_max_num_queries):
    client = client_of(manager)
    for page in ("/releases/", f"/releases/{published.pk}/", f"/releases/{published.pk}/evidence/", "/ledger/"):
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


def test_an_attack_is_asked_for_and_read(client_of, published, first, manager, really_published):
    client = client_of(first)
    assert "Nobody has tried it yet" in said(client, f"/releases/{published.pk}/attack/")
    client.post(f"/releases/{published.pk}/attack/")
    made = Attack.objects.get()
    assert made.state == Attack.State.DONE, made.told
    text = said(client, f"/releases/{published.pk}/attack/")
    assert made.told[0].split(".")[0] in text
    assert client_of(manager).get(f"/releases/{published.pk}/attack/").status_code == 403


def test_an_attack_has_what_left_before_in_hand(published, author, first, really_published):
    later = fresh(actions.begin(title="Next year", audience="public", indicators=["CE01"], by=author))
    assert actions.ask_for_attack(later.pk, by=first).beside == [published.pk]


def test_an_attack_without_a_table_says_so(published, first):
    made = actions.ask_for_attack(published.pk, by=first)
    made.refresh_from_db()
    assert made.state == Attack.State.FAILED and made.told


def test_the_files_are_a_whole_profile_of_what_was_chosen(told, really_published, author):
    from zipfile import ZipFile

    drawn = fresh(actions.change(told.pk, indicators=["CE01"], by=author))
    with ZipFile(drawn.folder / f"release-{drawn.pk}.zip") as archive:
        names = archive.namelist()
        front = archive.read("index.html").decode()
    assert {"index.html", "release.txt", "figures.csv", "figures/CE01.html"} <= set(names)
    assert "figures/MI01.html" not in names and drawn.title in front
    table = (drawn.folder / f"release-{drawn.pk}.csv").read_text(encoding="utf-8-sig")
    assert "CE01" in table and "MI01" not in table


def test_a_release_of_a_picture_that_is_gone_says_so(told, author):
    import shutil

    from plait_web.picture.access import folder_of

    Run.objects.filter(pk=told.run_id).update(basis="another")
    shutil.rmtree(folder_of(told.run) / "public")
    with pytest.raises(Exception, match="no picture"):
        actions.change(told.pk, title="Again", by=author)


def test_evidence_that_was_touched_is_not_shown(client_of, checking, first):
    path = checking.folder / "released.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    answer = client_of(first).get(f"/releases/{checking.pk}/evidence/", follow=True)
    assert "changed since protect let them out" in answer.content.decode()


def test_what_is_known_already_is_named_to_checkers_with_what_to_recall(client_of, published, author, first):
    from plait_web.release import evidence

    later = fresh(actions.begin(title="Next year", audience="public", indicators=["CE01"], by=author))
    released = evidence.released_in(later.folder)
    known = KnownAnyway(
        supplier="", area="XD01", by="", group="", period="2024-25", why="It left before.", recall=(published.key,)
    )
    object.__setattr__(released, "audit", tuple(replace(one, known=(known,)) for one in released.audit))
    text = said(client_of(first), f"/releases/{later.pk}/evidence/")
    assert "1 small count may be known already" in text and f"Think of recalling {published.title}" in text
