"""The quarter's report: figures counted and frozen once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction

from pipeline.config.office import Office
from pipeline.report.figures import count
from pipeline.report.names import Names
from pipeline.report.period import Period, Quarter, period_of
from pipeline.store.audit import record
from pipeline.store.models import QuarterReport, Story, User
from pipeline.text.clock import VIETNAM


class NothingFound(ValueError):
    """The office had found nothing by the end of the period: it was not at work yet."""


def take(
    quarter: Quarter, office: Office, names: Names, now: datetime, by: User | None = None
) -> QuarterReport:
    """The quarter's frozen figures; counted now when they are not there yet.

    Raises:
        NothingFound: a report of naughts would stand for ever.
        ValueError: its period is not over, or other reports already cover it.
    """
    known = QuarterReport.objects.filter(quarter=str(quarter)).first()
    if known is not None:
        return known
    period = coming(quarter, office)
    if now < period.until:
        raise ValueError(
            f"kỳ báo cáo {quarter} đến hết {period.last:%d/%m/%Y} mới khép → "
            "chờ đến hôm sau, hoặc thêm --so-far để xem số liệu đến hôm nay"
        )
    if not Story.every.filter(found_at__lt=period.until).exists():
        raise NothingFound(
            f"đến hết kỳ báo cáo {quarter} ({period.last:%d/%m/%Y}) chưa có tin nào được ghi nhận, "
            "không có số liệu để chốt → xem lại năm và quý"
        )
    try:
        with transaction.atomic():
            _at_one_moment()
            report = QuarterReport.objects.create(
                quarter=str(quarter),
                first_day=period.first,
                last_day=period.last,
                figures=count(period, office, names),
                taken_at=now,
            )
            record("report.taken", report, actor=by, at=now, after={"quarter": str(quarter)})
    except IntegrityError:  # another was quicker; our moment does not show its row
        return QuarterReport.objects.get(quarter=str(quarter))
    return report


def _at_one_moment() -> None:
    """What others change meanwhile is not seen: a table's rows add up to its figure. (SQLite has
    one writer.) Within another's transaction it is too late to ask."""
    if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def so_far(quarter: Quarter, office: Office, names: Names, now: datetime) -> QuarterReport:
    """What the report would say of its period up to now; nothing is stored.

    Raises:
        ValueError: the period has not begun, or other reports already cover it.
    """
    whole = coming(quarter, office)
    today = now.astimezone(VIETNAM).date()
    if today < whole.first:
        raise ValueError(f"kỳ báo cáo {quarter} bắt đầu ngày {whole.first:%d/%m/%Y}")
    part = Period(whole.first, min(today, whole.last))
    return QuarterReport(
        quarter=str(quarter),
        first_day=part.first,
        last_day=part.last,
        figures=count(part, office, names),
        taken_at=now,
    )


def coming(quarter: Quarter, office: Office) -> Period:
    """The quarter's period as it stands now. Raises ``ValueError`` when there is none."""
    earlier = QuarterReport.objects.filter(quarter__lt=str(quarter)).order_by("-quarter").first()
    later = QuarterReport.objects.filter(quarter__gt=str(quarter)).order_by("quarter").first()
    return period_of(
        quarter,
        office.report.cutoff_day,
        earlier.last_day if earlier else None,
        later.first_day if later else None,
    )


def period(report: QuarterReport) -> Period:
    return Period(report.first_day, report.last_day)


def mark_sent(report: QuarterReport, by: User, at: datetime) -> bool:
    """A person says that the signed paper went out. False when that was said before."""
    with transaction.atomic():
        changed = QuarterReport.objects.filter(pk=report.pk, sent_at=None).update(
            sent_at=at, sent_by=by
        )
        if changed:
            record("report.sent", report, actor=by, at=at, after={"quarter": report.quarter})
    report.refresh_from_db()
    return bool(changed)


def mark_unsent(report: QuarterReport, by: User, at: datetime) -> bool:
    """It was said by mistake: the owner is reminded again. False when nobody had said so."""
    with transaction.atomic():
        said = QuarterReport.objects.filter(pk=report.pk).exclude(sent_at=None)
        changed = said.update(sent_at=None, sent_by=None)
        if changed:
            before = {"sent_at": report.sent_at.isoformat() if report.sent_at else None}
            after = {"quarter": report.quarter}
            record("report.unsent", report, actor=by, at=at, before=before, after=after)
    report.refresh_from_db()
    return bool(changed)
