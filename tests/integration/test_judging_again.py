"""Judging again what is stored, many stories in one transaction."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pipeline.config.home import Home
from pipeline.ingest import rejudging
from pipeline.ingest.rejudging import judge_stale
from pipeline.ingest.stories import FOUND_BY, TOLD
from pipeline.ingest.understanding import Understanding
from pipeline.store.models import (
    Article,
    Axis,
    JudgementRecord,
    Origin,
    Story,
    StoryPlace,
    StoryTag,
)
from tests.factories import NOW, make_story

pytestmark = pytest.mark.django_db(transaction=True)


def make_stale() -> None:
    JudgementRecord.objects.update(version="old", score=0, data={}, award=True)
    Story.objects.update(score=0, title="", outlets=[], search_text="")
    StoryTag.objects.exclude(story__tags__origin=Origin.PERSON).update(score=0)


def told() -> list[Any]:
    tags = StoryTag.objects.order_by("story", "axis", "slug")
    places = StoryPlace.objects.order_by("story", "pk")
    opinions = JudgementRecord.objects.order_by("article")
    return [
        list(Story.objects.order_by("pk").values(*TOLD, *FOUND_BY)),
        list(tags.values_list("story", "axis", "slug", "score", "origin", "removed")),
        list(places.values_list("story", "text", "province", "commune", "origin")),
        list(opinions.values_list("article", "label", "score", "data", "award", "version")),
    ]


def test_many_at_once_are_judged_as_each_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    stories = [make_story() for _ in range(4)] + [make_story(outlets=["baomot", "baohai"])]
    person = {"origin": Origin.PERSON}
    stories[1].tags.create(axis=Axis.SECTOR, slug="y-te", **person)
    stories[2].tags.create(axis=Axis.CAMPAIGN, slug="nong-thon-moi", removed=True, **person)
    stories[3].places.create(text="Nậm Hẻn", province="Lào Cai", as_of="new", **person)
    understanding = Understanding.load(home)
    monkeypatch.setattr(rejudging, "AT_ONCE", 1)
    assert judge_stale(understanding, NOW) == 6
    alone = told()
    make_stale()
    monkeypatch.setattr(rejudging, "AT_ONCE", 20)
    assert judge_stale(understanding, NOW) == 6
    assert told() == alone
    assert stories[1].tags.get(slug="y-te").origin == Origin.PERSON
    assert stories[3].places.filter(text="Nậm Hẻn").exists()


def test_what_stays_as_it_was_is_not_written_again(home: Home) -> None:
    make_story()
    understanding = Understanding.load(home)
    judge_stale(understanding, NOW)
    JudgementRecord.objects.update(version="old")
    with CaptureQueriesContext(connection) as queries:
        assert judge_stale(understanding, NOW) == 1
    statements = [each["sql"] for each in queries]
    written = [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql.split('"')[1] for sql in written] == ["store_judgementrecord"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_story_that_somebody_else_writes_holds_up_no_other(home: Home) -> None:
    stories = [make_story() for _ in range(3)]
    understanding = Understanding.load(home)
    done = threading.Event()

    def judge() -> None:
        try:
            judge_stale(understanding, NOW)
        finally:
            connection.close()
            done.set()

    judging = threading.Thread(target=judge)
    with transaction.atomic():
        held = Story.objects.select_for_update().get(pk=stories[0].pk)
        judging.start()
        fresh = JudgementRecord.objects.filter(version=understanding.judge.version)
        while fresh.count() < 2 and not done.wait(0.05):
            pass
        assert set(fresh.values_list("article__story", flat=True)) == {
            story.pk for story in stories[1:]
        }
        held.edited_title = "Sửa trong lúc đó"
        held.save(update_fields=["edited_title"])
    judging.join()
    assert fresh.count() == 3
    held.refresh_from_db()
    assert held.edited_title == "Sửa trong lúc đó"
    assert "sua trong luc do" in held.search_text


def test_what_was_stored_or_moved_meanwhile_is_judged_as_it_stands(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing, one article is edited by its outlet and one goes to another
    story."""
    edited, left, target = (make_story() for _ in range(3))
    article, moved = edited.articles.get(), left.articles.get()
    understanding = Understanding.load(home)
    lock, done = Story.objects.select_for_update, []

    def meanwhile(**how: bool) -> Any:
        if how and not done:
            done.append(True)
            later = NOW + timedelta(minutes=1)
            title = "Trường Nậm Hẻn trồng rau"
            Article.objects.filter(pk=article.pk).update(title=title, updated_at=later)
            Article.objects.filter(pk=moved.pk).update(story=target)
        return lock(**how)

    monkeypatch.setattr(Story.objects, "select_for_update", meanwhile)
    assert judge_stale(understanding, NOW) == 3
    assert done
    edited.refresh_from_db()
    assert edited.title == "Trường Nậm Hẻn trồng rau"
    target.refresh_from_db()
    assert len(target.outlets) == len({each.source for each in target.articles.all()})
    versions = JudgementRecord.objects.values_list("version", flat=True)
    assert set(versions) == {understanding.judge.version}
    assert target.lead_id in {each.pk for each in target.articles.all()}
