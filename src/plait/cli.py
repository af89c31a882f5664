"""The command line: parse, call, say what happened, exit. No rule lives here."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

import plait
from plait.errors import UserError

FOLDER = click.Path(file_okay=False, path_type=Path)
THERE = click.Path(exists=True, path_type=Path)
PARTNERSHIP = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")


def today() -> date:
    return datetime.now().astimezone().date()


def _added() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="plait.commands")}


class _Commands(click.Group):
    """Commands whose user errors are said plainly, with an exit code, and whose bugs never show what they held."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_added()})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Our own, or one that another installed package adds under the entry points `plait.commands`."""
        own = super().get_command(ctx, name)
        if own is not None or name not in (added := _added()):
            return own
        command: click.Command = added[name].load()
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as problem:
            click.echo(str(problem), err=True)
            ctx.exit(problem.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as problem:
            click.echo(_cannot(problem), err=True)
            ctx.exit(1)
        except Exception as bug:
            if os.environ.get("PLAIT_DEBUG"):
                raise
            click.echo(_bug_report(bug), err=True)
            ctx.exit(70)


def _cannot(problem: OSError) -> str:
    """What the machine would not do, such as write to a full disk or a folder of somebody else's."""
    where = f" {problem.filename}" if problem.filename else " a file"
    return f"Plait could not read or write{where}: {problem.strerror}. Check the disk and that the folder is yours."


def _bug_report(bug: Exception) -> str:
    """What a person is told of a fault of Plait's own. The log says where in the code it was, never what was in hand."""
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(bug.__traceback__)]
    reference = uuid4().hex[:8]
    log = Path.home() / ".plait" / "faults.log"
    try:
        log.parent.mkdir(exist_ok=True)
        with log.open("a", encoding="utf-8") as handle:
            handle.write(f"{reference} {plait.__version__} {type(bug).__name__}: {' > '.join(frames)}\n")
        kept = f"{log} says where in the code it was; it holds nothing of your data."
    except OSError:
        kept = f"It was a {type(bug).__name__} at {frames[-1]}."
    return (
        f"Something went wrong inside Plait. This is a fault of Plait's, not of your file. Reference {reference}.\n"
        f"Nothing was half-written. Please report it with the reference. {kept}"
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(plait.__version__, prog_name="plait")
def main() -> None:
    """Plait turns what agencies separately know about child exploitation into one protected picture.

    \b
    Look at it first:      plait demo
    One file, no set-up:   plait quick census.xml --out profile
    Check before sending:  plait check police.csv --as events
    A partnership:         plait run partnership

    Exit codes: 0 done; 2 findings to put right; 1, 3, 4, 6 or 7 something you can put right (it is
    said what); 70 a fault of Plait's.
    """


@main.command()
@click.option("--out", type=FOLDER, default=Path("demo"), show_default=True, help="Where to put it.")
@click.option(
    "--people",
    type=click.IntRange(100, 200_000),
    default=4_000,
    show_default=True,
    help="How many are known to an agency.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes another partnership.")
def demo(out: Path, people: int, seed: int) -> None:
    """Invent a partnership, build its profile and say where to look.

    \b
    plait demo
    plait demo --out somewhere --people 20000
    """
    from plait.commands.demo import demonstrate

    with _progress() as progress:
        made = demonstrate(out, people=people, seed=seed, on=today(), progress=progress)
    click.echo(made.told())


@main.command()
@click.argument("files", nargs=-1, required=True, type=THERE)
@click.option(
    "--area", "areas", multiple=True, metavar="GSS-CODE", help="Only these authorities; give it again for more."
)
@click.option("--name", default="", help="What to call the area, when the file does not say.")
@click.option("--period", default="", help="Such as 2023-24; the latest in the files when not given.")
@click.option("--out", type=FOLDER, required=True, help="A new or empty folder for the profile.")
def quick(files: tuple[Path, ...], areas: tuple[str, ...], name: str, period: str, out: Path) -> None:
    """A first profile from one CIN census file, or from DfE's published tables. No set-up.

    \b
    plait quick cin_2025.xml --out profile
    plait quick b1_children_in_need.csv c3_factors.csv --area E08000014 --out profile
    """
    from plait.commands.quick import quick as make

    with _progress() as progress:
        folder = make(files, areas=areas, name=name, period=period, into=out, on=today(), progress=progress)
    click.echo(f"The profile is in {folder}. Open {folder / 'index.html'} in a browser.")


@main.command()
@click.argument("file", type=THERE)
@click.option("--as", "dataset", default=None, help="The data set the file follows, when it cannot be told.")
@click.option("--map", "map_file", type=THERE, default=None, help="The file's own column-and-code map.")
@click.option("--period", default="", help="The period the return is for, such as 2024-25.")
@click.option("--pack", "pack_folder", type=FOLDER, default=None, help="The partnership's pack; core when not given.")
@click.option("--out", type=FOLDER, default=None, help="Where to write the findings page, list and marked workbook.")
def check(file: Path, out: Path | None, **options: Any) -> None:
    """List what an agency should put right in FILE. Keeps nothing of it.

    \b
    plait check cin_2025.xml
    plait check police.csv --map police-events.yaml --out findings
    """
    from plait.commands.check import check_file

    checked = check_file(file, **options, on=today())
    for line in checked.told():
        click.echo(line)
    for name, (read, usable) in sorted(checked.rows.items()):
        click.echo(f"{name}: {read:,} {'row' if read == 1 else 'rows'} read, {usable:,} usable.")
    if out is not None:
        click.echo("Written: " + ", ".join(str(path) for path in checked.write(out)))
    sys.exit(2 if checked.checked.has_errors else 0)


@main.command("map")
@click.argument("file", type=THERE)
@click.option("--as", "dataset", default=None, help="The data set you mean it to become.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Where to write the draft.")
def map_(file: Path, dataset: str | None, out: Path | None) -> None:
    """Draft how FILE's own columns and words become a data set, and explain each choice.

    Correct the draft once; `plait check FILE --map DRAFT` then uses it.

    \b
    plait map police_extract.csv --as events --out police-events.yaml
    """
    from plait.commands.check import draft

    text = draft(file, dataset=dataset)
    if out is None:
        click.echo(text)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"The draft is in {out}. Read each line, correct what is wrong, then: plait check {file} --map {out}")


