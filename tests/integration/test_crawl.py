"""Rounds of the crawling child over loopback outlets, judged by records and the sites' logs."""

from __future__ import annotations

import gzip
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.crawl.plan import CrawlPlan, SourcePlan, Validators
from pipeline.crawl.run import CrawlEvent, run_crawl
from pipeline.crawl.spool import Failure, Spool
from pipeline.text.clock import utc_now
from tests.crawling import AGENT, ARTICLE, NOW, Round, crawl, make_source, rss
from tests.hostile import CASES
from tests.loopback import Asked, Reply, Site, loopback_site
from tests.resident import TreePeak

pytestmark = [pytest.mark.own_database, pytest.mark.usefixtures("forked")]

XML = "application/rss+xml"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>M</title><entry><title>Bài</title>
<link href="/atom-1.html"/><updated>2026-11-21T08:00:00</updated></entry></feed>"""
NAMES = (
    *("papers", "json", "sitemap", "listing", "doctype", "bomb"),
    *("walled", "down", "slow", "patient", "limited", "gone"),
)


@dataclass
class World:
    sites: dict[str, Site]
    round: Round

    def of(self, name: str) -> Round:
        """What the round recorded of one outlet."""
        records = [r for r in self.round.records if getattr(r, "source", None) == name]
        return Round(self.round.outcome, records, self.round.events)


def fill(site: Site, name: str) -> SourcePlan:
    url, feed = site.url, Reply(rss(f"{site.url}/a-1.html", f"{site.url}/a-2.html"), type=XML)
    site.pages |= {"/a-1.html": Reply(ARTICLE), "/a-2.html": Reply(ARTICLE), "/rss": feed}
    source = make_source(url, name, feeds=[f"{url}/rss"])
    match name:
        case "papers":
            links = [f"{url}/a-{n}.html?utm_source=rss" for n in (1, 2, 3)]
            old = rss(f"{url}/old-1.html", date="Sat, 01 Aug 2026 08:00:00 +0700")
            site.pages["/rss"] = Reply(
                rss(*links, "https://bao-khac.vn/x.html", f"{url}/rao-vat/a-9.html"),
                type=XML,
                headers={"ETag": '"v1"'},
            )
            site.pages["/old"] = Reply(old, type=XML)
            site.pages["/atom"] = Reply(ATOM, type="application/atom+xml")
            site.pages["/same"] = Reply(status=304)
            for n in (1, 2):
                site.pages[f"/a-{n}.html?utm_source=rss"] = Reply(ARTICLE)
            site.pages["/a-3.html?utm_source=rss"] = Reply("cấm", status=403)
            site.pages["/atom-1.html"] = Reply("%PDF", type="application/pdf")
            source = make_source(
                url,
                name,
                feeds=[f"{url}/{path}" for path in ("rss", "old", "atom", "same")],
                avoid=["/rao-vat/"],
            )
            return SourcePlan(
                source,
                known=frozenset({f"{url}/a-2.html"}),
                validators={f"{url}/same": Validators('"old"', "Sat, 21 Nov 2026 00:00:00 GMT")},
            )
        case "json":
            site.pages["/rss"] = Reply(
                '{"version":"https://jsonfeed.org/version/1.1","title":"M","items":['
                '{"id":"1","url":"/a-1.html","title":"Ho\u0061\u0300","content_text":"a < b",'
                '"date_published":"2026-11-21T08:00:00+07:00","authors":[{"name":"Lò Thị Mẩy"}]},'
                '{"id":2,"url":7}]}',
                type="application/feed+json",
            )
        case "sitemap":
            index = (
                '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
                f"<sitemap><loc>{url}/old.xml.gz</loc><lastmod>2020-01-01</lastmod></sitemap>"
                f"<sitemap><loc>{url}/new.xml.gz</loc><lastmod>2026-11-21</lastmod></sitemap>"
                "</sitemapindex>"
            )
            urls = "".join(
                f"<url><loc>{url}/{page}</loc><n:news><n:publication_date>{day}"
                f"</n:publication_date><n:title>Tin {page}</n:title></n:news></url>"
                for page, day in (("a-1.html", "2026-11-20"), ("a-2.html", "2026-01-01"))
            )
            space = (
                'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
                ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
            )
            site.pages["/index.xml"] = Reply(index, type="text/xml")
            site.pages["/new.xml.gz"] = Reply(
                gzip.compress(f"<urlset {space}>{urls}</urlset>".encode()), type="application/gzip"
            )
            source = make_source(url, name, sitemaps=[f"{url}/index.xml"])
        case "listing":

            def page(asked: Asked) -> Reply:
                n = int(asked.path.partition("=")[2] or 1)
                return Reply(
                    f"<h2><a href='/tin-{n}.html'>Tin số {n}</a></h2><a href='/gioi-thieu'>x</a>"
                    f"<a rel=next href='/tin?p={n + 1}'>Sau</a>"
                )

            for n in range(1, 60):
                site.pages["/tin" if n == 1 else f"/tin?p={n}"] = page
                site.pages[f"/tin-{n}.html"] = Reply(ARTICLE)
            listing = {"url": f"{url}/tin", "item": "h2 a", "next": "a[rel=next]"}
            source = make_source(url, name, listings=[listing])
        case "doctype":
            bomb = '<!DOCTYPE rss [<!ENTITY a "aaaa">]>' + rss(f"{url}/a-1.html")
            site.pages["/rss"] = Reply(bomb, type=XML)
        case "walled":
            site.pages["/robots.txt"] = Reply(
                "User-agent: GuongSang\nDisallow: /a-2", type="text/plain"
            )
        case "down":
            site.pages["/robots.txt"] = Reply("", status=503)
        case "slow":
            site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 0.5", type="text/plain")
            source = make_source(url, name, feeds=[f"{url}/rss"], delay=0.2)
        case "patient":
            source = make_source(url, name, feeds=[f"{url}/rss"], delay=0.4)
        case "limited":
            site.pages["/a-1.html"] = Reply("", status=429, headers={"Retry-After": "3600"})
        case "gone":
            site.pages["/a-1.html"] = Reply("", status=410)
            site.pages["/a-2.html"] = Reply("", status=302, headers={"Location": "/a-2.html"})
        case "bomb":
            site.pages["/rss"] = Reply(
                gzip.compress(b"<rss>" + b" " * 30_000_000),
                type=XML,
                headers={"Content-Encoding": "gzip"},
            )
    return SourcePlan(source)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        sites = {name: stack.enter_context(loopback_site()) for name in NAMES}
        plans = [fill(site, name) for name, site in sites.items()]
        yield World(sites, crawl(tmp_path_factory.mktemp("round"), plans))


def paths(round_: Round) -> list[str]:
    return sorted(page.canonical_url.rpartition("/")[2] for page in round_.pages)


def gaps(site: Site) -> list[float]:
    times = [entry.at for entry in site.log]
    return [later - earlier for earlier, later in pairwise(times)]


def test_every_source_finishes_whatever_the_others_do(world: World) -> None:
    assert world.round.outcome.exit_code == 0
    assert world.round.outcome.finished == set(NAMES)


def test_feeds_bring_new_wanted_items_only(world: World) -> None:
    papers = world.of("papers")
    assert paths(papers) == ["a-1.html"]
    assert not world.sites["papers"].asked("/a-2.html?utm_source=rss"), "known, yet fetched"
    assert not world.sites["papers"].asked("/old-1.html"), "older than the horizon"
    assert not world.sites["papers"].asked("/rao-vat/a-9.html")
    feed = next(d for d in papers.discoveries if d.url.endswith("/rss"))
    assert (feed.seen, len(feed.items), feed.etag, feed.conditional) == (5, 2, '"v1"', False)


def test_zoneless_feed_dates_are_viet_nam_time(world: World) -> None:
    atom = next(d for d in world.of("papers").discoveries if d.url.endswith("/atom"))
    assert atom.items[0].published_at == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def test_a_refused_page_keeps_the_feeds_text(world: World) -> None:
    refused = next(f for f in world.of("papers").failures if f.reason == "refused")
    assert refused.status == 403
    assert refused.item is not None
    assert refused.item.summary_html == "Tóm tắt."


def test_what_is_not_html_is_not_a_page(world: World) -> None:
    assert any(
        f.reason == "not_a_page" and f.url.endswith("/atom-1.html")
        for f in world.of("papers").failures
    )


def test_conditional_get_and_304(world: World) -> None:
    asked = world.sites["papers"].asked("/same")[0].headers
    assert asked["If-None-Match"] == '"old"'
    assert asked["If-Modified-Since"] == "Sat, 21 Nov 2026 00:00:00 GMT"
    same = next(d for d in world.of("papers").discoveries if d.url.endswith("/same"))
    assert (same.status, same.conditional, same.items, same.etag) == (304, True, (), '"old"')


def test_the_crawler_names_itself(world: World) -> None:
    for site in world.sites.values():
        assert {entry.headers["User-Agent"] for entry in site.log} == {AGENT}


def test_json_feed(world: World) -> None:
    assert paths(world.of("json")) == ["a-1.html"]
    item = world.of("json").pages[0].item
    assert (item.title, item.content_html, item.author) == ("Hoà", "<p>a &lt; b</p>", "Lò Thị Mẩy")


def test_compressed_news_sitemap_behind_an_index(world: World) -> None:
    found = world.of("sitemap")
    assert paths(found) == ["a-1.html"]
    assert found.pages[0].item.title == "Tin a-1.html"
    asked = [entry.path for entry in world.sites["sitemap"].log]
    assert asked.index("/new.xml.gz") < asked.index("/old.xml.gz"), "newest sitemap first"


def test_endless_pagination_is_bounded(world: World) -> None:
    assert paths(world.of("listing")) == [f"tin-{n}.html" for n in range(1, 6)]
    assert world.of("listing").pages[0].item.title is not None


def test_doctype_is_refused_before_parsing(world: World) -> None:
    assert world.of("doctype").reasons == ["unsafe_xml"]


def test_gzip_bomb_is_capped(world: World) -> None:
    assert world.of("bomb").reasons == ["too_large"]


def test_robots_rules_are_obeyed(world: World) -> None:
    assert paths(world.of("walled")) == ["a-1.html"]
    assert world.of("walled").reasons == ["robots"]
    assert not world.sites["walled"].asked("/a-2.html")


def test_robots_server_error_closes_the_site(world: World) -> None:
    assert world.of("down").reasons == ["robots_unreachable"]
    assert {entry.path for entry in world.sites["down"].log} == {"/robots.txt"}


def test_crawl_delay_lengthens_the_pace(world: World) -> None:
    between = gaps(world.sites["slow"])
    assert len(between) == 3
    assert min(between) >= 0.5
    report = next(h for h in world.round.hosts if h.host == world.sites["slow"].host)
    assert report.crawl_delay == 0.5
    assert report.last_request_at is not None
    assert report.not_before - report.last_request_at == timedelta(seconds=0.5)


def test_the_sources_delay_is_kept(world: World) -> None:
    assert min(gaps(world.sites["patient"])) >= 0.4


def test_the_last_rounds_debt_to_a_host_is_paid_first(tmp_path: Path) -> None:
    """``not_before`` in the plan: another process asked this host a moment ago."""
    with loopback_site() as site:
        source = make_source(site.url, feeds=[f"{site.url}/rss"])
        earliest = utc_now() + timedelta(hours=1)
        plan = SourcePlan(source)
        limit = timedelta(seconds=20)
        done = crawl(tmp_path, plan, not_before={site.host: earliest}, time_limit=limit)
        assert done.reasons == ["rate_limited"]  # only a Retry-After is that long
        (failure,) = done.failures
        assert failure.retry_at is not None
        assert abs(failure.retry_at - earliest) < timedelta(seconds=2)
        soon = {site.host: utc_now() + timedelta(minutes=5)}
        done = crawl(tmp_path / "soon", plan, not_before=soon, time_limit=limit)
        assert done.reasons == ["time_limit"]
        assert site.log == []


def test_retry_after_ends_the_hosts_round(world: World) -> None:
    failures = world.of("limited").failures
    assert [f.reason.value for f in failures] == ["rate_limited"]
    assert failures[0].retry_at is not None
    assert not world.sites["limited"].asked("/a-2.html")
    report = next(h for h in world.round.hosts if h.host == world.sites["limited"].host)
    assert report.not_before == failures[0].retry_at


def test_gone_and_redirect_loop(world: World) -> None:
    assert sorted(world.of("gone").reasons) == ["gone", "redirects"]
    assert len(world.sites["gone"].asked("/a-2.html")) == 6


def test_progress_is_told(world: World) -> None:
    told = [(e.event, e.count) for e in world.round.events if e.source == "papers"]
    assert told[0] == ("found", 3)
    assert told[-1] == ("done", 0)
    assert sum(event == "fetched" for event, _ in told) == 1


def test_pages_behind_a_wall_that_were_not_asked_are_not_called_refused(tmp_path: Path) -> None:
    with loopback_site() as site:
        links = [f"{site.url}/a-{n}.html" for n in range(1, 9)]
        site.pages |= {"/rss": Reply(rss(*links), type=XML), "*": Reply("cấm", status=403)}
        site.pages["/robots.txt"] = Reply(status=404)
        done = crawl(tmp_path, make_source(site.url, feeds=[f"{site.url}/rss"]))
        asked = {entry.path for entry in site.log if entry.path.startswith("/a-")}
    assert len(asked) == 5
    assert done.reasons == ["refused"] * 5 + ["not_asked"]
    *refused, behind = done.failures
    assert {failure.url for failure in refused} == {site.url + path for path in asked}
    assert all(failure.item for failure in refused)
    assert {item.url for item in behind.left} == set(links) - {site.url + path for path in asked}
    assert behind.detail == "3 pages not asked for: the 5 before were refused"


def test_what_exceeds_a_rounds_bound_is_found_by_the_next(tmp_path: Path) -> None:
    """The outlet would answer 304 to the validators, and the rest would never be seen."""
    with loopback_site() as site:
        links = [f"{site.url}/a-{n}.html" for n in range(1, 521)]
        dated = {"ETag": '"v1"', "Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"}
        feeds = {"/rss": links, "/more": links[:500], "/other": [f"{site.url}/b-1.html"]}
        for path, found in feeds.items():
            site.pages[path] = Reply(rss(*found), type=XML, headers=dated)
        source = make_source(site.url, feeds=[f"{site.url}{path}" for path in feeds])
        first = crawl(tmp_path / "1", SourcePlan(source, max_pages=0))
        known = frozenset(item.url for d in first.discoveries for item in d.items)
        second = crawl(tmp_path / "2", SourcePlan(source, known=known, max_pages=0))
    assert [len(d.items) for d in first.discoveries] == [500, 0, 0]
    assert [(d.etag, d.last_modified != "") for d in first.discoveries] == [
        ("", False),
        ('"v1"', True),
        ("", False),
    ]
    assert [len(d.items) for d in second.discoveries] == [20, 0, 1]
    assert all(d.etag for d in second.discoveries)


def test_a_backfill_reads_more_sitemaps_and_drops_the_horizon(tmp_path: Path) -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    with loopback_site() as site:
        months = range(1, 11)
        for n in months:
            entry = f"<url><loc>{site.url}/a-{n}.html</loc><lastmod>2026-{n:02}-05</lastmod></url>"
            site.pages[f"/m-{n}.xml"] = Reply(f"<urlset {space}>{entry}</urlset>", type=XML)
        index = "".join(
            f"<sitemap><loc>{site.url}/m-{n}.xml</loc><lastmod>2026-{n:02}-28</lastmod></sitemap>"
            for n in months
        )
        site.pages["/index.xml"] = Reply(f"<sitemapindex {space}>{index}</sitemapindex>", type=XML)
        plan = SourcePlan(make_source(site.url, sitemaps=[f"{site.url}/index.xml"]), max_pages=0)
        usual = crawl(tmp_path / "1", plan)
        since = crawl(tmp_path / "2", plan, since=datetime(2026, 4, 1, tzinfo=UTC))
    found = [[item.url for d in done.discoveries for item in d.items] for done in (usual, since)]
    assert found == [[], [f"{site.url}/a-{n}.html" for n in range(10, 3, -1)]]
    assert len(usual.discoveries) == 1 + 4


def sitemap_index(*children: str) -> Reply:
    names = "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in children)
    return Reply(f"<sitemapindex>{names}</sitemapindex>", type=XML, headers={"ETag": '"1"'})


def urlset(*pages: str) -> Reply:
    return Reply(
        "<urlset>" + "".join(f"<url><loc>{page}</loc></url>" for page in pages) + "</urlset>",
        type=XML,
    )


def test_of_a_sitemap_index_each_branch_is_read_whatever_becomes_of_the_others(
    tmp_path: Path,
) -> None:
    with loopback_site() as site:
        away = site.url.replace("127.0.0.1", "localhost")
        site.pages |= {
            "/index.xml": sitemap_index("/y-9.xml", "/y-8.xml", "/y-7.xml", f"{away}/z.xml"),
            "/y-8.xml": sitemap_index("/y-8.xml", "/m-2.xml", "/m-1.xml", "/m-0.xml"),
            "/m-2.xml": urlset("/a-2.html", f"{away}/a-3.html"),
            "/m-1.xml": Reply("<html/>"),
            "/y-7.xml": urlset("/a-4.html"),
            "/away.xml": sitemap_index(f"{away}/z.xml"),
            "/lost.xml": sitemap_index("/l-1.xml", "/l-2.xml"),
        }
        roots = [f"{site.url}/{name}.xml" for name in ("index", "away", "lost")]
        done = crawl(tmp_path, SourcePlan(make_source(site.url, sitemaps=roots), max_pages=0))
        asked = [entry.path for entry in site.log]
    assert asked[1:6] == ["/index.xml", "/y-9.xml", "/y-8.xml", "/m-2.xml", "/m-1.xml"]
    found = [item.url for each in done.discoveries for item in each.items]
    assert found == [f"{site.url}/a-2.html"]
    told = {(failure.url.rpartition("/")[2], failure.reason.value) for failure in done.failures}
    assert told == {
        ("y-9.xml", "gone"),
        ("m-1.xml", "not_a_feed"),
        ("away.xml", "elsewhere"),
        *((name, "gone") for name in ("l-1.xml", "l-2.xml", "lost.xml")),
    }
    assert {each.etag for each in done.discoveries} == {""}, "an index is asked for in full"


def test_addresses_too_long_to_store_are_left_out_and_counted(tmp_path: Path) -> None:
    with loopback_site() as site:
        long = f"{site.url}/{'a-' * 400}"
        links = [f"{long}1.html", f"{long}2.html", f"{site.url}/a-1.html", f"{site.url}/a-2.html"]
        body = rss(*links, f"https://quang-cao.vn/{'a' * 900}")
        site.pages["/rss"] = Reply(body, type=XML)
        site.pages["/a-1.html"] = Reply(ARTICLE, headers={"X-Note": "a\x9fb"})
        site.pages["/a-2.html"] = Reply("", status=302, headers={"Location": f"{long}3.html"})
        site.pages[f"{long}3.html".removeprefix(site.url)] = Reply(ARTICLE)
        source = make_source(site.url, feeds=[f"{site.url}/rss"])
        done = crawl(tmp_path, source)
        seen_before = SourcePlan(source, validators={f"{site.url}/rss": Validators()})
        again = crawl(tmp_path / "again", seen_before)
    (discovery,) = done.discoveries
    assert [item.url for item in discovery.items] == links[2:]
    assert discovery.seen == 5
    (page,) = done.pages
    assert page.url == links[2]
    assert "\x9f" not in page.headers["x-note"]
    told = [(f.url, f.reason.value) for f in done.failures]
    assert told == [(f"{site.url}/rss", "bad_url"), (links[3], "bad_url")]
    assert done.failures[0].detail == "links longer than 700 characters left out: 2"
    assert [f.url for f in again.failures] == [links[3]], "told once a day"


def child_pid() -> int:
    children = Path("/proc/self/task").glob("*/children")
    pids = [pid for path in children for pid in path.read_text().split()]
    (child,) = (
        pid for pid in pids if b"pipeline.crawl.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return int(child)


@pytest.mark.real_processes
def test_the_child_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GUONGSANG_SECRET_KEY", "DATABASE_URL", "GUONGSANG_SMTP_PASSWORD", "AWS_TOKEN"):
        monkeypatch.setenv(name, "secret-1234")
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ssl/cert.pem")
    told: dict[str, str] = {}

    def look(event: CrawlEvent) -> None:
        if event.event == "found":
            lines = Path(f"/proc/{child_pid()}/environ").read_text().split("\0")
            told.update(line.split("=", 1) for line in lines if line)  # type: ignore[arg-type]

    with loopback_site() as site:
        site.pages["/rss"] = Reply(rss(f"{site.url}/a-1.html"), type=XML)
        site.pages["/a-1.html"] = Reply(ARTICLE)
        plan = SourcePlan(make_source(site.url, feeds=[f"{site.url}/rss"], delay=1))
        crawl_plan = CrawlPlan(tmp_path / "spool", AGENT, NOW, (plan,), allow_private=True)
        assert run_crawl(crawl_plan, look).exit_code == 0
    assert {"PATH", "PYTHONPATH", "SSL_CERT_FILE"} <= told.keys()
    assert not {"GUONGSANG_SECRET_KEY", "DATABASE_URL"} & told.keys()
    assert "secret-1234" not in told.values()


@pytest.mark.parametrize("permitted", [True, False])
def test_the_child_logs_that_private_addresses_are_permitted(
    tmp_path: Path, permitted: bool
) -> None:
    with loopback_site() as site:
        source = make_source(site.url, feeds=[f"{site.url}/rss"])
        log = crawl(tmp_path, source, allow_private=permitted).outcome.log
    assert ("private addresses are permitted for: baomau" in log) == permitted


@pytest.mark.real_processes
def test_a_killed_child_leaves_whole_records_and_one_failure(tmp_path: Path) -> None:
    released = threading.Event()

    def hang(out: object) -> None:
        released.wait(30)

    def kill(event: CrawlEvent) -> None:
        if event.event == "fetched":
            os.kill(child_pid(), signal.SIGKILL)

    with loopback_site() as site:
        site.pages["/rss"] = Reply(rss(f"{site.url}/a-1.html", f"{site.url}/a-2.html"), type=XML)
        site.pages["/a-1.html"] = Reply(ARTICLE)
        site.pages["/a-2.html"] = Reply(stream=hang)
        source = make_source(site.url, feeds=[f"{site.url}/rss"])
        plan = CrawlPlan(tmp_path / "spool", AGENT, NOW, (SourcePlan(source),), allow_private=True)
        outcome = run_crawl(plan, kill)
        released.set()
        records = [record for _, record in Spool(plan.spool).read()]
    assert outcome.exit_code == -signal.SIGKILL
    assert outcome.finished == frozenset()
    assert [r.kind for r in records] == ["discovery", "page", "failure"]
    assert isinstance(records[-1], Failure)
    assert records[-1].reason == "crashed"


def test_a_stuck_child_is_killed_after_its_time(tmp_path: Path) -> None:
    """A negative grace stands for a child that does not end itself at its time limit."""
    with loopback_site() as site:
        source = make_source(site.url, feeds=[f"{site.url}/rss"])
        limit = timedelta(minutes=5)
        plan = CrawlPlan(tmp_path / "spool", AGENT, NOW, (SourcePlan(source),), time_limit=limit)
        outcome = run_crawl(plan, grace=timedelta(seconds=0.2) - limit)
    assert outcome.exit_code == -signal.SIGKILL
    assert [r.kind for _, r in Spool(plan.spool).read()] == ["failure"]


@pytest.mark.parametrize(("status", "header"), [(503, "7200"), (429, "7200"), (429, "")])
def test_a_pause_asked_for_by_robots_txt_is_the_whole_hosts(
    tmp_path: Path, status: int, header: str
) -> None:
    """RFC 9110 §10.2.3."""
    with loopback_site() as site:
        pause = {"Retry-After": header} if header else {}
        site.pages["/robots.txt"] = Reply("", status=status, headers=pause)
        feeds = [f"{site.url}/rss", f"{site.url}/rss-2"]
        begin = utc_now()
        done = crawl(tmp_path, make_source(site.url, feeds=feeds))
        assert [entry.path for entry in site.log] == ["/robots.txt"]
    assert done.reasons == ["rate_limited"] * len(done.failures)
    (report,) = done.hosts
    assert report.not_before >= begin + timedelta(seconds=7200 if header else 900)
    assert {failure.retry_at for failure in done.failures} == {report.not_before}


@pytest.mark.real_processes
def test_two_hostile_feeds_at_once_stay_below_500_mb_together(tmp_path: Path) -> None:
    with loopback_site() as one, loopback_site() as two, TreePeak() as peak:
        build = CASES["empty-objects-feed"].build
        plans = [SourcePlan(build(one, "one")), SourcePlan(build(two, "two"))]
        done = crawl(tmp_path, plans)
    assert done.reasons == ["too_large", "too_large"]
    assert 100 < peak.megabytes < 500


def test_three_pages_in_a_row_that_cannot_be_had_end_the_round(tmp_path: Path) -> None:
    """A broken outlet must not burn the round; what was not asked for waits."""
    with loopback_site() as site:
        links = [f"{site.url}/a-{n}.html" for n in range(9)]
        site.pages["/rss"] = Reply(rss(*links), type=XML)
        site.pages["*"] = lambda asked: Reply(status=302, headers={"Location": asked.path + "x"})
        site.pages["/robots.txt"] = Reply(status=404)
        source = make_source(site.url, feeds=[f"{site.url}/rss"])
        result = crawl(tmp_path, source)
        assert result.reasons == [*["redirects"] * 3, "stopped"]
        assert result.failures[-1].detail.endswith("6 wait for the next round")
        assert not site.asked("/a-3.html")
