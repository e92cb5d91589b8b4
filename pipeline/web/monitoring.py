"""What a monitor asks: does the process live, can it serve, and figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.config.yamlfile import ConfigError
from pipeline.operate.jobs import job_states
from pipeline.store.models import (
    Delivery,
    Digest,
    Link,
    PublicRequest,
    SourceState,
    Story,
    Subscriber,
)
from pipeline.text.clock import utc_now
from pipeline.web.reference import office
from pipeline.web.visitor import address


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 until the database has every migration and the office's file can be read."""
    wrong = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            wrong.append("migrations")
    except DatabaseError:
        wrong.append("database")
    try:
        office()
    except ConfigError:
        wrong.append("office.yaml")
    return JsonResponse({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text format, to this machine alone: they tell how the office works.

    Raises:
        Http404: asked from elsewhere.
    """
    if address(request) not in ("127.0.0.1", "::1"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """Counted in the database when asked, so every process tells the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, words, rows, label in (
            ("stories", "Stories by what people decided", Story.objects, "status"),
            ("deliveries", "Deliveries by state", Delivery.objects, "state"),
            ("digests", "Digests by state", Digest.objects, "state"),
            ("subscribers", "Subscribers by state", Subscriber.objects, "state"),
            ("links", "Links by what became of them", Link.objects, "state"),
        ):
            yield _by(f"guongsang_{name}", words, rows, label)
        yield _one(
            "guongsang_sources_failing",
            "Sources with errors now",
            SourceState.objects.exclude(failing_since=None).count(),
        )
        yield _one(
            "guongsang_requests_open",
            "Requests of the public that wait for an answer",
            PublicRequest.objects.filter(handled_at=None).count(),
        )
        states = job_states(now := utc_now())
        for name, words, count in (
            ("waiting", "Due runs that no worker has begun", lambda each: each.waiting),
            ("running", "Runs that a worker is at", lambda each: each.running),
            ("lost", "Runs whose worker has died", lambda each: each.lost),
            (
                "held",
                "1: a run waits for a file, the database or the disk",
                lambda each: bool(each.held),
            ),
        ):
            family = GaugeMetricFamily(f"guongsang_jobs_{name}", words, labels=["job"])
            for each in states:
                family.add_metric([each.job], count(each))
            yield family
        since = GaugeMetricFamily(
            "guongsang_job_success_age_seconds",
            "Seconds since a job last succeeded",
            labels=["job"],
        )
        for each in states:
            if each.last_success:
                since.add_metric([each.job], (now - each.last_success).total_seconds())
        yield since


def _by(name: str, words: str, rows: Any, label: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for row in rows.values(label).annotate(count=Count("pk")).order_by(label):
        family.add_metric([str(row[label])], row["count"])
    return family


def _one(name: str, words: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
