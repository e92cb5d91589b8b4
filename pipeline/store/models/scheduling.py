from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """One due time of one job, or one part of it: written by the scheduler or by a job that spreads
    its work, taken by a worker.

    The unique row is what makes a missed run be caught up once and never piled up, whichever
    process notices it. A row started but not finished whose heartbeat has stopped belongs to a
    killed worker and is taken again: every job is written to be safe to repeat.
    """

    job = models.CharField(max_length=80)
    scheduled_for = models.DateTimeField()
    part = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    """What the part is about: ids and keys, no text."""
    worker = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    ok = models.BooleanField(null=True)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["-scheduled_for"]
        constraints = [
            models.UniqueConstraint(fields=["job", "scheduled_for", "part"], name="job_run_once")
        ]
        indexes = [models.Index(fields=["finished_at", "scheduled_for"])]

    def __str__(self) -> str:
        part = f" ({self.part})" if self.part else ""
        return f"{self.job} {self.scheduled_for:%Y-%m-%d %H:%M}{part}"


class Mutex(models.Model):
    """A row to lock where two processes must not do the same thing at the same moment."""

    name = models.CharField(primary_key=True, max_length=40)

    def __str__(self) -> str:
        return self.name
