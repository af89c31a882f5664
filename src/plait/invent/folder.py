"""The partnership folder: who is in it, what was agreed, what each agency holds, and what has come in."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from plait.decided import Agency, Agreement, Return
from plait.declare.maps import FileMap
from plait.invent.files import write_yaml
from plait.invent.places import COUNTY, COUNTY_NAME, FORCE, HEALTH_BOARD

# What each agency holds, how and how well: the same in every invented partnership.
_DATA_MAP = Path(__file__).with_name("data_map.csv")
_NOT_LISTED = (
    "The council's Annex A workbook is not listed: it holds the census's episodes again, and they would count twice."
)
AGENCIES = (
    Agency(id="council", name=f"{COUNTY_NAME} County Council", kind="council", areas=(COUNTY,)),
    Agency(id="police", name=f"{COUNTY_NAME} and Ostmere Police", kind="police", areas=(FORCE,)),
    Agency(id="health", name="Wen Valley Health Board", kind="health", areas=(HEALTH_BOARD,)),
    Agency(id="youth_justice", name=f"{COUNTY_NAME} Youth Justice Service", kind="youth_justice", areas=(COUNTY,)),
    Agency(id="education", name=f"{COUNTY_NAME} Education Service", kind="education", areas=(COUNTY,)),
    Agency(id="voluntary", name="Lantern Young People's Project", kind="voluntary", areas=(COUNTY,)),
    Agency(id="housing", name="Castle Wenford Homes", kind="housing", areas=("XD01",)),
)


def write_partnership(
    into: Path, *, returns: Sequence[Return], maps: Sequence[FileMap], first: date, last: date
) -> None:
    """partnership.yaml, agreements, data_map.csv, maps and returns.yaml. `first` and `last` bound the periods."""
    content = {
        "name": f"{COUNTY_NAME} Safeguarding Children Partnership (invented)",
        "areas": [COUNTY],
        "agencies": [agency.model_dump(mode="json", exclude_defaults=True) for agency in AGENCIES],
        "pack": "core",
        "next_update": date(last.year + 1, 7, 31).isoformat(),
        "invented": True,
    }
    write_yaml(into / "partnership.yaml", content)
    for agreement in _agreements(first, last):
        write_yaml(into / "agreements" / f"{agreement.id}.yaml", agreement)
    for file_map in maps:
        write_yaml(into / "maps" / f"{file_map.id}.yaml", file_map)
    listed = [one.model_dump(mode="json", exclude_none=True) for one in returns]
    write_yaml(into / "returns" / "returns.yaml", listed, note=_NOT_LISTED)
    shutil.copyfile(_DATA_MAP, into / "data_map.csv")


def _agreements(first: date, last: date) -> list[Agreement]:
    """Three in force for all of the time, one that has run out and one that a party has not signed."""
    signed, until = date(first.year, 3, 1), date(last.year + 3, 3, 31)

    def between(name: str, terms: str, *parties: str, ends: date = until) -> Agreement:
        return Agreement(
            id=name,
            terms=terms,
            parties=("council", *parties),
            signed=dict.fromkeys(("council", *parties), signed),
            since=first,
            until=ends,
        )

    return [
        between("exploitation-strategic", "pseudonymised_strategic", "police", "youth_justice", "education"),
        between("exploitation-health", "pseudonymised_strategic", "health"),
        between("populations", "aggregate_strategic"),
        between("voluntary-counts", "aggregate_strategic", "voluntary", ends=last),
        Agreement(
            id="housing-moves",
            terms="aggregate_strategic",
            parties=("council", "housing"),
            signed={"council": signed},
            since=first,
            until=until,
        ),
    ]
