"""What a person owns, anywhere in the application: found from the models, so that no room has to remember to say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Count, QuerySet, Value

from plait_web.accounts.models import User

# A foreign key to a person with one of these names makes that person answer for the row. `by`, `signed_by` and the like
# say who did something; that does not change when they leave.
OWNING = ("owner", "lead", "chair", "deputy")


@dataclass(frozen=True, slots=True)
class Kind:
    """'Owner of 3 collection points'."""

    field: str
    label: str
    count: int


def owning_fields() -> Iterator[models.ForeignKey]:
    """Every column of the application that makes a person answer for a row."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User and field.name in OWNING:
                yield field


def owned_by(user: User) -> list[Kind]:
    """How many rows of each kind the person answers for, in one query."""
    counts = [_count(field, user) for field in owning_fields()]
    rows = counts[0].union(*counts[1:], all=True) if counts else []
    return [_kind(row["place"], row["count"]) for row in rows if row["count"]]


def _count(field: models.ForeignKey, user: User) -> QuerySet:
    place = Value(f"{field.model._meta.label}.{field.name}", output_field=models.CharField())
    found = field.model._base_manager.filter(**{field.name: user}).order_by()
    return found.annotate(place=place).values("place").annotate(count=Count("pk"))


def _kind(place: str, count: int) -> Kind:
    label, _, field = place.rpartition(".")
    names = apps.get_model(label)._meta
    return Kind(field, str(names.verbose_name if count == 1 else names.verbose_name_plural), count)


def rows_of(field: models.ForeignKey, user: User) -> QuerySet:
    """The rows a person answers for by this column, locked."""
    return field.model._base_manager.select_for_update().filter(**{field.name: user})
