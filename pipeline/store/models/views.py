from __future__ import annotations

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """Filters of the inbox that a person gave a name."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    """As ``pipeline.web.desk.queue.filters.Filters.query`` writes it."""
    shared = models.BooleanField(default=False)
    """The whole office sees it; only its owner changes it."""

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name
