"""What may happen to the partnership and its agreements, and the sentence when it may not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from plait.declare import AgreementTerms, Pack
from plait_web.accounts.models import User
from plait_web.partnership.models import Adoption, Agency, Agreement, Barrier, Group, NotShared, Party
from plait_web.permissions import Refused
from plait_web.roles import Permission
from plait_web.ui.jinja import day as said


def why_not(check: Callable[..., None], *arguments: Any, **named: Any) -> str:
    """The sentence with which the check refuses; '' when it does not."""
    try:
        check(*arguments, **named)
    except Refused as reason:
        return str(reason)
    return ""


# Agencies and groups


def check_new_code(code: str, taken: Collection[str]) -> None:
    if code in taken:
        raise Refused(f"'{code}' already stands for another agency, now or before. Choose another short name.")


def check_new_name(name: str, taken: Collection[str]) -> None:
    if name.casefold() in (one.casefold() for one in taken):
        raise Refused(f"There is already one called {name}. Choose another name.")


def check_can_end_agency(agency: Agency, until: date, successor: Agency | None = None) -> None:
    if agency.until is not None:
        raise Refused(f"{agency} has already ended, on {said(agency.until)}.")
    if agency.since and until < agency.since:
        raise Refused(f"{agency} joined on {said(agency.since)}. It cannot end before that.")
    if successor is not None and successor.pk == agency.pk:
        raise Refused("An agency cannot be taken over by itself.")
    if successor is not None and not successor.takes_part(until):
        raise Refused(f"{successor} does not take part on {said(until)}.")


def check_can_end_group(group: Group, below: Iterable[Group]) -> None:
    if group.until is not None:
        raise Refused(f"{group} has already ended, on {said(group.until)}.")
    if names := ", ".join(str(one) for one in below if one.until is None):
        raise Refused(f"These groups report to {group}: {names}. Say first whom they report to from now on.")


def check_can_report_to(group: Group | None, to: Group | None, above: Callable[[Group], Group | None]) -> None:
    """`above` gives the group that one reports to."""
    seen = to
    while seen is not None and group is not None:
        if seen.pk == group.pk:
            raise Refused(f"{to} reports to {group}, so {group} cannot report to it.")
        seen = above(seen)


def check_can_sit(lead: User, deputy: User | None, taken: Collection[int]) -> None:
    """`taken` are the people who lead another seat of the group."""
    if lead.pk in taken:
        raise Refused(f"{lead} already has a seat in this group.")
    if deputy is not None and deputy.pk == lead.pk:
        raise Refused("Choose somebody else to stand in: a person cannot be their own deputy.")


# The pack


def check_can_adopt(digest: str, effective: date, last: Adoption | None, today: date) -> None:
    """`last` is the adoption that takes effect last."""
    if last is None:
        return
    if last.digest == digest:
        raise Refused(f"{last} is already adopted, from {said(last.effective)}.")
    if effective < max(today, last.effective):
        raise Refused(
            f"A pack cannot take effect before today, nor before the one adopted last ({said(last.effective)}): "
            "what was made in between rests on that."
        )


# Agreements


def check_can_draw_up(adopted: Adoption | None) -> None:
    if adopted is None:
        raise Refused("Adopt a pack first: an agreement's terms come from it.")


def check_terms_suit(terms: AgreementTerms | None, parties: Collection[Agency], since: date, kinds: Any) -> None:
    """`kinds` names a kind of agency."""
    if terms is None or (terms.retired and terms.retired <= since):
        raise Refused("These terms are not in use in the pack in force. Choose others.")
    if not parties:
        raise Refused("Choose at least one agency.")
    for agency in parties:
        if agency.kind not in terms.partners:
            raise Refused(f"These terms do not suit {agency}: they are not for {kinds(agency.kind).lower()}.")
        if not agency.takes_part(since):
            raise Refused(f"{agency} does not take part on {said(since)}.")


def check_can_renew(agreement: Agreement, renewal: Agreement | None, since: date | None = None) -> None:
    if renewal is not None:
        raise Refused(f"{agreement} has been renewed already, by {renewal}.")
    if agreement.withdrawn is not None:
        raise Refused(f"{agreement} was withdrawn. Draw up a new agreement instead.")
    if since is not None and since <= agreement.since:
        raise Refused(f"The renewal must start after {agreement} did, on {said(agreement.since)}.")


def check_may_sign_for(party: Party, by: User) -> None:
    if not by.may(Permission.SIGN_AGREEMENTS, party.agency_id):
        raise Refused(f"Only the strategic lead of {party.agency} can do this.")


def check_open(party: Party, on: date) -> None:
    if party.agreement.ended(on):
        raise Refused(f"{party.agreement} ended on {said(party.agreement.last_day)}.")
    if party.left is not None:
        raise Refused(f"{party.agency} leaves this agreement from {said(party.left_from)}.")


def check_can_sign(party: Party, by: User, today: date, *, again: bool) -> None:
    """`again` says that the terms have come to cover more since the agreement was drawn up."""
    check_may_sign_for(party, by)
    check_open(party, today)
    if party.signed is not None:
        raise Refused(f"{party.agency} signed this on {said(party.signed)}.")
    if party.refused is not None:
        raise Refused(f"{party.agency} refused this on {said(party.refused)}. Ask for a new agreement to be drawn up.")
    if again:
        raise Refused("The pack's terms now cover more than when this was drawn up. Ask for it to be drawn up again.")


def check_signing_day(on: date, today: date) -> None:
    if on > today:
        raise Refused("The day of signing cannot be in the future.")


def check_can_refuse(party: Party, by: User, today: date) -> None:
    check_may_sign_for(party, by)
    check_open(party, today)
    if party.signed is not None:
        raise Refused(f"{party.agency} signed this on {said(party.signed)}. It can leave the agreement instead.")
    if party.refused is not None:
        raise Refused(f"{party.agency} refused this on {said(party.refused)}.")


def check_can_leave(party: Party, by: User, today: date) -> None:
    check_may_sign_for(party, by)
    check_open(party, today)
    if party.signed is None:
        raise Refused(f"{party.agency} has not signed this. It can refuse it instead.")


def check_stops(stops: date, today: date) -> None:
    if stops < today:
        raise Refused("What was shared before today was shared under the agreement. Choose today or a later day.")


def check_can_withdraw(agreement: Agreement, today: date) -> None:
    if agreement.withdrawn is not None:
        raise Refused(f"{agreement} is already withdrawn, from {said(agreement.stopped_from)}.")
    if agreement.ended(today):
        raise Refused(f"{agreement} ended on {said(agreement.until)}.")


def check_can_discard(agreement: Agreement, parties: Iterable[Party], renewal: Agreement | None) -> None:
    if renewal is not None:
        raise Refused(f"{agreement} is renewed by {renewal}. Discard that first.")
    if any(p.signed or p.refused for p in parties):
        raise Refused(f"A party has answered {agreement}, so it is kept. Withdraw it instead.")


def refuse_uncovered(agency: Agency, dataset: str, parties: Iterable[Party], pack: Pack, on: date) -> None:
    """Refuses, naming the agreement that comes nearest to letting the agency share the data set.

    `parties` are the agency's places in agreements.
    """
    title = pack.datasets[dataset].title if dataset in pack.datasets else dataset
    blocked = f"Nothing of '{title}' can be taken from {agency}"
    near = [p for p in parties if (t := pack.agreements.get(p.agreement.terms)) and dataset in t.columns]
    if not near:
        raise Refused(
            f"No agreement lets {agency} share '{title}'. Ask your information governance lead to draw one up, or to "
            "record the decision not to share."
        )
    nearest = max(near, key=lambda p: (not p.agreement.ended(on), p.agreement.last_day))
    raise Refused(f"{_wrong_with(nearest, on)} {blocked} until an agreement that covers it is in force.")


def _wrong_with(party: Party, on: date) -> str:
    agreement, agency = party.agreement, party.agency
    if agreement.ended(on):
        if agreement.withdrawn:
            return f"The agreement {agreement} was withdrawn from {said(agreement.stopped_from)}."
        return f"The agreement {agreement} ended on {said(agreement.until)}."
    if party.gone(on):
        return f"{agency} left the agreement {agreement} from {said(party.left_from)}."
    if party.refused:
        return f"{agency} refused the agreement {agreement} on {said(party.refused)}."
    if party.signed is None:
        return f"{agency} has not signed the agreement {agreement}."
    if on < max(agreement.since, party.signed):
        return f"The agreement {agreement} starts on {said(max(agreement.since, party.signed))}."
    return f"The terms of the agreement {agreement} now cover more than was signed, so it must be signed again."


# Decisions not to share, barriers


def check_review(review: date, decided: date) -> None:
    if review <= decided:
        raise Refused("The day to look at it again must be after the day it is decided.")


def check_stands(decision: NotShared) -> None:
    if decision.ended is not None:
        raise Refused(f"This decision already ended, on {said(decision.ended)}.")


def check_unresolved(barrier: Barrier) -> None:
    if barrier.resolved is not None:
        raise Refused(f"This barrier was resolved on {said(barrier.resolved)}.")
