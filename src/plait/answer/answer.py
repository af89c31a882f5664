"""From pack, data map, agreements and returns to what each question can be told. Worked out, never asked."""

from collections.abc import Sequence
from datetime import date

from plait.answer.gaps import Ground, agency_gaps, covering
from plait.answers import Answer, Answers, Evidence, Gap, GapKind, Standing
from plait.decided import Agency, Partnership, Return, Supplied, permitted
from plait.declare import Indicator, Pack, Question
from plait.declare.needed import needed
from plait.values import Period


def answer(
    pack: Pack, partnership: Partnership, supplied: Sequence[Supplied],
    *, period: Period, on: date, unused: Sequence[Return] = (),
) -> Answers:  # fmt: skip
    """Every question of the pack in order of rank, with how far data answers it for the period as things stand on a day.

    `unused` are returns that came, and of which nothing is in use: nobody need be asked for them again unawares.
    """
    usable = tuple(s for s in supplied if permitted(pack, partnership, agency=s.agency, dataset=s.dataset, on=on))
    ground = Ground(
        pack=pack, partnership=partnership, supplied=usable, arrived=tuple(supplied), unused=tuple(unused), period=period,
        on=on,
    )  # fmt: skip
    evidence = {i.id: _evidence(ground, i) for i in pack.indicators.values() if not i.retired}
    questions = sorted((q for q in pack.questions.values() if not q.retired), key=lambda q: (q.rank, q.id))
    answers = tuple(_answer(q, [e for e in evidence.values() if q.id in e.indicator.questions]) for q in questions)
    return Answers(
        answers=answers,
        questions_without_data=tuple(a.question.id for a in answers if not any(e.suppliers for e in a.evidence)),
        data_without_question=_unused(ground),
    )


def _evidence(ground: Ground, indicator: Indicator) -> Evidence:
    agencies = [a for a in ground.partnership.agencies if a.kind in indicator.suppliers and ground.part_of(a)]
    wanted = {d: c for d, c in needed(indicator).items() if d != "populations"}
    gaps = {agency.id: agency_gaps(ground, indicator, agency, wanted) for agency in agencies}
    suppliers = tuple(a.id for a in agencies if not any(gap.blocks for gap in gaps[a.id]))
    sent = [s for agency in suppliers for s in ground.sent_by(agency) if s.dataset in {*wanted, "counts"}]
    shared = (*_nobody(indicator, agencies), *_staged(indicator), *_no_population(ground, indicator))
    covered = (code for a in agencies if a.id in suppliers for code in a.areas)
    return Evidence(
        indicator=indicator,
        suppliers=suppliers,
        expected=tuple(a.id for a in agencies),
        gaps=(*shared, *(gap for a in agencies for gap in gaps[a.id])),
        freshest=max((s.received_on for s in sent), default=None),
        areas=tuple(dict.fromkeys(covered)),
        agreements=_agreements(ground, suppliers, wanted),
        caveats=tuple(dict.fromkeys(c for s in sent for c in s.caveats)),
    )


def _nobody(indicator: Indicator, agencies: Sequence[Agency]) -> tuple[Gap, ...]:
    if agencies:
        return ()
    kinds = " or ".join(k.replace("_", " ") for k in indicator.suppliers)
    return (
        Gap(
            kind=GapKind.NOT_SHARED, agency="", dataset="", columns=(),
            reason=f"No {kinds} agency is in the partnership.",
            action=f"Ask an agency of this kind to take part: {kinds}.",
        ),
    )  # fmt: skip


def _no_population(ground: Ground, indicator: Indicator) -> tuple[Gap, ...]:
    """Residents are counted once for everybody, so it is nobody's gap in particular when they are not there."""
    if "populations" not in needed(indicator) or any(s.dataset == "populations" for s in ground.supplied):
        return ()
    return (
        Gap(
            kind=GapKind.NOT_SHARED, agency="", dataset="populations", columns=(),
            reason="No count of residents has been given, so no rate can be made.",
            action="Add the latest mid-year population estimates for the partnership's areas.",
        ),
    )  # fmt: skip


