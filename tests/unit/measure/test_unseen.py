"""The estimate of the unseen against published tables, and every reason to refuse one.

Data: the National Crime Agency's 2013 lists as published by Silverman (2014), and the Dutch lists as published by van Dijk and
others (2017). Results: Chan, Silverman and Vincent (2021) and their R packages.
"""

import numpy as np
import pytest

from plait.measure.unseen import LinkWorth, Lists, refusals, unseen
from plait.measure.unseen.choose import alone, hierarchical, named, stepwise, weighed
from plait.measure.unseen.estimate import _bca
from plait.measure.unseen.fit import exists, fit
from plait.measure.unseen.lists import relinked


def lists(names: str, seen: str) -> Lists:
    return Lists.of(tuple(names.split()), {h: int(n) for h, n in (entry.split() for entry in seen.split(","))})


UK = lists(
    "LA NG PF GO GP NCA",
    "100000 54,010000 463,001000 907,000100 695,000010 316,000001 57,110000 15,101000 19,100100 3,011000 56,010100 19,010010 1,"
    "010001 3,001100 69,001010 10,001001 31,000110 8,000101 6,000011 1,111000 1,110100 1,011100 4,011001 3,001101 1,111100 1",
)
UK5 = lists(
    "LA NG PFNCA GO GP",
    "10000 54,01000 463,00100 995,00010 695,00001 316,11000 15,10100 19,10010 3,01100 62,01010 19,01001 1,00110 76,00101 11,"
    "00011 8,11100 1,11010 1,01110 4,11110 1",
)
NED = lists(
    "I K O P R Z",
    "101100 4,101000 1,100101 4,100100 18,100010 3,100001 16,100000 352,011000 1,010100 44,010001 4,010000 1299,001110 2,"
    "001101 7,001100 59,001010 2,001001 57,001000 403,000111 1,000110 82,000101 125,000100 4466,000011 2,000010 650,000001 632",
)
NED5 = lists(
    "IO K P R Z",
    "10000 756,01000 1299,00100 4466,00010 650,00001 632,11000 1,10100 81,10010 5,10001 73,01100 44,01001 4,00110 82,00101 125,"
    "00011 2,10110 2,10101 11,00111 1",
)
THREE = lists("A B C", "100 40,010 30,001 20,110 6")
OVERLAPPING = lists("A B C", "100 90,010 80,001 70,110 20,101 18,011 15,111 6")


@pytest.mark.parametrize(
    ("data", "independent", "chosen", "order"),
    [
        (UK, 12213.9951, 11417.9911, "PF:NCA LA:NG NG:GP LA:PF PF:GP GO:GP NG:GO"),
        (UK5, 13444.1312, 11312.9903, "LA:NG NG:GP PFNCA:GP LA:PFNCA GO:GP NG:GO"),
        (NED, 52823.4640, 111139.3712, "O:Z P:Z I:Z P:R O:P K:R I:K K:O"),
        (NED5, 52923.8943, 121521.6137, "IO:Z P:Z P:R IO:P K:R IO:K"),
    ],
)
def test_published_estimates(data: Lists, independent: float, chosen: float, order: str) -> None:
    counts = data.counts[None, :]
    models, steps = stepwise(counts)
    assert data.seen + fit(counts, alone(len(data.names))).unseen[0] == pytest.approx(independent, abs=1e-4)
    assert data.seen + fit(counts, models).unseen[0] == pytest.approx(chosen, abs=1e-4)
    assert " ".join(":".join(n for p, n in enumerate(data.names) if step[0] >> p & 1) for step in steps) == order
    assert exists(data.counts, models[0]) == ""


@pytest.mark.parametrize(
    ("data", "low", "high", "aic"),
    [(UK, 9977.28, 13145.66, 162.6591), (UK5, 9884.40, 13027.40, 127.5986), (NED, 92439.86, 133991.47, None),
     (NED5, 98675.44, 150138.91, None)],
)  # fmt: skip
def test_published_intervals_of_the_chosen_model(data: Lists, low: float, high: float, aic: float | None) -> None:
    fits = fit(data.counts[None, :], stepwise(data.counts[None, :])[0])
    reach = 1.959964 * fits.error[0]
    assert data.seen + fits.unseen[0] * np.exp(-reach) == pytest.approx(low, abs=0.01)
    assert data.seen + fits.unseen[0] * np.exp(reach) == pytest.approx(high, abs=0.01)
    assert aic is None or fits.aic[0] == pytest.approx(aic, abs=1e-4)


@pytest.mark.parametrize(("data", "low", "high"), [(UK5, 8785, 14701), (NED5, 47393, 162846)])
def test_published_intervals_that_take_the_choosing_in(data: Lists, low: float, high: float) -> None:
    """Bootstraps differ by their random numbers, so to within 15 %."""
    draws = np.random.default_rng(1).multinomial(data.seen, data.counts / data.seen, size=1000).astype(float)
    assert _bca(data, draws) == (pytest.approx(low, rel=0.15), pytest.approx(high, rel=0.15))


