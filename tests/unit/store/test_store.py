"""What is kept is whole, is never changed, and is there or not there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

import plait.declare
from plait.errors import StoreError
from plait.store import Store, digest_of

CORE = Path(plait.__file__).parent / "packs" / "core"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def keep(store: Store, key: str, text: str) -> None:
    with store.keeping("steps", key) as room:
        (room / "inner").mkdir()
        (room / "inner" / "a.txt").write_text(text)


def test_what_was_kept_is_there_and_nothing_else(store: Store) -> None:
    assert store.kept("steps", "a") is None
    with store.writing():
        keep(store, "a", "one")
        keep(store, "b", "two")
    assert [p.name for p in store.all("steps")] == ["a", "b"]
    assert store.all("runs") == ()
    assert (store.folder / "steps" / "a" / "inner" / "a.txt").read_text() == "one"
    assert list((store.folder / "building").iterdir()) == []


def test_what_is_kept_is_never_written_again(store: Store) -> None:
    keep(store, "a", "first")
    keep(store, "a", "second")
    assert (store.folder / "steps" / "a" / "inner" / "a.txt").read_text() == "first"
    assert list((store.folder / "building").iterdir()) == []


def test_nothing_is_kept_of_what_ends_badly(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.keeping("steps", "a") as room:
        (room / "a.txt").write_text("half")
        1 / 0  # noqa: B018
    assert store.kept("steps", "a") is None
    assert list((store.folder / "building").iterdir()) == []


def test_a_half_built_thing_is_not_seen(store: Store) -> None:
    with store.keeping("steps", "a") as room:
        (room / "a.txt").write_text("half")
        assert store.kept("steps", "a") is None
        assert store.all("steps") == ()


def test_nobody_else_can_read_what_is_being_built(store: Store) -> None:
    with store.scratch() as room:
        assert room.stat().st_mode & 0o077 == 0


def test_what_a_killed_run_left_is_cleared_before_writing(store: Store) -> None:
    left = store.folder / "building" / "left"
    left.mkdir(parents=True)
    with store.writing():
        assert not left.exists()


def test_one_writes_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.store.store.FileLock", lambda path, timeout: FileLock(path, timeout=0))  # no waiting
    with (
        store.writing(),
        pytest.raises(StoreError, match="Another run is using this store"),
        Store(store.folder).writing(),
    ):
        pytest.fail("two wrote at once")
    with store.writing():
        pass


def test_a_pack_is_put_on_the_shelf_and_read_from_there(store: Store, tmp_path: Path) -> None:
    with store.writing():
        key = store.put_pack(CORE)
        assert store.put_pack(CORE) == key
    assert store.pack(key).digest == key
    assert store.pack(key).cover.id == "core"


def test_a_pack_that_was_altered_or_never_put_there_is_refused(store: Store) -> None:
    with store.writing():
        key = store.put_pack(CORE)
    with (store.folder / "packs" / key / "pack.yaml").open("a") as file:
        file.write("# looser\n")
    with pytest.raises(StoreError, match="has been altered"):
        store.pack(key)
    with pytest.raises(StoreError, match="is not on the shelf"):
        store.pack("0" * 64)


def test_a_file_missing_from_a_pack_is_noticed(store: Store) -> None:
    with store.writing():
        key = store.put_pack(CORE)
    shutil.rmtree(store.folder / "packs" / key / "disclosure")
    with pytest.raises(StoreError, match="has been altered"):
        store.pack(key)


def test_a_key_tells_apart_everything_it_is_made_of() -> None:
    said = [("a", "b"), ("b", "a"), ("ab",), ("a", ["b"]), ("a", {"b": 1}), ("a", {"b": 2}), ("a", None), ()]
    assert len({digest_of(*parts) for parts in said}) == len(said)
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


def written(folder: Path, **cover: str) -> Path:
    said = {"id": "mersea", "title": "Mersea", "version": "1", "owner": "Manager", "approver": "Board"}
    said |= {"approved_on": "2026-11-01", **cover}
    folder.mkdir(parents=True)
    lines = (f"{name}: {word if name == 'approved_on' else json.dumps(word)}\n" for name, word in said.items())
    (folder / "pack.yaml").write_text("".join(lines))
    return folder


def test_a_pack_keeps_resting_on_the_version_it_was_put_on_the_shelf_with(store: Store, tmp_path: Path) -> None:
    """A newer core on the shelf changes nothing of what was adopted before it."""
    core = tmp_path / "core"
    shutil.copytree(CORE, core)
    with store.writing():
        mine = store.put_packs([core, written(tmp_path / "mersea", extends="core")])
        was = store.pack(mine)
        shutil.copytree(CORE, tmp_path / "newer")
        cover = (CORE / "pack.yaml").read_text().replace("approved_on: 20", "approved_on: 21")
        (tmp_path / "newer" / "pack.yaml").write_text(cover)
        question = next((tmp_path / "newer" / "questions").glob("*.yaml"))
        question.write_text(question.read_text().replace("title: ", "title: Later, "))
        newer = store.put_pack(tmp_path / "newer")
    assert store.newest_pack("core") == newer
    assert store.pack(mine).questions == was.questions
    assert [folder.name for folder in store.pack_folders(mine)] == [was_core := plait.declare.digest(CORE), mine]
    assert was_core != newer


def test_three_packs_stand_one_on_another(store: Store, tmp_path: Path) -> None:
    region = written(tmp_path / "essex", id="essex", extends="core")
    with store.writing():
        key = store.put_packs([CORE, region, written(tmp_path / "mersea", extends="essex")])
    assert store.pack(key).questions and len(store.pack_folders(key)) == 3


def test_a_pack_whose_base_is_missing_is_refused(store: Store, tmp_path: Path) -> None:
    with store.writing():
        key = store.put_pack(written(tmp_path / "mersea", extends="essex"))
    with pytest.raises(StoreError, match="'essex' is not on the shelf"):
        store.pack(key)
