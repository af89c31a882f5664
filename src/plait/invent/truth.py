"""What is true and what was planted, as tables to score a run by. Kept apart: no agency and no partnership has it."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plait.invent.draw import NO_DAY, Column
from plait.invent.faults import Fault
from plait.invent.sending import Sending
from plait.invent.world import World


def write_truth(folder: Path, world: World, sendings: Sequence[Sending], faults: Sequence[Fault]) -> None:
    """people, references, harm, faults and expected, each a Parquet file. `person` joins the first three."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "people": _people(world),
        "references": _references(sendings),
        "harm": _harm(world),
        "faults": _faults(faults),
        "expected": _expected(sendings),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _text(column: Column) -> pa.Array:
    return pa.array(column.tolist(), pa.string())


def _days(column: Column) -> pa.Array:
    return pa.array(column.astype(np.int32), pa.int32(), mask=column == NO_DAY).cast(pa.date32())


def _people(world: World) -> pa.Table:
    people = world.people
    home = people.home
    return pa.table(
        {
            "person": pa.array(np.arange(len(people)), pa.int64()),
            "family": pa.array(people.family, pa.int64()),
            "born": _days(people.born),
            "sex": _text(np.where(people.female, "F", "M")),
            "ethnicity": _text(people.ethnicity),
            "given_name": _text(people.given),
            "family_name": _text(people.surname),
            "nhs_number": _text(people.nhs),
            "upn": _text(people.upn),
            "postcode": _text(world.places.postcode[home]),
            "area": _text(world.places.small[world.places.postcode_small[home]]),
            "ever_in_care": pa.array(world.care.since != NO_DAY),
        }
    )


def _references(sendings: Sequence[Sending]) -> pa.Table:
    parts = [
        pa.table(
            {
                "agency": pa.array([sending.agency] * len(sending.records.ref), pa.string()),
                "reference": _text(sending.records.ref),
                "person": pa.array(sending.records.person, pa.int64()),
                "sent": pa.array(sending.sent),
            }
        )
        for sending in sendings
    ]
    return pa.concat_tables(parts)


def _harm(world: World) -> pa.Table:
    harm = world.harm
    who = np.flatnonzero(harm.harmed | harm.causes)
    role = np.where(harm.harmed[who], np.where(harm.causes[who], "both", "harmed"), "causing_harm")
    return pa.table(
        {
            "person": pa.array(who, pa.int64()),
            "role": _text(role),
            "harms": pa.array(
                [text.split(";") if text else [] for text in harm.codes()[who].tolist()], pa.list_(pa.string())
            ),
            "onset": _days(harm.onset[who]),
            "until": _days(harm.until[who]),
            "goes_missing": pa.array(harm.goes_missing[who]),
        }
    )


def _faults(faults: Sequence[Fault]) -> pa.Table:
    rows = [asdict(fault) for fault in faults]
    kinds = {f.name: pa.int64() if f.name == "row" else pa.string() for f in fields(Fault)}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})


def _expected(sendings: Sequence[Sending]) -> pa.Table:
    rows = [row for sending in sendings for row in sending.expected]
    columns = ("agency", "period", "count_of")
    return pa.table(
        {
            **{name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(columns)},
            "count": pa.array([row[3] for row in rows], pa.int64()),
        }
    )
