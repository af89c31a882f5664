"""The only writers of words. The gate reads them before they are kept; findings and reasons are kept, never a name in a log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait import protect
from plait_web.accounts.models import User
from plait_web.audit.record import record
from plait_web.permissions import Refused
from plait_web.roles import Permission
from plait_web.words import gate, policies
from plait_web.words.models import Passage
from plait_web.words.states import State

_PARTS = ("kind", "whose", "text", "question", "heard", "consent", "consent_until", "part")


@transaction.atomic
def write(
    *, kind: str, whose: str, text: str, heard: str, by: User, question: str = "", consent: str = "",
    consent_until: date | None = None, part: str = "", stands: str = "", replaces: Passage | None = None,
) -> Passage:  # fmt: skip
    """The words wait for a second person. Raises Refused, with nothing kept, where the gate finds what nobody answers for."""
    said = {
        "kind": kind, "whose": whose, "text": text.strip(), "question": question, "heard": heard, "consent": consent,
        "consent_until": consent_until, "part": part,
    }  # fmt: skip
    passage = Passage(by=by, replaces=replaces, **_passed(said, stands))
    if replaces is not None:
        policies.check_replaced(replaces)
    passage.save(force_insert=True)
    record("words.written", by=by, target=passage, kind=kind, whose=whose, found=_codes(passage))
    return passage


@transaction.atomic
def change(pk: int, *, by: User, stands: str = "", **said: Any) -> Passage:
    """Other words, which passed the gate again; whoever signs reads them anew."""
    passage = _locked(pk, "change")
    policies.check_writer(passage, by)
    fields = {part: said.get(part, getattr(passage, part)) for part in _PARTS}
    for name, value in (_passed(fields, stands) | {"state": State.WAITING.value, "back_why": ""}).items():
        setattr(passage, name, value)
    passage.save()
    record("words.changed", by=by, target=passage, found=_codes(passage))
    return passage


def _passed(said: dict[str, Any], stands: str) -> dict[str, Any]:
    """What is said with what the gate found in it."""
    policies.check_told(said["whose"], said["consent"], said["heard"])
    findings = gate.read(said["text"])
    policies.check_gate(findings, stands)
    return said | {"findings": gate.kept(findings), "stands": stands.strip() if findings else ""}


@transaction.atomic
def sign(pk: int, *, by: User, why: str = "") -> Passage:
    """A second person answers for the words, and for each finding left. Figures in them are held against today's picture."""
    passage = _locked(pk, "sign")
    policies.check_second(passage, by)
    policies.check_consent_stands(passage, timezone.localdate())
    findings = gate.read(passage.text)
    try:
        protect.sign(findings, author=str(passage.by_id), signed_by=str(by.pk), on=timezone.localdate(), reason=why)
    except ValueError as no:
        raise Refused(str(no)) from None
    passage.state, passage.signed_by, passage.signed_at = State.SIGNED.value, by, timezone.now()
    passage.findings, passage.signed_why = gate.kept(findings), why.strip()
    passage.save(update_fields=["state", "signed_by", "signed_at", "findings", "signed_why"])
    record("words.signed", by=by, target=passage, in_spite_of=_codes(passage))
    if passage.replaces_id:
        _replaced(passage.replaces_id, by)
    return passage


def _replaced(pk: int, by: User) -> None:
    earlier = Passage.objects.select_for_update(of=("self",)).get(pk=pk)
    if earlier.state == State.SIGNED:
        earlier.state, earlier.ended_at = State.REPLACED.value, timezone.now()
        earlier.save(update_fields=["state", "ended_at"])
        record("words.replaced", by=by, target=earlier)


@transaction.atomic
def send_back(pk: int, *, by: User, why: str) -> Passage:
    passage = _locked(pk, "send_back")
    policies.check_second(passage, by)
    passage.state, passage.back_why = State.RETURNED.value, why
    passage.save(update_fields=["state", "back_why"])
    record("words.sent_back", by=by, target=passage)
    return passage


@transaction.atomic
def withdraw(pk: int, *, by: User, why: str) -> Passage:
    """The words are used no more, and their text is erased: only that they were there, and why they went, is kept."""
    passage = _locked(pk, "withdraw")
    policies.check_may_withdraw(passage, by, may_sign=by.may(Permission.SIGN_WORDS))
    passage.state, passage.ended_why, passage.ended_at = State.WITHDRAWN.value, why, timezone.now()
    passage.text = passage.did = ""
    passage.save(update_fields=["state", "ended_why", "ended_at", "text", "did"])
    record("words.withdrawn", by=by, target=passage)
    return passage


@transaction.atomic
def answer(pk: int, *, by: User, did: str) -> Passage:
    """What came of the words: what was done, or could not be and why. It passes the gate as well."""
    passage = _locked(pk, "answer")
    policies.check_gate(gate.read(did), "")
    passage.did, passage.did_by, passage.did_at = did, by, timezone.now()
    passage.save(update_fields=["did", "did_by", "did_at"])
    record("words.answered", by=by, target=passage)
    return passage


def _locked(pk: int, act: str) -> Passage:
    passage = Passage.objects.select_for_update(of=("self",)).select_related("by").get(pk=pk)
    policies.check_step(passage, act)
    return passage


def _codes(passage: Passage) -> list[str]:
    return sorted({one["code"] for one in passage.findings})
