"""The core pack's questions, definitions, indicators and published tables: whole, worded with care, each with its example."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import get_args

import pytest

from plait.declare import load_pack
from plait.declare.indicators import Domain, Indicator
from plait.declare.links import rows_of
from plait.declare.needed import FROM_LISTS
from plait.declare.pack import Pack
from plait.values import Period, State

PERSON_DIMENSIONS = {"age_band", "sex", "ethnicity", "disability"}
PERSONS = {"agency", "person", "birth_month", "sex", "ethnicity", "disability", "area"}
GROUPED = {"ethnicity": "ethnic_group", "source": "referral_source_group", "agency": "agency_kind"}

# Patterns that put harm in the child, or that exploiters or the trade would use. Quotation is left alone.
BLAME = (
    r"risky|risk[- ]taking|at risk (?:girl|boy|child)|(?:high|medium|low)[- ]risk child|put(?:s|ting)? (?:them|him|her)sel\w+ at",
    r"promiscu|prostitut|lifestyle choice|streetwise|flirt|consensual|child pornography|sexually active",
    r"abscond|keeps going missing|gang (?:member|association|nominal)|drug (?:dealer|runn)|money mule|recruited",
    r"hard to reach|disengag|non-compliant|refuses? to engage|attention[- ]seeking|manipulative|challenging behaviour",
    r"vulnerable (?:child|young)|troubled famil|problem famil|alleged victim|child perpetrator|young offender|\bLAC\b",
)


@cache
def core() -> Pack:
    return load_pack()


def indicators() -> list[Indicator]:
    return list(core().indicators.values())


COUNTED = [i for i in indicators() if i.measure.kind != "reported"]
EXAMPLES = [pytest.param(i, e, id=f"{i.id}-{n}") for i in indicators() for n, e in enumerate(i.examples)]


def words(value: object) -> Iterator[str]:
    """Every piece of text in a dumped item, except example tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in ("given", "id", "source"):
                yield from words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from words(part)


def rows(table: str) -> tuple[list[str], list[dict[str, str]]]:
    heading, *lines = table.strip("\n").split("\n")
    columns = heading.split("|")
    return columns, [dict(zip(columns, line.split("|"), strict=True)) for line in lines]


def coded_columns(name: str) -> set[str]:
    """The columns of a table after coding: the incident's postcode has become its area."""
    if name == "persons":
        return PERSONS
    columns = {*core().dataset(name).column_ids, "agency"}
    return columns - {"incident_postcode"} | ({"incident_area"} if "incident_postcode" in columns else set())


def codes_of(name: str, column: str) -> set[str] | None:
    dataset = core().dataset("people" if name == "persons" else name)
    held = dataset.column(column).codes if column in dataset.column_ids else None
    return {code.code for code in core().codelist(held).codes} if held else None


def columns_for(indicator: Indicator) -> set[str]:
    return set(core().dataset(rows_of(indicator)[0].of).column_ids)


def test_the_pack_holds_as_much_as_it_promises():
    assert len(core().definitions) >= 28
    assert len(core().questions) >= 32
    assert len(core().indicators) >= 62


@pytest.mark.parametrize("kind", ["questions", "indicators"])
def test_each_of_the_five_domains_is_covered(kind):
    found = Counter(item.domain for item in getattr(core(), kind).values())
    assert set(found) == set(get_args(Domain))
    assert min(found.values()) >= 4


def test_every_question_has_an_indicator_or_says_that_no_data_could_answer_it():
    answered = {question for i in indicators() for question in i.questions}
    silent = {q.id for q in core().questions.values() if q.id not in answered and not q.never_by_data}
    assert not silent


def test_some_questions_are_plainly_beyond_data():
    assert sum(bool(q.never_by_data) for q in core().questions.values()) >= 4


def test_questions_have_an_order_with_no_ties():
    ranks = [q.rank for q in core().questions.values()]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))


def test_definitions_lead_to_definitions():
    lost = {(d.id, name) for d in core().definitions.values() for name in d.see if name not in core().definitions}
    assert not lost


def test_every_definition_shows_what_is_in_and_what_is_out():
    assert [d.id for d in core().definitions.values() if not (d.examples_in and d.examples_out)] == []


def test_examples_in_and_out_are_whole_sentences():
    pieces = [p for d in core().definitions.values() for p in (*d.examples_in, *d.examples_out)]
    assert [p for p in pieces if not p.endswith(".")] == []


@pytest.mark.parametrize("field", ["can_say", "cannot_say", "why", "title"])
def test_no_two_indicators_share_their_words(field):
    said = Counter(getattr(i, field) for i in indicators())
    assert [text for text, times in said.items() if times > 1] == []


def test_words_do_not_blame():
    items = [*core().definitions.values(), *core().questions.values(), *indicators()]
    blame = re.compile("|".join(BLAME), re.IGNORECASE)
    unquoted = [(i.id, re.sub(r"[“‘\"].*?[”’\"]", "", text)) for i in items for text in words(i.model_dump())]
    assert [(name, found.group()) for name, text in unquoted if (found := blame.search(text))] == []


def test_the_blame_list_finds_blame():
    blame = re.compile("|".join(BLAME), re.IGNORECASE)
    assert all(blame.search(t) for t in ("putting herself at risk", "a high-risk child", "absconded", "hard to reach"))


