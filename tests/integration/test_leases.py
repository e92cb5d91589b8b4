"""One process at a time per host, also at hosts that nobody named before the round."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.crawl.gate import Grant
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.run import run_crawl
from pipeline.ingest import RoundCounts, Stopped, crawl_sources, leases
from pipeline.ingest.leases import keep_hosts
from pipeline.store.due import STALE
from pipeline.store.models import HostLease, Link, SourceState
from pipeline.text.clock import VIETNAM, utc_now
from tests.crawling import ARTICLE, NOW, make_source, rss
from tests.loopback import Asked, Reply, Site, loopback_site
from tests.postgres import ask

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("forked")]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")
HOUR = timedelta(hours=1)


@pytest.fixture
def paper() -> Iterator[Site]:
    with loopback_site() as site:
        yield site


@pytest.fixture
def media(paper: Site) -> Iterator[Site]:
    """Another host, to which the paper's only article is redirected."""
    with loopback_site() as site:
        site.pages["/a-1.html"] = Reply(ARTICLE)
        paper.pages["/rss"] = Reply(rss(f"{paper.url}/a-1.html"), type="application/rss+xml")
        away = {"Location": f"{site.url}/a-1.html"}
        paper.pages["/a-1.html"] = Reply("", status=302, headers=away)
        yield site


def crawl(folder: Path, paper: Site, **options: Any) -> RoundCounts:
    source = {"key": "baomau", "name": "Báo Mẫu", "province": "Lào Cai", "home": paper.url}
    source |= {"feeds": [f"{paper.url}/rss"], "delay": 0.1, "enabled": True}
    text = yaml.safe_dump({"sources": [source]}, allow_unicode=True)
    (folder / "sources.yaml").write_text(text, "utf-8")
    (count,) = crawl_sources(Home(folder), OFFICE, now=utc_now(), allow_private=True, **options)
    return count


def test_a_host_that_a_redirect_leads_to_is_left_to_the_process_that_holds_it(
    tmp_path: Path, paper: Site, media: Site
) -> None:
    lease = HostLease.objects.create(host=media.host, holder="other", held_until=utc_now() + HOUR)
    count = crawl(tmp_path, paper)
    assert media.log == []
    assert [error["kind"] for error in count.errors] == ["busy"]
    assert Link.objects.get().state == Link.State.PENDING
    lease.refresh_from_db()
    assert lease.holder == "other"

    HostLease.objects.filter(pk=lease.pk).update(holder="", held_until=None)
    assert crawl(tmp_path, paper).fetched == 1
    assert [asked.path for asked in media.log] == ["/robots.txt", "/a-1.html"]
    lease.refresh_from_db()
    assert (lease.holder, lease.held_until) == ("", None)
    assert lease.next_request_at is not None


def test_a_host_that_asked_to_be_left_alone_is_so_also_after_a_redirect(
    tmp_path: Path, paper: Site, media: Site
) -> None:
    HostLease.objects.create(host=media.host, next_request_at=utc_now() + HOUR)
    count = crawl(tmp_path, paper)
    assert media.log == []
    assert [error["kind"] for error in count.errors] == ["rate_limited"]


def test_a_host_taken_during_a_round_is_nobody_else_s_until_its_end() -> None:
    first, second = (make_source(f"https://bao{n}.example") for n in (1, 2))
    with keep_hosts([first]) as mine:
        assert mine.take("media.example").granted
        assert mine.take("media.example").granted
        with keep_hosts([second]) as other:
            assert other.sources == [second]
            assert not other.take("media.example").granted
            assert not other.take("bao1.example").granted
        assert not mine.take("a" * 300 + ".example").granted
        assert not mine.take("a\x00.example").granted
    assert not HostLease.objects.exclude(holder="").exists()


