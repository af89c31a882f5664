"""Names by heritage, for people who do not exist: names.yaml, read once."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Heritage:
    """Names a family may bear, the ethnicity codes its children may have, and how common such families are."""

    weight: float
    ethnicity: tuple[tuple[str, float], ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]


def _read() -> tuple[dict[str, Heritage], dict[str, str]]:
    text = Path(__file__).with_name("names.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=yaml.CSafeLoader)
    made = [start + end for end, start in product(raw["surname_ends"].split(), raw["surname_starts"].split())]
    english = raw["heritages"]["english"]
    english["families"] = " ".join([english["families"], *made])
    # Families of mixed heritage bear English names too.
    mixed = raw["heritages"]["mixed"]
    for part in ("girls", "boys"):
        mixed[part] = " ".join([*english[part].split()[:70], mixed[part]])
    mixed["families"] = english["families"]
    return {name: _heritage(about) for name, about in raw["heritages"].items()}, raw["short"]


def _heritage(about: dict[str, Any]) -> Heritage:
    girls, boys, families = (tuple(about[part].split()) for part in ("girls", "boys", "families"))
    return Heritage(about["weight"], tuple(about["ethnicity"].items()), girls, boys, families)


HERITAGES, SHORT = _read()
