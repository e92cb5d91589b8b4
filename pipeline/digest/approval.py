"""From draft to edition: submit, send back, approve. Four eyes is held here, for every caller."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.config.office import WEEKDAYS, Office, load_office
from pipeline.digest.checklist import Problem
from pipeline.digest.content import content_hash, fingerprint, to_json
from pipeline.digest.editing import (
    add_item,
    edit_text,
    locked,
    move_item,
    remove_item,
    set_section,
    sign_warning,
)
from pipeline.digest.facts import checklist
from pipeline.digest.rules import (
    NotAllowed,
    Stale,
    own_work,
    require_approver,
    require_editor,
    require_open,
    require_submitted,
    require_time,
)
from pipeline.store.audit import record
from pipeline.store.models import Digest, DigestItem, DigestNote, DigestState, Edition, User
from pipeline.text.clock import VIETNAM
from pipeline.text.fold import nfc

__all__ = [
    "NotAllowed",
    "Stale",
    "add_item",
    "approve",
    "checklist",
    "edit_text",
    "move_item",
    "next_publication",
    "remove_item",
    "send_back",
    "set_section",
    "sign_warning",
    "submit",
]


def next_publication(office: Office, at: datetime) -> datetime:
    """The first scheduled publication time at or after ``at``."""
    weekday, _space, clock = office.schedule.publish.partition(" ")
    hour, minute = map(int, clock.split(":"))
    local = at.astimezone(VIETNAM)
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    moment += timedelta(days=(WEEKDAYS.index(weekday) - local.weekday()) % 7)
    return moment if moment >= local else moment + timedelta(days=7)


def submit(
    digest: Digest,
    by: User,
    at: datetime,
    *,
    office: Office | None = None,
    publish_at: datetime | None = None,
    expected_version: int | None = None,
) -> None:
    """Send the digest to the chief editor. ``office`` defaults to the home's ``office.yaml``,
    ``publish_at`` to the next scheduled time.

    Raises:
        NotAllowed: role, state, version, or a problem of the checklist that stops it.
    """
    require_editor(by)
    office = office or load_office(settings.HOME.office_file)
    with transaction.atomic():
        row = locked(digest, expected_version)
        require_open(row)
        _content, problems = checklist(row, office, publish_at or next_publication(office, at))
        _refuse(problems)
        record(
            "digest.submitted",
            row,
            actor=by,
            at=at,
            before={"state": row.state},
            after={"state": DigestState.SUBMITTED},
        )
        row.state, row.submitted_by, row.submitted_at = DigestState.SUBMITTED, by, at
        row.version += 1
        row.save()
    digest.refresh_from_db()


def send_back(
    digest: Digest,
    by: User,
    at: datetime,
    text: str,
    item: DigestItem | None = None,
    *,
    expected_version: int | None = None,
) -> DigestNote:
    """Return a submitted digest to its editors with a note, pinned to ``item`` if given.

    Raises:
        NotAllowed: role, state, version, or an empty note.
    """
    require_approver(by)
    text = nfc(text).strip()
    if not text:
        raise NotAllowed(_("Hãy ghi lý do trả lại."))
    with transaction.atomic():
        row = locked(digest, expected_version)
        require_submitted(row)
        note = DigestNote.objects.create(
            digest=row, item=item, story=item.story if item else None, author=by, at=at, text=text
        )
        row.state = DigestState.RETURNED
        row.version += 1
        row.save()
        record(
            "digest.returned",
            row,
            actor=by,
            at=at,
            before={"state": DigestState.SUBMITTED},
            after={"state": DigestState.RETURNED, "note": note.pk},
        )
    digest.refresh_from_db()
    return note


def approve(
    digest: Digest,
    by: User,
    at: datetime,
    office: Office,
    publish_at: datetime | None = None,
    *,
    expected_fingerprint: str | None = None,
    expected_version: int | None = None,
) -> Edition:
    """Freeze the digest as an edition that publishes at ``publish_at`` (default: the next
    scheduled time). ``expected_fingerprint`` is that of the content the approver saw.

    With ``office.four_eyes`` off the last editor may approve, and the audit entry says so.

    Raises:
        NotAllowed: role, state, version, own work, a time that cannot be kept, words changed
            since they were shown, or a problem of the checklist that stops it.
    """
    require_approver(by)
    publish_at = publish_at or next_publication(office, at)
    require_time(publish_at, at)
    with transaction.atomic():
        row = locked(digest, expected_version)
        require_submitted(row)
        own = own_work(row, by)
        if own and office.four_eyes:
            raise NotAllowed(_("Bốn mắt: %s Cần một người khác duyệt.") % own)
        content, problems = checklist(row, office, publish_at)
        if expected_fingerprint not in (None, fingerprint(content)):
            raise Stale
        _refuse(problems)
        content = replace(
            content,
            approved_by=str(by),
            approved_at=at,
            publish_at=publish_at,
            frozen_at=at,
        )
        edition = Edition.objects.create(
            digest=row,
            number=content.number,
            content=to_json(content),
            content_hash=content_hash(content),
            approved_by=by,
            approved_at=at,
            publish_at=publish_at,
            four_eyes=not own,
        )
        row.state = DigestState.APPROVED
        row.version += 1
        row.save()
        record(
            "digest.approved",
            row,
            actor=by,
            at=at,
            before={"state": DigestState.SUBMITTED},
            after={
                "state": DigestState.APPROVED,
                "edition": content.number,
                "content_hash": edition.content_hash,
                "publish_at": publish_at.isoformat(),
                "four_eyes": "kept" if not own else "switched off in office.yaml",
            },
        )
    digest.refresh_from_db()
    return edition


def _refuse(problems: tuple[Problem, ...]) -> None:
    stops = [problem for problem in problems if problem.stops]
    if stops:
        text = " ".join(dict.fromkeys(problem.text for problem in stops))
        raise NotAllowed(
            _("Còn %(count)d điều phải sửa: %(text)s")
            % {
                "count": len(stops),
                "text": text,
            }
        )
