"""A draft of the data protection impact assessment: filled where something is declared or signed, else left to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from plait.declare import AgreementTerms, Pack
from plait_web.partnership.documents.flows import FORMS, Flow, retention
from plait_web.partnership.documents.told import Document, Part, Table, blank
from plait_web.partnership.models import NotShared, Partnership
from plait_web.ui.jinja import day as said


def impact_assessment(
    here: Partnership,
    found: tuple[Flow, ...],
    terms: Sequence[AgreementTerms],
    not_shared: Sequence[NotShared],
    pack: Pack,
    *,
    on: date,
    invented: bool,
) -> Document:
    """The draft for the flows in force, the terms they rest on and the decisions not to share."""
    return Document(
        title="Data protection impact assessment",
        subject="The partnership's picture of child exploitation",
        author=here.name,
        made=on,
        invented=invented,
        draft="Draft. Your data protection officer completes what is marked, and each agency approves it.",
        lead=(
            "Filled from the agreements in force and the pack adopted on this day. What software cannot know is marked "
            "in square brackets."
        ),
        parts=(
            _need(here, terms),
            _processing(found, pack),
            _people(pack),
            _consultation(),
            *_necessity(terms, not_shared),
            _risks(),
            _decision(found),
        ),
    )


def _need(here: Partnership, terms: Sequence[AgreementTerms]) -> Part:
    return Part(
        heading="1. Why it is needed",
        words=(
            f"{here.name} makes a picture of child exploitation, and of harm outside the home, from what its agencies "
            "separately record, so that it can plan, commission and disrupt.",
            "An assessment is needed because records of many agencies about children, some of them about health, "
            "ethnicity and offences, are brought together and compared.",
        ),
        points=tuple(dict.fromkeys(t.purpose for t in terms)) or (blank("the purpose; no agreement is in force yet"),),
    )


def _processing(found: tuple[Flow, ...], pack: Pack) -> Part:
    rows = tuple((f.dataset, ", ".join(f.senders), f.form, f.agreement, f.retention) for f in found)
    return Part(
        heading="2. What is done with data",
        words=(
            "Agencies send returns. Each is read and checked. Names, numbers, dates of birth and addresses are turned "
            "into keyed codes and are not kept; an agency may do this itself, so that they never leave it. Coded "
            "records are linked so that a child known to several agencies is counted once. Figures are counted from "
            "them, small counts and whatever would let one be worked out are withheld, and only then are they shown.",
            f"What may be sent is declared in {pack.cover.title}, version {pack.cover.version}, approved by "
            f"{pack.cover.approver} on {said(pack.cover.approved_on)}. A column outside the agreement is dropped.",
        ),
        tables=(
            Table(
                caption="What flows; the register of data flows lists each column",
                headings=("Data set", "From", "Form", "Agreement", "Kept for"),
                rows=rows,
                empty="No agreement is in force, so nothing may be shared.",
            ),
        ),
    )


def _people(pack: Pack) -> Part:
    return Part(
        heading="3. Whose data, and in what setting",
        points=(
            "Children and young adults whom an agency has recorded as harmed, or at risk of harm, through exploitation.",
            "People, some of them children themselves, whom an agency has recorded as causing such harm.",
            "They have not chosen to be in the data, and many have reason to mistrust services. A leak could put "
            "somebody in danger.",
            blank("how many people, roughly, and over how many years"),
            blank("where the service runs, who runs it, and who holds the key that makes the codes"),
        ),
    )


def _consultation() -> Part:
    return Part(
        heading="4. Who has been asked",
        points=(
            blank("children and young people, and how they were asked"),
            blank("parents and carers"),
            blank("each agency's data protection officer and Caldicott guardian"),
            blank("front-line practitioners, and voluntary bodies"),
        ),
    )


def _necessity(terms: Sequence[AgreementTerms], not_shared: Sequence[NotShared]) -> Iterator[Part]:
    yield Part(
        heading="5. Necessity and proportion",
        points=(
            "Counts come first: the picture works with counts alone, and coded records are used only where agreed.",
            "People's rights: requests go to the agency that made the record, which can find it by its own reference.",
            *(f"Left out: {d.agency} does not share {d.what} Reason: {d.why}" for d in not_shared),
        ),
    )
    for one in terms:
        yield Part(
            heading=one.title,
            level=2,
            words=(f"{FORMS[one.form]}, kept for {retention(one)}.",),
            points=(*(f"Lawful basis. {b}" for b in one.lawful_basis), *(f"Gateway. {g}" for g in one.gateway)),
        )


RISKS = (
    (
        "Somebody is recognised in a figure",
        "Counts below the pack's threshold are withheld, and others with them, so that none can be worked out from "
        "totals, other tables or earlier releases; each release is checked by solving.",
    ),
    (
        "Names are found from the codes",
        "Codes are keyed and made of several details together. The key is kept apart from the data.",
    ),
    (
        "Somebody reads what is not theirs",
        "Each person has a role and a second factor; an agency's exact data is seen by that agency alone; every "
        "reading is recorded in a trail that cannot be changed unseen.",
    ),
    (
        "A child is judged by a machine",
        "No score, rank or prediction about a person exists in the software, and no list of children by risk.",
    ),
    (
        "Wrong links make wrong figures, more often for some groups than for others",
        "The error of linkage is estimated overall and by group, and is told beside the figures.",
    ),
    (
        "More is collected than was agreed, or it is kept for longer",
        "Columns outside the agreement are dropped on arrival. When an agreement ends nothing more is taken or used.",
    ),
    (
        "Figures are read as what happens, not as what was recorded, and a community is stigmatised",
        "Each figure says what it can and cannot say, and what is missing stands beside it.",
    ),
    (
        "Data is lost or the service fails",
        "An accepted return is kept whole; backups are made and tried.",
    ),
)


def _risks() -> Part:
    judged = tuple((risk, measure, blank("likelihood and severity"), blank("accepted by")) for risk, measure in RISKS)
    return Part(
        heading="6. Risks to people, and what reduces them",
        tables=(
            Table(
                caption="Risks, and what is done about each",
                headings=("Risk", "What reduces it", "What is left", "Approved"),
                rows=judged,
            ),
        ),
    )


def _decision(found: tuple[Flow, ...]) -> Part:
    agencies = sorted({sender for flow in found for sender in flow.senders})
    rows = tuple(
        (name, blank("name and post"), blank("day")) for name in ("Data protection officer's advice", *agencies)
    )
    return Part(
        heading="7. Advice and approval",
        words=("It is looked at again at each review, and whenever the pack or an agreement changes.",),
        tables=(Table(caption="Approvals", headings=("Who", "Name and post", "Day"), rows=rows),),
    )
