"""A local pack may add, reword and tighten. Each way of loosening is refused with a sentence."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from plait.declare import Pack, load_pack
from plait.declare.load import CORE
from plait.errors import PackError

COVER = {
    "id": "mersea", "title": "Mersea", "version": "1", "owner": "Partnership manager", "approver": "Partnership board",
    "approved_on": "2026-11-01", "extends": "core",
}  # fmt: skip

Item = dict[str, Any]
Edit = Callable[[Item], None]


@cache
def core() -> Pack:
    return load_pack()


class Local:
    """A local pack on disk. `like` starts an item as the core pack has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pack", COVER)

    def write(self, name: str, raw: Item) -> None:
        path = self.folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")

    def like(self, name: str, edit: Edit) -> None:
        raw = yaml.safe_load((CORE / f"{name}.yaml").read_text(encoding="utf-8"))
        if (table := CORE / f"{name}.csv").is_file():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{name}.csv").write_bytes(table.read_bytes())
        edit(raw)
        self.write(name, raw)

    def load(self) -> Pack:
        return load_pack(self.folder, find=lambda _: core())


@pytest.fixture
def local(tmp_path: Path) -> Local:
    return Local(tmp_path)


def put(*path: str | int, value: Any) -> Edit:
    """An edit that sets what lies at this path inside the item."""

    def edit(raw: Item) -> None:
        at: Any = raw
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return edit


def take(*path: str | int) -> Edit:
    def edit(raw: Item) -> None:
        at: Any = raw
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return edit


def column(name: str, **parts: Any) -> Edit:
    def edit(raw: Item) -> None:
        next(c for c in raw["columns"] if c["id"] == name).update(parts)

    return edit


def check(code: str, **parts: Any) -> Edit:
    def edit(raw: Item) -> None:
        next(c for c in raw["checks"] if c["code"] == code).update(parts)

    return edit


def test_a_pack_that_says_nothing_new_is_core_under_its_own_name(local: Local) -> None:
    joined = local.load()
    assert joined.cover.id == "mersea"
    assert joined.indicators == core().indicators
    assert joined.disclosure().id == "partnership_default"
    assert joined.digest != core().digest


ALLOWED = {
    "reword a data set": ("datasets/needs", put("guidance", value="Ask Anna first.")),
    "ask for a column": ("datasets/concerns", column("status", required=True)),
    "add a column": (
        "datasets/needs",
        lambda raw: raw["columns"].append(
            {"id": "ward", "title": "Ward", "type": "text", "privacy": "plain", "meaning": "The ward."}
        ),
    ),
    "class a column more strictly": ("datasets/concerns", column("recorded_on", privacy="special")),
    "make a check stricter": ("datasets/concerns", check("concerns.no-role", severity="warning")),
    "add a check": (
        "datasets/needs",
        lambda raw: raw["checks"].append(
            {
                "kind": "required_if",
                "code": "mersea.belongs",
                "problem": "No.",
                "remedy": "Add.",
                "column": "relates_to",
            }
        ),
    ),
    "reword a definition": ("definitions/contact", put("text", value="A call to the front door.")),
    "withhold more": ("disclosure/partnership_default", put("public", "hide_below", value=15)),
    "round to a multiple": ("disclosure/partnership_default", put("public", "round_to", value=20)),
    "keep for less long": ("agreements/aggregate_strategic", put("retention_years", value=2)),
    "cover fewer columns": ("agreements/own_use", put("columns", "needs", value=["person", "need"])),
    "suit fewer agencies": ("agreements/own_use", put("partners", value=["council"])),
    "reword a code list": ("codelists/role", put("title", value="Part")),
}


@pytest.mark.parametrize("case", ALLOWED, ids=str)
def test_a_local_pack_may(case: str, local: Local) -> None:
    name, edit = ALLOWED[case]
    local.like(name, edit)
    if case == "withhold more" or case == "round to a multiple":
        local.like("disclosure/perpetration_strict", put("public", "round_to", value=20))
    joined = local.load()
    field = {"disclosure": "disclosures"}.get(name.split("/")[0], name.split("/")[0])
    assert getattr(joined, field)[name.split("/")[1]] != getattr(core(), field)[name.split("/")[1]]


def test_a_local_pack_may_add_items_and_codes(local: Local) -> None:
    local.like("definitions/contact", lambda raw: raw.update(id="mersea-contact", title="Contact on Mersea"))
    (local.folder / "definitions/contact.yaml").rename(local.folder / "definitions/mersea-contact.yaml")
    local.like("codelists/setting", lambda raw: None)
    with (local.folder / "codelists/setting.csv").open("a", encoding="utf-8") as table:
        table.write("causeway,The causeway\n")
    joined = local.load()
    assert set(joined.definitions) - set(core().definitions) == {"mersea-contact"}
    assert joined.codelist("setting").label("causeway") == "The causeway"


