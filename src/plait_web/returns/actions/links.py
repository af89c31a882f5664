"""Links by mail, for an agency that has no accounts: somebody types its counts in, and somebody else signs them off."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from plait_web import mail
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns import access, counts, policies
from plait_web.returns.actions.sending import check_covered, submit
from plait_web.returns.files import Made
from plait_web.returns.models import Expected, FormLink, Submission
from plait_web.returns.states import State

DAYS = 28
_SALT = "plait.returns.link"


def opened(token: str) -> FormLink | None:
    """The link this token belongs to, if it was signed here and names the secret its row has the digest of."""
    try:
        pk, nonce = signing.loads(token, salt=_SALT, max_age=timedelta(days=DAYS + 1))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return FormLink.objects.filter(pk=pk, nonce=_digest(str(nonce))).first()


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()


@transaction.atomic
def make_link(
    expected: Expected, *, email: str, second_email: str = "", measures: Sequence[str], area: str, by: User
) -> FormLink:
    """A link is on its way to this address. It asks for these counts of this agency at this point, and nothing else."""
    today = timezone.localdate()
    policies.check_can_link(expected, by, today)
    policies.check_point_open(expected.point, today)
    check_covered(expected, today)
    known = {one.id for one in counts.askable(partnership.pack(), expected.agency.kind)}
    if not measures or not set(measures) <= known:
        raise Refused("Choose at least one count that this kind of agency can give.")
    if email.casefold() == second_email.casefold():
        raise Refused("Give somebody else's address for the sign-off.")
    if not second_email and not access.contributors_of(expected.agency_id).exists():
        raise Refused("Nobody of this agency has an account, so give the address of a second person who signs off.")
    expected.links.filter(ended=None).update(ended=timezone.now(), draft={})
    link = _mailed(
        FormLink(
            expected=expected, email=email, second_email=second_email, measures=list(measures), area=area, made_by=by
        ),
        subject="Your counts are asked for",
        line="It takes about ten minutes. You can stop and come back.",
    )
    record("return.link_made", by=by, target=link, measures=list(measures))
    return link


def _mailed(link: FormLink, *, subject: str, line: str) -> FormLink:
    """The link's row, with the digest of a secret that only its mail holds."""
    nonce = secrets.token_urlsafe(24)
    link.nonce, link.expires = _digest(nonce), timezone.now() + timedelta(days=DAYS)
    link.save(force_insert=True)
    token = signing.dumps((link.pk, nonce), salt=_SALT)
    asked = f"{partnership.current()} asks {link.expected.agency} about {link.expected.point.period}."
    lines = [asked, line, f"The link is for you alone and works for {DAYS} days. Do not pass it on."]
    mail.send(link.email, subject=subject, lines=lines, link=reverse("returns:by_link", args=[token]))
    return link


@transaction.atomic
def end_link(link: FormLink, *, by: User) -> None:
    """The link opens nothing any more, and what was typed so far is erased."""
    policies.check_can_manage(by)
    found = FormLink.objects.select_for_update().get(pk=link.pk)
    found.ended, found.draft = found.ended or timezone.now(), {}
    found.save(update_fields=["ended", "draft"])
    record("return.link_ended", by=by, target=found)


@transaction.atomic
def save_draft(link: FormLink, *, values: Mapping[str, str]) -> None:
    """What was typed so far is there when the link is opened again."""
    found = _open_link(link)
    found.draft = {name: value for name, value in values.items() if name in found.measures}
    found.save(update_fields=["draft"])
    record("return.draft_saved", by=None, target=found)


def send_counts(link: FormLink) -> Submission:
    """The counts typed in go the way of every return."""
    with transaction.atomic():
        found = _open_link(link)
    values = {name: found.draft.get(name, "") for name in found.measures}
    if not all(counts.is_answer(value) for value in values.values()):
        raise Refused("Answer each question first, or say why there is no number.")
    pack, period = partnership.pack(), found.expected.point.period
    content = counts.written(pack, period=period, area=found.area, values=values)
    file = Made("counts.csv", content)
    made = submit(found.expected, [file], by=None, link=found, route=Submission.Route.LINK, dataset="counts")
    return Submission.objects.get(pk=made.pk)


def _open_link(link: FormLink) -> FormLink:
    rows = FormLink.objects.select_for_update(of=("self",)).select_related("expected__point", "expected__agency")
    found = rows.get(pk=link.pk)
    policies.check_link_open(found, timezone.now())
    return found


def ask_second_person(submission: Submission) -> None:
    """Somebody without an account is mailed a link that shows what was typed and lets them sign it off."""
    link = submission.link
    if link is None or not link.second_email:
        return
    FormLink.objects.filter(expected=submission.expected_id, purpose=FormLink.Purpose.SIGN_OFF, ended=None).update(
        ended=timezone.now()
    )
    _mailed(
        FormLink(
            expected=submission.expected, purpose=FormLink.Purpose.SIGN_OFF, email=link.second_email,
            measures=link.measures, area=link.area,
        ),
        subject="Counts wait for your sign-off",
        line="Somebody of your organisation typed them in. Please check them and sign them off.",
    )  # fmt: skip


def waiting_for(link: FormLink) -> Submission | None:
    """The return that this link may sign off."""
    rows = Submission.objects.filter(expected=link.expected_id, route=Submission.Route.LINK, state=State.WAITING)
    return rows.select_related("expected__point", "expected__agency").first()
