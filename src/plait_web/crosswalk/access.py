"""The door to agencies' own words. Everybody of the partnership reads them: they name codes and hold nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from plait.declare import CodeList, Pack
from plait_web.accounts.models import User
from plait_web.agreed.access import spoken_for
from plait_web.crosswalk.models import LocalCode, OwnText
from plait_web.partnership.models import Agency
from plait_web.returns.access import maps_of
from plait_web.returns.port import file_maps

HARM = "harm"  # the list that says what a partnership's child exploitation includes


def local_codes(codelist: str = "") -> QuerySet[LocalCode]:
    """Every agency's codes, of one list or of all."""
    found = LocalCode.objects.select_related("agency")
    return found.filter(codelist=codelist) if codelist else found


def local_codes_for(user: User) -> QuerySet[LocalCode]:
    """The codes this person may change: those of agencies they speak for."""
    return LocalCode.objects.select_related("agency").filter(agency__in=[a.pk for a in spoken_for(user)])


def own_texts(definition: str = "") -> QuerySet[OwnText]:
    """What agencies mean by a term, or by every term, the newest first."""
    found = OwnText.objects.select_related("agency")
    return found.filter(definition=definition) if definition else found


def from_maps(agency: Agency, codelist: CodeList, pack: Pack) -> dict[str, set[str]]:
    """The agency's own words for codes of the list, as the maps say with which its files are read."""
    found: dict[str, set[str]] = {}
    for word, code in _mapped(agency, codelist, pack):
        found.setdefault(word, set()).add(code)
    known = {code.code for code in codelist.codes}
    return {word: codes & known for word, codes in found.items()}


def _mapped(agency: Agency, codelist: CodeList, pack: Pack) -> Iterator[tuple[str, str]]:
    for saved in maps_of(agency.pk):
        for one in file_maps(saved.maps):
            dataset = pack.datasets.get(one.dataset)
            for column in one.columns if dataset else ():
                if (
                    dataset
                    and column.column in dataset.column_ids
                    and dataset.column(column.column).codes == codelist.id
                ):
                    yield from column.codes.items()
