"""A story and the two layers on it: what the machine thinks, what people decided."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class StoryStatus(models.TextChoices):
    NEW = "new", _("Chưa duyệt")
    ACCEPTED = "accepted", _("Đã nhận")
    REJECTED = "rejected", _("Đã từ chối")
    HELD = "held", _("Giữ lại")


class Origin(models.TextChoices):
    MACHINE = "machine", _("Máy")
    PERSON = "person", _("Người")


class Axis(models.TextChoices):
    SECTOR = "sector", _("Lĩnh vực")
    CAMPAIGN = "campaign", _("Phong trào")


class Standing(models.Manager["Story"]):
    """Leaves out what has been merged into another story: no list, count or search wants it."""

    def get_queryset(self) -> models.QuerySet[Story]:
        return super().get_queryset().filter(merged_into=None)


class Story(models.Model):
    """One event or portrait, made of one or more articles.

    Fields under "machine" are rewritten by every judgement and rebuild; fields under "people" only
    by a person. Subject and place belong to whoever ``subject_origin`` and ``place_origin`` name.
    Read ``headline`` and ``summary`` to get the one that counts.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # machine
    lead = models.ForeignKey(
        "store.Article", null=True, on_delete=models.SET_NULL, related_name="leads"
    )
    """The article the story is told, credited and dated by."""
    title = models.TextField()
    score = models.FloatField(default=0.0)
    label = models.CharField(max_length=10, default="no")
    kind = models.CharField(max_length=12, default="none")
    subject = models.CharField(max_length=300, blank=True)
    subject_key = models.CharField(max_length=120, blank=True, db_index=True)
    """The subject's name as ``pipeline.group`` compares it."""
    draft_summary = models.TextField(blank=True)
    draft_spans = models.JSONField(default=list)
    """``SummarySentence`` values in JSON, each with the article it was cut from."""
    flags = models.JSONField(default=list)
    """Flag slugs of the article it is told by, and privacy flags of any other."""
    province = models.CharField(max_length=60, blank=True, db_index=True)
    commune = models.CharField(max_length=80, blank=True, db_index=True)
    outlets = models.JSONField(default=list)
    """Source keys, the original's first."""
    published_at = models.DateTimeField(null=True, db_index=True)
    """Of the original article."""
    found_at = models.DateTimeField(db_index=True)
    told_at = models.GeneratedField(
        expression=Coalesce("published_at", "found_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
        db_index=True,
    )
    """By the original's time, or when it was found where that is unknown."""

    # people
    status = models.CharField(max_length=10, choices=StoryStatus, default=StoryStatus.NEW)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, db_index=True)
    reject_reason = models.CharField(max_length=300, blank=True)
    edited_title = models.TextField(blank=True)
    edited_summary = models.TextField(blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who last set its sectors or campaigns: they are published too."""
    subject_origin = models.CharField(max_length=8, choices=Origin, default=Origin.MACHINE)
    """A person's subject and kind outlive every rebuild."""
    place_origin = models.CharField(max_length=8, choices=Origin, default=Origin.MACHINE)
    initials_for = models.JSONField(default=list)
    """Names that are published as initials only, as they are written in the texts."""
    hide_schools = models.BooleanField(default=False)
    """Names of schools are not published."""
    picture = models.ForeignKey(
        "store.Article", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The article whose picture is published with it, by agreement with its outlet."""
    likely = models.GeneratedField(
        expression=models.ExpressionWrapper(
            ~models.Q(label="no", status=StoryStatus.NEW), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    """The machine takes it for an exemplar's or is not sure, or a person has decided."""
    version = models.PositiveIntegerField(default=0)
    """Counts people's changes; a form carries the version it was shown (optimistic locking)."""
    exemplar = models.ForeignKey(
        "store.Exemplar", null=True, on_delete=models.PROTECT, related_name="stories"
    )
    """Whom it is about, once a person has said so."""

    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="absorbed", db_index=False
    )
    """Its articles stand there now. The row stays: its address leads on, and a merge is undone."""

    search_text = models.TextField(blank=True)
    """Everything it can be found by, as ``pipeline.text.fold.search_words`` has it. The last
    column: SQLite reads a row from its beginning, and this is most of it."""

    objects = Standing()
    every = models.Manager["Story"]()

    class Meta:
        verbose_name_plural = "stories"
        indexes = [
            # The queue is read from these alone, best first; a row is large.
            models.Index(
                fields=["status", "likely", "-score", "id", "told_at", "flags"],
                condition=models.Q(merged_into=None),
                name="story_queue",
            ),
            models.Index(
                fields=["-score", "id", "status", "likely", "told_at", "flags"],
                condition=models.Q(merged_into=None),
                name="story_best",
            ),
            # Nearly every row has none, so a whole index would mislead SQLite's planner.
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="story_absorbed",
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def standing(self) -> Story:
        """The story that its articles are in: itself, or what it was merged into."""
        story = self
        while story.merged_into is not None:
            story = story.merged_into
        return story

    @property
    def headline(self) -> str:
        return self.edited_title or self.title

    @property
    def summary(self) -> str:
        return self.edited_summary or self.draft_summary

    @property
    def summary_is_machine_drafted(self) -> bool:
        return not self.edited_summary


class StoryRevision(models.Model):
    """What people had decided about a story after one change; version 0 is before the first.
    Holds the words (which the audit trail must not), so an erasure must reach it."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    restores = models.PositiveIntegerField(null=True)
    """The version an undo went back to."""
    state = models.JSONField()
    """As ``pipeline.review.snapshot`` takes it."""
    regrouping = models.ForeignKey(
        "store.Regrouping", null=True, on_delete=models.PROTECT, related_name="revisions"
    )
    """The change was a merge or a split, which an undo takes back in all its stories."""
    batch = models.UUIDField(null=True, db_index=True)
    """Shared by the changes that a person made to many stories in one step."""

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["story", "version"], name="story_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.story_id} v{self.version}"


class StoryTag(models.Model):
    """A sector or campaign of a story. A person's row outlives every rebuild; ``removed`` keeps a
    tag away that the machine would assert again."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="tags")
    axis = models.CharField(max_length=10, choices=Axis)
    slug = models.CharField(max_length=80)
    score = models.FloatField(default=1.0)
    origin = models.CharField(max_length=8, choices=Origin)
    removed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "axis", "slug"], name="story_tag_once")
        ]
        indexes = [models.Index(fields=["axis", "slug", "removed", "story"])]
        ordering = ["axis", "-score", "slug"]

    def __str__(self) -> str:
        return f"{self.axis}:{self.slug}"


class StoryPlace(models.Model):
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="places")
    text = models.CharField(max_length=200)
    """As written in the article."""
    province = models.CharField(max_length=60, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    as_of = models.CharField(max_length=3)
    origin = models.CharField(max_length=8, choices=Origin)

    class Meta:
        indexes = [
            models.Index(fields=["province", "commune", "story"]),
            models.Index(fields=["commune", "story"]),
        ]

    def __str__(self) -> str:
        return self.text
