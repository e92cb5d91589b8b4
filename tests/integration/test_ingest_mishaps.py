"""What goes wrong between a page and its article, and what must come of it all the same."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from pipeline.apart import Apart, TooMuch
from pipeline.cli import main
from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.ingest import crawl_sources, pages, settling, spools, storing, understanding
from pipeline.ingest.spools import abandoned_spools, own_spool
from pipeline.store.models import Article, Link, Role, Story
from pipeline.text.clock import VIETNAM, utc_now
from tests.crawling import rss, spin
from tests.factories import make_user
from tests.homes import OFFICE as OFFICE_YAML
from tests.loopback import Reply, Site, loopback_site

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")
TEXT = (
    "Từ hai mẫu ruộng trũng, anh Vàng A Sính ở thôn Nậm Hẻn đào ao thả cá, mỗi năm thu hơn hai "
    "trăm triệu đồng và giúp mười hộ trong thôn cùng làm theo."
)


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback_site() as site:
        yield site


def page(title: str = "Anh Sính nuôi cá", days_old: float = 1) -> Reply:
    moment = (utc_now() - timedelta(days=days_old)).astimezone(VIETNAM)
    return Reply(
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<time>{moment:%d/%m/%Y %H:%M}</time><p>{TEXT}</p><p>{TEXT} Bà con tin anh.</p>"
        "</article></body></html>"
    )


def home_with(root: Path, site: Site, **keys: Any) -> Home:
    source = {
        "key": "baomau",
        "name": "Báo Mẫu",
        "province": "Lào Cai",
        "home": site.url,
        "delay": 0,
        "enabled": True,
        "verified": "2026-11-01",
        **keys,
    }
    (root / "sources.yaml").write_text(yaml.safe_dump({"sources": [source]}), "utf-8")
    return Home(root)


def crawl(home: Home, since: datetime | None = None) -> Any:
    [count] = crawl_sources(home, OFFICE, now=utc_now(), since=since, allow_private=True)
    return count


def with_feed(root: Path, site: Site, *paths: str) -> Home:
    today = f"{utc_now():%a, %d %b %Y %H:%M:%S} +0000"
    links = [site.url + path for path in paths]
    site.pages["/rss"] = Reply(rss(*links, date=today), type="application/rss+xml")
    return home_with(root, site, feeds=[f"{site.url}/rss"])


def test_a_page_waits_for_a_database_that_is_briefly_away(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_feed(tmp_path, site, "/bai-1.html")
    site.pages["/bai-1.html"] = page()

    def away(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(storing, "read_page", away)
        with pytest.raises(OperationalError):
            crawl(home)
    assert not Article.objects.exists()
    crawl(home)
    assert Article.objects.get().title == "Anh Sính nuôi cá"


def test_what_a_listing_links_to_is_left_out_when_it_is_old(tmp_path: Path, site: Site) -> None:
    site.pages["/moi"] = Reply(
        '<p><a href="/mot-bai-bao-cua-nam-truoc-100001.html">Một bài báo của năm trước</a></p>'
        '<p><a href="/mot-bai-bao-cua-hom-qua-100002.html">Một bài báo của ngày hôm qua</a></p>'
    )
    site.pages["/mot-bai-bao-cua-nam-truoc-100001.html"] = page("Bài của năm trước", days_old=400)
    site.pages["/mot-bai-bao-cua-hom-qua-100002.html"] = page("Bài của hôm qua")
    home = home_with(tmp_path, site, listings=[{"url": f"{site.url}/moi"}])
    assert crawl(home).fetched == 2
    assert [article.title for article in Article.objects.all()] == ["Bài của hôm qua"]

    asked_for = []
    for days in (300, 500, 500):
        site.log.clear()
        crawl(home, since=utc_now() - timedelta(days=days))
        asked_for.append(sum("nam-truoc" in asked.path for asked in site.log))
    assert asked_for == [0, 1, 0], "a backfill asks for what is not too old for it, once"
    assert Article.objects.count() == 2


def test_a_page_that_comes_after_its_feed_item_is_asked_for_again(
    tmp_path: Path, site: Site
) -> None:
    home = with_feed(tmp_path, site, "/bai-1.html")
    assert crawl(home).gone == 1
    site.pages["/bai-1.html"] = page()
    again = Link.objects.get().next_try_at
    assert again is not None
    assert again > utc_now()
    Link.objects.update(next_try_at=utc_now())
    crawl(home)
    assert Article.objects.count() == 1


def test_a_missing_page_is_not_asked_for_for_ever(tmp_path: Path, site: Site) -> None:
    home = with_feed(tmp_path, site, "/bai-1.html")
    for _ in range(settling.TRIES_OF_A_MISSING_PAGE):
        assert crawl(home).gone == 1
        Link.objects.exclude(next_try_at=None).update(next_try_at=utc_now())
    assert crawl(home).gone == 1
    assert Link.objects.get().next_try_at is None


def test_a_page_that_was_no_article_is_looked_at_once_more(tmp_path: Path, site: Site) -> None:
    """An outlet under repair says so with status 200 at every address."""
    home = with_feed(tmp_path, site, "/bai-1.html", "/bai-2.html")
    site.pages |= dict.fromkeys(("/bai-1.html", "/bai-2.html"), Reply("<p>Đang bảo trì</p>"))
    crawl(home)
    again = [link.next_try_at for link in Link.objects.all()]
    assert all(moment and moment > utc_now() + timedelta(hours=5) for moment in again)
    site.pages["/bai-2.html"] = page()
    Link.objects.update(next_try_at=utc_now())
    assert crawl(home).new == 1
    assert Link.objects.get(state=Link.State.IGNORED).next_try_at is None


def test_of_a_page_that_never_answers_the_feed_serves_at_last(tmp_path: Path, site: Site) -> None:
    home = with_feed(tmp_path, site, "/bai-1.html", "/bai-2.html")
    said = site.pages["/rss"].body.replace("Tóm tắt.", TEXT)
    site.pages["/rss"] = Reply(said, type="application/rss+xml")
    site.pages["/bai-1.html"] = Reply(status=500)
    crawl(home)
    assert not Article.objects.exists()
    Link.objects.update(next_try_at=utc_now(), attempts=4)
    crawl(home)
    article = Article.objects.get()
    assert (article.title, article.page) == ("Bài 1", None)
    assert set(Link.objects.values_list("next_try_at", "url")) == {
        (None, f"{site.url}/bai-{n}.html") for n in (1, 2)
    }


def test_one_page_under_two_addresses_is_one_article(tmp_path: Path, site: Site) -> None:
    """A feed names a short address that redirects to where a listing links to."""
    home = with_feed(tmp_path, site, "/?p=30", "/anh-sinh-nuoi-ca.html")
    site.pages["/anh-sinh-nuoi-ca.html"] = page()
    site.pages["/?p=30"] = Reply(status=301, headers={"Location": "/anh-sinh-nuoi-ca.html"})
    assert crawl(home).fetched == 2
    assert Article.objects.count() == Story.objects.count() == 1


def test_a_new_spool_is_never_seen_unlocked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another round looks for abandoned spools at the very moment between making and locking."""
    lock = fcntl.flock
    found: list[int] = []

    def looked_at(file: Any, operation: int) -> None:
        monkeypatch.setattr(spools.fcntl, "flock", lock)
        with abandoned_spools(tmp_path) as left:
            found.append(len(left))
        lock(file, operation)

    monkeypatch.setattr(spools.fcntl, "flock", looked_at)
    with own_spool(tmp_path) as spool:
        assert spool.root.is_dir()
        with abandoned_spools(tmp_path) as left:
            assert left == []
    assert found == [0]
    assert not any(tmp_path.iterdir())


