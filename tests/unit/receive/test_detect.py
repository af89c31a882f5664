"""Which format a source is, by its content and not its name, and what is said when it is none."""

import zipfile
from pathlib import Path

import pytest

from plait.declare import FileMap, Pack
from plait.errors import FileRefused
from plait.receive import receive
from plait.receive.detect import choose, is_ssda903, open_grids
from tests.unit.receive.core import CORE

NEEDS = "Your reference,Need,Recorded on\nP1,3A,2024-04-01\n"
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END\n1,01/02/2009,M,03/04/2024,04/04/2024\n"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE


def file(tmp_path: Path, content: str | bytes, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_name_of_a_file_does_not_matter(pack, tmp_path):
    assert receive(file(tmp_path, NEEDS, "return.xlsx"), pack, tmp_path / "into").format == "template"


def test_a_folder_and_a_zip_of_text_files(pack, tmp_path):
    folder = tmp_path / "return"
    folder.mkdir()
    file(folder, NEEDS, "april.csv")
    file(folder, "Your reference,Sex\nP1,Female\n", "who.csv")
    received = receive(folder, pack, tmp_path / "into")
    assert dict(received.rows) == {"needs": 1, "people": 1}
    assert received.headings["people"]["sex"].sheet == "who.csv"
    with zipfile.ZipFile(tmp_path / "return.zip", "w") as archive:
        archive.write(folder / "april.csv", "deep/april.csv")
    assert dict(receive(tmp_path / "return.zip", pack, tmp_path / "again").rows) == {"needs": 1}


def test_the_digest_is_of_the_bytes_sent(pack, tmp_path):
    one = receive(file(tmp_path, NEEDS, "a.csv"), pack, tmp_path / "one")
    two = receive(file(tmp_path, NEEDS, "b.csv"), pack, tmp_path / "two")
    other = receive(file(tmp_path, NEEDS + "\n", "c.csv"), pack, tmp_path / "three")
    assert one.digest == two.digest != other.digest
    assert (one.file, two.file) == ("a.csv", "b.csv")


def test_looked_after_files_are_known_by_their_headings(pack, tmp_path):
    grids = open_grids(file(tmp_path, MISSING, "anything.csv"), tmp_path)
    assert is_ssda903(grids)
    assert choose(grids, pack) is None


def test_a_map_of_the_pack_is_used_when_all_its_headings_are_there(pack, tmp_path):
    columns = [{"column": "person", "heading": "Ref"}, {"column": "need", "heading": "Factor"}]
    columns.append({"column": "recorded_on", "heading": "When"})
    ours = FileMap.model_validate({"id": "ours", "dataset": "needs", "columns": columns})
    with_map = pack.model_copy(update={"maps": {**pack.maps, "ours": ours}})
    path = file(tmp_path, "Ref,Factor,When,Else\nP1,3A,2024-04-01,x\n", "ours.csv")
    assert receive(path, with_map, tmp_path / "into").format == "mapped"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Ref,Factor,When\nP1,3A,2024-04-01\n", r"plait map other\.csv"),
        ("Child Unique ID,Gender,Ethnicity,Date of Birth\n1,a) Male,a) WBRI,2009-01-01\n", "nearest to Annex A list"),
        ("time_period,geographic_level,x,y\n2024,National,1,2\n", "nearest to a published DfE table: 2 of its 3"),
        (
            "Person,Recorded on,x,y\n1,2024-01-01,1,2\n",
            r"the template for 'needs': 2 of its 4 .* other\.csv --as needs\.",
        ),
        ("<html><body>Not found</body></html>", "is a web page, whatever its name says"),
        ("<<unclosed", "line 1: this is not XML"),
        (b"\x7fELF" + bytes(range(256)) * 4, "no text file has"),
    ],
)
def test_what_is_no_format_is_refused_with_the_nearest_and_what_to_do(pack, tmp_path, content, said):
    with pytest.raises(FileRefused, match=said):
        receive(file(tmp_path, content, "other.csv"), pack, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_a_missing_file_is_refused(pack, tmp_path):
    with pytest.raises(FileRefused, match=r"cannot be opened|not a file"):
        receive(tmp_path / "gone.csv", pack, tmp_path / "into")


def test_an_empty_folder_is_refused(pack, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileRefused, match="holds no files"):
        receive(tmp_path / "empty", pack, tmp_path / "into")
