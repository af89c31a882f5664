"""A sealed file: the same tables as a raw return gives, and refused when anything in it was changed."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.decided import Supplied
from plait.errors import FileRefused
from plait.pseudonymise import Coded, Manifest, is_sealed, seal, unseal
from plait.values import Finding, Place, Severity
from tests.unit.pseudonymise.returns import KEY, code, core

PEOPLE = [{"person": f"A{i}", "given_name": "Ann", "date_of_birth": date(2010, 5, 17), "sex": "F"} for i in range(30)]
NEEDS = [{"person": "A1", "need": "?", "recorded_on": date(2024, 5, 1)}]


def sealed(folder: Path) -> tuple[Coded, Path]:
    coded = code(folder, people=PEOPLE, needs=NEEDS, postcodes={})
    supplied = [
        Supplied(agency="council", period="2024-25", dataset=d, rows=n, usable=n, received_on=date(2025, 5, 1))
        for d, n in (("people", 30), ("needs", 1))
    ]
    manifest = Manifest.of(core(), agency="council", period="2024-25", key=KEY, supplied=supplied, coded=coded)
    seal(coded, manifest, folder / "council.plait")
    return coded, folder / "council.plait"


def test_a_sealed_return_is_the_raw_return_coded(tmp_path: Path) -> None:
    coded, path = sealed(tmp_path)
    opened = unseal(path, tmp_path / "opened", pack=core())
    assert set(opened.tables) == set(coded.tables)
    assert all(opened.tables[t].read_bytes() == coded.tables[t].read_bytes() for t in coded.tables)
    assert opened.manifest.datasets == ("people", "needs")
    assert opened.manifest.pack_digest == core().digest


FOUND = Finding(
    code="column.required-empty", where=Place(file="people.csv", sheet="People", row=7, letter="C", column="Born"),
    problem="'Born' is empty in rows that need it.", remedy="Fill it in.", severity=Severity.ERROR, count=3, dataset="people",
)  # fmt: skip


def sealed_with(folder: Path, *findings: Finding) -> Path:
    coded, _ = sealed(folder)
    parts = {"agency": "council", "period": "2024-25", "key": KEY, "supplied": []}
    seal(coded, Manifest.of(core(), **parts, coded=coded, findings=findings), folder / "found.plait")
    return folder / "found.plait"


def test_what_was_found_travels_by_row_and_is_placed_in_the_file_that_was_sent(tmp_path: Path) -> None:
    opened = unseal(sealed_with(tmp_path, FOUND), tmp_path / "opened", pack=core())
    (found,) = opened.manifest.findings_in("found.plait")
    assert found == replace(FOUND, where=Place(file="found.plait", row=7))


@pytest.mark.parametrize("heading", ["943 476 5919", "9434765919", "AB1 2DE", "H801200001001", "ann@example.org"])
def test_words_that_repeat_what_may_be_an_identifier_are_not_sent(heading: str, tmp_path: Path) -> None:
    """A careless heading can be somebody's number."""
    path = sealed_with(tmp_path, replace(FOUND, problem=f"'{heading}' is empty in rows that need it."))
    (found,) = unseal(path, tmp_path / "opened", pack=core()).manifest.findings_in("x")
    assert (found.code, found.count) == (FOUND.code, 3)
    assert heading not in path.read_bytes().decode(errors="replace")


def test_a_hand_made_manifest_cannot_bring_an_identifier_in(tmp_path: Path) -> None:
    path = sealed_with(tmp_path, FOUND)
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    members["manifest.json"] = members["manifest.json"].replace(b"'Born' is", b"9434765919 is")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    with pytest.raises(FileRefused, match="manifest"):
        unseal(path, tmp_path / "opened", pack=core())


def test_sealing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    assert sealed(tmp_path / "a")[1].read_bytes() == sealed(tmp_path / "b")[1].read_bytes()


def test_no_secret_is_in_the_file(tmp_path: Path) -> None:
    _, path = sealed(tmp_path)
    assert KEY.secret not in path.read_bytes()
    assert KEY.secret.hex().encode() not in path.read_bytes()


