"""What is not kept for ever: docs/reference/retention.md lists it, and what is."""

from __future__ import annotations

from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.management import call_command
from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from pipeline.config.office import Retention
from pipeline.publish.mail import subscribers
from pipeline.review import erasing, public_requests
from pipeline.store import erasures
from pipeline.store.models import (
    Consent,
    JobRun,
    PublicRequest,
    RequestKind,
    StoryStatus,
    Subscriber,
    SubscriberState,
)


def tidy(rules: Retention, now: datetime) -> str:
    """Take away what has been kept long enough; what was done, in words."""
    call_command("clearsessions")
    runs = _runs(rules, now)
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(attempt_time__lt=now - rules.log_ins).delete()
    erasing.sweep()
    erasures.shred()
    unconfirmed = _unconfirmed(rules, now)
    senders = _senders(rules, now)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    return f"{runs} old runs, {unconfirmed} never confirmed, {senders} senders removed"


def _runs(rules: Retention, now: datetime) -> int:
    """The newest of each job stays: the scheduler counts from it what is due."""
    newest = JobRun.objects.filter(job=OuterRef("job")).order_by("-scheduled_for", "-pk")
    old = JobRun.objects.filter(finished_at__lt=now - rules.jobs)
    removed, _by_model = old.exclude(pk=Subquery(newest.values("pk")[:1])).delete()
    return removed


def _unconfirmed(rules: Retention, now: datetime) -> int:
    """Addresses that somebody typed in and whose owners never agreed to anything."""
    before = now - rules.unconfirmed
    waiting = Subscriber.objects.filter(state=SubscriberState.PENDING, created_at__lt=before)
    lately = Consent.objects.filter(at__gte=before)
    agreed = Consent.objects.exclude(action=Consent.Action.ASKED)
    old = waiting.exclude(consents__in=lately).exclude(consents__in=agreed)
    return sum(subscribers.erase(email, at=now) for email in old.values_list("email", flat=True))


def _senders(rules: Retention, now: datetime) -> int:
    """Who sent what was answered long ago; what it was about and what was done stay. A suggestion
    is answered by what is decided on its story."""
    before = now - rules.senders
    answers = (StoryStatus.ACCEPTED, StoryStatus.REJECTED)
    own = Q(story__status__in=answers, story__decided_at__lt=before)
    merged = "story__merged_into"
    others = Q((f"{merged}__status__in", answers), (f"{merged}__decided_at__lt", before))
    suggested = Q(kind=RequestKind.SUGGESTION, handled_at=None) & (own | others)
    old = PublicRequest.objects.filter(Q(handled_at__lt=before) | suggested, erased_at=None)
    return sum(public_requests.erase(row, None, now) for row in old)
