"""Telling readers that something published no longer holds: an award withdrawn, a later wrong.

One person proposes, another approves, and only then a small edition of its own goes through the
outbox to exactly those channels and readers that were sent the story: once each, and in doubt a
person decides. The portal shows the note wherever the story stands. Nothing leaves by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, content_hash, fingerprint, to_json
from pipeline.digest.freezing import freeze_item, next_number
from pipeline.digest.names import load_names
from pipeline.digest.rules import NotAllowed, Stale, require_approver
from pipeline.publish.amending import ask_for_editions
from pipeline.publish.channels import CHANNELS
from pipeline.review.register import family
from pipeline.store.audit import record
from pipeline.store.models import (
    AwardState,
    Correction,
    Delivery,
    DeliveryState,
    DigestItem,
    Edition,
    Exemplar,
    ExemplarAward,
    User,
)
from pipeline.text.fold import nfc
from pipeline.text.privacy import published_as

_OUT = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING)


def propose(
    exemplar: Exemplar,
    by: User,
    at: datetime,
    *,
    text: str,
    reason: str = "",
    award: ExemplarAward | None = None,
) -> Correction:
    """Mark it on the exemplar, and write what readers shall be told. ``award``: the one that was
    withdrawn; it counts no longer from now on.

    Raises:
        ValueError: no words for the readers.
    """
    text = nfc(text).replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("a correction needs words")
    with transaction.atomic():
        if award:
            _set_award(award, AwardState.WITHDRAWN)
        kind = Correction.Kind.AWARD_WITHDRAWN if award else Correction.Kind.WRONG
        row = Correction.objects.create(
            exemplar=exemplar,
            kind=kind,
            award=award,
            text=text[:3000],
            reason=" ".join(nfc(reason).split())[:500],
            by=by,
            at=at,
        )
        after = {"correction": row.pk, "kind": kind, "award": award.pk if award else None}
        record("exemplar.correction_proposed", exemplar, actor=by, at=at, after=after)
    return row


def drop(correction: Correction, by: User, at: datetime) -> bool:
    """Give a proposal up; its award counts again. False: it is approved or dropped already."""
    with transaction.atomic():
        row = Correction.objects.select_for_update().get(pk=correction.pk)
        if row.approved_at or row.dropped_at:
            return False
        row.dropped_by, row.dropped_at = by, at
        row.save(update_fields=["dropped_by", "dropped_at"])
        if row.award:
            _set_award(row.award, AwardState.STANDING)
        after = {"correction": row.pk}
        record("exemplar.correction_dropped", row.exemplar, actor=by, at=at, after=after)
    correction.refresh_from_db()
    return True


def editions_with(exemplar: Exemplar) -> list[Edition]:
    """The editions that are out and carried a story of ``exemplar``, the newest first."""
    return list(
        Edition.objects.filter(
            digest__items__story__exemplar__in=family(exemplar),
            deliveries__state__in=_OUT,
            correction=None,
        )
        .select_related("digest")
        .distinct()
        .order_by("-number")
    )


def carriers(editions: Sequence[Edition]) -> dict[str, int]:
    """Name of each channel that carried one of ``editions``, and how many were sent it."""
    sent = Delivery.objects.filter(edition__in=editions, state__in=_OUT)
    pairs = set(sent.values_list("channel", "recipient"))
    counts = {name: sum(channel == name for channel, _to in pairs) for name, _to in pairs}
    return {name: counts[name] for name in CHANNELS if counts.get(name)}


def switched_off(editions: Sequence[Edition], office: Office) -> list[str]:
    """Names of the channels that carried one of ``editions`` and are not in use any more: a person
    has to correct there by hand."""
    off = [name for name, channel in CHANNELS.items() if not channel.enabled(office)]
    sent = Delivery.objects.filter(edition__in=editions, state__in=_OUT, channel__in=off)
    names = set(sent.values_list("channel", flat=True))
    return [name for name in off if name in names]


def content(
    correction: Correction, editions: Sequence[Edition], office: Office, at: datetime
) -> EditionContent | None:
    """What would go out: the words for the readers, and each story as the desk has it now, with
    the note; names and schools that the stories keep private are private here, too. None: no story
    of the exemplar is out."""
    if not editions:
        return None
    items = (
        DigestItem.objects.filter(
            digest__editions__in=editions, story__exemplar__in=family(correction.exemplar)
        )
        .select_related("story__lead")
        .prefetch_related("story__tags", "story__articles")
        .order_by("story", "-digest__week")
    )
    newest = {item.story_id: item for item in reversed(items)}
    names = load_names(settings.HOME)
    stories = [item.story for item in newest.values()]
    initialled = [name for story in stories for name in story.initials_for]
    schools = any(story.hide_schools for story in stories)
    told = published_as(correction.text, initialled, schools)
    return EditionContent(
        week=editions[0].digest.week,
        title=f"Đính chính: {published_as(correction.exemplar.name, initialled, schools)}",
        intro=told,
        closing="",
        office=office.name,
        province=office.province,
        contact=office.contact,
        address=office.address,
        items=tuple(replace(freeze_item(item, names), correction=told) for item in newest.values()),
        corrects=tuple(sorted(edition.number for edition in editions)),
        frozen_at=at,
        number=next_number(),
        publish_at=at,
    )


def approve(
    correction: Correction,
    by: User,
    at: datetime,
    office: Office,
    *,
    expected_fingerprint: str | None = None,
) -> Edition | None:
    """Send it: freezes an edition that is due now. None: nothing of the exemplar is out, so nobody
    has to be told; the mark on the exemplar stands.

    Raises:
        NotAllowed: role, own work, settled already, or words changed since they were shown.
    """
    require_approver(by)
    with transaction.atomic():
        row = Correction.objects.select_for_update().get(pk=correction.pk)
        if row.approved_at or row.dropped_at:
            raise NotAllowed(_("Đính chính này đã được quyết định."))
        frozen = content(row, editions_with(row.exemplar), office, at)
        if frozen and expected_fingerprint not in (None, fingerprint(frozen)):
            raise Stale(_("Lời đính chính vừa thay đổi. Hãy xem lại rồi duyệt."))
        own = _own_work(row, frozen, by)
        if own and office.four_eyes:
            raise NotAllowed(_("Bốn mắt: %s Cần một người khác duyệt.") % own)
        row.approved_by, row.approved_at, row.four_eyes = by, at, not own
        row.save(update_fields=["approved_by", "approved_at", "four_eyes"])
        edition = _freeze(row, frozen, by, at) if frozen else None
        if frozen:
            ask_for_editions(frozen.corrects, at)  # what was posted is changed where it stands
        after = {
            "correction": row.pk,
            "edition": edition.number if edition else None,
            "four_eyes": "kept" if not own else "switched off in office.yaml",
        }
        record("exemplar.correction_approved", row.exemplar, actor=by, at=at, after=after)
    correction.refresh_from_db()
    return edition


def _freeze(row: Correction, frozen: EditionContent, by: User, at: datetime) -> Edition:
    frozen = replace(frozen, approved_by=str(by), approved_at=at)
    newest = Edition.objects.get(number=max(frozen.corrects))
    return Edition.objects.create(
        digest=newest.digest,
        number=frozen.number,
        content=to_json(frozen),
        content_hash=content_hash(frozen),
        approved_by=by,
        approved_at=at,
        publish_at=at,
        four_eyes=row.four_eyes,
        correction=row,
    )


def _own_work(row: Correction, frozen: EditionContent | None, by: User) -> str:
    if row.by_id == by.pk:
        return _("Bạn là người đề nghị đính chính.")
    ids = [item.public_id for item in frozen.items] if frozen else []
    stories = row.exemplar.stories.filter(public_id__in=ids)
    if any(by.pk in (story.edited_by_id, story.tagged_by_id) for story in stories):
        return _("Bạn là người sửa lần cuối một tin được đính chính.")
    return ""


def _set_award(award: ExemplarAward, state: AwardState) -> None:
    ExemplarAward.objects.filter(pk=award.pk).update(state=state)
    award.state = state
