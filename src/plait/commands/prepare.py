"""`plait prepare`: receive, validate and pseudonymise on the agency's own machine, and one sealed file to send."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from plait.commands.check import pack_from, read_maps
from plait.pipeline import prepare_return
from plait.pseudonymise import Key
from plait.values import Period, Severity


def prepare_file(
    source: Path, out: Path, *, agency: str, period: str, key_file: Path, dataset: str | None, map_file: Path | None,
    postcodes: Path | None, pack_folder: Path | None, on: date,
) -> str:  # fmt: skip
    """One sealed file without a name in it, and what to do next in words. Raises UserError when the file is refused."""
    with tempfile.TemporaryDirectory(prefix="plait-prepare-") as scratch:
        looked = prepare_return(
            source, pack_from(pack_folder), out, Path(scratch), agency=agency, period=Period.parse(period),
            key=Key.read(key_file), on=on, postcodes=postcodes, maps=read_maps(map_file) if map_file else (),
            dataset=dataset,
        )  # fmt: skip
    errors = sum(f.severity is Severity.ERROR for f in looked.findings)
    hint = f" {errors} kinds of problem were left out; see them with: plait check {source}" if errors else ""
    return f"{out} holds no name, number, postcode or date of birth. Send it to your partnership.{hint}"
