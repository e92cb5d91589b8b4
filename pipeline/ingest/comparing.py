"""What another taxonomy or model would say of stored stories. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.ingest.stories import MAX_SECTORS
from pipeline.ingest.understanding import Understanding
from pipeline.judge import Judge
from pipeline.judge.export import judgement_json
from pipeline.store.models import Article, Axis, JudgementRecord, Origin, Story, StoryTag

MOVED = 0.1
"""A score that changes by less, with nothing else, is no change an editor would notice."""
Json = Mapping[str, Any]
_QUOTED = frozenset({"sector", "campaign", "exemplar", "deed", "result", "award"})


@dataclass(frozen=True, slots=True)
class Opinion:
    """The machine's, of a story as a whole."""

    label: str
    score: float
    sectors: frozenset[str]
    campaigns: frozenset[str]
    wording: Mapping[str, tuple[str, ...]]
    """What was quoted for each tag by its slug, and under "exemplar" for the decision."""

    @classmethod
    def of(cls, judgements: Iterable[Json]) -> Opinion:
        """From the judgements of its articles, by the rules of ``refresh_story``."""
        best: Json = {"label": "no", "score": -1.0}
        tags: dict[str, dict[str, float]] = {"sectors": {}, "campaigns": {}}
        wording: dict[str, dict[str, None]] = defaultdict(dict)
        for judgement in judgements:
            for evidence in judgement.get("evidence", ()):
                axis, _, slug = evidence["for"].partition(":")
                if axis in _QUOTED:
                    wording[slug or "exemplar"][evidence["quote"]] = None
            if judgement["exemplar"]["score"] > best["score"]:
                best = judgement["exemplar"]
            for axis, scores in tags.items():
                for tag in judgement.get(axis, ()):
                    scores[tag["slug"]] = max(scores.get(tag["slug"], 0.0), tag["score"])
        ranked = sorted(tags["sectors"].items(), key=lambda pair: (-pair[1], pair[0]))
        return cls(
            label=best["label"],
            score=best["score"],
            sectors=frozenset(slug for slug, _ in ranked[:MAX_SECTORS]),
            campaigns=frozenset(tags["campaigns"]),
            wording={slug: tuple(quotes) for slug, quotes in wording.items()},
        )


@dataclass(frozen=True, slots=True)
class Compared:
    story: Story
    before: Opinion
    after: Opinion
    kept: frozenset[str]
    """Axes on which people have decided: there the machine's change is not shown at the desk."""

    @property
    def label_changed(self) -> bool:
        return self.before.label != self.after.label

    @property
    def sectors(self) -> tuple[list[str], list[str]]:
        """Added and removed."""
        return self._tags(Axis.SECTOR, self.before.sectors, self.after.sectors)

    @property
    def campaigns(self) -> tuple[list[str], list[str]]:
        """Added and removed."""
        return self._tags(Axis.CAMPAIGN, self.before.campaigns, self.after.campaigns)

    @property
    def moved(self) -> bool:
        """Whether the exemplar decision is another, or its score another by much."""
        return self.label_changed or abs(self.after.score - self.before.score) >= MOVED

    @property
    def changed(self) -> bool:
        return self.moved or any(self.sectors) or any(self.campaigns)

    def why(self, slug: str) -> list[str]:
        """Wording behind a tag that came or went, or behind "exemplar": what only one of the two
        goes by, else (as when a sector gave way to a better one) all there is."""
        before = self.before.wording.get(slug, ())
        after = self.after.wording.get(slug, ())
        return [quote for quote in (*after, *before) if (quote in after) != (quote in before)] or [
            *(after or before)
        ]

    def _tags(
        self, axis: str, before: frozenset[str], after: frozenset[str]
    ) -> tuple[list[str], list[str]]:
        if axis in self.kept:
            return [], []
        return sorted(after - before), sorted(before - after)


def compare_stories(
    since: datetime, understanding: Understanding, after: Judge, *, before: Judge | None = None
) -> Iterator[Compared]:
    """Every story found since ``since``, oldest first, judged by ``before`` (default: as its
    stored judgements say) and by ``after``. Constant memory."""
    stories = Story.objects.filter(found_at__gte=since).order_by("found_at", "pk")
    for story in stories.iterator(chunk_size=50):
        old: list[Json] = []
        new: list[Json] = []
        articles = Article.objects.filter(story=story).select_related("judgement").order_by("pk")
        for article in articles:
            record: JudgementRecord | None = getattr(article, "judgement", None)
            text = article.as_text(understanding.province_of(article.source))
            stored = record and (before is None or record.version == before.version)
            if record and stored:
                old.append(record.data)
            elif before:
                old.append(judgement_json(before.judge(text)))
            new.append(judgement_json(after.judge(text)))
        if new:
            kept = StoryTag.objects.filter(story=story, origin=Origin.PERSON)
            axes = frozenset(kept.values_list("axis", flat=True))
            yield Compared(story, Opinion.of(old), Opinion.of(new), axes)
