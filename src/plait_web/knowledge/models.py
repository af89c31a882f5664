"""What the partnership knows about its own data: the data map."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Asset(models.Model):
    """One line of the data map: what an agency holds towards one data set of the pack, and how well."""

    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="assets")
    dataset = models.CharField(max_length=60)
    columns = models.JSONField(default=list)  # ids of columns it can supply; "*" for all
    types = models.JSONField(default=list)  # event or service types it covers; empty for any
    capture = models.CharField(max_length=20, default="coded")
    extractable = models.BooleanField(default=True)
    system = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)

    privacy: ClassVar = {
        "plain": (
            "id", "agency", "dataset", "columns", "types", "capture", "extractable", "system", "since", "quality", "note",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("agency__name", "dataset", "id")

    def __str__(self) -> str:
        return f"{self.agency}: {self.dataset}"
