"""What the public sends us: a suggested exemplar, or the wish to correct or take down.

A suggestion becomes a story of the queue, marked with its origin; it can be accepted into the
register, but not published: there is no source to credit. A correction starts a clock of two
working days (Law 91/2025/QH15 and Decree 356/2025/NĐ-CP on requests of the person concerned).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from pipeline.group import subject_key
from pipeline.review.working_days import after_working_days
from pipeline.store import erasures
from pipeline.store.audit import record
from pipeline.store.models import (
    Attachment,
    Origin,
    PublicRequest,
    RequestKind,
    Story,
    StoryPlace,
    StoryStatus,
    User,
)
from pipeline.text.fold import nfc, search_words

WORKING_DAYS = 2
FLAG = "public"
"""Of a story that a person or an agency suggested."""
PER_SENDER, EVERYBODY, WINDOW = 5, 120, timedelta(hours=1)
_SCORE = 0.5
"""Between what the machine is sure of and what it drops: people decide."""


class TooMany(Exception):
    """More requests than people send came within ``WINDOW``."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    sha256: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """One filled-in form, checked."""

    kind: RequestKind
    token: str
    about: str
    text: str
    sender: str
    contact: str
    consent: str
    consent_version: str
    organisation: str = ""
    subject_kind: str = "none"
    province: str = ""
    commune: str = ""
    link: str = ""
    wish: str = ""
    story: Story | None = None
    """Of a correction: the published story it is about."""
    ip_hash: str = ""
    files: Sequence[File] = ()


def land(said: Received, at: datetime) -> PublicRequest:
    """Store the request, once for each ``token``, and bring it before people.

    Raises:
        TooMany: from this sender, or from everybody, within the last hour.
    """
    with transaction.atomic():
        known = PublicRequest.objects.filter(token=said.token).first()
        if known:
            return known
        _require_pace(said.ip_hash, at)
        suggests = said.kind == RequestKind.SUGGESTION
        row = PublicRequest.objects.create(
            kind=said.kind,
            token=said.token,
            received_at=at,
            due_at=None if suggests else after_working_days(at, WORKING_DAYS),
            ip_hash=said.ip_hash,
            about=_line(said.about, 300),
            kind_of_subject=said.subject_kind,
            province=_line(said.province, 60),
            commune=_line(said.commune, 80),
            text=nfc(said.text).replace("\r\n", "\n").strip(),
            link=said.link[:700],
            wish=said.wish,
            story=_story(said, at) if suggests else said.story,
            sender=_line(said.sender, 200),
            organisation=_line(said.organisation, 200),
            contact=_line(said.contact, 200),
            consent=said.consent,
            consent_version=said.consent_version,
        )
        Attachment.objects.bulk_create(
            Attachment(
                request=row,
                name=file.name,
                content_type=file.content_type,
                size=len(file.body),
                sha256=file.sha256,
                body=file.body,
            )
            for file in said.files
        )
        after = {"kind": said.kind, "files": len(said.files), "story": row.story_id}
        record("request.received", row, actor=None, at=at, after=after)
    return row


def _require_pace(ip_hash: str, at: datetime) -> None:
    lately = PublicRequest.objects.filter(received_at__gt=at - WINDOW)
    if lately.count() >= EVERYBODY:
        raise TooMany
    if ip_hash and lately.filter(ip_hash=ip_hash).count() >= PER_SENDER:
        raise TooMany


def _story(said: Received, at: datetime) -> Story:
    """The suggestion as a story of the queue. What the sender wrote stays in the request."""
    subject = _line(said.about, 300)
    province, commune = _line(said.province, 60), _line(said.commune, 80)
    story = Story.objects.create(
        title=subject,
        subject=subject,
        subject_key=subject_key(subject)[:120],
        kind=said.subject_kind,
        score=_SCORE,
        label="borderline",
        flags=[FLAG],
        province=province,
        commune=commune,
        found_at=at,
        search_text=search_words(" ".join((subject, commune, province))),
    )
    if province:
        StoryPlace.objects.create(
            story=story,
            text=", ".join(filter(None, (commune, province))),
            province=province,
            commune=commune,
            as_of="new",
            origin=Origin.PERSON,
        )
    return story


def open_requests() -> QuerySet[PublicRequest]:
    """What waits for a person: corrections, the most urgent first, then suggestions of which
    nobody has decided."""
    undecided = Q(kind=RequestKind.CORRECTION) | Q(story__status=StoryStatus.NEW)
    rows = PublicRequest.objects.filter(undecided, handled_at=None)
    urgent = F("due_at").asc(nulls_last=True)
    return rows.select_related("story").order_by(urgent, "received_at", "pk")


def link(row: PublicRequest, by: User, at: datetime, story: Story) -> bool:
    """``by`` says which story a correction is about, or that it is about another. False: that is
    known already, or it is no correction."""
    with transaction.atomic():
        rows = PublicRequest.objects.select_for_update().filter(kind=RequestKind.CORRECTION)
        locked = rows.filter(pk=row.pk).exclude(story=story).first()
        if locked:
            before = {"story": locked.story_id}
            rows.filter(pk=row.pk).update(story=story)
            after = {"story": story.pk}
            record("request.linked", row, actor=by, at=at, before=before, after=after)
    row.refresh_from_db()
    return bool(locked)


def handle(row: PublicRequest, by: User, at: datetime, outcome: str) -> bool:
    """``by`` has answered it. False: somebody did so before.

    Raises:
        ValueError: it is not said how.
    """
    outcome = _line(outcome, 500)
    if not outcome:
        raise ValueError("an outcome is needed")
    with transaction.atomic():
        waiting = PublicRequest.objects.filter(pk=row.pk, handled_at=None)
        changed = waiting.update(handled_by=by, handled_at=at, outcome=outcome)
        if changed:
            late = bool(row.due_at and at > row.due_at)
            record("request.handled", row, actor=by, at=at, after={"late": late})
    row.refresh_from_db()
    return bool(changed)


def erase(row: PublicRequest, by: User | None, at: datetime) -> bool:
    """Take away who sent it and what was attached; what it was about and what was done stay.
    False: that was done before."""
    erasures.note(settings.HOME, str(row.public_id), at)
    with transaction.atomic():
        kept = PublicRequest.objects.filter(pk=row.pk, erased_at=None)
        changed = kept.update(sender="", organisation="", contact="", ip_hash="", erased_at=at)
        if changed:
            files, _by_model = row.attachments.all().delete()
            record("request.erased", row, actor=by, at=at, after={"files": files})
    row.refresh_from_db()
    return bool(changed)


def _line(text: str, longest: int) -> str:
    return " ".join(nfc(text).split())[:longest]
