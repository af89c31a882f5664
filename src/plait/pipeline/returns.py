"""From a file to a return kept: read, checked, permitted and coded. Nothing that names a person leaves here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import plait
from plait.decided import Return, Supplied, Waiver
from plait.declare import FileMap, Pack
from plait.declare.datasets import BetweenAgenciesCheck
from plait.engine import Engine
from plait.errors import FileRefused, UserError
from plait.partnership import Workspace
from plait.pipeline.progress import AT_ONCE, Progress, each, engine_for, silent, two_at_once
from plait.pipeline.words import word_findings
from plait.receive import Received, receive
from plait.store import Kept, aside, bytes_digest, digest_of, read_kept, source_of, supplied_in, write_record
from plait.supplied import Terms, described
from plait.validate import Checked, Context, validate, worst_first
from plait.values import Finding, Period

# What codes a return is imported where it is called: a file that is only looked at has no need of it.
if TYPE_CHECKING:
    from plait.pseudonymise import Key

Tables = Mapping[str, Path]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a return is checked beside: who sent it, coded tables to compare with, and problems that were accepted."""

    agency: str = "own"
    kind: str = ""
    previous: Tables = field(default_factory=dict)
    others: Mapping[str, Tables] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One file as it was read and as it was checked."""

    received: Received
    checked: Checked

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What reading found, then what checking found."""
        return (*self.received.findings, *self.checked.findings)


def check_return(
    source: Path, pack: Pack, room: Path, *, engine: Engine, on: date, period: Period | None = None,
    maps: Sequence[FileMap] = (), dataset: str | None = None, beside: Beside | None = None, progress: Progress = silent,
) -> Looked:  # fmt: skip
    """The file read and checked. Names lie in `room` until the caller clears it.

    Without a period, any day up to the file's own reference date, else up to `on`, will do. `on` is the day it came.
    Raises FileRefused when it cannot be read.
    """
    progress("receive", 0, 1)
    received = receive(source, pack, room / "received", maps=maps, dataset=dataset)
    asked = period or Period(date(1900, 1, 1), received.reference_date or on)
    progress("validate", 0, 1)
    return check_received(engine, received, pack, room, period=asked, on=on, beside=beside)


def check_received(
    engine: Engine, received: Received, pack: Pack, room: Path, *, period: Period, on: date, beside: Beside | None = None
) -> Looked:  # fmt: skip
    """The tables that were read, checked."""
    beside = beside or Beside()
    context = Context(
        agency=beside.agency,
        kind=beside.kind,
        file=received.file,
        headings=received.headings,
        period=period,
        reference_date=received.reference_date or period.end,
        received_on=on,
        previous=beside.previous,
        others=beside.others,
        waived=beside.waived,
    )
    checked = validate(engine, received.tables, pack, context, _room(room, "checked"))
    return Looked(received=received, checked=_with_words(checked, received, pack, context))


def _with_words(checked: Checked, received: Received, pack: Pack, context: Context) -> Checked:
    """What was found, and the words to look at again; of a file that is refused nothing more is said."""
    words = () if checked.refused else tuple(word_findings(received.tables, pack, context, checked))
    return replace(checked, findings=worst_first((*checked.findings, *words))) if words else checked


def prepare_return(
    source: Path, pack: Pack, out: Path, room: Path, *, agency: str, period: Period, key: Key, on: date,
    postcodes: Path | None = None, maps: Sequence[FileMap] = (), dataset: str | None = None, progress: Progress = silent,
) -> Looked:  # fmt: skip
    """`out` is a sealed file of this return, with what was found in it and without a name.

    Raises UserError, and writes nothing, when the file is refused. Names lie in `room` until the caller clears it.
    """
    from plait.pseudonymise import Manifest, pseudonymise, seal

    with Engine(spill=room) as engine:
        looked = check_return(
            source, pack, room, engine=engine, on=on, period=period, maps=maps, dataset=dataset,
            beside=Beside(agency=agency), progress=progress,
        )  # fmt: skip
        tables, rows = looked.checked.tables, looked.checked.rows
        if looked.checked.refused:
            raise UserError(f"{source.name} was refused. See why with: plait check {source}")
        supplied = described(
            engine, pack, tables, rows,
            agency=agency, period=period.label, received_on=on, form=looked.received.format,
        )  # fmt: skip
        progress("pseudonymise", 0, 1)
        coded = pseudonymise(
            engine, tables, pack, agency=agency, key=key, postcodes=postcodes, into=_room(room, "coded")
        )
    findings = (*looked.findings, *coded.findings)
    seal(coded, Manifest.of(
        pack, agency=agency, period=period.label, key=key, supplied=supplied, coded=coded, findings=findings
    ), out)  # fmt: skip
    return looked


