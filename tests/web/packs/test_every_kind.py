"""Every kind of thing that a pack holds is begun from nothing, changed and retired in forms, checked by its own type."""

from __future__ import annotations

import re

import pytest
from lxml import html

from plait.declare.pack import FOLDERS
from plait_web.packs import shapes
from plait_web.packs.choices import Ground
from plait_web.packs.models import Draft
from plait_web.packs.opened import closed, opened
from plait_web.packs.versions import as_kept, item_of, items_of, standing
from plait_web.partnership import access as partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of, analyst, adopted):
    return client_of(analyst)


def said(page):
    """What a form's fields say, as a browser would send them back unchanged."""
    given = {}
    for name, value in html.fromstring(page.content).forms[-1].form_values():
        given.setdefault(name, []).append(value)
    return given


def send(desk, address, **written):
    """The page after the form there is filled in and sent, with the reason."""
    page = desk.get(address)
    assert page.status_code == 200, address
    return desk.post(address, said(page) | {"reason": "Agreed."} | written, follow=True)


def errors(page):
    """Field to what is said at it."""
    tree = html.fromstring(page.content)
    found = tree.xpath("//p[contains(@class, 'govuk-error-message')]")
    return {p.get("id").removesuffix("-error").removeprefix("id_"): " ".join(p.text_content().split()) for p in found}


def drafted(page):
    assert "The draft is kept" in page.content.decode(), (
        errors(page),
        re.findall(r"error-summary.*", page.content.decode())[:3],
    )
    draft = Draft.objects.order_by("-changed").first()
    return item_of(draft.folder, draft.body)


ITEM = {"title": "Ours", "owner": "Partnership data lead", "source": "Agreed here"}
INDICATOR = ITEM | {
    "why": "It is asked.", "unit": "child", "domain": "harm", "residence": "home", "frequency": "annual",
    "suppliers": ["council"],
    "period_rule": "In the period.", "counting_rule": "Each once.", "evidence": "Seen here.", "can_say": "How many.",
    "cannot_say": "Why.", "questions": ["who-refers"], "stage": "proposed",
}  # fmt: skip
ROWS = {"measure__rows__of": "concerns", "measure__rows__dated": "recorded_on"}
ZONE = {"hide_below": "20", "round_to": "10", "minimum_denominator": "100", "least_range": "0"}
NEW = {
    "questions": ("", ITEM | {"what": "What?", "how": "Ask.", "why": "To know.", "decides": "Board", "theme": "Place",
                              "domain": "help", "review": "annual", "rank": "9"}),
    "definitions": ("", ITEM | {"text": "It is this.", "scope": "Here."}),
    "codelists": ("", ITEM | {"codes__0__code": "A", "codes__0__label": "The first"}),
    "datasets": ("", ITEM | {"row": "One visit", "tier": "person", "columns__0__id": "person", "columns__0__title": "Reference",
                             "columns__0__type": "text", "columns__0__privacy": "identifier", "columns__0__meaning": "Who.",
                             "columns__0__after_coding": "token"}),
    "indicators": ("?kind=count&rows=concerns", INDICATOR | ROWS | {"measure__unit": "people"}),
    "disclosure": ("", ITEM | {"note": "Stricter."} | {f"{zone}__{part}": value for zone in ("partnership", "public")
                   for part, value in ZONE.items()}),
    "agreements": ("", ITEM | {"why_we_may_share": "To plan.", "purpose": "Planning.", "purposes": ["strategic"],
                               "form": "aggregate", "lawful_basis": "Public task.", "gateway": "None.", "partners": ["council"],
                               "retention_years": "1", "columns__counts": ["*"]}),
    "language": ("", ITEM),
    "maturity": ("", ITEM | {"about": "Once a year.", "level_names": "A\nB\nC\nD\nE", "evidence_from": "3", "low": "2",
                             "headings__0__id": "care", "headings__0__title": "Care", "headings__0__about": "Of words.",
                             "headings__0__statements__0__id": "words", "headings__0__statements__0__title": "We take care",
                             "headings__0__statements__0__levels": "a\nb\nc\nd\ne",
                             "headings__0__statements__0__action": "Begin."}),
    "maps": ("", {"named": "our-tracker", "dataset": "concerns", "heading_row": "1", "note": "Our tracker",
                  "columns__0__column": "person", "columns__0__heading": "Ref"}),
    "published": ("", {"title": "A table", "source": "A publisher", "recognised_by": "One\nTwo",
                       "filters": "area code = area", "filter_values": "area code: Here = E06"}),
}  # fmt: skip


def test_there_is_a_way_to_begin_each_kind_that_a_pack_holds():
    assert NEW.keys() == FOLDERS.keys()


