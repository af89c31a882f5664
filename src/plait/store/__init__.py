"""What is kept on disk: packs, coded returns, steps and runs. Content-addressed, written once, whole or not at all."""

from plait.store.store import Store, digest_of

__all__ = ["Store", "digest_of"]
