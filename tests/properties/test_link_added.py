"""Returns that come, go or are corrected are linked with the rest, and the result is that of comparing everybody anew."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.engine import Engine
from plait.errors import UserError
from plait.link import Linked, Weights, link, linking, load_weights
from plait.pseudonymise import Key
from tests.unit.link.corrupted import Case, case, corrupted
from tests.unit.pseudonymise.returns import code

Sent = dict[str, dict[str, Path]]


def linked(
    made: Case, agencies: list[str], into: Path, weights: Weights | None = None, last: Path | None = None
) -> Linked:
    return run([made.coded[a] for a in agencies], into, weights, last=last)


def run(sent: Sequence[object], into: Path, weights: Weights | None = None, **told: object) -> Linked:
    with Engine() as engine:
        return link(engine, sent, weights, into, resumable=True, **told)


def same(one: Linked, other: Linked) -> None:
    assert one.numbers.read_bytes() == other.numbers.read_bytes()
    assert pairs(one).equals(pairs(other))
    assert one.quality == other.quality


def pairs(linked: Linked) -> pa.Table:
    order = [(f"{name}_{side}", "ascending") for name in ("agency", "person") for side in "ab"]
    return pq.read_table(linked.evidence).sort_by(order)


@settings(max_examples=4, deadline=None)
@given(
    seed=st.integers(0, 1000), late=st.sampled_from(["agency0", "agency1", "agency2"]), most=st.sampled_from([3, 300])
)
def test_adding_an_agency_gives_what_a_run_from_nothing_gives(seed: int, late: str, most: int) -> None:
    """So many people come that all is fitted anew. Also where tokens grow too common by it."""
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


def in_parts(folder: Path, seed: int) -> Sent:
    """Three agencies' returns in several parts; some people are in two of an agency's, garbled otherwise in each."""
    first, again = corrupted(110, 3, seed=seed, nhs=0.3), corrupted(110, 3, seed=seed, nhs=0.3, spoilt=0.3)
    rng = random.Random(seed)
    sent: Sent = {}
    for agency, rows in first.items():
        rng.shuffle(rows)
        cut = len(rows) - 6
        for name, part in {"most": rows[:cut], "few": rows[cut:], "again": again[agency][:5]}.items():
            sent[f"{agency}-{name}"] = code(folder / f"{agency}-{name}", agency=agency, people=part).tables
    return sent


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 1000), most=st.sampled_from([2, 4, 300]), lasting=st.booleans(),
    steps=st.lists(st.sets(st.integers(0, 5), max_size=2), min_size=1, max_size=3),
)  # fmt: skip
def test_whatever_comes_and_goes_the_result_is_that_of_comparing_everybody(
    seed: int, most: int, lasting: bool, steps: list[set[int]]
) -> None:
    """Few come and go, so the rules stand; step after step, also where tokens become too common, or are so no longer."""
    weights = load_weights().model_copy(update={"most_seen": most})
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        sent = in_parts(folder, seed)
        moving, here = sorted(n for n in sent if not n.endswith("most")), {"agency0-few", "agency1-again"}
        standing = [sent[n] for n in sent if n.endswith("most")]
        last = run([*standing, *(sent[n] for n in sorted(here))], folder / "start", weights)
        for n, step in enumerate(steps):
            here ^= {moving[place] for place in step}
            now = [*standing, *(sent[name] for name in sorted(here))]
            told = {"last": last.numbers.parent, "before": last.numbers if lasting else None}
            step_by_step = run(now, folder / f"step{n}", weights, **told)
            same(step_by_step, run(now, folder / f"whole{n}", weights, compare_all=True, **told))
            last = step_by_step


def test_a_second_return_of_an_agency_may_change_what_its_people_are_known_by(tmp_path: Path) -> None:
    made = case(tmp_path, corrupted(60, 3, seed=1))
    rows = corrupted(60, 3, seed=1, spoilt=0.4)["agency1"]
    later = code(tmp_path / "later", agency="agency1", people=rows).tables
    made = Case({**made.coded, "later": later}, made.child)
    linked(made, ["agency0", "agency1", "agency2"], tmp_path / "one")
    whole = ["agency0", "agency1", "agency2", "later"]
    same(linked(made, whole, tmp_path / "two", last=tmp_path / "one"), linked(made, whole, tmp_path / "all"))


def test_only_people_whom_a_change_touches_are_decided_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = in_parts(tmp_path, 7)
    standing = [sent[n] for n in sorted(sent) if n.endswith("most")]
    first = run(standing, tmp_path / "one")
    decided: list[int] = []
    monkeypatch.setattr(linking, "compared", lambda *_, **__: pytest.fail("everybody was compared"))
    real = linking.updated
    monkeypatch.setattr(
        linking,
        "updated",
        lambda last, come, *a, **k: decided.append(int(come.fresh.sum())) or real(last, come, *a, **k),
    )
    run([*standing, sent["agency0-few"]], tmp_path / "two", last=first.numbers.parent)
    assert decided == [6]


def test_nothing_of_a_return_that_is_gone_stays_in_what_is_kept(tmp_path: Path) -> None:
    sent = in_parts(tmp_path, 3)
    standing = [sent[n] for n in sorted(sent) if n.endswith("most")]
    gone = pq.read_table(sent["agency0-few"]["tokens"])
    run([*standing, sent["agency0-few"]], tmp_path / "one")
    run(standing, tmp_path / "two", last=tmp_path / "one")
    others = pa.concat_tables(pq.read_table(one["tokens"]) for one in standing)
    alone = set(gone["token"].to_pylist()) - set(others["token"].to_pylist())
    held = [b"".join(path.read_bytes() for path in sorted((tmp_path / run).iterdir())) for run in ("one", "two")]
    found = [sum(token.to_bytes(8, "little", signed=True) in kept for token in alone) for kept in held]
    assert found[0] > len(alone) / 2 and found[1] == 0


@pytest.mark.parametrize("why", ["weights", "nothing kept", "numbers of another run"])
def test_when_it_cannot_be_gone_on_from_everybody_is_decided_again(
    why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = case(tmp_path, corrupted(40, 3, seed=2))
    everybody = sorted(made.coded)
    first = linked(made, everybody, tmp_path / "one")
    weights = load_weights().model_copy(update={"review": -2.0}) if why == "weights" else load_weights()
    before = tmp_path / "elsewhere.parquet" if why.startswith("numbers") else None
    if before:
        before.write_bytes(first.numbers.read_bytes())
    if why == "nothing kept":
        (tmp_path / "one" / "standing.json").unlink()
    monkeypatch.setattr(linking, "updated", lambda *_, **__: pytest.fail("only some were decided"))
    sent = [made.coded[a] for a in everybody]
    found = run(sent, tmp_path / "two", weights, last=tmp_path / "one", before=before)
    same(found, run(sent, tmp_path / "plain", weights, before=before))


def test_a_return_under_another_key_is_refused_though_nothing_else_is_read_again(tmp_path: Path) -> None:
    sent = in_parts(tmp_path, 5)
    standing = [sent[n] for n in sorted(sent) if n.endswith("most")]
    run(standing, tmp_path / "one")
    rows = corrupted(110, 3, seed=5)["agency0"][:3]
    other = code(tmp_path / "other", agency="agency0", people=rows, key=Key("another", bytes(32))).tables
    with pytest.raises(UserError, match="different keys"):
        run([*standing, other], tmp_path / "two", last=tmp_path / "one")
