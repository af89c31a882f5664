"""Every code a finding of this room can have."""

from __future__ import annotations

from collections.abc import Mapping

from plait.declare import Pack
from plait.errors import PackError
from plait.validate.wording import WORDINGS


def finding_codes(pack: Pack) -> Mapping[str, str]:
    """Each code and what it means: those of every data set, then those this pack declares.

    Raises PackError when two rules have the same code: a person who waives one would waive the other unawares.
    """
    codes = {code: wording.meaning for code, wording in WORDINGS.items()}
    for dataset in pack.datasets.values():
        for check in dataset.checks:
            if check.code in codes:
                raise PackError(f"datasets/{dataset.id}: the finding code '{check.code}' is already another rule's.")
            codes[check.code] = check.problem
    return codes
