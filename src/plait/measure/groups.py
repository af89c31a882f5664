"""The groups of a breakdown, each with a number, and which code belongs to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plait.decided import Agency
from plait.declare import CodeList, DataSet, Indicator, Pack
from plait.declare.holding import accepted
from plait.declare.indicators import GROUPED, Journey, Lists
from plait.declare.journeys import HOW, TOGETHER, WAITS, named, waited
from plait.declare.links import rows_of
from plait.declare.needed import ROW_COLUMNS
from plait.values import Period

NOT_RECORDED = "not_recorded"
UNLISTED = "unlisted"
EVERYONE = 0

SETS = ("harm", "setting", "method", "disability")
SINGLES = ("status", "role", "need", "type", "detail", "outcome", "source")
DIMENSIONS = ("age_band", "sex", "ethnicity", *SETS, *SINGLES, "agency", *TOGETHER)


@dataclass(frozen=True)
class Groups:
    """Every (breakdown, group) with its number, and for each breakdown and code list the code's group."""

    numbers: Mapping[tuple[str, str], int]
    codes: Mapping[tuple[str, str], Mapping[str, str]]

    def number(self, by: str, group: str) -> int:
        return self.numbers[by, group]


def gather(pack: Pack, agencies: Sequence[Agency]) -> Groups:
    """All groups that any breakdown of this pack could have."""
    codes = {(by, listed): _groups_of(pack, by, listed) for by, listed in _lists(pack)}
    pairs = {(by, group) for (by, _), known in codes.items() for group in known.values()}
    pairs |= {("agency", agency.id) for agency in agencies}
    pairs |= {pair for indicator in pack.indicators.values() for pair in together(indicator)}
    pairs |= {(by, group) for by in DIMENSIONS for group in (NOT_RECORDED, UNLISTED)}
    return Groups({pair: n for n, pair in enumerate(sorted(pairs), start=1)}, codes)


def together(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Every group there can be of people on several lists, or of journeys, by breakdown."""
    measure = indicator.measure
    if isinstance(measure, Lists):
        ids = [one.id for one in measure.lists]
        yield from (("list", one) for one in ids)
        yield from (("how_many", str(n)) for n in range(len(ids) + 1))
        yield from (("lists", named(ids, pattern)) for pattern in range(1 << len(ids)))
    if isinstance(measure, Journey):
        ids = [one.id for one in measure.steps]
        yield from (("steps", named(ids, pattern)) for pattern in range(1 << len(ids)))
        yield from (("waited", waited(how, place)) for how in HOW for place in range(len(WAITS)))


def code_list(pack: Pack, by: str, dataset: DataSet | None) -> str:
    """The code list a breakdown of this data set reads; '' when the data set has no such column."""
    if by in ("age_band",):
        return by if by in pack.codelists else ""
    if by in ("sex", "ethnicity", "disability"):
        return pack.dataset("people").column(by).codes or ""
    column = ROW_COLUMNS.get(by, "")
    if dataset is None or column not in dataset.column_ids:
        return ""
    return dataset.column(column).codes or ""


def bands(pack: Pack) -> dict[str, tuple[int, int]]:
    """Age band to its youngest and oldest age, read from codes such as 10-13 and 26+."""
    found = {}
    for code in _live_codes(pack.codelists.get("age_band")):
        low, _, high = code.removesuffix("+").partition("-")
        if low.isdigit():
            found[code] = (int(low), int(high) if high.isdigit() else 120 if code.endswith("+") else int(low))
    return found


def declared(pack: Pack, indicator: Indicator, by: str, *, period: Period, agencies: Sequence[Agency]) -> list[str]:
    """The groups a breakdown of this indicator always shows, in the list's own order, 'not_recorded' last."""
    if by in TOGETHER:
        return _declared_together(indicator, by)
    rows = rows_of(indicator)
    if by == "agency":
        kinds = (rows[0].agencies if rows else ()) or indicator.suppliers
        return [agency.id for agency in agencies if agency.kind in kinds]
    dataset = pack.dataset(rows[0].of if rows else "counts")
    listed = _counts_list(dataset, by) if not rows else code_list(pack, by, dataset)
    found = list(dict.fromkeys(_possible(pack, indicator, by, listed, period=period)))
    if by == "age_band" and indicator.age:
        low, high = indicator.age.low, indicator.age.high
        return [b for b in found if b in bands(pack) and bands(pack)[b][0] <= high and low <= bands(pack)[b][1]]
    return [*(g for g in found if g != NOT_RECORDED), NOT_RECORDED]


def _declared_together(indicator: Indicator, by: str) -> list[str]:
    """The groups shown even when empty; combinations of lists or steps are shown only where somebody is in them."""
    return [group for known, group in together(indicator) if known == by] if by in ("list", "waited") else []


def _counts_list(counts: DataSet, by: str) -> str:
    return (counts.column(by).codes or "") if by in counts.column_ids else ""


def _possible(pack: Pack, indicator: Indicator, by: str, listed: str, *, period: Period) -> Iterator[str]:
    codes = pack.codelists.get(listed)
    if codes is None:
        return
    allowed = _allowed(pack, indicator, by)
    grouped = _groups_of(pack, by, listed)
    for code in codes.codes:
        in_force = (code.since is None or code.since <= period.end) and (
            code.until is None or period.start <= code.until
        )
        if in_force and (allowed is None or code.code in allowed):
            yield grouped[code.code]


def _allowed(pack: Pack, indicator: Indicator, by: str) -> frozenset[str] | None:
    """The codes that the indicator's own conditions leave possible in a single-coded column; None when any."""
    rows, column = rows_of(indicator), ROW_COLUMNS.get(by)
    if not rows or column is None or by in SETS:
        return None
    dataset, left = pack.dataset(rows[0].of), None
    for condition in rows[0].where:
        if condition.column == column and condition.recorded is None and condition.not_in is None:
            codes = accepted(pack, dataset, condition)
            left = codes if left is None else left & codes
    return left


def _lists(pack: Pack) -> set[tuple[str, str]]:
    pairs = {(by, code_list(pack, by, dataset)) for by in DIMENSIONS for dataset in pack.datasets.values()}
    if "counts" in pack.datasets:
        counts = pack.datasets["counts"]
        pairs |= {(by, _counts_list(counts, by)) for by in DIMENSIONS if by in counts.column_ids}
    return {(by, listed) for by, listed in pairs if listed in pack.codelists}


def _groups_of(pack: Pack, by: str, listed: str) -> dict[str, str]:
    """Not recorded and not known are different facts: only a blank, or a code that says so, is 'not_recorded'."""
    upper = by in GROUPED and listed != GROUPED[by]
    return {code.code: (code.group or NOT_RECORDED) if upper else code.code for code in pack.codelist(listed).codes}


def _live_codes(codes: CodeList | None) -> list[str]:
    return [code.code for code in codes.codes if code.code not in codes.missing] if codes else []
