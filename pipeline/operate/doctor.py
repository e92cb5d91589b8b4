"""What is wrong with an installation and how to mend it, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.config.reference import load_reference
from pipeline.config.yamlfile import ConfigError
from pipeline.operate.doctor_channels import channel_findings
from pipeline.operate.doctor_database import database_findings
from pipeline.operate.doctor_machine import (
    backup_tool_findings,
    clock_findings,
    disk_findings,
    permission_findings,
)
from pipeline.operate.doctor_mail import mail_findings
from pipeline.operate.findings import Finding, Verdict
from pipeline.operate.running import again, marker_of, replaced_now
from pipeline.publish.amending import failed
from pipeline.store.models import Delivery, DeliveryState, JobRun, SourceState
from pipeline.text.format import date_time

SILENT = timedelta(minutes=15)
"""The scheduler writes a row at least every few minutes."""

BROUGHT_BACK = "bản sao lưu đưa về"
HIDES = {"office.yaml", "sources.yaml, taxonomy", BROUGHT_BACK, "cơ sở dữ liệu"}
"""Of what comes after these, while they are broken, some is not looked at."""
NEEDED = ("draft", "report", "upkeep")
"""Jobs that run so seldom that nobody would miss one."""
LONG = "judge"
"""Re-judging waits in hundreds of parts; that is no fault."""


def examine(home: Home, now: datetime, *, whole: bool = False) -> list[Finding]:
    """Every check, in an order in which an earlier one may explain a later one. None of them
    changes anything. ``whole``: all of a SQLite file is read, too (minutes for a large one)."""
    findings = [*_configuration(home)]
    office = _office(home)
    findings += [*disk_findings(home), *permission_findings(home)]
    brought_back = list(_brought_back(home))
    findings += brought_back
    if any(each.verdict is Verdict.BAD for each in brought_back):
        return findings
    database = list(database_findings(whole=whole))
    findings += database
    if any(each.verdict is Verdict.BAD for each in database):
        return findings
    findings += [
        *backup_tool_findings(),
        *clock_findings(now),
        *_scheduler(now),
        *_sources(home, now),
        *_deliveries(),
    ]
    if office is not None:
        findings += [*mail_findings(office), *channel_findings(office, home, now)]
    return findings


def _configuration(home: Home) -> Iterator[Finding]:
    checks: dict[str, Callable[[], object]] = {
        "office.yaml": lambda: load_office(home.office_file),
        "sources.yaml, taxonomy": lambda: load_reference(home),
    }
    for name, load in checks.items():
        try:
            load()
        except ConfigError as error:
            yield Finding(name, Verdict.BAD, str(error))
        else:
            yield Finding(name, Verdict.GOOD, "đọc được")
    if len(_secret_key()) < 32:
        words = "quá ngắn → đặt GUONGSANG_SECRET_KEY dài từ 32 ký tự trong .env"
        yield Finding("khóa bí mật", Verdict.BAD, words)


def _brought_back(home: Home) -> Iterator[Finding]:
    if not marker_of(home).exists():
        return
    if replaced_now(home):
        yield Finding(BROUGHT_BACK, Verdict.LOOK, "đang đưa về, các tiến trình khác chờ")
    elif marker_of(home).exists():  # it may have ended just now
        words = f"việc đưa về dở dang, nên không tiến trình nào chạy → {again(home)}"
        yield Finding(BROUGHT_BACK, Verdict.BAD, words)


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # as Django calls an empty one
        return ""


def _office(home: Home) -> Office | None:
    try:
        return load_office(home.office_file)
    except ConfigError:
        return None


def _scheduler(now: datetime) -> Iterator[Finding]:
    last = JobRun.objects.order_by("-scheduled_for").first()
    if last is None:
        words = "chưa chạy lần nào → guongsang run"
        yield Finding("bộ hẹn giờ", Verdict.LOOK, words)
        return
    if now - last.scheduled_for > SILENT:
        words = f"không ghi việc mới từ {date_time(last.scheduled_for)} → xem tiến trình scheduler"
        yield Finding("bộ hẹn giờ", Verdict.BAD, words)
    else:
        yield Finding("bộ hẹn giờ", Verdict.GOOD, f"việc gần nhất {date_time(last.scheduled_for)}")
    begun_late = JobRun.objects.filter(
        started_at=None, finished_at=None, scheduled_for__lt=now - SILENT
    )
    stuck = begun_late.exclude(job=LONG).count()
    if stuck:
        words = f"{stuck} việc tới hạn chưa ai làm → xem tiến trình worker"
        yield Finding("worker", Verdict.BAD, words)
    held = JobRun.objects.filter(finished_at=None).exclude(detail="").order_by("-scheduled_for")
    for job, detail in sorted(dict(held.values_list("job", "detail")).items()):
        yield Finding(f"việc {job} phải chờ", Verdict.BAD, detail[:200])
    failed = JobRun.objects.filter(ok=False, finished_at__gt=now - timedelta(days=1))
    if wrong := failed.order_by("-finished_at").first():
        words = (
            f"{failed.count()} việc hỏng trong 24 giờ; gần nhất {wrong.job}: {wrong.detail[:200]}"
        )
        yield Finding("worker", Verdict.LOOK, words)
    for job in NEEDED:
        ends = JobRun.objects.filter(job=job, ok__isnull=False)
        if (ended := ends.order_by("-finished_at").first()) and not ended.ok:
            words = f"lần gần nhất hỏng: {ended.detail[:200]} → guongsang jobs"
            yield Finding(f"việc {job}", Verdict.BAD, words)


def _sources(home: Home, now: datetime) -> Iterator[Finding]:
    try:
        known = load_reference(home).sources.values()
    except ConfigError:
        return
    enabled = {source.key for source in known if source.enabled}
    if not enabled:
        words = "chưa bật nguồn nào → guongsang sources verify"
        yield Finding("nguồn tin", Verdict.BAD, words)
        return
    ailing = SourceState.objects.filter(key__in=enabled).exclude(failing_since=None)
    keys = list(ailing.values_list("key", flat=True))
    if keys:
        verdict = Verdict.BAD if len(keys) * 2 >= len(enabled) > 1 else Verdict.LOOK
        words = f"{len(keys)} trong {len(enabled)} nguồn có lỗi ({', '.join(keys[:5])})"
        yield Finding("nguồn tin", verdict, f"{words} → guongsang sources status")
        for state in ailing.filter(failing_since__lt=now - timedelta(days=1)).order_by("key"):
            words = f"lỗi từ {date_time(state.failing_since)}: {state.error_detail[:150]}"
            yield Finding(f"nguồn {state.key}", Verdict.BAD, f"{words} → sửa hoặc tắt nguồn này")
    else:
        yield Finding("nguồn tin", Verdict.GOOD, f"{len(enabled)} nguồn đang bật, không lỗi")


def _deliveries() -> Iterator[Finding]:
    states = (DeliveryState.UNKNOWN, DeliveryState.EXPIRED, DeliveryState.FAILED)
    waiting = Delivery.objects.filter(state__in=states).count()
    if waiting:
        words = f"{waiting} lượt phát chờ người quyết định → trang Theo dõi trên bàn biên tập"
        yield Finding("lượt phát", Verdict.LOOK, words)
    left = Counter(row.delivery.channel for row in failed())
    for channel, count in sorted(left.items()):
        words = f"{count} bài chưa sửa hoặc gỡ được, người đọc còn thấy → trang Theo dõi trên "
        yield Finding(f"bài đã đăng ({channel})", Verdict.BAD, f"{words}bàn biên tập")
