"""One round over published links: do the originals still stand?

What a SIGKILL does: answers already in the spool are stored at the start of the next crawl round;
what was not asked is still due.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.apart import Apart
from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.config.sources import Source, load_sources
from pipeline.crawl.plan import CrawlPlan, Recheck, SourcePlan, Validators
from pipeline.crawl.run import run_crawl
from pipeline.crawl.spool import HostReport, LinkChecked, Record, Spool
from pipeline.ingest.leases import keep_hosts, store_host
from pipeline.ingest.links import store_answer, watch_of
from pipeline.ingest.rounds import user_agent
from pipeline.ingest.spools import own_spool, store_each
from pipeline.ingest.withdrawing import in_full, is_missing
from pipeline.store.models import Article, PublishedLink
from pipeline.text.urls import public_link

MOST_LINKS = 100
"""Of one source in one round; the rest is due still in the next."""
TIME_LIMIT = timedelta(minutes=10)


def recheck_links(
    home: Home,
    office: Office,
    links: Iterable[PublishedLink],
    *,
    now: datetime,
    allow_private: bool = False,
    stop: threading.Event | None = None,
) -> int:
    """Ask the outlets for ``links`` again, at their pace, until ``stop`` is set; returns how many
    of them answered. What was not asked is still due.

    Hosts that another process is crawling are left to it. Raises:
        ConfigError: sources.yaml is faulty.
    """
    by_source: dict[str, list[PublishedLink]] = defaultdict(list)
    for link in links:
        by_source[link.source].append(link)
    known = {source.key: source for source in load_sources(home.sources_file)}
    sources = [known.get(key) or _forgotten(mine[0], office) for key, mine in by_source.items()]
    with keep_hosts(sources, stop) as held, own_spool(home.spool_dir) as spool:
        if held.sources:
            plan = CrawlPlan(
                spool=spool.root,
                user_agent=user_agent(office),
                now=now,
                sources=tuple(
                    SourcePlan(source, recheck=_questions(by_source[source.key], now))
                    for source in held.sources
                ),
                not_before=held.not_before(),
                hosts=held.plan(),
                time_limit=TIME_LIMIT,
                allow_private=allow_private,
            )
            run_crawl(plan, keeper=held)
        return _store(spool)


def _questions(links: list[PublishedLink], now: datetime) -> tuple[Recheck, ...]:
    """Missing ones first, whose hours count, then the longest unasked, with the validators of the
    page that the article was read from."""
    longest = sorted(
        links,
        key=lambda link: (
            not is_missing(watch_of(link)),
            link.checked_at or link.published_at,
            link.pk,
        ),
    )[:MOST_LINKS]
    articles = Article.objects.filter(story__in=[link.story_id for link in longest])
    pages = {
        (story, public_link(url)): headers
        for story, url, headers in articles.values_list("story_id", "url", "page__headers")
    }
    return tuple(
        Recheck(link.url, whole=True)
        if in_full(watch_of(link), now)
        else Recheck(link.url, _validators(pages.get((link.story_id, link.url)) or {}))
        for link in longest
    )


def _validators(headers: dict[str, str]) -> Validators:
    return Validators(headers.get("etag", ""), headers.get("last-modified", ""))


def _forgotten(link: PublishedLink, office: Office) -> Source:
    """Stands for an outlet that sources.yaml no longer has; what we published of it we still
    answer for."""
    parts = urlsplit(link.url)
    home = f"{parts.scheme}://{parts.netloc}"
    return Source(key=link.source, name=link.source, province=office.province, home=home)


def _store(spool: Spool) -> int:
    answers = 0

    def store(record: Record) -> None:
        nonlocal answers
        if isinstance(record, LinkChecked):
            store_answer(record, reader)
            answers += 1
        elif isinstance(record, HostReport):
            store_host(record)

    with Apart() as reader:
        store_each(spool, store)
    return answers