@main.command()
@click.argument("file", type=THERE)
@click.option("--agency", required=True, help="Your agency's id in the partnership.")
@click.option("--period", required=True, help="The period the return is for, such as 2024-25.")
@click.option(
    "--key", "key_file", type=THERE, required=True, help="The key your partnership gave you. Never send it on."
)
@click.option("--as", "dataset", default=None, help="The data set the file follows, when it cannot be told.")
@click.option("--map", "map_file", type=THERE, default=None, help="The file's own column-and-code map.")
@click.option(
    "--postcodes", type=THERE, default=None, help="postcodes.parquet, to turn postcodes into small areas here."
)
@click.option("--pack", "pack_folder", type=FOLDER, default=None, help="The partnership's pack; core when not given.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The sealed file to write.")
def prepare(file: Path, out: Path, **options: Any) -> None:
    """Read, check and code FILE on your own machine, and write one sealed file without a name in it.

    \b
    plait prepare people.csv --agency police --period 2024-25 --key agency.key --out police.plait
    """
    from plait.commands.prepare import prepare_file

    told = prepare_file(file, out, on=today(), **options)
    click.echo(told)


@main.command()
@PARTNERSHIP
@click.option("--period", default="", help="The period of the profile; the latest sent when not given.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="As things stood on this day; today when not given."
)
@click.option("--key", "key_file", type=click.Path(dir_okay=False, path_type=Path), default=None, envvar="PLAIT_KEY",
              help="The partnership's key file. It must lie outside the partnership folder.")  # fmt: skip
