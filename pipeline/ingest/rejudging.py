"""Judging again what is stored, by this process alone or in parts by any number of workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from pipeline.config.home import Home
from pipeline.ingest.pages import record_judgement
from pipeline.ingest.stories import refresh_story
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import Judgement
from pipeline.store.models import Article, Story

PART = 200
"""Stories in a part: some seconds of work, so that a killed worker costs no more."""


class Part(NamedTuple):
    """Stories by primary key, from ``first`` to before ``end``; ``None`` is no end.

    Articles without a story belong to the part that has their own key in it: parts without a gap
    hold every article once.
    """

    first: int
    end: int | None


def judge_again(
    home: Home,
    *,
    now: datetime,
    since: datetime | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Judge again the articles found since ``since`` (default: ever) that another taxonomy or
    model has judged, without reading their pages again. Returns the count under ``judged``."""
    return {"judged": judge_stale(Understanding.load(home), now, since, on_progress)}


def parts_to_judge(understanding: Understanding, since: datetime | None) -> list[Part]:
    """What ``judge_again`` would do, in parts."""
    stale = _stale(understanding, since)
    stories = Story.objects.filter(Exists(stale.filter(story=OuterRef("pk")))).order_by("pk")
    keys = list(stories.values_list("pk", flat=True).iterator())
    if not keys and not stale.filter(story=None).exists():
        return []
    starts = [0, *keys[PART::PART]]
    return [Part(*pair) for pair in zip(starts, [*starts[1:], None], strict=True)]


def judge_stale(
    understanding: Understanding,
    now: datetime,
    since: datetime | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    part: Part | None = None,
) -> int:
    """Judge articles whose opinion comes from another taxonomy or model, story by story: killed in
    between, it leaves no story half old and half new, and the rest is still known to be stale."""
    stale = _stale(understanding, since)
    stories = Story.objects.filter(Exists(stale.filter(story=OuterRef("pk"))))
    alone = stale.filter(story=None)
    if part is not None:
        span = Q(pk__gte=part.first) & (Q() if part.end is None else Q(pk__lt=part.end))
        stories, alone = stories.filter(span), alone.filter(span)
    total = stale.count() if on_progress else 0
    judged = 0
    for story in stories.iterator(chunk_size=50):
        articles = stale.filter(story=story)
        found = [(article, _judge(article, understanding)) for article in articles]
        with transaction.atomic():
            for article, judgement in found:
                record_judgement(article, judgement, now)
            refresh_story(story, understanding)
        judged += len(found)
        if on_progress:
            on_progress(judged, total)
    for article in alone.iterator(chunk_size=50):
        record_judgement(article, _judge(article, understanding), now)
        judged += 1
    return judged


def understanding_of(home: Home) -> Understanding:
    """As ``Understanding.load``, kept while none of its files changes: a worker judges part after
    part, and loading takes as long as a part does."""
    return _kept(home, tuple(_marks(home)))


@lru_cache(maxsize=1)
def _kept(home: Home, marks: tuple[object, ...]) -> Understanding:
    return Understanding.load(home)


def _marks(home: Home) -> Iterator[tuple[str, int, int]]:
    folders = (home.taxonomy_dir, home.model_file.parent)
    for path in (home.sources_file, *(each for folder in folders for each in folder.glob("*"))):
        status = path.stat()
        yield str(path), status.st_mtime_ns, status.st_size


def _stale(understanding: Understanding, since: datetime | None) -> QuerySet[Article]:
    stale = Article.objects.exclude(judgement__version=understanding.judge.version)
    return stale.filter(found_at__gte=since) if since else stale


def _judge(article: Article, understanding: Understanding) -> Judgement:
    return understanding.judge.judge(article.as_text(understanding.province_of(article.source)))
