"""Services of their own: a workspace, a database and commands run as an administrator would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

COMMANDS = Path(sys.executable).parent / "plait"


@dataclass(frozen=True)
class Service:
    """One installation."""

    home: Path
    database: str

    @property
    def environment(self) -> dict[str, str]:
        own = {"PLAIT_HOME": str(self.home), "DATABASE_URL": self.database, "DJANGO_SETTINGS_MODULE": "plait_web.settings",
               "PLAIT_KEY_FILE": str(self.home.parent / "partnership.key"), "PLAIT_SECRET_KEY": ""}  # fmt: skip
        return {**os.environ, **own}

    def plait(self, *arguments: object, well: bool = True) -> str:
        """What the command says; `well` is whether it must end well."""
        command = [str(COMMANDS), *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        said = done.stdout + done.stderr
        assert (done.returncode == 0) is well, said
        assert "Traceback" not in said
        return said

    def python(self, lines: str) -> str:
        """What a few lines print, with Django set up."""
        return self._run("-c", f"import django\ndjango.setup()\n{lines}")

    def run(self, script: Path) -> str:
        """What a script of its own prints."""
        return self._run(str(script))

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Installations that hold nothing yet: on PostgreSQL when the tests run on it, unless SQLite is asked for."""
    server, made = os.environ.get("DATABASE_URL", ""), []

    def make(*, sqlite: bool = False) -> Service:
        home = tmp_path / uuid4().hex[:8] / "home"
        home.mkdir(parents=True)
        if sqlite or not server.startswith("postgres"):
            return Service(home, f"sqlite:///{home}/plait.sqlite3")
        made.append(f"plait_{uuid4().hex[:8]}")
        _sql(server, f"CREATE DATABASE {made[-1]}")
        return Service(home, urlsplit(server)._replace(path=f"/{made[-1]}").geturl())

    yield make
    for name in made:
        _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def _sql(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
