"""What the public sends us through the two forms. Holds private data: an erasure must reach it, and
audit entries hold the key alone."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.store.models.stories import Story


class RequestKind(models.TextChoices):
    SUGGESTION = "suggestion", _("Giới thiệu gương")
    CORRECTION = "correction", _("Đề nghị đính chính, gỡ bỏ")


class PublicRequest(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The number a sender can refer to."""
    kind = models.CharField(max_length=10, choices=RequestKind, db_index=True)
    token = models.CharField(max_length=64, unique=True)
    """Hash of the form's signed time: a form sent twice lands once."""
    received_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    """By when it must be answered; None: no clock."""
    ip_hash = models.CharField(max_length=64, blank=True, db_index=True)

    # what it is about
    about = models.CharField(max_length=300)
    """Whom a suggestion introduces; which page a correction is about."""
    kind_of_subject = models.CharField(max_length=12, blank=True)
    province = models.CharField(max_length=60, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    link = models.CharField(max_length=700, blank=True)
    wish = models.CharField(max_length=10, blank=True)
    """Of a correction: ``correct`` or ``remove``."""
    story = models.ForeignKey(
        Story, null=True, on_delete=models.PROTECT, related_name="public_requests"
    )
    """The story that a suggestion became; the one that a correction is about, where known."""

    # who sent it
    sender = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    """Empty: a citizen."""
    contact = models.CharField(max_length=200, blank=True)
    consent = models.TextField()
    """The words agreed to."""
    consent_version = models.CharField(max_length=20)
    erased_at = models.DateTimeField(null=True)

    # what was done
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Attachment(models.Model):
    """A file that came with a request: kept as bytes, handed out for download only."""

    request = models.ForeignKey(PublicRequest, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    """As its first bytes say, not as the sender does."""
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()

    def __str__(self) -> str:
        return self.name
