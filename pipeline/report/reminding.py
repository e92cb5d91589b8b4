"""Keeping the quarter's report in time: its figures are taken when the period is over, its owner is
reminded by mail until somebody says that the signed paper went out."""

from __future__ import annotations

from datetime import datetime
from email.utils import formataddr, parseaddr

from django.core.mail import EmailMessage

from pipeline.config.office import Office
from pipeline.publish.channels.base import render
from pipeline.publish.mail import Mailer
from pipeline.report.names import Names
from pipeline.report.period import DUE_DAY, REMINDER_DAYS, Quarter
from pipeline.report.quarterly import coming, take
from pipeline.store.audit import record
from pipeline.store.models import AuditEntry, QuarterReport
from pipeline.text.clock import VIETNAM

REMINDED = "report.reminded"


def keep_in_time(office: Office, names: Names, now: datetime) -> str:
    """Today's work on the report, done at most once a day however often it is asked for. Returns
    what was done, for the job's record."""
    today = now.astimezone(VIETNAM).date()
    quarter = Quarter.of(today)
    report = QuarterReport.objects.filter(quarter=str(quarter)).first()
    if report is None:
        if today <= coming(quarter, office).last:
            return "nothing due"
        report = take(quarter, office, names, now)
        done = f"{quarter} taken"
    else:
        done = f"{quarter} stands"
    if report.sent_at or today not in {quarter.day(day) for day in REMINDER_DAYS}:
        return done
    # Noted first: a worker killed here loses one of three reminders, and sends none twice.
    start = datetime.combine(today, datetime.min.time(), VIETNAM)
    if AuditEntry.objects.filter(action=REMINDED, at__gte=start).exists():
        return f"{done}, reminded before"
    record(REMINDED, report, actor=None, at=now, after={"quarter": report.quarter})
    with Mailer() as mailer:
        mailer.send(_reminder(report, quarter, office))
    return f"{done}, reminded"


def _reminder(report: QuarterReport, quarter: Quarter, office: Office) -> EmailMessage:
    _name, address = parseaddr(office.channels.newsletter.sender or office.contact)
    body = render(
        "report/reminder.txt",
        quarter=quarter,
        due=quarter.day(DUE_DAY),
        counts={name: len(ids) for name, ids in report.figures["counts"].items()},
        url=f"{office.site_url}/desk/reports/{report.quarter}/",
    )
    return EmailMessage(
        subject=f"Nhắc: báo cáo quý {quarter.roman}/{quarter.year} gửi chậm nhất "
        f"{quarter.day(DUE_DAY):%d/%m/%Y}",
        body=body,
        from_email=formataddr((office.name, address)),
        to=[office.report.owner or office.contact],
        headers={"Auto-Submitted": "auto-generated"},
    )
