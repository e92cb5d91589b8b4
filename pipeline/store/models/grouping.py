"""What people decided about which articles tell one story, and which stories one exemplar."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pipeline.store.models.articles import Article
from pipeline.store.models.stories import Story


class Regrouping(models.Model):
    """One merge of stories, or one split of a story, by a person."""

    class Kind(models.TextChoices):
        MERGE = "merge"
        SPLIT = "split"

    kind = models.CharField(max_length=5, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Move(models.Model):
    """An article that a regrouping took from one story to another."""

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="moves")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="moves")
    origin = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.article_id}: {self.origin_id} → {self.target_id}"


class IdentityAnswer(models.Model):
    """A person's answer to "are these two stories about one exemplar?". Kept, so that the question
    is not asked again. The exemplar of a story follows from the answers alone."""

    first = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="+")
    """The one of the larger key."""
    same = models.BooleanField()
    evidence = models.JSONField(default=list)
    """Codes of what the machine saw in common when it asked: names stay in the stories."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="identity_asked_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="identity_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {'=' if self.same else '≠'} {self.second_id}"
