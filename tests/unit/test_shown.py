"""What a profile may show of returns: protected numbers, and to the public no name of a file."""

from datetime import date
from pathlib import Path

import pytest

from plait.decided import Agency, Partnership, Return, Supplied
from plait.declare import load_pack
from plait.profile import LinkFact
from plait.shown import coverage, finding_lines, link_worth
from plait.store import aside
from plait.values import Finding, Place

PACK = load_pack()
PARTNERSHIP = Partnership(
    name="Wenford", areas=("XC01",), pack_digest="x",
    agencies=(Agency(id="police", name="Wenford Police", kind="police", areas=("XC01",)),),
)  # fmt: skip
SENT = Supplied(
    agency="police", period="2024-25", dataset="events", rows=1_234, usable=3, received_on=date(2025, 5, 1),
    filled={"type": 0.956},
)  # fmt: skip


def test_numbers_of_rows_are_protected_and_a_share_of_few_is_left_out() -> None:
    line = coverage(PACK, PARTNERSHIP, SENT, digest="d", file="events.csv")
    assert (line.rows, line.usable, line.filled) == ("about 1,235", "fewer than 8", {})
    assert (line.agency, line.dataset, line.file) == ("Wenford Police", PACK.dataset("events").title, "events.csv")
    assert coverage(PACK, PARTNERSHIP, SENT, digest="d", file="events.csv", zone="public").file == ""


def test_a_return_set_aside_is_told_to_the_partnership_alone(tmp_path: Path) -> None:
    (tmp_path / "a name.csv").write_text("")
    record = Return(
        agency="police", period="2024-25", path=tmp_path / "a name.csv", dataset="events", received_on=date(2025, 5, 1)
    )
    kept = aside(record, key="k", agency="Wenford Police", dataset="Events", why="It is empty. Export it again.")
    other = Finding(code="x.y", where=Place(file="a name.csv"), problem="Odd.", remedy="Mend it.", count=2)
    findings = (*kept.findings, other)
    assert kept.set_aside and kept.tables == {}
    plain, ours = finding_lines(PACK, PARTNERSHIP, "police", findings)
    assert ours.problem == (
        "The return of events by Wenford Police for 2024-25, a name.csv, was set aside whole: It is empty. Export it again."
    )
    assert (ours.count, plain.count) == ("The whole return", "fewer than 8")
    assert [f.code for f in finding_lines(PACK, PARTNERSHIP, "police", findings, zone="public")] == ["x.y"]


def fact(
    precision: tuple[float, float, float] | None, recall: tuple[float, float, float] | None, by: str = ""
) -> LinkFact:
    return LinkFact(by=by, group="a" if by else "", precision=precision, recall=recall)


def test_links_right_are_as_people_saw_them_and_links_found_as_wide_as_both_leave_open() -> None:
    judged, seen = fact((97, 94, 99), (95, 90, 98)), fact((99.5, 98, 100), (98, 97, 99))
    (worth,) = link_worth([judged], [seen])
    assert worth.precision == (99.5, 98, 100)
    assert worth.recall == (98, 90, 99)


def test_where_no_number_judges_there_is_room_for_links_that_nobody_could_be_shown() -> None:
    (worth,) = link_worth([], [fact((99, 98, 100), (98, 97, 99))])
    assert worth.recall is not None and worth.recall[1] == pytest.approx(97 * 0.95) and worth.recall[2] == 99


def test_where_nobody_looked_what_the_number_says_stands_and_everyone_comes_first() -> None:
    judged = [fact((97, 94, 99), None, by="agency"), fact((97, 94, 99), (95, 90, 98))]
    assert link_worth(judged, []) == tuple(reversed(judged))
