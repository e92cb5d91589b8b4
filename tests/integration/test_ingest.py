"""A round over the demo newspapers, stored: what it finds, what it does not do twice, and what a
process killed halfway leaves for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.config.yamlfile import ConfigError
from pipeline.crawl.spool import FetchedPage, HostReport, Spool
from pipeline.demo.content import DemoArticle, load_articles
from pipeline.demo.newspapers import Answer, DemoNewspapers
from pipeline.ingest import crawl_sources, rebuild, storing
from pipeline.ingest.leases import keep_hosts
from pipeline.ingest.told import item_from_json
from pipeline.ingest.understanding import Understanding
from pipeline.review import decisions
from pipeline.store.models import (
    Article,
    ArticleVersion,
    HostLease,
    Link,
    Page,
    SourceState,
    Story,
    User,
    Validator,
)
from pipeline.text.clock import utc_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("forked")]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")


OF_EACH_OUTLET = 4


def some_articles() -> list[DemoArticle]:
    """A few of each outlet: a round over all takes seconds."""
    by_outlet: dict[str, list[DemoArticle]] = {}
    for article in load_articles():
        by_outlet.setdefault(article.outlet, []).append(article)
    return [article for own in by_outlet.values() for article in own[:OF_EACH_OUTLET]]


@pytest.fixture
def papers() -> Iterator[DemoNewspapers]:
    with DemoNewspapers(utc_now(), articles=some_articles()) as papers:
        yield papers


@pytest.fixture
def home(tmp_path: Path, papers: DemoNewspapers) -> Home:
    return home_with(papers, tmp_path)


def home_with(papers: DemoNewspapers, folder: Path) -> Home:
    sources = [source | {"delay": 0} for source in papers.sources()]
    text = yaml.safe_dump({"sources": sources}, allow_unicode=True)
    (folder / "sources.yaml").write_text(text, "utf-8")
    return Home(folder)


def crawl(home: Home, **options: object) -> dict[str, int]:
    counts = crawl_sources(home, OFFICE, now=utc_now(), allow_private=True, **options)  # type: ignore[arg-type]
    totals = {"found": 0, "fetched": 0, "new": 0, "updated": 0, "errors": 0}
    for count in counts:
        line = count.as_json() | {"errors": len(count.errors)}
        totals = {key: totals[key] + line[key] for key in totals}
    return totals


def test_a_round_finds_every_article_and_the_next_finds_nothing_new(tmp_path: Path) -> None:
    with DemoNewspapers(utc_now()) as papers:
        finds_all_once(home_with(papers, tmp_path))


def finds_all_once(home: Home) -> None:
    first = crawl(home)
    assert first["new"] == first["fetched"] == Article.objects.count() >= 30
    assert first["errors"] == 0
    assert Page.objects.count() == first["fetched"]
    stories = list(Story.objects.values_list("pk", flat=True))
    assert 25 <= len(stories) < Article.objects.count()  # some are carried by two outlets

    second = crawl(home)
    assert second["found"] == second["fetched"] == second["new"] == second["updated"] == 0
    assert list(Story.objects.values_list("pk", flat=True)) == stories


def test_the_outlet_edits_an_article_and_its_earlier_version_is_kept(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = Article.objects.filter(source="baofansipan").order_by("pk").first()
    assert article
    page = article.page
    assert page
    headlines = [article.title, "Bài đã sửa tít: 1.500 hộ", "Bài đã sửa tít: “1,500 hộ”"]
    for headline in headlines[1:]:  # the last edit is one of signs alone
        body = page.body.replace(article.title.encode(), headline.encode())
        papers.replace("baofansipan", urlsplit(page.url).path, Answer(200, body))
        Link.objects.filter(canonical_url=article.canonical_url).update(next_try_at=utc_now())
        totals = crawl(home)
        assert (totals["new"], totals["updated"]) == (0, 1)
        assert Article.objects.get(pk=article.pk).title == headline
    assert [version.title for version in ArticleVersion.objects.order_by("pk")] == headlines[:-1]


def test_what_a_killed_round_left_in_its_spool_is_stored_by_the_next(home: Home) -> None:
    """The child had fetched a page and the parent died before storing it: the page is not lost, nor
    stored twice when the parent died after storing and before removing the record."""
    crawl(home)
    page = Page.objects.filter(source="baofansipan").order_by("pk").first()
    assert page
    link = Link.objects.get(canonical_url=page.canonical_url)
    left = Spool(home.spool_dir / uuid4().hex)
    record = FetchedPage(
        source=page.source,
        requested_url=page.url,
        url=page.url,
        canonical_url=page.canonical_url,
        at=utc_now(),
        status=200,
        headers=page.headers,
        body=page.body,
        item=item_from_json(link.item),
    )
    left.write(record)
    new_url = page.url.replace(".html", "x.html") + "?moi=1"
    another = page.body.replace(b'rel="canonical"', b"")
    left.write(
        replace(record, url=new_url, requested_url=new_url, canonical_url=new_url, body=another)
    )
    pages, articles = Page.objects.count(), Article.objects.count()
    crawl(home)
    assert Page.objects.count() == pages + 1
    assert Article.objects.count() == articles + 1
    assert not list(home.spool_dir.iterdir())


def test_a_host_that_another_process_crawls_is_left_to_it(home: Home) -> None:
    understanding = Understanding.load(home)
    sources = list(understanding.sources.values())
    with keep_hosts(sources[:1]) as held:
        assert held.sources == sources[:1]
        crawl(home)
    crawled = set(SourceState.objects.exclude(last_success_at=None).values_list("key", flat=True))
    assert crawled == {source.key for source in sources[1:]}
    assert not HostLease.objects.exclude(holder="").exists()


def test_a_lease_of_a_dead_process_runs_out(home: Home) -> None:
    source = next(iter(Understanding.load(home).sources.values()))
    HostLease.objects.create(
        host=source.home.split("/")[2], holder="dead", held_until=utc_now() - timedelta(seconds=1)
    )
    with keep_hosts([source]) as held:
        assert held.sources == [source]


def test_one_broken_outlet_does_not_stop_the_others(home: Home, papers: DemoNewspapers) -> None:
    feed = next(source for source in papers.sources() if source.get("feeds"))
    path = urlsplit(feed["feeds"][0]).path
    papers.replace(feed["key"], path, Answer(500, b"down"))
    totals = crawl(home)
    assert totals["new"] == 2 * OF_EACH_OUTLET
    broken = SourceState.objects.get(key=feed["key"])
    assert broken.failures == 1
    assert broken.failing_since
    assert broken.next_due_at
    assert not Article.objects.filter(source=feed["key"]).exists()


def test_a_refused_page_becomes_an_article_of_the_feed_s_text(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = Article.objects.filter(source="baofansipan").first()
    assert article
    path = urlsplit(article.url).path
    for model in (Story, Article, Page, Link, Validator):
        model.objects.all().delete()
    papers.replace("baofansipan", path, Answer(403, b"no"))
    crawl(home)
    again = Article.objects.get(canonical_url=article.canonical_url)
    assert again.page is None
    assert again.extractor == "feed"
    assert again.title == article.title


def test_a_page_of_a_video_without_words_goes_through(home: Home, papers: DemoNewspapers) -> None:
    article = next(one for one in papers.articles if one.outlet == "bazan")
    url = papers.url(article)
    yesterday = utc_now() - timedelta(days=1)
    html = (
        "<html><head><title>Lễ hội đua voi ở buôn Đôn Giữa</title></head><body>"
        "<h1 class='title'>Lễ hội đua voi ở buôn Đôn Giữa</h1>"
        f"<span>18:50, {yesterday:%d/%m/%Y}</span>"
        "<video src='/v.mp4'></video></body></html>"
    )
    answer = Answer(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})
    papers.replace("bazan", urlsplit(url).path, answer)
    assert crawl(home)["errors"] == 0
    again = Article.objects.get(url=url)
    assert (again.title, again.text) == ("Lễ hội đua voi ở buôn Đôn Giữa", "")
    assert again.story is not None
    assert again.story.title == again.title


def test_a_rebuild_changes_nothing_and_keeps_what_people_decided(
    home: Home, admin_user: User
) -> None:
    crawl(home)
    story = Story.objects.order_by("-score").first()
    assert story
    decisions.accept(story, by=admin_user, at=utc_now())
    before = list(Article.objects.order_by("pk").values_list("title", "text", "story"))
    Story.objects.exclude(pk=story.pk).update(title="lost")
    counts = rebuild(home, now=utc_now())
    assert counts["same"] == len(before)
    assert list(Article.objects.order_by("pk").values_list("title", "text", "story")) == before
    story.refresh_from_db()
    assert story.status == "accepted"


def test_a_faulty_sources_file_stops_before_anything_is_fetched(home: Home) -> None:
    text = home.sources_file.read_text("utf-8").replace("delay:", "dellay:", 1)
    home.sources_file.write_text(text, "utf-8")
    with pytest.raises(
        ConfigError, match=r"sources\.yaml:\d+: unknown key 'dellay' → did you mean 'delay'"
    ):
        crawl(home)
    assert not Page.objects.exists()


def test_of_a_feed_only_source_no_page_is_fetched(home: Home, papers: DemoNewspapers) -> None:
    text = home.sources_file.read_text("utf-8")
    home.sources_file.write_text(text.replace("delay:", "extractor: feed\n  delay:", 1), "utf-8")
    totals = crawl(home, keys=["baofansipan"])
    assert totals["fetched"] == 0
    assert totals["new"] == totals["found"] == Article.objects.count() == OF_EACH_OUTLET
    assert set(Article.objects.values_list("extractor", flat=True)) == {"feed"}
    assert not Link.objects.filter(state=Link.State.PENDING).exists()
    assert not Page.objects.exists()


def test_a_refusal_on_a_second_look_keeps_the_article_that_was_read(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = Article.objects.filter(source="baofansipan").exclude(page=None).first()
    assert article
    papers.replace("baofansipan", urlsplit(article.url).path, Answer(403, b"no"))
    Link.objects.filter(canonical_url=article.canonical_url).update(next_try_at=utc_now())
    totals = crawl(home)
    assert (totals["updated"], totals["errors"]) == (0, 1)
    page, text = article.page, article.text
    article.refresh_from_db()
    assert (article.page, article.text) == (page, text)
    link = Link.objects.get(canonical_url=article.canonical_url)
    assert link.next_try_at is not None  # it is asked again later


def test_a_record_that_cannot_be_stored_does_not_stand_before_the_others(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = storing.store_host
    calls = 0

    def once_broken(record: HostReport) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ValueError("a host that no column holds")
        real(record)

    monkeypatch.setattr(storing, "store_host", once_broken)
    totals = crawl(home)
    assert totals["new"] == Article.objects.count() == 3 * OF_EACH_OUTLET
    assert calls > 1
    assert len(list((home.spool_dir / "unreadable").iterdir())) == 1
    assert crawl(home)["new"] == 0
    assert len(list((home.spool_dir / "unreadable").iterdir())) == 1


def test_an_outlet_that_goes_back_to_its_first_text_is_rebuilt_so(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = Article.objects.filter(source="baofansipan").order_by("pk").first()
    assert article
    assert article.page
    first, title = article.page.body, article.title
    path = urlsplit(article.page.url).path
    for body in (first.replace(title.encode(), "Tít tạm thời".encode()), first):
        papers.replace("baofansipan", path, Answer(200, body))
        Link.objects.filter(canonical_url=article.canonical_url).update(next_try_at=utc_now())
        crawl(home)
    article.refresh_from_db()
    assert article.title == title
    rebuild(home, now=utc_now())
    article.refresh_from_db()
    assert article.title == title


def test_a_story_is_led_by_the_article_it_is_told_by(home: Home) -> None:
    crawl(home)
    for story in Story.objects.select_related("lead"):
        assert story.lead is not None
        assert story.title == story.lead.title
        assert story.published_at == story.lead.published_at
        assert story.outlets[0] == story.lead.source