def test_a_lease_is_short_and_lives_as_long_as_it_is_renewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a killed process leaves behind is free before its run is taken by another."""
    with keep_hosts([make_source("https://bao.example")]) as held:
        lease = HostLease.objects.get()
        assert lease.held_until is not None
        assert lease.held_until - utc_now() < STALE
        monkeypatch.setattr(leases, "RENEW_EVERY", timedelta())
        HostLease.objects.update(held_until=utc_now() + timedelta(seconds=5))
        assert held.renew()
        lease.refresh_from_db()
        assert lease.held_until is not None
        assert lease.held_until - utc_now() > timedelta(seconds=40)

        HostLease.objects.update(holder="other")
        assert not held.renew()
    assert HostLease.objects.get().holder == "other"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="no connection to lose")
def test_a_connection_that_is_cut_costs_no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", timedelta())
    with keep_hosts([make_source("https://bao.example")]) as held:
        lease = HostLease.objects.get()
        ask(os.environ["DATABASE_URL"], f"SELECT pg_terminate_backend({backend()})")
        assert held.renew(), "it stands for a while yet"
        assert held.renew()
        before = lease.held_until
        lease.refresh_from_db()
        assert before
        assert lease.held_until
        assert lease.held_until > before
        ask(os.environ["DATABASE_URL"], f"SELECT pg_terminate_backend({backend()})")
        monkeypatch.setattr(leases, "LEASE", leases.MARGIN)
        assert not held.renew(), "nobody knows whether it stands"
        monkeypatch.undo()
    assert HostLease.objects.get().holder == ""


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_who_is_left_out_is_told_by_when_the_host_is_free(tmp_path: Path, paper: Site) -> None:
    paper.pages["/rss"] = Reply(rss(), type="application/rss+xml")
    until = utc_now() + timedelta(minutes=1)
    HostLease.objects.create(host=paper.host, holder="dead", held_until=until)
    (error,) = crawl(tmp_path, paper).errors
    free = (until + timedelta(minutes=1)).astimezone(VIETNAM)
    assert f"another process is at {paper.host}" in error["detail"]
    assert error["detail"].endswith(f"{free:%H:%M}")
    assert paper.log == []

    HostLease.objects.update(held_until=utc_now() - timedelta(seconds=1))
    assert crawl(tmp_path, paper).answered


def test_a_crawl_that_lost_its_hosts_is_ended(tmp_path: Path, paper: Site) -> None:
    """This machine slept, and another took over."""

    class Lost:
        def take(self, host: str) -> Grant:
            return Grant(host, granted=True)

        def renew(self) -> bool:
            return False

    links = [f"{paper.url}/a-{n}.html" for n in range(40)]
    paper.pages |= {"*": Reply(ARTICLE), "/robots.txt": Reply(status=404)}
    paper.pages["/rss"] = Reply(rss(*links), type="application/rss+xml")
    source = make_source(paper.url, feeds=[f"{paper.url}/rss"], delay=0.5)
    plan = CrawlPlan(tmp_path, "x", NOW, (SourcePlan(source),), allow_private=True)
    assert not run_crawl(plan, keeper=Lost()).finished
    assert len(paper.log) < 10


def test_a_round_that_is_stopped_keeps_what_it_brought_and_the_rest_stays_due(
    tmp_path: Path, paper: Site
) -> None:
    stop = threading.Event()

    def last(asked: Asked) -> Reply:
        stop.set()
        return Reply(ARTICLE)

    links = [f"{paper.url}/a-{n}.html" for n in range(6)]
    paper.pages |= {"*": Reply(ARTICLE), "/robots.txt": Reply(status=404), "/a-3.html": last}
    paper.pages["/rss"] = Reply(rss(*links), type="application/rss+xml")
    with pytest.raises(Stopped):
        crawl(tmp_path, paper, stop=stop)
    before = Link.objects.exclude(state=Link.State.PENDING).count()
    assert 1 <= before < len(links)
    assert not HostLease.objects.exclude(holder="").exists()
    assert SourceState.objects.get().failing_since is None
    assert crawl(tmp_path, paper).fetched == len(links) - before
    assert not Link.objects.filter(state=Link.State.PENDING).exists()
