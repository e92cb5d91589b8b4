from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.store.models.stories import Story


class DigestState(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Trả lại")
    APPROVED = "approved", _("Đã duyệt")


class Digest(models.Model):
    """A reviewed selection for one ISO week."""

    week = models.CharField(max_length=8, unique=True)
    """``2026-W47``."""
    state = models.CharField(max_length=10, choices=DigestState, default=DigestState.DRAFT)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    closing = models.TextField(blank=True)
    near_misses = models.JSONField(default=list)
    """What was left out: ``[{"story": id, "why": [...]}]``, reasons as of an item."""
    drafted_at = models.DateTimeField()
    last_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-week"]

    def __str__(self) -> str:
        return self.week


class DigestItem(models.Model):
    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="digest_items")
    position = models.PositiveIntegerField()
    section = models.CharField(max_length=80)
    """Sector slug that heads it."""
    why = models.JSONField(default=list)
    """Why the draft picked it, or who added it, for any language: ``[{"code": ..., ...}]`` of
    ``digest.choose.Code``."""
    signed_warnings = models.JSONField(default=list)
    """Warnings a person saw and signed for: ``[{"code", "by", "at", "why"}]``."""

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "story"], name="story_once_per_digest")
        ]

    def __str__(self) -> str:
        return f"{self.digest} #{self.position}"


class DigestNote(models.Model):
    """What the chief editor wrote when sending a digest back."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="notes")
    item = models.ForeignKey(DigestItem, null=True, on_delete=models.SET_NULL, related_name="notes")
    story = models.ForeignKey(Story, null=True, on_delete=models.PROTECT, related_name="+")
    """Of ``item``, also when that has been taken out."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:60]


class Edition(models.Model):
    """One frozen, approved version of a digest. Nothing of it changes after it is written but the
    time it goes out; the database refuses the rest (``store.guarding``)."""

    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    """An ``EditionContent`` in JSON: everything any channel shows."""
    content_hash = models.CharField(max_length=64)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField()
    publish_at = models.DateTimeField(db_index=True)
    four_eyes = models.BooleanField(default=True)
    """False: ``office.yaml`` had the rule switched off when this was approved."""
    correction = models.OneToOneField(
        "store.Correction", null=True, on_delete=models.PROTECT, related_name="edition"
    )
    """What it tells instead of a week's finds, approved before it."""

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number} ({self.digest})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The database refuses own work on digests and corrections as well (``store.guarding``).

        Raises:
            TypeError: it was saved before.
            PermissionDenied: who approves it last worked on it, and four eyes is asked for.
        """
        if self.pk is not None:
            raise TypeError("an edition is frozen: correct the digest and approve it anew")
        if self.four_eyes and self._is_own_work():
            raise PermissionDenied("four eyes: who last worked on a digest does not approve it")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises TypeError: what was approved stays."""
        raise TypeError("an edition is frozen: it is not deleted")

    def _is_own_work(self) -> bool:
        key, digest, correction = self.approved_by_id, self.digest, self.correction
        if correction:  # another two worked on it: who proposed and who approved it
            return key == correction.by_id or key != correction.approved_by_id
        if key in (digest.last_edited_by_id, digest.submitted_by_id):
            return True
        own = models.Q(story__edited_by=key) | models.Q(story__tagged_by=key)
        return digest.items.filter(own).exists()