def _staged(indicator: Indicator) -> tuple[Gap, ...]:
    if indicator.stage in ("live", "piloting"):
        return ()
    return (
        Gap(
            kind=GapKind.NOT_ANALYSED, agency="", dataset="", columns=(),
            reason=f"'{indicator.title}' is {indicator.stage} and not counted.",
            action="Decide whether to start counting it.",
        ),
    )  # fmt: skip


def _agreements(ground: Ground, suppliers: Sequence[str], wanted: dict[str, frozenset[str]]) -> tuple[str, ...]:
    found = (covering(ground, agency, dataset, columns) for agency in suppliers for dataset, columns in wanted.items())
    named = (s.agreement for agency in suppliers for s in ground.sent_by(agency) if s.agreement)
    return tuple(dict.fromkeys([*(a for a in found if a), *named]))


def _answer(question: Question, evidence: list[Evidence]) -> Answer:
    standing = _standing(question, evidence)
    return Answer(
        question=question,
        standing=standing,
        reasons=tuple(_reasons(question, evidence, standing)),
        evidence=tuple(evidence),
    )


def _standing(question: Question, evidence: list[Evidence]) -> Standing:
    if question.never_by_data and not evidence:
        return Standing.NEVER
    standings = {e.standing for e in evidence}
    if not evidence or standings == {Standing.NOT_YET}:
        return Standing.NOT_YET
    if standings == {Standing.ANSWERED} and not question.never_by_data:
        return Standing.ANSWERED
    return Standing.PARTLY


def _reasons(question: Question, evidence: list[Evidence], standing: Standing) -> list[str]:
    told = [e.indicator.title for e in evidence if e.suppliers]
    reasons = []
    if standing is Standing.ANSWERED:
        reasons.append(f"Every figure this question needs is in: {_listed(told)}.")
    elif told:
        some = f"{len(told)} of the {len(evidence)} figures" if len(evidence) > 1 else "The figure"
        reasons.append(f"{some} this question needs can be made: {_listed(told)}.")
    elif evidence:
        none = (
            f"None of the {len(evidence)} figures this question needs can" if len(evidence) > 1 else "Its figure cannot"
        )
        reasons.append(f"{none} be made yet.")
    elif standing is not Standing.NEVER:
        reasons.append("No figure has been declared for this question.")
    if question.never_by_data:
        reasons.append(question.never_by_data)
    return [*reasons, *dict.fromkeys(gap.reason for e in evidence for gap in e.gaps)]


def _listed(titles: list[str]) -> str:
    shown = "; ".join(titles[:4])
    return shown if len(titles) <= 4 else f"{shown}; and {len(titles) - 4} more"


def _unused(ground: Ground) -> tuple[tuple[str, str], ...]:
    """Columns that some agency holds or has sent and no indicator in use needs."""
    used: dict[str, set[str]] = {}
    for indicator in ground.pack.live_indicators:
        for dataset, columns in needed(indicator).items():
            used.setdefault(dataset, set()).update(columns)
    held: dict[str, set[str]] = {}
    for asset in ground.partnership.assets:
        if asset.dataset in ground.pack.datasets and asset.capture != "not_recorded":
            every = ground.pack.dataset(asset.dataset).column_ids
            held.setdefault(asset.dataset, set()).update(every if "*" in asset.columns else asset.columns)
    for sent in ground.supplied:
        held.setdefault(sent.dataset, set()).update(c for c, share in sent.filled.items() if share > 0)
    pairs = ((d, c) for d, columns in held.items() if ground.pack.dataset(d).tier == "person" for c in columns)
    return tuple(sorted((d, c) for d, c in pairs if c not in used.get(d, set()) and c != "person"))
