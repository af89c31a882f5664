"""`plait backup` and `plait restore`: everything decided and kept, in one file that any database can take back.

The database is written row by row in words, not as one maker's dump, so that a partnership that began on SQLite can be
restored into PostgreSQL. Not in it: the partnership's key, which is kept elsewhere, and uploads still being put right,
which may hold names.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

import plait
from plait.errors import StoreError

ROWS, LIST = "rows.jsonl", "backup.json"
# Of the workspace; what lies in them is written once, so that they can be read while in use.
FOLDERS = ("store", "pictures", "releases", "received", "areas")
FILES = ("secret-key",)
# Made again by `upgrade`, or of no use in another place: who is signed in, and tasks, which the worker finds again.
_LEFT_OUT = frozenset({"contenttypes", "sessions", "auth", "django_tasks_db"})
_BATCH = 500


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond: Django's own encoder cuts them short, and the audit trail's digests rest on them."""

    def default(self, value: object) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def backup(file: Path) -> str:
    """The backup stands at `file`, whole, readable by its owner only; what it holds, in words."""
    if file.exists():
        raise StoreError(f"{file} is there already. Backups are not written over: choose another name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".plait-backup-") as scratch:
        rows = Path(scratch) / ROWS
        count = _write_rows(rows)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            _write_tar(out, rows, Path(scratch))
            out.flush()
            os.fsync(out.fileno())
    part.rename(file)
    return f"{file} holds {count:,} rows and the store ({file.stat().st_size / 1e6:,.1f} MB). SHA-256 {_digest(file)}."


def restore(file: Path) -> str:
    """The workspace and the database hold what the backup does. Raises StoreError, touching nothing, when they are not
    empty, or the backup is damaged or of another version."""
    _check_empty()
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restoring-") as scratch:
        said = _unpack(file, Path(scratch))
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if sorted(said["changes"]) != _changes():
            raise StoreError(
                f"This backup was made by Plait {said['plait']} with another form of database. Install that version, "
                "restore with it, then upgrade."
            )
        count = _read_rows(Path(scratch) / ROWS)
        for name in (*FOLDERS, *FILES):
            if (Path(scratch) / name).exists():
                _put(Path(scratch) / name, settings.HOME / name)
    return f"{count:,} rows restored, and the store. Put the partnership's key at {settings.KEY_FILE}, then run: plait doctor"


def _kept_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.app_label not in _LEFT_OUT and m._meta.managed]


def _write_rows(path: Path) -> int:
    """Every row of one moment, a line each."""
    count = 0
    with path.open("w", encoding="utf-8") as out, transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for model in _kept_models():
            rows = model._base_manager.order_by("pk").iterator(chunk_size=2_000)
            while batch := list(islice(rows, _BATCH)):
                out.write(serializers.serialize("jsonl", batch, cls=_Exact))
                count += len(batch)
    return count


def _write_tar(out: object, rows: Path, scratch: Path) -> None:
    digests: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar:  # type: ignore[call-overload]
        for name, path in _members(rows):
            digests[name] = _digest(path)
            tar.add(path, arcname=name, recursive=False)
        said = {"plait": plait.__version__, "changes": _changes(), "files": digests}
        (scratch / LIST).write_text(json.dumps(said), encoding="utf-8")
        tar.add(scratch / LIST, arcname=LIST)


def _members(rows: Path) -> Iterator[tuple[str, Path]]:
    yield ROWS, rows
    home = settings.HOME
    for name in FILES:
        if (home / name).is_file():
            yield name, home / name
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            inside = path.relative_to(home)
            if path.is_file() and inside.parts[:2] != ("store", "building") and inside.name != "lock":
                yield inside.as_posix(), path


def _unpack(file: Path, into: Path) -> dict[str, Any]:
    """The backup's files under `into`, each as its list says; the list."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(into, filter="data")
        said: dict[str, Any] = json.loads((into / LIST).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, EOFError, ValueError):
        raise StoreError(f"{file} is not a whole backup of Plait. Use another copy.") from None
    for name, digest in said["files"].items():
        if not (into / name).is_file() or _digest(into / name) != digest:
            raise StoreError(f"{file} was damaged: {name} in it is not as it was written. Use another copy.")
    return said


def _check_empty() -> None:
    tables = set(connection.introspection.table_names())
    full = [m for m in _kept_models() if m._meta.db_table in tables and m._base_manager.exists()]
    kept = [name for name in FOLDERS if any((settings.HOME / name).glob("*"))]
    if full or kept:
        raise StoreError(
            f"There is something in {settings.HOME} or its database already. Restore into a new PLAIT_HOME and, where "
            "DATABASE_URL is set, a new database; nothing is ever written over."
        )


def _read_rows(path: Path) -> int:
    """Every row is in the database, or none."""
    count = 0
    with path.open(encoding="utf-8") as lines, transaction.atomic(), connection.constraint_checks_disabled():
        for row in serializers.deserialize("jsonl", lines):
            row.save()
            count += 1
        connection.check_constraints()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _kept_models()):
                cursor.execute(statement)
    return count


def _changes() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _put(source: Path, target: Path) -> None:
    if source.is_file():
        shutil.copyfile(source, target)
        target.chmod(0o600)
        return
    shutil.copytree(source, target, dirs_exist_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
