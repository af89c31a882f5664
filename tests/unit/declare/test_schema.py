"""JSON Schema and reference pages are made from the types and the pack, and are as they would be made now."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
import yaml

from plait.declare.load import CORE
from plait.declare.pack import FOLDERS
from plait.declare.schema import schemas

GENERATE = Path(__file__).parents[3] / "docs" / "reference" / "generate.py"


def read(path: Path) -> Any:
    """The YAML as JSON has it: days as text."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))


@pytest.mark.parametrize("name", ["pack", *FOLDERS])
def test_every_file_of_the_core_pack_fits_its_schema(name: str) -> None:
    validator = jsonschema.Draft202012Validator(schemas()[name])
    validator.check_schema(schemas()[name])
    files = [CORE / "pack.yaml"] if name == "pack" else sorted((CORE / name).glob("*.yaml"))
    assert not [f"{path.name}: {error.json_path}" for path in files for error in validator.iter_errors(read(path))]


@pytest.mark.parametrize("name", ["pack", *FOLDERS])
def test_a_word_the_types_do_not_know_does_not_fit(name: str) -> None:
    path = CORE / "pack.yaml" if name == "pack" else next(iter(sorted((CORE / name).glob("*.yaml"))), None)
    if path is None:
        pytest.skip("the core pack has none of these")
    errors = list(jsonschema.Draft202012Validator(schemas()[name]).iter_errors({**read(path), "zebedee": 1}))
    assert [error.validator for error in errors] == ["additionalProperties"]


@pytest.fixture
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_reference", GENERATE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_reference_pages_are_up_to_date(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_a_page_that_is_out_of_date_is_told_and_put_right(
    generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (tmp_path / "datasets.md").write_text("Something else.\n", encoding="utf-8")
    (tmp_path / "schema/pack.json").unlink()
    assert generate.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert "datasets.md is out of date" in said
    assert "schema/pack.json is out of date" in said


def test_every_item_is_on_its_page(generate: ModuleType) -> None:
    from plait.declare import load_pack

    pack = load_pack()
    made = generate.pages(pack)
    for folder, (field, _) in FOLDERS.items():
        if f"{folder}.md" in made:
            assert all(f"(`{name}`)" in made[f"{folder}.md"] for name in getattr(pack, field))
    assert {f"{page}.md" for page in FOLDERS} - set(made) == {"maps.md", "published.md"}
