"""`plait prepare`: receive, validate and pseudonymise on the agency's own machine, and one sealed file to send."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from plait.commands.check import pack_from, read_maps
from plait.decided import Supplied
from plait.engine import Engine
from plait.errors import UserError
from plait.pipeline import filled, types_in
from plait.pseudonymise import Key, Manifest, pseudonymise, seal
from plait.receive import receive
from plait.validate import Context, validate
from plait.values import Period, Severity


def prepare_file(
    source: Path, out: Path, *, agency: str, period: str, key_file: Path, dataset: str | None, map_file: Path | None,
    postcodes: Path | None, pack_folder: Path | None, on: date,
) -> str:  # fmt: skip
    """One sealed file without a name in it, and what to do next in words. Raises UserError when the file is refused."""
    pack, asked, key = pack_from(pack_folder), Period.parse(period), Key.read(key_file)
    with tempfile.TemporaryDirectory(prefix="plait-prepare-") as scratch, Engine(spill=Path(scratch)) as engine:
        room = Path(scratch)
        for name in ("received", "checked", "coded"):
            (room / name).mkdir()
        maps = read_maps(map_file) if map_file else ()
        received = receive(source, pack, room / "received", maps=maps, dataset=dataset)
        context = Context(
            agency=agency, kind="", file=received.file, headings=received.headings, period=asked,
            reference_date=received.reference_date or asked.end, received_on=on, previous={}, others={}, waived=frozenset(),
        )  # fmt: skip
        checked = validate(engine, received.tables, pack, context, room / "checked")
        if checked.refused:
            raise UserError(f"{source.name} was refused. See why with: plait check {source}")
        supplied = tuple(
            Supplied(
                agency=agency, period=period, dataset=name, rows=checked.rows[name][0], usable=checked.rows[name][1],
                received_on=on, filled=filled(engine, pack, name, path), types=types_in(engine, pack, name, path),
            )
            for name, path in checked.tables.items()
        )  # fmt: skip
        coded = pseudonymise(
            engine, checked.tables, pack, agency=agency, key=key, postcodes=postcodes, into=room / "coded"
        )
        manifest = Manifest.of(pack, agency=agency, period=period, key=key, supplied=supplied, coded=coded)
        seal(coded, manifest, out)
    errors = sum(f.severity is Severity.ERROR for f in (*received.findings, *checked.findings))
    hint = f" {errors} kinds of problem were left out; see them with: plait check {source}" if errors else ""
    return f"{out} holds no name, number, postcode or date of birth. Send it to your partnership.{hint}"
