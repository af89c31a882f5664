"""How fast Plait is and how much memory it takes, beside a rival or a raw read in the same run.

    python bench/run.py                        every case at full size
    python bench/run.py csv xlsx --size 0.1    two cases at a tenth of the size
    python bench/run.py --install-rivals       also put the rivals of bench/rivals.txt where the bench finds them

Every measurement is a fresh process from its start to its end. CPU seconds are user and system together and are what to
compare: they hardly depend on what else the machine does. Runs of Plait and its rival alternate; medians are shown. A missed
bar is told, never an error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, ClassVar

HERE = Path(__file__).parent
RIVALS = HERE / "results" / "rivals"
MB = 1024  # ru_maxrss is in kB on Linux


@dataclass(frozen=True)
class Ran:
    """One process, from its start to its end."""

    MEASURED: ClassVar = ("cpu", "wall", "peak", "own")
    cpu: float
    wall: float
    peak: float
    own: float = (
        0.0  # MB of `peak` that no other process could share: without the code of libraries. Linux only, else 0
    )
    said: Any = None

    @property
    def work(self) -> float:
        """CPU seconds after starting up, as the job itself told them."""
        return float(self.said["work"])


@dataclass(frozen=True)
class Line:
    """One line of the report. `ratio` is Plait's CPU over the rival's."""

    what: str
    bar: str
    met: bool | None
    plait: Ran
    rival: Ran | None = None
    rival_name: str = ""
    note: str = ""
    runs: list[Ran] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        return self.plait.cpu / self.rival.cpu if self.rival and self.rival.cpu else None


@dataclass(frozen=True)
class Bench:
    """Where files are made, how large they are, and how often each case runs."""

    folder: Path
    size: float
    times: int

    @property
    def environment(self) -> dict[str, str]:
        """Modules are compiled once, before anything is timed, as in any copy that has been started before."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}

    def scaled(self, full: int) -> int:
        return max(100, round(full * self.size))

    def made(self, kind: str, full: int) -> Path:
        """The input of that kind and size, made once."""
        size = self.scaled(full)
        path = self.folder / f"{size}-{kind}"
        if not path.exists():
            subprocess.run([sys.executable, HERE / "inputs.py", kind, str(size), path], check=True)
        return path

    def ran(self, job: str, source: Path, python: Path = Path(sys.executable)) -> Ran:
        """One run of a job in a process and a folder of its own."""
        scratch = Path(tempfile.mkdtemp(dir=self.folder))
        began = perf_counter()
        command = [python, HERE / "jobs.py", job, source, scratch]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment)
        assert child.stdout
        with ThreadPoolExecutor(max_workers=1) as watcher:
            own = watcher.submit(most_of_its_own, child.pid)
            said = child.stdout.read().strip()
            _, status, used = os.wait4(child.pid, 0)
        wall = perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        shutil.rmtree(scratch)
        if child.returncode:
            raise RuntimeError(f"{job} ended with {child.returncode}")
        told = json.loads(said.splitlines()[-1]) if said.startswith("{") else None
        return Ran(cpu=used.ru_utime + used.ru_stime, wall=wall, peak=used.ru_maxrss / MB, own=own.result(), said=told)

    def in_turn(self, *jobs: str, source: Path, fresh: Callable[[], None] = lambda: None) -> list[Ran]:
        """The median of each job, over runs that take turns."""
        runs: list[list[Ran]] = [[] for _ in jobs]
        for turn in range(self.times + 1):
            fresh()
            for job, ran in zip(jobs, runs, strict=True):
                if turn == 1:
                    ran.clear()  # the first turn only compiled modules
                ran.append(self.ran(job, source))
        return [middle(ran) for ran in runs]


def most_of_its_own(process: int) -> float:
    """The most memory of its own that a process had, in MB, looked at fifty times a second until it ends."""
    most, told = 0.0, Path(f"/proc/{process}/status")
    while found := _own(told):
        most = max(most, found)
        sleep(0.02)
    return most


def _own(told: Path) -> float:
    """0 once the process has ended, and where a system tells this in another way."""
    try:
        words = told.read_text().split()
    except OSError:
        return 0.0
    return int(words[words.index("RssAnon:") + 1]) / MB if "RssAnon:" in words else 0.0


def middle(runs: list[Ran]) -> Ran:
    """The median of each measure."""
    cpu, wall, peak, own = (statistics.median(getattr(run, part) for run in runs) for part in Ran.MEASURED)
    said = runs[-1].said
    if isinstance(said, dict) and "work" in said:
        said = said | {"work": statistics.median(run.work for run in runs)}
    return Ran(cpu=cpu, wall=wall, peak=peak, own=own, said=said)