def test_only_a_sealed_file_looks_like_one(tmp_path: Path) -> None:
    _, path = sealed(tmp_path)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as out:
        out.writestr("people.csv", "a")
    assert is_sealed(path)
    assert not is_sealed(other) and not is_sealed(tmp_path) and not is_sealed(tmp_path / "none")


def rewrite(
    path: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]], compression: int = zipfile.ZIP_STORED
) -> None:
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, content in change(members).items():
            out.writestr(name, content)


def changed_table(members: dict[str, bytes]) -> dict[str, bytes]:
    return {**members, "tokens.parquet": members["persons.parquet"]}


def added_member(members: dict[str, bytes]) -> dict[str, bytes]:
    return {**members, "notes.txt": b"hello"}


def missing_table(members: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in members.items() if name != "homes.parquet"}


def climbing_name(members: dict[str, bytes]) -> dict[str, bytes]:
    manifest = members["manifest.json"].replace(b'"homes"', b'"../homes"')
    return {**missing_table(members), "manifest.json": manifest, "../homes.parquet": members["homes.parquet"]}


def no_manifest(members: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in members.items() if name != "manifest.json"}


def other_rows(members: dict[str, bytes]) -> dict[str, bytes]:
    return {
        **members,
        "manifest.json": members["manifest.json"]
        .replace(b'"rows":30,"sha', b'"rows":31,"sha')
        .replace(b'"rows": 30,\n   "sha', b'"rows": 31,\n   "sha'),
    }


@pytest.mark.parametrize("change", [changed_table, added_member, missing_table, climbing_name, no_manifest, other_rows])
def test_a_changed_file_is_refused_and_leaves_nothing(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], tmp_path: Path
) -> None:
    _, path = sealed(tmp_path)
    rewrite(path, change)
    with pytest.raises(FileRefused):
        unseal(path, tmp_path / "opened")
    assert list((tmp_path / "opened").iterdir()) == []


def test_a_table_put_in_anothers_place_with_as_many_rows_is_refused(tmp_path: Path) -> None:
    coded, path = sealed(tmp_path)
    turned = pq.read_table(coded.tables["persons"])[::-1]
    pq.write_table(turned, tmp_path / "turned.parquet")
    rewrite(path, lambda members: {**members, "persons.parquet": (tmp_path / "turned.parquet").read_bytes()})
    with pytest.raises(FileRefused, match="changed after"):
        unseal(path, tmp_path / "opened")


def test_a_packed_member_is_refused(tmp_path: Path) -> None:
    _, path = sealed(tmp_path)
    rewrite(path, lambda members: members, zipfile.ZIP_DEFLATED)
    with pytest.raises(FileRefused, match="manifest"):
        unseal(path, tmp_path / "opened")


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    _, path = sealed(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FileRefused):
        unseal(path, tmp_path / "opened")


def test_any_flipped_bit_of_a_table_is_refused(tmp_path: Path) -> None:
    coded, path = sealed(tmp_path)
    whole = path.read_bytes()
    for table in coded.tables.values():
        place = whole.index(table.read_bytes()) + table.stat().st_size // 2
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(FileRefused):
            unseal(path, tmp_path / "opened")


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("persons", "sex", "Ann Lee"),
        ("persons", "area", "Smith"),
        ("needs", "need", "Ann Lee"),
        ("needs", "given_name", "Ann"),
    ],
)
def test_a_hand_made_file_cannot_bring_a_name_in(table: str, column: str, cell: str, tmp_path: Path) -> None:
    coded, _ = sealed(tmp_path)
    made = pq.read_table(coded.tables[table])
    cells = pa.array([cell] * made.num_rows)
    place = made.schema.get_field_index(column)
    pq.write_table(
        made.set_column(place, column, cells) if place >= 0 else made.append_column(column, cells), coded.tables[table]
    )
    manifest = Manifest.of(core(), agency="council", period="2024-25", key=KEY, supplied=[], coded=coded)
    seal(coded, manifest, tmp_path / "made.plait")
    with pytest.raises(FileRefused) as refused:
        unseal(tmp_path / "made.plait", tmp_path / "opened", pack=core())
    assert cell not in str(refused.value)
    assert list((tmp_path / "opened").iterdir()) == []
