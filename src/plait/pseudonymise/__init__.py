"""Identifiers in, tokens out. After this room nothing names a person; the key is never kept beside the data."""

from plait.pseudonymise.coding import Coded, pseudonymise
from plait.pseudonymise.key import Key
from plait.pseudonymise.sealed import Manifest, Sealed, is_sealed, seal, unseal

__all__ = ["Coded", "Key", "Manifest", "Sealed", "is_sealed", "pseudonymise", "seal", "unseal"]
