"""From returns kept to a profile: linked, measured, protected, answered and published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

import plait
from plait.answers import Answers
from plait.declare import Zone
from plait.partnership import Workspace
from plait.pipeline.linking import Linking, link_people
from plait.pipeline.progress import Progress, each, engine_for, silent, two_at_once
from plait.profile import Profile
from plait.released import Released
from plait.store import Kept, bytes_digest, digest_of, replace_folder
from plait.values import Period

# Each stage is imported where it is called: what was done before needs none of their libraries again.
if TYPE_CHECKING:
    from plait.link import Linked


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run made: the profile's folder, what was released, and what agencies should put right."""

    folder: Path
    released: Released
    answers: Answers
    kept: tuple[Kept, ...]

    @property
    def set_aside(self) -> tuple[Kept, ...]:
        """The returns of which nothing could be used."""
        return tuple(k for k in self.kept if k.set_aside)


def measure_period(
    place: Workspace, kept: Sequence[Kept], linked: Linked, period: Period, *, linked_key: str, of: int = 1
) -> pa.Table:
    """The figures of one period, from the returns sent for it, with identity and populations from every return.

    `of` is how many periods are measured in this run.
    """
    from plait.measure import measure

    name = digest_of(
        "measure", plait.__version__, place.pack_digests, period.label, linked_key, sorted(k.key for k in kept),
        place.partnership.areas, [a.model_dump(mode="json") for a in place.partnership.agencies],
        _areas_digest(place),
    )  # fmt: skip
    folder = place.store.kept("steps", name)
    if folder is None:
        with place.store.keeping("steps", name) as room, engine_for(room, jobs=of) as engine:
            figures = measure(
                engine, [_of_period(k, period) for k in kept], linked.numbers, place.pack, period=period,
                areas=place.areas, top=place.partnership.areas, agencies=place.partnership.agencies,
                formats=[k.format for k in kept],
                earlier=[k.tables for k in kept if Period.parse(k.record.period).end < period.start],
            )  # fmt: skip
            pq.write_table(figures, room / "figures.parquet")
        folder = place.store.kept("steps", name)
        assert folder is not None
    return pq.read_table(folder / "figures.parquet")


def shared(figures: pa.Table, top: Sequence[str]) -> pa.Table:
    """The figures that are for others to see: an agency's own leave it for the partnership's areas as a whole only.

    With a single agency its own figures are the partnership's, and are left out.
    """
    import pyarrow.compute as pc

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


@dataclass(frozen=True, kw_only=True)
class Made:
    """A profile, and the figures it was protected from: these are to be kept with the data and shown to nobody."""

    profile: Profile
    figures: pa.Table


def profile_of(
    place: Workspace, kept: Sequence[Kept], *, period: Period, on: date, zone: Zone = "partnership",
    progress: Progress = silent,
) -> Made:  # fmt: skip
    """What the zone may see of these returns: linked, measured and protected, with the answers and the facts beside.

    Needs the store to be open for writing, as each step is kept.
    """
    from plait.protect import Ledger, protect

    usable = [k for k in kept if not k.set_aside]
    progress("link", 0, 1)
    linking = link_people(place, usable)
    periods = _periods(usable, period)
    with two_at_once() as pool:
        jobs = [
            pool.submit(measure_period, place, usable, linking.linked, p, linked_key=linking.key, of=len(periods))
            for p in periods
        ]
        figures = list(each(jobs, "measure", progress))
    progress("protect", 0, 1)
    ledger = Ledger.read([folder / "withheld.parquet" for folder in place.store.all("runs")])
    to_share = shared(pa.concat_tables(figures), place.partnership.areas)
    released = protect(to_share, place.pack, zone=zone, areas=place.areas, ledger=ledger)
    answers = _answers(place, kept, period=period, on=on)
    return Made(profile=_profile(place, kept, linking, released, answers, periods=periods, on=on), figures=to_share)


def _answers(place: Workspace, kept: Sequence[Kept], *, period: Period, on: date) -> Answers:
    from plait.answer import answer

    supplied = [s for k in kept if not k.set_aside for s in k.supplied]
    unused = [k.record for k in kept if k.set_aside]
    return answer(place.pack, place.partnership, supplied, period=period, on=on, unused=unused)


