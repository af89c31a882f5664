"""The main verb: a protected profile in, a folder that a board could read out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plait.profile import Profile
from plait.publish.document import write_document
from plait.publish.open_tables import write_csv, write_workbook
from plait.publish.picture import Picture
from plait.publish.website import write_website


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was written. `pages` starts with the front page."""

    folder: Path
    pages: tuple[Path, ...]
    pdf: Path
    workbook: Path
    csv: Path


def publish(profile: Profile, into: Path) -> Published:
    """The profile as a website, a tagged PDF, a workbook and a CSV, in a folder made for it.

    Every figure in them comes from `profile.released`. Raises FileExistsError when the folder is there already.
    """
    into.mkdir(parents=True)
    picture = Picture(profile)
    pages = write_website(picture, into)
    return Published(
        folder=into,
        pages=pages,
        pdf=write_document(picture, into / "profile.pdf"),
        workbook=write_workbook(picture, into / "figures.xlsx"),
        csv=write_csv(picture, into / "figures.csv"),
    )
