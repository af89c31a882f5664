"""Agreements are drawn up from the pack's terms, answered by each party, and end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access, policies
from plait_web.partnership.actions.partnership import the_partnership
from plait_web.partnership.models import Agency, Agreement, Party


@transaction.atomic
def draw_up(
    *,
    terms: str,
    parties: Collection[Agency],
    since: date,
    until: date,
    code: str = "",
    owner: User | None = None,
    deputy: User | None = None,
    by: User | None,
) -> Agreement:
    """An agreement on terms of the pack in force, for its parties to sign. Its code is made when none is given."""
    the_partnership()
    policies.check_can_draw_up(access.adopted())
    agreement = _drawn_up(terms, parties, since, until, code=code, owner=owner or by, deputy=deputy, renews=None)
    record("agreement.drawn_up", by=by, target=agreement, terms=terms, parties=sorted(a.code for a in parties))
    return agreement


def _drawn_up(
    terms: str,
    parties: Collection[Agency],
    since: date,
    until: date,
    *,
    code: str,
    owner: User | None,
    deputy: User | None,
    renews: Agreement | None,
) -> Agreement:
    pack = access.pack()
    kinds = pack.codelist("agency_kind").label
    policies.check_terms_suit(pack.agreements.get(terms), parties, since, kinds)
    agreement = Agreement.objects.create(
        code=code or _new_code(terms, since),
        terms=terms,
        pack=pack.digest,
        since=since,
        until=until,
        owner=owner,
        deputy=deputy,
        renews=renews,
    )
    Party.objects.bulk_create(Party(agreement=agreement, agency=agency) for agency in parties)
    return agreement


def _new_code(terms: str, since: date) -> str:
    """The terms and the year it starts, with a number where that is taken."""
    first = f"{terms.replace('_', '-')}-{since.year}"[:55]
    taken = set(Agreement.objects.filter(code__startswith=first).values_list("code", flat=True))
    numbered = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return first if first not in taken else next(code for code in numbered if code not in taken)


@transaction.atomic
def sign(party: Party, *, name: str, post: str, on: date, by: User, today: date | None = None) -> Party:
    """The agency has signed, in the hand of the person named. `today` is given where a history is told, as in the demo."""
    party, today = _locked(party), today or timezone.localdate()
    policies.check_can_sign(party, by, today, again=access.to_sign_again(party.agreement, access.pack()))
    policies.check_signing_day(on, today)
    party.signed, party.signed_by = on, f"{name}, {post}"
    party.save(update_fields=["signed", "signed_by"])
    record("agreement.signed", by=by, target=party, agreement=party.agreement.code, day=str(on))
    return party


@transaction.atomic
def refuse(party: Party, *, why: str, by: User) -> Party:
    """The agency will not sign, and says why."""
    party, today = _locked(party), timezone.localdate()
    policies.check_can_refuse(party, by, today)
    party.refused, party.why = today, why
    party.save(update_fields=["refused", "why"])
    record("agreement.refused", by=by, target=party, why=why, agreement=party.agreement.code)
    return party


@transaction.atomic
def leave(party: Party, *, stops: date, why: str, by: User) -> Party:
    """The agency's share ends: from that day nothing of it may be taken or used under the agreement."""
    party, today = _locked(party), timezone.localdate()
    policies.check_can_leave(party, by, today)
    policies.check_stops(stops, today)
    party.left, party.why = stops - timedelta(days=1), why
    party.save(update_fields=["left", "why"])
    record("agreement.left", by=by, target=party, why=why, agreement=party.agreement.code, stops=str(stops))
    return party


def _locked(party: Party) -> Party:
    return Party.objects.select_for_update(of=("self",)).select_related("agreement", "agency").get(pk=party.pk)


@transaction.atomic
def withdraw(agreement: Agreement, *, stops: date, why: str, by: User | None) -> Agreement:
    """The whole agreement ends: from that day it permits nothing to anybody."""
    agreement, today = _held(agreement), timezone.localdate()
    policies.check_can_withdraw(agreement, today)
    policies.check_stops(stops, today)
    agreement.withdrawn, agreement.withdrawn_why = stops - timedelta(days=1), why
    agreement.save(update_fields=["withdrawn", "withdrawn_why"])
    record("agreement.withdrawn", by=by, target=agreement, why=why, stops=str(stops))
    return agreement


@transaction.atomic
def renew(agreement: Agreement, *, since: date, until: date, by: User | None) -> Agreement:
    """A new agreement on the same terms as the pack now has them, between the parties that stayed, linked to the old."""
    the_partnership()
    old = _held(agreement)
    policies.check_can_renew(old, Agreement.objects.filter(renews=old).first(), since)
    still = old.party_rows.filter(left=None, refused=None).select_related("agency")
    staying = [p.agency for p in still if p.agency.takes_part(since)]
    new = _drawn_up(old.terms, staying, since, until, code="", owner=old.owner or by, deputy=old.deputy, renews=old)
    record("agreement.renewed", by=by, target=new, renews=old.code)
    return new


@transaction.atomic
def put_in_charge(agreement: Agreement, *, owner: User, deputy: User | None, by: User | None) -> Agreement:
    """Somebody else looks after the agreement and is told before it ends."""
    agreement = _held(agreement)
    agreement.owner, agreement.deputy = owner, deputy
    agreement.save(update_fields=["owner", "deputy"])
    record("agreement.handed_over", by=by, target=agreement, owner=owner.pk, deputy=deputy.pk if deputy else None)
    return agreement


@transaction.atomic
def discard(agreement: Agreement, *, by: User | None) -> None:
    """An agreement nobody has answered is there no longer."""
    agreement = _held(agreement)
    policies.check_can_discard(
        agreement, agreement.party_rows.all(), Agreement.objects.filter(renews=agreement).first()
    )
    record("agreement.discarded", by=by, target=agreement)
    agreement.delete()


def _held(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