def cin(bench: Bench) -> list[Line]:
    """A census to the store, and ten times the census in hardly more memory."""
    small, large = bench.made("census", 10_000), bench.made("census", 100_000)
    ours, bare = bench.in_turn("census", "stream_census", source=small, fresh=lambda: forget(small))
    forget(large)
    tenfold = bench.ran("census", large)
    bar = "≤ 3 CPU s, ≤ 150 MB"
    n, m = bench.scaled(10_000), bench.scaled(100_000)
    return [
        Line(f"CIN census, {n:,} children, file to store", bar, ours.cpu <= 3 and ours.peak <= 150, ours, bare,
             "bare iterparse to CSV"),
        Line(f"CIN census, {m:,} children", "peak ≤ 1.3 × the smaller's", tenfold.peak <= 1.3 * ours.peak, tenfold,
             note=f"peak {tenfold.peak / ours.peak:.2f} ×"),
    ]  # fmt: skip


def csv(bench: Bench) -> list[Line]:
    """A million events with every check of the data set, beside the engine's own read, and beside a validator."""
    source = bench.made("events.csv", 1_000_000)
    ours, inside, *theirs = bench.in_turn(
        "command", "check", "duckdb_read", "duckdb_store", "duckdb_typed", source=source
    )
    what, bar = f"CSV, {bench.scaled(1_000_000):,} events, 32 checks", "≤ 2 × DuckDB's read"
    names = (
        "dates typed, held in memory",
        "dates typed, numbered, to Parquet",
        "all types, unreadable cells told, numbered, to Parquet",
    )
    whole = [Line(what, bar, ours.cpu <= 2 * ran.cpu, ours, ran, name) for ran, name in zip(theirs, names, strict=True)]
    return [*whole, *(started(replace(line, plait=inside), 2) for line in whole), *beside_frictionless(bench, ours)]


def started(line: Line, times: float) -> Line:
    """The same once both have started: their imports, and Plait's pack, are what a server or a second file need not pay."""
    assert line.rival
    ours, theirs = (replace(ran, cpu=ran.work) for ran in (line.plait, line.rival))
    return Line(f"{line.what}, once started", line.bar, ours.cpu <= times * theirs.cpu, ours, theirs, line.rival_name)


def beside_frictionless(bench: Bench, ours: Ran) -> list[Line]:
    """Plait beside frictionless with the same checks, said in the two ways it has."""
    bar, what, python = "≥ 25 × faster", "the same, beside frictionless", RIVALS / "bin" / "python"
    if not python.exists():
        note = "frictionless is not installed: python bench/run.py --install-rivals"
        return [Line(what, bar, None, ours, note=note)]
    ways = {
        "frictionless_own_check": "frictionless, other checks in Python",
        "frictionless_formulas": "frictionless, other checks in its formulas",
    }
    return [_beside(bench, ours, job, name) for job, name in ways.items()]


def _beside(bench: Bench, ours: Ran, job: str, name: str) -> Line:
    """A tenth of the rows, scaled to all of them: its start-up must not count ten times."""
    python = RIVALS / "bin" / "python"
    start = bench.ran(job, bench.made("events.csv", 1_000), python)
    part = bench.ran(job, bench.made("events.csv", 100_000), python)
    cpu, wall = (getattr(start, of) + 10 * (getattr(part, of) - getattr(start, of)) for of in ("cpu", "wall"))
    note = f"{name}: ran a tenth of the rows, scaled to all less its start-up; Plait is {cpu / ours.cpu:.1f} × faster"
    theirs = Ran(cpu=cpu, wall=wall, peak=part.peak, said=part.said)
    return Line("the same", "≥ 25 × faster", cpu >= 25 * ours.cpu, ours, theirs, name, note)


def xlsx(bench: Bench) -> list[Line]:
    """A large workbook beside calamine reading it alone."""
    source = bench.made("events.xlsx", 100_000)
    ours, inside, raw = bench.in_turn("command", "check", "calamine_read", source=source)
    what = f"XLSX, {bench.scaled(100_000):,} rows, 32 checks"
    whole = Line(what, "≤ 1.5 × calamine alone", ours.cpu <= 1.5 * raw.cpu, ours, raw, "calamine alone")
    return [whole, started(replace(whole, plait=inside), 1.5)]


def fails(bench: Bench) -> list[Line]:
    """A file of which every row breaks many rules."""
    ours = middle([bench.ran("check", bench.made("failing.csv", 1_000_000)) for _ in range(bench.times)])
    return [Line(f"CSV, {bench.scaled(1_000_000):,} rows that all fail", "≤ 500 MB", ours.peak <= 500, ours)]


