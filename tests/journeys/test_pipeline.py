"""What an application calls: one return checked, returns kept, and a profile made again from what is kept alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from plait.declare import load_pack
from plait.engine import Engine
from plait.partnership import Workspace, open_workspace
from plait.pipeline import check_return, keep_all, profile_of, publish_kept
from plait.pseudonymise import Key
from plait.store import Kept, read_kept
from plait.values import Period
from tests.journeys.conftest import ON, PERIOD, SENT

ASKED = Period.parse(PERIOD)


@pytest.fixture
def opened(copied: Path) -> tuple[Workspace, tuple[Kept, ...]]:
    """The partnership, its returns as they are kept, and none of the files that were sent."""
    place, key = open_workspace(copied / "partnership"), Key.read(copied / "key" / "partnership.key")
    with place.store.writing():
        kept = keep_all(place, key=key, on=ON)
    for path in SENT:
        (copied / "partnership/returns" / path).unlink()
    return place, tuple(_again(place, one) for one in kept)


def _again(place: Workspace, one: Kept) -> Kept:
    folder = place.store.kept("returns", one.key)
    assert folder is not None
    return read_kept(folder, one.record)


def test_a_profile_is_made_from_what_is_kept_without_the_files_that_were_sent(
    opened: tuple[Workspace, tuple[Kept, ...]], copied: Path, whole: Path
) -> None:
    place, kept = opened
    runs, told = place.store.all("runs"), []
    with place.store.writing():
        publish_kept(
            place, kept, period=ASKED, on=ON, into=copied / "again", progress=lambda *said: told.append(said[0])
        )
    figures = (copied / "again/figures.csv").read_bytes()
    assert figures == (whole / "partnership/profile/figures.csv").read_bytes()
    assert place.store.all("runs") == runs, "the same returns on the same day are the same run"
    assert list(dict.fromkeys(told)) == ["link", "measure", "protect", "publish"]


def test_the_public_sees_no_name_of_a_file(opened: tuple[Workspace, tuple[Kept, ...]]) -> None:
    place, kept = opened
    with place.store.writing():
        profile = profile_of(place, kept, period=ASKED, on=ON, zone="public").profile
        ours = profile_of(place, kept, period=ASKED, on=ON).profile
    assert profile.released.zone == "public"
    assert {line.file for line in profile.coverage} == {""}
    assert {"people.csv", "nominals.csv"} <= {line.file for line in ours.coverage}


def test_one_file_is_checked_with_places_and_nothing_of_it_is_kept(invented: Path, tmp_path: Path) -> None:
    source = invented / "partnership/returns" / SENT[1]
    before = sorted(source.parent.iterdir())
    with Engine(spill=tmp_path) as engine:
        looked = check_return(source, load_pack(), tmp_path, engine=engine, on=ON, period=ASKED, dataset="people")
    assert looked.checked.rows["people"][0] > 0
    assert all(finding.where.file == "people.csv" for finding in looked.findings)
    assert sorted(source.parent.iterdir()) == before


def test_counts_are_compared_with_another_agencys_whatever_else_that_agency_sent(
    invented: Path, tmp_path: Path
) -> None:
    """The council's counts are neither the first nor the last of its returns, and may still be read when they are asked for."""
    partnership = Path(shutil.copytree(invented / "partnership", tmp_path / "partnership"))
    sent = {agency: f"{agency}/{PERIOD}/counts.csv" for agency in ("council", "voluntary")}
    heading, everyone, *_ = (partnership / "returns" / sent["voluntary"]).read_text().splitlines()
    for agency, figure in (("council", 900), ("voluntary", 100)):
        line = everyone.rpartition(",")[0]
        (partnership / "returns" / sent[agency]).write_text(f"{heading}\n{line},{figure}\n")
    listed = yaml.safe_load((partnership / "returns/returns.yaml").read_text())
    ours = next(entry for entry in listed if entry["agency"] == "voluntary")
    listed.append({**ours, "agency": "council", "path": sent["council"]})
    (partnership / "returns/returns.yaml").write_text(yaml.safe_dump(listed))
    place, key = open_workspace(partnership), Key.read(invented / "key" / "partnership.key")
    with place.store.writing():
        kept = keep_all(place, key=key, on=ON)
    assert [k.record.agency for k in kept for f in k.findings if f.code == "counts.agencies-differ"] == ["voluntary"]
