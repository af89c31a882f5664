"""How well and how fast linking is, beside Splink, on the same invented children. Each measurement is a process of its own.

    python bench/link.py make FOLDER CHILDREN [SEED [PARTS]]   invent and code them; about 1.66 records a child
    python bench/link.py table FOLDER [FOLDER ...]        ours and Splink side by side
    python bench/link.py {ours,added,splink-tokens,splink-fields,splink-clear} FOLDER

Splink runs with its usual settings: exact comparisons of six of our tokens that overlap least, of hashed fields, or its own
comparisons of names, dates of birth and postcodes in clear text; expectation maximisation in two sessions; and its own
clustering. The threshold that suits it best on the truth is taken for it, and not for us.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plait.declare import Pack

SHARES = [0.6, 0.4, 0.5, 0.25, 0.6]
COMPARED = {8: "sn dob", 7: "fn dob", 9: "fn sn", 21: "dob pc", 31: "fn pc_s", 19: "fn_dm sn_dm d_y"}
FIELDS = ("given_name", "family_name", "date_of_birth", "postcode", "sex")
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def make(folder: Path, children: int, seed: int = 101, parts: int = 1) -> None:
    """Coded tables of five agencies, the same people in clear text, and which child each record is.

    More parts are as many regions side by side, invented one after the other so that memory stays that of one.
    """
    from plait.declare import load_pack

    pack, written = load_pack(), _Written(folder)
    for part in range(parts):
        known, clear = _region(pack, folder, children // parts, seed, part)
        written.add("truth", pa.table(dict(zip(("agency", "person", "child"), zip(*known, strict=True), strict=True))))
        written.add("clear", pa.Table.from_pylist(clear))
    written.close()


def _region(
    pack: Pack, folder: Path, children: int, seed: int, part: int
) -> tuple[list[tuple[str, int, int]], list[dict[str, object]]]:
    """One region's returns, coded: which child each record is, and the same people in clear text."""
    from children import KEY, population, returns, truth, write_people

    from plait.engine import Engine
    from plait.pseudonymise import pseudonymise

    people = population(children, seed + part, max(12, children // 1500))
    for child in people.children:
        child.number += part * children
    known: list[tuple[str, int, int]] = []
    clear: list[dict[str, object]] = []
    for n, rows in enumerate(returns(people, SHARES, seed + part)):
        agency, name = f"agency{n}", f"agency{n}" + (f"-{part}" if part else "")
        sent = write_people(pack, rows, folder / "people" / f"{name}.parquet")
        with Engine(spill=folder / "spill") as engine:
            pseudonymise(
                engine, {"people": sent}, pack, agency=agency, key=KEY, postcodes=None, into=folder / "coded" / name
            )
        found = truth(agency, rows)
        known += [(agency, code, child) for code, child in found.items()]
        clear += [
            {name: row[name] for name in FIELDS} | {"agency": agency, "person": code}
            for row, code in zip(rows, found, strict=True)
        ]
    return known, clear


class _Written:
    """Parquet files that grow a table at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, pq.ParquetWriter] = {}

    def add(self, name: str, table: pa.Table) -> None:
        if name not in self.files:
            self.files[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema)
        self.files[name].write_table(table)

    def close(self) -> None:
        for file in self.files.values():
            file.close()


def ours(folder: Path) -> dict[str, float]:
    """Plait: coded tables to numbers and evidence, with its estimate of its own precision."""
    from plait.engine import Engine
    from plait.link import link

    coded = [{path.stem: path for path in sent.glob("*.parquet")} for sent in sorted((folder / "coded").iterdir())]
    with tempfile.TemporaryDirectory() as room, Engine(spill=Path(room) / "spill") as engine:
        linked = link(engine, coded, into=Path(room))
        numbers = pq.read_table(linked.numbers)
        said = linked.quality.of()
    used = cost()
    claim = {} if said is None or said.precision is None else {"claimed": said.precision[0] / 100}
    return used | quality(folder, numbers.rename_columns({"number": "cluster"})) | claim


def added(folder: Path, late: int = 10_000) -> dict[str, float]:
    """Plait: so many records added to the rest, beside the run from nothing before it, in CPU seconds of each."""
    from plait.engine import Engine
    from plait.link import link

    sent = [{path.stem: path for path in one.glob("*.parquet")} for one in sorted((folder / "coded").iterdir())]
    with tempfile.TemporaryDirectory() as made, Engine(spill=Path(made) / "spill") as engine:
        room = Path(made)
        rest, extra = _parted(sent[-1], late, room)
        start = process_time()
        first = link(engine, [*sent[:-1], rest], into=room / "first", resumable=True)
        between = process_time()
        link(engine, [*sent[:-1], rest, extra], into=room / "second", last=room / "first", before=first.numbers)
        return {"whole": between - start, "added": process_time() - between, "peak": cost()["peak"]}


def _parted(tables: dict[str, Path], late: int, room: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """A return without so many of its people, and the return of those."""
    people = pq.read_table(tables["persons"])["person"].slice(0, late)
    parts: tuple[dict[str, Path], dict[str, Path]] = ({}, {})
    for name in ("persons", "tokens"):
        table = pq.read_table(tables[name])
        mine = pc.is_in(table["person"], value_set=people.combine_chunks())
        for n, wanted in enumerate((pc.invert(mine), mine)):
            parts[n][name] = room / f"{name}{n}.parquet"
            pq.write_table(table.filter(wanted), parts[n][name])
    return parts


def splink(folder: Path, kind: str) -> dict[str, float]:
    """Splink on the same records: its best cluster F1 over several thresholds; time is of the whole run but the scoring."""
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    table = {"tokens": _tokens, "fields": _fields, "clear": _clear}[kind](folder)
    api = DuckDBAPI()
    linker = Linker(api.register(table, dataset_display_name="records"), _settings(kind))
    trained, matches = _training(kind)
    linker.training.estimate_probability_two_random_records_match(matches, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in trained:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.5)
    best: dict[str, float] = {}
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold).as_pyarrow_table()
        used = best or cost()
        scored = quality(
            folder, clusters.select(["agency", "person", "cluster_id"]).rename_columns(["agency", "person", "cluster"])
        )
        best = max(best, used | scored | {"threshold": threshold}, key=lambda b: b.get("f1", 0))
        best |= {name: used[name] for name in ("cpu", "peak")}
    return best


def quality(folder: Path, clusters: pa.Table) -> dict[str, float]:
    """Pairwise precision, recall and F1 of the clusters over all true pairs."""
    both = pq.read_table(folder / "truth.parquet").join(clusters, ["agency", "person"])
    together, true = _pairs(both, ["cluster"]), _pairs(both, ["child"])
    right = _pairs(both, ["cluster", "child"])
    precision, recall = right / max(together, 1), right / max(true, 1)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9)}


def _pairs(table: pa.Table, columns: list[str]) -> float:
    n = table.group_by(columns).aggregate([([], "count_all")])["count_all"].to_numpy().astype(float)
    return float((n * (n - 1) / 2).sum())


def cost() -> dict[str, float]:
    """CPU seconds and peak memory in MB of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1000}


def _numbered(table: pa.Table) -> pa.Table:
    return table.append_column("unique_id", pa.array(np.arange(len(table))))


def _tokens(folder: Path) -> pa.Table:
    from plait.engine import Engine

    with Engine() as engine:
        engine.register("t", sorted((folder / "coded").glob("*/tokens.parquet")))
        columns = ", ".join(f"min(token) FILTER (token_kind = {kind}) AS k{kind}" for kind in COMPARED)
        return _numbered(engine.table(f"SELECT agency, person, {columns} FROM t GROUP BY ALL ORDER BY agency, person"))


def _clear(folder: Path) -> pa.Table:
    table = pq.read_table(folder / "clear.parquet")
    return _numbered(table.set_column(table.schema.get_field_index("date_of_birth"), "date_of_birth",
                                      pc.cast(table["date_of_birth"], pa.string())))  # fmt: skip


def _fields(folder: Path) -> pa.Table:
    """Each field as a 64-bit number of its own: what agencies must never send, as a yardstick."""
    from plait.engine import Engine

    with Engine() as engine:
        engine.register("c", folder / "clear.parquet")
        made = {
            "fn": "lower(given_name)", "fn1": "lower(given_name[:3])", "sn": "lower(family_name)",
            "sn1": "lower(family_name[:3])",
            "dob": "date_of_birth::VARCHAR", "dym": "strftime(date_of_birth, '%Y-%m')", "dmd": "strftime(date_of_birth, '%m-%d')",
            "dyd": "strftime(date_of_birth, '%Y-%d')", "pc": "postcode", "pcs": "postcode[:-3]", "sex": "sex",
        }  # fmt: skip
        columns = ", ".join(
            f"CASE WHEN {e} IS NOT NULL THEN (hash({e}) >> 1)::BIGINT END AS {n}" for n, e in made.items()
        )
        return _numbered(engine.table(f"SELECT agency, person, {columns} FROM c"))


def _settings(kind: str) -> object:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    def levels(name: str, *columns: str) -> object:
        whole = [cll.NullLevel(columns[0]), *(cll.ExactMatchLevel(c) for c in columns), cll.ElseLevel()]
        return cl.CustomComparison(whole, output_column_name=name)

    compared, rules = {
        "tokens": lambda: (
            [cl.ExactMatch(f"k{kind}") for kind in COMPARED], [block_on(f"k{kind}") for kind in COMPARED],
        ),
        "fields": lambda: (
            [levels("given", "fn", "fn1"), levels("family", "sn", "sn1"), levels("born", "dob", "dym", "dmd", "dyd"),
             levels("home", "pc", "pcs"), levels("gender", "sex")],
            [block_on("fn", "sn"), block_on("sn", "dob"), block_on("fn", "dob"), block_on("dob", "pc"), block_on("fn", "pc"),
             block_on("sn", "pc"), block_on("fn1", "sn1", "dym")],
        ),
        "clear": lambda: (
            [cl.NameComparison("given_name"), cl.NameComparison("family_name"),
             cl.DateOfBirthComparison("date_of_birth", input_is_string=True), cl.PostcodeComparison("postcode"),
             cl.ExactMatch("sex")],
            [block_on("given_name", "family_name"), block_on("family_name", "date_of_birth"),
             block_on("given_name", "date_of_birth"),
             block_on("date_of_birth", "postcode"), block_on("given_name", "postcode"), block_on("family_name", "postcode"),
             block_on("substr(given_name,1,3)", "substr(family_name,1,3)", "substr(date_of_birth,1,7)")],
        ),
    }[kind]()  # fmt: skip
    return SettingsCreator(
        link_type="dedupe_only", comparisons=compared, blocking_rules_to_generate_predictions=rules,
        additional_columns_to_retain=["agency", "person"],
    )  # fmt: skip


def _training(kind: str) -> tuple[Iterable[object], list[object]]:
    from splink import block_on

    named = {
        "tokens": (["k9", "k7"], ["k8", "k7"]), "fields": ([("fn", "sn"), "dob"], [("fn", "sn", "dob")]),
        "clear": ([("given_name", "family_name"), "date_of_birth"], [("given_name", "family_name", "date_of_birth")]),
    }  # fmt: skip
    first, second = ([block_on(*([r] if isinstance(r, str) else r)) for r in rules] for rules in named[kind])
    return first, second


JOBS: dict[str, Callable[[Path], dict[str, float]]] = {
    "ours": ours,
    "added": added,
    **{f"splink-{kind}": lambda folder, kind=kind: splink(folder, kind) for kind in ("tokens", "fields", "clear")},
}


def table(folders: list[Path]) -> None:
    """A line for each job and folder."""
    print("| records | | CPU s | peak MB | precision | recall | F1 |\n| --- | --- | --- | --- | --- | --- | --- |")
    for folder in folders:
        records = pq.read_metadata(folder / "truth.parquet").num_rows
        for job in (job for job in JOBS if job != "added"):
            done = subprocess.run([sys.executable, __file__, job, folder], capture_output=True, text=True, check=True)
            r = json.loads(done.stdout.splitlines()[-1])
            print(f"| {records:,} | {job} | {r['cpu']:.1f} | {r['peak']:.0f} | {r['precision']:.4f} | {r['recall']:.4f} | "
                  f"{r['f1']:.4f} |", flush=True)  # fmt: skip


def main() -> None:
    job, where, *rest = sys.argv[1:]
    if job == "table":
        table([Path(where), *map(Path, rest)])
    elif job == "make":
        make(Path(where), *map(int, rest))
    else:
        start = perf_counter()
        print(json.dumps(JOBS[job](Path(where)) | {"wall": perf_counter() - start}))


if __name__ == "__main__":
    main()