@dataclass(frozen=True, kw_only=True)
class _Before:
    """The returns before one, each with its key, and the tables kept under a key: waited for while they are being made."""

    keys: Sequence[tuple[Return, str]]
    tables: Callable[[str], Tables]

    def of(self, wanted: Callable[[Return], bool]) -> list[tuple[Return, Tables]]:
        """The returns that are wanted, with their tables."""
        return [(record, self.tables(key)) for record, key in self.keys if wanted(record)]


def keep_all(place: Workspace, *, key: Key, on: date, progress: Progress = silent) -> tuple[Kept, ...]:
    """Every return, oldest period first, so that each can be compared with the one before.

    One that cannot be read is there as set aside. Raises FileRefused when that is all of them.
    """
    records = sorted(place.partnership.returns, key=lambda r: (Period.parse(r.period), r.agency, str(r.path)))
    jobs: dict[str, Future[Kept]] = {}
    before = _Before(keys=[], tables=lambda key: jobs[key].result().tables)
    with place.store.scratch() as spill, _engines(spill, jobs=len(records)) as engines, two_at_once() as pool:
        for record in records:
            name = _return_key(place, record, before.keys, key, on)
            jobs[name] = pool.submit(_kept_or_aside, place, record, name, before, engines, key=key, on=on)
            before = replace(before, keys=(*before.keys, (record, name)))
        kept = tuple(each(list(jobs.values()), "read", progress))
    if kept and all(k.set_aside for k in kept):
        raise FileRefused("\n".join(f.problem for k in kept for f in k.findings))
    return kept


@contextmanager
def _engines(spill: Path, *, jobs: int) -> Iterator[SimpleQueue[Engine]]:
    """One for each return that is read at once, to take and to put back: opening it costs as much as a small return."""
    with ExitStack() as opened:
        engines: SimpleQueue[Engine] = SimpleQueue()
        for _ in range(AT_ONCE):
            engines.put(opened.enter_context(engine_for(spill, jobs=jobs)))
        yield engines


def _kept_or_aside(
    place: Workspace, record: Return, name: str, before: _Before, engines: SimpleQueue[Engine], *, key: Key, on: date
) -> Kept:  # fmt: skip
    engine = engines.get()
    try:
        return _keep(place, record, name, before, engine=engine, key=key, on=on)
    except FileRefused as problem:
        agency = place.partnership.agency(record.agency).name
        dataset = place.pack.dataset(record.dataset).title if record.dataset else ""
        return aside(record, key=name, agency=agency, dataset=dataset, why=str(problem))
    finally:
        engines.put(engine)


def keep(place: Workspace, record: Return, before: Sequence[Kept], *, engine: Engine, key: Key, on: date) -> Kept:
    """One return, kept in coded form. Raises UserError when the file cannot be read; nothing is left behind then."""
    tables = {k.key: k.tables for k in before}
    earlier = _Before(keys=[(k.record, k.key) for k in before], tables=tables.__getitem__)
    name = _return_key(place, record, earlier.keys, key, on)
    return _keep(place, record, name, earlier, engine=engine, key=key, on=on)


def _keep(
    place: Workspace, record: Return, name: str, before: _Before, *, engine: Engine, key: Key, on: date
) -> Kept:  # fmt: skip
    from plait.pseudonymise import is_sealed

    folder = place.store.kept("returns", name)
    if folder is None:
        with place.store.keeping("returns", name) as room, place.store.scratch() as scratch:
            if is_sealed(record.path):
                _keep_sealed(place, record, room, key=key, on=on)
            else:
                _keep_raw(place, record, before, engine=engine, scratch=scratch, room=room, key=key, on=on)
        folder = place.store.kept("returns", name)
        assert folder is not None
    return read_kept(folder, record)


@dataclass(frozen=True, kw_only=True)
class SoFar:
    """What the store holds of the returns listed, each as it was last coded, and those of which it holds nothing:
    they could not be read, or have come since the last run.
    """

    supplied: tuple[Supplied, ...]
    unused: tuple[Return, ...]


def supplied_so_far(place: Workspace) -> SoFar:
    """What the store has of the returns listed, without reading any file that was sent."""
    latest = supplied_in(sorted(place.store.all("returns"), key=lambda p: p.stat().st_mtime_ns))
    listed = [(record, latest.get(source_of(record))) for record in place.partnership.returns]
    return SoFar(
        supplied=tuple(one for _, kept in listed for one in kept or ()),
        unused=tuple(record for record, kept in listed if kept is None),
    )