def test_a_feed_that_dates_an_edit_has_the_page_read_again(tmp_path: Path, site: Site) -> None:
    """The headline stays and so does the day it came out; only ``updated`` moves."""
    begun = utc_now()

    def atom(updated: datetime) -> Reply:
        return Reply(
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Anh Sính nuôi cá</title>'
            f'<link href="{site.url}/bai-1.html"/>'
            f"<published>{begun - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}</published>"
            f"<updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated></entry></feed>",
            type="application/atom+xml",
        )

    home = home_with(tmp_path, site, feeds=[f"{site.url}/atom"])
    original = page()
    site.pages |= {"/atom": atom(begun - timedelta(hours=20)), "/bai-1.html": original}
    assert crawl(home).new == 1
    published_at = Article.objects.get().published_at
    assert crawl(home).fetched == 0

    assert isinstance(original.body, str)
    edited = original.body.replace("mười hộ", "mười hai hộ")
    site.pages |= {"/atom": atom(begun), "/bai-1.html": Reply(edited)}
    counts = [crawl(home), crawl(home)]  # the feed is read, then what it told of is fetched
    assert sum(count.updated for count in counts) == 1
    article = Article.objects.get()
    assert "mười hai hộ" in article.text
    assert article.published_at == published_at
    assert crawl(home).fetched == 0


