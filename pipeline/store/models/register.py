"""Exemplars and what people keep about each: stage, notes, follow-ups, awards, adoptions.

Rows about an exemplar stay with it when it is merged into an elder one, which shows them with its
own: an undone merge needs no clean-up.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.store.models.stories import Story


class Stage(models.TextChoices):
    """The four steps of the work with exemplars, in their order."""

    FOUND = "found", _("Phát hiện")
    NURTURED = "nurtured", _("Bồi dưỡng")
    SUMMED_UP = "summed_up", _("Tổng kết")
    SPREAD = "spread", _("Nhân rộng")


class Agency(models.Model):
    """A body that looks after exemplars and writes its own criteria for them."""

    name = models.CharField(max_length=200, unique=True)
    retired = models.BooleanField(default=False)
    """No longer offered; what it looked after keeps its name."""

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One thing an agency wants of its exemplars. Its words never change, so that answers stay
    true: a new wording is a new row."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="criteria")
    text = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "criteria"

    def __str__(self) -> str:
        return self.text


class Exemplar(models.Model):
    """A person, household, collective, enterprise or model followed over time, across stories.

    Its stories follow from people's answers and acceptances (``pipeline.review.identity``); the
    machine fills name, kind and place once, from the first story, and never touches them again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12)
    province = models.CharField(max_length=60, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    """Today's."""
    founder = models.OneToOneField(Story, on_delete=models.PROTECT, related_name="founded")
    """The story it was first seen in. Where answers link it with the founder of an elder exemplar,
    the elder one stands for both."""
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    """The elder one that stands for both; its address leads on."""
    found_at = models.DateTimeField(db_index=True)
    """When its first story was found."""
    search_text = models.TextField(blank=True)
    """Name, place and portrait, folded for search."""

    # people
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.FOUND, db_index=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    """Who looks after it."""
    portrait = models.TextField(blank=True)
    """Who it is and why it is an exemplar, in an editor's words."""
    version = models.PositiveIntegerField(default=0)
    """Counts people's changes; a form carries the version it was shown (optimistic locking)."""

    class Meta:
        indexes = [models.Index(fields=["province", "commune"])]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> Exemplar:
        """The one that stands for it: itself, or what it was merged into."""
        exemplar = self
        while exemplar.merged_into is not None:
            exemplar = exemplar.merged_into
        return exemplar


class StageChange(models.Model):
    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="stage_changes")
    before = models.CharField(max_length=10, choices=Stage)
    after = models.CharField(max_length=10, choices=Stage)
    why = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.exemplar_id}: {self.before} → {self.after}"


class RegisterNote(models.Model):
    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class FollowUp(models.Model):
    """Something to do for an exemplar by a day."""

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField(db_index=True)
    text = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.due_on} {self.text}"


class Adoption(models.Model):
    """A place that took an exemplar's model over."""

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="adoptions")
    commune = models.CharField(max_length=80)
    province = models.CharField(max_length=60)
    unit = models.CharField(max_length=200, blank=True)
    """Who there: a hamlet, a cooperative, a school."""
    source = models.CharField(max_length=700, blank=True)
    """How it is known: a link or a document."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["province", "commune", "id"]

    def __str__(self) -> str:
        return f"{self.exemplar_id}: {self.commune}, {self.province}"


class AwardState(models.TextChoices):
    STANDING = "standing", _("Đã ghi nhận")
    REFUSED = "refused", _("Không phải của gương này")
    WITHDRAWN = "withdrawn", _("Đã bị thu hồi")


class ExemplarAward(models.Model):
    """An award as a person confirmed it, or a mention that is not this exemplar's."""

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="awards")
    title = models.CharField(max_length=300)
    level = models.CharField(max_length=20, blank=True)
    """state | government | ministry | province | district | commune | organisation"""
    decision = models.CharField(max_length=200, blank=True)
    """Number and date of the decision that gave it."""
    given_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.STANDING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-given_on", "-at", "-id"]

    def __str__(self) -> str:
        return self.title


class CriterionAnswer(models.Model):
    """Whether an exemplar meets a criterion: the newest row of the two counts."""

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    met = models.BooleanField(null=True)
    """None: taken back."""
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.exemplar_id}/{self.criterion_id}: {self.met}"


class RegisterRegrouping(models.Model):
    """A merge of exemplars, or a split of one, as the identity answers that it changed. Undone by
    putting the earlier answers back."""

    class Kind(models.TextChoices):
        MERGE = "merge"
        SPLIT = "split"

    kind = models.CharField(max_length=5, choices=Kind)
    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="regroupings")
    """The one that was split, or that stands for both after the merge."""
    other = models.ForeignKey(Exemplar, null=True, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField()
    """``[[first story, second story, same before, same after]]``; None: no answer."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
