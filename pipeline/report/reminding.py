"""Keeping the quarter's report in time: its figures are taken when the period is over, its owner is
reminded by mail until somebody says that the signed paper went out."""

from __future__ import annotations

from datetime import datetime
from email.utils import formataddr, parseaddr

from django.core.mail import EmailMessage

from pipeline.config.office import Office
from pipeline.publish.mail.sending import Mailer
from pipeline.publish.outcomes import NotSent
from pipeline.publish.rendering import render
from pipeline.report.names import Names
from pipeline.report.period import DUE_DAY, REMINDER_DAYS, Quarter
from pipeline.report.quarterly import NothingFound, coming, take
from pipeline.store.audit import record
from pipeline.store.models import AuditEntry, QuarterReport
from pipeline.text.clock import VIETNAM

REMINDED = "report.reminded"
TURNED_AWAY = "report.reminder_turned_away"
"""The mail server took it not yet: the reminder is still owed."""


def keep_in_time(office: Office, names: Names, now: datetime) -> str:
    """Today's work on the report, done at most once a day however often it is asked for. Returns
    what was done, for the job's record."""
    today = now.astimezone(VIETNAM).date()
    quarter = Quarter.of(today)
    _take(quarter.before, office, names, now)  # where nothing ran at the end of that quarter
    taken = _take(quarter, office, names, now)
    report = QuarterReport.objects.filter(quarter=str(quarter)).first()
    if report is None:
        return "nothing due"
    done = f"{quarter} {'taken' if taken else 'stands'}"
    # The last such day that has come, not today alone: the server may have been off on it.
    days = [day for day in map(quarter.day, REMINDER_DAYS) if day <= today]
    if report.sent_at or not days:
        return done
    start = datetime.combine(days[-1], datetime.min.time(), VIETNAM)
    notes = AuditEntry.objects.filter(at__gte=start)
    if notes.filter(action=REMINDED).count() > notes.filter(action=TURNED_AWAY).count():
        return f"{done}, reminded before"
    with Mailer() as mailer:  # a server that does not answer has lost no reminder
        # Noted first: a worker killed here loses one of three, and sends none twice.
        record(REMINDED, report, actor=None, at=now, after={"quarter": report.quarter})
        try:
            mailer.send(_reminder(report, quarter, office))
        except NotSent as error:
            if error.again:
                record(TURNED_AWAY, report, actor=None, at=now, after={"quarter": report.quarter})
            raise
    return f"{done}, reminded"


def _take(quarter: Quarter, office: Office, names: Names, now: datetime) -> bool:
    """Freeze the figures if their time has come and there are any."""
    if QuarterReport.objects.filter(quarter=str(quarter)).exists():
        return False
    try:
        period = coming(quarter, office)
    except ValueError:  # others cover it
        return False
    if now < period.until:
        return False
    try:
        take(quarter, office, names, now)
    except NothingFound:
        return False
    return True


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
