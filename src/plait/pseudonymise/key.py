"""The partnership's key, and the keyed codes made with it (docs/adr/0003)."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plait.errors import UserError

Tokens = npt.NDArray[np.int64]

SCHEME = "2"  # how values are normalised and joined: a change to normalise.py, names.csv or a key's fields raises it
_TITLE = "plait-key"
_BLOCK = 64  # bytes in a block of SHA-256


@dataclass(frozen=True)
class Key:
    """A version and its secret. The secret is never shown, written or sent; the version goes with every token."""

    version: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.version or len(self.secret) < 32:
            raise UserError("A key needs a version and a secret of at least 32 bytes. Make one with Key.create.")

    @property
    def label(self) -> str:
        """The key version as tokens carry it: tokens are alike only when this is."""
        return f"{self.version}.{SCHEME}"

    @property
    def fingerprint(self) -> str:
        """Says whether two keys are the same, and nothing else about them."""
        return self.derive("fingerprint").hex()

    def derive(self, name: str) -> bytes:
        """The subkey for one use (HKDF with SHA-256, RFC 5869): knowing it tells nothing of any other."""
        return hkdf(self.secret, info=f"{self.label}|{name}".encode())

    @classmethod
    def read(cls, path: Path) -> Key:
        """The key in a file made by `Key.create`. Raises UserError when it is none, or when everybody may read it."""
        try:
            text = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise UserError(f"The key file {path} cannot be read. Give the file that Key.create made.") from None
        if os.name == "posix" and path.stat().st_mode & stat.S_IRWXO:
            raise UserError(f"Every user of this machine may read the key file {path}. Run: chmod o= {path}")
        title, _, rest = text.strip().partition("\n")
        version, _, digits = rest.partition("\n")
        if title != _TITLE or not _is_secret(digits) or version != _version(bytes.fromhex(digits)):
            raise UserError(f"{path} is not a whole key file. Ask the key's keeper for a fresh copy.")
        return cls(version, bytes.fromhex(digits))

    @classmethod
    def create(cls, path: Path) -> Key:
        """A new key, now in a file that only its owner may read.

        Raises UserError when the file exists, or would lie in a partnership folder or a store: whoever holds the tokens
        must not hold the key.
        """
        for folder in path.absolute().resolve().parents:
            if (folder / "partnership.yaml").exists() or _is_store(folder):
                raise UserError(
                    f"A key must not be kept beside the data it protects. Choose a folder outside {folder}."
                )
        secret = secrets.token_bytes(32)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise UserError(f"{path} exists. A key is never overwritten: tokens made with it would be lost.") from None
        except OSError:
            raise UserError(f"{path} cannot be written. Choose a folder that exists and that you own.") from None
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{_TITLE}\n{_version(secret)}\n{secret.hex()}\n")
        return cls(_version(secret), secret)


def hkdf(secret: bytes, *, info: bytes, salt: bytes = b"", length: int = 32) -> bytes:
    """Key material of the given length from a secret (RFC 5869 with SHA-256)."""
    pseudorandom = hmac.digest(salt or bytes(32), secret, "sha256")
    block = material = b""
    while len(material) < length:
        block = hmac.digest(pseudorandom, block + info + bytes([len(material) // 32 + 1]), "sha256")
        material += block
    return material[:length]


def keyed(subkey: bytes, messages: Sequence[str]) -> Tokens:
    """The first 64 bits of each message's HMAC-SHA256, as signed numbers."""
    code = keyed_bytes(subkey)
    return np.frombuffer(b"".join([code(m)[:8] for m in messages]), dtype=">i8").astype(np.int64)


def keyed_bytes(subkey: bytes) -> Callable[[str], bytes]:
    """HMAC-SHA256 under one subkey. The padded key is taken in once: three times as fast as `hmac` a message at a time."""
    padded = subkey.ljust(_BLOCK, b"\0")
    inside = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
    outside = hashlib.sha256(bytes(b ^ 0x5C for b in padded))

    def code(message: str) -> bytes:
        inner, outer = inside.copy(), outside.copy()
        inner.update(message.encode())
        outer.update(inner.digest())
        return outer.digest()

    return code


def _version(secret: bytes) -> str:
    """The key's own fingerprint, so that two keys never go by one name."""
    return hkdf(secret, info=b"plait key version", length=4).hex()


def _is_secret(digits: str) -> bool:
    return len(digits) == 64 and all(d in "0123456789abcdef" for d in digits)


def _is_store(folder: Path) -> bool:
    return (folder / "packs").is_dir() and ((folder / "steps").is_dir() or (folder / "returns").is_dir())
