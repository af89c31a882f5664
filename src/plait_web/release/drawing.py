"""The files of a release, drawn from what protect let out to the public in one picture, and from nothing else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow.compute as pc

from plait.declare import Pack
from plait.errors import UserError
from plait.pipeline import told_again
from plait.profile import Profile
from plait.protect import load_released, part_of, save_released
from plait.publish import publish
from plait.released import Released
from plait.values import Period
from plait_web.picture import access as picture
from plait_web.picture import making
from plait_web.release import access
from plait_web.release.models import Release
from plait_web.returns import port
from plait_web.words import access as words

_TOLD = ("zero", "exact", "between")
_NAMES = {"profile.pdf": "pdf", "figures.xlsx": "xlsx", "figures.csv": "csv"}


def draw(release: Release, *, on: date) -> dict[str, Any]:
    """The release's files lie in its folder; what a row keeps of them comes back: names, digests, periods, areas, agencies.

    Raises UserError where what the picture rests on has changed since it was made: its figures would then stand beside
    answers that are not theirs.
    """
    released = chosen(release)
    folder = release.folder
    shutil.rmtree(folder.parent, ignore_errors=True)  # with the files of earlier turns: they never left
    folder.mkdir(parents=True, mode=0o700)
    save_released(released, folder)
    publish(_profile(release, released, on), folder / "website")
    _lay_out(release, folder)
    return _facts(release, released)


def chosen(release: Release) -> Released:
    """The figures the release asks for, of those the public may see."""
    whole = load_released(picture.folder_of(release.run) / "public")
    names = release.indicators or sorted({audit.indicator for audit in whole.audit})
    return part_of(whole, indicators=names, periods=(release.run.period,) if release.latest_only else ())


def _profile(release: Release, released: Released, on: date) -> Profile:
    place, kept = picture.workspace(on), port.accepted_kept(on)
    if making.basis(place, kept, on=on) != release.run.basis:
        raise UserError(
            "Something that the picture rests on has changed since it was made. Wait for the new picture, then save any part of "
            "this release again: it will be made from that."
        )
    place = replace(place, pack=_pack(place.pack, released) if release.indicators else place.pack)
    with place.store.writing():
        told = told_again(place, kept, released, period=Period.parse(release.run.period), on=on)
    return replace(told, title=release.title, quotes=words.quotes(release.quotes.all()))


def _pack(pack: Pack, released: Released) -> Pack:
    """The pack with the indicators of the release and the questions they answer: no page is made of anything else."""
    shown = {audit.indicator for audit in released.audit}
    indicators = {name: one for name, one in pack.indicators.items() if name in shown}
    asked = {question for one in indicators.values() for question in one.questions}
    questions = {name: one for name, one in pack.questions.items() if name in asked}
    return Pack.model_construct(**(dict(pack) | {"indicators": indicators, "questions": questions}))


def _lay_out(release: Release, folder: Path) -> None:
    """Each document under a name that says nothing, and all of it in one archive."""
    website = folder / "website"
    (website / "release.txt").write_text(_note(release), encoding="utf-8")
    for name, suffix in _NAMES.items():
        shutil.copyfile(website / name, folder / f"release-{release.pk}.{suffix}")
    with ZipFile(folder / f"release-{release.pk}.zip", "w", ZIP_DEFLATED) as archive:
        for path in sorted(p for p in website.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(website))
    shutil.rmtree(website)


def _note(release: Release) -> str:
    return (
        f"{release.title}\n\nRelease {release.pk}, version {release.turn}.\n\n"
        "Every figure in it was protected so that nobody can be found, and checked by two people before it left. Open "
        "index.html to read it.\n\nIf you are told that it was recalled or corrected, erase it. Do not set it beside other "
        "tables to work out a number that is withheld.\n"
    )


def _facts(release: Release, released: Released) -> dict[str, Any]:
    figures = released.figures
    told = figures.filter(pc.is_in(figures["state"], pc.cast(list(_TOLD), figures["state"].type)))
    uncounted = told.filter(pc.is_null(told["count_low"]))
    sources = {code for line in figures["sources"].to_pylist() for code in line or ()}
    return {
        "indicators": sorted(set(figures["indicator"].to_pylist())),
        "periods": sorted(set(figures["period"].to_pylist())),
        "areas": sorted(set(figures["area"].to_pylist())),
        "agencies": sorted(sources),
        "figures": told.num_rows,
        "withheld": sum(mark == "c" for mark in figures["mark"].to_pylist()),
        "uncounted": sorted(set(uncounted["indicator"].to_pylist())),
        "files": {
            path.name: {"digest": access.digest(path), "size": path.stat().st_size} for path in access.files(release)
        },
    }
