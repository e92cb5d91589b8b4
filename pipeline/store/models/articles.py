from __future__ import annotations

from typing import Any

from django.db import models

from pipeline.shapes import ArticleText
from pipeline.store.models.collecting import Page
from pipeline.store.models.stories import Story


class Article(models.Model):
    """What extraction read from the newest page of one canonical URL."""

    source = models.CharField(max_length=80)
    page = models.ForeignKey(Page, null=True, on_delete=models.PROTECT, related_name="articles")
    """None: the page was refused and the article comes from the feed's text."""
    story = models.ForeignKey(Story, null=True, on_delete=models.SET_NULL, related_name="articles")
    url = models.URLField(max_length=700)
    canonical_url = models.URLField(max_length=700, unique=True)
    title = models.TextField()
    sapo = models.TextField(blank=True)
    text = models.TextField()
    """Body only, paragraphs joined by a newline, NFC."""
    author = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, db_index=True)
    date_precision = models.CharField(max_length=6, blank=True)
    date_reason = models.CharField(max_length=200, blank=True)
    modified_at = models.DateTimeField(null=True)
    image = models.JSONField(null=True)
    captions = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    credit = models.CharField(max_length=200, blank=True)
    syndicated = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="vi")
    extractor = models.CharField(max_length=20)
    confidence = models.FloatField(default=0.0)
    content_hash = models.CharField(max_length=64, db_index=True)
    """Of folded title, sapo and text: equal hashes are exact copies."""
    found_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        # Each answers its question alone: a row is large.
        indexes = [
            models.Index(fields=["source", "story"], name="article_told"),
            models.Index(fields=["found_at", "source"], name="article_found"),
        ]

    def __str__(self) -> str:
        return self.title

    def as_text(self, province: str | None = None) -> ArticleText:
        """The pure value that ``judge`` and ``group`` read."""
        return ArticleText(
            title=self.title,
            sapo=self.sapo or None,
            text=self.text,
            published_at=self.published_at,
            source=self.source,
            province=province,
            url=self.url,
            credit=self.credit or None,
            syndicated=self.syndicated,
        )


class ArticleAddress(models.Model):
    """Another canonical address at which an article was found (an AMP page, a section's)."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="addresses")
    canonical_url = models.URLField(max_length=700)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["canonical_url", "article"], name="article_address")
        ]

    def __str__(self) -> str:
        return self.canonical_url


class ArticleVersion(models.Model):
    """An earlier state of an article that its outlet has since edited."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    replaced_at = models.DateTimeField()
    title = models.TextField()
    sapo = models.TextField(blank=True)
    text = models.TextField()

    class Meta:
        ordering = ["-replaced_at"]

    def __str__(self) -> str:
        return self.title


class JudgementRecord(models.Model):
    """The machine's newest opinion of an article, in the contract's JSON shape."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="judgement")
    label = models.CharField(max_length=10)
    score = models.FloatField(db_index=True)
    data = models.JSONField()
    deed_and_result = models.BooleanField(default=False, editable=False)
    """Its evidence holds both."""
    award = models.BooleanField(default=False, editable=False)
    """It names one."""
    version = models.CharField(max_length=80)
    judged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.label} {self.score:.2f}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        named = self.keep_named()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *named}
        super().save(*args, **kwargs)

    def keep_named(self) -> tuple[str, str]:
        """Keep what lists ask of ``data``: reading the JSON of every story takes too long. Returns
        the columns."""
        named = {each["for"] for each in self.data.get("evidence", ())}
        self.deed_and_result = {"deed", "result"} <= named
        self.award = "award" in named or bool(self.data.get("awards"))
        return "deed_and_result", "award"


class SignatureBand(models.Model):
    """One MinHash band of an article: an indexed row, so that a near-duplicate look-up touches
    only its candidates. The index holds both columns: the look-up never goes to the table."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bands")
    band = models.BigIntegerField()
    """Band number and band hash folded into one signed 64-bit integer."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["band", "article"], name="band_once")]

    def __str__(self) -> str:
        return f"{self.article_id}:{self.band}"
