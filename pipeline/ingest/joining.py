"""Into which story an article goes. A new one may show that two stories are one: then the machine
merges them, as long as no person has had a hand in the one that goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from pipeline.group import COPIES_SHARE, LEAST_SHARED, ONE_STORY, Signature, compare
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import ArticleText
from pipeline.store.audit import record
from pipeline.store.models import Article, DigestItem, Mutex, SignatureBand, Story, StoryStatus

MAX_CANDIDATES = 20
MOST_SHARING = 500
"""Of any day. By chance two keys are shared by some 130 articles among a million."""


def one_at_a_time() -> None:
    """Until the end of the transaction no other process groups. (SQLite has one writer anyway.)"""
    Mutex.objects.get_or_create(name="grouping")
    Mutex.objects.select_for_update().get(name="grouping")


def join_story(
    article: Article,
    text: ArticleText,
    mark: Signature,
    understanding: Understanding,
    now: datetime,
) -> Story:
    """The story of ``article``: the one it has, that of its best match, or a new one.

    Stories are what is linked by matches, directly or through others, so that the order in which
    articles come does not matter: an article that matches two stories makes them one. An article
    once in a story stays in it, however its text is edited; only a person takes it out. Call it in
    a transaction, after ``one_at_a_time``.
    """
    matching = _matching_stories(article, text, mark, understanding)
    if article.story:
        known = article.story
        if known not in matching and known.articles.exclude(pk=article.pk).exists():
            return known  # a page that came to tell something else does not link the two
        matching = [known, *(story for story in matching if story != known)]
    if not matching:
        story = Story.objects.create(
            title=article.title, found_at=now, published_at=article.published_at
        )
    else:
        story = _made_one(matching, article, now)
    if article.story != story:
        article.story = story
        article.save(update_fields=["story"])
    return story


def near_articles(article: Article, mark: Signature) -> list[Article]:
    """Articles of the same days sharing the most bands with ``article``, and likely copies of any
    day, each with a story, best first. Four queries."""
    sharing = dict(
        # Count("article"): whatever the index does not hold is looked up in the table, row by row.
        SignatureBand.objects.filter(band__in=mark.bands)
        .exclude(article=article)
        .values("article_id")
        .annotate(shared=Count("article"))
        .filter(shared__gte=LEAST_SHARED)
        .order_by("-shared", "article_id")
        .values_list("article_id", "shared")[:MOST_SHARING]
    )
    told = dict(Article.objects.filter(pk__in=sharing).values_list("pk", "published_at"))
    near = [pk for pk in sharing if pk in told and _same_days(article.published_at, told[pk])]
    alike = [pk for pk, shared in sharing.items() if shared >= COPIES_SHARE]
    copies = Article.objects.filter(content_hash=mark.content_hash).exclude(pk=article.pk)
    ranked = [
        *copies.order_by("pk").values_list("pk", flat=True)[:MAX_CANDIDATES],
        *near[:MAX_CANDIDATES],
        *alike[:MAX_CANDIDATES],
    ]
    found = Article.objects.select_related("story").exclude(story=None).in_bulk(ranked)
    return [found[pk] for pk in dict.fromkeys(ranked) if pk in found]


def _same_days(one: datetime | None, other: datetime | None) -> bool:
    """Within ``ONE_STORY``, or nobody knows."""
    return one is None or other is None or abs(one - other) <= ONE_STORY


def _matching_stories(
    article: Article, text: ArticleText, mark: Signature, understanding: Understanding
) -> list[Story]:
    """The stories of the articles that match ``text``, that of the best match first."""
    scores: dict[Story, float] = {}
    for other in near_articles(article, mark):
        match = compare(text, other.as_text(understanding.province_of(other.source)))
        if match and other.story:
            scores[other.story] = max(match.score, scores.get(other.story, 0.0))
    return sorted(scores, key=lambda story: (-scores[story], story.pk))


def _made_one(matching: list[Story], article: Article, now: datetime) -> Story:
    """The story that ``article`` joins, after it took in those of ``matching`` that the machine may
    still move; the first of ``matching`` is that of ``article`` or of its best match."""
    first = matching[0]
    if len(matching) == 1 or first.status == StoryStatus.REJECTED:
        return first
    locked = Story.objects.select_for_update().filter(pk__in=[story.pk for story in matching])
    standing = {story.pk for story in locked.order_by("pk")}
    movable = untouched(Story.objects.filter(pk__in=standing))
    free = {story.pk: story for story in movable.order_by("pk")}
    people_s = [
        story
        for story in matching
        if story.pk in standing - free.keys() and story.status != StoryStatus.REJECTED
    ]
    # A person's story takes the others in; among the machine's the oldest keeps its address.
    keeper = first if first in people_s else (people_s or list(free.values()) or [first])[0]
    for story in free.values():
        if story != keeper:
            _absorb(story, keeper, article, now)
    return keeper


def untouched(stories: QuerySet[Story]) -> QuerySet[Story]:
    """Those on which no person has decided anything and that stand in no digest."""
    items = DigestItem.objects.filter(story=OuterRef("pk"))
    return stories.filter(~Exists(items), version=0, exemplar=None)


def _absorb(story: Story, keeper: Story, article: Article, now: datetime) -> None:
    Article.objects.filter(story=story).update(story=keeper)
    story.merged_into = keeper
    story.save(update_fields=["merged_into"])
    after = {"into": keeper.pk, "through": article.pk}
    record("story.absorbed", story, actor=None, at=now, after=after)
