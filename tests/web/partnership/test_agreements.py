"""What an agreement permits follows from who signed what, and when; each answer leaves its event."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from plait_web.audit.models import Event
from plait_web.partnership import access, actions
from plait_web.partnership.models import Agency, Agreement, Party
from plait_web.partnership.standing import Standing
from plait_web.permissions import Refused
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def stands(today):
    """How an agreement stands on a day counted from today."""

    def of(agreement, days=0):
        found = Agreement.objects.get(pk=agreement.pk)
        return access.standing(found, today + days * DAY, access.pack())

    return of


def sign(party, by, on):
    return actions.sign(party, name="A Name", post="A post", on=on, by=by)


# Drawing up


def test_an_agreement_is_drawn_up_from_terms_for_its_parties(agreement, governor, adopted):
    assert (agreement.pack, agreement.owner) == (adopted.digest, governor)
    assert agreement.code.startswith("aggregate-strategic-")
    event = Event.objects.get(act="agreement.drawn_up")
    assert event.detail == {"terms": "aggregate_strategic", "parties": ["council", "police"]}


def test_codes_are_numbered_where_one_is_taken(drawn_up):
    first, second, third = (drawn_up().code for _ in range(3))
    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_without_a_pack_nothing_is_drawn_up(partnership, council, governor, today):
    with pytest.raises(Refused, match=r"Adopt a pack first: an agreement's terms come from it."):
        actions.draw_up(terms="aggregate_strategic", parties=[council], since=today, until=today, by=governor)


def test_terms_must_suit_each_party(drawn_up, partnership, manager, today):
    fire = actions.add_agency(name="Fire", kind="fire", areas=["X1"], by=manager)
    with pytest.raises(Refused, match=r"These terms do not suit Fire: they are not for fire and rescue."):
        drawn_up(fire, terms="pseudonymised_strategic")
    with pytest.raises(Refused, match=r"These terms are not in use in the pack in force."):
        drawn_up(terms="no_such_terms")


def test_an_agency_that_has_ended_cannot_be_a_party(drawn_up, council, police, manager, today):
    actions.end_agency(police, until=today - 20 * DAY, why="x", by=manager)
    police.refresh_from_db()
    with pytest.raises(Refused, match=r"Marlshire Police does not take part on"):
        drawn_up(council, police)


# Signing


def test_a_party_signs_for_itself_and_only_it_may_share(agreement, party, council, police, council_lead, today, covers):
    assert not covers(council, today)
    sign(party, council_lead, today)
    assert covers(council, today)
    assert not covers(police, today)
    assert Event.objects.get(act="agreement.signed").detail["agreement"] == agreement.code


def test_a_party_signs_once(party, council_lead, today):
    sign(party, council_lead, today)
    with pytest.raises(Refused, match=r"Marlshire Council signed this on"):
        sign(party, council_lead, today)
    assert Event.objects.filter(act="agreement.signed").count() == 1


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.GOVERNANCE, Role.MANAGER])
def test_only_the_strategic_lead_signs(party, person, today, role):
    with pytest.raises(Refused, match=r"Only the strategic lead of Marlshire Council can do this."):
        sign(party, person(role), today)


def test_the_lead_of_another_agency_does_not_sign(party, police_lead, today):
    with pytest.raises(Refused, match=r"Only the strategic lead of Marlshire Council"):
        sign(party, police_lead, today)


def test_a_signature_is_not_dated_ahead(party, council_lead, today):
    with pytest.raises(Refused, match=r"The day of signing cannot be in the future."):
        sign(party, council_lead, today + DAY)


def test_what_was_shared_before_the_signature_is_not_covered(party, council, council_lead, today, covers):
    sign(party, council_lead, today - 3 * DAY)
    assert not covers(council, today - 4 * DAY)
    assert covers(council, today - 3 * DAY)


def test_a_refusal_has_a_reason_and_bars_signing(party, council_lead, today):
    actions.refuse(party, why="Not proportionate", by=council_lead)
    with pytest.raises(Refused, match=r"Marlshire Council refused this on"):
        sign(party, council_lead, today)
    with pytest.raises(Refused, match=r"Marlshire Council refused this on"):
        actions.refuse(party, why="Again", by=council_lead)
    assert Event.objects.get(act="agreement.refused").why == "Not proportionate"


def test_who_has_signed_leaves_and_does_not_refuse(signed, council_lead):
    with pytest.raises(Refused, match=r"It can leave the agreement instead."):
        actions.refuse(signed, why="x", by=council_lead)


def test_who_has_not_signed_cannot_leave(party, council_lead, today):
    with pytest.raises(Refused, match=r"has not signed this. It can refuse it instead."):
        actions.leave(party, stops=today, why="x", by=council_lead)


@pytest.mark.parametrize("fault", [{"signed_by": ""}, {"refused": "today"}, {"left": "today", "why": ""}])
def test_the_database_itself_refuses_half_an_answer(signed, today, fault):
    row = Party.objects.filter(pk=signed.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(**{k: today if v == "today" else v for k, v in fault.items()})


# Ending


def test_a_withdrawal_takes_effect_on_its_day(agreement, signed, council, governor, today, covers):
    actions.withdraw(agreement, stops=today + 5 * DAY, why="The purpose is met", by=governor)
    assert covers(council, today + 4 * DAY)
    assert not covers(council, today + 5 * DAY)
    assert Event.objects.get(act="agreement.withdrawn").why == "The purpose is met"


def test_a_withdrawal_from_today_stops_today(agreement, signed, council, governor, today, covers):
    actions.withdraw(agreement, stops=today, why="x", by=governor)
    assert not covers(council, today)


def test_a_withdrawal_cannot_undo_the_past(agreement, signed, governor, today):
    with pytest.raises(Refused, match=r"What was shared before today was shared under the agreement."):
        actions.withdraw(agreement, stops=today - DAY, why="x", by=governor)


def test_an_agreement_is_withdrawn_once(agreement, signed, governor, today):
    actions.withdraw(agreement, stops=today + DAY, why="x", by=governor)
    with pytest.raises(Refused, match=r"is already withdrawn, from"):
        actions.withdraw(agreement, stops=today + DAY, why="x", by=governor)


def test_one_party_leaves_and_the_others_stay(
    agreement, signed, council, police, council_lead, police_lead, today, covers
):
    sign(agreement.party_rows.get(agency=police), police_lead, today)
    actions.leave(signed, stops=today + 2 * DAY, why="x", by=council_lead)
    assert covers(council, today + DAY)
    assert not covers(council, today + 2 * DAY)
    assert covers(police, today + 2 * DAY)
    with pytest.raises(Refused, match=r"Marlshire Council leaves this agreement from"):
        actions.leave(signed, stops=today + 3 * DAY, why="x", by=council_lead)


def test_it_ends_after_its_last_day(drawn_up, council, council_lead, today, covers):
    agreement = drawn_up(council, until=today)
    sign(agreement.party_rows.get(), council_lead, today)
    assert covers(council, today)
    assert not covers(council, today + DAY)


def test_an_agreement_that_ended_takes_no_more_answers(drawn_up, council, council_lead, governor, today):
    agreement = drawn_up(council, since=today - 9 * DAY, until=today - DAY)
    party = agreement.party_rows.get()
    for act in (
        lambda: sign(party, council_lead, today),
        lambda: actions.refuse(party, why="x", by=council_lead),
        lambda: actions.withdraw(agreement, stops=today, why="x", by=governor),
    ):
        with pytest.raises(Refused, match=r"ended on"):
            act()


def test_only_what_nobody_answered_is_discarded(agreement, party, council_lead, governor, today, drawn_up, recorded):
    actions.discard(drawn_up(), by=governor)
    assert recorded()[-1] == "agreement.discarded"
    sign(party, council_lead, today)
    with pytest.raises(Refused, match=r"A party has answered .*, so it is kept. Withdraw it instead."):
        actions.discard(agreement, by=governor)


def test_what_is_renewed_is_not_discarded_before_its_renewal(agreement, governor):
    new = actions.renew(agreement, since=agreement.until + DAY, until=agreement.until + DAY, by=governor)
    with pytest.raises(Refused, match=rf"is renewed by {new.code}. Discard that first"):
        actions.discard(agreement, by=governor)
    actions.discard(new, by=governor)
    actions.discard(Agreement.objects.get(pk=agreement.pk), by=governor)
    assert not Agreement.objects.exists()


# Renewing


def test_a_renewal_is_linked_and_signed_anew(agreement, signed, council, police, governor, today, covers):
    new = actions.renew(agreement, since=agreement.until + DAY, until=agreement.until + 365 * DAY, by=governor)
    assert (new.renews, new.terms, new.owner) == (agreement, agreement.terms, governor)
    assert set(new.parties.all()) == {council, police}
    assert not covers(council, agreement.until + DAY)
    assert Event.objects.get(act="agreement.renewed").detail == {"renews": agreement.code}
    with pytest.raises(Refused, match=rf"has been renewed already, by {new.code}"):
        actions.renew(agreement, since=today, until=today, by=governor)


def test_a_renewal_leaves_out_an_agency_that_has_ended(agreement, signed, council, police, governor, manager):
    actions.end_agency(police, until=agreement.until, why="Merged", by=manager)
    new = actions.renew(agreement, since=agreement.until + DAY, until=agreement.until + 9 * DAY, by=governor)
    assert list(new.parties.all()) == [council]


def test_a_renewal_leaves_out_who_left_or_refused(agreement, signed, police, police_lead, council, governor):
    actions.refuse(agreement.party_rows.get(agency=police), why="x", by=police_lead)
    new = actions.renew(agreement, since=agreement.until + DAY, until=agreement.until + 9 * DAY, by=governor)
    assert list(new.parties.all()) == [council]


@pytest.mark.parametrize(
    ("withdrawn", "sentence"), [(True, "was withdrawn. Draw up a new"), (False, "must start after")]
)
def test_a_renewal_that_makes_no_sense_is_refused(agreement, signed, governor, today, withdrawn, sentence):
    if withdrawn:
        actions.withdraw(agreement, stops=today, why="x", by=governor)
    with pytest.raises(Refused, match=sentence):
        actions.renew(agreement, since=agreement.since, until=agreement.until, by=governor)


def test_somebody_else_looks_after_it(agreement, manager, governor, recorded):
    actions.put_in_charge(agreement, owner=manager, deputy=governor, by=governor)
    agreement.refresh_from_db()
    assert (agreement.owner, agreement.deputy) == (manager, governor)
    assert recorded()[-1] == "agreement.handed_over"


# How it stands


def test_how_an_agreement_stands(agreement, party, council, police, council_lead, police_lead, governor, today, stands):
    """Not signed → part signed → in force → ends soon → ended; withdrawn from its day."""
    assert stands(agreement) is Standing.NOT_SIGNED
    sign(party, council_lead, today)
    assert stands(agreement) is Standing.PART_SIGNED
    sign(agreement.party_rows.get(agency=police), police_lead, today)
    found = [stands(agreement, days) for days in (0, 109, 110, 200, 201)]
    names = ["IN_FORCE", "IN_FORCE", "ENDS_SOON", "ENDS_SOON", "ENDED"]
    assert [one.name for one in found] == names
    actions.withdraw(agreement, stops=today + 3 * DAY, why="x", by=governor)
    assert [stands(agreement, days).name for days in (2, 3)] == ["ENDS_SOON", "WITHDRAWN"]


def test_one_signed_ahead_waits_and_one_all_refuse_is_refused(drawn_up, council, council_lead, today, stands):
    ahead = drawn_up(council, since=today + DAY)
    sign(ahead.party_rows.get(), council_lead, today)
    assert [stands(ahead, days) for days in (0, 1)] == [Standing.WAITING, Standing.IN_FORCE]
    refused = drawn_up(council)
    actions.refuse(refused.party_rows.get(), why="x", by=council_lead)
    assert stands(refused) is Standing.REFUSED


# What is said when nothing covers a return


@pytest.fixture
def blocked(council, today):
    def say(days=0):
        with pytest.raises(Refused) as reason:
            access.bound(today + days * DAY).check_covered(Agency.objects.get(pk=council.pk), "counts")
        return str(reason.value)

    return say


def test_no_agreement_at_all(adopted, council, blocked):
    assert blocked() == (
        "No agreement lets Marlshire Council share 'Counts'. Ask your information governance lead to draw one up, or to "
        "record the decision not to share."
    )


def test_the_agreement_that_ended_is_named(agreement, signed, blocked, today, council):
    access.bound(agreement.until).check_covered(council, "counts")
    said = blocked(201)
    assert said.startswith(f"The agreement {agreement.code} ended on ")
    assert said.endswith(
        "Nothing of 'Counts' can be taken from Marlshire Council until an agreement that covers it is in force."
    )


def test_the_agreement_that_was_withdrawn_left_refused_unsigned_or_ahead_is_named(
    drawn_up, council, council_lead, governor, blocked, today
):
    agreement = drawn_up(council, since=today)
    party = agreement.party_rows.get()
    assert f"Marlshire Council has not signed the agreement {agreement.code}." in blocked()
    sign(party, council_lead, today)
    assert f"The agreement {agreement.code} starts on" in blocked(-1)
    actions.leave(party, stops=today + DAY, why="x", by=council_lead)
    assert f"Marlshire Council left the agreement {agreement.code} from" in blocked(1)
    actions.withdraw(agreement, stops=today, why="x", by=governor)
    assert f"The agreement {agreement.code} was withdrawn from" in blocked()
    other = drawn_up(council)
    actions.refuse(other.party_rows.get(), why="x", by=council_lead)
    assert f"Marlshire Council refused the agreement {other.code} on" in blocked()


# When the pack changes


def test_terms_that_come_to_cover_more_permit_nothing_until_signed_again(
    own_pack, partnership, council, council_lead, manager, governor, today, covers, stands, blocked
):
    actions.adopt(folder=own_pack("1", "counts"), effective=today - 9 * DAY, why="x", by=manager)
    agreement = actions.draw_up(
        terms="local_counts", parties=[council], since=today, until=today + 200 * DAY, by=governor
    )
    late = actions.draw_up(terms="local_counts", parties=[council], since=today, until=today + 200 * DAY, by=governor)
    sign(agreement.party_rows.get(), council_lead, today)
    assert covers(council, today)
    actions.adopt(folder=own_pack("2", "counts", "populations"), effective=today + DAY, why="x", by=manager)
    assert covers(council, today)
    assert not covers(council, today + DAY)
    assert not covers(council, today + DAY, "populations")
    assert access.standing(agreement, today + DAY, access.pack(today + DAY)) is Standing.TO_SIGN_AGAIN
    with pytest.raises(Refused, match=r"now cover more than was signed, so it must be signed again"):
        access.bound(today + DAY).check_covered(council, "counts")
    assert access.to_sign_again(late, access.pack(today + DAY))


def test_terms_that_cover_less_need_no_new_signature(
    own_pack, partnership, council, council_lead, manager, governor, today, covers
):
    actions.adopt(folder=own_pack("1", "counts", "populations"), effective=today, why="x", by=manager)
    agreement = actions.draw_up(terms="local_counts", parties=[council], since=today, until=today, by=governor)
    sign(agreement.party_rows.get(), council_lead, today)
    actions.adopt(folder=own_pack("2", "counts"), effective=today, why="x", by=manager)
    assert covers(council, today)
    assert not covers(council, today, "populations")


def test_nobody_signs_terms_that_have_grown_since(
    own_pack, partnership, council, council_lead, manager, governor, today
):
    actions.adopt(folder=own_pack("1", "counts"), effective=today, why="x", by=manager)
    agreement = actions.draw_up(terms="local_counts", parties=[council], since=today, until=today, by=governor)
    actions.adopt(folder=own_pack("2", "counts", "populations"), effective=today, why="x", by=manager)
    with pytest.raises(Refused, match=r"The pack's terms now cover more than when this was drawn up."):
        sign(agreement.party_rows.get(), council_lead, today)


def test_a_pack_that_left_the_shelf_permits_nothing(agreement, signed, council, today, covers):
    Agreement.objects.update(pack="0" * 64)
    assert not covers(council, today)
