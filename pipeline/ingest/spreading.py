"""Work for many, cut into parts that any worker may take: outlets to ask, stories to judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models.functions import Now

from pipeline.config.home import Home
from pipeline.config.sources import Source
from pipeline.crawl.keeping import hosts_of
from pipeline.ingest.rejudging import parts_to_judge, understanding_of
from pipeline.ingest.rounds import due_sources
from pipeline.store.due import write_parts
from pipeline.store.models import JobRun

SIDE_BY_SIDE = 40
"""Outlets in a part: one crawling process asks that many at a time without trouble."""


def spread_crawl(home: Home, *, now: datetime, due: datetime) -> str:
    """Write the sources that are due as ``fetch`` runs, those with a host in common together, and
    say how many; one that still waits in an earlier part is not written again.

    Raises:
        ConfigError: sources.yaml is faulty.
    """
    open_parts = JobRun.objects.filter(job="fetch", finished_at=None)
    waiting = {key for run in open_parts for key in run.data["sources"]}
    sources = [each for each in due_sources(home, now=now) if each.key not in waiting]
    parts = [{"sources": keys} for keys in _filled(_by_host(sources))]
    write_parts("fetch", due, parts)
    return f"{len(sources)} sources due, in {len(parts)} parts"


def spread_judging(home: Home, *, now: datetime, since: datetime | None) -> int:
    """Write what another taxonomy or model has judged as ``judge`` runs, in place of those that
    still wait from an earlier call. Returns the number of parts."""
    understanding = understanding_of(home)
    JobRun.objects.filter(job="judge", finished_at=None).update(
        finished_at=Now(), ok=False, detail="a newer re-judging takes its place"
    )
    parts = [
        {
            "version": understanding.judge.version,
            "since": since.isoformat() if since else None,
            "first": part.first,
            "end": part.end,
        }
        for part in parts_to_judge(understanding, since)
    ]
    return write_parts("judge", now, parts)


def _by_host(sources: Iterable[Source]) -> list[list[str]]:
    """Keys of sources that share a host, directly or through others: two parts must not want the
    same one at the same time."""
    groups: list[tuple[set[str], list[str]]] = []
    for source in sources:
        hosts, keys = set(hosts_of(source)), [source.key]
        apart = []
        for group in groups:
            if group[0] & hosts:
                hosts |= group[0]
                keys = group[1] + keys
            else:
                apart.append(group)
        groups = [*apart, (hosts, keys)]
    return [keys for _hosts, keys in groups]


def _filled(groups: Iterable[list[str]]) -> Iterator[list[str]]:
    part: list[str] = []
    for keys in groups:
        if part and len(part) + len(keys) > SIDE_BY_SIDE:
            yield part
            part = []
        part = part + keys
    if part:
        yield part
