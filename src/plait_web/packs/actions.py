"""The only writers of drafts, of what is said of them, and of new versions of the pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from plait.declare.item import Declared
from plait.errors import UserError
from plait_web.accounts.models import User
from plait_web.agreed.policies import check_may_speak_for
from plait_web.audit.record import record
from plait_web.packs import access, exchange, policies
from plait_web.packs.models import Comment, Draft, Opinion, Received
from plait_web.packs.versions import (
    as_kept,
    digest_of,
    drafted,
    items_of,
    next_cover,
    standing,
    tried,
    written,
)
from plait_web.partnership import actions as partnership
from plait_web.partnership.models import Adoption, Agency
from plait_web.permissions import Refused


@transaction.atomic
def draft(
    folder: str, item: Declared, *, why: str, by: User, new: bool = False, received: Received | None = None
) -> Draft:
    """The item as `by` would have it, in place of what the open draft of it said, if there is one.

    Raises Refused with the library's own reason where the item loosens what it extends, or means nothing.
    """
    now = standing()
    name = str(getattr(item, "id", ""))
    found = (
        Draft.objects.select_for_update(of=("self",)).filter(folder=folder, item=name, state=Draft.State.OPEN).first()
    )
    if new:
        policies.check_new_id(name, {*items_of(now.pack, folder), *([name] if found else [])})
    if found:
        policies.check_may_change(found, by)
    was = digest_of(now.item(folder, name))
    policies.check_something_changed(was, digest_of(item))
    _try(folder, item)
    body = as_kept(item)
    if found is None:
        made = Draft.objects.create(folder=folder, item=name, body=body, was=was, why=why, by=by, received=received)
        record("draft.begun", by=by, target=made, new=not was)
        return made
    if found.body != body:
        found.edition += 1
    found.body, found.was, found.why, found.changed = body, was, why, timezone.now()
    found.save(update_fields=["body", "was", "why", "changed", "edition"])
    record("draft.changed", by=by, target=found, edition=found.edition)
    return found


def _try(folder: str, item: Declared) -> None:
    """Raises Refused where the next version could not hold the item, beside every other open draft that it can hold."""
    now, where = standing(), (folder, str(getattr(item, "id", "")))
    try:
        tried(now, {**drafted(now, access.open_drafts()), where: item})
    except UserError:
        try:
            tried(now, {where: item})  # another draft may be what does not fit
        except UserError as problem:
            raise Refused(str(problem)) from None


@transaction.atomic
def withdraw(pk: int, *, why: str, by: User) -> Draft:
    """Nothing comes of the draft, and why."""
    found = _held(pk)
    policies.check_may_change(found, by)
    found.state, found.ended_why = Draft.State.WITHDRAWN, why
    found.save(update_fields=["state", "ended_why"])
    record("draft.withdrawn", by=by, target=found)
    return found


def _held(pk: int) -> Draft:
    return Draft.objects.select_for_update(of=("self",)).select_related("by").get(pk=pk)


@transaction.atomic
def comment(pk: int, *, text: str, by: User) -> Comment:
    found = _held(pk)
    policies.check_open(found)
    made = Comment.objects.create(draft=found, text=text, by=by)
    record("draft.commented", by=by, target=found)
    return made


@transaction.atomic
def say(pk: int, *, agency: Agency, says: str, words: str = "", by: User) -> Opinion:
    """The agency says of the draft, as it is worded now, whether to adopt it; in place of what it said before."""
    found = _held(pk)
    policies.check_open(found)
    check_may_speak_for(agency, by)
    policies.check_says(says, words)
    made = Opinion.objects.create(
        draft=found, edition=found.edition, agency=agency, says=says, words=words.strip(), by=by
    )
    record(f"draft.said_{says}", by=by, target=found, agency=agency.code)
    return made


@transaction.atomic
def adopt(drafts: Sequence[int], *, effective: date, why: str, by: User, **cover: Any) -> Adoption:
    """A new version of the partnership's own pack, holding these drafts, in use from a day on.

    `cover` gives what the version says of itself: version, approver, and for the first its id, title and owner. Raises
    Refused where a draft is out of date or the whole loosens what it rests on; then nothing has changed.
    """
    chosen = list(Draft.objects.select_for_update(of=("self",)).filter(pk__in=drafts))
    policies.check_can_adopt(chosen)
    now = standing()
    for one in chosen:
        policies.check_fresh(one, digest_of(now.item(one.folder, one.item)))
    if now.folder is None:
        policies.check_pack_id(cover["id"], access.pack_ids())
    said = next_cover(now, **cover, approved_on=timezone.localdate())
    try:
        with written(now, said, drafted(now, chosen, effective)) as (_, folder):
            adoption = partnership.adopt(folder=folder, effective=effective, why=why, by=by)
    except UserError as problem:
        raise Refused(str(problem)) from None
    for one in chosen:
        one.state, one.adoption = Draft.State.ADOPTED, adoption
        one.save(update_fields=["state", "adoption"])
        record("draft.adopted", by=by, target=one, digest=adoption.digest)
    return adoption


@transaction.atomic
def receive(file: Path, *, sender: str, by: User) -> Received:
    """The pack in this file is here to be looked through. Nothing of it holds until it is drafted and adopted.

    Raises FileRefused or PackError, in words, for a file that is unsafe or no pack, and Refused for one taken in before.
    """
    with exchange.opened(file, standing()) as (pack, folders):
        policies.check_not_received(Received.objects.filter(digest=pack.digest).exists())
        shelf = access.received_shelf()
        with shelf.writing():
            shelf.put_packs(folders)
    cover = pack.cover
    made = Received.objects.create(
        digest=pack.digest, pack=cover.id, version=cover.version, title=cover.title, sender=sender, by=by
    )
    record("pack.received", by=by, target=made, digest=pack.digest)
    return made


def take(received: Received, wanted: Sequence[tuple[str, str]], *, by: User) -> tuple[list[Draft], list[str]]:
    """The items wanted of a pack received as drafts, and for each that cannot be one the reason. Each stands alone."""
    theirs, made, refused = access.received_pack(received.digest), [], []
    for folder, name in wanted:
        item = items_of(theirs, folder)[name]
        try:
            made.append(
                draft(folder, item, why=f"From {received}, sent by {received.sender}.", by=by, received=received)
            )
        except Refused as no:
            refused.append(f"{getattr(item, 'title', name)}: {no}")
    return made, refused


def sent_out(adoption: Adoption, *, by: User) -> None:
    """It is on record that this version was taken out as a file."""
    record("pack.sent_out", by=by, target=adoption, digest=adoption.digest)
