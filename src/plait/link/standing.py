"""What a run leaves in its folder so that the next need only look at what has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plait.link.kept import Compared
from plait.link.pairs import Pairs
from plait.link.quality import Tally
from plait.link.records import Records, Tables, Tokens, with_people
from plait.link.settle import Rules
from plait.link.weights import Bits, Flags, Weights

_SAID = "standing.json"


@dataclass(frozen=True)
class Members:
    """Which people each return holds: one entry a return, as its place in the list of returns, and row."""

    sent: Bits
    row: Bits


@dataclass(frozen=True)
class Standing:
    """A run as it stands. All rows are in order of agency and person."""

    found: Compared
    near: Flags  # of each pair, whether it bears on who is linked with whom
    ident: Bits  # each row's id in the index
    root: Bits  # the first row of each row's person
    record: Bits  # the first row of each row's record
    number: Bits
    members: Members
    evidence: pa.Table
    tally: Tally
    rules: Rules
    about: Mapping[str, object]  # what else must be the same for this to be gone on from: see `same`
    key: str | None  # version of the key
    lasting: bool  # whether numbers were kept from a run before
    returns: tuple[str, ...]  # digests

    def save(self, folder: Path) -> None:
        """Everything `load` needs is now in the folder, but for the index."""
        found, own = self.found, self.found.tokens
        rows = {
            "place": found.records.place, "ident": self.ident, "root": self.root, "record": self.record,
        }  # fmt: skip
        rows = {name: values.astype(np.int32) for name, values in rows.items()}
        people = found.records.about
        for name, column in {**rows, "held": found.held, "number": self.number}.items():
            people = people.append_column(f"_{name}", pa.array(column))
        pairs = {
            name: getattr(found.pairs, name).astype(np.int32, copy=False) for name in ("a", "b", "agree", "shared")
        }
        tables = {
            "people": people, "pairs": pa.table(pairs | {"near": self.near.astype(np.int8)}),
            "own": pa.table({"row": own.row, "bit": own.bit, "token": own.token}),
            "members": pa.table({"sent": self.members.sent, "row": self.members.row}), "seen": self.evidence,
        }  # fmt: skip
        for name, table in tables.items():
            with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table.combine_chunks())
        said = {
            "about": self.about, "returns": self.returns, "common": found.common.tolist(), "rules": self.rules.said(),
            "tally": self.tally.said(), "key": self.key, "lasting": self.lasting,
        }  # fmt: skip
        (folder / _SAID).write_text(json.dumps(said), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, weights: Weights, about: Mapping[str, object]) -> Standing | None:
        """What `save` left in the folder; None when it left nothing, or what it rests on was otherwise then."""
        try:
            said = json.loads((folder / _SAID).read_text(encoding="utf-8"))
            tables = {name: _table(folder / f"{name}.arrow") for name in ("people", "pairs", "own", "members", "seen")}
        except (OSError, ValueError, pa.ArrowInvalid):
            return None
        if said["about"] != about:
            return None
        people, pairs, own = tables["people"], _columns(tables["pairs"]), _columns(tables["own"])
        rows = {name[1:]: people[name].to_numpy() for name in people.column_names if name.startswith("_")}
        records = Records(people.drop([f"_{name}" for name in rows]), rows.pop("place"))
        near = pairs.pop("near") == 1
        found = Compared(
            records, rows.pop("held"), Pairs(**pairs), Tokens(own["row"], own["bit"], own["token"]),
            np.array(said["common"], dtype=np.int64),
        )  # fmt: skip
        return cls(
            found=found, near=near, **rows, members=Members(**_columns(tables["members"])), evidence=tables["seen"],
            tally=Tally.read(said["tally"]), rules=Rules.read(said["rules"], weights), about=about,
            key=said["key"], lasting=said["lasting"], returns=tuple(said["returns"]),
        )  # fmt: skip


def same(weights: Weights, ethnic_groups: Mapping[str, str]) -> Mapping[str, object]:
    """What a run rests on besides the returns: when any of it is otherwise, the next begins from nothing."""
    rules = hashlib.sha256(weights.model_dump_json().encode()).hexdigest()
    return {"weights": rules, "groups": dict(sorted(ethnic_groups.items()))}


def digests(coded: Sequence[Tables]) -> dict[str, Tables]:
    """The returns about people by digest, in order of it."""
    found = {_digest(tables): tables for tables in with_people(coded)}
    return dict(sorted(found.items()))


def _digest(tables: Tables) -> str:
    digest = hashlib.sha256()
    for name in ("persons", "tokens"):
        with tables[name].open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()


def _table(path: Path) -> pa.Table:
    """The table as it lies on the disk: what is not asked for is not read."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks()


def _columns(table: pa.Table) -> dict[str, npt.NDArray[Any]]:
    return {name: table[name].to_numpy() for name in table.column_names}
