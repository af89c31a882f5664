"""What each role may do. The table is data: it drives the check, the menus, the test of every address and the reference page."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Named(StrEnum):
    """A word that is kept, with the words a person reads."""

    label: str

    def __new__(cls, word: str, label: str = "") -> Self:
        made = str.__new__(cls, word)
        made._value_ = word
        made.label = label
        return made

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """What a column of these may hold."""
        return [(one.value, one.label) for one in cls]


class Permission(Named):
    """One thing a person may be let do. Each page of the application asks for exactly one."""

    SIGNED_IN = "signed_in", "Use an account of their own"
    SEE_PICTURE = "see_picture", "Read questions, answers and the profile in protected form"
    RAISE_QUESTION = "raise_question", "Raise a question"
    RUN_PICTURE = "run_picture", "Start a run and see how runs went"
    REVIEW_LINKS = (
        "review_links",
        "Say of pairs of records, shown only as how alike they are, whether they are one person",
    )
    ANSWER_QUESTIONS = "answer_questions", "See every question raised, and reply"
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
    KEEP_MAP = "keep_map", "Keep the data map and the registers of flags and systems, for their agency or for all"
    SEE_QUALITY = (
        "see_quality",
        "See how good the data is: gaps, quality over time, same cases, figures against practice",
    )
    SEE_ACTIONS = (
        "see_actions",
        "See actions, meetings and what groups ask of one another; note what should not be lost",
    )
    MANAGE_ACTIONS = "manage_actions", "Keep the list of actions, goals, meetings and decisions"
    SHARE_WORK = "share_work", "Offer help to other analysts and ask for theirs, take shared work on, share methods"
    KEEP_LEARNING = (
        "keep_learning",
        "Keep audits of records, training, time together and processes looked at again, for their agency or for all",
    )
    SEE_MATURITY = "see_maturity", "See how ready each agency says its data is"
    ASSESS = "assess", "Answer the maturity self-assessment for their agency, and comment on another's"
    SPEAK = "speak", "Say what their agency thinks of a question or a definition"
    DRAFT_PACK = "draft_pack", "Draft changes to the partnership's pack, and comment on drafts"
    ADOPT_PACK = "adopt_pack", "Adopt drafts as a new version of the pack; send packs out and take them in"
    SEE_WORDS = "see_words", "Read words that were signed"
    WRITE_WORDS = "write_words", "Pass on quotes, stories, practice knowledge and narrative"
    SIGN_WORDS = "sign_words", "Sign words that another person wrote down"
    SEE_RELEASES = "see_releases", "See the ledger, releases that have left, and those that concern them"
    ASK_RELEASES = "ask_releases", "Ask for figures to be let out to somebody outside"
    CHECK_RELEASES = "check_releases", "Check a release that another person asked for"
    AGREE_RELEASES = "agree_releases", "Agree or object, for their agency, to a release that rests on its records"
    PUBLISH_RELEASES = "publish_releases", "Publish and recall releases"
    ATTACK_RELEASES = "attack_releases", "Try what a reader could work out from a release"
    SEE_AUDIT = "see_audit", "Search the audit trail"
    ADMINISTER = "administer", "Keep the service running (locked accounts, tokens, health)"


class Role(Named):
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
_READER = _EVERYBODY | {
    _P.SEE_PICTURE,
    _P.RAISE_QUESTION,
    _P.SEE_PARTNERSHIP,
    _P.SEE_ACTIONS,
    _P.SEE_MATURITY,
    _P.SEE_QUALITY,
    _P.ASSESS,
    _P.SEE_WORDS,
    _P.WRITE_WORDS,
    _P.SEE_RELEASES,
}

MAY: dict[Role, frozenset[Permission]] = {
    Role.CONTRIBUTOR: _READER
    | {_P.DRAFT_PACK, _P.KEEP_MAP, _P.SHARE_WORK, _P.KEEP_LEARNING, _P.SPEAK, _P.SEE_AGREEMENTS}
    | {_P.SEE_RETURNS, _P.SEND_RETURNS, _P.SIGN_OFF_RETURNS},
    Role.ANALYST: _READER
    | {
        _P.DRAFT_PACK,
        _P.KEEP_MAP,
        _P.SEE_RETURNS,
        _P.WAIVE_FINDINGS,
        _P.REVIEW_LINKS,
        _P.RUN_PICTURE,
        _P.ANSWER_QUESTIONS,
        _P.SEE_AGREEMENTS,
        _P.MANAGE_ACTIONS,
        _P.SHARE_WORK,
        _P.KEEP_LEARNING,
        _P.ASK_RELEASES,
        _P.CHECK_RELEASES,
        _P.ATTACK_RELEASES,
    },
    Role.STRATEGIC_LEAD: _READER
    | {_P.DRAFT_PACK, _P.KEEP_MAP, _P.SPEAK, _P.SEE_AGREEMENTS, _P.SIGN_AGREEMENTS, _P.AGREE_RELEASES},
    Role.MANAGER: _READER
    | {
        _P.DRAFT_PACK,
        _P.ADOPT_PACK,
        _P.MANAGE_PARTNERSHIP,
        _P.KEEP_MAP,
        _P.MANAGE_PEOPLE,
        _P.MANAGE_ACTIONS,
        _P.SHARE_WORK,
        _P.KEEP_LEARNING,
        _P.SEE_RETURNS,
        _P.WAIVE_FINDINGS,
        _P.RUN_PICTURE,
        _P.ANSWER_QUESTIONS,
        _P.SEE_AGREEMENTS,
        _P.ASK_RELEASES,
        _P.CHECK_RELEASES,
        _P.PUBLISH_RELEASES,
        _P.SIGN_WORDS,
    },
    Role.GOVERNANCE: _READER
    | {_P.DRAFT_PACK, _P.SEE_AGREEMENTS, _P.MANAGE_AGREEMENTS, _P.SEE_RETURNS, _P.SEE_AUDIT}
    | {_P.CHECK_RELEASES, _P.PUBLISH_RELEASES, _P.ATTACK_RELEASES, _P.SIGN_WORDS},
    Role.PARTICIPATION: _READER | {_P.DRAFT_PACK, _P.SIGN_WORDS},
    Role.PRACTITIONER: _READER,
    Role.REGIONAL: _EVERYBODY | {_P.SEE_RELEASES},  # outside the partnership: what two people checked, and nothing else
    Role.ADMINISTRATOR: frozenset({_P.SIGNED_IN, _P.MANAGE_PEOPLE, _P.SEE_PARTNERSHIP, _P.SEE_AUDIT, _P.ADMINISTER}),
}
