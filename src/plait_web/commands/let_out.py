"""What the invented partnership has let out: words that were signed, one release that is out and one that waits to be checked."""

from __future__ import annotations

from collections.abc import Mapping

from plait_web.accounts.models import User
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused
from plait_web.release import actions as releases
from plait_web.release.models import Release
from plait_web.words import actions as words
from plait_web.words.models import Passage

_SAID = (
    ("quote", "young", "When I was asked what I wanted to happen, I started to talk.", "how-many-known",
     "A young people’s forum, spring", "To be read by the board and in the profile, said aloud at the forum"),
    ("quote", "carer", "We were told three times to ring somebody else.", "journey-to-help",
     "A group of parents and carers, summer", "To be read by the board and in the profile, in writing"),
    ("practice", "practitioner", "Adults who exploit children have learnt which bus stops have no cameras.",
     "where-harm-happens", "A panel of youth workers, autumn", ""),
)  # fmt: skip
_TOLD = {
    "description": "The partnership’s yearly figures, for anybody who asks.",
    "population": "Children under 18 recorded by an agency of the partnership, living in its area. Children whom no agency knows "
    "are not in it.",
    "relation": "The first release of these figures.",
}


def let_out(people: Mapping[str, User], leads: Mapping[str, User], agencies: Mapping[str, Agency]) -> None:
    """Words by the manager, signed by governance; a release by the analyst, checked by both. `people` are by role."""
    manager, governance, analyst = people["manager"], people["governance"], people["analyst"]
    signed = [_signed(*said, manager=manager, governance=governance) for said in _SAID]
    words.answer(signed[0].pk, did="The first question of the assessment has changed.", by=governance)
    try:
        _published(_drawn(analyst, "Figures of the year", signed[:2]), manager, governance, leads, agencies)
        waiting = _drawn(analyst, "For the region’s network", [])
        releases.send(waiting.pk, by=analyst)
    except Refused:
        return  # a partnership so small that nothing of it may be shown


def _signed(
    kind: str, whose: str, text: str, question: str, heard: str, consent: str, *, manager: User, governance: User
) -> Passage:
    said = {"kind": kind, "whose": whose, "text": text, "question": question, "heard": heard, "consent": consent}
    return words.sign(words.write(**said, part="consulted" if consent else "", by=manager).pk, by=governance)  # type: ignore[arg-type]


def _drawn(author: User, title: str, quotes: list[Passage]) -> Release:
    """Begun and told of, with its files made as the worker would make them."""
    begun = releases.begin(title=title, audience="public", by=author)
    told = releases.change(begun.pk, quotes=quotes, by=author, **_TOLD)
    releases.draw(told.pk, told.turn)
    return told


def _published(
    release: Release, manager: User, governance: User, leads: Mapping[str, User], agencies: Mapping[str, Agency]
) -> None:
    releases.send(release.pk, by=release.by)
    for checker in (manager, governance):
        releases.check(release.pk, approves=True, by=checker)
    release.refresh_from_db()
    for code in release.facts["agencies"]:
        releases.agree(release.pk, agency=agencies[code], by=leads[code])
    releases.publish(release.pk, by=governance)
