"""A pack joined to the one it extends: it may add, reword and tighten; it may not loosen."""

from collections.abc import Callable
from typing import Any

from plait.declare.codes import CodeList
from plait.declare.datasets import Check, DataSet
from plait.declare.disclosure import AgreementTerms, Disclosure
from plait.declare.pack import FOLDERS, Pack
from plait.errors import PackError

# What an extending pack may say afresh about an item it did not make. Everything else must stay as it was.
REWORDED = {
    "definitions": {"title", "text", "scope", "examples_in", "examples_out", "see", "owner", "source", "since"},
    "questions": {"title", "what", "how", "why", "decides", "owner", "rank", "review", "theme", "source", "since"},
    "indicators": {
        "title",
        "why",
        "owner",
        "stage",
        "evidence",
        "can_say",
        "cannot_say",
        "zone_rule",
        "frequency",
        "examples",
    },
    "codelists": {"title", "owner", "codes"},
    "datasets": {"title", "guidance", "owner", "columns", "checks"},
    "disclosures": {"title", "owner", "note", "partnership", "public", "reader", "combine", "source", "since"},
    "agreements": {
        "title",
        "owner",
        "columns",
        "retention_years",
        "review_by",
        "partners",
        "why_we_may_share",
        "since",
    },
    "maps": set(),
    "published": set(),
    "language": {"title", "owner", "source", "since", "phrases", "allowed", "by_age", "silenced"},
    "maturity": {"title", "owner", "source", "since", "about", "headings"},
}


def extend(base: Pack, local: Pack) -> Pack:
    """`base` with `local`'s items added, reworded or tightened. Raises PackError where `local` loosens or recasts."""
    joined: dict[str, Any] = {}
    for field, _ in FOLDERS.values():
        below, above = getattr(base, field), getattr(local, field)
        for name in below.keys() & above.keys():
            _check_recast(field, name, below[name], above[name])
        joined[field] = {**below, **above}
    cover = local.cover
    if cover.disclosure is None:
        cover = cover.model_copy(update={"disclosure": base.cover.disclosure})
    joined_pack = local.model_copy(update={**joined, "cover": cover})
    _check_rule_in_force(base, joined_pack)
    return joined_pack


def _check_recast(field: str, name: str, below: Any, above: Any) -> None:
    for part in type(below).model_fields:
        changed = getattr(below, part) != getattr(above, part)
        if changed and part not in REWORDED[field] and part != "retired":
            raise PackError(
                f"{field}/{name}: a local pack may not change '{part}' of an item it extends. Add a new item."
            )
    if tighter := _TIGHTER.get(field):
        tighter(name, below, above)


def _check_disclosure(name: str, below: Disclosure, above: Disclosure) -> None:
    for zone in ("partnership", "public"):
        if not getattr(above, zone).at_least_as_strict_as(getattr(below, zone)):
            raise PackError(
                f"disclosure/{name}: the {zone} rule is looser than the one it extends. A local pack may withhold more, "
                "never less: raise hide_below, or round to a multiple of the base."
            )
    if not above.reader.at_least_as_strict_as(below.reader):
        raise PackError(
            f"disclosure/{name}: its reader knows less than the one it extends. A local pack may only assume more."
        )


def _check_agreement(name: str, below: AgreementTerms, above: AgreementTerms) -> None:
    if above.retention_years > below.retention_years:
        raise PackError(f"agreements/{name}: keeps data for longer than the terms it extends.")
    if wider := sorted(set(above.partners) - set(below.partners)):
        raise PackError(f"agreements/{name}: suits kinds of agency that the terms it extends do not: {wider[0]}.")
    for dataset, columns in above.columns.items():
        allowed = below.columns.get(dataset, ())
        if "*" not in allowed and not set(columns) <= set(allowed):
            raise PackError(f"agreements/{name}: covers columns of '{dataset}' that the terms it extends do not.")


def _check_dataset(name: str, below: DataSet, above: DataSet) -> None:
    order = ["plain", "personal", "special", "identifier"]
    for column in below.columns:
        if column.id not in above.column_ids:
            raise PackError(f"datasets/{name}: column '{column.id}' is missing. Keep it; a local pack may add columns.")
        mine = above.column(column.id)
        if order.index(mine.privacy) < order.index(column.privacy) or mine.after_coding != column.after_coding:
            raise PackError(
                f"datasets/{name}: column '{column.id}' is classed less strictly than in the pack it extends."
            )
        if mine.type != column.type or mine.codes != column.codes or (column.required and not mine.required):
            raise PackError(
                f"datasets/{name}: column '{column.id}' no longer means what it means in the pack it extends."
            )
    _check_checks(name, below, above)


def _check_checks(name: str, below: DataSet, above: DataSet) -> None:
    mine = {check.code: check for check in above.checks}
    for check in below.checks:
        if check.code not in mine:
            raise PackError(
                f"datasets/{name}: leaves out the check '{check.code}'. A local pack may add checks, never drop one."
            )
        if _tested(mine[check.code]) != _tested(check):
            raise PackError(
                f"datasets/{name}: the check '{check.code}' no longer tests what it tests in the pack it extends. "
                "Give a new check a code of its own."
            )
        if _SEVERITIES.index(mine[check.code].severity) < _SEVERITIES.index(check.severity):
            raise PackError(f"datasets/{name}: the check '{check.code}' is milder than in the pack it extends.")


_SEVERITIES = ("note", "warning", "error")


def _tested(check: Check) -> dict[str, Any]:
    return check.model_dump(exclude={"problem", "remedy", "source", "severity"})


def _check_codelist(name: str, below: CodeList, above: CodeList) -> None:
    """Codes may be added and reworded. Those of the base stay, with their years and groups, or old rows would change."""
    mine = {code.code: code for code in above.codes}
    for code in below.codes:
        kept = mine.get(code.code)
        if kept is None:
            raise PackError(
                f"codelists/{name}: the code '{code.code}' is left out. Keep it; a local pack may add codes."
            )
        if (kept.since, kept.until, kept.group) != (code.since, code.until, code.group) or set(code.sets) - set(
            kept.sets
        ):
            raise PackError(
                f"codelists/{name}: the code '{code.code}' has other years, group or sets than in the pack it extends."
            )


_TIGHTER: dict[str, Callable[[str, Any, Any], None]] = {
    "codelists": _check_codelist,
    "disclosures": _check_disclosure,
    "agreements": _check_agreement,
    "datasets": _check_dataset,
}


def _check_rule_in_force(base: Pack, joined: Pack) -> None:
    below, above = base.disclosure(), joined.disclosure()
    _check_disclosure(above.id, below, above)
    for name, indicator in base.indicators.items():
        mine = joined.indicators[name].zone_rule
        if mine not in (None, *joined.disclosures):
            continue  # `check_links` says so
        if not joined.disclosure(mine).at_least_as_strict_as(base.disclosure(indicator.zone_rule)):
            raise PackError(f"indicators/{name}: its disclosure rule is looser than in the pack it extends.")
