"""Nguồn, Theo dõi: how sources do, how the week goes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pipeline.crawl.health import describe, is_ailing
from pipeline.digest.drafting import week_bounds
from pipeline.ingest.unread import LATELY, in_words, why_no_articles
from pipeline.publish import amending
from pipeline.publish.withdrawal import carried_by, doubted, open_withdrawals, taken_back
from pipeline.store.models import (
    Article,
    Delivery,
    DeliveryState,
    PublishedLink,
    SourceState,
)
from pipeline.text.clock import VIETNAM, iso_week, utc_now
from pipeline.web.desk.digest.deliveries import NEEDS_A_PERSON, undecided
from pipeline.web.desk.figures.week import QUIET_AFTER, heard_of, totals, week_figures
from pipeline.web.desk.labels import answer_words
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires
from pipeline.web.reference import office, reference


@require_safe
@requires(Action.READ)
def sources(request: HttpRequest) -> HttpResponse:
    """Sources in trouble first, each with a sentence on how it is doing."""
    known, now = reference(), utc_now()
    states = {state.key: state for state in SourceState.objects.all()}
    unread = why_no_articles(now - LATELY)
    # Counted here: SQLite would walk all articles there are, by source.
    counts = Counter(
        Article.objects.filter(found_at__gte=now - LATELY).values_list("source", flat=True)
    )
    rows: list[dict[str, Any]] = [
        {
            "source": known.sources.get(key),
            "name": known.outlet(key),
            "ailing": is_ailing(state),
            "words": describe(state, now),
            "detail": state.error_detail,
            "count": counts.get(key, 0),
            "lost": in_words(unread[key]),
            "last": state.last_success_at,
        }
        for key, state in states.items()
    ]
    rows.sort(key=lambda row: (not row["ailing"], row["name"]))
    waiting = [
        source for source in known.sources.values() if source.enabled and source.key not in states
    ]
    off = sum(not source.enabled for source in known.sources.values())
    context = {"rows": rows, "waiting": waiting, "off": off}
    return page(request, "web/sources.html", context)


@require_safe
@requires(Action.READ)
def overview(request: HttpRequest) -> HttpResponse:
    """The week (``?week=2026-W47``; absent or faulty: this one) with the one before beside it."""
    now = utc_now()
    this = _monday(now)
    begin = _week_asked(request.GET.get("week", "")) or this
    begin = min(begin, this)
    before, after = begin - timedelta(days=7), begin + timedelta(days=7)
    province = office().province
    heard = heard_of(province, now)
    deliveries = dict(Delivery.objects.values_list("state").annotate(Count("pk")))
    context = {
        "week": iso_week(begin),
        "begin": begin,
        "last_day": after - timedelta(days=1),
        "this_week": begin == this,
        "week_before": iso_week(before),
        "week_after": iso_week(after),
        "figures": week_figures(begin, min(after, now)),
        "before": totals(before, begin),
        "province": province,
        "heard": heard,
        "quiet": sum(not each.number for _district, inside in heard for each in inside),
        "quiet_days": QUIET_AFTER.days,
        "withdrawn": [
            (each, carried_by(each.story, office()), taken_back(each.story, office()))
            for each in open_withdrawals()[:10]
        ],
        "doubted": [(key, list(links)) for key, links in groupby(doubted(), _source_of)],
        "answer_words": answer_words,
        "deliveries": [
            (DeliveryState(state).label, deliveries[state], state in NEEDS_A_PERSON)
            for state in DeliveryState.values
            if state in deliveries
        ],
        "undecided": undecided(),
        "not_amended": list(amending.failed()[:20]),
    }
    return page(request, "web/overview.html", context)


def _source_of(link: PublishedLink) -> str:
    return link.source


def _week_asked(week: str) -> datetime | None:
    """The beginning of an ISO week; None for what is none, or before there were portals."""
    try:
        monday, _sunday = week_bounds(week)
    except (ValueError, OverflowError):
        return None
    if monday.year < 2000:
        return None
    return datetime(monday.year, monday.month, monday.day, tzinfo=VIETNAM)


def _monday(now: datetime) -> datetime:
    """The beginning, in Viet Nam, of the week of ``now``."""
    local = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return local - timedelta(days=local.weekday())
