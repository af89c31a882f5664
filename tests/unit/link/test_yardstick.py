"""Ours beside Splink's, on the same tokens of the same five thousand children. Minutes, so only with the deep tests."""

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from plait.engine import Engine
from plait.link.cluster import Bounds, cluster
from tests.unit.link.corrupted import Case, case, corrupted, scores

# Keys that overlap little: Splink takes its comparisons to be independent, which all 31 are far from being.
COMPARED = {8: "sn dob", 7: "fn dob", 9: "fn sn", 21: "dob pc", 31: "fn pc_s", 19: "fn_dm sn_dm d_y"}

GIVEN = (7, 9, 31, 19)  # of these, the ones that a given name is part of: the house rule for children holds for both


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    yield case(tmp_path_factory.mktemp("children"), corrupted(5000, 5, seed=21))


@pytest.mark.deep
def test_five_thousand_children_in_five_agencies(children: Case, tmp_path: Path) -> None:
    precision, _, f1 = scores(children.link(tmp_path), children)
    assert precision >= 0.99
    assert f1 >= 0.95


@pytest.mark.deep
def test_ours_is_no_worse_than_splink_with_the_same_clustering(children: Case, tmp_path: Path) -> None:
    _, _, ours = scores(children.link(tmp_path), children)
    best = max(_f1(root, children) for root in _splink(children))
    assert ours >= best


def _records(children: Case) -> pa.Table:
    """One row a record with its first token of each compared kind."""
    with Engine() as engine:
        engine.register("t", [tables["tokens"] for tables in children.coded.values()])
        columns = ", ".join(f"min(token) FILTER (token_kind = {kind}) AS k{kind}" for kind in COMPARED)
        return engine.table(
            f"""SELECT row_number() OVER (ORDER BY agency, person) - 1 AS unique_id, agency, person, {columns}
            FROM t GROUP BY agency, person"""
        )


def _splink(children: Case) -> Iterator[list[list[str]]]:
    """Clusters at several thresholds, each as the children its records are."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edges, table = _predicted(children)
    _, places = np.unique(table["agency"].to_numpy(zero_copy_only=False), return_inverse=True)
    who = [children.child[key] for key in zip(table["agency"].to_pylist(), table["person"].to_pylist(), strict=True)]
    for low in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        kept = edges.filter(pa.compute.greater_equal(edges["match_probability"], low))
        root = cluster(kept["unique_id_l"].to_numpy(), kept["unique_id_r"].to_numpy(), Bounds(places))
        found: dict[int, list[str]] = {}
        for record, child in zip(root.tolist(), who, strict=True):
            found.setdefault(record, []).append(child)
        yield list(found.values())


def _predicted(children: Case) -> tuple[pa.Table, pa.Table]:
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    table = _records(children)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[cl.ExactMatch(f"k{kind}") for kind in COMPARED],
        blocking_rules_to_generate_predictions=[block_on(f"k{kind}") for kind in COMPARED],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )
    api = DuckDBAPI()
    linker = Linker(api.register(table, dataset_display_name="records"), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("k8"), block_on("k7")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for kind in (9, 21, 7):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(f"k{kind}"), max_pairs=1e6)
    found = linker.inference.predict(threshold_match_probability=0.02).as_pyarrow_table()
    shared = np.any([found[f"mw_k{kind}"].to_numpy() > 0 for kind in GIVEN], axis=0)
    found = found.filter(pa.array(shared))
    order = pa.compute.sort_indices(
        found,
        sort_keys=[("match_probability", "descending"), ("unique_id_l", "ascending"), ("unique_id_r", "ascending")],
    )
    return found.take(order), table


def _f1(groups: list[list[str]], children: Case) -> float:
    whole = [child for group in groups for child in group]
    together = sum(len(g) * (len(g) - 1) / 2 for g in groups)
    right, true = (
        sum(n * (n - 1) / 2 for g in sets for n in np.unique(g, return_counts=True)[1]) for sets in (groups, [whole])
    )
    return float(2 * right / (together + true))