@pytest.mark.real_processes
def test_a_feed_item_that_no_parser_bears_costs_that_item_alone(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_feed(tmp_path, site, "/bai-1.html")
    site.pages["/bai-1.html"] = Reply(status=403)
    with monkeypatch.context() as patched:
        patched.setattr(pages, "from_feed_item", spin)
        patched.setattr(understanding, "_READER", Apart(seconds=1))
        count = crawl(home)
    assert [error["kind"] for error in count.errors] == ["refused", "unreadable"]
    assert "feed item: reading it takes more than 1 s" in count.errors[1]["detail"]
    assert not Article.objects.exists()


def test_why_a_page_gave_no_article_is_kept_counted_and_told(
    tmp_path: Path,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    settings: LazySettings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = with_feed(tmp_path, site, *(f"/bai-{n}.html" for n in range(1, 6)))
    empty = Reply("<html><head><title>Báo</title></head><body></body></html>")
    site.pages |= {"/bai-1.html": page(), "/bai-2.html": empty, "/bai-3.html": empty}
    site.pages["/bai-4.html"] = page("Bài của năm trước", days_old=400)
    site.pages["/bai-5.html"] = Reply("cấm", status=403)  # the feed serves: no article is missing
    assert crawl(home).new == 2
    links = Link.objects.filter(state=Link.State.IGNORED).order_by("url")
    assert [link.error_kind for link in links] == ["not_an_article"] * 2 + ["too_old"]
    assert links[0].reason == links[1].reason == "the page is empty"
    assert links[2].reason.startswith("older than the horizon: ")

    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    said = []
    for words in (["--json"], []):
        with pytest.raises(SystemExit) as end:
            main(["sources", "status", *words])
        assert not end.value.code
        said.append(capsys.readouterr().out)
    assert json.loads(said[0])["no_article"] == {
        "the page is empty": 2,
        "older than the horizon": 1,
    }
    lost = "3 trang không thành bài: trang trống (2), cũ hơn thời hạn lấy tin (1)"
    assert said[1].rstrip().endswith(f"; 7 ngày qua {lost}")

    (tmp_path / "office.yaml").write_text(OFFICE_YAML, "utf-8")
    settings.HOME = home
    desk = Client()
    desk.force_login(make_user("lan", Role.EDITOR))
    assert lost in desk.get(reverse("desk:sources")).content.decode()


def test_three_unreadable_pages_end_a_source_s_round_and_the_next_goes_on(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"/bai-{n}.html" for n in range(6)]
    home = with_feed(tmp_path, site, *paths)
    site.pages |= {path: page(f"Chuyện thứ {path[5]}") for path in paths}
    asked: list[str] = []

    def unbearable(page: Any, *_: object, **__: object) -> None:
        asked.append(page.url)
        raise TooMuch("reading it takes more than 10 s of computing")

    with monkeypatch.context() as patched:
        patched.setattr(storing, "read_page", unbearable)
        count = crawl(home)
    assert len(asked) == 3
    assert [error["kind"] for error in count.errors] == [*["unreadable"] * 3, "stopped"]
    waiting = Link.objects.filter(error_kind="stopped")
    assert waiting.count() == 3
    assert {link.reason for link in waiting} == {"put off: 3 pages of this round could not be read"}

    waiting.update(next_try_at=utc_now())  # a quarter of an hour later
    assert crawl(home).new == 3
    assert Link.objects.filter(error_kind="unreadable").count() == 3
