"""Why two records were linked, or were not, in words and without a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plait.link.decide import DECISIONS, LIKELY, REVIEW, STRONG
from plait.link.model import chances
from plait.link.weights import Weights

_DECIDED = {
    DECISIONS[STRONG]: "Linked: the two records bear the same number",
    DECISIONS[LIKELY]: "Linked, as likely one person",
    DECISIONS[REVIEW]: "Not linked: a person should look",
}


def explained(row: Mapping[str, Any], weights: Weights) -> str:
    """One row of the evidence as a sentence: what was decided, how likely it is and how alike each field is.

    It can be shown to anybody who may see that the link exists. It holds no name, number, date or place.
    """
    chance = float(chances(row["weight"]))
    likely = "less than 1 in 100" if chance < 0.01 else "more than 99 in 100" if chance > 0.99 else f"{chance:.0%}"
    numbers = [number.name.split()[0].replace("_", " ") for number in weights.all_numbers if number.name in row["keys"]]
    alike = [f"the same {number}" for number in numbers]
    alike += [row[field.id] for field in weights.fields if row[field.id] != field.unknown_words]
    unknown = [field.unknown_words for field in weights.fields if row[field.id] == field.unknown_words]
    said = f"{_DECIDED[row['decision']]} (chance {likely}). They have {_listed(alike)}."
    return said + (f" Not counted: {'; '.join(unknown)}." if unknown else "")


def _listed(parts: list[str]) -> str:
    return (
        ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else "nothing known in common"
    )
