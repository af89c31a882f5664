"""What the partnership knows about its own data: the data map, and the registers of flags and of recording systems.

Nothing here is about a person whom the records are about. Data sets, columns and areas are named by id.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from plait import mapped
from plait_web.partnership.models import Agency

USER = settings.AUTH_USER_MODEL
AGES_AFTER = 365  # days after which what an agency said of its part of the map is asked again


class Asset(models.Model):
    """One line of the data map: what an agency holds, towards which data set, how, and how well. Ended, never deleted."""

    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="assets")
    item = models.CharField(max_length=200, blank=True)
    meaning = models.TextField(blank=True)
    dataset = models.CharField(max_length=60, blank=True)  # empty: it meets no data set of the pack
    columns = models.JSONField(default=list)  # ids of columns it can supply; "*" for all
    types = models.JSONField(default=list)  # event or service types it covers; empty for any
    capture = models.CharField(max_length=20, choices=tuple(mapped.CAPTURES.items()), default="coded")
    extractable = models.BooleanField(default=True)
    system = models.CharField(max_length=120, blank=True)
    recorded_by = models.TextField(blank=True)  # who records it, at what point, with what prompt
    grain = models.CharField(max_length=12, choices=tuple(mapped.GRAINS.items()), blank=True)
    coverage = models.TextField(blank=True)  # who or what is in it, and who is not
    frequency = models.CharField(max_length=12, choices=tuple(mapped.FREQUENCIES.items()), blank=True)
    footprint = models.JSONField(default=list)  # codes of areas; empty for all of the agency's
    since = models.DateField(null=True, blank=True)
    quality = models.CharField(max_length=20, choices=tuple(mapped.QUALITIES.items()), blank=True)
    contact = models.CharField(max_length=120, blank=True)  # a post or a team
    succession = models.CharField(max_length=10, choices=tuple(mapped.SUCCESSION.items()), blank=True)
    purposes = models.JSONField(default=list)
    note = models.TextField(blank=True)
    origin = models.CharField(max_length=10, default="page")  # page, link or file
    ended = models.DateField(null=True, blank=True)
    ended_why = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("contact",),
        "plain": (
            "id", "agency", "item", "meaning", "dataset", "columns", "types", "capture", "extractable", "system",
            "recorded_by", "grain", "coverage", "frequency", "footprint", "since", "quality", "succession", "purposes", "note",
            "origin", "ended", "ended_why",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("agency__name", "dataset", "id")
        constraints = (
            models.CheckConstraint(name="a_line_that_ended_says_why", condition=Q(ended=None) | ~Q(ended_why="")),
        )

    def __str__(self) -> str:
        return f"{self.agency}: {self.item or self.dataset or 'a line of the data map'}"


class AssetChange(models.Model):
    """What was changed in a line of the map, field by field, by whom and when."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fields = models.JSONField()  # field to what it was and what it became, as they are stored

    privacy: ClassVar = {"personal": ("by", "fields"), "plain": ("id", "asset", "at")}

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"change {self.pk} of line {self.asset_id}"


class Rating(models.Model):
    """How good its own people say a line is, in five respects, with the evidence and the day. The newest counts."""

    RESPECTS: ClassVar = {
        "complete": "Complete: nobody and nothing is left out",
        "accurate": "Accurate: it says what happened",
        "consistent": "Consistent: everybody records alike",
        "timely": "Timely: it is written down soon",
        "relevant": "Relevant: it helps to answer our questions",
    }
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="ratings")
    on = models.DateField(default=timezone.localdate)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    evidence = models.TextField()
    complete = models.CharField(max_length=10, choices=tuple(mapped.QUALITIES.items()), blank=True)
    accurate = models.CharField(max_length=10, choices=tuple(mapped.QUALITIES.items()), blank=True)
    consistent = models.CharField(max_length=10, choices=tuple(mapped.QUALITIES.items()), blank=True)
    timely = models.CharField(max_length=10, choices=tuple(mapped.QUALITIES.items()), blank=True)
    relevant = models.CharField(max_length=10, choices=tuple(mapped.QUALITIES.items()), blank=True)

    privacy: ClassVar = {
        "personal": ("by",),
        "plain": ("id", "asset", "on", "evidence", "complete", "accurate", "consistent", "timely", "relevant"),
    }

    class Meta:
        ordering = ("-on", "-id")
        constraints = (models.CheckConstraint(name="a_rating_gives_its_evidence", condition=~Q(evidence="")),)

    def __str__(self) -> str:
        return f"rating {self.pk} of line {self.asset_id}"

    @property
    def respects(self) -> list[tuple[str, str]]:
        """(what was judged, in which word) of each respect that was."""
        said = ((words, getattr(self, name)) for name, words in self.RESPECTS.items())
        return [(words, mapped.QUALITIES[level]) for words, level in said if level]

    @property
    def lowest(self) -> str:
        """The weakest word given: a line is as good as its weakest side."""
        given = {getattr(self, name) for name in self.RESPECTS}
        return next((level for level in ("weak", "usable", "good") if level in given), "")


