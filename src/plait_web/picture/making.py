"""From accepted returns to the pictures people read: the library's stages, then its pages laid out for this application."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

import plait
from plait.answers import Answer
from plait.decided import permitted
from plait.declare import Zone
from plait.partnership import Workspace
from plait.pipeline import Progress, keep_profile, profile_of
from plait.profile import Profile
from plait.publish import TOPICS, Picture, Shared, as_csv, figure_parts, headline, question_parts, topic_blocks
from plait.publish.wording import STANDINGS
from plait.store import Kept, digest_of
from plait.values import Period
from plait_web.picture.access import LEAST

_WAY_BACK = '<p class="wide"><a href="/">Back to questions and answers in Plait</a></p>'
_MENU = '<nav class="top" aria-label="Main">'  # the profile's own menu, in which the way back stands first


def latest_period(kept: Sequence[Kept], today: date) -> Period:
    """The latest period that returns are for; before any, the last whole year to April."""
    sent = [Period.parse(k.record.period) for k in kept]
    year = today.year - (today.month < 4) - 1
    return max(sent, key=lambda p: (p.end, p.days), default=Period.parse(f"{year}-{(year + 1) % 100:02}"))


def basis(place: Workspace, kept: Sequence[Kept], *, on: date) -> str:
    """The digest of all a picture rests on: returns, pack, what was decided, and what may be shared on the day."""
    partnership = place.partnership
    allowed = {
        f"{agency.id} {dataset}": sorted(permitted(place.pack, partnership, agency=agency.id, dataset=dataset, on=on))
        for agency in partnership.agencies
        for dataset in place.pack.datasets
    }
    decided = partnership.model_dump(mode="json", exclude={"returns"})
    judged = len(place.verdicts) // LEAST  # a picture is not made anew for each pair looked at
    return digest_of(plait.__version__, place.pack_digests, sorted(k.key for k in kept), decided, allowed, judged)


def make(place: Workspace, kept: Sequence[Kept], *, on: date, zone: Zone, into: Path, progress: Progress) -> None:
    """What the zone may see of these returns, in the new folder `into`: the profile whole, and pages for this application."""
    with place.store.writing():
        place.store.put_packs(place.pack_folders)
        period = latest_period(kept, on)
        made = profile_of(place, kept, period=period, on=on, zone=zone, progress=progress)
        progress("publish", 0, 1)
        folder = keep_profile(place, kept, made)
    into.mkdir(parents=True)
    shutil.copytree(folder / "profile", into / "profile")
    for name in ("released.parquet", "checks.json"):
        shutil.copyfile(folder / name, into / name)
    for page in (into / "profile").rglob("*.html"):
        page.write_text(page.read_text("utf-8").replace(_MENU, _MENU + _WAY_BACK, 1), encoding="utf-8")
    write_pages(made.profile, into, release=folder.name)


def write_pages(profile: Profile, into: Path, *, release: str = "") -> None:
    """What this application shows of a profile, in `into`: a list of what there is, and the inner part of each page.

    `release` is the name under which the store, and so the ledger, keeps its figures.
    """
    picture = Picture(profile)
    shared = Shared(picture)
    for kind in ("questions", "figures"):
        (into / kind).mkdir(parents=True)
    for answer in profile.answers.answers:
        given = question_parts(shared, answer) | {"picture": picture}
        _write(into / "questions" / f"{answer.question.id}.html", "picture/inner_question.html", given)
    for name in picture.indicators:
        given = figure_parts(picture, name) | {"picture": picture}
        _write(into / "figures" / f"{name}.html", "picture/inner_figure.html", given)
    (into / "across").mkdir()
    for topic in TOPICS:
        blocks = topic_blocks(picture, topic)
        _write(into / "across" / f"{topic.id}.html", "picture/inner_topic.html", {"topic": topic, "blocks": blocks})
        (into / "across" / f"{topic.id}.csv").write_text(as_csv(blocks), encoding="utf-8-sig")
    (into / "index.json").write_text(
        json.dumps(_index(shared) | {"release": release}, ensure_ascii=False), encoding="utf-8"
    )


def _write(path: Path, template: str, given: dict[str, Any]) -> None:
    path.write_text(render_to_string(template, given), encoding="utf-8")


def _index(shared: Shared) -> dict[str, Any]:
    picture = shared.picture
    profile, lead = picture.profile, headline(picture)
    return {
        "title": profile.title,
        "period": picture.period,
        "place": picture.place,
        "made_on": profile.made_on.isoformat(),
        "next_update": profile.next_update.isoformat() if profile.next_update else "",
        "zone": profile.released.zone,
        "recorded": list(lead.recorded),
        "recorded_note": lead.recorded_note,
        "leading": lead.indicator.id if lead.indicator else "",
        "unknown": list(lead.unknown),
        "questions": [_question(shared, answer) for answer in profile.answers.answers],
        "figures": {name: indicator.title for name, indicator in picture.indicators.items()},
        "across": {topic.id: [topic.title, topic.lead] for topic in TOPICS},
        "returns": len({line.digest for line in profile.coverage}),
    }


def _question(shared: Shared, answer: Answer) -> dict[str, Any]:
    standing = shared.picture.standing(answer)
    fresh = max((e.freshest for e in answer.evidence if e.freshest), default=None)
    return {
        "id": answer.question.id,
        "title": answer.question.title,
        "theme": answer.question.theme,
        "standing": standing.value,
        "words": STANDINGS[standing],
        "line": shared.lines[answer.question.id],
        "reasons": list(answer.reasons),
        "fresh": fresh.isoformat() if fresh else "",
        "gaps": len(answer.gaps),
        "figures": [e.indicator.id for e in answer.evidence],
    }
