"""Are the pages still there? One polite request each, of which mostly only the headers are read."""

from __future__ import annotations

from dataclasses import replace

from pipeline.crawl.fetch import PAGE_LIMIT, Fetcher, FetchFailed
from pipeline.crawl.plan import CrawlPlan, Recheck, SourcePlan
from pipeline.crawl.report import Emit
from pipeline.crawl.round import refuse_home
from pipeline.crawl.spool import FailureKind, LinkChecked, Spool

STOP_AFTER = 3
"""Unclear answers in a row: the host has other worries, the rest is asked another time."""


async def recheck(
    plan: CrawlPlan, mine: SourcePlan, fetcher: Fetcher, spool: Spool, emit: Emit
) -> None:
    """Write a ``LinkChecked`` for each link of ``mine.recheck`` that could be asked for."""
    key, unclear = mine.source.key, 0
    emit("found", key, "", len(mine.recheck))
    for link in mine.recheck:
        answer = await _ask(plan, mine, link, fetcher)
        if answer.reason is FailureKind.TIME_LIMIT:  # it was not asked
            break
        if answer.reason is FailureKind.BUSY:  # nor was this one
            continue
        spool.write(answer)
        emit("failed" if answer.reason else "fetched", key, link.url, 1)
        unclear = unclear + 1 if answer.reason not in (None, FailureKind.GONE) else 0
        if unclear >= STOP_AFTER or answer.reason is FailureKind.RATE_LIMITED:
            break
    emit("done", key, "", 0)


async def _ask(plan: CrawlPlan, mine: SourcePlan, link: Recheck, fetcher: Fetcher) -> LinkChecked:
    """The answer, at the round's time: an hour is an hour however long rounds take."""
    try:
        page = await fetcher.get(
            link.url,
            delay=mine.source.delay,
            limit=PAGE_LIMIT,
            validators=link.validators,
            headers_only=not link.whole,
        )
        refuse_home(page, link.url)
    except FetchFailed as error:
        return LinkChecked(
            mine.source.key, link.url, plan.now, error.status, error.kind, error.detail
        )
    answer = LinkChecked(mine.source.key, link.url, plan.now, page.status)
    if not link.whole:
        return answer
    return replace(answer, final_url=page.url, headers=page.headers, body=page.body)
