"""What is kept on disk: packs, coded returns, steps and runs. Content-addressed, written once, whole or not at all."""

from plait.store.placing import check_replaceable, replace_folder
from plait.store.returns import SET_ASIDE, Kept, aside, bytes_digest, read_kept, source_of, supplied_in, write_record
from plait.store.store import Store, digest_of

__all__ = [
    "SET_ASIDE",
    "Kept",
    "Store",
    "aside",
    "bytes_digest",
    "check_replaceable",
    "digest_of",
    "read_kept",
    "replace_folder",
    "source_of",
    "supplied_in",
    "write_record",
]
