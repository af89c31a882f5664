"""The core pack's data sets, code lists, disclosure rules and agreement terms: whole, worded with care, all used."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.shared import SHARED

import plait
from plait.declare import CodeList, DataSet, Disclosure, Pack, load_pack
from plait.declare.item import Item
from plait.declare.pack import FOLDERS
from plait.validate import finding_codes

CENSUS = SHARED / "formats/tables/cin_codes.csv"
CARE = SHARED / "formats/tables/ssda903_codes_2026.csv"
PLACEHOLDER = re.compile(r"\b(TODO|TBC|TBD|FIXME|XXX|lorem|placeholder|to follow|N/A)\b", re.IGNORECASE)
# Words of a return that blame the child, allowed only in a note that says so.
BLAME = re.compile(
    r"socially unacceptable|involvement in|risky|promiscu|prostitut|lifestyle|abscond|hard to reach|disengag|refus"
    r"|at risk child|drug (?:dealer|runner)|gang member|young offender\b(?! institution)|non-compliant",
    re.IGNORECASE,
)
# Code sets of a national return that no column holds: kept so that a reader of the return can look them up by year.
OF_A_RETURN = {
    "upn_unknown", "ssda903_legal_status", "ssda903_provider", "ssda903_episode_reason", "ssda903_place_change",
    "ssda903_missing_type", "ssda903_in_touch", "ssda903_activity", "ssda903_accommodation", "ssda903_sdq_reason",
    "ssda903_review", "ssda903_yes_no",
}  # fmt: skip


@cache
def core() -> Pack:
    return load_pack()


def items() -> dict[str, Any]:
    """Folder and id to every item of the pack."""
    fields = {folder: field for folder, (field, _) in FOLDERS.items()}
    return {f"{f}/{name}": item for f, field in fields.items() for name, item in getattr(core(), field).items()}


def codelists() -> list[CodeList]:
    return list(core().codelists.values())


def datasets() -> list[DataSet]:
    return list(core().datasets.values())


def words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from words(part)


def test_no_item_is_left_to_be_written() -> None:
    """What ships is read by people who cannot ask the author."""
    assert not [w for w, item in items().items() for text in words(item.model_dump()) if PLACEHOLDER.search(text)]


def test_every_item_says_where_it_comes_from_and_who_answers_for_it() -> None:
    for where, item in items().items():
        if isinstance(item, Item):
            assert len(item.source) > 3, where
            assert len(item.owner) > 3, where
            assert date(2014, 1, 1) <= item.since <= core().cover.approved_on, where


@pytest.mark.parametrize("codes", codelists(), ids=lambda c: c.id)
class TestCodeLists:
    def test_each_code_stands_once_with_a_label_of_its_own(self, codes: CodeList) -> None:
        assert max(Counter(code.code for code in codes.codes).values()) == 1
        named = Counter((code.label, code.group) for code in codes.codes if codes.id != "value_symbol")
        assert not [label for label, times in named.items() if times > 1]

    def test_every_list_is_used(self, codes: CodeList) -> None:
        columns = [core().codelist(c.codes) for d in datasets() for c in d.columns if c.codes]
        mine = {code.code for code in codes.codes}
        held = any(mine <= {code.code for code in other.codes} for other in columns)
        source = Path(plait.__file__).parent
        named = any(f'"{codes.id}"' in path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
        assert held or named or codes.id in OF_A_RETURN

    def test_codes_that_mean_not_known_are_codes_of_the_list(self, codes: CodeList) -> None:
        assert set(codes.missing) <= {code.code for code in codes.codes}

    def test_years_run_forwards(self, codes: CodeList) -> None:
        assert all(code.since < code.until for code in codes.codes if code.since and code.until)

    def test_a_code_in_a_group_has_the_groups_name(self, codes: CodeList) -> None:
        groups: dict[str, set[str]] = {}
        for code in codes.codes:
            groups.setdefault(code.group, set()).add(code.group_label)
        assert all(len(labels) == 1 for labels in groups.values())
        assert all(group == "" or labels != {""} for group, labels in groups.items())

    def test_no_label_blames_the_child(self, codes: CodeList) -> None:
        """A statutory word that does is kept to a note that says what is wrong with it."""
        assert not [code.code for code in codes.codes if BLAME.search(code.label + code.group_label)]


def test_a_statutory_label_that_blames_the_child_says_so() -> None:
    needs = {code.code: code for code in core().codelist("need").codes}
    assert "puts the fault in the child" in needs["14A"].note


@pytest.mark.parametrize(
    ("listed", "code_set", "ours"),
    [
        ("need", "assessmentfactors", r"[0-9]+[A-Z]?"),
        ("referral_source", "referralsource", ".*"),
        ("service_outcome", "reasonforclosure", r"RC\d"),
        ("primary_need", "primaryneedcode", ".*"),
        ("service_detail", "categoryofabuse", "NEG|PHY|SAB|EMO|MUL"),
        ("ethnicity", "ethnicity", ".*"),
        ("disability", "disability", ".*"),
        ("sex", "sex", ".*"),
        ("upn_unknown", "unknownupn", ".*"),
    ],
)
@pytest.mark.skipif(not CENSUS.is_file(), reason="the census code table is not on this machine")
def test_census_codes_are_the_census_codes(listed: str, code_set: str, ours: str) -> None:
    with CENSUS.open(encoding="utf-8") as handle:
        theirs = {
            row["code"]: int(row["first_schema_year"]) for row in csv.DictReader(handle) if row["code_set"] == code_set
        }
    mine = {code.code: code for code in core().codelist(listed).codes if re.fullmatch(ours, code.code)}
    assert set(mine) == set(theirs)
    for code, first in theirs.items():
        begun = date(first - 1, 4, 1) if first > 2017 and listed != "sex" else None
        assert mine[code].since == begun, code


@pytest.mark.parametrize(
    ("listed", "column"),
    [
        ("ssda903_legal_status", "LS"), ("ssda903_placement", "PLACE"), ("ssda903_provider", "PLACE_PROVIDER"),
        ("ssda903_episode_reason", "RNE"), ("ssda903_reason_ceased", "REC"), ("ssda903_missing_type", "MISSING"),
        ("ssda903_place_change", "REASON_PLACE_CHANGE"), ("ssda903_in_touch", "IN_TOUCH"), ("ssda903_activity", "ACTIV"),
        ("ssda903_accommodation", "ACCOM"), ("ssda903_sdq_reason", "SDQ_REASON"), ("ssda903_review", "REVIEW_CODE"),
    ],
)  # fmt: skip
@pytest.mark.skipif(not CARE.is_file(), reason="the table of the return's codes is not on this machine")
def test_codes_of_the_return_on_children_in_care_are_its_codes(listed: str, column: str) -> None:
    """What we have besides is only what ended before."""
    with CARE.open(encoding="utf-8") as handle:
        theirs = {row["code"] for row in csv.DictReader(handle) if row["column"] == column}
    assert {code.code for code in core().codelist(listed).codes if code.until is None} == theirs


def test_the_ten_adversities_and_their_relations() -> None:
    """Ten things: three abuses, two neglects, five of the household. The first ten are all among the extended list."""
    sets = {
        tag: {c.code for c in core().codelist("need").codes if tag in c.sets}
        for tag in ("standard10", "extended", "welsh")
    }
    topics = {
        "17A",
        "16A",
        "ACE_EMOTIONAL_NEGLECT",
        "ACE_SEPARATION",
        "ACE_IMPRISONMENT",
        "1B",
        "2B",
        "3B",
        "4B",
        "18C",
        "19C",
    }
    assert topics <= sets["standard10"] < sets["extended"]
    assert {"16A", "ACE_EMOTIONAL_NEGLECT"}.isdisjoint(sets["welsh"])
    assert {"1A", "2A", "4A", "11A", "24A", "18B", "19B"}.isdisjoint(sets["standard10"])


@pytest.mark.parametrize("dataset", datasets(), ids=lambda d: d.id)
class TestDataSets:
    def test_it_says_how_to_fill_it_in(self, dataset: DataSet) -> None:
        assert len(dataset.guidance) > 100

    def test_columns_and_headings_are_each_once(self, dataset: DataSet) -> None:
        assert max(Counter(dataset.column_ids).values()) == 1
        assert max(Counter(column.title.casefold() for column in dataset.columns).values()) == 1

    def test_nothing_that_identifies_is_kept_as_it_is(self, dataset: DataSet) -> None:
        assert all(c.after_coding != "keep" for c in dataset.columns if c.privacy == "identifier")
        assert dataset.tier != "aggregate" or all(c.privacy == "plain" for c in dataset.columns)

    def test_every_check_says_what_is_wrong_and_what_to_do(self, dataset: DataSet) -> None:
        for check in dataset.checks:
            assert check.problem.endswith(".")
            assert check.remedy.endswith(".")
            assert re.fullmatch(r"[a-z0-9]+\.[a-z0-9-]+Q?", check.code), check.code

    def test_the_template_has_a_name_a_workbook_allows(self, dataset: DataSet) -> None:
        assert len(dataset.title) <= 31


def test_no_two_rules_share_a_finding_code() -> None:
    """A person who waives one would waive the other unawares."""
    codes = [check.code for dataset in datasets() for check in dataset.checks]
    assert max(Counter(codes).values()) == 1
    assert set(codes) <= set(finding_codes(core()))


def test_counts_are_unique_by_every_column_but_the_figure() -> None:
    unique = next(check for check in core().dataset("counts").checks if check.kind == "unique")
    assert set(unique.columns) == set(core().dataset("counts").column_ids) - {"value"}


def rules() -> list[Disclosure]:
    return list(core().disclosures.values())


@pytest.mark.parametrize("rule", rules(), ids=lambda r: r.id)
def test_the_public_sees_no_more_than_the_partnership(rule: Disclosure) -> None:
    assert rule.public.at_least_as_strict_as(rule.partnership)


@pytest.mark.parametrize(
    ("name", "withheld", "rounding"),
    [
        ("dfe_cin", 5, 1),
        ("nhs_5", 7, 5),
        ("opensafely", 7, 5),
        ("srs10", 9, 1),
        ("partnership_default", 7, 5),
        ("as_published", 0, 1),
    ],
)
def test_a_preset_is_what_its_source_says(name: str, withheld: int, rounding: int) -> None:
    rule = core().disclosure(name).partnership
    assert (max(0, rule.hide_below - 1), rule.round_to) == (withheld, rounding)


def test_figures_on_people_causing_harm_are_held_to_a_stricter_rule() -> None:
    assert core().disclosure().id == "partnership_default"
    strict = core().disclosure("perpetration_strict")
    assert strict.at_least_as_strict_as(core().disclosure())
    assert strict.public.hide_below > core().disclosure().public.hide_below


def test_consent_is_never_what_sharing_rests_on() -> None:
    for terms in core().agreements.values():
        mentions = [text for text in (*terms.lawful_basis, *terms.gateway) if "onsent" in text]
        assert all("Consent is not the basis" in text for text in mentions)
        assert bool(mentions) == (terms.id != "published_open")


def test_only_terms_for_coded_records_cover_people() -> None:
    for terms in core().agreements.values():
        aggregate = {name for name in terms.columns if core().dataset(name).tier == "aggregate"}
        assert terms.form == "pseudonymised" or aggregate == set(terms.columns)
        assert set(terms.partners) <= {code.code for code in core().codelist("agency_kind").codes}


def test_terms_for_coded_records_cover_every_column_and_are_looked_at_again() -> None:
    """A column the terms leave out would be emptied on arrival."""
    terms = core().agreements["pseudonymised_strategic"]
    for dataset in datasets():
        covered = terms.columns[dataset.id]
        assert "*" in covered or set(covered) == set(dataset.column_ids)
    assert terms.review_by is not None
