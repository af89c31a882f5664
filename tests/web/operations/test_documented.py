"""The how-to names every variable that is read and every command there is."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HOW_TO = (ROOT / "docs" / "how-to" / "run-a-server.md").read_text(encoding="utf-8")
READ = (ROOT / "src" / "plait_web" / "settings.py", ROOT / "src" / "plait_web" / "environment.py")
VARIABLES = sorted({name for path in READ for name in re.findall(r'"((?:PLAIT|DATABASE)_[A-Z_]+)"', path.read_text())})


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_is_explained(name):
    assert f"`{name}`" in HOW_TO


@pytest.mark.parametrize("name", sorted(entry.name for entry in entry_points(group="plait.commands")))
def test_each_command_is_used_or_explained(name):
    assert f"plait {name}" in HOW_TO


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.env")), ids=lambda p: p.name)
def test_the_example_sets_only_variables_that_are_read(path):
    assert set(re.findall(r"(?m)^#? ?([A-Z_]+)=", path.read_text())) <= set(VARIABLES)
