"""A run killed at any moment leaves the store as it was or complete, and running again finishes it to the same bytes."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from plait.store import Store
from tests.journeys.conftest import plait_run
from tests.journeys.stopped import digests, things

IN_ORDER = (  # each run goes on from where the one before was killed
    "read 0",
    "a coded table written",
    "a return whole and not yet in place",
    "a return just put in place",
    "read 3",
    "link 0",
    "measure 0",
    "protect 0",
    "publish 0",
    "a run whole and not yet in place",
    "the profile half copied",
)
REPLACING = ("the profile half copied", "the old profile moved away", "the new profile in place")


def killed_at(base: Path, *moments: str) -> list[dict[str, Any]]:
    """Runs of the partnership, each killed at its moment, and what was there after each."""
    arguments = [base / "partnership", base / "key" / "partnership.key", *moments]
    command = [sys.executable, "-m", "tests.journeys.stopped", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["moment"], one["ended"]) for one in told] == [(moment, -signal.SIGKILL) for moment in moments]
    return told


def identities(base: Path) -> set[str]:
    """The names, numbers, days of birth and postcodes in the council's people file."""
    people = pyarrow.csv.read_csv(
        base / "partnership/returns/council/2024-25/people.csv",
        convert_options=pyarrow.csv.ConvertOptions(column_types={"NHS number": pa.string()}),
    )
    titles = ("NHS number", "Unique pupil number", "Given name", "Family name", "Home postcode")
    return {word for title in titles for word in people[title].cast(pa.string()).to_pylist() if word and len(word) > 3}


def found_in(path: Path, known: set[str]) -> set[str]:
    """Which of the words a file holds: as a cell of a Parquet file, else anywhere in its text as a word by itself."""
    if path.suffix != ".parquet":
        return known & set(re.findall(r"[A-Z0-9][\w'’-]*(?: [0-9][A-Z]{2})?", path.read_text("utf-8", "replace")))
    found: set[str] = set()
    for column in pq.read_table(path).columns:
        while pa.types.is_list(column.type):
            column = pc.list_flatten(column)
        if pa.types.is_string(column.type):
            found |= known & set(pc.unique(column).to_pylist())
    return found


@pytest.fixture(scope="module")
def killed(invented: Path, whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A partnership whose runs were killed at each moment in turn. After each, the store held whole things only."""
    base = Path(shutil.copytree(invented, tmp_path_factory.mktemp("killed") / "base"))
    complete = things(Store(whole / "partnership" / "store"))
    for told in killed_at(base, *IN_ORDER):
        assert told["store"].items() <= complete.items(), f"not whole after being killed at {told['moment']}"
        assert told["profile"] == {}
    return base


def test_running_again_finishes_to_the_same_bytes(killed: Path, whole: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(killed, tmp_path / "base"))
    assert plait_run(base).exit_code == 0
    assert things(Store(base / "partnership" / "store")) == things(Store(whole / "partnership" / "store"))
    assert digests(base / "partnership" / "profile") == digests(whole / "partnership" / "profile")


def test_nothing_of_a_killed_run_outlives_the_next(killed: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(killed, tmp_path / "base"))
    left = base / "partnership" / "store" / "building" / "left"
    left.mkdir(parents=True)
    (left / "people.csv").write_text("a name")
    assert plait_run(base).exit_code == 0
    building = base / "partnership" / "store" / "building"
    assert not building.exists() or list(building.iterdir()) == []
    assert [p.name for p in (base / "partnership").iterdir() if p.name.startswith(".")] == []


def test_no_name_number_or_postcode_is_anywhere_in_the_store(killed: Path, whole: Path) -> None:
    """The council's own people file is searched for in every cell and record kept; the search finds it in the file itself."""
    known = identities(whole)
    assert found_in(whole / "partnership/returns/council/2024-25/people.csv", known) > set(sorted(known)[:100])
    for base in (killed, whole):
        for kind in ("returns", "steps", "runs"):
            kept = (base / "partnership" / "store" / kind).rglob("*")
            assert not [p for p in kept if p.suffix in (".parquet", ".json") and found_in(p, known)]


def test_a_profile_killed_while_it_is_replaced_is_whole_after_the_next_run(copied: Path) -> None:
    """Between the two renames nothing stands at its place; the old one is beside it, and the next run puts it right."""
    profile = copied / "partnership" / "profile"
    before = digests(profile)
    held = {one["moment"]: one["profile"] for one in killed_at(copied, *REPLACING)}
    assert held == {REPLACING[0]: before, REPLACING[1]: {}, REPLACING[2]: before}
    assert plait_run(copied).exit_code == 0
    assert digests(profile) == before
    assert [p.name for p in profile.parent.iterdir() if p.name.startswith(".")] == []


def test_a_second_run_at_the_same_time_is_told_so(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.store.store.FileLock", lambda path, timeout: FileLock(path, timeout=0))  # no waiting
    with Store(copied / "partnership" / "store").writing():
        result = plait_run(copied)
    assert result.exit_code == 6
    assert "Another run is using this store. Wait for it to finish, then run again." in result.output


def test_a_broken_return_leaves_nothing_of_itself_and_all_that_was_there(copied: Path) -> None:
    """It is half read when it is found to be broken: what was read of it is nowhere."""
    store = Store(copied / "partnership" / "store")
    before = things(store)
    (copied / "partnership/returns/council/2024-25/people.csv").write_text('Your reference,Given name\n1,"Zzmark\n')
    result = plait_run(copied)
    assert result.exit_code == 2
    assert "by Wenfordshire County Council for 2024-25, people.csv, was set aside whole: people.csv" in result.output
    assert "Zzmark" not in result.output
    assert before.items() <= things(store).items()
    held = [path.read_bytes() for path in (copied / "partnership/store").rglob("*") if path.is_file()]
    assert not any(b"Zzmark" in content for content in held)
