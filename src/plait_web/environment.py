"""How settings are read from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def path(name: str, default: str) -> Path:
    """The path, absolute."""
    return Path(text(name, default)).expanduser().resolve()


def made(folder: Path) -> Path:
    """The folder, there and readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def flag(name: str) -> bool:
    return text(name, "no").lower() in ("1", "yes", "true", "on")


def listed(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret_key(home: Path) -> str:
    """The key that signs sessions: from PLAIT_SECRET_KEY, or made once and kept in the workspace, readable by its owner only."""
    if given := os.environ.get("PLAIT_SECRET_KEY", "").strip():
        return given
    kept = home / "secret-key"
    if not kept.is_file():
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(50))
    return kept.read_text().strip()


def of_demonstration(folder: Path) -> dict[str, str]:
    """The variables with which the partnership that `plait demo` invented is loaded and served."""
    whole = folder.resolve()
    return {
        "PLAIT_HOME": str(whole / "web"),
        "PLAIT_KEY_FILE": str(whole / "key" / "partnership.key"),
        "PLAIT_INVENTED": "yes",
    }
