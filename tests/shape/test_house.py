"""The house holds its shape: one door out, rooms that do not know one another, documents that keep up."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from plait.cli import main

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "plait"
FILES = sorted(SOURCE.rglob("*.py"))
STAGES = ("receive", "validate", "pseudonymise", "link", "measure", "protect", "publish", "answer", "store", "invent")


def calls(path):
    """Names of everything imported or called in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", name.name) for name in node.names)
        if isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)


def test_only_protect_opens_the_door():
    """`released.release` makes what may be shown; nobody but protect may have it."""
    users = {
        path.relative_to(SOURCE).parts[0]
        for path in FILES
        for call in calls(path)
        if call == ("plait.released", "release")
    }
    assert users == {"protect"}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_no_other_stage(stage):
    others = {f"plait.{other}" for other in STAGES if other != stage}
    imported = {module for path in (SOURCE / stage).rglob("*.py") for module, _ in calls(path)}
    assert not {m for m in imported for o in others if m == o or m.startswith(f"{o}.")}


def test_the_layers_hold():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_library_has_no_clock_and_no_network():
    """Days are passed in; only the command line asks what day it is."""
    forbidden = ("datetime.now", "date.today", "time.time(", "urllib", "requests", "socket")
    found = [
        (p.name, word)
        for p in FILES
        for word in forbidden
        if word in p.read_text(encoding="utf-8") and p.name != "cli.py"
    ]
    assert not found


def test_every_stage_exports_one_verb_named_after_it():
    for stage in ("receive", "validate", "pseudonymise", "link", "measure", "protect", "publish", "answer", "invent"):
        module = __import__(f"plait.{stage}", fromlist=[stage])
        assert callable(getattr(module, stage)) and stage in module.__all__


def test_every_command_has_help_with_an_example_and_is_documented():
    documented = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        said = CliRunner().invoke(main, [name, "--help"]).output
        assert f"plait {name}" in documented, name
        assert hasattr(command, "commands") or f"plait {name}" in said.split("Usage:")[1].split("\n", 1)[1], name


def test_decisions_are_numbered_short_and_named_by_their_number():
    for path in sorted((ROOT / "docs" / "adr").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert re.match(r"# (\d+)\. ", text).group(1) == str(int(path.name[:4])), path.name
        assert len(text.split()) < 300, path.name


def test_every_dependency_is_pinned_and_justified():
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    block = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dependencies = [")[1].split("]")[0]
    for line in re.findall(r'"([^"]+)"', block):
        name, _, version = line.partition("==")
        assert version and name in reasons, line


def test_locks_hold_no_addresses():
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
