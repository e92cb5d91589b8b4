"""A backup may show as one story what people had told apart, or may be about to tell apart, when
they had one part erased. Then only that part is erased again, and the rest stands by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.conf import settings
from django.db.models import Q

from pipeline.config.reference import load_reference
from pipeline.ingest.stories import refresh_story
from pipeline.review import identity
from pipeline.review.changing import Outlets
from pipeline.review.erasing import merged_with
from pipeline.store.models import Article, Move, Story

_AT_ONCE = 500


def erased_parts(public_ids: Collection[str], addresses: Collection[str]) -> list[Story]:
    """Standing stories that hold what was erased and nothing else: those named by ``public_ids``,
    and whatever is told at ``addresses``. Call it in a transaction, holding ``one_at_a_time``."""
    named = list(Story.every.filter(public_id__in=public_ids, erasure=None))
    told = _told_at(addresses)
    keys = {story.standing.pk for story in named} | set(told.values())
    parts = []
    for story in Story.every.filter(pk__in=keys).order_by("pk"):
        parts += _part(story, {each.pk for each in named}, told.keys())
    return parts


def _told_at(addresses: Collection[str]) -> dict[int, int]:
    """Article → its story."""
    found: dict[int, int] = {}
    ordered = sorted(addresses)
    for first in range(0, len(ordered), _AT_ONCE):
        some = ordered[first : first + _AT_ONCE]
        at = Q(canonical_url__in=some) | Q(page__canonical_url__in=some)
        rows = Article.objects.filter(
            at | Q(addresses__canonical_url__in=some), story__isnull=False
        )
        found |= dict(rows.values_list("pk", "story"))
    return found


def _part(story: Story, named: Collection[int], told: Collection[int]) -> list[Story]:
    articles = list(story.articles.order_by("published_at", "pk"))
    erased = [each for each in articles if each.pk in told]
    others = [each for each in articles if each.pk not in told]
    merged = [each for each in merged_with(story) if each.pk != story.pk]
    absorbed = [each for each in merged if each.pk in named]
    if story.pk in named:
        innocent = [each for each in merged if each.pk not in named]
        _refresh(_take_out(others, innocent, standing=False))
        return [story]
    if erased and not others:
        return [story]
    parts = _take_out(erased, absorbed, standing=True)
    _refresh([story])
    return parts


def _take_out(articles: Sequence[Article], rows: Sequence[Story], *, standing: bool) -> list[Story]:
    """Each article to the one of ``rows`` from which people had moved it, the rest to a new story.
    Returns those stories, and with ``standing`` all of ``rows``; they stand by themselves now."""
    by_key = {row.pk: row for row in rows}
    moved = Move.objects.filter(article__in=articles, origin__in=rows).order_by("pk")
    origins = dict(moved.values_list("article", "origin"))
    stories = dict(by_key) if standing else {}
    rest = [each for each in articles if each.pk not in origins]
    for key in set(origins.values()):
        stories[key] = by_key[key]
    for article in articles:
        if article.pk in origins:
            Article.objects.filter(pk=article.pk).update(story=origins[article.pk])
    if rest:
        new = Story.objects.create(
            title=rest[0].title,
            found_at=min(each.found_at for each in rest),
            published_at=rest[0].published_at,
        )
        Article.objects.filter(pk__in=[each.pk for each in rest]).update(story=new)
        stories[new.pk] = new
    Story.every.filter(pk__in=stories).update(merged_into=None)
    return list(Story.every.filter(pk__in=stories).order_by("pk"))


def _refresh(stories: Iterable[Story]) -> None:
    """The machine's layer anew, and which exemplar they are about."""
    outlets = Outlets(load_reference(settings.HOME))
    keys = []
    for story in stories:
        refresh_story(story, outlets)
        keys.append(story.pk)
    identity.settle(keys)