def told_again(place: Workspace, kept: Sequence[Kept], released: Released, *, period: Period, on: date) -> Profile:
    """The profile of figures that were let out before, or a part of them, with answers and facts as they stand on the day.

    Nothing is measured or protected anew. Needs the store to be open for writing where records were never linked.
    """
    usable = [k for k in kept if not k.set_aside]
    linking = link_people(place, usable)
    answers = _answers(place, kept, period=period, on=on)
    shown = {row["period"] for row in released.figures.group_by("period").aggregate([]).to_pylist()}
    periods = tuple(p for p in _periods(usable, period) if p == period or p.label in shown)
    return _profile(place, kept, linking, released, answers, periods=periods, on=on)


def _profile(
    place: Workspace, kept: Sequence[Kept], linking: Linking, released: Released, answers: Answers,
    *, periods: tuple[Period, ...], on: date,
) -> Profile:  # fmt: skip
    from plait.pipeline.unknown import unseen_of
    from plait.shown import coverage, finding_lines, link_facts, link_worth, reviewed_facts

    partnership, pack, zone = place.partnership, place.pack, released.zone
    judged, reviewed = link_facts(linking.linked), reviewed_facts(linking.linked, place.verdicts)
    worth = link_worth(judged, reviewed)
    return Profile(
        title=f"{partnership.name}: exploitation profile",
        period=periods[-1],
        periods=periods,
        made_on=on,
        next_update=partnership.next_update,
        invented=partnership.invented,
        areas=place.areas,
        top=partnership.areas,
        pack=pack,
        released=released,
        answers=answers,
        partnership=partnership,
        coverage=tuple(
            coverage(pack, partnership, s, digest=k.key, file=k.record.path.name, zone=zone)
            for k in kept
            for s in k.supplied
        ),
        findings=tuple(
            line for k in kept for line in finding_lines(pack, partnership, k.record.agency, k.findings, zone=zone)
        ),
        linkage=judged,
        reviewed=reviewed,
        worth=worth,
        unseen=unseen_of(released, pack, worth, areas=place.areas, top=partnership.areas, period=periods[-1]),
        numbering=linking.words,
        software=f"Plait {plait.__version__}",
    )


def publish_kept(
    place: Workspace, kept: Sequence[Kept], *, period: Period, on: date, into: Path, zone: Zone = "partnership",
    progress: Progress = silent,
) -> Outcome:  # fmt: skip
    """The profile of these returns kept whole in the store, then put at `into`, replacing the last in one step.

    Needs the store to be open for writing. Raises StoreError when something other than a profile stands at `into`.
    """
    made = profile_of(place, kept, period=period, on=on, zone=zone, progress=progress)
    progress("publish", 0, 1)
    folder = keep_profile(place, kept, made)
    replace_folder(folder / "profile", into)
    return Outcome(folder=into, released=made.profile.released, answers=made.profile.answers, kept=tuple(kept))


def keep_profile(place: Workspace, kept: Sequence[Kept], made: Made) -> Path:
    """The folder in the store that holds the profile as people read it, and what was withheld from it.

    Needs the store to be open for writing.
    """
    from plait.protect import save_released, withheld_counts
    from plait.publish import publish

    released, name = made.profile.released, _run_key(place, kept, made.profile)
    if place.store.kept("runs", name) is None:
        with place.store.keeping("runs", name) as room:
            save_released(released, room)
            pq.write_table(
                withheld_counts(made.figures, released, on=made.profile.made_on, release=name),
                room / "withheld.parquet",
            )
            publish(made.profile, room / "profile")
    folder = place.store.kept("runs", name)
    assert folder is not None
    return folder


def _run_key(place: Workspace, kept: Iterable[Kept], profile: Profile) -> str:
    partnership = place.partnership.model_dump(mode="json", exclude={"returns": {"__all__": {"path"}}})
    return digest_of(
        "run", plait.__version__, place.pack_digests, profile.released.zone, str(profile.made_on),
        sorted(k.key for k in kept), profile.period.label, partnership, _areas_digest(place), sorted(place.verdicts.items()),
    )  # fmt: skip


def _areas_digest(place: Workspace) -> str:
    shapes = place.areas.boundaries
    return digest_of([asdict(area) for area in place.areas.all], bytes_digest(shapes) if shapes else "")
