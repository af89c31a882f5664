"""Which columns of which data sets flow from whom, to whom, on what footing and for how long."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from plait.declare import AgreementTerms, Column, DataSet, Pack
from plait_web.partnership.documents.told import Document, Part, Table
from plait_web.partnership.models import Agreement
from plait_web.ui.jinja import day as said
from plait_web.ui.jinja import plural

FORMS = {
    "aggregate": "Counts",
    "pseudonymised": "Coded records",
    "individual": "Records that name people",
}
# What becomes of a column on arrival, in the order it is told.
CODING = {
    "keep": "Kept as sent",
    "month": "Kept to the month",
    "area": "Kept as an area",
    "token": "Turned into codes",
    "drop": "Used on arrival, then dropped",
}

TO = "The partnership's store. Others than the sender see only figures in which small counts are withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One data set under one agreement: the same columns, from each agency that has signed."""

    agreement: str
    senders: tuple[str, ...]
    to: str
    dataset: str
    form: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]  # what becomes of them, and their titles
    purpose: str
    basis: tuple[str, ...]
    gateway: tuple[str, ...]
    retention: str
    since: date
    until: date

    @property
    def column_words(self) -> str:
        """'Kept as sent: Sex, Ethnicity. Turned into codes: NHS number.'"""
        return " ".join(f"{what}: {', '.join(titles)}." for what, titles in self.columns)


def flows(agreements: Iterable[Agreement], pack: Pack, on: date) -> tuple[Flow, ...]:
    """Every flow that is permitted on the day. The agreements are those in force, their parties and agencies loaded."""
    return tuple(flow for agreement in agreements for flow in _of(agreement, pack, on))


def _of(agreement: Agreement, pack: Pack, on: date) -> Iterator[Flow]:
    terms = pack.agreements.get(agreement.terms)
    rows = agreement.party_rows.all()
    senders = tuple(p.agency.name for p in rows if p.signed and p.signed <= on and not p.gone(on))
    for dataset_id in terms.columns if terms and senders else ():
        if terms and dataset_id in pack.datasets:
            yield _flow(agreement, terms, pack.datasets[dataset_id], senders)


def _flow(agreement: Agreement, terms: AgreementTerms, dataset: DataSet, senders: tuple[str, ...]) -> Flow:
    return Flow(
        agreement=agreement.code,
        senders=senders,
        to=TO,
        dataset=dataset.title,
        form=FORMS[terms.form],
        columns=columns_of(terms, dataset),
        purpose=terms.purpose,
        basis=terms.lawful_basis,
        gateway=terms.gateway,
        retention=retention(terms),
        since=agreement.since,
        until=agreement.last_day,
    )


def columns_of(terms: AgreementTerms, dataset: DataSet) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The titles of the columns covered, by what becomes of them on arrival."""
    named = terms.columns.get(dataset.id, ())
    covered = [c for c in dataset.columns if "*" in named or c.id in named]
    groups = (
        (words, tuple(c.title for c in covered if _coding(c, dataset) == coding)) for coding, words in CODING.items()
    )
    return tuple((words, titles) for words, titles in groups if titles)


def _coding(column: Column, dataset: DataSet) -> str:
    return "keep" if dataset.tier == "aggregate" else column.after_coding


def retention(terms: AgreementTerms) -> str:
    """'7 years, then erased'."""
    return f"{plural(terms.retention_years, 'year')}, then erased"


HEADINGS = (
    "Data set",
    "From",
    "What flows",
    "Columns, and what becomes of them",
    "Agreement",
    "In force",
    "Kept for",
)


def register(found: tuple[Flow, ...], *, author: str, on: date, invented: bool) -> Document:
    """The flow register: one line a data set and agreement, and the footing of each below."""
    rows = tuple(
        (
            f.dataset,
            ", ".join(f.senders),
            f.form,
            f.column_words,
            f.agreement,
            f"{said(f.since)} to {said(f.until)}",
            f.retention,
        )
        for f in found
    )
    return Document(
        title="Register of data flows",
        subject="What each agency shares with the partnership, and on what footing",
        author=author,
        made=on,
        invented=invented,
        lead=(
            "Made from the agreements that are signed and in force on this day. A column that is not listed is dropped "
            "before anything is kept."
        ),
        parts=(
            Part(
                heading="What flows",
                words=(f"To: {TO[0].lower()}{TO[1:]}.",) if found else (),
                tables=(
                    Table(
                        caption=f"Data flows in force on {said(on)}",
                        headings=HEADINGS,
                        rows=rows,
                        empty="No agreement is in force, so nothing may be shared.",
                    ),
                ),
            ),
            *_footing(found),
        ),
    )


def _footing(found: tuple[Flow, ...]) -> Iterator[Part]:
    """Purpose, lawful basis and gateway, once for each agreement."""
    for flow in {f.agreement: f for f in found}.values():
        yield Part(
            heading=f"Footing of {flow.agreement}",
            words=(flow.purpose,),
            points=(*(f"Lawful basis. {b}" for b in flow.basis), *(f"Legal gateway. {g}" for g in flow.gateway)),
        )


def as_csv(found: tuple[Flow, ...]) -> str:
    """One line a sender, data set and agreement, for a register kept elsewhere."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ["agreement", "from", "to", "data set", "what flows", "columns", "purpose", "lawful basis", "gateway", "kept for",
         "first day", "last day"]
    )  # fmt: skip
    for flow in found:
        for sender in flow.senders:
            line = [flow.agreement, sender, flow.to, flow.dataset, flow.form, flow.column_words, flow.purpose,
                    " ".join(flow.basis), " ".join(flow.gateway), flow.retention, flow.since, flow.until]  # fmt: skip
            writer.writerow([neutral(str(cell)) for cell in line])
    return out.getvalue()


def neutral(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
