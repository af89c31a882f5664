"""`plait upgrade`: the database as this version of Plait expects it."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from plait.errors import StoreError


def missing() -> list[str]:
    """Changes of the database that this version needs and that were not made yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def check_upgraded() -> None:
    """Raises StoreError, naming the command, when the database is older than the software."""
    if missing():
        raise StoreError("The database is not made yet, or is older than this version of Plait. Run: plait upgrade")


def upgrade() -> Iterator[str]:
    """Makes every missing change, and the table that what processes share is kept in; says what was done."""
    todo = missing()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    yield f"{len(todo)} changes made to the database." if todo else "The database was up to date."
