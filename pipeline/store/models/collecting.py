"""What crawling leaves behind: the state of each source, links found, raw pages."""

from __future__ import annotations

import zlib

from django.db import models


class SourceState(models.Model):
    """How a source of ``sources.yaml`` is doing; the file itself stays the truth of what it is."""

    key = models.SlugField(primary_key=True, max_length=80)
    next_due_at = models.DateTimeField(null=True, db_index=True)
    last_started_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_new_at = models.DateTimeField(null=True)
    """When a round last brought a new article; adaptive polling reads it."""
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error_kind = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    selector_misses = models.PositiveIntegerField(default=0)
    """Pages in a row on which the source's selectors found nothing."""
    last_counts = models.JSONField(default=dict)
    broken = models.JSONField(default=dict)
    """Its feeds, sitemaps and listings that fail, by address: ``since``, ``kind``, ``detail``."""

    def __str__(self) -> str:
        return self.key


class HostLease(models.Model):
    """One row per host: who may fetch from it now, and when the next request is allowed."""

    host = models.CharField(primary_key=True, max_length=255)
    holder = models.CharField(max_length=80, blank=True)
    held_until = models.DateTimeField(null=True)
    next_request_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.host


class Validator(models.Model):
    """HTTP validators of one feed, sitemap or listing."""

    url = models.URLField(primary_key=True, max_length=700)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    full_fetch_at = models.DateTimeField(null=True)
    """Last unconditional fetch; validators lie, so one is made at least daily."""

    def __str__(self) -> str:
        return self.url


class Link(models.Model):
    """A URL that discovery found, with what the feed said of it; kept until fetched."""

    class State(models.TextChoices):
        PENDING = "pending"
        FETCHED = "fetched"
        FAILED = "failed"
        GONE = "gone"
        IGNORED = "ignored"

    source = models.CharField(max_length=80, db_index=True)
    canonical_url = models.URLField(max_length=700, unique=True)
    url = models.URLField(max_length=700)
    item = models.JSONField(default=dict)
    """A ``FeedItem`` in JSON, the newest told: the fallback when the page itself is refused."""
    told = models.JSONField(default=dict)
    """By feed, sitemap or listing: a mark of what it last said of this address. Each words things
    its own way, so only against its own earlier word is a difference an edit."""
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    """Failed ones since the last success."""
    looks = models.PositiveIntegerField(default=0)
    """How often the page has been fetched."""
    found_at = models.DateTimeField()
    """Anew where it is still listed after it had been forgotten."""
    next_try_at = models.DateTimeField(null=True)
    error_kind = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    """Why there is no article of it, in words."""

    class Meta:
        indexes = [models.Index(fields=["source", "state", "next_try_at"])]

    def __str__(self) -> str:
        return self.url


class Page(models.Model):
    """A fetched document, kept raw: everything derived can be rebuilt from these rows."""

    source = models.CharField(max_length=80, db_index=True)
    url = models.URLField(max_length=700)
    """Final URL, after redirects."""
    canonical_url = models.URLField(max_length=700, db_index=True)
    fetched_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField()
    """When these bytes were last the answer: an outlet may go back to an earlier text."""
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    """Of the uncompressed body."""
    body_z = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["canonical_url", "sha256"], name="page_once")
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def body(self) -> bytes:
        return zlib.decompress(self.body_z)

    @staticmethod
    def compress(body: bytes) -> bytes:
        return zlib.compress(body, 6)
