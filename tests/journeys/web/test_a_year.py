"""A partnership's first year, by the pages alone: from nothing to an answer, and to an agreement that has ended."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.journeys.web.conftest import LONG, PASSWORD, Person, Served, code

pytestmark = [pytest.mark.enable_socket, pytest.mark.browser]
TODAY = date.today()  # noqa: DTZ011 - the service's own clock
CENSUS = ["people", "services", "events", "needs"]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_year(served: Served, at_browser, invented: Path, tmp_path: Path) -> None:
    manager = _come_in(served, at_browser())
    _set_up(manager)
    _invite(manager, served, at_browser)
    _agree(at_browser("gov@example.org"), at_browser("lead@example.org"))
    _open_collection(manager, CENSUS, "council")
    _open_collection(manager, ["counts"], "charity")
    sender = at_browser("sender@example.org")
    _send_census(sender, at_browser("second@example.org"), invented, tmp_path)
    _send_counts(manager, served, at_browser)
    _wait_for_picture(manager, returns=2)
    _read(at_browser("lead@example.org"), tmp_path)
    _agreement_ends(served, sender)


def _come_in(served: Served, person: Person) -> Person:
    """The first person: a link from the command line, a password, an authenticator app, the terms."""
    link = served.plait("invite", "manager@example.org").strip().splitlines()[-1]
    person.go(link)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Continue with a password").click()
    person.answer(name="Morgan Manager", password=PASSWORD)
    if "/app/" not in person.page.url:
        person.go("/account/second-factor/app/")
    secret = person.page.locator("code.plait-secret").text_content()
    assert secret
    person.answer(code=code("".join(secret.split())))
    person.go("/account/")
    person.answer("I accept")
    person.go("/")
    assert "There is no picture yet" in person.said
    return person


def _set_up(manager: Person) -> None:
    """One question a page, from a name to agencies."""
    manager.go("/partnership/set-up/name/")
    manager.answer(name="Marlshire Partnership")
    manager.go("/partnership/set-up/areas/")
    manager.answer(areas="Marlshire")
    manager.go("/partnership/set-up/pack/")
    manager.page.locator("main [name=pack]").first.check()
    manager.answer(why="Agreed by the board", **manager.day("effective", TODAY))
    for name, kind in (("Marlshire Council", "council"), ("Lantern Project", "voluntary")):
        manager.go("/partnership/add-agency/")
        manager.answer(name=name)
        manager.answer(kind=kind)
        manager.answer(areas="Marlshire")
        manager.answer()
        manager.answer()
    manager.go("/partnership/set-up/check/")
    assert "Marlshire Council" in manager.said


def _invite(manager: Person, served: Served, at_browser) -> None:
    """One by the pages, whose link comes by mail; the rest came the same way before."""
    manager.go("/people/invite/")
    council = manager.option("agency", "Marlshire Council")
    manager.answer(email="new@example.org", role="contributor", agency=council)
    newcomer = at_browser()
    newcomer.go(served.mailed("new@example.org"))
    assert "Agency contributor (Marlshire Council)" in newcomer.said
    codes = served.python(
        "from plait_web.partnership.models import Agency\nprint(*Agency.objects.values_list('code', flat=1))"
    )
    council, charity = sorted(codes.split(), key=lambda c: "lantern" in c)
    served.people(
        ("gov@example.org", "governance", ""),
        ("lead@example.org", "strategic_lead", council),
        ("charity-lead@example.org", "strategic_lead", charity),
        ("sender@example.org", "contributor", council),
        ("second@example.org", "contributor", council),
    )


def _agree(governance: Person, lead: Person) -> None:
    """Coded records of the council, drawn up by one and signed by another."""
    governance.go("/agreements/draw-up/")
    governance.answer(terms="pseudonymised_strategic")
    governance.page.get_by_label("Marlshire Council").check()
    governance.answer()
    governance.answer(
        **governance.day("since", TODAY - timedelta(days=1)), **governance.day("until", TODAY + timedelta(days=300))
    )
    governance.answer(owner=governance.option("owner", "Gov"))
    governance.answer()
    lead.go("/agreements/")
    lead.follow("a[href*='/agreement/']")
    lead.follow("a[href*='/sign/']")
    lead.answer(name="Lee Lead", post="Director", read=True, **lead.day("on", TODAY))


def _open_collection(manager: Person, datasets: list[str], agency: str) -> None:
    manager.go("/returns/add/")
    manager.answer(datasets=datasets)
    manager.answer(period="2024-25")
    manager.answer(**manager.day("opens", TODAY - timedelta(days=1)), **manager.day("due", TODAY + timedelta(days=30)))
    name = "Marlshire Council" if agency == "council" else "Lantern Project"
    for box in manager.page.locator("main [name=agencies]").all():
        box.uncheck()
    manager.page.get_by_label(name).check()
    manager.answer()
    manager.answer("Add the collection")


def _send_census(sender: Person, second: Person, invented: Path, scratch: Path) -> None:
    """A file with a fault, what was found, the file corrected, and a second person's word for it."""
    (right,) = (invented / "partnership" / "returns" / "council" / "2024-25").glob("CIN_Census_*.xml")
    wrong = scratch / "census with a fault.xml"
    wrong.write_text(
        right.read_text(encoding="utf-8").replace("<PersonBirthDate>20", "<PersonBirthDate>2X", 1), "utf-8"
    )
    before = _sent(sender, wrong)
    assert "2X" not in sender.said, "a finding never repeats a cell"
    after = _sent(sender, right)
    assert after != before
    sender.follow("a[href$='/check/']")
    sender.answer("Send for sign-off")
    second.go(sender.page.url)
    second.follow("a[href$='/sign-off/']")
    second.answer("Sign off")
    assert "Return accepted" in second.said


