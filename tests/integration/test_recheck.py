"""Sources take articles back: published links are asked for again, and what is gone is hidden."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import yaml
from django.conf import LazySettings

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.crawl.fetch import PAGE_LIMIT
from pipeline.crawl.plan import Recheck, SourcePlan
from pipeline.crawl.spool import FailureKind, LinkChecked, Spool
from pipeline.demo.loopback import Answer, Request
from pipeline.demo.newspapers import DemoNewspapers
from pipeline.digest.content import content_hash, to_json
from pipeline.digest.freezing import freeze
from pipeline.ingest import crawl_sources
from pipeline.ingest.leases import keep_hosts
from pipeline.ingest.links import _heard_in
from pipeline.ingest.understanding import Understanding
from pipeline.ingest.withdrawing import Answer as Heard
from pipeline.publish.channels.portal import folder_of
from pipeline.publish.outbox import publish_due
from pipeline.publish.rechecking import (
    due_links,
    follow_editions,
    recheck_published,
    withdraw_gone,
)
from pipeline.publish.withdrawal import carried_by, doubted, open_withdrawals
from pipeline.store.models import (
    Article,
    AuditEntry,
    Digest,
    DigestItem,
    Edition,
    Page,
    PublishedLink,
    StoryStatus,
    Withdrawal,
)
from pipeline.text.clock import iso_week, utc_now
from tests.crawling import HEAVY, NOW, Stubborn, crawl, make_source
from tests.factories import make_story, make_user
from tests.loopback import Reply, loopback_site

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OFFICE = Office(
    name="Văn phòng thử",
    province="Lào Cai",
    contact="thu@example.vn",
    site_url="http://portal.example.vn",
)
HOUR = timedelta(hours=1)
GONE, REFUSED, DOWN = Answer(404, b""), Answer(403, b"no"), Answer(500, b"down")
HOME = Answer(302, b"", {"Location": "/"})


@pytest.fixture
def papers() -> Iterator[DemoNewspapers]:
    with DemoNewspapers(utc_now()) as papers:
        yield papers


@pytest.fixture
def home(tmp_path: Path, papers: DemoNewspapers, settings: LazySettings) -> Home:
    text = yaml.safe_dump({"sources": papers.sources()}, allow_unicode=True)
    (tmp_path / "sources.yaml").write_text(text, "utf-8")
    settings.HOME = Home(tmp_path)
    return settings.HOME


class Published:
    """Three stories of one paper, out on the portal and, as dry runs, on the social channels."""

    def __init__(self, home: Home, papers: DemoNewspapers) -> None:
        self.home, self.papers, self.outlet = home, papers, "baofansipan"
        self.start = utc_now()
        of_paper = [article for article in papers.articles if article.outlet == self.outlet]
        self.articles = [_read(papers.url(article), self.outlet) for article in of_paper[:3]]
        digest = Digest.objects.create(
            week=iso_week(self.start), title="Gương sáng", drafted_at=self.start
        )
        for position, article in enumerate(self.articles):
            DigestItem.objects.create(digest=digest, story=article.story, position=position)
        content = replace(freeze(digest, OFFICE, self.start), number=1, publish_at=self.start)
        Edition.objects.create(
            digest=digest,
            number=1,
            content=to_json(content),
            content_hash=content_hash(content),
            approved_by=make_user("thuha"),
            approved_at=self.start,
            publish_at=self.start,
        )
        publish_due(office=OFFICE, home=home, now=self.start)

    def answer(self, number: int, answer: Answer | None) -> None:
        path = urlsplit(self.articles[number].url).path
        if answer:
            self.papers.replace(self.outlet, path, answer)
        else:
            self.papers.restore(self.outlet, path)

    def recheck(self, after: timedelta, stop: threading.Event | None = None) -> str:
        now = self.start + after
        return recheck_published(self.home, OFFICE, now=now, allow_private=True, stop=stop)

    def asked(self) -> list[Request]:
        """What the paper was asked for since the last call."""
        found, self.papers.requests[:] = list(self.papers.requests), []
        return found

    def front_page(self) -> str:
        return (folder_of(self.home) / "index.html").read_text("utf-8")


def _read(url: str, outlet: str) -> Article:
    """An article as ingest leaves it, with the page it was read from."""
    article = make_story(outlets=[outlet], status=StoryStatus.ACCEPTED).articles.get()
    with urlopen(url) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        article.page = Page.objects.create(
            source=outlet,
            url=url,
            canonical_url=url,
            fetched_at=utc_now(),
            seen_at=utc_now(),
            status=200,
            headers=headers,
            body_z=Page.compress(response.read()),
        )
    article.url = article.canonical_url = url
    article.save()
    return article


@pytest.fixture
def published(home: Home, papers: DemoNewspapers) -> Published:
    done = Published(home, papers)
    done.asked()
    return done


def test_a_story_whose_original_is_gone_is_hidden_after_the_third_answer(
    published: Published,
) -> None:
    published.answer(0, GONE)
    story = published.articles[0].story
    assert story
    for hours in (1, 2):
        assert published.recheck(hours * HOUR) == "3 of 3 links answered, 0 stories withdrawn"
        assert story.headline in published.front_page()
    assert published.recheck(3 * HOUR) == "3 of 3 links answered, 1 stories withdrawn"

    feed = (folder_of(published.home) / "atom.xml").read_text("utf-8")
    assert story.headline not in published.front_page() + feed
    assert f"urn:uuid:{story.public_id}" in feed  # the tombstone
    others = [article.story for article in published.articles[1:]]
    assert all(other and other.headline in published.front_page() for other in others)

    entry = AuditEntry.objects.get(action="story.withdrawn")
    assert (entry.actor, entry.object_id) == (None, str(story.pk))
    withdrawal = open_withdrawals().get()
    assert withdrawal.story == story
    assert withdrawal.by is None
    assert "3 lần liền trả lời không còn (HTTP 404)" in withdrawal.reason
    told = carried_by(story, OFFICE)
    assert {"radio", "sms"} <= set(told)
    assert not {"portal", "zalo", "facebook"} & set(told), "pages and posts follow by themselves"

    assert published.recheck(4 * HOUR) == "2 of 2 links answered, 0 stories withdrawn"
    assert Withdrawal.objects.count() == 1


def test_a_good_answer_in_between_starts_the_count_anew(published: Published) -> None:
    published.answer(0, Answer(410, b"gone"))
    published.recheck(HOUR)
    link = PublishedLink.objects.get(url=published.articles[0].url)
    assert [datetime.fromisoformat(text) for text in link.gone_at] == [published.start + HOUR]
    published.answer(0, None)
    published.recheck(2 * HOUR)
    link.refresh_from_db()
    assert (link.gone_at, link.answer) == ([], "HTTP 200")


def test_an_outlet_in_trouble_loses_nothing(published: Published) -> None:
    """One round of each kind of trouble; that none of them ever counts is the rule's own test."""
    links = PublishedLink.objects.order_by("pk")
    for number, answer in enumerate((REFUSED, DOWN, HOME)):
        published.answer(number, answer)
    published.recheck(HOUR)
    assert [link.gone_at for link in links] == [[], [], []]
    said = {link.answer for link in links}
    assert said == {"HTTP 403", "HTTP 500", "redirected to the home page"}

    published.papers.__exit__(None, None, None)
    assert published.recheck(3 * HOUR) == "3 of 3 links answered, 0 stories withdrawn"
    assert [link.gone_at for link in links.all()] == [[], [], []]
    assert links.all()[0].checked_at == published.start + 3 * HOUR


