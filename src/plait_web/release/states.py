"""What a release can be, and every step from one state to the next.

The table drives the checks, the buttons and docs/reference/releases.md.
"""

from __future__ import annotations

from plait_web.roles import Named, Permission
from plait_web.steps import Step


class State(Named):
    """A release, from somebody's wish to let something out until it is out, or not."""

    DRAFT = "draft", "Being prepared"
    CHECKING = "checking", "With its checkers"
    REFUSED = "refused", "Refused: to be repaired"
    AGREEING = "agreeing", "Waiting for agencies to agree"
    READY = "ready", "Ready to publish"
    PUBLISHED = "published", "Published"
    CORRECTED = "corrected", "Corrected by a later release"
    RECALLED = "recalled", "Recalled"
    WITHDRAWN = "withdrawn", "Withdrawn before it left"


_S = State
UNDER_WAY = frozenset({_S.DRAFT, _S.CHECKING, _S.REFUSED, _S.AGREEING, _S.READY})
OUT = frozenset({_S.PUBLISHED, _S.CORRECTED, _S.RECALLED})

_P = Permission
STEPS: dict[str, Step] = {
    step.act: step
    for step in (
        Step("begin", frozenset(), (_S.DRAFT,), "its author", _P.ASK_RELEASES,
             "Asks for figures of the newest picture, as the public may see them, to be let out to somebody outside.",
             "This release has begun already."),
        Step("change", UNDER_WAY, (_S.DRAFT,), "its author", _P.ASK_RELEASES,
             "Changes its figures, quotes or words. Its files are made again, and every check and agreement is undone.",
             "What has left, or was withdrawn, stays as it is. Begin a new release, or correct this one."),
        Step("send", frozenset({_S.DRAFT}), (_S.CHECKING,), "its author", _P.ASK_RELEASES,
             "Sends it to be checked, once its files are made and every part of it is told.",
             "Only a release that is being prepared can be sent to be checked."),
        Step("check", frozenset({_S.CHECKING}), (_S.CHECKING, _S.AGREEING, _S.REFUSED), "two people, never its author",
             _P.CHECK_RELEASES,
             "Approves it, or refuses it with reasons. What the first says is hidden, also from its author, until the second "
             "has spoken. Two approvals let it go on; one refusal is enough to refuse.",
             "This release is not with its checkers."),
        Step("agree", frozenset({_S.AGREEING}), (_S.AGREEING, _S.READY), "a strategic lead of each agency in it",
             _P.AGREE_RELEASES,
             "Agrees that what rests on the agency’s records leaves. When all have agreed it may be published.",
             "This release is not waiting for agencies to agree."),
        Step("object", frozenset({_S.AGREEING}), (_S.REFUSED,), "a strategic lead of any agency in it", _P.AGREE_RELEASES,
             "Refuses to let it leave, with the reason.",
             "This release is not waiting for agencies to agree."),
        Step("publish", frozenset({_S.READY}), (_S.PUBLISHED,), "whoever publishes", _P.PUBLISH_RELEASES,
             "Lets it out: its files can be taken, it stands in the ledger, and those it is for are told.",
             "Only a release that two people checked and every agency agreed to can be published."),
        Step("correct", frozenset({_S.PUBLISHED}), (_S.CORRECTED,), "the service, when the correction is published", None,
             "Puts a corrected release in its place. Those who received the earlier one are told.",
             "Only a published release can be corrected."),
        Step("recall", frozenset({_S.PUBLISHED, _S.CORRECTED}), (_S.RECALLED,), "whoever publishes", _P.PUBLISH_RELEASES,
             "Takes it back: its files can no longer be taken, and all who received it are asked to erase it. What was read "
             "stays known, so it stays in the ledger.",
             "Only a release that has left can be recalled."),
        Step("withdraw", UNDER_WAY, (_S.WITHDRAWN,), "its author", _P.ASK_RELEASES,
             "Gives it up before it left.", "Only a release that has not left can be withdrawn."),
    )
}  # fmt: skip


class Reason(Named):
    """Why a release is refused. Each says what would repair it."""

    POPULATION = "population", "It does not say plainly which people the figures are about, where and when"
    RELATION = "relation", "It does not say how it relates to what was released before"
    DIFFERENCE = "difference", "Set beside an earlier release it could tell something of a few people"
    SMALL = "small", "A figure rests on too few people, whatever the rule allows"
    MORE = "more", "It lets out more than its purpose needs"
    UNDERSTOOD = "understood", "It could be misread as saying what a group of children is like"
    WORDS = "words", "Words in it could point at a person, or put harm in the child"
    FILES = "files", "Its files and its description do not agree"
    OTHER = "other", "Something else"


class Audience(Named):
    """Who it is let out to."""

    PUBLIC = "public", "The public"
    REGION = "region", "A regional reader"
    RESEARCH = "research", "An academic or other researcher"
    INSPECTION = "inspection", "A regulator or inspector"