@pytest.mark.deep
@pytest.mark.parametrize(("data", "best", "people"), [(UK5, 195.87911, 25311.29), (NED5, 219.17073, 148788.76)])
def test_the_best_of_all_6893_models(data: Lists, best: float, people: float) -> None:
    models = hierarchical(5, 4)
    fits, belief = weighed(data.counts, models)
    bic = fits.bic(np.array(float(data.seen)))
    first = int(bic.argmin())
    assert len(models) == 6893
    assert bic[first] == pytest.approx(best, abs=1e-4)
    assert data.seen + fits.unseen[first] == pytest.approx(people, abs=0.01)
    assert first == int(belief.argmax())


def test_models_are_named_by_what_depends_on_what() -> None:
    models = hierarchical(3, 2)
    assert len(models) == 8
    assert named(models[-1], ("A", "B", "C")) in {(), ("A and B", "A and C", "B and C")} | {
        named(m, ("A", "B", "C")) for m in models
    }


@pytest.mark.parametrize(
    ("sets", "said"),
    [((0, 1, 2, 4, 3, 5, 6), "not identified"), ((0, 1, 2, 4, 3), "does not exist"), ((0, 1, 2, 4, 5, 6), "")],
)
def test_whether_an_estimate_exists(sets: tuple[int, ...], said: str) -> None:
    assert exists(THREE.counts, np.isin(np.arange(8), sets)) == said


@pytest.mark.parametrize(
    ("data", "area", "links", "said"),
    [
        (OVERLAPPING, "ward", None, "never for a smaller area"),
        (lists("A B", "10 90,01 80,11 40"), "region", None, "Fewer than 3"),
        (lists("A B C", "100 90,010 80,001 70,110 9,101 8,011 7"), "region", None, "Fewer than 30"),
        (lists("A B C", "100 90,010 80,001 70,110 45"), "region", None, "list of C shares nobody"),
        (
            OVERLAPPING,
            "region",
            LinkWorth(recall=(0.9, 0.7, 0.95), precision=(1, 1, 1)),
            "links between lists are too poor",
        ),
        (OVERLAPPING, "force", LinkWorth(recall=(0.95, 0.9, 0.97), precision=(0.9, 0.85, 0.95)), "too poor"),
    ],
)
def test_every_reason_to_refuse(data: Lists, area: str, links: LinkWorth | None, said: str) -> None:
    found = unseen(data, area=area, links=links, repeats=10)
    assert any(said in reason for reason in found.refused)
    assert found.stepwise is None and found.range is None
    assert tuple(refusals(data, area=area, links=links)) == found.refused


def test_what_is_not_refused_comes_as_a_range_with_what_moves_it() -> None:
    found = unseen(OVERLAPPING, area="region", repeats=100)
    assert found.refused == () and found.range is not None and found.stepwise is not None
    assert found.range[0] < found.stepwise < found.range[1]
    assert found.stepwise_interval is not None and found.averaged_interval is not None
    assert found.range == (
        min(found.stepwise_interval[0], found.averaged_interval[0]), max(found.stepwise_interval[1], found.averaged_interval[1]),
    )  # fmt: skip
    assert found.range[0] >= found.seen
    assert [tried.what for tried in found.dropping] == ["without A", "without B", "without C"]
    assert len(found.merging) == 3 and found.models[0].worse == 0
    assert "Experimental" in found.caveats[0]
    assert found == unseen(OVERLAPPING, area="region", repeats=100)


def test_missed_links_are_put_back() -> None:
    """200 and 150 on two lists, 60 on both, is 500 in all; a tenth of links missed makes it seem 555.6."""
    thinned = lists("A B", "10 146,01 96,11 54")
    assert thinned.relinked(0.1, 0.0).counts.tolist() == pytest.approx([0, 140, 90, 60])
    joined = lists("A B", "10 137,01 87,11 63")  # three strangers joined besides
    assert joined.relinked(0.0, 3 / 63).counts.tolist() == pytest.approx([0, 140, 90, 60])
    assert relinked(UK.counts[None, :], np.array([0.0]), np.array([0.0]))[0].tolist() == UK.counts.tolist()


def test_poorer_links_widen_the_range() -> None:
    sure = LinkWorth(recall=(0.93, 0.93, 0.93), precision=(1, 1, 1))
    unsure = LinkWorth(recall=(0.93, 0.83, 1.0), precision=(1, 1, 1))
    narrow, wide = (unseen(OVERLAPPING, area="region", links=links, repeats=300).range for links in (sure, unsure))
    assert narrow is not None and wide is not None
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_lists_from_linked_people_and_without_one() -> None:
    people, on = np.array([1, 1, 2, 3, 3, 3, 1]), np.array([0, 1, 1, 0, 1, 2, 1])
    found = Lists.joined(people, on, ("A", "B", "C"))
    assert (found.seen, found.on_several, found.apart) == (3, 2, ())
    assert found.without(1).counts.tolist() == [0, 1, 0, 1]
    assert found.without(1).names == ("A", "C")
    assert found.merged(0, 1).names == ("A or B", "C")
    assert found.merged(0, 1).counts.tolist() == [0, 2, 0, 1]
