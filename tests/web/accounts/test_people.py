"""Roles given and ended, deputies, handing over, closing: each with its record, and each refusal in its words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plait_web.accounts import access, actions, ownership
from plait_web.accounts.models import Invitation, Membership, User
from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.roles import Permission, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def analyst(person):
    return person(Role.ANALYST)


def acts():
    return list(Event.objects.order_by("pk").values_list("act", flat=True))


def roles_of(user):
    return sorted(m.role for m in User.objects.get(pk=user.pk).held)


def test_a_role_is_given_and_ends(analyst, manager, police):
    given = actions.give_role(analyst.pk, role=Role.CONTRIBUTOR, agency=police, by=manager)
    assert roles_of(analyst) == ["analyst", "contributor"]
    assert User.objects.get(pk=analyst.pk).agency_ids == {police.pk}
    actions.end_role(given.pk, by=manager)
    assert roles_of(analyst) == ["analyst"]
    assert acts() == ["role.given", "role.ended"]


def test_a_role_is_changed_in_one_step(analyst, manager, person):
    deputy, role = person(Role.ANALYST), analyst.memberships.get()
    actions.name_deputy(role.pk, deputy=deputy, by=manager)
    new = actions.change_role(role.pk, role=Role.GOVERNANCE, by=manager)
    assert roles_of(analyst) == ["governance"]
    assert new.deputy == deputy
    assert acts() == ["deputy.named", "role.given", "role.ended"]


def test_nobody_changes_their_own_roles(manager):
    role = manager.memberships.get()
    for act in (
        lambda: actions.give_role(manager.pk, role=Role.ADMINISTRATOR, by=manager),
        lambda: actions.end_role(role.pk, by=manager),
        lambda: actions.change_role(role.pk, role=Role.ADMINISTRATOR, by=manager),
        lambda: actions.close_account(manager.pk, by=manager),
    ):
        with pytest.raises(Refused, match=r"Nobody (changes their own roles|closes their own account)"):
            act()
    assert acts() == []


def test_the_last_who_manages_people_stays(manager, person):
    administrator = person(Role.ADMINISTRATOR)
    actions.end_role(manager.memberships.get().pk, by=administrator)
    with pytest.raises(Refused, match="Nobody would be left"):
        actions.close_account(administrator.pk, by=manager)
    with pytest.raises(Refused, match="Nobody would be left"):
        actions.end_role(administrator.memberships.get().pk, by=manager)


def test_a_role_is_held_once(analyst, manager):
    with pytest.raises(Refused, match="hold this role already"):
        actions.give_role(analyst.pk, role=Role.ANALYST, by=manager)


def test_an_ended_role_does_not_end_again(analyst, manager):
    role = analyst.memberships.get()
    actions.end_role(role.pk, by=manager)
    with pytest.raises(Refused, match="ended already"):
        actions.end_role(role.pk, by=manager)


def test_a_deputy_is_somebody_else_with_an_open_account(analyst, manager, person):
    role, gone = analyst.memberships.get(), person(Role.ANALYST)
    actions.close_account(gone.pk, by=manager)
    with pytest.raises(Refused, match="somebody else"):
        actions.name_deputy(role.pk, deputy=analyst, by=manager)
    with pytest.raises(Refused, match="open account"):
        actions.name_deputy(role.pk, deputy=User.objects.get(pk=gone.pk), by=manager)


def test_a_deputy_may_do_nothing_more(analyst, person):
    deputy = person(Role.PRACTITIONER)
    actions.name_deputy(analyst.memberships.get().pk, deputy=deputy, by=None)
    assert not deputy.may(Permission.WAIVE_FINDINGS)


# What people own: here a role's deputy stands for any room's rows, and a row of another room for the rest.


@pytest.fixture
def owner(person, council):
    """Somebody who answers for a group's lead and is a deputy."""
    from plait_web.partnership.models import Agreement

    made = person(Role.CONTRIBUTOR)
    today = timezone.localdate()
    Agreement.objects.create(
        code="counts-2026", terms="counts", since=today, until=today.replace(year=today.year + 1), owner=made
    )
    return made


def test_what_a_person_owns_is_found_without_being_told(owner):
    assert [(kind.field, kind.count, kind.label) for kind in ownership.owned_by(owner)] == [("owner", 1, "agreement")]


def test_every_column_of_a_deputy_may_be_empty():
    """A deputy who leaves is replaced by nobody, until somebody is named."""
    assert [f for f in ownership.owning_fields() if f.name == "deputy" and not f.null] == []


def test_closing_is_refused_while_something_would_be_ownerless(owner, manager):
    with pytest.raises(Refused, match="Say who takes those over"):
        actions.close_account(owner.pk, by=manager)
    assert User.objects.get(pk=owner.pk).is_active


def test_the_last_role_ends_only_after_handing_over(owner, manager, person):
    role = owner.memberships.get()
    with pytest.raises(Refused, match="Hand those over first"):
        actions.end_role(role.pk, by=manager)
    actions.hand_over(owner.pk, to=person(Role.CONTRIBUTOR), by=manager)
    actions.end_role(role.pk, by=manager)


def test_after_closing_nothing_is_ownerless(owner, manager, person):
    successor = person(Role.CONTRIBUTOR)
    actions.close_account(owner.pk, by=manager, hand_over_to=successor, why="left the council")
    closed = User.objects.get(pk=owner.pk)
    assert not closed.is_active
    assert closed.held == ()
    assert ownership.owned_by(closed) == []
    assert [kind.count for kind in ownership.owned_by(successor)] == [1]
    assert acts() == ["handed_over", "role.ended", "account.closed"]
    assert Event.objects.get(act="account.closed").why == "left the council"


