"""A sharing agreement, to be read before it is signed and kept after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from plait.declare import AgreementTerms, Pack
from plait_web.partnership.documents.flows import FORMS, columns_of, retention
from plait_web.partnership.documents.told import Document, Part, Table
from plait_web.partnership.models import Agreement, Party
from plait_web.ui.jinja import day as said


def sharing_agreement(
    agreement: Agreement, parties: Sequence[Party], pack: Pack, *, author: str, on: date, invented: bool
) -> Document:
    """The agreement on the terms of the pack its parties read, with whoever has signed by that day."""
    terms = pack.agreements[agreement.terms]
    return Document(
        title=f"Sharing agreement: {terms.title}",
        subject=f"Agreement {agreement.code}",
        author=author,
        made=on,
        invented=invented,
        lead=f"{agreement.code}, from {said(agreement.since)} to {said(agreement.until)}.",
        draft="" if any(p.signed for p in parties) else "Not signed by anybody yet.",
        parts=(
            _parties(parties),
            Part(heading="What it is for", words=(terms.purpose, terms.why_we_may_share)),
            _limits(terms),
            Part(heading="Lawful basis", points=terms.lawful_basis),
            Part(heading="Legal gateway", points=terms.gateway),
            Part(heading="What is shared", words=_what(terms), tables=tuple(_columns(terms, pack))),
            Part(heading="How long it is kept", words=(f"{retention(terms)}.",)),
            Part(heading="What each party undertakes", points=_UNDERTAKINGS),
            _ending(agreement),
            _signatures(parties),
            Part(
                heading="What this rests on",
                words=(
                    f"Terms '{terms.id}' of {pack.cover.title}, version {pack.cover.version}. Source: {terms.source}. "
                    f"Owner: {terms.owner}. Digest of the pack: {pack.digest}.",
                ),
            ),
        ),
    )


def _parties(parties: Sequence[Party]) -> Part:
    return Part(heading="Parties", points=tuple(p.agency.name for p in parties))


def _limits(terms: AgreementTerms) -> Part:
    points = [
        f"What is shared: {FORMS[terms.form].lower()}.",
        "Small counts are withheld before any other party, or the public, sees a figure.",
        "Nobody is scored, ranked or looked up, and no decision about one person is made from it.",
    ]
    if "case" not in terms.purposes:
        points.append("It does not cover work with one child or family: that has its own arrangements.")
    return Part(heading="What it does not allow", points=tuple(points))


def _what(terms: AgreementTerms) -> tuple[str, ...]:
    if terms.form == "aggregate":
        return ("Counts that each agency makes of its own records. A file with an identifier in it is refused whole.",)
    return (
        "Names, numbers, dates of birth and addresses are turned into codes before anything is kept. An agency may do "
        "that on its own machine, so that they never leave it. A column that is not listed is dropped.",
    )


def _columns(terms: AgreementTerms, pack: Pack) -> Iterator[Table]:
    for name in terms.columns:
        if dataset := pack.datasets.get(name):
            yield Table(
                caption=f"{dataset.title}. One row is: {dataset.row}",
                headings=("What becomes of them", "Columns"),
                rows=tuple((words, ", ".join(titles)) for words, titles in columns_of(terms, dataset)),
            )


_UNDERTAKINGS = (
    "To send only what is listed, as correct and complete as its records are, and to put right what is found wrong.",
    "To use what it receives for the purpose above and for nothing else.",
    "To keep the key that makes the codes apart from the coded records.",
    "To tell the people whose records these are, in its privacy notice.",
    "To answer people who ask what is held about them, and to pass such requests on at once.",
    "To tell the other parties within 24 hours when something has gone wrong with what was shared.",
    "To write down each decision not to share, with its reason.",
)


def _ending(agreement: Agreement) -> Part:
    points = [
        f"It ends on {said(agreement.until)} unless it is renewed by a new agreement.",
        "A party may leave it from any day, today or later, saying why. From that day nothing more of that party's may "
        "be sent or used under it.",
        "When the terms come to cover more, it permits nothing until it has been signed again.",
    ]
    if agreement.renews:
        points.insert(0, f"It renews {agreement.renews}.")
    if agreement.withdrawn:
        points.insert(0, f"It was withdrawn from {said(agreement.stopped_from)}. {agreement.withdrawn_why}")
    return Part(heading="When it ends", points=tuple(points))


def _signatures(parties: Sequence[Party]) -> Part:
    table = Table(
        caption="Who has signed",
        headings=("Agency", "Signed by", "Day"),
        rows=tuple((p.agency.name, p.signed_by, _answer(p)) for p in parties),
    )
    return Part(heading="Signatures", tables=(table,))


def _answer(party: Party) -> str:
    if party.left:
        return f"{said(party.signed)}; left from {said(party.left_from)}"
    if party.refused:
        return f"Refused on {said(party.refused)}"
    return said(party.signed) or "Not signed"