def _sent(sender: Person, file: Path) -> str:
    """The findings of this file, once it has been read."""
    sender.go("/returns/")
    sender.follow("a[href*='/asked/']")
    sender.follow("a[href$='/send/']")
    sender.answer("Send", files=str(file))
    sender.wait_for("a[href$='/findings/']")
    at = sender.page.url
    sender.follow("a[href$='/findings/']")
    found = sender.said
    sender.go(at)
    return found


def _send_counts(manager: Person, served: Served, at_browser) -> None:
    """A small charity: one link to type counts in, another for somebody else to sign them off, and no account."""
    manager.go(f"/returns/asked/{_agree_counts(served)}/link/")
    measure = manager.page.locator("main [name=measures]").first.get_attribute("value")
    manager.answer(email="typist@example.org", second_email="chair@example.org", measures=[measure])
    typist = at_browser()
    typist.go(served.mailed("typist@example.org"))
    typist.page.locator("main input[inputmode=numeric]").first.fill("24")
    typist.answer("Continue")
    typist.answer("Send")
    chair = at_browser()
    chair.go(_when_mailed(served, "chair@example.org", typist))
    chair.answer("Sign off")


def _agree_counts(served: Served) -> str:
    """The charity's agreement, drawn up and signed as the council's was; the number of its place in the calendar."""
    return served.python(
        f"""
from datetime import date, timedelta
from plait_web.accounts.models import User
from plait_web.partnership import actions
from plait_web.partnership.models import Agency
today, gov = date.fromisoformat("{TODAY}"), User.objects.get(email="gov@example.org")
made = actions.draw_up(terms="aggregate_strategic", parties=[Agency.objects.get(name="Lantern Project")],
                       since=today - timedelta(days=1), until=today + timedelta(days=300), by=gov)
actions.sign(made.party_rows.get(), name="Chair", post="Chair", on=today, by=User.objects.get(email="charity-lead@example.org"))
from plait_web.returns.models import Expected
print(Expected.objects.get(agency__name="Lantern Project").pk)
"""
    )


def _when_mailed(served: Served, to: str, waiting: Person) -> str:
    """The link in a mail that leaves once the worker has read what was sent."""
    for _ in range(LONG // 1_000):
        if f"To: {to}" in served.printed.read_text(errors="replace"):
            return served.mailed(to)
        waiting.page.wait_for_timeout(1_000)
    raise AssertionError(f"nobody mailed {to}")


def _wait_for_picture(manager: Person, *, returns: int) -> None:
    """The run that an accepted return starts by itself is over, and used all that was accepted."""
    for _ in range(LONG // 1_000):
        manager.page.goto(manager.service.base + "/runs/")
        first = manager.page.locator("main tbody tr").first
        if first.count() and "Finished" in first.inner_text() and f"\t{returns}\t" in first.inner_text():
            return
        if first.count() and "Failed" in first.inner_text():
            manager.follow("tbody tr a")
            raise AssertionError(manager.said)
        manager.page.wait_for_timeout(1_000)
    raise AssertionError("no picture was made")


def _read(lead: Person, scratch: Path) -> None:
    """A strategic lead reads an answer and takes the profile for the board away."""
    lead.go("/")
    assert "Made on" in lead.said
    lead.follow(".plait-questions a")
    assert "How far data answers it" in lead.said
    lead.go("/")
    with lead.page.expect_download() as download:
        lead.page.get_by_role("link", name="For the board (PDF)").click()
    saved = scratch / "board.pdf"
    download.value.save_as(saved)
    assert saved.read_bytes().startswith(b"%PDF")


def _agreement_ends(served: Served, sender: Person) -> None:
    """Its last day passes. The next return is blocked, and told which agreement it was."""
    served.python(
        "from datetime import date, timedelta\nfrom plait_web.partnership.models import Agreement\n"
        f"day = date.fromisoformat('{TODAY}')\n"
        "Agreement.objects.filter(terms='pseudonymised_strategic').update(since=day - timedelta(9), until=day - timedelta(1))"
    )
    sender.go("/returns/")
    sender.follow("a[href*='/asked/']")
    assert "pseudonymised-strategic" in sender.said
    assert not sender.page.locator("main a[href$='/send/']").count()