def test_the_question_is_polite_cheap_and_asked_when_due(published: Published) -> None:
    published.recheck(HOUR)
    first = published.asked()
    assert first[0].path == "/robots.txt"
    assert {r.path for r in first[1:]} == {urlsplit(a.url).path for a in published.articles}
    assert not any("if-none-match" in request.headers for request in first)  # once a day in full

    assert published.recheck(HOUR + timedelta(minutes=50)).startswith("0 of 0")
    assert published.asked() == []

    PublishedLink.objects.update(checked_at=published.start)  # as if earlier on the same day
    now = published.start.replace(hour=23, minute=59)
    published.recheck(max(now - published.start, HOUR))
    again = [request for request in published.asked() if request.path != "/robots.txt"]
    assert len(again) == 3
    if now - published.start >= HOUR:
        assert {request.status for request in again} == {304}
        assert all("if-none-match" in request.headers for request in again)


def test_an_outlet_that_loses_everything_is_not_followed_blindly(published: Published) -> None:
    """A new system answers 404 to every old address: nothing is hidden, a person is asked."""
    for number in range(3):
        published.answer(number, GONE)
    for hours in (1, 2):
        published.recheck(hours * HOUR)
    said = published.recheck(3 * HOUR)
    assert said == "3 of 3 links answered, 0 stories withdrawn, a person is asked about 3"
    stories = [article.story for article in published.articles]
    assert all(story and story.headline in published.front_page() for story in stories)
    assert {link.story for link in doubted()} == set(stories)
    assert AuditEntry.objects.filter(action="story.doubted", actor=None).count() == 3
    assert published.recheck(4 * HOUR) == "3 of 3 links answered, 0 stories withdrawn"

    published.answer(0, None)  # redirects come back one by one
    assert published.recheck(5 * HOUR) == "3 of 3 links answered, 0 stories withdrawn"
    assert {link.story for link in doubted()} == set(stories[1:])


def test_what_says_that_it_is_gone_with_status_200_is_a_question(published: Published) -> None:
    html = {"Content-Type": "text/html; charset=utf-8"}
    said = "<h1>Bài viết không tồn tại</h1><p>Mời xem tin khác.</p>"
    published.answer(0, Answer(200, f"<title>Lỗi</title>{said}".encode(), html))
    published.answer(1, HOME)
    for hours in (1, 2, 3):
        assert "0 stories withdrawn" in published.recheck(hours * HOUR)
    asked = {link.story: link.answer for link in doubted()}
    first, second, third = (article.story for article in published.articles)
    assert set(asked) == {first, second}
    assert "không tồn tại" in asked[first]
    assert third not in asked
    published.answer(0, None)
    published.recheck(4 * HOUR)
    assert {link.story for link in doubted()} == {second}


