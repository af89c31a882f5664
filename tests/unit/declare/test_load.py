"""A pack on disk: its digest, and how a mistake in it is told."""

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from plait.declare import Pack, digest, load_pack
from plait.declare.links import check_links
from plait.declare.load import CORE
from plait.errors import PackError

COVER = """\
id: mersea
title: Mersea
version: "1"
owner: Partnership manager
approver: Board
approved_on: 2026-11-01
extends: core
"""
TERM = """\
id: causeway
title: Causeway
source: Mersea
owner: Partnership manager
since: 2026-04-01
text: The road that floods.
scope: Journeys.
"""
LIST = """\
id: tides
title: Tides
source: Mersea
owner: Partnership manager
since: 2026-04-01
"""


@cache
def core() -> Pack:
    return load_pack()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A small pack; tests spoil it."""
    for name, text in {"pack": COVER, "definitions/causeway": TERM, "codelists/tides": LIST}.items():
        path = tmp_path / "mersea" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "mersea/codelists/tides.csv").write_text(
        "code,label,since\nhigh,High,2020-01-01\nlow,Low,\n", encoding="utf-8"
    )
    return tmp_path / "mersea"


def refusal(pack: Path) -> str:
    with pytest.raises(PackError) as refused:
        load_pack(pack, find=lambda _: core())
    return str(refused.value)


def test_a_small_pack_loads_with_all_of_core(pack: Path) -> None:
    loaded = load_pack(pack)
    assert loaded.definitions["causeway"].text == "The road that floods."
    assert [code.code for code in loaded.codelist("tides").codes] == ["high", "low"]
    assert "concerns" in loaded.datasets


def test_the_digest_is_of_the_bytes_and_not_of_the_place(pack: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(pack, tmp_path / "elsewhere" / "renamed")
    assert digest(copy) == digest(pack)


@pytest.mark.parametrize(
    "name", ["pack.yaml", "definitions/causeway.yaml", "codelists/tides.yaml", "codelists/tides.csv"]
)
def test_any_byte_of_any_file_changes_the_digest(name: str, pack: Path) -> None:
    before = digest(pack)
    path = pack / name
    for place in (0, len(path.read_bytes()) // 2, -1):
        spoiled = bytearray(path.read_bytes())
        spoiled[place] ^= 1
        kept = path.read_bytes()
        path.write_bytes(bytes(spoiled))
        assert digest(pack) != before
        path.write_bytes(kept)
    assert digest(pack) == before


def test_a_file_moved_or_taken_away_changes_the_digest(pack: Path) -> None:
    before = digest(pack)
    (pack / "definitions/causeway.yaml").rename(pack / "definitions/strood.yaml")
    assert digest(pack) != before
    (pack / "definitions/strood.yaml").unlink()
    assert digest(pack) != before


def test_two_files_that_trade_contents_change_the_digest(pack: Path) -> None:
    before = digest(pack)
    one, other = pack / "pack.yaml", pack / "definitions/causeway.yaml"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    assert digest(pack) != before


def test_a_name_given_twice_is_refused(pack: Path) -> None:
    """YAML would let the second win, and nobody would see it."""
    (pack / "definitions/causeway.yaml").write_text(TERM + "text: Another.\n", encoding="utf-8")
    said = refusal(pack)
    assert "causeway.yaml" in said
    assert "line" in said


def test_a_word_the_schema_does_not_know_is_refused_with_its_place(pack: Path) -> None:
    (pack / "definitions/causeway.yaml").write_text(TERM + "scop: Zebedee\n", encoding="utf-8")
    said = refusal(pack)
    assert "causeway.yaml" in said
    assert "scop:" in said
    assert "Zebedee" not in said


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("since: Zebedee", "since"),
        ("id: Zebedee the 2nd", "id"),
        ("statutory: Zebedee", "statutory"),
        ("see: Zebedee", "see"),
    ],
)
def test_a_bad_value_is_told_by_place_and_never_repeated(line: str, place: str, pack: Path) -> None:
    kept = [old for old in TERM.splitlines() if not old.startswith(f"{place}:")]
    (pack / "definitions/causeway.yaml").write_text("\n".join([*kept, line, ""]), encoding="utf-8")
    said = refusal(pack)
    assert f"  {place}" in said
    assert "Zebedee" not in said


def test_a_check_of_no_known_kind_is_told_by_place_and_never_repeated(pack: Path) -> None:
    core = (CORE / "datasets/needs.yaml").read_text(encoding="utf-8")
    (pack / "datasets").mkdir()
    (pack / "datasets/needs.yaml").write_text(core.replace("kind: unique", "kind: zebedee"), encoding="utf-8")
    said = refusal(pack)
    assert "checks.0" in said
    assert "no_overlap" in said
    assert "zebedee" not in said


@pytest.mark.parametrize(
    "line", ["ebb,Ebb,Zebedee", "ebb,Ebb,2020-01-01,Zebedee", "ebb,Ebb,2020-13-01", '"ebb"x,Ebb,'], ids=str
)
def test_a_bad_line_of_a_code_list_is_told_by_its_number(line: str, pack: Path) -> None:
    with (pack / "codelists/tides.csv").open("a", encoding="utf-8") as table:
        table.write(f"{line}\n")
    said = refusal(pack)
    assert "tides.csv, line 4" in said
    assert "Zebedee" not in said


def test_a_code_list_with_no_codes_is_refused(pack: Path) -> None:
    (pack / "codelists/tides.csv").unlink()
    assert "codes" in refusal(pack)


def test_an_id_is_its_files_name(pack: Path) -> None:
    (pack / "definitions/causeway.yaml").rename(pack / "definitions/strood.yaml")
    assert "not the file's name" in refusal(pack)


def test_a_pack_for_another_schema_is_refused(pack: Path) -> None:
    (pack / "pack.yaml").write_text(COVER + "schema_version: 2\n", encoding="utf-8")
    assert "this Plait reads schema 1" in refusal(pack)


def test_a_folder_without_a_cover_is_no_pack(tmp_path: Path) -> None:
    assert "no pack.yaml" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: people", "to: peeple", "no data set 'peeple'. Did you mean 'people'?"),
        ("to_columns: [person]", "to_columns: [persn]", "has no column 'persn'. Did you mean 'person'?"),
        ("column: recorded_on", "column: recorded", "has no column 'recorded'"),
        (
            "columns: [person, need, relates_to]",
            "columns: [person, nead]",
            "has no column 'nead'. Did you mean 'need'?",
        ),
        ("codes: need", "codes: needs", "has no code list 'needs'"),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_its_nearest(old: str, new: str, said: str, pack: Path) -> None:
    core = (CORE / "datasets/needs.yaml").read_text(encoding="utf-8")
    assert old in core
    text = core.replace(old, new, 1).replace("id: needs", "id: tide_needs", 1)
    (pack / "datasets").mkdir()
    (pack / "datasets/tide_needs.yaml").write_text(text, encoding="utf-8")
    assert said in refusal(pack)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("is_in: [11Z]", "has no code '11Z'"),
        ("in_group: [exploitatoin]", "has no group 'exploitatoin'. Did you mean 'exploitation'?"),
        ("in_set: standard12", "no code of the list 'need' is tagged 'standard12'"),
    ],
)
def test_a_condition_on_a_code_that_is_not_there_is_told(condition: str, said: str, pack: Path) -> None:
    """It would be met by no row, and nobody would see it."""
    core = (CORE / "datasets/needs.yaml").read_text(encoding="utf-8").replace("id: needs", "id: tide_needs", 1)
    check = f"""\
  - kind: required_if
    code: mersea.belongs
    problem: It belongs to nothing.
    remedy: Say what it belongs to.
    column: relates_to
    when:
      - {{column: need, {condition}}}
"""
    (pack / "datasets").mkdir()
    (pack / "datasets/tide_needs.yaml").write_text(core.rstrip("\n") + "\n" + check, encoding="utf-8")
    assert said in refusal(pack)


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        ({"ethnicity": [["asian", "blck"]]}, "no group 'blck'. Did you mean 'black'?"),
        ({"source": [["police"]]}, "two groups or more"),
        ({"sex": [["F", "M"], ["M", "U"]]}, "none in two of them"),
        ({"ethnicity": [["asian", "black", "mixed"]]}, ""),
    ],
)
def test_groups_to_be_shown_as_one_are_groups_there_are(allowed: dict[str, list[list[str]]], said: str) -> None:
    rule = core().disclosure().model_copy(update={"combine": allowed})
    pack = core().model_copy(update={"disclosures": {**core().disclosures, rule.id: rule}})
    if not said:
        check_links(pack)
        return
    with pytest.raises(PackError, match=re.escape(said)):
        check_links(pack)
