"""`plait review`: pairs of records for a person to judge by how alike they are, in a file that the next run reads."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from plait.errors import UserError
from plait.link import PairShown, clerical_sample, load_weights
from plait.partnership import REVIEWED, open_workspace
from plait.pipeline import last_evidence

_COLUMNS = ("pair", "given_name", "family_name", "born", "home", "sex", "same")


def list_pairs(folder: Path, *, size: int) -> Iterator[str]:
    """Pairs of the last linking that are not in the partnership's reviewed_pairs.csv are now at its end; what was done, in words.

    What is in the file stays as it is. Raises UserError before anybody was linked.
    """
    place = open_workspace(folder)
    found = last_evidence(place.store)
    if found is None:
        raise UserError("Nobody has been linked yet. Run 'plait run' with returns of two agencies first.")
    path = folder / REVIEWED
    listed = _listed(path)
    known = {line.get("pair") for line in listed}
    fresh = [_line(pair) for pair in clerical_sample(found[1], load_weights(), size=size)]
    fresh = [line for line in fresh if line["pair"] not in known]
    _write(path, [*listed, *fresh])
    yield f"{path} lists {len(listed) + len(fresh)} pairs, {len(fresh)} of them new. {len(place.verdicts)} are judged."
    yield "Fill in the column 'same' with yes, no or unsure, then run 'plait run' again."


def _listed(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{name: row.get(name) or "" for name in _COLUMNS} for row in csv.DictReader(handle) if any(row.values())]


def _line(pair: PairShown) -> dict[str, str]:
    return {
        "pair": f"x{pair.pair:016x}", "given_name": pair.given, "family_name": pair.family, "born": pair.born,
        "home": pair.home, "sex": pair.sex, "same": "",
    }  # fmt: skip


def _write(path: Path, lines: list[dict[str, str]]) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8-sig", newline="") as handle:
        write = csv.DictWriter(handle, _COLUMNS)
        write.writeheader()
        write.writerows(lines)
    os.replace(fresh, path)