def _keep_raw(
    place: Workspace, record: Return, before: _Before,
    *, engine: Engine, scratch: Path, room: Path, key: Key, on: date,
) -> None:  # fmt: skip
    """The whole way of a raw file: names exist only under `scratch`, gone when this ends, and in the engine meanwhile."""
    from plait.pseudonymise import pseudonymise

    terms = _terms(place, record, on)
    maps = [place.maps[name] for name in record.map_ids]
    received = receive(record.path, place.pack, scratch / "received", maps=maps, dataset=record.dataset)
    looked = check_received(
        engine, received, place.pack, scratch, period=Period.parse(record.period), on=record.received_on,
        beside=_beside(place, record, before, received),
    )  # fmt: skip
    checked = looked.checked
    allowed, refusals = terms.allow(engine, checked.tables, checked.file, _room(scratch, "allowed"))
    supplied = described(
        engine, place.pack, allowed, checked.rows,
        agency=record.agency, period=record.period, received_on=record.received_on, form=looked.received.format,
    )  # fmt: skip
    postcodes = place.areas.postcodes
    coded = pseudonymise(engine, allowed, place.pack, agency=record.agency, key=key, postcodes=postcodes, into=room)
    caveats = {s.dataset: _caveats(place, record, checked, s.dataset) for s in supplied}
    permitted = (
        s.model_copy(update={"agreement": terms.agreement(s.dataset), "caveats": caveats[s.dataset]}) for s in supplied
    )
    write_record(room, record, permitted, (*looked.findings, *refusals, *coded.findings))


def _keep_sealed(place: Workspace, record: Return, room: Path, *, key: Key, on: date) -> None:
    """A file that `plait prepare` made on the agency's own machine: coded already, so only unsealed and permitted."""
    from plait.pseudonymise import unseal

    sealed = unseal(record.path, room, pack=place.pack)
    sealed.manifest.check_fits(record.path.name, pack=place.pack, key=key, agency=record.agency)
    terms = _terms(place, record, on)
    refusals = tuple(terms.refusals(sealed.manifest.supplied, record.path.name))
    refused = {finding.dataset for finding in refusals}
    for name in refused:
        for table in _CODED.get(name, (name,)):
            (room / f"{table}.parquet").unlink(missing_ok=True)
    supplied = tuple(
        s.model_copy(update={"agreement": terms.agreement(s.dataset), "received_on": record.received_on})
        for s in sealed.manifest.supplied
        if s.dataset not in refused
    )
    write_record(room, record, supplied, (*sealed.manifest.findings_in(record.path.name), *refusals))


# What a data set becomes when it is coded, where that is not a table of its own name.
_CODED = {"people": ("persons", "homes", "tokens")}


def _terms(place: Workspace, record: Return, on: date) -> Terms:
    return Terms(pack=place.pack, partnership=place.partnership, agency=record.agency, on=on)


def _beside(place: Workspace, record: Return, before: _Before, received: Received) -> Beside:
    """The agency's own return before; and other agencies' for the same period, where something here is compared with them."""
    last = Period.parse(record.period).before()
    earlier = before.of(lambda r: r.agency == record.agency and Period.parse(r.period) == last)
    compared = any(
        isinstance(c, BetweenAgenciesCheck) for name in received.tables for c in place.pack.dataset(name).checks
    )
    others: dict[str, dict[str, Path]] = {}
    for r, tables in before.of(lambda r: compared and r.period == record.period and r.agency != record.agency):
        others.setdefault(r.agency, {}).update(tables)
    return Beside(
        agency=record.agency,
        kind=place.partnership.agency(record.agency).kind,
        previous={name: path for _, tables in earlier for name, path in tables.items()},
        others=others,
        waived=frozenset(w.code for w in _waivers(place, record)),
    )


def _waivers(place: Workspace, record: Return) -> tuple[Waiver, ...]:
    return tuple(w for w in place.partnership.waivers if w.agency == record.agency)


def _caveats(place: Workspace, record: Return, checked: Checked, dataset: str) -> tuple[str, ...]:
    """What was waived in this data set, and why: it travels to every figure that rests on these rows."""
    reasons = {w.code: f"{w.reason} ({w.by}, {w.on})" for w in _waivers(place, record)}
    return tuple(f"{f.problem} Waived: {reasons[f.code]}" for f in checked.waived if f.dataset == dataset)


def _return_key(
    place: Workspace, record: Return, before: Sequence[tuple[Return, str]], key: Key, on: date
) -> str:  # fmt: skip
    """What a kept return rests on: the bytes, the pack, the map, the key, and what may be shared on the day."""
    file_maps = [place.maps[name].model_dump(mode="json") for name in record.map_ids]
    compared = [name for r, name in before if r.agency == record.agency or r.period == record.period]
    postcodes = bytes_digest(place.areas.postcodes) if place.areas.postcodes else ""
    return digest_of(
        plait.__version__, place.pack_digests, source_of(record), file_maps, key.fingerprint,
        [w.model_dump(mode="json") for w in _waivers(place, record)], _terms(place, record, on).digestible(),
        postcodes, compared,
    )  # fmt: skip


def _room(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
