"""A partnership folder that is not as it must be: the file is named, in words, and no fault of ours is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from plait.errors import PackError, UserError
from plait.partnership import open_workspace

SETTINGS = """name: Wenford
areas: [D1]
agencies:
  - {id: council, name: Wenford Council, kind: council, areas: [D1]}
"""
AGREEMENT = """id: strategic
terms: pseudonymised_strategic
parties: [council]
signed: {council: 2024-03-01}
since: 2024-04-01
until: 2028-03-31
"""
RETURN = "- {agency: council, period: 2024-25, path: people.csv, received_on: 2025-05-01}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "partnership.yaml": SETTINGS,
        "agreements/strategic.yaml": AGREEMENT,
        "data_map.csv": "agency,dataset,columns,types\ncouncil,people,*,\n",
        "returns/returns.yaml": RETURN,
        "returns/people.csv": "Your reference\n1\n",
        "areas/areas.csv": "code,name,kind,parents,since,until\nD1,Wenford,district,,,\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_whole_folder_opens(folder: Path) -> None:
    place = open_workspace(folder)
    assert place.partnership.name == "Wenford"
    assert place.partnership.returns[0].path == folder / "returns" / "people.csv"
    assert place.partnership.assets[0].columns == ("*",)
    assert place.pack.cover.id == "core"


def test_returns_and_data_map_may_be_missing_or_empty(folder: Path) -> None:
    for text in ("", "returns: []\n", "# nothing yet\n"):
        (folder / "returns/returns.yaml").write_text(text)
        assert open_workspace(folder).partnership.returns == ()
    (folder / "returns/returns.yaml").unlink()
    (folder / "data_map.csv").unlink()
    assert open_workspace(folder).partnership.assets == ()


def test_blank_rows_of_the_data_map_are_passed_over(folder: Path) -> None:
    (folder / "data_map.csv").write_text("agency,dataset,columns,types\ncouncil,people,*,\n,,,\n")
    assert len(open_workspace(folder).partnership.assets) == 1


WRONG = {
    "no partnership.yaml": ("partnership.yaml", None, "is not a partnership folder"),
    "empty": ("partnership.yaml", "", "partnership.yaml must hold settings"),
    "a list": ("partnership.yaml", "- a\n", "partnership.yaml must hold settings"),
    "not YAML": ("partnership.yaml", "name: [\n", "partnership.yaml, line 2: this is not YAML"),
    "not text": ("partnership.yaml", b"name: \xff\xfe\n", "partnership.yaml: this is not YAML"),
    "a setting nobody knows": ("partnership.yaml", SETTINGS + "colour: red\n", "colour"),
    "no areas": ("partnership.yaml", SETTINGS.replace("areas: [D1]\nagencies", "agencies"), "areas: Field required"),
    "another pack": ("partnership.yaml", SETTINGS + "pack: wenford\n", "but the folder's pack is 'core'"),
    "an agreement without an end": (
        "agreements/strategic.yaml", AGREEMENT.replace("until: 2028-03-31\n", ""), "until: Field required",
    ),
    "an empty agreement": ("agreements/strategic.yaml", "", "strategic.yaml is not as it must be"),
    "terms nobody declared": (
        "agreements/strategic.yaml",
        AGREEMENT.replace("pseudonymised_strategic", "pseudonymized_strategic"),
        "Did you mean 'pseudonymised_strategic'?",
    ),
    "a party that is no agency": (
        "agreements/strategic.yaml",
        AGREEMENT.replace("[council]", "[council, police]"),
        "agreements/strategic.yaml names the agency 'police'",
    ),
    "an agency misspelt in the data map": (
        "data_map.csv", "agency,dataset,columns\ncouncl,people,*\n", "'councl', which does not exist. Did you mean",
    ),
    "a data set misspelt in the data map": ("data_map.csv", "agency,dataset,columns\ncouncil,poeple,*\n", "data set 'poeple'"),
    "a word the data map does not know": (
        "data_map.csv", "agency,dataset,columns,capture\ncouncil,people,*,coded\ncouncil,people,*,sometimes\n", "row 3",
    ),
    "a cell too many in the data map": ("data_map.csv", "agency,dataset,columns\ncouncil,people,a,b\n", "row 2"),
    "a data map in Windows text": ("data_map.csv", "agency,dataset,columns\ncouncil,people,Zoë\n".encode("cp1252"), "CSV UTF-8"),
    "returns that are one return": ("returns/returns.yaml", "returns: people.csv\n", "must be a list"),
    "returns that are names": ("returns/returns.yaml", "- people.csv\n", "returns.yaml must be a list with agency, period"),
    "a return without a day": ("returns/returns.yaml", RETURN.replace(", received_on: 2025-05-01", ""), "return 1"),
    "a return for no period": ("returns/returns.yaml", RETURN.replace("2024-25", "last year"), "council in people.csv"),
    "a return that is not there": ("returns/returns.yaml", RETURN.replace("people", "persons"), "that is not there"),
    "a map nobody wrote": ("returns/returns.yaml", RETURN.replace("path:", "map: mine, path:"), "names the map 'mine'"),
    "no areas.csv": ("areas/areas.csv", None, "plait areas add"),
    "areas without kinds": ("areas/areas.csv", "code,name\nD1,Wenford\n", "areas.csv cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_the_file_that_is_wrong_is_named_in_words(folder: Path, what: str) -> None:
    name, content, said = WRONG[what]
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError) as problem:
        open_workspace(folder)
    assert said in str(problem.value)
    assert str(folder) in str(problem.value) or "pack" in what


def test_a_broken_pack_of_its_own_is_a_pack_error(folder: Path) -> None:
    (folder / "pack").mkdir()
    with pytest.raises(PackError):
        open_workspace(folder)
