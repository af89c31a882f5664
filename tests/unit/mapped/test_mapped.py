"""How agencies hold things, which figures rest on what, and on whom most of them rest."""

import pytest

from plait.decided import Asset
from plait.declare import load_pack
from plait.mapped import CAPTURES, Held, Uses, held, holding, reliance

PACK = load_pack()
CONCERNS = PACK.dataset("concerns")


def line(**said) -> Asset:
    return Asset(**({"agency": "a", "dataset": "concerns", "columns": ("*",)} | said))


@pytest.mark.parametrize(
    ("capture", "extractable", "expected"),
    [
        ("coded", True, Held.CODED), ("coded", False, Held.STUCK), ("spreadsheet", True, Held.SPREADSHEET),
        ("free_text", True, Held.STUCK), ("document", False, Held.STUCK), ("paper", True, Held.STUCK),
        ("not_recorded", False, Held.NOT_RECORDED),
    ],
)  # fmt: skip
def test_how_a_line_can_be_counted(capture, extractable, expected):
    assert held(line(capture=capture, extractable=extractable)) is expected


def test_each_way_of_recording_has_words():
    assert set(CAPTURES) == set(Asset.model_fields["capture"].annotation.__args__)


@pytest.mark.parametrize(
    ("lines", "column", "expected"),
    [
        ([], "", (Held.NOT_KNOWN, False, False)),
        ([line()], "", (Held.CODED, False, False)),
        ([line(columns=("harms",))], "", (Held.CODED, True, False)),
        ([line(columns=("harms",))], "status", (Held.NOT_KNOWN, False, False)),
        ([line(columns=("harms",)), line(columns=("status",), capture="paper")], "", (Held.CODED, True, False)),
        ([line(columns=("harms",)), line(columns=("status",), capture="paper")], "status", (Held.STUCK, False, False)),
        ([line(quality="weak")], "harms", (Held.CODED, False, True)),
        ([line(), line(capture="paper", quality="weak")], "", (Held.CODED, True, False)),
        ([line(dataset="events")], "", (Held.NOT_KNOWN, False, False)),
    ],
)
def test_the_best_way_counts_and_the_rest_is_told(lines, column, expected):
    found = holding(CONCERNS, lines, column)
    assert (found.held, found.mixed, found.weak) == expected


def test_what_rests_on_a_line():
    use = Uses(PACK).of(line(dataset="events", types=("missing_home",)), "police")
    assert "MI01" in {i.id for i in use.indicators} and "missing-and-harm" in use.questions


@pytest.mark.parametrize(
    "other",
    [
        line(dataset="events", types=("exclusion",)),
        line(dataset="events", columns=("outcome",)),
        line(dataset="", columns=()),
    ],
)
def test_what_does_not(other):
    assert "MI01" not in {i.id for i in Uses(PACK).of(other, "police").indicators}


def test_a_figure_of_other_agencies_rests_on_no_line_of_this_kind():
    assert Uses(PACK).of(line(dataset="events", types=("missing_home",)), "housing").indicators == ()


def test_what_is_asked_of_a_kind():
    uses = Uses(PACK)
    assert uses.asked("police", "events") and uses.asked("police", "events", "started_on")
    assert not uses.asked("police", "no-such") and not uses.asked("no-such", "events")


def test_on_whom_most_rests():
    first, second = PACK.live_indicators[:2]
    found = reliance([(first, ("a",)), (second, ("a", "b"))])
    assert [(r.agency, r.figures, r.alone) for r in found] == [("a", 2, 1), ("b", 1, 0)]
    assert found[0].questions == len({*first.questions, *second.questions})
