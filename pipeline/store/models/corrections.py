from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.store.models.register import Exemplar, ExemplarAward


class Correction(models.Model):
    """What was published of an exemplar and no longer holds. Proposed by one person, sent to every
    channel that carried it once another has approved; nothing of it leaves by itself. No
    ``edition`` carries it while it is not approved, nor when nothing had been published."""

    class Kind(models.TextChoices):
        AWARD_WITHDRAWN = "award", _("Khen thưởng đã bị thu hồi")
        WRONG = "wrong", _("Thông tin đã đăng nay thấy sai")

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=5, choices=Kind)
    award = models.ForeignKey(ExemplarAward, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    """What readers are told."""
    reason = models.CharField(max_length=500, blank=True)
    """How the office knows; not published."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    four_eyes = models.BooleanField(default=True)
    """False: ``office.yaml`` had the rule switched off when this was approved."""
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(four_eyes=False)
                | models.Q(approved_by=None)
                | ~models.Q(approved_by=models.F("by")),
                name="correction_approved_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.exemplar_id} {self.at:%Y-%m-%d}"
