"""Writing to the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from pipeline.store.models import AuditEntry, User


def record(
    action: str,
    subject: Model,
    *,
    actor: User | None,
    at: datetime,
    before: Any = None,
    after: Any = None,
) -> AuditEntry:
    """Append one entry; call it in the transaction that makes the change it tells of.

    ``before`` and ``after`` are JSON values holding ids and codes, never addresses or private
    names. ``actor`` None means the machine or the command line.
    """
    return AuditEntry.objects.create(
        at=at,
        actor=actor,
        action=action,
        object_type=subject._meta.model_name or "",
        object_id=str(subject.pk),
        before=before,
        after=after,
    )
