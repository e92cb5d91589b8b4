"""Who deserves an award and has none yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Prefetch, Q

from pipeline.review.register import registered
from pipeline.review.register_awards import has_none_yet, judged, mentions
from pipeline.store.models import Correction, Exemplar, Stage, Story, StoryStatus

STRONG = 0.7
"""A story scored lower is no strong evidence by itself."""
MOST = 500
"""Looked at, those that have waited longest first."""


class Reason(StrEnum):
    DEED_AND_RESULT = "deed_and_result"
    """One story, scored ``STRONG`` or better, gives a deed and its result."""
    OUTLETS = "outlets"
    """More than one outlet told of it."""
    STORIES = "stories"
    """More than one accepted story tells of it."""
    STAGE = "stage"
    """People took it further than "found"."""


@dataclass(frozen=True, slots=True)
class Told:
    """What of one accepted story counts."""

    score: float
    evidence: frozenset[str]
    """``deed``, ``result``, …"""
    outlets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nomination:
    exemplar: Exemplar
    reasons: tuple[Reason, ...]
    days: int
    """Whole days since its first story was found."""
    stories: tuple[Story, ...]
    """The accepted ones, the strongest first."""


def reasons(told: Sequence[Told], stage: Stage) -> tuple[Reason, ...]:
    """Why the evidence is strong; empty when it is not: without a deed and its result in one good
    story nothing else counts."""
    whole = any(each.score >= STRONG and {"deed", "result"} <= each.evidence for each in told)
    if not whole:
        return ()
    found = [Reason.DEED_AND_RESULT]
    if len(frozenset().union(*(each.outlets for each in told))) > 1:
        found.append(Reason.OUTLETS)
    if len(told) > 1:
        found.append(Reason.STORIES)
    if stage != Stage.FOUND:
        found.append(Reason.STAGE)
    return tuple(found)


def nominations(now: datetime) -> list[Nomination]:
    """Exemplars of the register with strong evidence and no award yet, the best founded first, of
    equals those that have waited longest. One with an award withdrawn or an error proposed for
    correction, its own or that of one merged into it, is left out. A constant number of queries."""
    accepted = (
        Story.objects.filter(status=StoryStatus.ACCEPTED)
        .select_related("lead__judgement")
        .defer("search_text", "draft_summary", "draft_spans", "lead__text", "lead__sapo")
        .prefetch_related("tags")
        .order_by("-score", "pk")
    )
    wrong = Correction.objects.filter(dropped_at=None)
    doubted = Q(pk__in=wrong.values("exemplar")) | Q(absorbed__in=wrong.values("exemplar"))
    rows = (
        registered()
        .exclude(pk__in=Exemplar.objects.filter(doubted).values("pk"))
        .select_related("agency")
        .prefetch_related(
            Prefetch("stories", accepted, to_attr="accepted"), "awards", "absorbed__awards"
        )
        .order_by("found_at", "pk")[:MOST]
    )
    found = []
    for exemplar in rows:
        stories: list[Story] = exemplar.accepted
        said = [*exemplar.awards.all()]
        said += [award for each in exemplar.absorbed.all() for award in each.awards.all()]
        if not has_none_yet(mentions(stories), said):
            continue
        why = reasons([_told(story) for story in stories], Stage(exemplar.stage))
        if why:
            found.append(Nomination(exemplar, why, (now - exemplar.found_at).days, tuple(stories)))
    return sorted(found, key=lambda each: (-len(each.reasons), -each.days, each.exemplar.pk))


def _told(story: Story) -> Told:
    kinds = frozenset(each["for"] for each in judged(story).get("evidence", ()))
    return Told(story.score, kinds, frozenset(story.outlets))