@pytest.mark.parametrize("folder", sorted(NEW))
def test_each_kind_is_begun_from_nothing_changed_and_retired(folder, desk, adopt, today):
    query, written = NEW[folder]
    made = drafted(send(desk, f"/packs/items/{folder}/new/{query}", **written))
    assert made.id in ("ours", "our-tracker", "a-table")
    adopt(Draft.objects.get())
    where = f"/packs/items/{folder}/{made.id}/change/"
    assert desk.get(f"/packs/items/{folder}/{made.id}/").status_code == 200
    word = "source" if folder == "published" else "note" if folder == "maps" else "owner"
    assert getattr(drafted(send(desk, where, **{word: "Said otherwise"})), word) == "Said otherwise"
    assert drafted(send(desk, f"{where}retire/")).retired == today
    adopt(Draft.objects.get(state=Draft.State.OPEN))
    assert items_of(partnership.pack(), folder)[made.id].retired == today


@pytest.mark.parametrize("kind", [shapes.kind_of(one) for one in shapes.MEASURES])
def test_an_indicator_of_each_measure_is_begun(kind, desk):
    assert "What kind of figure is it?" in desk.get("/packs/items/indicators/new/").content.decode()
    then = {f"measure__then__{part}": value for part, value in (("of", "events"), ("dated", "started_on"))}
    others = {f"measure__others__{part}": value for part, value in (("of", "services"), ("dated", "started_on"))}
    lists = {f"measure__{name}__{n}__{part}": value for name in ("lists", "steps") for n in (0, 1) for part, value in
             (("id", f"list-{n}"), ("title", f"List {n}"), ("rows__of", "events"), ("rows__dated", "started_on"))}  # fmt: skip
    given = {
        "share": {"measure__subset__0__column": "role", "measure__subset__0__test": "is_in",
                  "measure__subset__0__values": "harmed"},
        "median_days": {"measure__start": "flag_from", "measure__end": "flag_to"},
        "within": then | {"measure__days": "5"}, "median_wait": then,
        "repeat": {"measure__at_least": "2", "measure__within_days": "90"},
        "overlap": others | {"measure__present": "on"}, "lists": lists, "journey": lists,
    }.get(kind, {})  # fmt: skip
    query = f"?kind={kind}" + ("" if kind in ("reported", "lists") else "&rows=concerns")
    if "rows" in query:
        given = given | ROWS
    made = drafted(send(desk, f"/packs/items/indicators/new/{query}", **INDICATOR, **given))
    assert made.measure.kind == kind and made.age is None


CHECK = {"code": "ours", "problem": "It is wrong.", "remedy": "Mend it.", "severity": "warning"}
CHECKS = {
    "unique": {"columns": ["event"]}, "range": {"column": "type", "low": "1"}, "date_range": {"column": "started_on"},
    "order": {"earlier": "started_on", "later": "ended_on"}, "required_if": {"column": "outcome"}, "forbidden_if": {},
    "pattern": {"column": "event", "shape": "reference"},
    "reference": {"columns": ["person"], "to": "people", "to_columns": ["person"]},
    "forbidden_beside": {"column": "type", "beside__0__columns": ["event"], "beside__0__to": "services",
                         "beside__0__to_columns": ["relates_to"]},
    "no_overlap": {"by": ["person"], "start": "started_on", "end": "ended_on"},
    "person_order": {"column": "started_on", "relation": "not_before", "other": "people", "other_column": "date_of_birth"},
    "change": {"factor": "2", "at_least": "20"}, "between_agencies": {"factor": "2", "at_least": "20"},
}  # fmt: skip


@pytest.mark.parametrize("kind", CHECKS)
def test_a_check_of_each_kind_is_added(kind, desk):
    address = "/packs/items/datasets/events/thing/?in=checks&edition=0"
    assert f"kind={kind}" in desk.get(address).content.decode()
    number = len(standing().pack.datasets["events"].checks)
    given = {f"checks__{number}__{part}": value for part, value in (CHECK | CHECKS[kind]).items()}
    made = drafted(send(desk, f"{address}&kind={kind}", **given))
    assert (made.checks[-1].kind, made.checks[-1].code) == (kind, "ours") and len(made.checks) == number + 1


def test_a_column_and_a_condition_are_added_said_otherwise_and_taken_out(desk, adopt):
    """One list inside another: the rows a check looks at are a list on the check's own page."""
    address = "/packs/items/datasets/events/thing/"
    n = len(standing().pack.datasets["events"].columns)
    given = {"id": "weather", "title": "Weather", "type": "code", "codes": "harm", "privacy": "plain", "meaning": "How it was.",
             "after_coding": "keep"}  # fmt: skip
    drafted(send(desk, f"{address}?in=columns&edition=0", **{f"columns__{n}__{k}": v for k, v in given.items()}))
    made = drafted(send(desk, f"{address}?at=columns.{n}&edition=1", **{f"columns__{n}__title": "The weather"}))
    assert made.column("weather").title == "The weather"
    m = len(made.checks)
    check = {f"checks__{m}__{part}": value for part, value in (CHECK | {"column": "outcome"}).items()}
    drafted(send(desk, f"{address}?in=checks&edition=2&kind=required_if", **check))
    when = f"checks__{m}__when__0__"
    given = {f"{when}column": "weather", f"{when}test": "is_in", f"{when}values": "CSE, CCE"}
    made = drafted(send(desk, f"{address}?in=checks.{m}.when&edition=3", **given))
    assert made.checks[-1].when[0].is_in == ("CSE", "CCE")
    page = desk.get(f"{address}?at=checks.{m}&edition=4").content.decode()
    assert f"checks.{m}.when.0" in page.replace("%2E", ".") and "CSE, CCE" in page
    made = drafted(send(desk, f"{address}?at=checks.{m}&edition=4&remove=yes"))
    assert len(made.checks) == m
    adopt(Draft.objects.get())