@click.option("--out", type=FOLDER, default=None, help="Where the profile goes; FOLDER/profile when not given.")
def run(folder: Path, period: str, on: datetime | None, key_file: Path | None, out: Path | None) -> None:
    """Read what was sent, link, measure, protect and publish the partnership's profile.

    What is unchanged since the last run is not done again. A run that is stopped leaves things whole; run it again.
    A return that cannot be read is set aside and named at the end; the exit code is then 2.

    \b
    plait run partnership --key keys/partnership.key
    """
    from plait.commands.run import run_folder, told

    with _progress() as progress:
        outcome = run_folder(
            folder, period=period, on=on.date() if on else today(), key_file=key_file, into=out, progress=progress
        )
    click.echo(told(outcome))
    sys.exit(2 if outcome.set_aside else 0)


@main.command()
@PARTNERSHIP
@click.option("--pairs", type=click.IntRange(20, 1000), default=100, show_default=True, help="How many to look at.")
def review(folder: Path, pairs: int) -> None:
    """List pairs of records to look at, as how alike they are and nothing else.

    Fill in the last column of reviewed_pairs.csv with yes, no or unsure. The next run tells from it how well people were linked,
    and figures allow for that.

    \b
    plait review partnership
    """
    from plait.commands.review import list_pairs

    for line in list_pairs(folder, size=pairs):
        click.echo(line)


@main.command()
@PARTNERSHIP
@click.argument("question", required=False)
@click.option("--period", default="", help="The period asked about; the latest sent when not given.")
def answer(folder: Path, question: str | None, period: str) -> None:
    """What data can and cannot say to each strategic question, and why. Works before any data has arrived.

    \b
    plait answer partnership
    plait answer partnership waiting-for-help
    """
    from plait.commands.answers import answers_text

    click.echo(answers_text(folder, question, period=period, on=today()))


@main.command()
@PARTNERSHIP
@click.option("--out", type=FOLDER, required=True, help="Where to copy it.")
def profile(folder: Path, out: Path) -> None:
    """Copy the profile of the last whole run somewhere, for a meeting or a colleague.

    \b
    plait profile partnership --out board-pack
    """
    from plait.commands.run import copy_profile

    copy_profile(folder, out)
    click.echo(f"Copied. Open {out / 'index.html'} in a browser.")


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--areas", type=FOLDER, default=None, help="The partnership's areas folder: how places nest is public.")
@click.option("--knows", type=THERE, default=None, help="Counts the reader has already, in the columns of figures.csv.")
@click.option(
    "--hidden-below", type=int, default=None, help="The rule's threshold, where it cannot be read off the tables."
)
@click.option("--rounded-to", type=int, default=1, show_default=True, help="What the rule rounds to.")
def attack(
    folders: tuple[Path, ...], areas: Path | None, knows: Path | None, hidden_below: int | None, rounded_to: int
) -> None:
    """Try to work out what a release withholds, from its open tables alone. Several folders are read together.

    \b
    plait attack demo/profile
    plait attack profile-2024 profile-2025 --areas partnership/areas
    """
    from plait.commands.attack import LEARNED, attack_folders

    found = attack_folders(folders, areas=areas, knows=knows, hidden_below=hidden_below, rounded_to=rounded_to)
    for line in found.told():
        click.echo(line)
    sys.exit(LEARNED if found.learned else 0)


@main.group()
def pack() -> None:
    """Packs: what was agreed, as files."""


@pack.command("check")
@click.argument("folder", type=FOLDER, required=False)
def pack_check(folder: Path | None) -> None:
    """Load a pack (core when none is given) and everything it extends, and say what is in it."""
    from plait.declare import load_pack

    found = load_pack(folder)
    click.echo(
        f"{found.cover.title} {found.cover.version} ({found.digest[:12]}): {len(found.datasets)} data sets, "
        f"{len(found.codelists)} code lists, {len(found.definitions)} definitions, {len(found.questions)} questions, "
        f"{len(found.indicators)} indicators."
    )


@pack.command("compare")
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
def pack_compare(old: Path, new: Path) -> None:
    """Say in words what changed between two packs, and which series it breaks. Exits 3 when an id vanished."""
    from plait.declare import load_pack
    from plait.declare.compare import compare

    changes = compare(load_pack(old), load_pack(new))
    click.echo("\n".join(str(change) for change in changes) or "Nothing changed.")
    sys.exit(3 if any(change.is_error for change in changes) else 0)


