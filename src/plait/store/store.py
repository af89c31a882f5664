"""A folder of folders, each named by the digest of what it was made from and never changed once it is there.

A thing is built under `building/` and renamed into place when whole, so a run killed at any moment leaves either the
whole thing or nothing; what a killed run left under `building/` is cleared when the store is next opened for writing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from uuid import uuid4

from filelock import FileLock, Timeout

from plait.declare import Pack, digest, load_pack
from plait.errors import StoreError

Kind = Literal["packs", "returns", "steps", "runs"]
_RESTS_ON = "rests_on"  # in a pack's folder on the shelf: the digest of the pack it extends; no part of its own digest


class Store:
    """The store in a folder. Reading needs nothing; writing needs `with store.writing():`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile. Raises StoreError when another run holds the store."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "lock", timeout=2):
                shutil.rmtree(self._building, ignore_errors=True)
                yield
        except Timeout:
            raise StoreError("Another run is using this store. Wait for it to finish, then run again.") from None

    def kept(self, kind: Kind, key: str) -> Path | None:
        """The folder kept under this key, or None."""
        folder = self.folder / kind / key
        return folder if folder.is_dir() else None

    def all(self, kind: Kind) -> tuple[Path, ...]:
        """Every folder of a kind, in the order of their keys."""
        return tuple(sorted(p for p in (self.folder / kind).glob("*") if p.is_dir()))

    @contextmanager
    def keeping(self, kind: Kind, key: str) -> Iterator[Path]:
        """A new empty folder to fill: kept under the key if the block ends well, gone if it does not."""
        with self.scratch() as folder:
            yield folder
            self._place(folder, self.folder / kind / key)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder nobody else can read, gone when the block ends, and at the next writing if it was killed."""
        folder = self._building / uuid4().hex
        folder.mkdir(parents=True, mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def drop(self, kind: Kind, key: str) -> None:
        """Nothing is kept under this key any more. Needs the store to be open for writing.

        It leaves its place in one step, so that a reader finds it whole or not at all.
        """
        folder, gone = self.folder / kind / key, self._building / uuid4().hex
        if folder.is_dir():
            gone.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder, gone)
            shutil.rmtree(gone)

    def remember(self, name: str, key: str) -> None:
        """`recalled(name)` gives this key from now on, and gave the one before it until this very moment."""
        with self.scratch() as room:
            (room / name).write_text(key, encoding="utf-8")
            _flush(room / name)
            os.replace(room / name, self.folder / name)

    def recalled(self, name: str) -> str:
        """The key last remembered under this name; '' before any."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def put_pack(self, folder: Path, *, base: str | None = None) -> str:
        """The pack's digest; its bytes are on the shelf from now on. One that extends another rests for good on `base`,
        the digest of that other, whatever versions of it come later."""
        key = digest(folder)
        if not self.kept("packs", key):
            with self.keeping("packs", key) as room:
                shutil.copytree(folder, room, dirs_exist_ok=True)
                if base is not None:
                    (room / _RESTS_ON).write_text(base, encoding="ascii")
        return key

    def put_packs(self, folders: Sequence[Path]) -> str:
        """The digest of the last pack; each is on the shelf from now on, and rests on the one before it."""
        key = None
        for folder in folders:
            key = self.put_pack(folder, base=key)
        assert key is not None, "there is at least one pack"
        return key

    def pack(self, key: str) -> Pack:
        """The pack with this digest, from the shelf. Raises StoreError when it is not there or was altered."""
        folder = self._pack_folder(key)
        return load_pack(folder, find=lambda pack_id: self._below(folder, pack_id))

    def pack_folders(self, key: str) -> tuple[Path, ...]:
        """The folder of the pack with this digest, after those of the packs it rests on. Raises StoreError as `pack` does."""
        folder = self._pack_folder(key)
        base = _base_of(folder)
        return (*self.pack_folders(base), folder) if base else (folder,)

    def newest_pack(self, pack_id: str) -> str | None:
        """The digest of the version of a pack on the shelf that was approved last, or None."""
        packs = [self.pack(folder.name) for folder in self.all("packs") if _has_id(folder, pack_id)]
        newest = max(packs, key=lambda pack: (pack.cover.approved_on, pack.digest), default=None)
        return newest.digest if newest else None

    def _pack_folder(self, key: str) -> Path:
        folder = self.kept("packs", key)
        if folder is None:
            raise StoreError(f"Pack {key[:12]} is not on the shelf. Adopt it again, or restore it from a backup.")
        if digest(folder) != key:
            raise StoreError(f"Pack {key[:12]} on the shelf has been altered. Restore it from a backup.")
        return folder

    def _below(self, folder: Path, pack_id: str) -> Pack:
        """What the pack in the folder extends: the very version it was put on the shelf with."""
        key = _base_of(folder) or self.newest_pack(pack_id)
        if key is None and pack_id == "core":
            return load_pack()
        found = self.pack(key) if key else None
        if found is None or found.cover.id != pack_id:
            raise StoreError(f"Pack '{pack_id}' is not on the shelf. Adopt it again, or restore it from a backup.")
        return found

    @property
    def _building(self) -> Path:
        return self.folder / "building"

    def _place(self, folder: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        for path in folder.rglob("*"):
            if path.is_file():
                _flush(path)
        if target.exists():
            return  # the same content by construction
        os.replace(folder, target)


def digest_of(*parts: object) -> str:
    """SHA-256 of what a step was made from; parts that JSON can hold, in order."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _flush(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _base_of(folder: Path) -> str | None:
    said = folder / _RESTS_ON
    return said.read_text(encoding="ascii") if said.is_file() else None


def _has_id(folder: Path, pack_id: str) -> bool:
    lines = (folder / "pack.yaml").read_text(encoding="utf-8").splitlines()
    return f"id: {pack_id}" in (line.strip() for line in lines)