def test_what_the_pack_below_declares_is_not_taken_out_nor_tests_otherwise(desk):
    address = "/packs/items/datasets/events/thing/?at=checks.0&edition=0"
    page = desk.get(address)
    assert set(said(page)) >= {"checks__0__problem", "checks__0__severity"} and "checks__0__columns" not in said(page)
    answer = send(desk, f"{address}&remove=yes").content.decode()
    assert "never drop one" in answer and not Draft.objects.exists()


def test_a_code_that_was_never_in_use_is_taken_out_of_its_draft_and_no_other(desk, adopt):
    address, code = "/packs/items/codelists/harm/change/code/", {"group": "sexual", "note": ""}
    for name in ("HERE-ONE", "HERE-TWO"):
        made = drafted(send(desk, address, code=name, label=name, **code))
    out = [a.get("href") for a in html.fromstring(desk.get(f"{address}?of=HERE-ONE").content).iter("a")]
    (link,) = [href for href in out if "remove" in (href or "")]
    made = drafted(send(desk, link))
    codes = [one.code for one in made.codes]
    assert "HERE-ONE" not in codes and "HERE-TWO" in codes
    assert "remove" not in desk.get(f"{address}?of=CSE").content.decode()
    place = codes.index("CSE")
    thing = f"/packs/items/codelists/harm/thing/?at=codes.{place}&edition={Draft.objects.get().edition}&remove=yes"
    assert "has been in use" in send(desk, thing).content.decode()
    adopt(Draft.objects.get())
    assert "remove" not in desk.get(f"{address}?of=HERE-TWO").content.decode()


@pytest.mark.parametrize(
    ("address", "written", "field", "sentence"),
    [
        ("datasets/new/", {"columns__0__id": "two words"}, "columns__0__id", "Use letters, figures"),
        ("indicators/new/?kind=count&rows=concerns", {"measure__rows__of": "events", "measure__rows__dated": "recorded_on"},
         "measure__rows__dated", "has no such column"),
        ("indicators/new/?kind=share&rows=concerns", {"measure__subset__0__column": "role", "measure__subset__0__test": "is_in",
                                                      "measure__subset__0__values": "nobody"},
         "measure__subset__0__values", "Use those of the code list"),
        ("indicators/new/?kind=count&rows=concerns", {"age__low": "10"}, "age__high", "Fill this in"),
        ("indicators/new/?kind=repeat&rows=concerns", {"measure__at_least": "1", "measure__within_days": "9"},
         "measure__at_least", "greater than or equal to 2"),
        ("maturity/new/", {"level_names": "One\nTwo"}, "level_names", "Fill this in"),
        ("published/new/", {"filters": "no sign"}, "filters", "name = value"),
    ],
)  # fmt: skip
def test_what_the_type_refuses_is_said_at_the_field(address, written, field, sentence, desk):
    whole = NEW[address.split("/")[0]][1]
    filled = whole | (ROWS if address.startswith("ind") else {}) | written
    page = send(desk, f"/packs/items/{address}", **filled)
    assert sentence in errors(page).get(field, ""), errors(page)
    assert not Draft.objects.exists()


def test_a_name_the_pack_does_not_know_is_refused_with_the_nearest(desk):
    page = send(desk, "/packs/items/datasets/new/", **NEW["datasets"][1] | {"columns__0__type": "code"})
    assert "has no code list" in page.content.decode() and not Draft.objects.exists()


def test_a_place_in_a_list_that_moved_meanwhile_is_looked_at_again(desk):
    send(desk, "/packs/items/datasets/events/change/", guidance="Send each event once.")
    page = desk.get("/packs/items/datasets/events/thing/?at=checks.0&edition=0", follow=True).content.decode()
    assert "was changed meanwhile" in page


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_every_item_of_the_core_is_as_it_was_after_its_forms_words(folder, adopted):
    """Written out for forms and read back, each says the same; and each of its lists has its type."""
    for item in items_of(standing().pack, folder).values():
        body = item.model_dump(mode="json")
        assert as_kept(item_of(folder, closed(folder, opened(folder, body)))) == as_kept(item)
        for held in shapes.lists_of(folder, opened(folder, body)):
            assert shapes.things_at(folder, opened(folder, body), held.path) == held
    assert shapes.parts_for(folder, {}, Ground(standing().pack, folder, {}, beginning=True))


@pytest.mark.parametrize("address", ["?in=nothing", "?at=checks.999", "?at=title", "?at="])
def test_what_is_no_list_is_not_found(address, desk):
    assert desk.get(f"/packs/items/datasets/events/thing/{address}&edition=0").status_code == 404
