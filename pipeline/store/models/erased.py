"""What was erased from the archive for good, on the request of whoever it was about."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pipeline.store.models.digests import Edition
from pipeline.store.models.stories import Story


class Erasure(models.Model):
    """A story without its words: its row stays, so that counts and decisions stay what they were.
    Also of each story that had been merged into it."""

    story = models.OneToOneField(Story, on_delete=models.PROTECT, related_name="erasure")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """None: again, after a backup was brought back."""

    def __str__(self) -> str:
        return f"{self.story_id} {self.at:%Y-%m-%d %H:%M}"


class ErasedAddress(models.Model):
    """Where an erased article stood: it is not fetched and not stored again."""

    mark = models.CharField(primary_key=True, max_length=64)
    """Of ``pipeline.text.urls.address_marks``: addresses themselves often hold names."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.mark


class Redaction(models.Model):
    """An approved edition from which an erasure took words. Without such a row the database refuses
    every change of an edition's content (``store.guarding``)."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="redaction")
    content_hash = models.CharField(max_length=64)
    """Of what is left; the edition keeps the hash of what was approved."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.edition_id} {self.at:%Y-%m-%d %H:%M}"
