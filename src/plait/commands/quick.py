"""`plait quick`: a first profile from one census file, or from DfE's published tables, with nothing set up."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import plait
from plait.answer import answer
from plait.areas import Area, Areas
from plait.decided import Agency, Agreement, Asset, Partnership, Supplied
from plait.declare import Pack, load_pack
from plait.declare.needed import needed
from plait.engine import Engine
from plait.errors import UserError, nearest
from plait.measure import measure
from plait.pipeline import Beside, Progress, check_received, shared
from plait.profile import Coverage, FindingSummary, Profile
from plait.protect import Ledger, protect
from plait.pseudonymise import Key, pseudonymise
from plait.publish import publish
from plait.receive import Received, read_areas, receive
from plait.shown import coverage, finding_lines
from plait.store import check_replaceable, replace_folder
from plait.supplied import described
from plait.values import Finding, Period

_FOREVER = date(2100, 1, 1)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """One file, read, checked and coded."""

    tables: dict[str, Path]
    supplied: tuple[Supplied, ...]
    findings: tuple[Finding, ...]
    received: Received


def quick(
    files: Sequence[Path], *, areas: Sequence[str], name: str, period: str, into: Path, on: date, progress: Progress
) -> Path:
    """A profile at `into` from these files alone. Raises UserError when they do not make one; then nothing is left."""
    check_replaceable(into)
    published = _all_published(files)
    pack = _published_pack() if published else load_pack()
    with tempfile.TemporaryDirectory(prefix="plait-quick-") as scratch:
        room = Path(scratch)
        known = _published_areas(files, areas) if published else None
        reads = [_read(path, pack, room / str(n), period, on, published=published) for n, path in enumerate(files)]
        progress("measure", 0, 1)
        known = known or _one_area(reads[0].received, areas, name)
        profile = _profile(pack, reads, known, period, name, room, on=on, published=published)
        progress("publish", 0, 1)
        publish(profile, room / "profile")
        replace_folder(room / "profile", into)
    return into


def _all_published(files: Sequence[Path]) -> bool:
    """True for DfE's tables, false for one agency's own file. Raises UserError when the two are mixed."""
    tidy = [path for path in files if _is_tidy(path)]
    if tidy and len(tidy) != len(files):
        raise UserError("Give either DfE's published tables or one agency's own file, not both together.")
    if not tidy and len(files) > 1:
        raise UserError("Give one census file, or several of DfE's published tables. For more, set up a partnership.")
    return bool(tidy)


def _is_tidy(path: Path) -> bool:
    if path.suffix.lower() != ".csv":
        return False
    with path.open("rb") as handle:
        return b"time_period" in handle.readline(4096)


def _published_pack() -> Pack:
    """Core, with the rule for figures that their publisher has protected already."""
    pack = load_pack()
    return pack.model_copy(update={"cover": pack.cover.model_copy(update={"disclosure": "as_published"})})


def _published_areas(files: Sequence[Path], wanted: Sequence[str]) -> tuple[Areas, tuple[str, ...]]:
    """The areas the tables name, and the codes asked for: all authorities are too many to lay side by side."""
    found: dict[str, Area] = {}
    for path in files:
        for row in read_areas(path).to_pylist():
            parents = (row["parent"],) if row["parent"] else ()
            found[row["code"]] = Area(code=row["code"], name=row["name"], kind=row["kind"], parents=parents)
    if not wanted:
        raise UserError(
            "These tables hold every authority. Say which with --area, such as --area E08000014.\n"
            "Give it again for more than one."
        )
    for code in wanted:
        if code not in found:
            raise UserError(f"No area in these tables has the code {code}.{nearest(code, found)}")
    return Areas(tuple(found.values())), tuple(wanted)


def _one_area(received: Received, wanted: Sequence[str], name: str) -> tuple[Areas, tuple[str, ...]]:
    """The one area of an agency's own file: named on the command line, or by the authority's number in the file."""
    code = wanted[0] if wanted else f"LA{received.authority or '000'}"
    title = name or (f"Local authority {received.authority}" if received.authority else "This authority")
    return Areas((Area(code=code, name=title, kind="authority"),)), (code,)


def _read(path: Path, pack: Pack, room: Path, period: str, on: date, *, published: bool) -> _Read:
    room.mkdir()
    received = receive(path, pack, room / "received")
    asked = Period.parse(period) if period else _year_to(received.reference_date or on)
    agency, agreement = ("publisher", "published_open") if published else ("council", "own_use")
    with Engine(spill=room) as engine:
        beside = Beside(agency=agency, kind="council")
        looked = check_received(engine, received, pack, room, period=asked, on=on, beside=beside)
        tables, rows = looked.checked.tables, looked.checked.rows
        if looked.checked.refused:
            raise UserError(f"{path.name} was refused. See why with: plait check {path}")
        supplied = described(
            engine, pack, tables, rows,
            agency=agency, period=asked.label, received_on=on, form=received.format,
        )  # fmt: skip
        key = Key("for this profile only", secrets.token_bytes(32))
        coded = pseudonymise(engine, tables, pack, agency=agency, key=key, postcodes=None, into=room / "coded")
    return _Read(
        tables=dict(coded.tables),
        supplied=tuple(s.model_copy(update={"agreement": agreement}) for s in supplied),
        findings=looked.findings,
        received=received,
    )


def _year_to(day: date) -> Period:
    """The year to 31 March that the day falls in."""
    start = date(day.year - (day < date(day.year, 4, 1)), 4, 1)
    return Period(start, date(start.year + 1, 4, 1) - timedelta(days=1))


def _profile(
    pack: Pack, reads: Sequence[_Read], known: tuple[Areas, tuple[str, ...]], period: str, name: str, room: Path,
    *, on: date, published: bool,
) -> Profile:  # fmt: skip
    areas, top = known
    periods = _published_periods(reads, period) if published else (Period.parse(reads[0].supplied[0].period),)
    partnership = _stand_in(pack, areas, top, name, reads, published=published)
    counted = _counted(pack, reads)
    with Engine(spill=room) as engine:
        figures = [
            measure(
                engine,
                [r.tables for r in reads],
                None,
                pack,
                period=p,
                areas=areas,
                top=top,
                agencies=partnership.agencies,
                indicators=counted,
                formats=[r.received.format for r in reads],
            )
            for p in periods
        ]
    released = protect(shared(pa.concat_tables(figures), top), pack, zone="partnership", areas=areas, ledger=Ledger())
    supplied = [s.model_copy(update={"period": periods[-1].label}) for r in reads for s in r.supplied]
    return Profile(
        title=f"{partnership.name}: a first profile",
        period=periods[-1],
        periods=periods,
        made_on=on,
        next_update=None,
        invented=False,
        areas=areas,
        top=top,
        pack=pack,
        released=released,
        answers=answer(pack, partnership, supplied, period=periods[-1], on=on),
        partnership=None,
        coverage=tuple(_lines(pack, partnership, reads)),
        findings=tuple(_findings(pack, partnership, reads)),
        software=f"Plait {plait.__version__}",
    )


def _counted(pack: Pack, reads: Sequence[_Read]) -> list[str]:
    """The indicators these files can give anything of: those sent as figures, and those whose data sets are all here."""
    here = {s.dataset for r in reads for s in r.supplied}
    by_rows = (i.id for i in pack.live_indicators if needed(i).keys() <= here - {"counts"})
    return sorted(
        {measure for r in reads for s in r.supplied if s.dataset == "counts" for measure in s.types} | set(by_rows)
    )


def _lines(pack: Pack, partnership: Partnership, reads: Sequence[_Read]) -> list[Coverage]:
    return [
        coverage(pack, partnership, s, digest=r.received.digest, file=r.received.file)
        for r in reads
        for s in r.supplied
    ]


def _findings(pack: Pack, partnership: Partnership, reads: Sequence[_Read]) -> list[FindingSummary]:
    return [line for r in reads for line in finding_lines(pack, partnership, r.supplied[0].agency, r.findings)]


def _published_periods(reads: Sequence[_Read], period: str) -> tuple[Period, ...]:
    """Every year the tables hold up to the one asked for, oldest first; at most the last ten."""
    labels = {
        p
        for r in reads
        if "counts" in r.tables
        for p in pq.read_table(r.tables["counts"], columns=["period"])["period"].to_pylist()
    }
    found = sorted(Period.parse(label) for label in labels)
    if not found:
        raise UserError("These tables hold no figures that Plait knows. Add one such as DfE's factors at assessment.")
    last = Period.parse(period) if period else found[-1]
    if last not in found:
        raise UserError(f"These tables hold nothing for {last}. They run from {found[0]} to {found[-1]}.")
    return tuple(p for p in found if p <= last)[-10:]


def _listed(names: list[str]) -> str:
    """The names as a title can hold them: all of up to four, else the first three and how many more."""
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} more"]
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]])


def _stand_in(
    pack: Pack, areas: Areas, top: tuple[str, ...], name: str, reads: Sequence[_Read], *, published: bool
) -> Partnership:
    """A partnership of one: the agency whose file it is, using its own data; or the publisher of open tables."""
    agency_id, terms = ("publisher", "published_open") if published else ("council", "own_use")
    title = "Department for Education, published tables" if published else f"{areas.name(top[0])} (council)"
    types: dict[str, set[str]] = {}
    for one in (s for r in reads for s in r.supplied):
        types.setdefault(one.dataset, set()).update(one.types)
    return Partnership(
        name=name or _listed([areas.name(code).removesuffix(", County of") for code in top]),
        areas=top,
        agencies=(Agency(id=agency_id, name=title, kind="council", areas=top),),
        agreements=(
            Agreement(
                id=terms, terms=terms, parties=(agency_id,), signed={agency_id: date(2000, 1, 1)},
                since=date(2000, 1, 1), until=_FOREVER,
            ),
        ),
        assets=(
            *(
                Asset(agency=agency_id, dataset=d, columns=("*",), types=tuple(sorted(found)))
                for d, found in sorted(types.items())
            ),
            Asset(agency=agency_id, dataset="counts", columns=("*",), capture="not_recorded"),
        ),
        pack_digest=pack.digest,
    )  # fmt: skip