class Confirmation(models.Model):
    """An agency said on a day that its part of the map is whole, or that it holds nothing. The newest counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="confirmations")
    holds_nothing = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    on = models.DateField(default=timezone.localdate)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    privacy: ClassVar = {"personal": ("by",), "plain": ("id", "agency", "holds_nothing", "note", "on")}

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return f"{self.agency}, {self.on}"

    def old(self, on: date) -> bool:
        return (on - self.on).days > AGES_AFTER


class MapLink(models.Model):
    """A link by mail that lets somebody of a small agency say what it holds, without an account."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="map_links")
    email = models.EmailField()
    nonce = models.CharField(max_length=64)  # digest of the secret part of the link
    draft = models.JSONField(default=dict)  # what was typed so far; erased once it is sent
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)  # used up, or taken back
    used = models.BooleanField(default=False)

    privacy: ClassVar = {
        "personal": ("email", "draft", "made_by"),
        "secret": ("nonce",),
        "plain": ("id", "agency", "made_at", "expires", "ended", "used"),
    }

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"data map link for {self.agency}"


class MapFile(models.Model):
    """A file of lines, or another catalogue, that was read and waits to be looked through before anything is saved."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12)  # template or catalogue
    headings = models.JSONField()
    rows = models.JSONField()  # as they were written, [number, cells]; erased once saved or put aside
    fields = models.JSONField(default=dict)  # of a catalogue: field of a line to the heading it is read from
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    saved = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar = {
        "personal": ("headings", "rows", "by"),
        "plain": ("id", "agency", "kind", "fields", "at", "saved"),
    }

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"file {self.pk} for the data map"


class Flag(models.Model):
    """A marker for exploitation in one agency's system: what it means there, who sets it and who ends it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="flags")
    name = models.CharField(max_length=120)
    system = models.CharField(max_length=120, blank=True)
    meaning = models.TextField()
    set_by = models.CharField(max_length=200)
    ended_by = models.CharField(max_length=200, blank=True)  # empty: nobody does
    harms = models.JSONField(
        default=list
    )  # codes of the pack's forms of harm it is for; empty: it does not tell them apart
    to_panel = models.BooleanField(default=False)  # it is set and ended by the multi-agency panel's decision
    review_weeks = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: it is not reviewed
    until = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    privacy: ClassVar = {
        "plain": (
            "id", "agency", "name", "system", "meaning", "set_by", "ended_by", "harms", "to_panel", "review_weeks", "until",
            "note",
        ),
    }  # fmt: skip

    class Meta:
        ordering = ("agency__name", "name", "id")

    def __str__(self) -> str:
        return f"{self.agency}: {self.name}"


class System(models.Model):
    """A recording system of an agency: who supplies it, and whether anybody here can change what it records."""

    class Change(models.TextChoices):
        OURSELVES = "ourselves", "Yes, the agency does it itself"
        SUPPLIER = "supplier", "Yes, through the supplier"
        OTHERS = "others", "Only together with its other users"
        NO = "no", "No"
        UNKNOWN = "unknown", "Nobody has asked"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="systems")
    name = models.CharField(max_length=120)
    supplier = models.CharField(max_length=120, blank=True)
    change = models.CharField(max_length=12, choices=Change.choices, default=Change.UNKNOWN)
    who = models.CharField(max_length=120, blank=True)  # the post or team that asks for changes
    effort = models.CharField(max_length=200, blank=True)  # what a change costs, in days or money
    contract_ends = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("who",),
        "plain": ("id", "agency", "name", "supplier", "change", "effort", "contract_ends", "note"),
    }

    class Meta:
        ordering = ("agency__name", "name")
        constraints = (models.UniqueConstraint(fields=("agency", "name"), name="a_system_is_listed_once_an_agency"),)

    def __str__(self) -> str:
        return f"{self.agency}: {self.name}"


class ChangeRequest(models.Model):
    """What somebody asked to have changed in a recording system, and what came of it."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        AGREED = "agreed", "Agreed, not done yet"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="requests")
    what = models.CharField(max_length=300)
    why = models.TextField()
    asked = models.DateField(default=timezone.localdate)
    wanted_by = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    settled = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    privacy: ClassVar = {
        "personal": ("owner",),
        "plain": ("id", "system", "what", "why", "asked", "wanted_by", "state", "settled", "outcome"),
    }

    class Meta:
        ordering = ("settled", "wanted_by", "asked", "id")
        constraints = (
            models.CheckConstraint(
                name="a_change_is_wanted_after_it_is_asked",
                condition=Q(wanted_by=None) | Q(wanted_by__gte=F("asked")),
            ),
            models.CheckConstraint(
                name="a_settled_change_says_what_came_of_it", condition=Q(settled=None) | ~Q(outcome="")
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def waits(self) -> bool:
        return self.state in (self.State.ASKED, self.State.AGREED)

    def late(self, on: date) -> bool:
        return self.waits and self.wanted_by is not None and on > self.wanted_by
