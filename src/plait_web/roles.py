"""What each role may do. The table is data: it drives the check, the menus, the test of every address and the reference page."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class _Named(StrEnum):
    """A word that is kept, with the words a person reads."""

    label: str

    def __new__(cls, word: str, label: str = "") -> Self:
        made = str.__new__(cls, word)
        made._value_ = word
        made.label = label
        return made


class Permission(_Named):
    """One thing a person may be let do. Each page of the application asks for exactly one."""

    SIGNED_IN = "signed_in", "Use an account of their own"
    SEE_PICTURE = "see_picture", "Read questions, answers and the profile in protected form"
    RAISE_QUESTION = "raise_question", "Raise a question"
    RUN_PICTURE = "run_picture", "Start a run and see how runs went"
    SEE_PARTNERSHIP = "see_partnership", "See agencies, groups and who is who"
    MANAGE_PARTNERSHIP = "manage_partnership", "Set up and change the partnership, its agencies and its calendar"
    MANAGE_PEOPLE = "manage_people", "Invite people, change roles, hand over"
    SEE_AGREEMENTS = "see_agreements", "Read agreements, flows and barriers"
    MANAGE_AGREEMENTS = "manage_agreements", "Draw up, end and document agreements"
    SIGN_AGREEMENTS = "sign_agreements", "Sign or refuse an agreement for their agency"
    SEE_RETURNS = "see_returns", "See the calendar, and the returns they may see"
    SEND_RETURNS = "send_returns", "Send returns for their agency"
    SIGN_OFF_RETURNS = "sign_off_returns", "Sign off a return of their agency that another person sent"
    WAIVE_FINDINGS = "waive_findings", "Accept a failed check, with the reason"
    SEE_KNOWLEDGE = "see_knowledge", "Read questions, definitions and the data map"
    SEE_AUDIT = "see_audit", "Search the audit trail"
    ADMINISTER = "administer", "Keep the service running: accounts locked out, tokens, health"


class Role(_Named):
    """Who somebody is to the partnership. A person may hold several, some for an agency and some for the whole."""

    CONTRIBUTOR = "contributor", "Agency contributor"
    ANALYST = "analyst", "Partnership analyst"
    STRATEGIC_LEAD = "strategic_lead", "Strategic lead"
    MANAGER = "manager", "Partnership manager"
    GOVERNANCE = "governance", "Information governance lead"
    PARTICIPATION = "participation", "Participation lead"
    PRACTITIONER = "practitioner", "Practitioner"
    REGIONAL = "regional", "Regional viewer"
    ADMINISTRATOR = "administrator", "Administrator"


# Roles that are held for one agency: without it they let a person do nothing.
OF_AN_AGENCY = frozenset({Role.CONTRIBUTOR, Role.STRATEGIC_LEAD, Role.PRACTITIONER})

_P = Permission
_EVERYBODY = frozenset({_P.SIGNED_IN, _P.SEE_KNOWLEDGE})
_READER = _EVERYBODY | {_P.SEE_PICTURE, _P.RAISE_QUESTION, _P.SEE_PARTNERSHIP}

MAY: dict[Role, frozenset[Permission]] = {
    Role.CONTRIBUTOR: _READER | {_P.SEE_RETURNS, _P.SEND_RETURNS, _P.SIGN_OFF_RETURNS, _P.SEE_AGREEMENTS},
    Role.ANALYST: _READER | {_P.SEE_RETURNS, _P.WAIVE_FINDINGS, _P.RUN_PICTURE, _P.SEE_AGREEMENTS},
    Role.STRATEGIC_LEAD: _READER | {_P.SEE_AGREEMENTS, _P.SIGN_AGREEMENTS},
    Role.MANAGER: _READER
    | {
        _P.MANAGE_PARTNERSHIP,
        _P.MANAGE_PEOPLE,
        _P.SEE_RETURNS,
        _P.WAIVE_FINDINGS,
        _P.RUN_PICTURE,
        _P.SEE_AGREEMENTS,
    },
    Role.GOVERNANCE: _READER | {_P.SEE_AGREEMENTS, _P.MANAGE_AGREEMENTS, _P.SEE_RETURNS, _P.SEE_AUDIT},
    Role.PARTICIPATION: _READER,
    Role.PRACTITIONER: _READER,
    Role.REGIONAL: frozenset({_P.SIGNED_IN, _P.SEE_PICTURE}),
    Role.ADMINISTRATOR: frozenset({_P.SIGNED_IN, _P.MANAGE_PEOPLE, _P.SEE_PARTNERSHIP, _P.SEE_AUDIT, _P.ADMINISTER}),
}
