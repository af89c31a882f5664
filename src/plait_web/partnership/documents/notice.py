"""A privacy notice for the public: what is done with records about people, in words that most can read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plait.declare import AgreementTerms, Pack
from plait_web.partnership.documents.flows import Flow, retention
from plait_web.partnership.documents.told import Document, Part, Table, blank
from plait_web.partnership.models import Partnership


def privacy_notice(
    here: Partnership, found: tuple[Flow, ...], terms: Sequence[AgreementTerms], pack: Pack, *, on: date, invented: bool
) -> Document:
    """The notice for what is shared on this day."""
    return Document(
        title="How we use information about children and young people to make figures",
        subject="Privacy notice",
        author=here.name,
        made=on,
        invented=invented,
        draft="Draft. Fill in what is marked, and try it out with young people before you publish it.",
        lead=f"This is a notice of {here.name}.",
        parts=(
            _short(),
            Part(heading="Who we are", points=_senders(found), words=(_who(here, found),)),
            Part(heading="What we use", tables=_used(found, pack)),
            Part(heading="Why we may", points=tuple(dict.fromkeys(t.why_we_may_share for t in terms))),
            Part(heading="The law we rely on", points=_law(terms)),
            Part(
                heading="Who sees it",
                words=(
                    "Each agency sees its own records. Nobody else sees them with names. The people who make the figures "
                    "see codes. Everybody else sees figures in which small numbers are held back.",
                    "We do not sell information, we do not send it abroad, and no machine makes a decision about you.",
                ),
            ),
            Part(heading="How long we keep it", points=_kept(terms)),
            _rights(),
        ),
    )


def _short() -> Part:
    return Part(
        heading="In short",
        points=(
            "Some adults exploit children. We want to see where and how, so that we can stop them.",
            "Councils, the police, health and others each know a part. We put the parts together as numbers.",
            "Your name is not in it. Names are turned into codes that only a key can make, or never leave the agency.",
            "We count. We do not look up one person, score anybody or decide anything about you from it.",
            "You can ask what is held about you, and you can say that you do not want it used.",
        ),
    )


def _who(here: Partnership, found: tuple[Flow, ...]) -> str:
    if not found:
        return f"{here.name}. No agency shares anything with it yet."
    return f"{here.name}. These agencies share records or counts with it, and each answers for its own:"


def _senders(found: tuple[Flow, ...]) -> tuple[str, ...]:
    return tuple(sorted({sender for flow in found for sender in flow.senders}))


def _used(found: tuple[Flow, ...], pack: Pack) -> tuple[Table, ...]:
    about = {d.title: d.row for d in pack.datasets.values()}
    rows = {
        f.dataset: (f.dataset, about[f.dataset], ", ".join(t for _, titles in f.columns for t in titles)) for f in found
    }
    return (
        Table(
            caption="What the agencies share",
            headings=("Kind of information", "One line of it is", "What it says"),
            rows=tuple(rows.values()),
            empty="Nothing is shared yet.",
        ),
    )


def _law(terms: Sequence[AgreementTerms]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for t in terms for words in (*t.lawful_basis, *t.gateway)))


def _kept(terms: Sequence[AgreementTerms]) -> tuple[str, ...]:
    return tuple(f"{t.title}: {retention(t)}." for t in terms)


def _rights() -> Part:
    return Part(
        heading="Your rights",
        points=(
            "You can ask for a copy of what an agency holds about you, and have mistakes put right.",
            "You can object to your records being used for figures. The agency must stop unless it has a strong reason, "
            "and must tell you which.",
            f"Ask: {blank('name, post, address, telephone and mail of the data protection officer')}.",
            "If you are not content with the answer you can complain to the Information Commissioner: ico.org.uk, "
            "0303 123 1113.",
            "You can have this notice read to you, in large print, in easy read or in another language.",
        ),
    )
