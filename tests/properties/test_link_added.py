"""A return that is added is linked with the rest, and the result is that of a run from nothing."""

import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.engine import Engine
from plait.link import Linked, Weights, link, load_weights
from plait.link import kept as kept_module
from tests.unit.link.corrupted import Case, case, corrupted
from tests.unit.pseudonymise.returns import code


def linked(
    made: Case, agencies: list[str], into: Path, weights: Weights | None = None, last: Path | None = None
) -> Linked:
    with Engine() as engine:
        return link(engine, [made.coded[a] for a in agencies], weights, into, last=last, resumable=True)


def same(one: Linked, other: Linked) -> None:
    assert one.numbers.read_bytes() == other.numbers.read_bytes()
    assert pq.read_table(one.evidence).equals(pq.read_table(other.evidence))
    assert one.quality == other.quality


@settings(max_examples=4, deadline=None)
@given(
    seed=st.integers(0, 1000), late=st.sampled_from(["agency0", "agency1", "agency2"]), most=st.sampled_from([3, 300])
)
def test_adding_a_return_gives_what_a_run_from_nothing_gives(seed: int, late: str, most: int) -> None:
    """Also where tokens grow too common by it, and when it is added to what was added to."""
    weights = load_weights().model_copy(update={"most_seen": most})
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        made = case(folder, corrupted(70, 4, seed=seed, nhs=0.3))
        early = [a for a in sorted(made.coded) if a not in (late, "agency3")]
        linked(made, early, folder / "one", weights)
        linked(made, [*early, late], folder / "two", weights, folder / "one")
        same(
            linked(made, [*early, late, "agency3"], folder / "three", weights, folder / "two"),
            linked(made, sorted(made.coded), folder / "whole", weights),
        )


def test_a_second_return_of_an_agency_may_change_what_its_people_are_known_by(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(60, 3, seed=1))
    rows = corrupted(60, 3, seed=1, spoilt=0.4)["agency1"]
    later = code(tmp_path / "later", agency="agency1", people=rows).tables
    made = Case({**made.coded, "later": later}, made.child)
    linked(made, ["agency0", "agency1", "agency2"], tmp_path / "one")
    whole = ["agency0", "agency1", "agency2", "later"]
    same(linked(made, whole, tmp_path / "two", last=tmp_path / "one"), linked(made, whole, tmp_path / "all"))


@pytest.mark.parametrize("why", ["gone", "weights", "nothing kept"])
def test_when_it_cannot_be_trusted_everybody_is_compared(
    why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = case(tmp_path, corrupted(40, 3, seed=2))
    everybody = sorted(made.coded)
    linked(made, everybody, tmp_path / "one")
    weights = load_weights().model_copy(update={"review": -2.0}) if why == "weights" else load_weights()
    if why == "nothing kept":
        (tmp_path / "one" / "compared.json").unlink()
    joined: list[bool] = []
    real = kept_module._joined
    monkeypatch.setattr(kept_module, "_joined", lambda *a: joined.append(True) or real(*a))
    agencies = everybody[:2] if why == "gone" else everybody
    found = linked(made, agencies, tmp_path / "two", weights, tmp_path / "one")
    assert not joined
    same(found, linked(made, agencies, tmp_path / "plain", weights))
    linked(made, agencies, tmp_path / "again", weights, tmp_path / "two")
    assert joined
