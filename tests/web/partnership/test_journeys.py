"""From nothing to a signed agreement by the pages alone; what is asked, kept, refused and never another agency's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from plait_web.audit.models import Event
from plait_web.partnership import access, actions, setup
from plait_web.partnership.models import Agency, Agreement, Barrier, Group, NotShared, Partnership, Party
from plait_web.partnership.views.setting_up import offers
from plait_web.permissions import Refused
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


def of(name, *args):
    return reverse(f"partnership:{name}", args=args)


def typed(name, day):
    """A day as the three numbers of a form."""
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def shown(response):
    return response.content.decode()


def states():
    return {task.text: task.state for task in setup.tasks()}


@pytest.fixture
def nothing(partnership, council, person):
    """Nobody but a partnership manager."""
    manager = person(Role.MANAGER)
    Agency.objects.all().delete()
    Partnership.objects.all().delete()
    return manager


def test_the_manager_is_led_to_setting_up(nothing, client_of):
    assert client_of(nothing).get(of("home")).headers["Location"] == of("set_up")


def test_setting_up_from_nothing(nothing, client_of, today):
    client = client_of(nothing)
    assert set(states().values()) == {"Not started", "In progress", ""}
    assert client.post(of("set_up_name"), {"name": "Marlshire Partnership"}).headers["Location"] == of("set_up")
    client.post(of("set_up_areas"), {"areas": "E10000016\ne10000017\n"})
    choice = next(iter(offers())).key
    client.post(of("set_up_pack"), {"pack": choice, "why": "Agreed", **typed("effective", today)})
    for name, kind in (("Marlshire Council", "council"), ("Marlshire Police", "police")):
        _add_agency(client, name, kind)
    _add_group(client)
    assert access.current().areas == ["E10000016", "E10000017"]
    assert access.adopted().why == "Agreed"
    assert {k: v for k, v in states().items() if v == "Completed"}.keys() == {
        "Name the partnership", "Choose its areas", "Adopt a pack", "Add agencies",
    }  # fmt: skip
    checked = shown(client.get(of("set_up_check")))
    assert all(words in checked for words in ("Marlshire Partnership", "E10000016", "Marlshire Police", "Board"))


def _add_agency(client, name, kind):
    step = client.get(of("add_agency")).headers["Location"]
    for answer in ({"name": name}, {"kind": kind}, {"areas": "E10000016"}, typed_none("since")):
        response = client.post(step, answer)
        step = response.headers["Location"]
    assert step == of("add_agency_step", "check")
    assert name in shown(client.get(step))
    assert client.post(step).headers["Location"] == of("set_up_agencies")


def typed_none(name):
    return {f"{name}_{part}": "" for part in range(3)}


def _add_group(client):
    step = client.get(of("add_group")).headers["Location"]
    for answer in ({"name": "Board", "remit": ""}, {"kind": "board", "level": "strategic"}, {"reports_to": ""}):
        step = client.post(step, answer).headers["Location"]
    assert client.post(step).headers["Location"] == of("group", Group.objects.get().pk)


def test_a_step_cannot_be_skipped_and_wrong_answers_are_asked_again(partnership, manager, client_of):
    client = client_of(manager)
    client.get(of("add_agency"))
    assert client.get(of("add_agency_step", "areas")).headers["Location"] == of("add_agency_step", "name")
    assert client.get(of("add_agency_step", "check")).headers["Location"] == of("add_agency_step", "name")
    page = shown(client.post(of("add_agency_step", "name"), {"name": ""}))
    assert "Enter the agency&#39;s name" in page
    assert "<title>Error: " in page
    assert client.get(of("add_agency_step", "nowhere")).status_code == 404


def test_an_answer_can_be_changed_from_the_check_page(partnership, manager, client_of):
    client = client_of(manager)
    step = client.get(of("add_agency")).headers["Location"]
    for answer in ({"name": "Fire"}, {"kind": "fire"}, {"areas": "X10000001"}, typed_none("since")):
        step = client.post(step, answer).headers["Location"]
    assert 'value="Fire"' in shown(client.get(of("add_agency_step", "name")))
    assert client.post(of("add_agency_step", "name"), {"name": "Fire and Rescue"}).headers["Location"] == step
    client.post(step)
    assert Agency.objects.get(kind="fire").name == "Fire and Rescue"


def test_areas_are_found_by_name_or_code_where_they_are_known(partnership, manager, client_of, workspace):
    (workspace / "areas").mkdir()
    lines = ["code,name,kind,parents", "X1,Marlshire,county,", "X2,Oakham,ward,X1", "X3,Oakham,ward,X1"]
    (workspace / "areas" / "areas.csv").write_text("\n".join(lines))
    client = client_of(manager)
    client.post(of("set_up_areas"), {"areas": "marlshire\nx2"})
    assert access.current().areas == ["X1", "X2"]
    assert "2 areas are called Oakham. Give the code: X2, X3" in shown(
        client.post(of("set_up_areas"), {"areas": "Oakham"})
    )
    assert "No area here is called Elsewhere" in shown(client.post(of("set_up_areas"), {"areas": "Elsewhere"}))
    assert "Marlshire (X1)" in shown(client.get(of("set_up_check")))


def test_a_pack_that_cannot_be_read_is_not_offered(own_pack, partnership, manager, client_of):
    own_pack("1", "counts")
    (own_pack("2", "counts") / "pack.yaml").write_text("id: broken")
    page = shown(client_of(manager).get(of("set_up_pack")))
    assert "Marlshire pack, version 1, approved by Board" in page
    assert "Marlshire pack, version 2" not in page


def test_a_pack_in_force_is_not_adopted_twice(adopted, manager, client_of, today):
    answer = {"pack": adopted.digest, "why": "x", **typed("effective", today)}
    assert "is already adopted, from 1 April 2026." in shown(client_of(manager).post(of("set_up_pack"), answer))


def test_a_pack_does_not_take_effect_in_the_past(own_pack, adopted, manager, today):
    with pytest.raises(Refused, match="A pack cannot take effect before today"):
        actions.adopt(folder=own_pack("1", "counts"), effective=today - timedelta(days=1), by=manager)


# Agreements


def test_an_agreement_is_drawn_up_and_signed_by_the_pages(
    adopted, council, governor, council_lead, client_of, today, django_assert_max_num_queries
):
    client = client_of(governor)
    step = client.get(of("draw_up")).headers["Location"]
    days = typed("since", today) | typed("until", today + timedelta(days=300))
    for answer in (
        {"terms": "aggregate_strategic"},
        {"parties": [council.pk]},
        days,
        {"owner": governor.pk, "deputy": ""},
    ):
        step = client.post(step, answer).headers["Location"]
    with django_assert_max_num_queries(12):
        page = shown(client.get(step))
    assert all(words in page for words in ("Counts for strategy", "Marlshire Council", "Gita Governance"))
    agreement_page = client.post(step).headers["Location"]
    party = Agreement.objects.get().party_rows.get()
    answer = {"name": "Carys Council", "post": "Director", "read": "on", **typed("on", today)}
    assert client_of(council_lead).post(of("sign", party.pk), answer).headers["Location"] == agreement_page
    assert "Signed on" in shown(client.get(agreement_page))
    assert access.bound(today).covering("council", "counts")


def test_parties_are_those_the_terms_suit(adopted, council, manager, governor, client_of):
    actions.add_agency(name="Marlshire Fire", kind="fire", areas=["X1"], by=manager)
    client = client_of(governor)
    client.post(of("draw_up_step", "terms"), {"terms": "pseudonymised_strategic"})
    page = shown(client.get(of("draw_up_step", "parties")))
    assert "Marlshire Council" in page
    assert "Marlshire Fire" not in page


def test_without_a_pack_drawing_up_is_refused_with_its_sentence(partnership, governor, client_of):
    client = client_of(governor)
    sentence = "Adopt a pack first: an agreement&#39;s terms come from it."
    assert sentence in shown(client.get(of("agreements")))
    assert sentence in shown(client.get(of("draw_up"), follow=True))


def test_a_refused_button_and_its_answer_say_the_same(agreement, signed, council_lead, governor, client_of):
    client = client_of(council_lead)
    sentence = "Marlshire Council signed this on"
    page = shown(client.get(of("agreement", agreement.code)))
    assert sentence in page
    assert "disabled" in page
    answer = client.post(of("sign", signed.pk), {})
    assert answer.status_code == 409
    assert sentence in shown(answer)


@pytest.mark.parametrize("name", ["sign", "refuse", "leave"])
def test_another_agencys_place_is_not_found(agreement, police, council_lead, client_of, name):
    their = agreement.party_rows.get(agency=police)
    client = client_of(council_lead)
    assert client.get(of(name, their.pk)).status_code == 404
    assert client.post(of(name, their.pk), {}).status_code == 404
    assert Party.objects.filter(signed=None, refused=None).count() == 2


def test_a_contributor_reads_their_agencys_agreements_and_no_others(drawn_up, council, police, person, client_of):
    theirs, others = drawn_up(council), drawn_up(police)
    client = client_of(person(Role.CONTRIBUTOR, agency=council))
    page = shown(client.get(of("agreements")))
    assert theirs.code in page
    assert others.code not in page
    assert client.get(of("agreement", others.code)).status_code == 404
    assert client.get(of("agreement_as", others.code, "pdf")).status_code == 404


def test_a_contributor_reads_their_agencys_decisions_and_barriers_and_nobodys(council, police, governor, person, today):
    user = person(Role.CONTRIBUTOR, agency=council)
    for agency in (council, police):
        actions.decide_not_to_share(
            agency=agency,
            what="x",
            why="x",
            decided=today,
            decided_by="x",
            review=today + timedelta(days=1),
            by=governor,
        )
    for agency in (council, police, None):
        actions.raise_barrier(kind="legal", what="x", agency=agency, by=governor)
    assert {d.agency for d in access.not_shared_for(user)} == {council}
    assert {b.agency for b in access.barriers_for(user)} == {council, None}
    assert access.barriers_for(governor).count() == 3


def test_withdrawing_renewing_and_discarding_by_the_pages(agreement, signed, governor, drawn_up, client_of, today):
    client = client_of(governor)
    later = typed("since", agreement.until + timedelta(days=1)) | typed("until", agreement.until + timedelta(days=9))
    client.post(of("renew", agreement.code), later)
    assert Agreement.objects.get(renews=agreement).since == agreement.until + timedelta(days=1)
    client.post(of("withdraw", agreement.code), {"why": "Done", **typed("stops", today)})
    assert Agreement.objects.get(pk=agreement.pk).withdrawn_why == "Done"
    other = drawn_up()
    assert client.post(of("discard", other.code)).headers["Location"] == of("agreements")
    assert not Agreement.objects.filter(pk=other.pk).exists()


def test_records_are_kept_by_the_pages(council, governor, client_of, today):
    client = client_of(governor)
    days = typed("decided", today) | typed("review", today + timedelta(days=30))
    client.post(
        of("decide_not_to_share"),
        {"agency": council.pk, "dataset": "events", "what": "Some", "why": "Because", "decided_by": "Board", **days},
    )
    client.post(of("end_decision", NotShared.objects.get().pk), {"why": "Reviewed", **typed("on", today)})
    client.post(
        of("raise_barrier"),
        {"kind": "trust", "what": "Worry", "step": "Talk", "owner": governor.pk, "agency": "", **typed_none("due")},
    )
    barrier = Barrier.objects.get()
    client.post(of("change_barrier", barrier.pk), {"step": "Talk again", "owner": governor.pk, **typed_none("due")})
    client.post(of("resolve_barrier", barrier.pk), {"how": "We talked"})
    barrier.refresh_from_db()
    assert (barrier.step, barrier.how, NotShared.objects.get().ended) == ("Talk again", "We talked", today)


def test_reading_is_recorded_and_no_address_holds_a_name(agreement, governor, client_of):
    client_of(governor).get(of("agreement", agreement.code))
    read = Event.objects.filter(act="read.partnership:agreement").get()
    assert read.detail["address"] == of("agreement", agreement.code)


def test_long_lists_come_in_pages_of_fifty(drawn_up, council, governor, client_of, django_assert_max_num_queries):
    for _ in range(51):
        drawn_up(council)
    client = client_of(governor)
    with django_assert_max_num_queries(12):
        first = shown(client.get(of("agreements")))
    assert first.count("govuk-tag--blue") == 50
    assert 'href="?page=2"' in first
    assert shown(client.get(of("agreements") + "?page=2")).count("govuk-tag--blue") == 1
