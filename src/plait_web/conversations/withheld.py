"""Whether a figure that was looked at may still be shown: agreements end and releases are recalled after a conversation.

The picture itself is never changed. Whatever becomes of the figure, that people talked about it and what they said stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils import timezone

from plait.declare import Indicator, Pack
from plait.declare.needed import needed, needed_by
from plait.errors import StoreError
from plait_web.conversations.models import Conversation
from plait_web.partnership import access as partnership
from plait_web.picture.models import Run
from plait_web.release.access import recalled_of
from plait_web.returns.access import supplied_by


def why_withheld(conversation: Conversation) -> str:
    """Why what the conversation was about is not shown any more, in words; '' while it may be.

    The conversation says whether any release of its run was `recalled`, as `access.whole` reads it.
    """
    run, pack = conversation.run, _pack_of(conversation.run)
    about = _figures(pack, conversation.about)
    recalled = _recalled(run, [one.id for one in about]) if conversation.recalled else ""
    return recalled or _not_shared(run, pack, about)


def _pack_of(run: Run) -> Pack:
    """The pack the picture was made with; the one in force where that is no longer kept."""
    try:
        return partnership.pack_of(run.pack) if run.pack else partnership.pack()
    except StoreError:
        return partnership.pack()


def _figures(pack: Pack, about: str) -> list[Indicator]:
    """The indicator that was looked at, or those that the question rests on."""
    return [one for one in pack.indicators.values() if about == one.id or about in one.questions]


def _recalled(run: Run, figures: Iterable[str]) -> str:
    for release in recalled_of(run):
        if not release.indicators or not set(figures).isdisjoint(release.indicators):
            return "A release with these figures was recalled, so they are not shown here any more."
    return ""


def _not_shared(run: Run, pack: Pack, about: Iterable[Indicator]) -> str:
    made, read = run.ended or run.asked, _columns_read(about)
    sent = sorted(one for one in supplied_by(made) if one[-1] in read)
    if not sent:
        return ""
    now = partnership.bound()
    was = replace(now, on=timezone.localdate(made), pack=pack)
    for code, agency, dataset in sent:
        then = _covered(was, code, dataset) & read[dataset]
        today = _covered(now, code, dataset)
        if not today or then - today:
            title = pack.datasets[dataset].title if dataset in pack.datasets else dataset
            return f"No agreement in force lets {agency} share all it shared then of {title}, so this is not shown any more."
    return ""


def _columns_read(about: Iterable[Indicator]) -> dict[str, set[str]]:
    """Data set to the columns that the figures rest on, those of their breakdowns too."""
    found: dict[str, set[str]] = {}
    for indicator in about:
        parts = [needed(indicator), *(needed_by(indicator, one) for one in indicator.breakdowns)]
        for dataset, columns in (pair for part in parts for pair in part.items()):
            found.setdefault(dataset, set()).update(columns)
    return found


def _covered(bound: partnership.Bound, agency: str, dataset: str) -> set[str]:
    return {column for columns in bound.covering(agency, dataset).values() for column in columns}
