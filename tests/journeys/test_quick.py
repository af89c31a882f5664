"""A first profile in one command: from a census file, from tables as DfE lays them out, and from the real ones where present."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.journeys.conftest import run_plait
from tests.shared import SHARED
from tests.unit.receive.cin_files import write_cin

Plait = Callable[..., Result]
PLACES = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
    "la_name,category"
)
FACTORS = "Episodes_with_assessment_factor,Trafficking,Child_sexual_exploitation,Child_criminal_exploitation"
NEED, CRIMINAL, TRAFFICKING = "Need or factor", "Criminal exploitation", "Trafficking"


def line(year: int, code: str, name: str, *figures: object) -> str:
    level = f"{year},Reporting year,Local authority,E92000001,England,E12000003,Yorkshire,301,{code},{name},Factors"
    return ",".join([level, *map(str, figures)])


@pytest.fixture
def factors(tmp_path: Path) -> Path:
    """Four authorities over two years, with every symbol that DfE writes."""
    header = real_header()
    wanted = FACTORS.split(",")
    width = {name: n for n, name in enumerate(header)}
    rows = [header]
    for text in (
        line(2023, "E08000036", "Wakefield", 3300, 10, 130, 0),
        line(2024, "E08000036", "Wakefield", 3413, 13, 141, 0),
        line(2023, "E06000019", "Herefordshire", 900, "c", 20, 30),
        line(2024, "E06000019", "Herefordshire", "u", "u", "u", "u"),
        line(2024, "E06000050", "Cheshire West and Chester", 2951, "c", 60, 94),
        line(2024, "E08000014", "Sefton", 3171, "c", 55, 102),
    ):
        cells = text.split(",")
        row = cells[:11] + ["0"] * (len(header) - 11)
        for name, figure in zip(wanted, cells[11:], strict=True):
            row[width[name]] = figure
        rows.append(row)
    path = tmp_path / "factors.csv"
    with path.open("w", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return path


def real_header() -> list[str]:
    """DfE's own headings, as the core pack knows them."""
    from plait.declare import load_pack

    table = next(t for t in load_pack().published.values() if "Child_criminal_exploitation" in t.measures)
    return [*PLACES.split(","), *table.measures]


def figures(folder: Path, code: str, period: str, indicator: str = "CE07") -> dict[tuple[str, str], tuple[str, str]]:
    """(breakdown, group) to (state, value) of one area and period, from the open table beside the pages."""
    with (folder / "figures.csv").open(encoding="utf-8-sig", newline="") as handle:
        return {
            (r["breakdown"], r["group"]): (r["state"], r["low"])
            for r in csv.DictReader(handle)
            if (r["indicator"], r["area"], r["period"]) == (indicator, code, period)
        }


def test_published_tables_keep_the_state_of_every_figure(factors: Path, tmp_path: Path) -> None:
    """A nought stays a nought; what its maker would not stand by, and what was hidden, are never one."""
    out = tmp_path / "out"
    chosen = [f"--area={code}" for code in ("E08000036", "E06000019", "E06000050")]
    assert run_plait("quick", factors, *chosen, "--out", out).exit_code == 0
    assert (out / "index.html").is_file()
    assert figures(out, "E08000036", "2023-24")[NEED, CRIMINAL] == ("zero", "0")
    assert figures(out, "E06000019", "2023-24")[NEED, CRIMINAL] == ("low_reliability", "")
    assert figures(out, "E06000050", "2023-24")[NEED, CRIMINAL] == ("exact", "94")
    assert figures(out, "E06000050", "2023-24")[NEED, TRAFFICKING] == ("withheld", "")
    assert figures(out, "E06000019", "2022-23")[NEED, TRAFFICKING] == ("withheld", "")
    assert figures(out, "E08000014", "2023-24") == {}, "an authority nobody asked about"


