from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class QuarterReport(models.Model):
    """The figures of one quarter's report, frozen: asked again, they are the same."""

    quarter = models.CharField(max_length=6, unique=True)
    """``2026Q4``"""
    first_day = models.DateField()
    last_day = models.DateField()
    figures = models.JSONField()
    """As ``pipeline.report.figures`` counts them, each with the ids it counts, and how the stories
    and the exemplars proposed were called then: an erasure must reach it."""
    taken_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    """When a person said that the signed paper went out; until then its owner is reminded."""
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-quarter"]

    def __str__(self) -> str:
        return self.quarter

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a report's figures are frozen")
        super().save(*args, **kwargs)
