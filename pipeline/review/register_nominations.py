"""Who deserves an award and has none yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from pipeline.review.register_awards import has_none_yet, mentions
from pipeline.store.models import (
    AwardState,
    Correction,
    Exemplar,
    ExemplarAward,
    Stage,
    Story,
    StoryStatus,
)

STRONG = 0.7
"""A story scored lower is no strong evidence by itself."""


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
class Candidate:
    """An exemplar that may deserve an award."""

    exemplar: int
    """Primary key."""
    reasons: tuple[Reason, ...]
    days: int
    """Whole days since its first story was found."""


@dataclass(frozen=True, slots=True)
class Nomination:
    """A candidate with all that is shown of it."""

    exemplar: Exemplar
    reasons: tuple[Reason, ...]
    days: int
    stories: tuple[Story, ...]
    """The accepted ones, the strongest first."""


def candidates(now: datetime) -> list[Candidate]:
    """Of every exemplar of the register with strong evidence and no award yet, the best founded
    first, of equals those that have waited longest. Strong evidence is one accepted story, scored
    ``STRONG`` or better, that gives a deed and its result: without it nothing else counts. One with
    an award withdrawn or an error proposed for correction, its own or that of one merged into it,
    is left out. A constant number of queries."""
    found = {pk: (stage, at) for pk, stage, at in _with_evidence()}
    stories = _accepted().filter(exemplar__in=found)
    outlets: dict[int, list[list[str]]] = defaultdict(list)
    named = set()
    rows = stories.values_list("exemplar", "outlets", "lead__judgement__award")
    for pk, told_by, award in rows:
        outlets[pk].append(told_by)
        if award:
            named.add(pk)
    unanswered = named - _refused(named)
    made = [
        Candidate(pk, _reasons(outlets[pk], Stage(stage)), (now - at).days)
        for pk, (stage, at) in found.items()
        if pk not in unanswered
    ]
    return sorted(made, key=lambda each: (-len(each.reasons), -each.days, each.exemplar))


def nominations(made: Iterable[Candidate]) -> list[Nomination]:
    """The candidates with their exemplars and stories, in their order. Four queries."""
    ordered = list(made)
    shown = _accepted().select_related("lead").prefetch_related("tags").order_by("-score", "pk")
    exemplars = (
        Exemplar.objects.select_related("agency")
        .prefetch_related(Prefetch("stories", shown.defer(*_LONG), to_attr="accepted"))
        .in_bulk([each.exemplar for each in ordered])
    )
    return [
        Nomination(exemplar, each.reasons, each.days, tuple(exemplar.accepted))
        for each in ordered
        if (exemplar := exemplars.get(each.exemplar))
    ]


_LONG = ("search_text", "draft_summary", "draft_spans", "lead__text", "lead__sapo")


def _accepted() -> QuerySet[Story]:
    return Story.objects.filter(status=StoryStatus.ACCEPTED).order_by()


def _with_evidence() -> QuerySet[Exemplar, tuple[int, str, datetime]]:
    """Key, stage and time of those with strong evidence, no error proposed, and no award that a
    person confirmed."""
    whole = _accepted().filter(score__gte=STRONG, lead__judgement__deed_and_result=True)
    wrong = Correction.objects.filter(dropped_at=None)
    given = ExemplarAward.objects.exclude(state=AwardState.REFUSED)
    rows = Exemplar.objects.filter(Exists(whole.filter(exemplar=OuterRef("pk"))), merged_into=None)
    return rows.exclude(_of(wrong)).exclude(_of(given)).values_list("pk", "stage", "found_at")


def _of(kept: QuerySet[Correction] | QuerySet[ExemplarAward]) -> Q:
    """Exemplars that something of ``kept`` is about, or about one merged into them."""
    own = Q(pk__in=kept.values("exemplar"))
    return own | Q(pk__in=kept.exclude(exemplar__merged_into=None).values("exemplar__merged_into"))


def _refused(named: set[int]) -> set[int]:
    """Those of ``named`` of which people refused every award that their articles name."""
    said: dict[int, list[ExemplarAward]] = defaultdict(list)
    answers = ExemplarAward.objects.filter(state=AwardState.REFUSED).select_related("exemplar")
    for award in answers:
        said[award.exemplar.merged_into_id or award.exemplar_id].append(award)
    stories: dict[int | None, list[Story]] = defaultdict(list)
    judged = _accepted().select_related("lead__judgement").defer(*_LONG)
    for story in judged.filter(exemplar__in=named & said.keys()):
        stories[story.exemplar_id].append(story)
    return {pk for pk in named & said.keys() if has_none_yet(mentions(stories[pk]), said[pk])}


def _reasons(outlets: Sequence[Sequence[str]], stage: Stage) -> tuple[Reason, ...]:
    """Why the evidence is strong: its deed and result, and what adds to them. ``outlets``: of each
    accepted story."""
    found = [Reason.DEED_AND_RESULT]
    if len({key for each in outlets for key in each}) > 1:
        found.append(Reason.OUTLETS)
    if len(outlets) > 1:
        found.append(Reason.STORIES)
    if stage != Stage.FOUND:
        found.append(Reason.STAGE)
    return tuple(found)
