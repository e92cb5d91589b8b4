"""One process at a time per host, also at hosts that nobody named before the round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.crawl.gate import Grant
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.run import run_crawl
from pipeline.ingest import RoundCounts, crawl_sources, leases
from pipeline.ingest.leases import keep_hosts
from pipeline.store.models import HostLease, Link
from pipeline.text.clock import VIETNAM, utc_now
from tests.crawling import ARTICLE, NOW, make_source, rss
from tests.loopback import Reply, Site, loopback_site

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


def crawl(folder: Path, paper: Site) -> RoundCounts:
    source = {"key": "baomau", "name": "Báo Mẫu", "province": "Lào Cai", "home": paper.url}
    source |= {"feeds": [f"{paper.url}/rss"], "delay": 0, "enabled": True}
    text = yaml.safe_dump({"sources": [source]}, allow_unicode=True)
    (folder / "sources.yaml").write_text(text, "utf-8")
    (count,) = crawl_sources(Home(folder), OFFICE, now=utc_now(), allow_private=True)
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
    """What a killed process leaves behind is free within two minutes."""
    with keep_hosts([make_source("https://bao.example")]) as held:
        lease = HostLease.objects.get()
        assert lease.held_until is not None
        assert lease.held_until - utc_now() <= timedelta(minutes=2)
        monkeypatch.setattr(leases, "RENEW_EVERY", timedelta())
        HostLease.objects.update(held_until=utc_now() + timedelta(seconds=5))
        assert held.renew()
        lease.refresh_from_db()
        assert lease.held_until is not None
        assert lease.held_until - utc_now() > timedelta(minutes=1)

        HostLease.objects.update(holder="other")
        assert not held.renew()
    assert HostLease.objects.get().holder == "other"


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
