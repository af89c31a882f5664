"""`plait doctor`: what a service needs to be well, looked at one by one, with what to do where it is not."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from plait.errors import UserError
from plait.pseudonymise import Key
from plait_web.commands.upgrading import missing
from plait_web.commands.working import SEEN
from plait_web.partnership.models import Adoption

_ROOM = 5 * 1024**3  # bytes that must be free: the largest upload, its reading and a run


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `state` is 'well', 'should' (be seen to) or 'must'."""

    what: str
    state: str
    remedy: str = ""

    def told(self) -> str:
        mark = {"well": "well  ", "should": "SHOULD", "must": "MUST  "}[self.state]
        return f"{mark} {self.what}" + (f"\n       {self.remedy}" if self.remedy else "")


def checks() -> Iterator[Check]:
    """Each check in turn. Where the database does not answer, those that need it are left out."""
    yield from (check() for check in (_folder, _room, _key, _address, _assets))
    database = _database()
    yield database
    if database.state == "well":
        yield from (check() for check in (_worker, _packs, _trail))


def _said(what: str, well: bool, remedy: str, otherwise: str = "must") -> Check:
    return Check(what, "well") if well else Check(what, otherwise, remedy)


def _folder() -> Check:
    mode = stat.S_IMODE(settings.HOME.stat().st_mode)
    return _said(
        f"The workspace {settings.HOME} is closed to other accounts",
        not mode & 0o007,
        f"Run: chmod 700 {settings.HOME}",
        "should",
    )


def _room() -> Check:
    free = shutil.disk_usage(settings.HOME).free
    return _said(f"{free / 1e9:,.0f} GB of disk are free", free > _ROOM, "Free some: uploads and runs need 5 GB.")


def _key() -> Check:
    path = settings.KEY_FILE
    if settings.HOME in path.parents:
        return Check("The key lies outside the workspace", "must", f"Move {path} elsewhere and set PLAIT_KEY_FILE.")
    return _said(
        f"The partnership's key is in {path}", _reads(lambda: Key.read(path)), "Make one with: plait key new FILE; "
        "set PLAIT_KEY_FILE. Without it nothing about a person can be coded, and counts alone are taken.", "should",
    )  # fmt: skip


def _address() -> Check:
    here = any(name in settings.BASE_URL for name in ("localhost", "127.0.0.1"))
    return _said(
        f"People reach the service at {settings.BASE_URL}, with what they send encrypted",
        settings.SECURE or here,
        "Set PLAIT_BASE_URL to an address that begins with https:// and put a proxy with a certificate before it.",
    )


def _assets() -> Check:
    built = (settings.BASE / "ui" / "static" / "ui" / "plait.css").is_file()
    return _said("Style and scripts are built", built, "Run: make assets. An installed Plait carries them.")


def _database() -> Check:
    try:
        connection.ensure_connection()
        todo = missing()
    except Exception:
        return Check("The database answers", "must", "Start it, and check DATABASE_URL.")
    return _said(f"The database ({connection.vendor}) is of this version", not todo, "Run: plait upgrade")


def _worker() -> Check:
    seen = cache.get(SEEN)
    recent = seen is not None and timezone.now() - seen < timedelta(minutes=10)
    return _said("The worker looked for work lately", recent, "Start it with: plait serve, or plait work", "should")


def _packs() -> Check:
    from plait.store import Store

    store = Store(settings.HOME / "store")
    digests = Adoption.objects.values_list("digest", flat=True).distinct()
    lost = [d for d in digests if not _reads(lambda d=d: store.pack(d))]  # type: ignore[misc]
    return _said("Every pack that was adopted is on the shelf", not lost, "Restore the store from a backup.")


def _trail() -> Check:
    from plait_web.audit.record import verify

    verdict = verify()
    remedy = f"It is broken at event {verdict.broken}: {verdict.why}. Keep a copy and find out why."
    return _said(f"The audit trail of {verdict.count:,} events is whole", verdict.broken is None, remedy)


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except (UserError, OSError):
        return False
    return True
