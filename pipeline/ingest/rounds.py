"""One crawl round: what is due, the child process, and what it brought, written down.

What a SIGKILL does: the child ends by itself, records already in its spool are stored at the start
of the next round, and storing a record twice changes nothing. Links found but not fetched wait as
rows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet

from pipeline import __version__
from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.config.sources import Source, load_sources
from pipeline.crawl.plan import CrawlPlan, SourcePlan, Validators
from pipeline.crawl.run import CrawlEvent, CrawlOutcome, run_crawl
from pipeline.crawl.spool import Spool
from pipeline.ingest.concluding import conclude, documents_of, interval, is_walled
from pipeline.ingest.counting import RoundCounts
from pipeline.ingest.leases import Held, keep_hosts
from pipeline.ingest.settling import TOO_OLD
from pipeline.ingest.spools import abandoned_spools, own_spool
from pipeline.ingest.storing import store_spool
from pipeline.ingest.told import item_from_json
from pipeline.ingest.understanding import Understanding
from pipeline.store.models import ErasedAddress, Link, SourceState, Validator
from pipeline.text.urls import canonical_url

logger = logging.getLogger(__name__)

FULL_FETCH_EVERY = timedelta(hours=23)
"""A full fetch at least daily; the margin keeps "daily" true when rounds drift."""
PATIENCE = 5
"""Refused pages in a row before a round gives up on a source."""
REMEMBER = timedelta(days=120)
"""How long a found address is known; longer than any horizon. One still listed afterwards is
fetched once more and known as long again."""
MOST_WAITING = 100
"""Of the longest waiting, and of the last found, that a plan tells of."""
_SCHEMES = ("http", "https")


class Stopped(Exception):
    """A round was ended before its time: what it brought is stored, the rest is still due."""


def due_sources(home: Home, *, now: datetime) -> list[Source]:
    """Every enabled source whose time has come.

    Raises:
        ConfigError: sources.yaml is faulty.
    """
    late = set(SourceState.objects.filter(next_due_at__gt=now).values_list("key", flat=True))
    sources = load_sources(home.sources_file)
    return sorted(
        (each for each in sources if each.enabled and each.key not in late),
        key=lambda source: source.key,
    )


def crawl_sources(
    home: Home,
    office: Office,
    keys: Iterable[str] | None = None,
    *,
    now: datetime,
    since: datetime | None = None,
    allow_private: bool = False,
    on_event: Callable[[CrawlEvent], None] | None = None,
    stop: threading.Event | None = None,
) -> list[RoundCounts]:
    """One round over the sources ``keys`` (default: all enabled), stored.

    Hosts that another process is crawling are left to it. Raises:
        Stopped: ``stop`` was set, or the hosts were lost, before all outlets had been asked.
        ConfigError: sources.yaml or the taxonomy is faulty.
        KeyError: a key is not in sources.yaml.
    """
    understanding = Understanding.load(home)
    with abandoned_spools(home.spool_dir) as left:
        for spool in left:
            store_spool(spool, understanding, {})
    wanted = [s.key for s in understanding.sources.values() if s.enabled] if keys is None else keys
    sources = [understanding.sources[key] for key in wanted]
    with keep_hosts(sources, stop) as held, own_spool(home.spool_dir) as spool:
        counts = {source.key: RoundCounts(source.key) for source in held.sources}
        for source in held.sources:
            SourceState.objects.update_or_create(key=source.key, defaults={"last_started_at": now})
        if held.sources:
            plan = _plan(held, spool, office, now, since=since, allow_private=allow_private)
            for count in counts.values():
                count.oldest = plan.oldest
            outcome = run_crawl(plan, on_event, keeper=held)
            _tell(outcome)
        store_spool(spool, understanding, counts, after_each=held.renew)
        ours = held.renew()
    # Ended by us, because this process ends or slept too long: no fault of the outlets left over.
    cut = not ours and any(source.key not in outcome.finished for source in held.sources)
    for source in held.sources:
        if not cut or source.key in outcome.finished:
            conclude(source, counts[source.key], now)
    if cut:
        raise Stopped
    return [counts.get(source.key) or _left_out(source, held) for source in sources]


def user_agent(office: Office) -> str:
    """Outlets must be able to write to whoever asks them."""
    return f"GuongSang/{__version__} (+mailto:{office.contact})"


def _left_out(source: Source, held: Held) -> RoundCounts:
    detail = held.busy[source.key]
    return RoundCounts(source.key, errors=[{"url": source.home, "kind": "busy", "detail": detail}])


def _tell(outcome: CrawlOutcome) -> None:
    """What the child said goes where this process's own log goes: nobody else keeps it."""
    died = outcome.exit_code != 0 or "Traceback" in outcome.log
    level = logging.ERROR if died else logging.INFO
    logger.log(level, "the crawling process ended with %s:\n%s", outcome.exit_code, outcome.log)


