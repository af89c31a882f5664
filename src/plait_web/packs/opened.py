"""An item as its forms write it, and back: a condition as column, test and values; a table's columns as a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plait.declare.datasets import Condition
from plait_web.packs.shapes import HEADING

_CODED = ("is_in", "not_in", "has_any", "in_group")
_PARTS = frozenset(Condition.model_fields)


def opened(folder: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The dumped item as forms write it."""
    made: dict[str, Any] = _opened(body)
    if folder == "published":
        made["measures"] = [{HEADING: name} | one for name, one in (made.get("measures") or {}).items()]
    return made


def closed(folder: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The item as the pack declares it, from what forms wrote."""
    made: dict[str, Any] = _closed(body)
    if folder == "published":
        columns = [one for one in made.get("measures") or () if one]
        made["measures"] = {
            one.get(HEADING): {k: v for k, v in one.items() if k != HEADING} for one in columns if one.get(HEADING)
        }
    return made


def _opened(body: Any) -> Any:
    if isinstance(body, Mapping):
        if "column" in body and _PARTS.issuperset(body) and (test := _test(body)):
            return {"column": body["column"], "test": test, "values": _values(body, test)}
        return {name: _opened(value) for name, value in body.items()}
    return [_opened(one) for one in body] if isinstance(body, list | tuple) else body


def _test(body: Mapping[str, Any]) -> str:
    said = [name for name, value in body.items() if name != "column" and value is not None]
    if said == ["recorded"]:
        return "recorded" if body["recorded"] else "unrecorded"
    return said[0] if said else ""


def _values(body: Mapping[str, Any], test: str) -> str:
    if test in _CODED:
        return ", ".join(body[test])
    return "" if test in ("recorded", "unrecorded") else str(body[test])


def _closed(body: Any) -> Any:
    if isinstance(body, Mapping):
        if "column" in body and "test" in body:
            return {"column": body["column"], **_tested(body["test"], body.get("values") or "")}
        return {name: _closed(value) for name, value in body.items()}
    return [_closed(one) for one in body] if isinstance(body, list | tuple) else body


def _tested(test: str, values: str) -> dict[str, Any]:
    if test in _CODED:
        return {test: [one.strip() for one in values.split(",") if one.strip()]}
    if test in ("recorded", "unrecorded"):
        return {"recorded": test == "recorded"}
    return {test: values.strip()}
