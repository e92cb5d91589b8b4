from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """One due time of one scheduled job. The unique row is what makes a missed run be caught up
    once and never piled up, whichever process notices it."""

    job = models.CharField(max_length=80)
    scheduled_for = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["-scheduled_for"]
        constraints = [
            models.UniqueConstraint(fields=["job", "scheduled_for"], name="job_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.scheduled_for:%Y-%m-%d %H:%M}"
