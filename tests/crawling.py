"""What the crawl tests share: sources on a loopback site, and a round over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

from pipeline.apart import Apart
from pipeline.config.sources import Source
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.run import CrawlEvent, CrawlOutcome, run_crawl
from pipeline.crawl.spool import Discovery, Failure, FetchedPage, HostReport, Record, Spool

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
P = ParamSpec("P")
T = TypeVar("T")
AGENT = "GuongSang/0.1 (+mailto:toasoan@vi-du.vn)"


def make_source(url: str, key: str = "baomau", **keys: Any) -> Source:
    return Source(
        **{"key": key, "name": "Báo Mẫu", "province": "Lào Cai", "home": url, "delay": 0, **keys}
    )


@dataclass
class Round:
    outcome: CrawlOutcome
    records: list[Record]
    events: list[CrawlEvent]

    @property
    def pages(self) -> list[FetchedPage]:
        return [record for record in self.records if isinstance(record, FetchedPage)]

    @property
    def failures(self) -> list[Failure]:
        return [record for record in self.records if isinstance(record, Failure)]

    @property
    def discoveries(self) -> list[Discovery]:
        return [record for record in self.records if isinstance(record, Discovery)]

    @property
    def hosts(self) -> list[HostReport]:
        return [record for record in self.records if isinstance(record, HostReport)]

    @property
    def reasons(self) -> list[str]:
        return [failure.reason.value for failure in self.failures]


def crawl(folder: Path, plans: Source | SourcePlan | Iterable[SourcePlan], **keys: Any) -> Round:
    if isinstance(plans, Source):
        plans = SourcePlan(plans)
    if isinstance(plans, SourcePlan):
        plans = (plans,)
    plan = CrawlPlan(
        spool=folder / "spool",
        user_agent=AGENT,
        now=NOW,
        sources=tuple(plans),
        allow_private=True,
        time_limit=timedelta(seconds=60),
    )
    events: list[CrawlEvent] = []
    outcome = run_crawl(replace(plan, **keys), events.append)
    return Round(outcome, [record for _, record in Spool(plan.spool).read()], events)


def rss(*links: str, date: str = "Sat, 21 Nov 2026 08:00:00 +0700", text: str = "Tóm tắt.") -> str:
    items = "".join(
        f"<item><title>Bài {n}</title><link>{link}</link><description>{text}</description>"
        f"<pubDate>{date}</pubDate></item>"
        for n, link in enumerate(links, 1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


ARTICLE = "<html><head><title>Bài</title></head><body><h1>Bài</h1><p>Nội dung.</p></body></html>"


def spin(*_args: object, **_keys: object) -> NoReturn:
    """Stands for a reader before a document that it never has done with."""
    while True:
        pass


HEAVY = b"<a href=x>"


class Stubborn(Apart):
    """Never has done with the document ``HEAVY``, on a machine of any speed; its patience is short
    enough for a test."""

    def __init__(self, *, seconds: int = 1) -> None:
        super().__init__(seconds=seconds)

    def call(self, function: Callable[P, T], *args: P.args, **keys: P.kwargs) -> T:
        documents = [
            each for arg in args for each in (arg.values() if isinstance(arg, dict) else [arg])
        ]
        return super().call(spin if HEAVY in documents else function, *args, **keys)