def county(bench: Bench) -> list[Line]:
    """A whole county from its files to its profile."""
    source = bench.made("county", 20_000)
    forget(source)
    whole = bench.ran("county", source)
    return [
        Line(
            f"County, {bench.scaled(20_000):,} people, files to profile",
            "≤ 30 s wall",
            whole.wall <= 30,
            whole,
            note=json.dumps(whole.said),
        )
    ]


def measure(bench: Bench) -> list[Line]:
    """Sixty indicators measured, of a county that was read and linked before."""
    alone = middle([bench.ran("measure", _measured_before(bench)) for _ in range(bench.times)])
    alone = replace(alone, cpu=alone.work, wall=float(alone.said["wall"]))
    what = f"Measure, {alone.said['indicators']} indicators, {alone.said['figures']:,} figures"
    return [Line(what, "≤ 3 s", alone.wall <= 3, alone)]


def _measured_before(bench: Bench) -> Path:
    """The county, with every step of a run in its store."""
    source = bench.made("county", 20_000)
    if not any((source / "store" / "steps").glob("*/figures.parquet")):
        bench.ran("county", source)
    return source


def protect(bench: Bench) -> list[Line]:
    """Protection alone, over the county's figures."""
    alone = bench.ran("protect", _measured_before(bench))
    return [Line("Protect, every figure of the county", "no bar of its own", None, alone, note=json.dumps(alone.said))]


CASES: dict[str, Callable[[Bench], list[Line]]] = {
    "cin": cin, "csv": csv, "xlsx": xlsx, "fails": fails, "county": county, "measure": measure,
    "protect": protect,
}  # fmt: skip


def forget(source: Path) -> None:
    """Nothing of an earlier run is left in this partnership."""
    shutil.rmtree(source / "store", ignore_errors=True)


def table(lines: list[Line]) -> str:
    rows = [("what", "CPU s", "wall s", "peak MB", "its own", "rival CPU s", "ratio", "bar", "met")]
    for line in lines:
        rival = f"{line.rival.cpu:.1f} ({line.rival_name})" if line.rival else ""
        ratio = f"{line.ratio:.2f}" if line.ratio else ""
        met = {True: "yes", False: "NO", None: "-"}[line.met]
        ours = line.plait
        memory = f"{ours.peak:.0f}", f"{ours.own:.0f}"
        rows.append((line.what, f"{ours.cpu:.2f}", f"{ours.wall:.1f}", *memory, rival, ratio, line.bar, met))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*shown, "", *(f"{line.what}: {line.note}" for line in lines if line.note)])


def keep(lines: list[Line], bench: Bench) -> Path:
    """The figures are in bench/results, under the time they were made."""
    now = datetime.now().astimezone()
    path = HERE / "results" / f"{now:%Y-%m-%d-%H%M%S}.json"
    path.parent.mkdir(exist_ok=True)
    about = {
        "when": now.isoformat(),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "size": bench.size,
        "times": bench.times,
    }
    path.write_text(json.dumps({**about, "lines": [{**asdict(line), "ratio": line.ratio} for line in lines]}, indent=1))
    return path


def install_rivals() -> None:
    """The rivals are in an environment of their own."""
    venv.create(RIVALS, with_pip=True)
    subprocess.run([RIVALS / "bin" / "python", "-m", "pip", "install", "-q", "-r", HERE / "rivals.txt"], check=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("cases", nargs="*", metavar="CASE", help=f"of: {', '.join(CASES)}; all when none is named")
    asked.add_argument("--size", type=float, default=1.0, help="share of the full size, for a quick look")
    asked.add_argument("--times", type=int, default=3, help="runs of each, of which the median is shown")
    asked.add_argument("--keep", type=Path, help="make the files here and leave them, to run again sooner")
    asked.add_argument("--install-rivals", action="store_true")
    given = asked.parse_args()
    if unknown := set(given.cases) - set(CASES):
        asked.error(f"no such case: {', '.join(sorted(unknown))}")
    if given.install_rivals:
        install_rivals()
    with tempfile.TemporaryDirectory(prefix="plait-bench-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, given.size, given.times)
        lines = []
        for name in given.cases or CASES:
            print(f"{name} …", file=sys.stderr, flush=True)
            try:
                lines += CASES[name](bench)
            except (RuntimeError, subprocess.CalledProcessError) as problem:
                print(f"{name} could not be timed: {problem}", file=sys.stderr)
    print(table(lines))
    print(f"Kept in {keep(lines, bench)}")


if __name__ == "__main__":
    main()
