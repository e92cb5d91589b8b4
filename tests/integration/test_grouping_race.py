"""Two processes that store copies of one story at the same moment make one story."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from pipeline.config.home import Home
from pipeline.ingest import pages
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import ExtractedArticle
from pipeline.store.models import Article, Story
from pipeline.text.clock import utc_now
from tests.factories import TEXT
from tests.homes import make_home

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path)


def copy(source: str) -> ExtractedArticle:
    url = f"https://{source}.example/bai-1.html"
    title = "Bảy con lợn đen và cả thôn Nậm Hẻn"
    return ExtractedArticle(url, url, title, tuple(TEXT.splitlines()))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_copies_stored_at_the_same_moment_are_one_story(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    understanding, now = Understanding.load(home), utc_now()
    both, join = threading.Barrier(2), pages.join_story
    failed: list[BaseException] = []

    def at_the_same_moment(*args: object) -> Story:
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=3)  # passes at once if nothing keeps the two apart
        return join(*args)  # type: ignore[arg-type]

    def store(source: str) -> None:
        article = copy(source)
        try:
            pages.read_article(article, (article.url,), source, None, understanding, now)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failed.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(pages, "join_story", at_the_same_moment)
    threads = [threading.Thread(target=store, args=(key,)) for key in ("baomot", "baohai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Article.objects.count() == 2
    assert Story.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_one_article_stored_twice_at_the_same_moment_is_one_article(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    understanding, now = Understanding.load(home), utc_now()
    both, judge = threading.Barrier(2), pages.signature
    outcomes: list[object] = []

    def together(*args: object) -> object:
        both.wait(timeout=10)
        return judge(*args)  # type: ignore[arg-type]

    def store() -> None:
        article = copy("baomot")
        try:
            outcomes.append(
                pages.read_article(article, (article.url,), "baomot", None, understanding, now)
            )
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            outcomes.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(pages, "signature", together)
    threads = [threading.Thread(target=store) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["new", "updated"]
    assert Article.objects.count() == Story.objects.count() == 1
