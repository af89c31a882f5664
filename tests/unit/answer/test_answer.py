"""Why a question cannot be answered yet: each gap appears for its cause, in words, with the step that closes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plait.answer import answer
from plait.answers import Answers, Evidence, GapKind, Standing
from plait.decided import Agency, Agreement, Asset, Partnership, Return, Supplied
from plait.declare import Pack, load_pack
from plait.declare.needed import needed
from plait.values import Period

CORE = load_pack()
ON, PERIOD = date(2025, 7, 1), Period.parse("2024-25")
MISSING = "MI01"  # missing episodes: made of events, of people's homes and ages, and here by the council


def with_items(pack: Pack, **items: Any) -> Pack:
    """The pack with other items; a copy would keep what was worked out from the old ones."""
    return Pack.model_construct(**{name: getattr(pack, name) for name in Pack.model_fields} | items)


def with_indicator(pack: Pack, **changes: Any) -> Pack:
    indicators = {**pack.indicators, MISSING: pack.indicator(MISSING).model_copy(update=changes)}
    return with_items(pack, indicators=indicators)


PACK = with_indicator(CORE, suppliers=("council",))
COUNCIL = Agency(id="council", name="Wenford Council", kind="council", areas=("D1",))
SIGNED = Agreement(
    id="strategic", terms="pseudonymised_strategic", parties=("council",), signed={"council": date(2024, 3, 1)},
    since=date(2024, 4, 1), until=date(2028, 3, 31),
)  # fmt: skip
HELD = Asset(agency="council", dataset="events", columns=("*",))
PEOPLE = Asset(agency="council", dataset="people", columns=("*",))


def sent(dataset: str = "events", **changes: Any) -> Supplied:
    types = tuple(code.code for code in PACK.codelist("event_type").codes) if dataset == "events" else ()
    given = {
        "agency": "council", "period": PERIOD.label, "dataset": dataset, "rows": 200, "usable": 200, "received_on": ON,
        "filled": dict.fromkeys(PACK.dataset(dataset).column_ids, 1.0), "types": types, "agreement": "strategic",
    }  # fmt: skip
    return Supplied(**{**given, **changes})


def asked(*supplied: Supplied, pack: Pack = PACK, unused: tuple[Return, ...] = (), **changes: Any) -> Answers:
    """With the council's people always sent, so that what is said is of its events."""
    given: dict[str, Any] = {"agencies": (COUNCIL,), "agreements": (SIGNED,), "assets": (HELD, PEOPLE)}
    supplied = (*supplied, sent("people"))
    partnership = Partnership(name="Wenford", areas=("D1",), pack_digest=pack.digest, **{**given, **changes})
    return answer(pack, partnership, supplied, period=PERIOD, on=ON, unused=unused)


def evidence(answers: Answers, indicator: str = MISSING) -> Evidence:
    return next(e for a in answers.answers for e in a.evidence if e.indicator.id == indicator)


def gap(answers: Answers) -> tuple[GapKind, str]:
    """The one gap that the council's events leave in the counting of missing episodes."""
    (found,) = [g for g in evidence(answers).gaps if g.dataset == "events"]
    assert found.action.endswith(".")
    return found.kind, found.reason


def held(changes: dict[str, Any]) -> tuple[Asset, ...]:
    return HELD.model_copy(update=changes), PEOPLE


def changed(**changes: Any) -> tuple[Agreement, ...]:
    return (SIGNED.model_copy(update=changes),)


def test_what_was_sent_is_in_the_figure() -> None:
    found = evidence(asked(sent(), sent("populations")))
    assert found.suppliers == ("council",)
    assert found.freshest == ON
    assert found.agreements == ("strategic",)
    assert not [g for g in found.gaps if g.agency == "council"]