def test_beside_a_missing_link_the_newest_others_of_its_source_are_asked(
    published: Published,
) -> None:
    follow_editions()
    old = published.start - timedelta(days=30)
    PublishedLink.objects.update(published_at=old, checked_at=published.start)
    missing = PublishedLink.objects.order_by("pk").first()
    assert missing
    assert due_links(published.start + HOUR) == []
    PublishedLink.objects.filter(pk=missing.pk).update(gone_at=[published.start.isoformat()])
    assert len(due_links(published.start + HOUR)) == 3
    assert due_links(published.start + HOUR / 2) == []


def test_what_robots_txt_forbids_is_not_asked(published: Published) -> None:
    published.papers.replace(
        published.outlet, "/robots.txt", Answer(200, b"User-agent: *\nDisallow: /\n")
    )
    published.recheck(HOUR)
    assert {request.path for request in published.asked()} == {"/robots.txt"}


def test_a_host_that_is_being_crawled_is_asked_later(published: Published) -> None:
    source = Understanding.load(published.home).sources[published.outlet]
    with keep_hosts([source]) as held:
        assert held.sources
        assert published.recheck(HOUR).startswith("0 of 3")
    assert published.asked() == []
    assert published.recheck(HOUR + timedelta(minutes=10)).startswith("3 of 3")


def test_who_ends_leaves_the_rest_due_and_hides_nothing(published: Published) -> None:
    for number in range(3):
        published.answer(number, GONE)
    stop = threading.Event()
    stop.set()
    assert published.recheck(HOUR, stop).startswith("0 of 3")
    assert len(due_links(published.start + HOUR)) == 3
    assert published.recheck(HOUR).startswith("3 of 3")


def test_an_outlet_no_longer_in_sources_yaml_is_still_asked(published: Published) -> None:
    (published.home.root / "sources.yaml").write_text("sources: []\n", "utf-8")
    PublishedLink.objects.all().delete()
    published.answer(0, GONE)
    assert published.recheck(HOUR).startswith("3 of 3")
    assert PublishedLink.objects.get(url=published.articles[0].url).gone_at


def test_what_a_killed_round_left_is_stored_once(published: Published) -> None:
    published.recheck(HOUR)
    link = PublishedLink.objects.first()
    assert link
    for number in (2, 3, 4):
        at = published.start + number * HOUR
        record = LinkChecked(published.outlet, link.url, at, 410, FailureKind.GONE, "HTTP 410")
        left = Spool(published.home.spool_dir / f"left{number}")
        left.write(record)
        left.write(record)
    crawl_sources(published.home, OFFICE, [], now=utc_now())  # what begins every crawl round
    link.refresh_from_db()
    moments = [datetime.fromisoformat(text) for text in link.gone_at]
    assert moments == [published.start + number * HOUR for number in (2, 3, 4)]
    now = published.start + 4 * HOUR
    assert withdraw_gone(published.home, OFFICE, now=now) == ([link.story], [])
    assert withdraw_gone(published.home, OFFICE, now=now) == ([], [])
    assert AuditEntry.objects.filter(action="story.withdrawn").count() == 1


def test_only_the_headers_of_a_page_are_read(tmp_path: Path) -> None:
    """Whatever the body: compressed, beyond every cap, or none; one request each."""
    with loopback_site() as site:
        packed = {"Content-Encoding": "gzip"}
        site.pages["/nen.html"] = Reply(gzip.compress(b"<p>x" * 50_000), headers=packed)
        site.pages["/to.html"] = Reply(b"y" * (PAGE_LIMIT + 1))
        site.pages["/410.html"] = Reply(b"", status=410)
        paths = ("/nen.html", "/to.html", "/410.html", "/404.html")
        links = tuple(Recheck(site.url + path) for path in paths)
        done = crawl(tmp_path, SourcePlan(make_source(site.url), recheck=links))
    answers = [record for record in done.records if isinstance(record, LinkChecked)]
    assert [answer.status for answer in answers] == [200, 200, 410, 404]
    gone = FailureKind.GONE
    assert [answer.reason for answer in answers] == [None, None, gone, gone]
    assert {answer.at for answer in answers} == {NOW}


@pytest.mark.real_processes
def test_a_page_that_no_parser_bears_leaves_the_answer_open() -> None:
    record = LinkChecked("baomau", "https://bao.vn/bai-1.html", utc_now(), 200, body=HEAVY)
    with Stubborn() as reader:
        answer, said = _heard_in(record, reader)
    assert answer is Heard.UNCLEAR
    assert said == "reading it takes more than 1 s of computing"
