"""What a monitor asks: does the process live, can it serve, and figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.config.yamlfile import ConfigError
from pipeline.operate.jobs import job_states
from pipeline.publish.amending import failed
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
    except Error:
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


FIGURES: dict[str, tuple[str, str]] = {
    "guongsang_stories": ("status", "stories by what people decided"),
    "guongsang_deliveries": (
        "state",
        "deliveries by state; `unknown`, `expired` and `failed` wait for a person",
    ),
    "guongsang_digests": ("state", "digests by state"),
    "guongsang_subscribers": ("state", "subscribers by state"),
    "guongsang_links": ("state", "links of outlets by what became of them"),
    "guongsang_sources_failing": ("", "outlets with errors now"),
    "guongsang_amendments_failed": (
        "",
        "posts that could not be changed or removed and wait for a person",
    ),
    "guongsang_requests_open": ("", "requests of the public that wait for an answer"),
    "guongsang_jobs_waiting": (
        "task",
        "due runs that no worker has begun; `judge` in hundreds is a re-judging",
    ),
    "guongsang_jobs_running": ("task", "runs that a worker is at"),
    "guongsang_jobs_lost": ("task", "runs whose worker has died; taken again after a minute"),
    "guongsang_jobs_held": ("task", "1: a run waits for a faulty file, the database or the disk"),
    "guongsang_job_success_age_seconds": ("task", "seconds since a job last succeeded"),
}
"""Label (empty: none) and meaning of each. No label is called `job` or `instance`: these two are
Prometheus' own, and it would rename ours."""


class _Figures(Collector):
    """Counted in the database when asked, so every process tells the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, rows in (
            ("guongsang_stories", Story.objects),
            ("guongsang_deliveries", Delivery.objects),
            ("guongsang_digests", Digest.objects),
            ("guongsang_subscribers", Subscriber.objects),
            ("guongsang_links", Link.objects),
        ):
            label = FIGURES[name][0]
            counted = rows.values_list(label).annotate(count=Count("pk")).order_by(label)
            yield _family(name, counted)
        failing = SourceState.objects.exclude(failing_since=None).count()
        yield _family("guongsang_sources_failing", [("", failing)])
        yield _family("guongsang_amendments_failed", [("", failed().count())])
        unanswered = PublicRequest.objects.filter(handled_at=None).count()
        yield _family("guongsang_requests_open", [("", unanswered)])
        states = job_states(now := utc_now())
        yield _family("guongsang_jobs_waiting", [(each.job, each.waiting) for each in states])
        yield _family("guongsang_jobs_running", [(each.job, each.running) for each in states])
        yield _family("guongsang_jobs_lost", [(each.job, each.lost) for each in states])
        yield _family("guongsang_jobs_held", [(each.job, bool(each.held)) for each in states])
        ages = [
            (each.job, (now - each.last_success).total_seconds())
            for each in states
            if each.last_success
        ]
        yield _family("guongsang_job_success_age_seconds", ages)


def _family(name: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    label, words = FIGURES[name]
    family = GaugeMetricFamily(name, words, labels=[label] if label else [])
    for value, figure in values:
        family.add_metric([value] if label else [], figure)
    return family
