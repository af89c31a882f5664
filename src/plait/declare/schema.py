"""JSON Schema of each kind of file in a pack, made from the types, for editors and for anybody who writes packs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plait.declare.item import Declared
from plait.declare.pack import FOLDERS, Cover

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, Mapping[str, Any]]:
    """The schema of `pack.yaml` under 'pack', and of a file in each folder under the folder's name."""
    kinds: dict[str, type[Declared]] = {"pack": Cover, **{folder: kind for folder, (_, kind) in FOLDERS.items()}}
    made = {name: {"$schema": DIALECT, **kind.model_json_schema()} for name, kind in kinds.items()}
    # A code list's codes stand in the CSV of the same name, so the YAML alone need not hold them.
    made["codelists"]["required"] = [name for name in made["codelists"]["required"] if name != "codes"]
    return made
