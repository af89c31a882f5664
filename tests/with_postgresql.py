"""Runs a command with DATABASE_URL leading to a PostgreSQL server of its own, started for it and gone afterwards.

    python tests/with_postgresql.py python -m pytest --reuse-db tests/web

The server goes with all that is in it. So no test database need be dropped (--reuse-db), and a browser that keeps its
connection to the last page a moment longer cannot stop it being dropped.
Debian's packages bring the server; no other is touched. PostgreSQL will not run as root, so root hands it to the user
`postgres` that the package made.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def main(command: list[str]) -> int:
    """The command's exit code. Without a server on the machine: 0 with a word, or 1 where CI needs it."""
    programs = _programs()
    if programs is None:
        print(
            "PostgreSQL is not on this machine, so these tests ran on SQLite only. Install: apt-get install postgresql"
        )
        return 1 if os.environ.get("CI") else 0
    with _server(programs) as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextmanager
def _server(programs: Path) -> Iterator[str]:
    """A cluster in a folder of its own that answers on a socket in it and on no port."""
    with tempfile.TemporaryDirectory(prefix="plait-pg-") as room:
        folder = Path(room)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        _as_owner([programs / "initdb", "-D", data, "-U", "plait", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
        control = [programs / "pg_ctl", "-D", data, "-s", "-w"]
        _as_owner([*control, "-o", options, "-l", folder / "log", "start"])
        try:
            yield f"postgresql://plait@/postgres?host={folder}"
        finally:
            _as_owner([*control, "-m", "immediate", "stop"])


def _as_owner(command: list[object]) -> None:
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*before, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
