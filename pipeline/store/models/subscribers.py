from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriberState(models.TextChoices):
    PENDING = "pending", _("Chờ xác nhận")
    ACTIVE = "active", _("Đang nhận")
    LEFT = "left", _("Đã thôi nhận")
    BOUNCED = "bounced", _("Thư bị trả")


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("Mỗi tuần một thư")
    MONTHLY = "monthly", _("Mỗi tháng một thư")


class Subscriber(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Stands for the person in ledgers and links, so that those never hold an address."""
    email = models.EmailField(unique=True)
    state = models.CharField(
        max_length=8, choices=SubscriberState, default=SubscriberState.PENDING, db_index=True
    )
    sectors = models.JSONField(default=list)
    """Sector slugs; empty means all."""
    provinces = models.JSONField(default=list)
    rhythm = models.CharField(max_length=7, choices=Rhythm, default=Rhythm.WEEKLY)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)


class Bounce(models.Model):
    """A letter that came back, or a reader's complaint about one. Holds no address."""

    class Kind(models.TextChoices):
        HARD = "hard"
        """There is no such mailbox."""
        SOFT = "soft"
        """Full, or away for a time."""
        COMPLAINT = "complaint"
        """The reader called it spam."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="bounces")
    edition = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "edition", "kind"], name="bounce_once")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.kind} #{self.edition}"


class Consent(models.Model):
    """Proof of what a subscriber agreed to or withdrew (Law 91/2025/QH15)."""

    class Action(models.TextChoices):
        ASKED = "asked"
        CONFIRMED = "confirmed"
        WITHDRAWN = "withdrawn"
        IMPORTED = "imported"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consents")
    action = models.CharField(max_length=10, choices=Action)
    at = models.DateTimeField()
    wording = models.TextField()
    wording_version = models.CharField(max_length=20)
    ip_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.action}"