@pytest.mark.parametrize(
    ("changes", "kind", "reason"),
    [
        ({"assets": (PEOPLE,)}, GapKind.NOT_KNOWN, "The data map does not say whether Wenford Council holds"),
        ({"assets": held({"capture": "not_recorded"})}, GapKind.NOT_RECORDED, "Wenford Council does not record this."),
        ({"assets": held({"capture": "free_text"})}, GapKind.NOT_EXTRACTABLE, "written as free text"),
        ({"assets": held({"capture": "paper"})}, GapKind.NOT_EXTRACTABLE, "kept on paper"),
        ({"assets": held({"extractable": False})}, GapKind.NOT_EXTRACTABLE, "no report brings it out"),
        ({}, GapKind.NOT_SHARED, "may share events and has not sent it for 2024-25."),
        ({"agreements": ()}, GapKind.NOT_SHARED, "No agreement lets Wenford Council share events"),
        ({"agreements": changed(until=date(2025, 6, 30))}, GapKind.NOT_SHARED, "which covered this, ended on 30 June 2025."),
        ({"agreements": changed(withdrawn=date(2025, 6, 30))}, GapKind.NOT_SHARED, "was withdrawn on 30 June 2025."),
        ({"agreements": changed(since=date(2025, 7, 2))}, GapKind.NOT_SHARED, "starts on 2 July 2025."),
        ({"agreements": changed(signed={})}, GapKind.NOT_SHARED, "Wenford Council has not signed agreement strategic"),
    ],
)  # fmt: skip
def test_each_cause_opens_its_own_gap(changes: dict[str, Any], kind: GapKind, reason: str) -> None:
    found, said = gap(asked(**changes))
    assert found is kind
    assert reason in said


@pytest.mark.parametrize(
    ("came", "reason"),
    [
        ({}, "has sent a return that may hold events for 2024-25, and nothing of it is in use."),
        ({"dataset": "events"}, "has sent its events for 2024-25, and nothing of it is in use."),
        ({"dataset": "services"}, "has not sent it for 2024-25."),
        ({"period": "2023-24"}, "has not sent it for 2024-25."),
        ({"agency": "police"}, "has not sent it for 2024-25."),
    ],
)
def test_a_return_that_could_not_be_read_was_sent_all_the_same(came: dict[str, Any], reason: str) -> None:
    record = Return(**{"agency": "council", "period": "2024-25", "path": Path("a.csv"), "received_on": ON, **came})
    kind, said = gap(asked(unused=(record,)))
    assert kind is GapKind.NOT_SHARED
    assert said.endswith(reason)


@pytest.mark.parametrize("agreements", [(), changed(withdrawn=date(2025, 6, 30)), changed(until=date(2025, 6, 30))])
def test_what_was_sent_counts_no_longer_without_an_agreement(agreements: tuple[Agreement, ...]) -> None:
    found = asked(sent(), agreements=agreements)
    assert evidence(found).suppliers == ()
    assert gap(found)[0] is GapKind.NOT_SHARED
    assert not found.of(Standing.ANSWERED)


def test_the_last_day_of_an_agreement_still_counts() -> None:
    assert evidence(asked(sent(), agreements=changed(until=ON))).suppliers == ("council",)


def test_a_column_nobody_fills_is_not_recorded() -> None:
    column = next(iter(needed(PACK.indicator(MISSING))["events"] - {"person", "type"}))
    kind, reason = gap(asked(sent(filled=dict.fromkeys(PACK.dataset("events").column_ids, 1.0) | {column: 0.0})))
    assert kind is GapKind.NOT_RECORDED
    assert "is never filled" in reason


def test_a_column_the_agreement_leaves_out_is_not_shared() -> None:
    """An empty column is no sign of poor recording when it may not be sent."""
    column = next(iter(needed(PACK.indicator(MISSING))["events"] - {"person", "type"}))
    terms = PACK.agreements["pseudonymised_strategic"]
    rest = tuple(c for c in PACK.dataset("events").column_ids if c != column)
    narrow = terms.model_copy(update={"columns": {**terms.columns, "events": rest}})
    pack = with_items(PACK, agreements={**PACK.agreements, terms.id: narrow})
    filled = dict.fromkeys(PACK.dataset("events").column_ids, 1.0) | {column: 0.0}
    assert gap(asked(sent(filled=filled), pack=pack))[0] is GapKind.NOT_SHARED


