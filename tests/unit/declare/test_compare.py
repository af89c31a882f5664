"""What changed between two versions of a pack, in words, and what it breaks."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from plait.declare import Pack, load_pack
from plait.declare.compare import Change, compare


@cache
def core() -> Pack:
    return load_pack()


def changed(field: str, name: str, **parts: Any) -> Pack:
    """The core pack with parts of one item otherwise."""
    items = getattr(core(), field)
    return core().model_copy(update={field: {**items, name: items[name].model_copy(update=parts)}})


def without(field: str, name: str) -> Pack:
    return core().model_copy(update={field: {k: v for k, v in getattr(core(), field).items() if k != name}})


def only(new: Pack) -> Change:
    changes = compare(core(), new)
    assert len(changes) == 1, [str(c) for c in changes]
    return changes[0]


def test_a_pack_is_as_it_was() -> None:
    assert compare(core(), core()) == ()


@pytest.mark.parametrize(
    "field", ["indicators", "questions", "definitions", "codelists", "datasets", "disclosures", "agreements"]
)
def test_an_id_that_vanished_is_an_error_and_comes_first(field: str) -> None:
    name = sorted(getattr(core(), field))[-1]
    change = compare(core(), without(field, name))[0]
    assert change.is_error
    assert change.item.endswith(f"/{name}")
    assert "for ever" in change.words


def test_the_same_change_the_other_way_is_an_addition() -> None:
    (change,) = compare(without("questions", sorted(core().questions)[0]), core())
    assert change.kind == "added"
    assert not change.is_error


def test_an_item_is_retired_and_stays() -> None:
    change = only(changed("indicators", "MI01", retired=date(2027, 4, 1)))
    assert (change.kind, change.is_error) == ("retired", False)
    assert "2027-04-01" in change.words


def test_words_alone_break_nothing() -> None:
    change = only(changed("indicators", "MI01", can_say="How often children were reported missing."))
    assert (change.kind, change.breaks) == ("reworded", ())
    assert "can say" in change.words


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("counting_rule", "Each report."),
        ("residence", "incident"),
        ("unit", "report"),
        ("age", None),
        ("period_rule", "Any day."),
    ],
)
def test_counting_otherwise_breaks_the_series(part: str, value: object) -> None:
    change = only(changed("indicators", "MI01", **{part: value}))
    assert change.kind == "changed"
    assert change.breaks == ("MI01",)


def test_a_definition_that_means_something_else_breaks_every_series_that_rests_on_it() -> None:
    resting = tuple(sorted(i.id for i in core().indicators.values() if "missing" in i.definitions))
    change = only(changed("definitions", "missing", text="Anybody who is late."))
    assert resting
    assert change.breaks == resting


def test_more_examples_of_a_definition_break_nothing() -> None:
    assert only(changed("definitions", "missing", examples_in=("A child out all night.",))).breaks == ()


def codes(**parts: Any) -> Pack:
    """The core pack with the code 24A otherwise; `drop` takes it away."""
    need = core().codelist("need")
    drop = parts.pop("drop", False)
    kept = [c.model_copy(update=parts) if c.code == "24A" else c for c in need.codes if not (drop and c.code == "24A")]
    return changed("codelists", "need", codes=tuple(kept))


def test_a_lost_code_is_an_error_and_breaks_what_chooses_by_the_list() -> None:
    change = only(codes(drop=True))
    assert change.is_error
    assert "24A" in change.words
    assert "CE07" in change.breaks
    assert "MI01" not in change.breaks


def test_a_code_that_ends_breaks_what_chooses_by_the_list() -> None:
    change = only(codes(until=date(2027, 3, 31)))
    assert change.kind == "retired"
    assert "CE07" in change.breaks


def test_a_code_worded_afresh_breaks_nothing() -> None:
    assert (only(codes(label="Exploited for crime")).kind, only(codes(note="New.")).breaks) == ("reworded", ())


def test_a_code_grouped_otherwise_breaks() -> None:
    assert (only(codes(group="other")).kind, "CE07" in only(codes(sets=())).breaks) == ("changed", True)


def test_a_new_code_is_an_addition() -> None:
    need = core().codelist("need")
    extra = need.codes[0].model_copy(update={"code": "25A", "label": "New"})
    assert only(changed("codelists", "need", codes=(*need.codes, extra))).kind == "added"


def test_a_lost_column_is_an_error_and_breaks_what_needs_it() -> None:
    events = core().dataset("events")
    change = only(changed("datasets", "events", columns=tuple(c for c in events.columns if c.id != "outcome")))
    assert change.is_error
    assert "MI05" in change.breaks
    assert "MI01" not in change.breaks


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        ("title", "Result", "reworded"),
        ("meaning", "The end.", "reworded"),
        ("required", True, "changed"),
        ("codes", "role", "changed"),
    ],
)
def test_a_column_otherwise(part: str, value: object, kind: str) -> None:
    events = core().dataset("events")
    columns = tuple(c.model_copy(update={part: value}) if c.id == "outcome" else c for c in events.columns)
    change = only(changed("datasets", "events", columns=columns))
    assert change.kind == kind
    assert ("MI05" in change.breaks) == (kind == "changed")


def test_checks_made_and_no_longer_made() -> None:
    checks = core().dataset("needs").checks
    assert only(changed("datasets", "needs", checks=checks[1:])).kind == "loosened"
    assert compare(changed("datasets", "needs", checks=checks[1:]), core())[0].kind == "tightened"
    milder = checks[0].model_copy(update={"severity": "note"})
    assert only(changed("datasets", "needs", checks=(milder, *checks[1:]))).kind == "changed"


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [("hide_below", 20, "tightened"), ("hide_below", 3, "loosened"), ("round_to", 7, "loosened")],
)
def test_a_disclosure_rule_otherwise(part: str, value: object, kind: str) -> None:
    rule = core().disclosure()
    change = only(changed("disclosures", rule.id, partnership=rule.partnership.model_copy(update={part: value})))
    assert change.kind == kind
    assert "partnership zone" in change.words


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        ("retention_years", 9, "loosened"),
        ("retention_years", 1, "tightened"),
        ("columns", {"counts": ("*",)}, "tightened"),
        ("columns", {"counts": ("*",), "populations": ("*",), "needs": ("need",)}, "loosened"),
        ("why_we_may_share", "Because.", "reworded"),
        ("lawful_basis", ("Public task.",), "changed"),
    ],
)  # fmt: skip
def test_agreement_terms_otherwise(part: str, value: object, kind: str) -> None:
    assert only(changed("agreements", "aggregate_strategic", **{part: value})).kind == kind


def test_every_column_named_one_by_one_is_every_column() -> None:
    named = {name: core().dataset(name).column_ids for name in ("counts", "populations")}
    assert compare(core(), changed("agreements", "aggregate_strategic", columns=named)) == ()


def test_a_change_reads_as_a_sentence() -> None:
    said = str(only(codes(until=date(2027, 3, 31))))
    assert said.startswith("Retired: codelists/need has other years for: 24A. Breaks the series of ")
    assert said.endswith(".")