def _plan(
    held: Held,
    spool: Spool,
    office: Office,
    now: datetime,
    *,
    since: datetime | None,
    allow_private: bool,
) -> CrawlPlan:
    return CrawlPlan(
        spool=spool.root,
        user_agent=user_agent(office),
        now=now,
        sources=tuple(_source_plan(source, now, since=since) for source in held.sources),
        since=since,
        erased=frozenset(ErasedAddress.objects.values_list("mark", flat=True)),
        not_before=held.not_before(),
        hosts=held.plan(),
        allow_private=allow_private,
    )


def _source_plan(source: Source, now: datetime, *, since: datetime | None) -> SourcePlan:
    """A document is asked for with validators only where the poll after this one still comes within
    a day of its last full fetch. Never in a backfill: an unchanged feed holds old items that were
    left out before, and what was found too old then may be wanted now.
    """
    lately = Link.objects.filter(found_at__gte=now - REMEMBER)
    links = lately.filter(source=source.key)
    waiting = Q(state=Link.State.PENDING) | Q(next_try_at__lte=now)
    if since:
        waiting |= Q(
            pk__in=[link.pk for link in links.filter(error_kind=TOO_OLD) if _from(link, since)]
        )
    pending = _both_ends(links.filter(waiting))
    fetched_since = now - FULL_FETCH_EVERY + min(interval(source, now), FULL_FETCH_EVERY)
    trusted = Validator.objects.filter(
        url__in=documents_of(source), full_fetch_at__gte=fetched_since
    )
    state = SourceState.objects.get(key=source.key)
    return SourcePlan(
        source=source,
        known=frozenset(
            lately.filter(Q(source=source.key) | _on_sites_of(source))
            .exclude(waiting)
            .values_list("canonical_url", flat=True)
        ),
        pending=tuple(item_from_json(link.item) for link in pending),
        validators={}
        if since
        else {row.url: Validators(row.etag, row.last_modified) for row in trusted},
        patience=1 if is_walled(state) else PATIENCE,
    )


def _from(link: Link, since: datetime) -> bool:
    published_at = item_from_json(link.item).published_at
    return published_at is None or published_at >= since


def _both_ends(waiting: QuerySet[Link]) -> list[Link]:
    """The longest waiting and the last found: what a round may fetch, of however many there are."""
    oldest = waiting.order_by("found_at", "pk")[:MOST_WAITING]
    latest = waiting.order_by("-found_at", "-pk")[:MOST_WAITING]
    return list(dict.fromkeys([*oldest, *reversed(latest)]))


def _on_sites_of(source: Source) -> Q:
    """Links on its sites, whichever source found them: several entries of sources.yaml may list the
    same addresses. Ranges, not prefixes: those the index on the address serves.
    """
    found = Q()
    for address in (source.home, *documents_of(source)):
        site = urlsplit(canonical_url(address)).netloc
        for start in (f"{scheme}://{site}" for scheme in _SCHEMES):
            found |= Q(
                canonical_url__gte=f"{start}/", canonical_url__lt=f"{start}0"
            )  # "0": after "/"
    return found
