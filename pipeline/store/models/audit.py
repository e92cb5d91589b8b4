from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class AppendOnly(models.QuerySet["AuditEntry"]):
    """Refuses the bulk paths that would bypass ``AuditEntry.save`` and ``delete``."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("the audit trail is append-only")

    def delete(self) -> NoReturn:
        raise TypeError("the audit trail is append-only")


class AuditEntry(models.Model):
    """Who changed what, when, from what to what. Holds ids and codes, never private data."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """None: the machine itself, or the command line."""
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=30)
    object_id = models.CharField(max_length=60)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("the audit trail is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("the audit trail is append-only")