def test_events_without_one_of_the_kind_are_not_taken_for_a_nought() -> None:
    """Nobody but the agency can say that there were none."""
    none = sent(types=("referral",))
    kind, reason = gap(asked(none))
    assert kind is GapKind.NOT_SHARED
    assert "hold none of it" in reason
    assert gap(asked(none, assets=held({"capture": "not_recorded"})))[0] is GapKind.NOT_RECORDED


def test_a_figure_the_agency_counted_itself_needs_no_rows() -> None:
    counted = sent("counts", types=(MISSING,))
    assert evidence(asked(counted)).suppliers == ("council",)
    assert evidence(asked(counted.model_copy(update={"period": "2023-24"}))).suppliers == ()


def test_nobody_of_the_kind_is_a_gap_of_the_partnership() -> None:
    fire = Agency(id="fire", name="Wenford Fire", kind="fire", areas=("D1",))
    found = evidence(asked(agencies=(fire,), agreements=(), assets=()))
    assert [g.agency for g in found.gaps][:1] == [""]
    assert "agency is in the partnership." in found.gaps[0].reason


def test_an_indicator_that_is_not_counted_is_not_analysed() -> None:
    found = evidence(asked(sent(), pack=with_indicator(PACK, stage="proposed")))
    assert GapKind.NOT_ANALYSED in {g.kind for g in found.gaps}


def test_every_question_has_one_standing_and_reasons_in_words() -> None:
    found = asked(sent())
    assert sorted(a.question.id for a in found.answers) == sorted(PACK.questions)
    assert all(a.reasons for a in found.answers)
    assert sum(len(found.of(standing)) for standing in Standing) == len(PACK.questions)
    assert found.of(Standing.PARTLY)


def test_a_question_no_data_can_answer_says_so() -> None:
    never = asked().of(Standing.NEVER)
    assert never
    assert all(a.question.never_by_data in a.reasons for a in never)


def test_a_question_is_answered_when_every_figure_is_in() -> None:
    question = PACK.indicator(MISSING).questions[0]
    asking = PACK.question(question).model_copy(update={"never_by_data": ""})
    alone = {MISSING: PACK.indicator(MISSING).model_copy(update={"questions": (question,)})}
    pack = with_items(PACK, indicators=alone, questions={question: asking})
    found = asked(sent(), sent("populations"), pack=pack)
    assert [a.question.id for a in found.of(Standing.ANSWERED)] == [question]
    assert found.questions_without_data == ()


def test_the_two_lists_of_orphans() -> None:
    """Questions with no data: all, before any comes. Data with no question: a column held that nothing needs."""
    assert set(asked(assets=(), agreements=()).questions_without_data) == set(PACK.questions)
    none = with_items(PACK, indicators={})
    assert ("events", "outcome") in asked(pack=none).data_without_question
    assert ("events", "person") not in asked(pack=none).data_without_question
    used = needed(PACK.indicator(MISSING))["events"]
    assert not {c for d, c in asked(sent()).data_without_question if d == "events"} & used


def test_the_gap_that_blocks_most_comes_first() -> None:
    found = asked()
    blocks = [sum(gap in a.gaps for a in found.answers) for gap in found.gaps]
    assert blocks == sorted(blocks, reverse=True)
    assert len(set(found.gaps)) == len(found.gaps)


@pytest.mark.parametrize(("form", "told"), [("cin", True), ("template", False)])
def test_a_form_of_file_without_the_code_cannot_answer(form: str, told: bool) -> None:
    """A census came, whole: it has no code for what CE10c asks, so that its silence answers nothing."""
    pack = with_items(
        CORE, indicators={"CE10c": CORE.indicator("CE10c").model_copy(update={"suppliers": ("council",)})}
    )
    assets = (HELD, PEOPLE, *(Asset(agency="council", dataset=d, columns=("*",)) for d in ("needs", "concerns")))
    answers = asked(sent("needs", format=form), sent("concerns", format=form), pack=pack, assets=assets)
    reasons = [g.reason for g in evidence(answers, "CE10c").gaps]
    said = "Wenford Council sent needs in a form of file whose 'Need' has no code for this."
    assert (said in reasons) is told
    assert (evidence(answers, "CE10c").suppliers == ("council",)) is not told
