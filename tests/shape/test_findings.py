"""Every finding that reading, coding, agreements and keeping can make is on the reference page, and nothing else is."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import plait
from plait.declare import load_pack
from plait.pseudonymise.persons import _ONE_ANSWER
from plait.receive.cin_findings import _CODES
from plait.validate import finding_codes

SOURCE = Path(plait.__file__).parent
REFERENCE = SOURCE.parents[1] / "docs" / "reference"
MAKERS = {  # the last part of the path of each file that makes findings, to who they are said to be made by
    "receive": "reading",
    "pseudonymise": "coding",
    "supplied.py": "agreements",
    "store": "keeping",
}
CODE = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z][a-z-]+[a-z]")
FILES = {"json", "xml", "bin", "parquet", "csv", "zip", "yaml", "html", "rels", "ini"}
CORE = load_pack()


def files_of(maker: str) -> Iterator[Path]:
    place = SOURCE / maker
    return iter(sorted(place.rglob("*.py")) if place.is_dir() else [place])


def written(tree: ast.AST) -> Iterator[str]:
    """Codes that stand in the file as they are."""
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return (text for text in texts if CODE.fullmatch(text) and text.rpartition(".")[2] not in FILES)


def told(tree: ast.AST) -> set[str]:
    """What the looked-after reader says with `_tell(sheet, code, …)`."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "_tell"]
    return {ast.literal_eval(call.args[1]) for call in calls}


def with_areas() -> set[str]:
    return {d.id for d in CORE.datasets.values() if any(c.after_coding == "area" for c in d.columns)}


def put_together(tree: ast.AST) -> Iterator[str]:
    """Codes that are made of parts: an f-string in the place of a code. One that is not known here fails the test."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "code":
            for part in ast.walk(node.value):
                if isinstance(part, ast.JoinedStr):
                    yield from PARTS[ast.unparse(part)](tree)


PARTS = {
    "f'cin.{_CODES[kind]}'": lambda _: {f"cin.{code}" for code in _CODES.values()},
    "f'ssda903.{code}'": lambda tree: {f"ssda903.{code}" for code in told(tree)},
    "f\"people.conflicting-{column.replace('_', '-')}\"": lambda _: {
        f"people.conflicting-{column.replace('_', '-')}" for column in _ONE_ANSWER
    },
    "f'{dataset.id}.postcode-without-area'": lambda _: {f"{name}.postcode-without-area" for name in with_areas()},
}


def raised() -> set[tuple[str, str]]:
    """Each code with who makes it."""
    found = set()
    for maker, name in MAKERS.items():
        for path in files_of(maker):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {(code, name) for code in (*written(tree), *put_together(tree))}
    return found


def documented() -> dict[tuple[str, str], str]:
    with (REFERENCE / "other_findings.csv").open(encoding="utf-8", newline="") as handle:
        return {(row["code"], row["made_by"]): row["problem"] for row in csv.DictReader(handle)}


def test_every_code_raised_is_documented_and_every_code_documented_is_raised() -> None:
    assert raised() - documented().keys() == set(), "add these to docs/reference/other_findings.csv"
    assert documented().keys() - raised() == set(), "nothing makes these any more: take them out"


def test_no_code_is_made_by_two() -> None:
    """A partnership that waives a code must not waive another finding unawares."""
    others = [code for code, _ in documented()]
    assert len(set(others)) == len(others)
    assert set(others) & set(finding_codes(CORE)) == set()


def test_what_is_said_of_each_is_a_sentence() -> None:
    page = (REFERENCE / "findings.md").read_text(encoding="utf-8")
    for (code, _), problem in documented().items():
        assert problem[0].isupper() and problem.endswith("."), code
        assert f"`{code}`" in page


def test_every_finding_is_made_where_this_looks() -> None:
    """A room that begins to make findings joins MAKERS; `validate` lists its own codes."""
    making = [
        p for p in SOURCE.rglob("*.py") if re.search(r"\bFinding\($", p.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    tops = {path.relative_to(SOURCE).parts[0] for path in making}
    assert tops <= {*MAKERS, "validate"}
