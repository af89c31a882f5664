"""Each page of the pack and of agencies' own words in a real browser: no accessibility fault, nothing beyond a phone's width."""

from __future__ import annotations

import pytest

from plait_web.crosswalk import actions as crosswalk
from plait_web.crosswalk.models import LocalCode
from plait_web.packs import actions, exchange
from plait_web.packs.models import Draft
from plait_web.packs.versions import standing
from plait_web.partnership import access as partnership
from tests.web.hands import browser  # noqa: F401 - fixtures
from tests.web.reader import PHONE, reader  # noqa: F401

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("trail_that_can_be_emptied"),
]


@pytest.fixture
def lively(reword, adopt, analyst, manager, lead, police_lead, council, police, tmp_path):
    """Two versions adopted, drafts in more than one state, what agencies say of them, and a pack taken in."""
    first = adopt(reword("What stops those who exploit.", title="Disruption, as we use it"))
    file = tmp_path / "pack.zip"
    file.write_bytes(exchange.packed(partnership.shelf().kept("packs", first.digest)))
    received = actions.receive(file, sender="Mersea", by=manager)
    used = next(i for i in standing().pack.indicators.values() if i.definitions).definitions[0]
    second = adopt(reword("Narrower than it was.", name=used), reword("What gets in their way."))
    draft = reword("What we plan together.")
    gone = reword("Never mind.", name="missing")
    actions.withdraw(gone.pk, why="The police have a better text.", by=analyst)
    actions.say(draft.pk, agency=council, says="adopt", by=lead)
    actions.say(draft.pk, agency=police, says="dissent", words="We count enforcement only.", by=police_lead)
    actions.comment(draft.pk, text="See what the region says.", by=lead)
    harm = partnership.pack().codelist("harm")
    crosswalk.add_code(harm, agency=council, code="CE", shared=["CSE", "CCE"], loss="Does not say which.", by=lead)
    crosswalk.add_code(harm, agency=police, code="OCG", shared=[], loss="Linked to an organised group.", by=police_lead)
    crosswalk.say("disruption", agency=police, text="Enforcement.", includes=["CCE"], by=police_lead)
    return {"first": first, "second": second, "draft": draft, "gone": gone, "received": received}


SIZES = pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])


@SIZES
def test_pages_of_the_pack(reader, lively, manager, options):  # noqa: F811
    here, draft = reader(manager, **options), lively["draft"].pk
    disruption = ("definitions", "disruption")
    for name, *args in (
        ("home",), ("drafts",), ("compare",), ("exchange",), ("adopt",), ("receive",), ("items", "definitions"),
        ("items", "language"), ("new", "questions"), ("item", *disruption), ("item", "codelists", "harm"),
        ("item", "datasets", "events"), ("item", "language", "care"), ("change", *disruption), ("change", "indicators", "CE01"),
        ("change", "disclosure", "partnership_default"), ("change", "agreements", "own_use"),
        ("change_part", "codelists", "harm", "code"),
        ("change_part", "language", "our-words", "phrase"), ("draft", draft), ("draft", lively["gone"].pk), ("comment", draft),
        ("withdraw", draft), ("version", lively["second"].digest), ("version_item", lively["first"].digest, *disruption),
        ("received", lively["received"].pk), ("received_item", lively["received"].pk, *disruption),
    ):  # fmt: skip
        here.open(f"packs:{name}", *args)
    for query in ("in=checks", "in=checks&kind=required_if", "at=columns.0"):
        here.open("packs:thing", "datasets", "events", query=f"?{query}&edition=0")
    for folder in ("codelists", "datasets", "maturity", "maps", "agreements"):
        here.open("packs:new", folder)
    here.open("packs:new", "indicators")
    here.open("packs:new", "indicators", query="?kind=share&rows=concerns")
    here.open("packs:item", "maturity", "conditions")
    here.open("packs:change_part", "agreements", "own_use", "columns", query="?of=events")
    here.open("packs:compare", query=f"?old={lively['first'].digest}&new={lively['second'].digest}")
    here.open("packs:adopt", query=f"?draft={draft}")


@SIZES
def test_pages_of_agencies_own_words(reader, lively, lead, options):  # noqa: F811
    here = reader(lead, **options)
    here.open("crosswalk:home")
    for name in ("codes", "add", "take", "send"):
        here.open(f"crosswalk:{name}", "harm")
    for name in ("term", "say"):
        here.open(f"crosswalk:{name}", "disruption")
    for name in ("change", "remove"):
        here.open(f"crosswalk:{name}", LocalCode.objects.get(code="CE").pk)
    here.open("packs:say", lively["draft"].pk)


@SIZES
def test_a_file_of_codes_with_faults_is_told_line_by_line(reader, lively, lead, options):  # noqa: F811
    here = reader(lead, **options)
    for content, said in ((b"Agency,Own code\n", "no such heading"), (b"\x00", "is empty")):
        here.open("crosswalk:send", "harm")
        file = {"name": "codes.csv", "mimeType": "text/csv", "buffer": content}
        here.page.locator("input[type=file]").set_input_files(file)
        here.send("Read it")
        assert said in here.page.inner_text("main")


def test_a_draft_goes_from_words_that_blame_to_a_version_in_use(reader, lively, manager, today):  # noqa: F811
    """The remark is shown once, what is kept is the second look's, and the draft is adopted with its day and reason."""
    here = reader(manager)
    here.open("packs:change", "definitions", "missing")
    here.page.get_by_label("What it means").fill("A child who is putting herself at risk.")
    here.page.get_by_label("Why this change?").fill("The panel agreed it.")
    here.send("Keep the draft")
    assert here.page.get_by_role("heading", name="Words to look at again").is_visible()
    here.page.get_by_label("What it means").fill("A child whose whereabouts nobody knows.")
    here.send("Keep the draft")
    draft = Draft.objects.get(item="missing", state=Draft.State.OPEN)
    here.open("packs:adopt", query=f"?draft={draft.pk}")
    here.page.get_by_label("Who approved it").fill("Exploitation board")
    here.page.get_by_label("Why this version?").fill("Agreed in the autumn.")
    here.send("Adopt this version")
    assert partnership.pack().definitions["missing"].text == "A child whose whereabouts nobody knows."


@pytest.mark.usefixtures("partnership")
def test_empty_pages_say_what_to_do(reader, manager, lead):  # noqa: F811
    here = reader(manager)
    for name in ("home", "drafts", "compare", "exchange", "adopt"):
        here.open(f"packs:{name}")
    other = reader(lead)
    other.open("crosswalk:home")
    other.open("crosswalk:codes", "harm")
    other.open("crosswalk:term", "disruption")