def test_people_causing_harm_have_the_stricter_rule():
    def counts_them(indicator: Indicator) -> bool:
        wanted = [c for part in rows_of(indicator) for c in part.where if c.column == "role"]
        return any("causing_harm" in (c.is_in or ()) or "both" in (c.is_in or ()) for c in wanted)

    assert [i.id for i in COUNTED if counts_them(i) and i.zone_rule != "perpetration_strict"] == []
    assert {i.id for i in COUNTED if counts_them(i)} >= {"PO04", "PO11", "NR03"}


@pytest.mark.parametrize("indicator", COUNTED, ids=lambda i: i.id)
def test_breakdowns_rest_on_columns_the_rows_have(indicator):
    have = columns_for(indicator) | {*FROM_LISTS, *(PERSON_DIMENSIONS if "person" in columns_for(indicator) else ())}
    assert {"harms" if b == "harm" else b for b in indicator.breakdowns} <= have


@pytest.mark.parametrize("indicator", COUNTED, ids=lambda i: i.id)
def test_rows_units_and_subsets_name_what_exists(indicator):
    measure = indicator.measure
    named = [getattr(measure, part, None) for part in ("unit", "over", "start", "end")]
    assert {n for n in named if n and n not in ("rows", "people")} <= columns_for(indicator)
    for condition in getattr(measure, "subset", ()):
        assert condition.column in columns_for(indicator)
        asked = {*(condition.is_in or ()), *(condition.not_in or ()), *(condition.has_any or ())}
        assert asked <= (codes_of(measure.rows.of, condition.column) or asked)
    for part in rows_of(indicator):
        assert (part.until is not None) == (part.when != "in_period") or part.when == "after_18"


@pytest.mark.parametrize("indicator", indicators(), ids=lambda i: i.id)
def test_suppliers_are_kinds_of_agency_that_the_rows_allow(indicator):
    kinds = {code.code for code in core().codelist("agency_kind").codes}
    asked = {a for part in rows_of(indicator) for a in part.agencies}
    assert set(indicator.suppliers) | asked <= kinds
    assert asked <= set(indicator.suppliers)


def test_every_indicator_that_rows_can_make_has_a_worked_example():
    assert [i.id for i in COUNTED if not i.examples] == []


@pytest.mark.parametrize("indicator, example", EXAMPLES)
def test_example_tables_can_be_read(indicator, example):
    Period.parse(example.period)
    for name, table in example.given.items():
        columns, body = rows(table)
        assert set(columns) <= coded_columns(name)
        for row in body:
            for column, cell in row.items():
                known = codes_of(name, column) if column != "agency" else None
                unlisted = {c for c in cell.split(";") if c} - (known or set(cell.split(";")))
                assert not unlisted or (name, column) == ("counts", "value")
                if column.endswith("_on") or column in ("birth_month", "flag_from", "flag_to"):
                    assert not cell or date.fromisoformat(cell)


@pytest.mark.parametrize("indicator, example", EXAMPLES)
def test_examples_hold_the_tables_their_measure_needs(indicator, example):
    needed = {part.of for part in rows_of(indicator)}
    if not example.given.keys() & needed:
        needed = {"counts"}
    elif indicator.measure.kind in ("rate", "disparity"):
        needed.add("populations")
    assert needed <= example.given.keys() | (
        {"concerns", "services", "events", "needs"} if "counts" not in needed else set()
    )
    people = {(r.get("agency", "council"), r["person"]) for r in rows(example.given.get("persons", "person"))[1]}
    for name in example.given.keys() - {"persons", "populations", "counts"}:
        for row in rows(example.given[name])[1]:
            assert not row.get("person") or (row.get("agency", "council"), row["person"]) in people


@pytest.mark.parametrize("indicator, example", EXAMPLES)
def test_what_examples_expect_can_be_made(indicator, example):
    states = {state.value for state in State}
    for key, value in example.expect.items():
        dimension, _, group = key.partition("=")
        assert key == "all" or (dimension in indicator.breakdowns and group)
        assert isinstance(value, float | int) or value in states
        if isinstance(value, float) and indicator.unit.startswith("percent"):
            assert 0 <= value <= 100
        if dimension in GROUPED:
            assert group in {code.code for code in core().codelist(GROUPED[dimension]).codes}


def test_published_tables_fill_declared_columns_with_declared_codes():
    counts = core().dataset("counts")
    for table in core().published.values():
        assert set(table.recognised_by) <= set(table.measures)
        for counted in table.measures.values():
            for column, code in counted.breakdown.items():
                assert code in {c.code for c in core().codelist(counts.column(column).codes or "").codes}
                assert column in core().indicator(counted.measure).breakdowns


def test_no_two_published_headings_claim_the_same_figure():
    for table in core().published.values():
        claimed = Counter((c.measure, c.part, *c.breakdown.items()) for c in table.measures.values())
        assert max(claimed.values()) == 1


def test_the_pack_answers_the_published_catalogue():
    catalogue = (
        "CE01-16 MI01-09 PO01-10 NR01-03 YJ01-04 HE01-07 ED01-04 HO01-02 VC01-02 TR01-03 DI01-02 VO01-02 WF01-02 DQ01-02 "
        "CX01-01"
    )
    wanted = {f"{p[:2]}{n:02}" for p in catalogue.split() for n in range(int(p[2:4]), int(p[5:]) + 1)}
    assert wanted <= core().indicators.keys()
