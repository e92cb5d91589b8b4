"""All that an exemplar's page shows, gathered once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from pipeline.review.register import family
from pipeline.review.register_awards import Mention, mentions, unsaid
from pipeline.review.register_keeping import adopters, answers_of
from pipeline.store.models import (
    Adoption,
    Agency,
    Axis,
    Correction,
    Criterion,
    CriterionAnswer,
    Edition,
    Exemplar,
    ExemplarAward,
    FollowUp,
    RegisterNote,
    RegisterRegrouping,
    StageChange,
    Story,
    StoryStatus,
)


@dataclass(frozen=True, slots=True)
class CheckList:
    agency: Agency
    rows: list[tuple[Criterion, CriterionAnswer | None]]

    @property
    def met(self) -> int:
        return sum(bool(answer and answer.met) for _criterion, answer in self.rows)


class ExemplarLook:
    """A constant number of queries, whatever is kept of it."""

    def __init__(self, exemplar: Exemplar) -> None:
        self.exemplar = exemplar
        self.keys = family(exemplar)
        self.stories: list[Story] = list(
            Story.objects.filter(exemplar=exemplar)
            .select_related("lead__judgement")
            .prefetch_related("tags", "places")
            .order_by("-published_at", "-pk")
        )
        kept = {"exemplar__in": self.keys}
        self.changes = list(StageChange.objects.filter(**kept).select_related("by"))
        self.notes = list(RegisterNote.objects.filter(**kept).select_related("by"))
        self.follow_ups = list(FollowUp.objects.filter(**kept).select_related("by", "done_by"))
        self.adoptions = list(Adoption.objects.filter(**kept).select_related("by"))
        self.awards: list[ExemplarAward] = list(
            ExemplarAward.objects.filter(**kept).select_related("by")
        )
        self.corrections: list[Correction] = list(
            Correction.objects.filter(**kept).select_related(
                "by", "approved_by", "dropped_by", "edition__digest", "award"
            )
        )
        self.regroupings: list[RegisterRegrouping] = list(
            RegisterRegrouping.objects.filter(**kept, undone_at=None).select_related(
                "by", "other", "exemplar"
            )
        )
        self.absorbed = list(Exemplar.objects.filter(pk__in=self.keys[1:]))

    @property
    def accepted(self) -> list[Story]:
        return [story for story in self.stories if story.status == StoryStatus.ACCEPTED]

    def slugs(self, axis: str) -> list[str]:
        """Sectors or campaigns of its accepted stories, the most frequent first."""
        counts: dict[str, int] = defaultdict(int)
        for story in self.accepted or self.stories:
            for tag in story.tags.all():
                if tag.axis == axis and not tag.removed:
                    counts[tag.slug] += 1
        return sorted(counts, key=lambda slug: (-counts[slug], slug))

    @property
    def sectors(self) -> list[str]:
        return self.slugs(Axis.SECTOR)

    @property
    def campaigns(self) -> list[str]:
        return self.slugs(Axis.CAMPAIGN)

    @property
    def places_then(self) -> list[str]:
        """As its articles write its commune by a name of before July 2025."""
        home = (self.exemplar.province, self.exemplar.commune)
        return sorted(
            {
                place.text
                for story in self.stories
                for place in story.places.all()
                if place.as_of == "old" and (place.province, place.commune) == home
            }
        )

    @cached_property
    def editions(self) -> dict[int, list[Edition]]:
        """The editions that carried each story, the first one first."""
        out = Edition.objects.filter(digest__items__story__in=self.stories, correction=None)
        rows = out.order_by("number").values_list("digest__items__story", "pk")
        known = (
            Edition.objects.select_related("digest")
            .defer("content")
            .in_bulk({pk for _story, pk in rows})
        )
        found: dict[int, list[Edition]] = defaultdict(list)
        for story, pk in rows:
            found[story].append(known[pk])
        return found

    @property
    def open_follow_ups(self) -> list[FollowUp]:
        return [each for each in self.follow_ups if not each.done_at]

    @property
    def adopters(self) -> int:
        return adopters(self.adoptions)

    @cached_property
    def mentions(self) -> list[Mention]:
        """Awards that articles name and of which no person has said whose they are."""
        return unsaid(mentions(self.accepted), self.awards)

    @cached_property
    def check_lists(self) -> list[CheckList]:
        """Its agency's first, then those of others."""
        given = answers_of(self.keys)
        rows: dict[Agency, list[tuple[Criterion, CriterionAnswer | None]]] = defaultdict(list)
        wanted = Criterion.objects.filter(retired=False, agency__retired=False)
        for criterion in wanted.select_related("agency").order_by("agency__name", "position"):
            rows[criterion.agency].append((criterion, given.get(criterion.pk)))
        own = self.exemplar.agency_id
        ordered = sorted(rows, key=lambda agency: agency.pk != own)
        return [CheckList(agency, rows[agency]) for agency in ordered]
