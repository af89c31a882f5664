"""What words can be and whose, what can happen to them, from which states and by whom.

The table drives the checks and docs/reference/releases.md.
"""

from __future__ import annotations

from plait_web.roles import Named, Permission
from plait_web.steps import Step


class Kind(Named):
    """What sort of words they are."""

    QUOTE = "quote", "A quote: somebody’s own words"
    STORY = "story", "A story: what happened, told so that nobody can be found"
    PRACTICE = "practice", "Practice knowledge: what people who work with children notice"
    NARRATIVE = "narrative", "Narrative: what figures mean, and what they do not"


class Whose(Named):
    """Whose words they are. Young people, families and communities are never told as one."""

    YOUNG = "young", "A young person"
    CARER = "carer", "A parent or carer"
    COMMUNITY = "community", "Somebody of the community"
    PRACTITIONER = "practitioner", "A practitioner"
    PARTNERSHIP = "partnership", "The partnership"


class Part(Named):
    """How far those whose words they are took part."""

    INFORMED = "informed", "Informed: they were told what was going on"
    CONSULTED = "consulted", "Consulted: they were asked"
    INVOLVED = "involved", "Involved: they helped to shape it"
    CO_LED = "co_led", "Co-led: they decided with us"


# Whose words need their consent before anybody else reads them.
ASKED = frozenset({Whose.YOUNG, Whose.CARER, Whose.COMMUNITY})


class State(Named):
    """Where words are on their way."""

    WAITING = "waiting", "Waiting for a second person"
    RETURNED = "returned", "Sent back to who wrote them down"
    SIGNED = "signed", "Signed: they may be used"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced by a later version"


_S = State
STEPS: dict[str, Step] = {
    step.act: step
    for step in (
        Step("write", frozenset(), (_S.WAITING,), "whoever wrote them down", Permission.WRITE_WORDS,
             "Passes the gate, which says what could point at a person; a second person is asked to sign.",
             "These words are kept already."),
        Step("change", frozenset({_S.WAITING, _S.RETURNED}), (_S.WAITING,), "whoever wrote them down", Permission.WRITE_WORDS,
             "Words them again; they pass the gate again.",
             "These words are signed or withdrawn, so they stay as they are. Write a new version instead."),
        Step("send_back", frozenset({_S.WAITING}), (_S.RETURNED,), "a second person", Permission.SIGN_WORDS,
             "Says what should be worded otherwise.", "These words are not waiting for a second person."),
        Step("sign", frozenset({_S.WAITING}), (_S.SIGNED,), "a second person", Permission.SIGN_WORDS,
             "Answers for them: they may be used. A version they replace is used no longer.",
             "These words are not waiting for a second person."),
        Step("withdraw", frozenset({_S.WAITING, _S.RETURNED, _S.SIGNED}), (_S.WITHDRAWN,),
             "whoever wrote them down, or a second person", Permission.WRITE_WORDS,
             "Takes them back, as somebody may whose words they are at any time. No later release holds them.",
             "These words were withdrawn or replaced already."),
        Step("answer", frozenset({_S.SIGNED}), (_S.SIGNED,), "those who act on them", Permission.SIGN_WORDS,
             "Says what came of them, for those who spoke.", "Only signed words are answered."),
    )
}  # fmt: skip
