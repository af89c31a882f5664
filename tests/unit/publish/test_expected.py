"""What was recorded beside what was expected: by group at the whole's own rate, by source as often as for any reason."""

from dataclasses import replace

import pytest

from plait.declare import Indicator
from plait.intervals import poisson_limits
from plait.publish.expected import expected_blocks
from plait.publish.picture import Picture
from tests.unit.publish.making import core, number, profile, released, row


def counted(name: str, value: float, **given: object) -> dict[str, object]:
    found: Indicator = core().indicator(name)
    return number(found, value, **given)


def rate(value: float, count: float, base: float, **given: object) -> dict[str, object]:
    bases = {"base_low": base, "base_high": base, "count_low": count, "count_high": count}
    return row("CE01b", low=value, high=value, **bases, **given)


ROWS = (
    counted("CN02", 900.0),
    *(counted("CN02", n, by="source", group=g) for g, n in (("police", 300.0), ("schools", 200.0), ("health", 100.0))),
    counted("CN02", 300.0, by="source", group="unknown"),
    counted("CE02", 90.0),
    counted("CE02", 60.0, by="source", group="police"),
    counted("CE02", 0.0, by="source", group="schools") | {"state": "zero"},
    row("CE02", by="source", group="health", state="withheld"),
    counted("CE02", 20.0, by="source", group="unknown"),
    rate(20.0, 40.0, 20_000.0),
    rate(30.0, 30.0, 10_000.0, by="sex", group="F"),
    row("CE01b", by="sex", group="M", state="withheld"),
)


def told(*rows: dict[str, object]) -> dict[str, list[list[str]]]:
    """The rows of each table, by its heading."""
    blocks = expected_blocks(Picture(replace(profile(), released=released(list(rows)))))
    return {b.heading: [[cell.text for cell in line] for line in b.table.rows] for b in blocks if b.table}


def test_a_source_is_expected_to_raise_exploitation_as_often_as_anything() -> None:
    lines = {line[0]: line[1:] for line in told(*ROWS)["Recorded and expected, by who raised it"]}
    low, high = (limit / 30 for limit in poisson_limits(60))
    assert lines["Police"] == ["60", "30", "2.00", f"{low:.2f} to {high:.2f}"]
    assert lines["Schools"][:3] == ["0", "20", "0.00"]
    assert list(lines) == ["Police", "Schools", "Health"], "the most expected first; what is not known is nobody's"


def test_what_is_withheld_stays_withheld_beside_what_was_expected() -> None:
    every = told(*ROWS)
    assert ["Health", "withheld", "10", "", ""] in every["Recorded and expected, by who raised it"]
    assert [line[1:3] for line in every["Recorded and expected, by group"]] == [["30", "20"]]


@pytest.mark.parametrize("without", ["CN02", "CE02"])
def test_with_one_count_by_source_there_is_nothing_to_expect(without: str) -> None:
    assert "Recorded and expected, by who raised it" not in told(*(r for r in ROWS if r["indicator"] != without))
