"""What the code never does, read from the code itself: lines of docs/reference/asvs.md that say so rest here."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from plait.declare.load import _Loader
from plait.errors import StoreError
from plait_web.accounts.models import User
from plait_web.commands import demonstration
from plait_web.environment import secret_key

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE}
FORBIDDEN = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "localStorage",
    "sessionStorage", "indexedDB", "document.cookie", "__proto__", "Object.assign",
)  # fmt: skip
OUR_SCRIPTS = sorted((ROOT / "src/plait_web/ui/assets").glob("*.js"))


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call in the code, with the name of what is called."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node, ast.unparse(node.func)


def imported() -> dict[str, set[str]]:
    """Each module to the files under plait_web that import it."""
    found: dict[str, set[str]] = {}
    for path, tree in TREES.items():
        names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        for name in names:
            found.setdefault(name, set()).add(path.relative_to(ROOT / "src").as_posix())
    return found


def test_nothing_is_evaluated():
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
    assert [(path.name, name) for path, _, name in calls() if name in forbidden] == []


def test_no_shell_is_started():
    asked = [
        (path.name, ast.unparse(call)) for path, call, _ in calls() for word in call.keywords if word.arg == "shell"
    ]
    assert asked == []


def test_no_pattern_is_built_from_input():
    """The web application's patterns are written out where they are used."""
    built = [
        (path.name, ast.unparse(call.args[0]))
        for path, call, name in calls()
        if "plait_web" in path.parts and re.fullmatch(r"re\.\w+", name) and name != "re.escape"
        and not isinstance(call.args[0], ast.Constant)
    ]  # fmt: skip
    assert built == []


def test_yaml_is_read_safely_and_nothing_is_unpickled():
    loaders = [_loader(call) for _, call, name in calls() if re.fullmatch(r"yaml\.(load|load_all|unsafe_load)", name)]
    assert all(issubclass(loader, (yaml.SafeLoader, yaml.CSafeLoader)) for loader in loaders)
    assert {"pickle", "marshal", "shelve", "dill"} & set(imported()) == set()


def _loader(call: ast.Call) -> type:
    """The class a call reads by; `_Loader` is the one the packs are read by."""
    (given,) = [ast.unparse(word.value) for word in call.keywords if word.arg == "Loader"]
    return _Loader if given == "_Loader" else getattr(yaml, given.removeprefix("yaml."))


def test_only_the_post_office_asks_another_server():
    """And the sign-in library, which asks the organisations that are listed."""
    askers = {"requests", "urllib.request", "http.client", "httpx", "aiohttp", "socket", "smtplib", "ftplib"}
    found = {file for name in askers for file in imported().get(name, set()) if file.startswith("plait_web/")}
    assert found == {"plait_web/mail.py"}


@pytest.mark.parametrize("script", OUR_SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_write_no_markup_and_keep_nothing_in_the_browser(script):
    words = script.read_text(encoding="utf-8")
    assert [forbidden for forbidden in FORBIDDEN if forbidden in words] == []


def test_no_hint_and_no_secret_question_is_kept():
    names = {field.name for field in User._meta.concrete_fields}
    assert not [name for name in names if re.search("hint|question|answer|maiden|birth", name)]


def test_invented_accounts_are_made_only_where_that_is_asked_for(settings, tmp_path):
    settings.INVENTED = False
    with pytest.raises(StoreError, match="only where PLAIT_INVENTED is set"):
        demonstration.load(tmp_path)


def test_a_secret_that_is_made_is_for_the_service_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("PLAIT_SECRET_KEY", raising=False)
    assert len(secret_key(tmp_path)) > 40
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.stat().st_mode & 0o077 == 0


def test_types_are_checked_strictly_and_each_library_by_its_digest():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert config["tool"]["mypy"]["strict"] is True
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").split("\n")
    pinned = [at for at, line in enumerate(lines) if re.match(r"[a-z0-9].*==", line, re.IGNORECASE)]
    assert len(pinned) > 50
    assert [lines[at] for at in pinned if "--hash=sha256:" not in lines[at + 1]] == []