def test_a_profile_stops_at_the_year_asked_for(factors: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run_plait("quick", factors, "--area", "E08000036", "--period", "2022-23", "--out", out).exit_code == 0
    assert figures(out, "E08000036", "2022-23")[NEED, TRAFFICKING] == ("exact", "10")
    assert figures(out, "E08000036", "2023-24") == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Say which with --area, such as --area E08000014"),
        (("--area", "E0800003"), "No area in these tables has the code E0800003. Did you mean 'E0800003"),
        (("--area", "E08000036", "--period", "2003-04"), "They run from 2022-23 to 2023-24."),
        (("--area", "E08000036", "--period", "2024-25"), "These tables hold nothing for 2024-25."),
        (("--area", "E08000036", "--period", "last year"), "That is not a period Plait can read."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(
    factors: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = run_plait("quick", factors, *options, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "out").exists()


def test_a_census_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The year and the authority are read from the file; no name or scratch is left."""
    scratch, out = tmp_path / "scratch", tmp_path / "out"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    census = write_cin(tmp_path / "census.xml", 120, seed=5)
    result = run_plait("quick", census, "--name", "Wenford", "--out", out)
    assert result.exit_code == 0, result.output
    assert "Wenford: a first profile" in (out / "index.html").read_text(encoding="utf-8")
    assert any(state == "exact" for state, _ in figures(out, "LA301", "2024-25").values())
    assert "INV0000" not in (out / "figures.csv").read_text(encoding="utf-8")
    assert list(scratch.iterdir()) == []
    before = (out / "figures.csv").read_bytes()
    assert run_plait("quick", census, "--name", "Wenford", "--out", out).exit_code == 0
    assert (out / "figures.csv").read_bytes() == before, "a first profile replaces itself with the same figures"


def test_a_broken_file_makes_nothing(tmp_path: Path) -> None:
    census = write_cin(tmp_path / "census.xml", 3, seed=5)
    census.write_bytes(census.read_bytes()[:-40])
    result = run_plait("quick", census, "--out", tmp_path / "out")
    assert result.exit_code == 4
    assert "the file stops before its end" in result.output
    assert not (tmp_path / "out").exists()


def test_files_that_do_not_go_together(factors: Path, tmp_path: Path) -> None:
    census = write_cin(tmp_path / "census.xml", 3, seed=5)
    assert "not both together" in run_plait("quick", census, factors, "--out", tmp_path / "out").output
    assert "set up a partnership" in run_plait("quick", census, census, "--out", tmp_path / "out").output


def test_another_folder_is_never_taken_over(factors: Path, tmp_path: Path) -> None:
    result = run_plait("quick", factors, "--area", "E08000036", "--out", tmp_path)
    assert result.exit_code == 6
    assert "holds something else" in result.output
    assert factors.is_file()


REAL = ("E08000032", "E08000033", "E08000034", "E08000035", "E08000036", "E08000014", "E06000019", "E06000061",
        "E06000062", "E06000050")  # fmt: skip


def test_the_real_tables(tmp_path: Path) -> None:
    """West Yorkshire, Sefton, Herefordshire, the two Northamptonshires and Cheshire West, in 2023-24."""
    shared = SHARED / "data" / "dfe"
    if not shared.is_dir():
        pytest.skip("the published files are not on this machine")
    out = tmp_path / "out"
    result = run_plait("quick", *shared.glob("c3_*.csv"), *[f"--area={code}" for code in REAL], "--out", out)
    assert result.exit_code == 0, result.output
    found = {code: figures(out, code, "2023-24") for code in REAL}
    criminal = {code: found[code][NEED, CRIMINAL] for code in REAL}
    assert criminal.pop("E08000036") == ("zero", "0")
    assert criminal.pop("E06000019") == ("low_reliability", "")
    assert criminal == {
        "E08000032": ("exact", "355"), "E08000033": ("exact", "45"), "E08000034": ("exact", "189"),
        "E08000035": ("exact", "348"), "E08000014": ("exact", "102"), "E06000061": ("exact", "277"),
        "E06000062": ("exact", "270"), "E06000050": ("exact", "94"),
    }  # fmt: skip
    assert not any(state in ("exact", "zero") for state, _ in found["E06000019"].values())
    hidden = [group for code in REAL for group in figures(out, code, "2017-18").items() if group[1][0] == "withheld"]
    assert hidden
    assert all(value == "" for _, (_, value) in hidden)
