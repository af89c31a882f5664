"""The only file where the stages meet: files in, a protected profile out. Nothing that names a person leaves `keep`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import plait
from plait.answer import answer
from plait.answers import Answers
from plait.decided import Partnership, Return, Supplied, Waiver, permitted
from plait.declare import ColumnType, Pack
from plait.engine import Engine, identifier, literal
from plait.errors import FileRefused, StoreError, UserError
from plait.partnership import Workspace
from plait.profile import Coverage, FindingSummary, LinkFact, Profile
from plait.pseudonymise import Key, is_sealed, pseudonymise, unseal
from plait.receive import Received, receive
from plait.released import Released
from plait.store import digest_of
from plait.validate import Checked, Context, validate
from plait.values import Finding, Period, Place, Severity

# The stages after `keep` are imported where they are called: reading a return needs none of them, nor their libraries.
if TYPE_CHECKING:
    from plait.link import Linked

Tables = Mapping[str, Path]
Progress = Callable[[str, int, int], None]
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One return, checked, coded and kept in the store."""

    key: str
    record: Return
    tables: dict[str, Path]
    supplied: tuple[Supplied, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run made: the profile's folder, what was released, and what agencies should put right."""

    folder: Path
    released: Released
    answers: Answers
    kept: tuple[Kept, ...]


def run(
    place: Workspace, *, period: Period, on: date, key: Key, into: Path, progress: Progress = lambda *_: None
) -> Outcome:
    """The partnership's profile for a period, from every return that may be used on that day.

    Whatever was done before and rests on the same bytes is not done again. Killed at any moment, the store holds what it
    held before or the whole of a step, and `into` the last whole profile. Raises UserError for what a person can put right.
    """
    from plait.protect import Ledger, protect

    check_replaceable(into)
    with place.store.writing():
        for folder in place.pack_folders:
            place.store.put_pack(folder)
        kept = keep_all(place, key=key, on=on, progress=progress)
        progress("link", 0, 1)
        linked, linked_key = link_people(place, kept)
        periods = _periods(kept, period)
        figures = [
            measure_period(place, kept, linked, p, linked_key=linked_key) for p in _each(periods, "measure", progress)
        ]
        progress("protect", 0, 1)
        ledger = Ledger.read([folder / "withheld.parquet" for folder in place.store.all("runs")])
        to_share = shared(pa.concat_tables(figures), place.partnership.areas)
        released = protect(to_share, place.pack, zone="partnership", areas=place.areas, ledger=ledger)
        answers = answer(place.pack, place.partnership, [s for k in kept for s in k.supplied], period=period, on=on)
        profile = _profile(place, kept, linked, released, answers, period=period, periods=periods, on=on)
        progress("publish", 0, 1)
        _keep_run(place, to_share, profile, into, kept, on=on)
    return Outcome(folder=into, released=released, answers=answers, kept=kept)


def keep_all(place: Workspace, *, key: Key, on: date, progress: Progress) -> tuple[Kept, ...]:
    """Every return, oldest period first, so that each can be compared with the one before."""
    records = sorted(place.partnership.returns, key=lambda r: (Period.parse(r.period), r.agency, str(r.path)))
    kept: list[Kept] = []
    with (
        place.store.scratch() as spill,
        Engine(spill=spill) as engine,
    ):  # one for all: opening it costs as much as a small return
        for record in _each(records, "read", progress):
            kept.append(keep(place, record, kept, engine=engine, key=key, on=on))
    return tuple(kept)


def keep(place: Workspace, record: Return, before: Sequence[Kept], *, engine: Engine, key: Key, on: date) -> Kept:
    """One return, kept in coded form. Raises UserError when the file cannot be read; nothing is left behind then."""
    name = _return_key(place, record, before, key, on)
    folder = place.store.kept("returns", name)
    if folder is None:
        with place.store.keeping("returns", name) as room, place.store.scratch() as scratch:
            try:
                if is_sealed(record.path):
                    _keep_sealed(place, record, room, key=key, on=on)
                else:
                    _keep_raw(place, record, before, engine=engine, scratch=scratch, room=room, key=key, on=on)
            except FileRefused as problem:
                whose = f"{place.partnership.agency(record.agency).name}, {record.period}"
                raise FileRefused(f"The return of {whose}: {problem}") from None
        folder = place.store.kept("returns", name)
        assert folder is not None
    return _read_kept(folder, record)


def supplied_so_far(place: Workspace) -> tuple[Supplied, ...]:
    """What the store holds of the returns listed, each as it was last coded. A file sent since is not in it yet."""
    latest: dict[str, list[Supplied]] = {}
    for folder in sorted(place.store.all("returns"), key=lambda p: p.stat().st_mtime_ns):
        said = json.loads((folder / "return.json").read_text(encoding="utf-8"))
        latest[said["source"]] = [Supplied.model_validate(s) for s in said["supplied"]]
    return tuple(one for record in place.partnership.returns for one in latest.get(_source(record), ()))


def _keep_raw(
    place: Workspace,
    record: Return,
    before: Sequence[Kept],
    *,
    engine: Engine,
    scratch: Path,
    room: Path,
    key: Key,
    on: date,
) -> None:
    """The whole way of a raw file: names exist only under `scratch`, gone when this ends, and in the engine meanwhile."""
    agency = place.partnership.agency(record.agency)
    maps = [place.maps[record.map]] if record.map else []
    received = receive(record.path, place.pack, _room(scratch, "received"), maps=maps, dataset=record.dataset)
    context = _context(place, record, received, before)
    checked = validate(engine, received.tables, place.pack, context, _room(scratch, "checked"))
    allowed, refusals = _allow(place, engine, checked, agency.id, on=on, into=_room(scratch, "allowed"))
    supplied = _supplied(engine, place, record, checked, allowed, on=on)
    postcodes = place.areas.postcodes
    coded = pseudonymise(engine, allowed, place.pack, agency=agency.id, key=key, postcodes=postcodes, into=room)
    findings = (*received.findings, *checked.findings, *refusals, *coded.findings)
    _write_record(room, record, supplied, findings)


def _keep_sealed(place: Workspace, record: Return, room: Path, *, key: Key, on: date) -> None:
    """A file that `plait prepare` made on the agency's own machine: coded already, so only unsealed and permitted."""
    sealed = unseal(record.path, room, pack=place.pack)
    if sealed.manifest.pack_digest != place.pack.digest:
        raise UserError(
            f"{record.path.name} was prepared with pack {sealed.manifest.pack_digest[:12]}; this partnership uses "
            f"{place.pack.digest[:12]}. Prepare it again with the pack in force."
        )
    if sealed.manifest.key_version != key.label:
        raise UserError(
            f"{record.path.name} was prepared with another key than this run's, so nobody in it could be found in other "
            "agencies' returns. Prepare it again with the key in force."
        )
    if sealed.manifest.agency != record.agency:
        raise UserError(f"{record.path.name} was prepared by another agency than the one it is listed under.")
    refusals = tuple(_sealed_refusals(place, record, sealed.manifest.supplied, on))
    refused = {finding.dataset for finding in refusals}
    for name in refused:
        for table in _CODED.get(name, (name,)):
            (room / f"{table}.parquet").unlink(missing_ok=True)
    supplied = tuple(
        s.model_copy(
            update={"agreement": _permitted(place, record.agency, s.dataset, on), "received_on": record.received_on}
        )
        for s in sealed.manifest.supplied
        if s.dataset not in refused
    )
    _write_record(room, record, supplied, refusals)


def _sealed_refusals(place: Workspace, record: Return, sent: Sequence[Supplied], on: date) -> Iterator[Finding]:
    """A data set that no agreement covers, or that holds columns none covers: codes cannot be taken apart here."""
    for one in sent:
        covered = _covered(place, record.agency, one.dataset, on)
        outside = [c for c, share in one.filled.items() if share > 0 and c not in covered]
        if not covered:
            yield _not_permitted(place, record.agency, one.dataset, record.path.name)
        elif outside:
            yield _sealed_columns(place, record, one.dataset, outside)


# What a data set becomes when it is coded, where that is not a table of its own name.
_CODED = {"people": ("persons", "homes", "tokens")}


def _allow(
    place: Workspace, engine: Engine, checked: Checked, agency: str, *, on: date, into: Path
) -> tuple[dict[str, Path], tuple[Finding, ...]]:
    """The tables an agreement in force covers, emptied of columns it does not, and findings for what was left out."""
    allowed: dict[str, Path] = {}
    findings: list[Finding] = []
    for name, path in checked.tables.items():
        covered = _covered(place, agency, name, on)
        if not covered:
            findings.append(_not_permitted(place, agency, name, checked.file))
            continue
        outside = [c.id for c in place.pack.dataset(name).columns if c.id not in covered]
        allowed[name] = path
        if outside:
            allowed[name] = into / f"{name}.parquet"
            emptied = ", ".join(f"NULL AS {identifier(c)}" for c in outside)
            engine.write(f"SELECT * REPLACE ({emptied}) FROM read_parquet({literal(str(path))})", allowed[name])
            findings.append(_columns_not_permitted(place, agency, name, checked.file, outside))
    return allowed, tuple(findings)


def _covered(place: Workspace, agency: str, dataset: str, on: date) -> frozenset[str]:
    """The columns of the data set that some agreement in force lets the agency share."""
    return frozenset().union(*permitted(place.pack, place.partnership, agency=agency, dataset=dataset, on=on).values())


def _permitted(place: Workspace, agency: str, dataset: str, on: date) -> str:
    """The first agreement in force that covers the data set; '' when none does."""
    return next(iter(permitted(place.pack, place.partnership, agency=agency, dataset=dataset, on=on)), "")


def _not_permitted(place: Workspace, agency: str, dataset: str, file: str) -> Finding:
    title, name = place.pack.dataset(dataset).title.lower(), place.partnership.agency(agency).name
    return Finding(
        code="agreement.none",
        where=Place(file=file),
        problem=f"No agreement in force lets {name} share {title}, so none of it was kept.",
        remedy="Sign or renew an agreement that covers it, then send the file again.",
        severity=Severity.REFUSED,
        dataset=dataset,
    )


def _columns_not_permitted(place: Workspace, agency: str, dataset: str, file: str, columns: Sequence[str]) -> Finding:
    titles = ", ".join(place.pack.dataset(dataset).column(c).title for c in columns)
    return Finding(
        code="agreement.columns",
        where=Place(file=file),
        problem=f"The agreement with {place.partnership.agency(agency).name} does not cover: {titles}. They were not kept.",
        remedy="Nothing to do, unless the partnership means to agree to share them.",
        severity=Severity.NOTE,
        dataset=dataset,
    )


def _sealed_columns(place: Workspace, record: Return, dataset: str, columns: Sequence[str]) -> Finding:
    declared = place.pack.dataset(dataset)
    titles = ", ".join(declared.column(c).title for c in columns)
    return Finding(
        code="agreement.sealed-columns",
        where=Place(file=record.path.name),
        problem=f"The agreement does not cover all that this file holds of {declared.title.lower()} ({titles}), and a "
        "coded file cannot be cut down here. None of it was kept.",
        remedy="Take those columns out of the file and prepare it again, or agree to share them.",
        severity=Severity.REFUSED,
        dataset=dataset,
    )


def _context(place: Workspace, record: Return, received: Received, before: Sequence[Kept]) -> Context:
    agency, period = place.partnership.agency(record.agency), Period.parse(record.period)
    earlier = [
        k for k in before if k.record.agency == record.agency and Period.parse(k.record.period) == period.before()
    ]
    others = {
        k.record.agency: k.tables for k in before if k.record.period == record.period and k.record.agency != agency.id
    }
    return Context(
        agency=agency.id,
        kind=agency.kind,
        file=received.file,
        headings=received.headings,
        period=period,
        reference_date=received.reference_date or period.end,
        received_on=record.received_on,
        previous={name: path for k in earlier for name, path in k.tables.items()},
        others=others,
        waived=frozenset(w.code for w in _waivers(place, record)),
    )


def _supplied(
    engine: Engine, place: Workspace, record: Return, checked: Checked, allowed: Tables, *, on: date
) -> tuple[Supplied, ...]:
    return tuple(
        Supplied(
            agency=record.agency,
            period=record.period,
            dataset=name,
            rows=checked.rows[name][0],
            usable=checked.rows[name][1],
            received_on=record.received_on,
            filled=filled(engine, place.pack, name, path),
            types=types_in(engine, place.pack, name, path),
            agreement=_permitted(place, record.agency, name, on),
            caveats=_caveats(place, record, checked, name),
        )
        for name, path in allowed.items()
    )


def _waivers(place: Workspace, record: Return) -> tuple[Waiver, ...]:
    return tuple(w for w in place.partnership.waivers if w.agency == record.agency)


def _caveats(place: Workspace, record: Return, checked: Checked, dataset: str) -> tuple[str, ...]:
    """What was waived in this data set, and why: it travels to every figure that rests on these rows."""
    reasons = {w.code: f"{w.reason} ({w.by}, {w.on})" for w in _waivers(place, record)}
    return tuple(f"{f.problem} Waived: {reasons[f.code]}" for f in checked.waived if f.dataset == dataset)


def filled(engine: Engine, pack: Pack, dataset: str, path: Path) -> dict[str, float]:
    """Each declared column's share of rows that hold an answer: not empty, and not a code that means not known."""
    tests = {c.id: _answered(pack, c.codes, c.id, c.type) for c in pack.dataset(dataset).columns}
    shares = ", ".join(f"avg(CASE WHEN {test} THEN 1.0 ELSE 0.0 END)" for test in tests.values())
    (row,) = engine.rows(f"SELECT {shares} FROM read_parquet({literal(str(path))})")
    return {name: round(share, 4) for name, share in zip(tests, row, strict=True) if share is not None}


def _answered(pack: Pack, codes: str | None, column: str, kind: ColumnType) -> str:
    name = identifier(column)
    missing = ", ".join(literal(code) for code in (pack.codelist(codes).missing if codes else ()))
    if kind is ColumnType.CODES:
        rest = f"list_filter({name}, lambda x: x NOT IN ({missing}))" if missing else name
        return f"coalesce(len({rest}), 0) > 0"
    return f"{name} IS NOT NULL" + (f" AND {name} NOT IN ({missing})" if missing else "")


def types_in(engine: Engine, pack: Pack, dataset: str, path: Path) -> tuple[str, ...]:
    """The event or service types, or the measures, that occur: declared words only."""
    column, known = ("measure", set(pack.indicators)) if dataset == "counts" else ("type", _type_codes(pack, dataset))
    if not known:
        return ()
    rows = engine.rows(f"SELECT DISTINCT {identifier(column)} FROM read_parquet({literal(str(path))})")
    return tuple(sorted(str(word) for (word,) in rows if word in known))


def _type_codes(pack: Pack, dataset: str) -> set[str]:
    column = next((c for c in pack.dataset(dataset).columns if c.id == "type" and c.codes), None)
    return {code.code for code in pack.codelist(column.codes).codes} if column and column.codes else set()


def _return_key(place: Workspace, record: Return, before: Sequence[Kept], key: Key, on: date) -> str:
    """What a kept return rests on: the bytes, the pack, the map, the key, and what may be shared on the day."""
    covered = {
        name: sorted(permitted(place.pack, place.partnership, agency=record.agency, dataset=name, on=on).items())
        for name in place.pack.datasets
    }
    file_map = place.maps[record.map].model_dump(mode="json") if record.map else None
    compared = [k.key for k in before if k.record.agency == record.agency or k.record.period == record.period]
    postcodes = _digest(place.areas.postcodes) if place.areas.postcodes else ""
    return digest_of(
        plait.__version__, place.pack_digests, _source(record), file_map, key.fingerprint,
        [w.model_dump(mode="json") for w in _waivers(place, record)],
        {name: [[a, sorted(c)] for a, c in found] for name, found in covered.items()}, postcodes, compared,
    )  # fmt: skip


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of a folder's names and files."""
    if path.is_file():
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    inside = sorted(p for p in path.rglob("*") if p.is_file())
    return digest_of([[p.relative_to(path).as_posix(), _digest(p)] for p in inside])


def _areas_digest(place: Workspace) -> str:
    shapes = place.areas.boundaries
    return digest_of([asdict(area) for area in place.areas.all], _digest(shapes) if shapes else "")


def _write_record(room: Path, record: Return, supplied: Iterable[Supplied], findings: Iterable[Finding]) -> None:
    said = {
        "source": _source(record),
        "supplied": [s.model_dump(mode="json") for s in supplied],
        "findings": [asdict(f) for f in findings],
    }
    (room / "return.json").write_text(json.dumps(said, indent=1), encoding="utf-8")


def _source(record: Return) -> str:
    """Which bytes were sent as what: the same for every way they were coded since."""
    return digest_of(record.model_dump(mode="json", exclude={"path"}), _digest(record.path))


def _read_kept(folder: Path, record: Return) -> Kept:
    said = json.loads((folder / "return.json").read_text(encoding="utf-8"))
    findings = (
        Finding(**{**f, "where": Place(**f["where"]), "severity": Severity(f["severity"])}) for f in said["findings"]
    )
    return Kept(
        key=folder.name,
        record=record,
        tables={p.stem: p for p in sorted(folder.glob("*.parquet"))},
        supplied=tuple(Supplied.model_validate(s) for s in said["supplied"]),
        findings=tuple(findings),
    )


def link_people(place: Workspace, kept: Sequence[Kept]) -> tuple[Linked, str]:
    """One number for each person across all agencies and periods, and the key of the step."""
    from plait.link import Linked, link, load_weights

    coded = [k for k in kept if "tokens" in k.tables]
    weights, groups = load_weights(), {c.code: c.group for c in place.pack.codelist("ethnicity").codes}
    name = digest_of("link", plait.__version__, weights.model_dump(mode="json"), groups, sorted(k.key for k in coded))
    folder = place.store.kept("steps", name)
    if folder is None:
        with place.store.keeping("steps", name) as room, Engine(spill=room) as engine:
            linked = link(engine, [k.tables for k in coded], weights, room, ethnic_groups=groups)
            linked.save(room)
        folder = place.store.kept("steps", name)
        assert folder is not None
    return Linked.load(folder), name


def measure_period(
    place: Workspace, kept: Sequence[Kept], linked: Linked, period: Period, *, linked_key: str
) -> pa.Table:
    """The figures of one period, from the returns sent for it, with identity and populations from every return."""
    from plait.measure import measure

    name = digest_of(
        "measure", plait.__version__, place.pack_digests, period.label, linked_key, sorted(k.key for k in kept),
        place.partnership.areas, [a.model_dump(mode="json") for a in place.partnership.agencies],
        _areas_digest(place),
    )  # fmt: skip
    folder = place.store.kept("steps", name)
    if folder is None:
        with place.store.keeping("steps", name) as room, Engine(spill=room) as engine:
            figures = measure(
                engine, [_of_period(k, period) for k in kept], linked.numbers, place.pack, period=period,
                areas=place.areas, top=place.partnership.areas, agencies=place.partnership.agencies,
            )  # fmt: skip
            pq.write_table(figures, room / "figures.parquet")
        folder = place.store.kept("steps", name)
        assert folder is not None
    return pq.read_table(folder / "figures.parquet")


def shared(figures: pa.Table, top: Sequence[str]) -> pa.Table:
    """The figures that are for others to see: an agency's own leave it for the partnership's areas as a whole only.

    With a single agency its own figures are the partnership's, and are left out.
    """
    if len(pc.unique(figures["supplier"])) <= 2:
        return figures.filter(pc.equal(figures["supplier"], ""))
    whole = pc.is_in(figures["area"], value_set=pa.array(top, pa.string()))
    return figures.filter(pc.or_(pc.equal(figures["supplier"], ""), whole))


_ALWAYS = ("persons", "homes", "populations")


def _of_period(kept: Kept, period: Period) -> dict[str, Path]:
    sent = Period.parse(kept.record.period)
    inside = period.start <= sent.start and sent.end <= period.end
    return {name: path for name, path in kept.tables.items() if inside or name in _ALWAYS}


def _periods(kept: Sequence[Kept], last: Period) -> tuple[Period, ...]:
    """The period asked for, and every earlier one of the same length that returns were sent for, oldest first."""
    sent = {Period.parse(k.record.period) for k in kept}
    earlier = {p for p in sent if p.end < last.start and _months(p) == _months(last)}
    return (*sorted(earlier), last)


def _months(period: Period) -> int:
    return round(period.days / 30.44)


def _profile(
    place: Workspace, kept: Sequence[Kept], linked: Linked, released: Released, answers: Answers,
    *, period: Period, periods: tuple[Period, ...], on: date,
) -> Profile:  # fmt: skip
    partnership = place.partnership
    return Profile(
        title=f"{partnership.name}: exploitation profile",
        period=period,
        periods=periods,
        made_on=on,
        next_update=partnership.next_update,
        invented=partnership.invented,
        areas=place.areas,
        top=partnership.areas,
        pack=place.pack,
        released=released,
        answers=answers,
        partnership=partnership,
        coverage=tuple(coverage(place.pack, partnership, s, digest=k.key) for k in kept for s in k.supplied),
        findings=tuple(
            line for k in kept for line in finding_lines(place.pack, partnership, k.record.agency, k.findings)
        ),
        linkage=_link_facts(linked),
        software=f"Plait {plait.__version__}",
    )


def coverage(pack: Pack, partnership: Partnership, supplied: Supplied, *, digest: str) -> Coverage:
    """One data set of one return as a profile may show it: counts of rows in protected words."""
    from plait.protect import shown_count

    dataset, rule = pack.dataset(supplied.dataset), pack.disclosure().partnership
    return Coverage(
        agency=partnership.agency(supplied.agency).name,
        dataset=dataset.title,
        period=supplied.period,
        received_on=supplied.received_on,
        rows=shown_count(supplied.rows, rule),
        usable=shown_count(supplied.usable, rule),
        filled={
            dataset.column(c).title: f"{share:.0%}" for c, share in supplied.filled.items() if supplied.usable >= 100
        },
        agreement=supplied.agreement,
        digest=digest,
        caveats=supplied.caveats,
    )


def finding_lines(
    pack: Pack, partnership: Partnership, agency: str, findings: Iterable[Finding]
) -> Iterator[FindingSummary]:
    """One line a kind of problem in an agency's return, with how often in protected words."""
    from plait.protect import shown_count

    totals: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        totals.setdefault((finding.dataset, finding.code), []).append(finding)
    for (dataset, code), same in sorted(totals.items()):
        yield FindingSummary(
            agency=partnership.agency(agency).name,
            dataset=pack.dataset(dataset).title if dataset in pack.datasets else "",
            code=code,
            problem=same[0].problem,
            severity=same[0].severity.value,
            count=shown_count(max(f.count for f in same), pack.disclosure().partnership),
        )


def _link_facts(linked: Linked) -> tuple[LinkFact, ...]:
    return tuple(
        LinkFact(by=q.by, group=q.group, precision=q.precision, recall=q.recall) for q in linked.quality.groups
    )


def _keep_run(
    place: Workspace, figures: pa.Table, profile: Profile, into: Path, kept: Sequence[Kept], *, on: date
) -> None:
    """The run kept whole in the store, then its profile put where it was asked for, replacing the last in one step."""
    from plait.protect import withheld_counts
    from plait.publish import publish

    released = profile.released
    partnership = place.partnership.model_dump(mode="json", exclude={"returns": {"__all__": {"path"}}})
    name = digest_of(
        "run", plait.__version__, place.pack_digests, released.zone, str(on), sorted(k.key for k in kept),
        profile.period.label, partnership, _areas_digest(place),
    )  # fmt: skip
    if place.store.kept("runs", name) is None:
        with place.store.keeping("runs", name) as room:
            pq.write_table(released.figures, room / "released.parquet")
            pq.write_table(withheld_counts(figures, released), room / "withheld.parquet")
            publish(profile, room / "profile")
    folder = place.store.kept("runs", name)
    assert folder is not None
    replace_folder(folder / "profile", into)


def replace_folder(source: Path, into: Path) -> None:
    """A copy of `source` stands at `into`; the profile that stood there before is gone only once the copy is whole.

    Raises StoreError, and touches nothing, when what stands there is no profile.
    """
    check_replaceable(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = into.with_name(f".{into.name}.new"), into.with_name(f".{into.name}.old")
    if old.exists() and not into.exists():
        old.rename(into)  # a run was killed between the two renames below
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, fresh)
    if into.exists():
        into.rename(old)
    fresh.rename(into)
    shutil.rmtree(old, ignore_errors=True)


def check_replaceable(into: Path) -> None:
    """Nothing stands at `into`, or an empty folder, or a profile. Raises StoreError otherwise: it would be lost."""
    profile = (into / "index.html").is_file() and (into / "figures.csv").is_file()
    if into.is_file() or (into.is_dir() and any(into.iterdir()) and not profile):
        raise StoreError(f"{into} holds something else, which would be lost. Choose a new or empty folder with --out.")


def _room(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def _each(items: Sequence[_T], stage: str, progress: Progress) -> Iterator[_T]:
    """The items one by one, telling the progress before each and after the last."""
    for number, item in enumerate(items):
        progress(stage, number, len(items))
        yield item
    progress(stage, len(items), len(items))