def test_a_deputy_who_leaves_is_named_no_more(analyst, manager, person):
    deputy = person(Role.ANALYST)
    actions.name_deputy(analyst.memberships.get().pk, deputy=deputy, by=manager)
    actions.close_account(deputy.pk, by=manager)
    assert Membership.objects.get(user=analyst).deputy is None


def test_nobody_becomes_their_own_deputy(analyst, manager, person):
    leaver = person(Role.ANALYST)
    actions.name_deputy(analyst.memberships.get().pk, deputy=leaver, by=manager)
    actions.hand_over(leaver.pk, to=analyst, by=manager)
    assert Membership.objects.get(user=analyst).deputy is None


def test_another_agency_cannot_take_over(owner, manager, person, police):
    with pytest.raises(Refused, match="of the same agency"):
        actions.hand_over(owner.pk, to=person(Role.CONTRIBUTOR, agency=police), by=manager)
    with pytest.raises(Refused, match="somebody else"):
        actions.hand_over(owner.pk, to=owner, by=manager)
    roleless = person(Role.ANALYST)
    roleless.memberships.all().delete()
    with pytest.raises(Refused, match="holds a role today"):
        actions.hand_over(owner.pk, to=roleless, by=manager)


def test_those_suggested_can_take_over(owner, manager, person, police):
    same, other = person(Role.CONTRIBUTOR), person(Role.CONTRIBUTOR, agency=police)
    suggested = set(access.successors_for(owner))
    assert suggested == {manager, same}
    assert other not in suggested


def test_closing_withdraws_what_was_sent(analyst, manager):
    actions.send_link(analyst, by=manager)
    actions.close_account(analyst.pk, by=manager)
    assert Invitation.objects.get().state == Invitation.State.WITHDRAWN
    with pytest.raises(Refused, match="closed already"):
        actions.close_account(analyst.pk, by=manager)


def test_a_role_that_begins_later_gives_nothing_yet(analyst, manager):
    actions.give_role(analyst.pk, role=Role.GOVERNANCE, by=manager, since=date(2100, 1, 1))
    assert roles_of(analyst) == ["analyst"]


# The pages


def test_the_way_through_the_pages(manager, council, client_of, mailoutbox):
    client = client_of(manager)
    client.post("/people/invite/", {"email": "new@example.org", "role": "contributor", "agency": council.pk})
    page = client.get("/people/").content.decode()
    assert "new@example.org" in page
    assert "Agency contributor (Marlshire Council)" in page
    invitation = Invitation.objects.get()
    client.post(f"/people/invitations/{invitation.pk}/send-again/")
    assert len(mailoutbox) == 2
    client.post(f"/people/invitations/{invitation.pk}/withdraw/")
    assert "new@example.org" not in client.get("/people/", follow=True).content.decode()


def test_a_mail_that_cannot_be_sent_leaves_nothing_behind(manager, client_of, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client_of(manager).post("/people/invite/", {"email": "new@example.org", "role": "analyst"})
    assert b"could not be sent, so nothing was changed" in answer.content
    assert not Invitation.objects.exists()
    assert "person.invited" not in acts()


def test_pages_of_a_person_say_why_not(manager, client_of, person):
    client = client_of(manager)
    assert "Nobody closes their own account" in client.get(f"/people/{manager.pk}/close/").content.decode()
    other = person(Role.ANALYST)
    role = other.memberships.get()
    answer = client.post(f"/people/{other.pk}/give-role/", {"role": "analyst"})
    assert "They hold this role already" in answer.content.decode()
    assert client.get(f"/people/roles/{role.pk}/end/").status_code == 200
    client.post(f"/people/roles/{role.pk}/change/", {"role": "governance"})
    assert roles_of(other) == ["governance"]


def test_an_agency_role_without_an_agency_is_told_beside_the_field(manager, client_of):
    answer = client_of(manager).post("/people/invite/", {"email": "a@example.org", "role": "contributor"})
    assert "Say for which agency" in answer.content.decode()


def test_closing_by_the_page(owner, manager, client_of):
    client = client_of(manager)
    page = client.get(f"/people/{owner.pk}/close/").content.decode()
    assert "owner of 1 agreement" in page
    refused = client.post(f"/people/{owner.pk}/close/", {"why": "left"}).content.decode()
    assert "Choose who takes over" in refused
    client.post(f"/people/{owner.pk}/close/", {"why": "left", "to": manager.pk})
    assert not User.objects.get(pk=owner.pk).is_active


@pytest.mark.parametrize(
    "path", ["/people/", "/people/?q=part", "/people/invite/", "/people/{pk}/", "/people/{pk}/close/"]
)
def test_pages_ask_the_database_little(path, manager, owner, client_of):
    client = client_of(manager)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path.format(pk=owner.pk)).status_code == 200
    assert len(asked) <= 12, [query["sql"][:120] for query in asked]


def test_a_long_list_is_paged(manager, client_of):
    User.objects.bulk_create(User(email=f"p{n}@example.org", name=f"P {n:03}") for n in range(60))
    client = client_of(manager)
    assert client.get("/people/").content.decode().count("/people/") > 50
    assert "Page 2 of 2" in client.get("/people/?page=2").content.decode()
