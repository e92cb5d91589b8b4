"""People's changes to a digest in work. Each locks the row, checks, audits, counts the version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.digest.choose import Code, Reason
from pipeline.digest.drafting import section_of
from pipeline.digest.rules import NotAllowed, Stale, require_editor, require_open
from pipeline.store.audit import record
from pipeline.store.models import Digest, DigestItem, Story, StoryStatus, User
from pipeline.text.fold import nfc


def locked(digest: Digest, expected_version: int | None = None) -> Digest:
    """The row as it stands, locked until the transaction ends.

    Raises:
        Stale: it is no longer at ``expected_version`` (None: not checked).
    """
    row = Digest.objects.select_for_update().get(pk=digest.pk)
    if expected_version is not None and row.version != expected_version:
        raise Stale
    return row


def add_item(
    digest: Digest,
    by: User,
    at: datetime,
    story: Story,
    *,
    expected_version: int | None = None,
) -> DigestItem:
    """Put an accepted story last in the digest; one that is there already stays where it is.

    Raises:
        NotAllowed: role, state, version, or the story is not accepted.
    """
    with _changing(digest, by, at, "digest.item_added", expected_version) as (row, audit):
        accepted = Story.objects.filter(pk=story.pk, status=StoryStatus.ACCEPTED)
        if not accepted.select_for_update().exists():  # it may just be merged into another
            raise NotAllowed(_("Chỉ đưa được tin đã nhận vào bản tin."))
        last = row.items.order_by("-position").values_list("position", flat=True).first() or 0
        item, created = DigestItem.objects.get_or_create(
            digest=row,
            story=story,
            defaults={
                "position": last + 1,
                "section": section_of(story),
                "why": [Reason(Code.ADDED, {"by": by.pk}).stored()],
            },
        )
        if created:
            row.near_misses = [miss for miss in row.near_misses if miss["story"] != story.pk]
            audit["after"] = {"story": story.pk, "position": item.position}
    return item


def remove_item(
    digest: Digest,
    by: User,
    at: datetime,
    item: DigestItem,
    *,
    expected_version: int | None = None,
) -> None:
    """Take a story out of the digest; it stands first among the near misses then."""
    with _changing(digest, by, at, "digest.item_removed", expected_version) as (row, audit):
        found = _item_of(row, item)
        audit["before"] = {"story": found.story_id, "position": found.position}
        found.delete()
        _number(row, list(row.items.all()))
        why = [Reason(Code.REMOVED, {"by": by.pk}).stored()]
        row.near_misses = [{"story": found.story_id, "why": why}, *row.near_misses]


def move_item(
    digest: Digest,
    by: User,
    at: datetime,
    item: DigestItem,
    position: int,
    *,
    expected_version: int | None = None,
) -> None:
    """Make ``item`` the ``position``-th (from 1); out of range means the nearest end."""
    with _changing(digest, by, at, "digest.item_moved", expected_version) as (row, audit):
        found = _item_of(row, item)
        items = [each for each in row.items.all() if each.pk != found.pk]
        target = min(max(position, 1), len(items) + 1)
        if target != found.position:
            audit["before"] = {"story": found.story_id, "position": found.position}
            audit["after"] = {"story": found.story_id, "position": target}
            items.insert(target - 1, found)
            _number(row, items)


def set_section(
    digest: Digest,
    by: User,
    at: datetime,
    item: DigestItem,
    section: str,
    *,
    expected_version: int | None = None,
) -> None:
    """Put ``item`` under another sector; the caller knows which sectors there are. Its place in the
    order stays."""
    with _changing(digest, by, at, "digest.section_set", expected_version) as (row, audit):
        found = _item_of(row, item)
        if section != found.section:
            audit["before"] = {"story": found.story_id, "section": found.section}
            audit["after"] = {"story": found.story_id, "section": section}
            found.section = section
            found.save(update_fields=["section"])


def edit_text(
    digest: Digest,
    by: User,
    at: datetime,
    *,
    title: str | None = None,
    intro: str | None = None,
    closing: str | None = None,
    expected_version: int | None = None,
) -> None:
    """Change title, intro or closing; None leaves a text as it is.

    Raises:
        NotAllowed: role, state, version, or an empty title.
    """
    wanted = {"title": title, "intro": intro, "closing": closing}
    with _changing(digest, by, at, "digest.text_edited", expected_version) as (row, audit):
        changed = {}
        for name, text in wanted.items():
            if text is None:
                continue
            text = nfc(text).replace("\r\n", "\n").strip()
            if text != getattr(row, name):
                changed[name] = text
        if "title" in changed and not 0 < len(changed["title"]) <= 200:
            raise NotAllowed(_("Tên bản tin phải có từ 1 đến 200 ký tự."))
        if changed:
            audit["before"] = {name: _sha256(getattr(row, name)) for name in changed}
            audit["after"] = {name: _sha256(text) for name, text in changed.items()}
            for name, text in changed.items():
                setattr(row, name, text)


def sign_warning(
    digest: Digest,
    by: User,
    at: datetime,
    item: DigestItem,
    code: str,
    why: str,
    *,
    expected_version: int | None = None,
) -> None:
    """Record that ``by`` saw the checklist's warning ``code`` on ``item`` and answers for it.

    Raises:
        NotAllowed: role, state, version, or no reason is given.
    """
    why = " ".join(nfc(why).split())
    if not why:
        raise NotAllowed(_("Hãy ghi vì sao vẫn đăng."))
    with _changing(digest, by, at, "digest.warning_signed", expected_version) as (row, audit):
        found = _item_of(row, item)
        if code not in {signed["code"] for signed in found.signed_warnings}:
            signature = {"code": code, "by": by.pk, "at": at.isoformat(), "why": why[:300]}
            found.signed_warnings = [*found.signed_warnings, signature]
            found.save(update_fields=["signed_warnings"])
            audit["after"] = {"story": found.story_id, "code": code}


@contextmanager
def _changing(
    digest: Digest, by: User, at: datetime, action: str, expected_version: int | None
) -> Iterator[tuple[Digest, dict[str, Any]]]:
    """Yields the locked row and the audit entry to fill; an entry left empty means no change."""
    require_editor(by)
    with transaction.atomic():
        row = locked(digest, expected_version)
        require_open(row)
        audit: dict[str, Any] = {}
        yield row, audit
        if audit:
            row.last_edited_by = by
            row.version += 1
            row.save()
            record(action, row, actor=by, at=at, **audit)
    digest.refresh_from_db()


def _item_of(digest: Digest, item: DigestItem) -> DigestItem:
    found = digest.items.filter(pk=item.pk).first()
    if found is None:
        raise Stale
    return found


def _number(digest: Digest, items: list[DigestItem]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position
    DigestItem.objects.bulk_update(items, ["position"])


def _sha256(text: str) -> str:
    """Words may name people, and no erasure reaches the audit trail: it proves them by hash."""
    return hashlib.sha256(text.encode()).hexdigest()
