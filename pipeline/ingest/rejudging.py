"""Judging again what is stored, by this process alone or in parts by any number of workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from pipeline.config.home import Home
from pipeline.ingest.joining import one_at_a_time
from pipeline.ingest.opinions import record_judgement, rewrite_judgements
from pipeline.ingest.stories import refresh_stories
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import Judgement
from pipeline.store.models import Article, JudgementRecord, Story

PART = 200
"""Stories in a part: some seconds of work, so that a killed worker costs no more."""


AT_ONCE = 20
"""Stories in a transaction: SQLite has one writer, and the desk waits a tenth of a second."""


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
    """Judge articles whose opinion comes from another taxonomy or model, whole stories at a time:
    killed in between, it leaves none half old and half new, and the rest is still known to be
    stale."""
    stale = _stale(understanding, since)
    stories = Story.objects.filter(Exists(stale.filter(story=OuterRef("pk"))))
    alone = stale.filter(story=None)
    if part is not None:
        span = Q(pk__gte=part.first) & (Q() if part.end is None else Q(pk__lt=part.end))
        stories, alone = stories.filter(span), alone.filter(span)
    total = stale.count() if on_progress else 0
    judged = 0
    keys = list(stories.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        judged += _judge_together(keys[start : start + AT_ONCE], stale, understanding, now)
        if on_progress:
            on_progress(judged, total)
    for key in list(alone.values_list("pk", flat=True)):
        judged += _judge_waiting([key], stale, understanding, now)
    return judged


def _judge_together(
    keys: Sequence[int], stale: QuerySet[Article], understanding: Understanding, now: datetime
) -> int:
    """Some stories in one transaction. What somebody else is writing, or has written since it was
    read here, is done afterwards, story by story: two processes that each hold stories and wait for
    more would wait for each other."""
    found: dict[int, list[tuple[Article, Judgement]]] = {key: [] for key in keys}
    for article in stale.filter(story__in=keys):
        found[article.story_id or 0].append((article, _judge(article, understanding)))
    with transaction.atomic():
        stories = Story.objects.select_for_update(skip_locked=True).in_bulk(keys)
        articles = [article for key in stories for article, _ in found[key]]
        outdated = JudgementRecord.objects.exclude(version=understanding.judge.version)
        records = {
            record.article_id: record
            for record in outdated.select_for_update(skip_locked=True).filter(article__in=articles)
        }
        stand = Article.objects.filter(pk__in=records)
        as_read = set(stand.values_list("pk", "story", "updated_at"))
        free = [
            key
            for key in stories
            if all((each.pk, key, each.updated_at) in as_read for each, _ in found[key])
        ]
        rewrite_judgements(
            ((records[article.pk], judgement) for key in free for article, judgement in found[key]),
            now,
        )
        refresh_stories([stories[key] for key in free], understanding)
    judged = sum(len(found[key]) for key in free)
    for key in set(keys) - set(free):
        judged += _judge_waiting([each.pk for each, _ in found[key]], stale, understanding, now)
    return judged


def _judge_waiting(
    keys: Sequence[int], stale: QuerySet[Article], understanding: Understanding, now: datetime
) -> int:
    """A few articles, in whatever stories they are by now: read only when nobody else stores or
    regroups."""
    with transaction.atomic():
        one_at_a_time()
        articles = list(stale.filter(pk__in=keys))
        for article in articles:
            record_judgement(article, _judge(article, understanding), now)
        stories = {each.story_id for each in articles if each.story_id is not None}
        locked = Story.objects.select_for_update().filter(pk__in=stories)
        refresh_stories(list(locked), understanding)
    return len(articles)


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