@pack.command("templates")
@click.option("--pack", "folder", type=FOLDER, default=None, help="The partnership's pack; core when not given.")
@click.option("--out", type=FOLDER, required=True)
def pack_templates(folder: Path | None, out: Path) -> None:
    """Write an Excel and a CSV template for each data set, to send to agencies."""
    from plait.declare import load_pack
    from plait.declare.templates import write_template

    found = load_pack(folder)
    out.mkdir(parents=True, exist_ok=True)
    for dataset in found.datasets.values():
        for kind in ("xlsx", "csv"):
            click.echo(write_template(dataset, found, out, kind=kind))


@main.group()
def key() -> None:
    """Keys: what codes who is in the returns. Kept away from the data, by somebody else where you can."""


@key.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key_new(file: Path) -> None:
    """Make a partnership's key in FILE, readable by you alone. It must lie outside any partnership folder."""
    from plait.pseudonymise import Key

    made = Key.create(file)
    click.echo(f"Key {made.version} is in {file}. Give agencies a copy by a safe way; never send it with data.")


@main.group()
def areas() -> None:
    """Areas: wards, districts, forces and how they nest, from the files ONS publishes."""


@areas.command("add")
@click.argument("files", nargs=-1, required=True, type=THERE)
@click.option("--to", "folder", type=FOLDER, required=True, help="The partnership's areas folder.")
def areas_add(files: tuple[Path, ...], folder: Path) -> None:
    """Join look-ups (.csv), postcodes (.csv) and boundaries (.geojson) to an areas folder.

    \b
    plait areas add LSOA21_WD24_LAD24.csv postcodes.csv --to partnership/areas
    """
    from plait.areas import add_areas

    added = add_areas(files, folder)
    click.echo(
        f"{added.areas:,} areas, {added.boundaries:,} with a boundary, postcodes: {'yes' if added.postcodes else 'not yet'}."
    )


@areas.command("show")
@click.argument("folder", type=FOLDER)
@click.argument("code")
def areas_show(folder: Path, code: str) -> None:
    """One area, what it lies in and what lies in it."""
    from plait.areas import load_areas

    found = load_areas(folder)
    area = found[code]
    click.echo(
        f"{area.name} ({area.kind})\nIn: {', '.join(found.name(p) for p in area.parents) or 'nothing larger known here'}"
    )
    for kind in dict.fromkeys(inner.kind for inner in found.within(code)[1:]):
        click.echo(f"Holds {sum(inner.kind == kind for inner in found.within(code))} of kind {kind}")


@main.command()
@click.option("--people", type=click.IntRange(100, 1_000_000), default=20_000, show_default=True)
def bench(people: int) -> None:
    """Time each stage on this machine, on an invented partnership of this size.

    \b
    plait bench --people 20000
    """
    from plait.commands.bench import time_stages

    with tempfile.TemporaryDirectory(prefix="plait-bench-") as scratch:
        for line in time_stages(Path(scratch), people=people, on=today()):
            click.echo(line)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A line a stage on the terminal; nothing when it is not one."""
    words = {"invent": "Inventing", "read": "Reading and checking", "link": "Linking", "measure": "Measuring",
             "protect": "Protecting", "publish": "Publishing"}  # fmt: skip
    shown = sys.stderr.isatty()

    def tell(stage: str, done: int, of: int) -> None:
        if shown:
            count = f" {done} of {of}" if of > 1 else ""
            click.echo(f"\r{words.get(stage, stage)}{count} …\033[K", nl=False, err=True)

    yield tell
    if shown:
        click.echo("\r\033[K", nl=False, err=True)


def start() -> None:
    """The command `plait`, in a process of its own: it takes its memory with it when it ends.

    What a command loads it keeps, so looking through all of it for what could be let go, at the start and again at the
    end, is left undone: that is a quarter of what a short command takes.
    """
    gc.set_threshold(50_000)
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int) or threading.active_count() > 1:
            raise
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(end.code)


if __name__ == "__main__":
    start()
