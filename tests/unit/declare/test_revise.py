"""A pack written by the software is the pack that was meant."""

from datetime import date

import pytest

from plait.declare import Cover, load_pack
from plait.declare.pack import FOLDERS
from plait.declare.revise import revise
from plait.errors import PackError

CORE = load_pack()
OURS = Cover(
    id="mersea",
    title="Mersea",
    version="1",
    owner="Manager",
    approver="Board",
    approved_on=date(2026, 11, 1),
    extends="core",
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_item_of_core_comes_back_as_it_was(folder, tmp_path):
    field, _ = FOLDERS[folder]
    items = {(kind, name): item for kind, (f, _) in FOLDERS.items() for name, item in getattr(CORE, f).items()}
    again = revise(None, cover=CORE.cover, items=items, into=tmp_path / "core")
    assert getattr(again, field) == getattr(CORE, field)


def test_a_local_pack_grows_version_by_version(tmp_path):
    mine = next(iter(CORE.definitions.values())).model_copy(update={"text": "What we mean by it here."})
    first = revise(None, cover=OURS, items={("definitions", mine.id): mine}, into=tmp_path / "1")
    question = next(iter(CORE.questions.values())).model_copy(update={"rank": 1})
    second = revise(
        tmp_path / "1",
        cover=OURS.model_copy(update={"version": "2"}),
        items={("questions", question.id): question},
        into=tmp_path / "2",
    )
    assert second.definitions[mine.id].text == "What we mean by it here."
    assert second.questions[question.id].rank == 1
    assert second.digest != first.digest


def test_what_loosens_is_refused_and_leaves_nothing(tmp_path):
    rule = CORE.disclosure()
    looser = rule.model_copy(update={"partnership": rule.partnership.model_copy(update={"hide_below": 1})})
    with pytest.raises(PackError, match="looser"):
        revise(None, cover=OURS, items={("disclosure", rule.id): looser}, into=tmp_path / "1")
    assert not (tmp_path / "1").exists()


def test_a_version_is_written_once(tmp_path):
    (tmp_path / "1").mkdir()
    with pytest.raises(PackError, match="written once"):
        revise(None, cover=OURS, items={}, into=tmp_path / "1")
    assert (tmp_path / "1").exists()


def test_an_item_goes_in_its_own_folder_only(tmp_path):
    definition = next(iter(CORE.definitions.values()))
    with pytest.raises(PackError, match="no item"):
        revise(None, cover=OURS, items={("questions", definition.id): definition}, into=tmp_path / "1")
