"""One small invented partnership for every journey, run once; a test that changes anything takes a copy. And a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page, sync_playwright

from plait.cli import main
from plait.invent import invent
from plait.pseudonymise import Key

if TYPE_CHECKING:
    from plait.publish import Published

ON = date(2025, 7, 1)
PERIOD = "2024-25"
SENT = (  # enough for people known to two agencies, for residents, and for counts an agency made itself
    "council/2024-25/concerns.csv",
    "council/2024-25/people.csv",
    "council/2024-25/populations.csv",
    "police/2024-25/nominals.csv",
    "police/2024-25/occurrences.csv",
    "voluntary/2024-25/counts.csv",
)


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with partnership/ and key/partnership.key, not run yet."""
    base = tmp_path_factory.mktemp("invented")
    invent(base / "partnership", seed=1, size=300, periods=(PERIOD,))
    listed = base / "partnership" / "returns" / "returns.yaml"
    returns = [entry for entry in yaml.safe_load(listed.read_text()) if entry["path"] in SENT]
    listed.write_text(yaml.safe_dump(returns))
    (base / "key").mkdir()
    Key.create(base / "key" / "partnership.key")
    return base


@pytest.fixture(scope="session")
def whole(invented: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, run to its end. Never changed."""
    base = tmp_path_factory.mktemp("whole") / "base"
    shutil.copytree(invented, base)
    result = plait_run(base)
    assert result.exit_code == 0, result.output
    return base


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """A copy of the run partnership, with its store, for one test to change."""
    return Path(shutil.copytree(whole, tmp_path / "base"))


@pytest.fixture
def plait() -> Callable[..., Result]:
    """The command line in this process: `plait("check", path)`."""
    return run_plait


def run_plait(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert "inside Plait" not in result.output, "a fault of Plait's own"
    return result


def plait_run(base: Path, *options: object) -> Result:
    """`plait run` on base/partnership with base/key, as on the first of July 2025."""
    key = base / "key" / "partnership.key"
    return run_plait("run", base / "partnership", "--key", key, "--on", f"{ON}", *options)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A whole partnership's profile, published once."""
    from plait.publish import publish
    from tests.unit.publish.making import profile

    return publish(profile(), tmp_path_factory.mktemp("published") / "profile")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's own browser: nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def left(page: Page) -> Iterator[list[str]]:
    """What the page asked for beyond its own folder, and what went wrong in it: at the end of every test, nothing."""
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if not request.url.startswith(("file:", "data:")) else None
    )
    page.on("pageerror", lambda error: asked.append(str(error)))
    yield asked
    assert asked == []
