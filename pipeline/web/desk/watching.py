"""Nguồn, Theo dõi, Nhật ký: how sources do, how the week goes, who did what."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pipeline.crawl.health import describe, is_ailing
from pipeline.publish.withdrawal import carried_by, doubted, open_withdrawals
from pipeline.store.models import (
    Article,
    AuditEntry,
    Axis,
    Delivery,
    DeliveryState,
    PublishedLink,
    SourceState,
    Story,
    StoryStatus,
    StoryTag,
    User,
)
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.deliveries import NEEDS_A_PERSON, undecided
from pipeline.web.desk.labels import ACTIONS, answer_words
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires
from pipeline.web.reference import reference


@require_safe
@requires(Action.READ)
def sources(request: HttpRequest) -> HttpResponse:
    """Sources in trouble first, each with a sentence on how it is doing."""
    known, now = reference(), utc_now()
    states = {state.key: state for state in SourceState.objects.all()}
    counts = dict(
        Article.objects.filter(found_at__gte=now - timedelta(days=7))
        .values_list("source")
        .annotate(Count("pk"))
    )
    rows: list[dict[str, Any]] = [
        {
            "source": known.sources.get(key),
            "name": known.outlet(key),
            "ailing": is_ailing(state),
            "words": describe(state, now),
            "detail": state.error_detail,
            "count": counts.get(key, 0),
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
    now = utc_now()
    monday = _monday(now)
    weeks = [(monday, now), (monday - timedelta(days=7), monday)]
    found, accepted, published = (
        [_between(kind, begin, end) for begin, end in weeks]
        for kind in ("found", "accepted", "published")
    )
    sectors = (
        StoryTag.objects.filter(
            axis=Axis.SECTOR, removed=False, story__found_at__gte=now - timedelta(days=28)
        )
        .values("slug")
        .annotate(
            found=Count("story", filter=~Q(story__label="no")),
            accepted=Count("story", filter=Q(story__status=StoryStatus.ACCEPTED)),
        )
        .order_by("-accepted", "-found", "slug")
    )
    deliveries = dict(Delivery.objects.values_list("state").annotate(Count("pk")))
    context = {
        "figures": {"found": found, "accepted": accepted, "published": published},
        "withdrawn": [(each, carried_by(each.story)) for each in open_withdrawals()[:10]],
        "doubted": [(key, list(links)) for key, links in groupby(doubted(), _source_of)],
        "answer_words": answer_words,
        "sectors": list(sectors),
        "deliveries": [
            (DeliveryState(state).label, deliveries[state], state in NEEDS_A_PERSON)
            for state in DeliveryState.values
            if state in deliveries
        ],
        "undecided": undecided(),
    }
    return page(request, "web/overview.html", context)


def _source_of(link: PublishedLink) -> str:
    return link.source


def _between(kind: str, begin: datetime, end: datetime) -> int:
    if kind == "found":
        return (
            Story.objects.filter(found_at__gte=begin, found_at__lt=end).exclude(label="no").count()
        )
    if kind == "accepted":
        return Story.objects.filter(
            status=StoryStatus.ACCEPTED, decided_at__gte=begin, decided_at__lt=end
        ).count()
    return (
        Story.objects.filter(
            digest_items__digest__editions__publish_at__gte=begin,
            digest_items__digest__editions__publish_at__lt=end,
        )
        .distinct()
        .count()
    )


def _monday(now: datetime) -> datetime:
    """The beginning, in Viet Nam, of the week of ``now``."""
    local = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return local - timedelta(days=local.weekday())


@require_safe
@requires(Action.AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    action, who = request.GET.get("action", ""), request.GET.get("who", "")
    entries = AuditEntry.objects.select_related("actor")
    if action:
        entries = entries.filter(action=action)
    if who.isdecimal():
        entries = entries.filter(actor=int(who))
    shown = Paginator(entries, 50).get_page(request.GET.get("page"))
    context = {
        "entries": shown,
        "action": action,
        "who": who,
        "actions": ACTIONS,
        "people": User.objects.order_by("full_name", "username"),
    }
    return page(request, "web/audit.html", context)