REFUSED: dict[str, tuple[str, Edit, str]] = {
    "a lower threshold": (
        "disclosure/partnership_default", put("partnership", "hide_below", value=5), "never less",
    ),
    "a lower public threshold": ("disclosure/partnership_default", put("public", "hide_below", value=9), "public rule"),
    "finer rounding": ("disclosure/partnership_default", put("partnership", "round_to", value=1), "looser"),
    "rounding to no multiple": ("disclosure/partnership_default", put("partnership", "round_to", value=7), "looser"),
    "no secondary withholding": ("disclosure/partnership_default", put("public", "secondary", value=False), "looser"),
    "smaller denominators": ("disclosure/partnership_default", put("public", "minimum_denominator", value=10), "looser"),
    "whole groups shown": ("disclosure/partnership_default", put("public", "group_disclosure", value=False), "looser"),
    "the stricter rule loosened": ("disclosure/perpetration_strict", put("public", "hide_below", value=10), "looser"),
    "a rule in force that is looser": ("pack", lambda raw: raw.update(COVER, disclosure="dfe_cin"), "looser"),
    "an indicator without its stricter rule": ("indicators/PO03", take("zone_rule"), "PO03.*looser"),
    "an indicator as published": ("indicators/PO03", put("zone_rule", value="as_published"), "looser"),
    "what an indicator counts": ("indicators/MI01", put("counting_rule", value="Each row."), "counting_rule"),
    "longer keeping": ("agreements/pseudonymised_strategic", put("retention_years", value=4), "longer"),
    "more agencies": ("agreements/pseudonymised_strategic", lambda raw: raw["partners"].append("fire"), "fire"),
    "more purposes": ("agreements/own_use", put("purposes", value=["case", "strategic"]), "purposes"),
    "another form": ("agreements/aggregate_strategic", put("form", value="individual"), "form"),
    "another lawful basis": ("agreements/own_use", put("lawful_basis", value=["Consent."]), "lawful_basis"),
    "every column": ("agreements/pseudonymised_strategic", put("columns", "people", value=["*"]), "covers columns"),
    "one more data set": ("agreements/aggregate_strategic", put("columns", "people", value=["sex"]), "covers columns"),
    "a dropped check": ("datasets/events", lambda raw: raw["checks"].pop(), "leaves out the check"),
    "a milder check": ("datasets/events", check("ssda903.567", severity="note"), "milder"),
    "a check that tests less": ("datasets/counts", check("counts.below-zero", low=-10), "no longer tests"),
    "a weaker privacy class": ("datasets/people", column("upn", privacy="personal"), "less strictly"),
    "an identifier kept": ("datasets/people", column("given_name", after_coding="keep"), "less strictly"),
    "a dropped column": ("datasets/needs", lambda raw: raw["columns"].pop(), "is missing"),
    "a column of another type": ("datasets/needs", column("recorded_on", type="text"), "no longer means"),
    "a column of another list": ("datasets/needs", column("need", codes="harm"), "no longer means"),
    "a column no longer needed": ("datasets/needs", column("person", required=False), "no longer means"),
    "another tier": ("datasets/counts", put("tier", value="person"), "tier"),
    "what counts as not known": ("codelists/role", put("missing", value=[]), "missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_local_pack_may_not_have(case: str, local: Local) -> None:
    name, edit, sentence = REFUSED[case]
    local.like(name, edit)
    with pytest.raises(PackError, match=sentence) as refusal:
        local.load()
    assert str(refusal.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("18A,Physical abuse,,2020-03-31,", "18A,Physical abuse,,2030-03-31,"),
        ("24A,Criminal exploitation,2021-04-01,,exploitation,", "24A,Criminal exploitation,2021-04-01,,other,"),
        ("11A,", "11Z,"),
    ],
    ids=["other years", "another group", "a code left out"],
)
def test_a_local_code_list_may_not_recast_a_code(old: str, new: str, local: Local) -> None:
    """Rows sent years ago hold it."""
    local.like("codelists/need", lambda raw: None)
    table = local.folder / "codelists/need.csv"
    text = table.read_text(encoding="utf-8")
    assert text.count(f"\n{old}") == 1
    table.write_text(text.replace(f"\n{old}", f"\n{new}"), encoding="utf-8")
    with pytest.raises(PackError, match=f"codelists/need: the code '{old.split(',')[0]}'"):
        local.load()


def test_a_new_indicator_may_not_name_a_looser_rule(local: Local) -> None:
    local.like("indicators/MI01", lambda raw: raw.update(id="MI01-mersea", zone_rule="nhs_5", examples=[]))
    (local.folder / "indicators/MI01.yaml").rename(local.folder / "indicators/MI01-mersea.yaml")
    with pytest.raises(PackError, match="'nhs_5' shows more than the rule in force"):
        local.load()


def test_a_new_data_set_may_not_keep_a_name(local: Local) -> None:
    local.like("datasets/needs", lambda raw: raw.update(id="notes", checks=[]))
    (local.folder / "datasets/needs.yaml").rename(local.folder / "datasets/notes.yaml")
    raw = yaml.safe_load((local.folder / "datasets/notes.yaml").read_text(encoding="utf-8"))
    column("person", after_coding="keep")(raw)
    local.write("datasets/notes", raw)
    with pytest.raises(PackError, match="'person' identifies a person"):
        local.load()


def test_a_tighter_rule_in_force_asks_for_tighter_ones_beside_it(local: Local) -> None:
    """An indicator's own rule replaces the one in force, so it may not be left behind."""
    local.like("disclosure/partnership_default", put("partnership", "hide_below", value=11))
    with pytest.raises(PackError, match="'perpetration_strict' shows more than the rule in force"):
        local.load()
    local.like("disclosure/perpetration_strict", put("partnership", "hide_below", value=11))
    assert local.load().disclosure().partnership.hide_below == 11


def test_only_a_pack_on_the_shelf_can_be_extended(local: Local) -> None:
    local.write("pack", {**COVER, "extends": "essex"})
    with pytest.raises(PackError, match="extends 'essex', which is not on the shelf"):
        load_pack(local.folder)
