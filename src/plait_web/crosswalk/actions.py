"""The only writers of agencies' own words."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from plait.declare import CodeList
from plait_web.accounts.models import User
from plait_web.agreed.policies import check_may_speak_for
from plait_web.audit.record import record
from plait_web.crosswalk import access, policies
from plait_web.crosswalk.lines import Line
from plait_web.crosswalk.models import LocalCode, OwnText
from plait_web.partnership import access as partnership
from plait_web.partnership.models import Agency
from plait_web.permissions import Refused


@transaction.atomic
def add_code(
    codelist: CodeList, *, agency: Agency, code: str, shared: Sequence[str], by: User, meaning: str = "", loss: str = ""
) -> LocalCode:
    """The agency's own code, with the shared ones it stands for and what is lost on the way."""
    _check(codelist, agency, shared, loss, by)
    try:
        with transaction.atomic():
            made = LocalCode.objects.create(
                agency=agency, codelist=codelist.id, code=code.strip(), meaning=meaning, shared=list(shared),
                loss=loss.strip(), by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("This agency has a line for this code already. Change that one.") from None
    record("local_code.added", by=by, target=made, codelist=codelist.id, shared=list(shared))
    return made


def _check(codelist: CodeList, agency: Agency, shared: Sequence[str], loss: str, by: User) -> None:
    check_may_speak_for(agency, by)
    policies.check_shared(shared, [code.code for code in codelist.codes])
    policies.check_loss(shared, loss)


@transaction.atomic
def change_code(pk: int, *, shared: Sequence[str], by: User, meaning: str = "", loss: str = "") -> LocalCode:
    """The code stands for other shared codes, or its loss is told otherwise."""
    found = LocalCode.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    codelist = partnership.pack().codelist(found.codelist)
    _check(codelist, found.agency, shared, loss, by)
    found.shared, found.meaning, found.loss, found.by, found.at = (
        list(shared),
        meaning,
        loss.strip(),
        by,
        timezone.now(),
    )
    found.save(update_fields=["shared", "meaning", "loss", "by", "at"])
    record("local_code.changed", by=by, target=found, codelist=found.codelist, shared=found.shared)
    return found


@transaction.atomic
def remove_code(pk: int, *, by: User) -> None:
    """The agency no longer uses the code; the trail keeps that it did."""
    found = LocalCode.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    check_may_speak_for(found.agency, by)
    record("local_code.removed", by=by, target=found, codelist=found.codelist, shared=found.shared)
    found.delete()


@transaction.atomic
def take_from_maps(codelist: CodeList, *, agency: Agency, by: User) -> list[LocalCode]:
    """A line for each word that the agency's maps turn into a code of the list and that has none yet."""
    check_may_speak_for(agency, by)
    there = set(access.local_codes(codelist.id).filter(agency=agency).values_list("code", flat=True))
    found = access.from_maps(agency, codelist, partnership.pack())
    fresh = {word: codes for word, codes in found.items() if word.strip() not in there and codes}
    policies.check_something_to_take(fresh)
    return [
        add_code(codelist, agency=agency, code=word, shared=sorted(codes), by=by)
        for word, codes in sorted(fresh.items())
    ]


@transaction.atomic
def take_lines(codelist: CodeList, lines: Sequence[Line], *, by: User) -> int:
    """How many codes of a file were added or changed; all of them or none."""
    fresh = [one for one in lines if not one.same]
    for one in fresh:
        said = {"meaning": one.meaning, "shared": one.shared, "loss": one.loss, "by": by}
        if one.known is None:
            add_code(codelist, agency=one.agency, code=one.code, **said)
        else:
            change_code(one.known.pk, **said)
    return len(fresh)


@transaction.atomic
def say(
    definition: str, *, agency: Agency, text: str, by: User, includes: Sequence[str] = (), source: str = ""
) -> OwnText:
    """What the agency means by the term, in place of what it said before."""
    check_may_speak_for(agency, by)
    pack = partnership.pack()
    if definition not in pack.definitions:
        raise Refused("The pack in force has no such term. Load the page again.")
    policies.check_shared(includes, [code.code for code in pack.codelist(access.HARM).codes])
    made = OwnText.objects.create(
        agency=agency, definition=definition, text=text, includes=list(includes), source=source, by=by
    )
    record("own_text.said", by=by, target=made, definition=definition)
    return made
