"""What may be chosen where a part of an item names another thing: a data set, a column of it, a question, an agency's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plait.declare import Pack
from plait.declare.pack import FOLDERS
from plait_web.packs.parts import read

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Named:
    """What a part may name. `column_of` is the part beside it that says in which data set a column is sought."""

    pairs: Callable[[Ground, str], Pairs]
    column_of: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form is drawn over: the pack, the folder and the item as it stands; `beginning` while there is none yet."""

    pack: Pack
    folder: str
    body: dict[str, Any]
    beginning: bool = False

    def choice(self, where: tuple[str, str], path: str) -> Pairs | None:
        """What may be chosen for this field of this type; None where anything may be written."""
        named = CHOICES.get(where)
        return named.pairs(self, path) if named else None

    def own_columns(self) -> Pairs:
        """The columns of the data set that is written, each once."""
        columns = self.body.get("columns") or () if self.folder == "datasets" else ()
        return [(c["id"], c.get("title") or c["id"]) for c in columns if c.get("id")]

    def columns_of(self, dataset: str | None) -> Pairs:
        """The columns of one data set; of all, where it is not chosen yet, each with the data sets that have it."""
        if declared := self.pack.datasets.get(dataset or ""):
            return [(c.id, c.title) for c in declared.columns]
        if self.folder == "datasets" and dataset == self.body.get("id"):
            return self.own_columns()
        return self.every_column()

    def every_column(self, only: str = "") -> Pairs:
        """Each column that any data set has, with the data sets that have it."""
        found: dict[str, tuple[str, list[str]]] = {}
        for dataset in self.pack.datasets.values():
            for column in dataset.columns:
                if not only or column.type == only:
                    found.setdefault(column.id, (column.title, []))[1].append(dataset.title)
        return [(name, f"{title} ({', '.join(where)})") for name, (title, where) in found.items()]

    def columns_at(self, path: str) -> Pairs:
        """The columns that a condition at the path may be about."""
        dataset = self.dataset_at(path)
        return self.own_columns() if dataset == "" else self.columns_of(dataset)

    def dataset_at(self, path: str) -> str | None:
        """The data set whose rows a condition at the path tests; '' for the one that is written, None where it is open."""
        *above, name = [step for step in path.split(".") if not step.isdecimal()]
        holder = path.split(".")
        while holder and holder[-1].isdecimal():
            holder.pop()
        beside = ".".join(holder[:-1])
        wanted = {"where": "of", "to_when": "to", "other_when": "other", "subset": "rows.of"}.get(name)
        if name == "when" and "beside" in above:
            wanted = "to"
        if wanted is None:
            return "" if self.folder == "datasets" else None
        return read(self.body, f"{beside}.{wanted}" if beside else wanted)

    @property
    def read_by_measure(self) -> frozenset[str]:
        """The tables that a worked example of the indicator can give."""
        named = {found for found in _every(self.body.get("measure"), "of") if isinstance(found, str)}
        return frozenset({"persons", "populations", *named})


def _every(body: Any, name: str) -> list[Any]:
    """Everything said under this name, however deep."""
    if isinstance(body, Mapping):
        return [v for k, v in body.items() if k == name] + [f for v in body.values() for f in _every(v, name)]
    return [found for one in body for found in _every(one, name)] if isinstance(body, list | tuple) else []


def _items(folder: str) -> Callable[[Ground, str], Pairs]:
    field = FOLDERS[folder][0]
    return lambda ground, _: sorted(
        ((i.id, i.title) for i in getattr(ground.pack, field).values()), key=lambda one: one[1]
    )


def _kinds(ground: Ground, _: str) -> Pairs:
    return [(code.code, code.label) for code in ground.pack.codelist("agency_kind").codes]


def _beside(path: str, name: str) -> str:
    return ".".join([*path.split(".")[:-1], name])


def _columns(of: str, only: str = "") -> Callable[[Ground, str], Pairs]:
    """The columns of the data set that the part beside it names, days alone where only those serve."""

    def pairs(ground: Ground, path: str) -> Pairs:
        dataset = ground.pack.datasets.get(read(ground.body, _beside(path, of)))
        if dataset is None:
            return ground.every_column(only)
        return [(c.id, c.title) for c in dataset.columns if not only or c.type == only]

    return pairs


def _own(ground: Ground, _: str) -> Pairs:
    return ground.own_columns()


def _counted(ground: Ground, path: str) -> Pairs:
    columns = ground.columns_of(read(ground.body, _beside(path, "rows.of")))
    different = ((name, f"Different values of: {title}") for name, title in columns)
    return [("rows", "Rows"), ("people", "People, each once"), *different]


def _over(ground: Ground, path: str) -> Pairs:
    return _counted(ground, path)[1:]


def _mapped(ground: Ground, path: str) -> Pairs:
    return ground.columns_of(ground.body.get("dataset"))


_DATASETS, _DAYS = Named(_items("datasets")), Named(_columns("of", "date"), "of")
_OWN = Named(_own)
_CHECKED = ("UniqueCheck", "RangeCheck", "DateRangeCheck", "OrderCheck", "RequiredIfCheck", "ForbiddenIfCheck", "PatternCheck",
            "ReferenceCheck", "ForbiddenBesideCheck", "NoOverlapCheck", "AgreesCheck", "Beside", "Holds")  # fmt: skip
CHOICES: Mapping[tuple[str, str], Named] = {
    ("Column", "codes"): Named(_items("codelists")),
    ("Rows", "of"): _DATASETS, ("ReferenceCheck", "to"): _DATASETS, ("Beside", "to"): _DATASETS,
    ("AgreesCheck", "other"): _DATASETS, ("FileMap", "dataset"): _DATASETS,
    ("Rows", "dated"): _DAYS, ("Rows", "until"): _DAYS,
    ("MedianDays", "start"): Named(_columns("rows.of", "date"), "rows.of"),
    ("MedianDays", "end"): Named(_columns("rows.of", "date"), "rows.of"),
    **{(kind, name): _OWN for kind in _CHECKED for name in ("column", "columns", "earlier", "later", "by", "start", "end")},
    ("ReferenceCheck", "to_columns"): Named(_columns("to"), "to"), ("Beside", "to_columns"): Named(_columns("to"), "to"),
    ("AgreesCheck", "other_column"): Named(_columns("other"), "other"), ("ColumnMap", "column"): Named(_mapped),
    ("Indicator", "questions"): Named(_items("questions")), ("Indicator", "definitions"): Named(_items("definitions")),
    ("Indicator", "suppliers"): Named(_kinds), ("Rows", "agencies"): Named(_kinds), ("AgreementTerms", "partners"): Named(_kinds),
    ("Indicator", "zone_rule"): Named(_items("disclosure")), ("Definition", "see"): Named(_items("definitions")),
    ("CountColumn", "measure"): Named(_items("indicators")),
    **{(kind, "unit"): Named(_counted) for kind in ("Count", "Rate", "Share")}, ("Mean", "over"): Named(_over),
}  # fmt: skip
