"""The ledger's pages: everything that left, to whom, and for a figure that is withheld why, and what would expose it."""

from __future__ import annotations

from datetime import date
from math import inf
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plait.protect import save_released, withheld_counts
from plait_web.partnership import access as partnership
from plait_web.release import ledger
from plait_web.release.access import releases_for
from plait_web.release.models import Release
from plait_web.roles import Role
from tests.unit.publish import making as profiles

pytestmark = pytest.mark.django_db
TRUTH = 87_654.0  # the count behind every figure here, which no page may show


def left(key: str, zone: str, rows: list[dict], on: date = date(2025, 7, 1)) -> Path:
    """What protect would have kept of these figures, under a key."""
    folder = partnership.shelf().folder / "runs" / key
    folder.mkdir(parents=True)
    released = profiles.released(rows)
    object.__setattr__(released, "zone", zone)
    save_released(released, folder)
    true = [
        row | {"low": TRUTH, "high": TRUTH, "count_low": TRUTH, "count_high": TRUTH, "state": "exact"} for row in rows
    ]
    figures = pa.Table.from_pylist(true, schema=profiles.COLUMNS)
    pq.write_table(withheld_counts(figures, released, on=on, release=key), folder / "withheld.parquet")
    return folder


@pytest.fixture
def kept(set_up):
    """A count withheld from the public in one district, of which the whole and the other districts are shown."""
    one = profiles.core().indicator("CE01")
    shown = [profiles.number(one, 40.0), profiles.number(one, 20.0, area="XD02")]
    hidden = profiles.row("CE01", area="XD01", state="withheld", mark="c")
    left("a" * 64, "public", [*shown, hidden])
    left("b" * 64, "partnership", [profiles.number(one, 45.0)])


@pytest.fixture
def reader(client_of, manager, kept):
    return client_of(manager)


def said(client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def test_everything_that_left_is_listed_and_what_is_given_outside_named(reader, manager, picture):
    release = Release.objects.create(
        title="For all", audience="public", run=picture, by=manager, state="published", key="a" * 64, published_by=manager,
        published_at=picture.asked, drawn_at=picture.asked, description="?", population="?", relation="?",
    )  # fmt: skip
    text = said(reader, "/ledger/")
    assert "The public" in text and "The partnership" in text and release.title in text


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("zone=public", 1), ("indicator=CE01", 2), ("indicator=MI01", 0), ("area=XD01", 1), ("period=2024-25", 2),
     ("period=2019-20", 0), ("zone=nonsense", 2)],
)  # fmt: skip
def test_the_list_is_narrowed(query, count, reader):
    assert (
        said(reader, f"/ledger/?{query}").count("/ledger/" + "a" * 64)
        + said(reader, f"/ledger/?{query}").count("/ledger/" + "b" * 64)
        == count
    )


@pytest.mark.parametrize(("audience", "seen"), [("public", True), ("region", True), ("inspection", False)])
def test_who_looks_in_from_the_region_sees_what_was_published_for_them(
    client_of, regional, kept, manager, picture, audience, seen
):
    client = client_of(regional)
    assert "a" * 64 not in said(client, "/ledger/") and "b" * 64 not in said(client, "/ledger/")
    release = Release.objects.create(
        title="Let out", audience=audience, run=picture, by=manager, state="published", key="a" * 64,
        published_by=manager, published_at=picture.asked, drawn_at=picture.asked, description="?", population="?", relation="?",
    )  # fmt: skip
    assert ("a" * 64 in said(client, "/ledger/")) is seen and "b" * 64 not in said(client, "/ledger/")
    assert client.get(f"/ledger/{'a' * 64}/").status_code == (200 if seen else 404)
    assert releases_for(regional).filter(pk=release.pk).exists() is seen
    assert client.get(f"/ledger/{'b' * 64}/").status_code == 404


def test_no_page_shows_a_count_that_is_behind_a_figure(reader):
    cell = f"/ledger/{'a' * 64}/figure/?indicator=CE01&period=2024-25&area=XD01"
    for page in ("/ledger/", f"/ledger/{'a' * 64}/", cell):
        text = said(reader, page)
        assert "87654" not in text and "87,654" not in text


def test_a_withheld_figure_says_why_and_what_would_expose_it(reader):
    text = said(reader, f"/ledger/{'a' * 64}/figure/?indicator=CE01&period=2024-25&area=XD01")
    assert "Both carry one mark" in text and "What would expose it" in text
    assert "Wenfordshire" in text and "Alderwick" in text


def test_a_figure_that_is_shown_is_shown_as_its_readers_saw_it(reader):
    text = said(reader, f"/ledger/{'a' * 64}/figure/?indicator=CE01&period=2024-25&area=XC01")
    assert ">40<" in text and "Why it is not shown" not in text


@pytest.mark.parametrize("address", ["/ledger/nothing/", f"/ledger/{'a' * 64}/figure/?indicator=CE99"])
def test_what_is_not_there_is_not_found(address, reader):
    assert reader.get(address).status_code == 404


def test_what_is_not_told_apart_is_said_in_words():
    row = {"state": "between", "low": 10.0, "high": inf}
    assert ledger.said(row) == "At least 10"
    assert ledger.said(row | {"high": 20.0}) == "Between 10 and 20"
    assert ledger.said({"state": "low_reliability", "low": None, "high": None}) == "Low reliability [u]"


def test_who_may_not_see_releases_may_not_see_the_ledger(client_of, person, kept):
    assert client_of(person(Role.ADMINISTRATOR)).get("/ledger/").status_code == 403


def test_a_ledger_that_is_damaged_says_so(reader):
    (partnership.shelf().folder / "runs" / ("a" * 64) / "withheld.parquet").write_bytes(b"nothing")
    ledger._left.cache_clear()
    assert "cannot be read" in said(reader, "/ledger/")
