"""A partnership with no data: from nothing to ordered questions, agreed words, a data map, readiness and a plan, in one document.

One of each kind is done on the pages; the rest through the actions that those pages call.
"""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from tests.journeys.web.conftest import Person, Served
from tests.web.groundwork.settled import DISSENT, FIFTEEN, KINDS, TEN

pytestmark = [pytest.mark.enable_socket, pytest.mark.browser]
TODAY = date.today()  # noqa: DTZ011 - the service's own clock
OURS = "council"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_before_any_data(served: Served, at_browser) -> None:
    served.people(("manager@example.org", "manager", ""))
    manager = at_browser("manager@example.org")
    _set_up(manager, served)
    _open_round(manager)
    _settle_the_rest(served)
    lead = at_browser(f"{OURS}@example.org")
    _speak(lead)
    _assess(lead)
    _plan(manager)
    _read(lead)


def _set_up(manager: Person, served: Served) -> None:
    """A name, an area and a pack on the pages; the agencies and their leads beside them."""
    manager.go("/partnership/set-up/name/")
    manager.answer(name="Marlshire Partnership")
    manager.go("/partnership/set-up/areas/")
    manager.answer(areas="Marlshire")
    manager.go("/partnership/set-up/pack/")
    manager.page.locator("main [name=pack]").first.check()
    manager.answer(why="Agreed by the board", **manager.day("effective", TODAY))
    served.python(
        f"""
from plait_web.partnership import actions
for code, name in {KINDS!r}.items():
    actions.add_agency(code=code, name=name, kind=code, areas=["X10000001"], by=None)
"""
    )
    served.people(*((f"{code}@example.org", "strategic_lead", code) for code in KINDS))


def _open_round(manager: Person) -> None:
    manager.go("/maturity/new/")
    owner = manager.option("owner", "Manager")
    manager.answer(
        title="Before any data",
        model="strategic_data",
        owner=owner,
        **manager.day("closes", TODAY + timedelta(days=30)),
    )


def _settle_the_rest(served: Served) -> None:
    served.python(
        f"""
from plait_web.accounts.models import User
from tests.web.groundwork.settled import KINDS, settle
people = {{code: User.objects.get(email=f"{{code}}@example.org") for code in KINDS}}
settle(people, User.objects.get(email="manager@example.org"), but={OURS!r})
"""
    )


def _speak(lead: Person) -> None:
    """What the council says of a question and of a word, and its order."""
    lead.go("/agreed/questions/order/ours/")
    boxes = lead.page.locator("main [name^=place-]")
    for place in range(TEN):
        boxes.nth(place).fill(str(place + 1))
    lead.answer(why="Children wait longest here")
    lead.go("/agreed/questions/")
    lead.follow("table a")
    lead.follow("a[href$='/say/']")
    lead.answer(says="adapt", comment="Ask it of young adults too")
    lead.go("/agreed/definitions/")
    lead.follow("table a")
    lead.follow("a[href$='/say/']")
    lead.answer(says="signed")


def _assess(lead: Person) -> None:
    """One heading of the self-assessment, in which one may not know."""
    lead.go("/maturity/")
    lead.follow("a[href^='/maturity/']:has-text('Before any data')")
    lead.follow(f"a[href*='/{OURS}/rate/']")
    names = {box.get_attribute("name") for box in lead.page.locator("main [name^=level-]").all()}
    for number, name in enumerate(sorted(filter(None, names))):
        lead.page.locator(f"main [name='{name}'][value='{number % 3}']").check()
    lead.answer()


def _plan(manager: Person) -> None:
    manager.go("/actions/new/")
    manager.answer(
        what="Agree one list of forms of harm", measure="Six agencies have signed it",
        owner=manager.option("owner", "Manager"), **manager.day("due", TODAY + timedelta(days=45)),
    )  # fmt: skip


def _read(lead: Person) -> None:
    """The document as a board would come to it: from the questions, on screen and as files."""
    lead.go("/agreed/questions/")
    lead.follow("a[href='/before-any-data/']")
    wanted = [
        *KINDS.values(),
        DISSENT,
        "Agree one list of forms of harm",
        "Ask it of young adults too",
        "See every child",
    ]
    assert lead.page.locator("main h3", has_text="10. ").count() == 1, "ten questions, in order"
    table = lead.page.locator("table", has_text="Definitions that agencies have spoken to")
    assert table.locator("tbody tr").count() >= FIFTEEN
    assert lead.page.locator("table", has_text="1 would have it otherwise").count()
    texts = [_words_of(_saved(lead, form)) for form in ("pdf", "docx")]
    said = lead.said
    for page in ("data-map", "plan"):
        lead.follow(f"a[href='/before-any-data/{page}/']")
        said += lead.said
    for words in wanted:
        assert all(words in text for text in (said, *texts)), words


def _saved(lead: Person, form: str) -> Path:
    with lead.page.expect_download() as download:
        lead.page.locator(f"main a[href$='.{form}']").click()
    return Path(download.value.path()).rename(Path(download.value.path()).with_suffix(f".{form}"))


def _words_of(file: Path) -> str:
    if file.suffix == ".pdf":
        return " ".join(" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(file.read_bytes())).pages)
    made = docx.Document(str(file))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return " ".join([*(p.text for p in made.paragraphs), *cells])
