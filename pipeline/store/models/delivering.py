from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.store.models.digests import Edition
from pipeline.store.models.stories import Story


class DeliveryState(models.TextChoices):
    """planned → sending → sent | failed | unknown | dropped; a late plan → expired; what was sent
    and then removed again at the other side → withdrawn."""

    PLANNED = "planned", _("Chờ phát")
    SENDING = "sending", _("Đang phát")
    SENT = "sent", _("Đã phát")
    FAILED = "failed", _("Không phát được")
    UNKNOWN = "unknown", _("Chưa rõ: cần người quyết định")
    EXPIRED = "expired", _("Quá hạn: cần người quyết định")
    DROPPED = "dropped", _("Thôi không phát")
    """Nothing in it for this recipient, or a person gave it up."""
    WITHDRAWN = "withdrawn", _("Đã gỡ khỏi kênh")


class Delivery(models.Model):
    """One edition to one channel or recipient. The row is written before anything is sent."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=40)
    recipient = models.CharField(max_length=80, blank=True)
    """Empty for a public channel; a subscriber's public id for mail. Never an address."""
    state = models.CharField(
        max_length=10, choices=DeliveryState, default=DeliveryState.PLANNED, db_index=True
    )
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=200, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        # What a week published is read from here; letters, by far the most rows, are not in it.
        indexes = [
            models.Index(
                fields=["finished_at", "edition"],
                condition=models.Q(channel="portal"),
                name="delivery_portal",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "channel", "recipient"], name="delivery_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} → {self.channel} {self.recipient}".rstrip()


class Amendment(models.Model):
    """What a delivery shows is to follow: a story in it was taken back, put back or corrected.

    Written in the transaction that decides so, before anything is done. Doing it twice leaves the
    world as doing it once, so it is repeated until it is done or given up.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="amendment")
    asked_at = models.DateTimeField()
    """When it was asked for last; an amendment made meanwhile does not count for it."""
    done_at = models.DateTimeField(null=True)
    """When the channel showed what it should, or a person saw to it."""
    failed_at = models.DateTimeField(null=True)
    """When it was given up: a person has to see to it."""
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    detail = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(done_at=None), name="amendment_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery} ~ {self.asked_at:%Y-%m-%d %H:%M}"


class Withdrawal(models.Model):
    """A published story taken back. Every channel that can take things back reads these rows."""

    story = models.OneToOneField(Story, on_delete=models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """None: the machine, because the source took its article back."""
    reason = models.CharField(max_length=300)
    handled_at = models.DateTimeField(null=True)
    """When a person saw it and did what was left to do on channels that cannot take back."""
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], condition=models.Q(handled_at=None), name="withdrawal_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.at:%Y-%m-%d %H:%M}"


class Restoration(models.Model):
    """A withdrawal that a person undid. The newest of a story dates it in our feeds: readers that
    took the story away must be shown it again."""

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="restorations")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300)
    """Of the withdrawal."""

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.story_id} {self.at:%Y-%m-%d %H:%M}"


class PublishedLink(models.Model):
    """The original of a published story, asked for again and again: sources take articles back."""

    story = models.OneToOneField(Story, on_delete=models.CASCADE, related_name="published_link")
    source = models.CharField(max_length=80)
    url = models.URLField(max_length=700, db_index=True)
    published_at = models.DateTimeField()
    """When the newest edition with it came out."""
    checked_at = models.DateTimeField(null=True)
    gone_at = models.JSONField(default=list)
    """Times (ISO 8601) of the latest answers "gone" since the page last stood."""
    doubts = models.PositiveIntegerField(default=0)
    """Answers in a row that look like "gone" without saying so: home page, "không tồn tại"."""
    held_at = models.DateTimeField(null=True)
    """Since when a person is asked whether to hide it."""
    kept_at = models.DateTimeField(null=True)
    """When a person decided that it stays whatever the original does."""
    answer = models.CharField(max_length=200, blank=True)
    """The last answer, such as ``HTTP 200``."""

    class Meta:
        indexes = [
            models.Index(
                fields=["held_at"],
                condition=models.Q(held_at__isnull=False),
                name="link_in_doubt",
            )
        ]

    def __str__(self) -> str:
        return self.url
